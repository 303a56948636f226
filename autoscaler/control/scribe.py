"""Writes the journal beside the daemon: nothing waits for it, and what cannot be written now is kept for later."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from autoscaler.control.news import News
from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.journal import Alive, Entry, Journal, KeptFile, Verified, Written
from autoscaler.core.memory import StoreError
from autoscaler.core.policies import Target

K = TypeVar("K")
T = TypeVar("T")

MOST = 1000
"""Entries that wait at most for a store that does not answer; beyond it the oldest are lost."""

UNANSWERED = (
    "until it answers, what happens is not remembered, and new pins are not known; those known hold to their end, and "
    "scaling goes on"
)
"""What a store that does not answer means, whichever of its readers and writers finds out first."""

_TOLD_ELSEWHERE = {"tick", "ran", "ended", "skipped", "missed", "lost", "closed", "pinned", "unpinned"}
"""Events that say nothing new, that the rows of jobs and closings tell, or that whoever pinned has written down."""


@dataclass(slots=True)
class Scribe:
    """`daemon` names this process among others that share the store; `about` goes with each entry.

    Without a journal it writes nothing.
    """

    journal: Journal | None
    clock: Clock
    news: News
    daemon: str = ""
    about: Mapping[str, object] = field(default_factory=dict)
    lost: int = 0
    """Entries that could not be kept."""
    _entries: deque[Entry] = field(default_factory=deque)
    _written: deque[Written] = field(default_factory=deque)
    _verified: dict[Target, Verified] = field(default_factory=dict)
    _alive: dict[str, Alive] = field(default_factory=dict)
    _file: KeptFile | None = None
    _writing: asyncio.Task[None] | None = None

    def event(self, event: Event) -> None:
        """An event as it is told."""
        if event.name in _TOLD_ELSEWHERE or (event.name == "failed" and "job" in event.fields):
            return
        told = Event(event.name, event.fields, event.level, {**event.details, **self.about})
        self._entries.append(Entry(self.clock.now(), told, self.daemon))
        if len(self._entries) > MOST:
            self._entries.popleft()
            self.lost += 1
        self.wake()

    def writes(self, written: Written) -> None:
        """What is about to be asked for."""
        self._written.append(written)
        if len(self._written) > MOST:
            self._written.popleft()
        self.wake()

    def verified(self, verified: Verified) -> None:
        """What was seen to be as wanted."""
        self._verified[verified.target] = verified
        self.wake()

    def alive(self, alive: Alive) -> None:
        """How an app does."""
        self._alive[alive.app] = alive
        self.wake()

    def keeps(self, file: KeptFile) -> None:
        """A policy file without faults."""
        self._file = file
        self.wake()

    def wake(self) -> None:
        """Write what waits, if nobody does."""
        if self.journal is not None and not self.busy and self._waits:
            self._writing = asyncio.get_running_loop().create_task(self._write(self.journal))

    @property
    def busy(self) -> bool:
        return self._writing is not None and not self._writing.done()

    async def finish(self, seconds: float) -> None:
        """Write what waits, for so long at most."""
        self.wake()
        if self._writing is not None and self.busy:
            await asyncio.wait({self._writing}, timeout=seconds)

    @property
    def _waits(self) -> bool:
        return bool(self._entries or self._written or self._verified or self._alive or self._file)

    async def _write(self, journal: Journal) -> None:
        try:
            while self._waits:
                await self._write_once(journal)
        except StoreError as error:
            self.trouble(error)
        else:
            lost, self.lost = self.lost, 0
            self.news.well("journal", **({"entries_lost": lost} if lost else {}))

    def trouble(self, error: StoreError) -> None:
        """The journal did not answer."""
        event = Event("degraded", {"store": str(error), "note": UNANSWERED}, "error")
        self.news.trouble("journal", event, str(error), beside="pins")

    async def _write_once(self, journal: Journal) -> None:
        """What changes who is in the right first: a person's change is told by it."""
        await self._through(self._written, journal.write)
        await self._latest(self._verified, journal.verify)
        await self._through(self._entries, journal.note)
        if self._file is not None:
            file = self._file
            if not await journal.keep(file):
                note = "a start with a bad file cannot fall back on it: what is secret belongs into a variable"
                about = {"policies": file.name, "error": "it seems to hold a secret and is not kept", "note": note}
                self.news.trouble("kept file", Event("degraded", about, "warning"), file.digest)
            self._file = None if self._file is file else self._file
        await self._latest(self._alive, journal.live)

    async def _through(self, waiting: deque[T], write: Callable[[list[T]], Awaitable[None]]) -> None:
        """Write all that wait; they go on waiting until they are written."""
        batch = list(waiting)
        if batch:
            await write(batch)
            for one in batch:
                if waiting and waiting[0] is one:
                    waiting.popleft()

    async def _latest(self, waiting: dict[K, T], write: Callable[[list[T]], Awaitable[None]]) -> None:
        batch = dict(waiting)
        if batch:
            await write(list(batch.values()))
            for key, one in batch.items():
                if waiting.get(key) is one:
                    del waiting[key]
