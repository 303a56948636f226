"""The store as the commands need it: opened when it is first used, and where it may be used at all."""

import asyncio
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


class OpenedWhenNeeded:
    """A Memory whose store is opened by the first call that needs it, and by the next one where that failed.

    `migrate` makes the store and brings it up to date; only `run` and `apply` may. It has to be closed.
    """

    def __init__(self, address: str, *, migrate: bool) -> None:
        self._address = address
        self._migrate = migrate
        self._store: Store | None = None
        self._turn = asyncio.Lock()

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
        """Let go of the store, if it was opened."""
        store, self._store = self._store, None
        if store is not None:
            await store.aclose()

    async def _opened(self) -> "Store":
        async with self._turn:
            if self._store is None:
                from autoscaler.store import open_store

                self._store = await open_store(self._address, migrate=self._migrate)
            return self._store


def memory_for(chosen: Settings, *, migrate: bool) -> OpenedWhenNeeded:
    """The memory that the settings name."""
    return OpenedWhenNeeded(chosen.store, migrate=migrate)


def sure_memory(chosen: Settings) -> OpenedWhenNeeded:
    """The same for a command that cannot do without. Raises StoreError where nothing outlives a restart."""
    reason = forgetful(environment())
    if reason is not None:
        raise StoreError(reason)
    return memory_for(chosen, migrate=False)


async def closings(policies: Policies, chosen: Settings, now: datetime) -> tuple[Closing, ...]:
    """What was ended early, for a command that looks once. It says so where that cannot be known."""
    made = bool(chosen.database_url.get_secret_value()) or Path(chosen.autoscaler_state).exists()
    if not made or forgetful(environment()) or not any(policy.closes for policy in policies.policies):
        return ()
    store = memory_for(chosen, migrate=False)
    try:
        return tuple(await store.closings(since=now - LONGEST_OPENING))
    except StoreError as error:
        click.echo(f"Warning: it is not known which openings were ended early: {error}", err=True)
        return ()
    finally:
        await store.aclose()
