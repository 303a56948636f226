"""The store, opened when something needs it: a policy file that asks for nothing to be remembered leaves no trace."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from autoscaler.core.memory import Closing, Due, Fact, Run
from autoscaler.settings import Settings
from autoscaler.store import Store, open_store


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
        if self._store is not None:
            await self._store.aclose()

    async def _opened(self) -> Store:
        async with self._turn:
            if self._store is None:
                self._store = await open_store(self._address, migrate=self._migrate)
            return self._store


def memory_for(chosen: Settings, *, migrate: bool) -> OpenedWhenNeeded:
    """The memory that the settings name."""
    return OpenedWhenNeeded(chosen.store, migrate=migrate)
