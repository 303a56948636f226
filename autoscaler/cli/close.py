"""`autoscaler close`: the work of an opening is done, says whoever did it."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

import click

from autoscaler.cli import Failure, completing
from autoscaler.cli.in_force import policies_in_force
from autoscaler.cli.memory import sure_memory
from autoscaler.cli.world import read_settings
from autoscaler.clock import RealClock
from autoscaler.core.closing import late, present
from autoscaler.core.memory import Closing, StoreError
from autoscaler.core.policies import Target
from autoscaler.core.zones import instant
from autoscaler.environment import environment, policies_file


@click.command()
@click.argument("app", shell_complete=completing.apps)
@click.argument("process_type", metavar="TYPE", shell_complete=completing.types)
def command(app: str, process_type: str) -> None:
    """End the present opening of a window with `close`: its work is done, and it need not stay open.

    For the last line of a batch, or for a person. It writes into the daemon's store, which DATABASE_URL (or
    AUTOSCALER_STATE) names; the daemon acts on it within a minute. The policy file is not needed; where it is,
    it is looked at first.

    Example: autoscaler close example-shop worker
    """
    now = RealClock().now()
    _check(Target(app, process_type), instant(now))
    try:
        asyncio.run(_close(app, process_type, now))
    except StoreError as error:
        raise Failure(f"nothing was closed: {error}") from None
    click.echo(f"{app}/{process_type}: the opening that is present is ended; the daemon closes it within a minute")


def _check(target: Target, at: int) -> None:
    """Where the policy file is at hand, that there is an opening to end. Raises Failure."""
    environ = environment()
    if not Path(policies_file(environ)).exists():
        return
    policies = policies_in_force(None, environ)
    policy = policies.of(target)
    if policy is None:
        raise Failure(f"{policies.file} names no {target}; it has: {', '.join(map(str, policies.targets))}")
    if not policy.closes:
        raise Failure(f"{policies.file} has no window with `close` for {target}")
    if not any(present(policy, at)) and not any(late(policy, at)):
        raise Failure(f"no window of {target} with `close` is open now")


async def _close(app: str, process_type: str, now: datetime) -> None:
    store = sure_memory(read_settings())
    try:
        await store.close(Closing(app, process_type, "", now, now, "batch" if os.environ.get("DYNO") else "person"))
    finally:
        await store.aclose()
