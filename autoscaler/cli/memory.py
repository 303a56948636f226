"""The store as the commands need it: opened when it is first used, and where it may be used at all."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autoscaler.core.closing import LONGEST_OPENING
from autoscaler.core.memory import Closing, Due, Fact, Run, StoreError
from autoscaler.core.policies import Policies
from autoscaler.environment import environment, forgetful
from autoscaler.settings import Settings

if TYPE_CHECKING:
    from autoscaler.store import Store


class LazyStore:
    """A Memory that opens its store with the first question, and again after it could not be opened."""

    def __init__(self, address: str, *, migrate: bool) -> None:
        self._address = address
        self._migrate = migrate
        self._store: Store | None = None

    async def claim(self, due: Due, command: str, at: datetime) -> bool:
        return await (await self._opened()).claim(due, command, at)

    async def record(self, due: Due, fact: Fact) -> bool:
        return await (await self._opened()).record(due, fact)

    async def runs(
        self, app: str | None = None, since: datetime | None = None, unfinished: bool = False
    ) -> Sequence[Run]:
        return await (await self._opened()).runs(app, since, unfinished)

    async def close(self, closing: Closing) -> bool:
        return await (await self._opened()).close(closing)

    async def closings(self, app: str | None = None, since: datetime | None = None) -> Sequence[Closing]:
        return await (await self._opened()).closings(app, since)

    async def forget(self, before: datetime) -> None:
        await (await self._opened()).forget(before)

    async def aclose(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            await store.aclose()

    async def _opened(self) -> "Store":
        if self._store is None:
            from autoscaler.store import open_store

            self._store = await open_store(self._address, migrate=self._migrate)
        return self._store


def memory(chosen: Settings, *, migrate: bool) -> LazyStore | None:
    """The store that the settings name; None on a dyno whose disk forgets and that has no other."""
    return None if forgetful(environment()) else LazyStore(chosen.store, migrate=migrate)


def sure_memory(chosen: Settings) -> LazyStore:
    """The same for a command that cannot do without. Raises StoreError."""
    reason = forgetful(environment())
    if reason is not None:
        raise StoreError(reason)
    return LazyStore(chosen.store, migrate=False)


async def closings(policies: Policies, chosen: Settings, now: datetime) -> tuple[Closing, ...]:
    """What was ended early, for a command that looks once. It says so where that cannot be known."""
    store = memory(chosen, migrate=False)
    made = bool(chosen.database_url.get_secret_value()) or Path(chosen.autoscaler_state).exists()
    if store is None or not made or not any(policy.closes for policy in policies.policies):
        return ()
    try:
        return tuple(await store.closings(since=now - LONGEST_OPENING))
    except StoreError as error:
        click.echo(f"Warning: it is not known which openings were ended early: {error}", err=True)
        return ()
    finally:
        await store.aclose()
