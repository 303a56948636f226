"""`autoscaler unpin`: the early end of a pin."""

from collections.abc import Sequence
from datetime import datetime

import click

from autoscaler.cli import Failure, completing
from autoscaler.cli.overruling import SOON, by_whom, in_store, name_of, note
from autoscaler.clock import RealClock
from autoscaler.core.journal import EVERYTHING, Pin
from autoscaler.environment import environment
from autoscaler.store import Store


@click.command()
@click.argument("app", required=False, shell_complete=completing.apps)
@click.argument("process_type", metavar="TYPE", required=False, shell_complete=completing.types)
@click.option("--all", "everything", is_flag=True, help="End the pause that `pin --all` began.")
def command(app: str | None, process_type: str | None, everything: bool) -> None:
    """End a pin before its time: from then on the policy file gives the quantity again.

    The pause and the pins of single process types are ended apart.

    Example: autoscaler unpin example-shop web
    """
    if everything == bool(app) or everything == bool(process_type):
        raise click.UsageError("say what is unpinned: APP TYPE, such as `example-shop web`, or --all for the pause")
    now, by = RealClock().now(), by_whom(environment())
    target = (EVERYTHING, EVERYTHING) if everything else (str(app), str(process_type))
    ended, others = in_store(lambda store: _unpin(store, target, now, by), "nothing was unpinned")
    what = "everything" if everything else "/".join(target)
    still = f"still pinned: {', '.join(map(name_of, others))}" if others else "nothing else is pinned"
    if not ended:
        raise Failure(f"{'nothing is paused' if everything else f'{what} is not pinned'}; {still}")
    click.echo(f"{what} goes by the policy file again; {SOON} ({still})")


async def _unpin(store: Store, target: tuple[str, str], now: datetime, by: str) -> tuple[Sequence[Pin], Sequence[Pin]]:
    """What was in force, and what still is."""
    ended = await store.unpin(*target, now)
    others = await store.pins(now)
    if ended:
        await note(store, "unpinned", ended, now, by)
    return ended, others
