"""What `pin` and `unpin` share: the daemon's store, who asks, and what history is told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import click

from autoscaler.cli import Failure
from autoscaler.cli.memory import sure_memory
from autoscaler.cli.world import read_settings
from autoscaler.core.events import Event
from autoscaler.core.journal import EVERYTHING, Entry, Pin
from autoscaler.core.memory import StoreError
from autoscaler.store import Store

T = TypeVar("T")

SOON = "the daemon sees to it within a minute"


def in_store(work: Callable[[Store], Awaitable[T]], otherwise: str) -> T:
    """What `work` gives in the daemon's store. Raises Failure, which begins with `otherwise`."""

    async def within() -> T:
        store = sure_memory(read_settings())
        try:
            return await work(store)
        finally:
            await store.aclose()

    try:
        return asyncio.run(within())
    except StoreError as error:
        raise Failure(f"{otherwise}: {error}") from None


async def note(store: Store, name: str, pins: Sequence[Pin], at: datetime, by: str) -> None:
    """Tell history; what was asked for is done all the same where that fails."""
    entries = [Entry(at, Event(name, {**_about(pin), "by": by or None}), by) for pin in pins]
    try:
        await store.note(entries)
    except StoreError as error:
        click.echo(f"Warning: history will not tell of it: {error}", err=True)


def by_whom(environ: Mapping[str, str]) -> str:
    """Who asks, as far as that is known: user@machine, or the dyno."""
    from socket import gethostname

    user = environ.get("USER") or environ.get("LOGNAME") or ""
    return environ.get("DYNO") or f"{user}@{gethostname()}".strip("@")


def name_of(pin: Pin) -> str:
    """example-shop/web, or everything."""
    return "everything" if pin.app == EVERYTHING else f"{pin.app}/{pin.type}"


def _about(pin: Pin) -> dict[str, object]:
    what: dict[str, object] = {"what": "everything"} if pin.app == EVERYTHING else {"app": pin.app, "type": pin.type}
    return {**what, "quantity": pin.quantity, "until": f"{pin.until:%Y-%m-%dT%H:%M:%SZ}", "reason": pin.reason or None}
