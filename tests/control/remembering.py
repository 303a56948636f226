"""A memory for tests of the daemon: real SQLite without its thread, so that virtual time stands still meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest

from autoscaler.core.memory import Closing, Due, Fact, Run, StoreError
from autoscaler.store import Store, open_store, sqlite

T = TypeVar("T")


def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements run where they are asked for: a thread would let virtual time pass."""

    async def at_once(work: Callable[[], T]) -> T:
        return work()

    monkeypatch.setattr(sqlite, "_in_thread", at_once)


class Shaky:
    """The store in a folder, opened when first asked for; `down` makes a method fail, before or after its effect."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "autoscaler.sqlite3"
        self._store: Store | None = None
        self.down: dict[str, str] = {}
        self.asked: list[str] = []

    async def claim(self, due: Due, command: str, at: datetime) -> bool:
        return await self._do("claim", lambda store: store.claim(due, command, at))

    async def record(self, due: Due, fact: Fact) -> bool:
        return await self._do("record", lambda store: store.record(due, fact))

    async def runs(
        self, app: str | None = None, since: datetime | None = None, unfinished: bool = False
    ) -> Sequence[Run]:
        return await self._do("runs", lambda store: store.runs(app, since, unfinished))

    async def close(self, closing: Closing) -> bool:
        return await self._do("close", lambda store: store.close(closing))

    async def closings(self, app: str | None = None, since: datetime | None = None) -> Sequence[Closing]:
        return await self._do("closings", lambda store: store.closings(app, since))

    async def forget(self, before: datetime) -> None:
        return await self._do("forget", lambda store: store.forget(before))

    def remembered(self) -> list[Run]:
        """Every run, afterwards."""

        async def ask() -> list[Run]:
            return list(await self.runs())

        return asyncio.run(ask())

    async def _do(self, name: str, ask: Callable[[Store], Awaitable[T]]) -> T:
        self.asked.append(name)
        if self.down.get(name) == "before":
            raise StoreError("the store is not reached")
        if self._store is None:
            self._store = await open_store(str(self._path), migrate=True)
        done = await ask(self._store)
        if self.down.get(name) == "after":
            raise StoreError("the store's answer was lost")
        return done
