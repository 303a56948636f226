"""`autoscaler status`: how everything does."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import click

from autoscaler.cli import Failure, terminal
from autoscaler.cli.completing import APPS_OPTION
from autoscaler.cli.in_force import policies_in_force
from autoscaler.cli.memory import made, memory_for
from autoscaler.cli.once import Walk, walk
from autoscaler.cli.policies import narrowed
from autoscaler.cli.world import NO_TOKEN, read_settings
from autoscaler.clock import RealClock
from autoscaler.core.globs import matched
from autoscaler.core.guard import Ourselves
from autoscaler.core.history import lowered
from autoscaler.core.journal import EVERYTHING, Alive, Pin
from autoscaler.core.memory import StoreError
from autoscaler.core.pace import beat_for
from autoscaler.core.policies import Policies
from autoscaler.core.status import Status
from autoscaler.environment import environment, forgetful, ourselves
from autoscaler.settings import Settings
from autoscaler.store import Store
from autoscaler.views.status import status_json, status_text


@click.command()
@click.argument("file", required=False)
@APPS_OPTION
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: str | None, apps: tuple[str, ...], form: str) -> int:
    """Show how each process type does: wanted, live, why, until when, and when its app was last as wanted.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. It reads the formations once, and what the daemon told
    the store; without a token, the store alone. Exits 1 if an app has not been as wanted, by the file or by a person,
    for 5 minutes (two beats, if they are longer).

    Example: autoscaler status --app example-shop
    """
    environ = environment()
    written = policies_in_force(file, environ)
    policies = narrowed(matched(written, apps), apps) if apps else written
    now = RealClock().now()
    found = asyncio.run(_look(policies, ourselves(environ), now, len(written.apps)))
    click.echo(status_json(found) if form == "json" else status_text(found, terminal.paint()))
    return 1 if found.late else 0


async def _look(policies: Policies, own: Ourselves, now: datetime, apps: int) -> Status:
    chosen = read_settings()
    if not chosen.heroku_api_key.get_secret_value():
        alive, pins = await _remembered(chosen, now)
        found, plan = matched(policies, [one.app for one in alive], own), None
    else:
        async with walk(policies, own) as once:
            await _leave_room(once, now)
            plan, found = await once.propose(now), once.road.policies
            alive, pins = await _lives(once.store), once.people.pins.now
    beat = beat_for(max(apps, len(found.apps)), chosen.autoscaler_beat)
    here = frozenset({*found.apps, EVERYTHING})
    return Status(found, now, beat, plan, alive, tuple(pin for pin in pins if pin.app in here))


async def _leave_room(once: Walk, now: datetime) -> None:
    """What daemons lowered within this minute counts as at_once has it, so that who waits for room is told to wait."""
    around, since = once.road.neighbourhood, now - timedelta(minutes=1)
    if around is None or once.store is None or once.road.policies.at_once is None:
        return
    with suppress(StoreError):  # who walks says so
        around.lowers(sum(lowered(entry.event) for entry in await once.store.entries(None, since, "scaled")))


async def _lives(store: Store | None) -> tuple[Alive, ...]:
    try:
        return () if store is None else await store.lives()
    except StoreError:
        return ()  # who walks has said so


async def _remembered(chosen: Settings, now: datetime) -> tuple[tuple[Alive, ...], tuple[Pin, ...]]:
    """What the store alone knows. Raises Failure where there is none."""
    nothing = forgetful(environment()) or (None if made(chosen) else "there is no store here")
    if nothing is not None:
        raise Failure(f"{NO_TOKEN}. What the daemon remembers is not known either: {nothing}")
    click.echo("Warning: HEROKU_API_KEY is not set: this is what the store knows, nothing live was read", err=True)
    store = memory_for(chosen, migrate=False)
    try:
        return await store.lives(), await store.pins(now)
    except StoreError as error:
        raise Failure(f"{NO_TOKEN}. What the daemon remembers is not known either: {error}") from None
    finally:
        await store.aclose()
