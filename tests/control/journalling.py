"""A journal in memory for tests of the daemon; several daemons may share it, one after another or at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from autoscaler.core.journal import EVERYTHING, Alive, Entry, KeptFile, Pin, Verified, Written
from autoscaler.core.memory import StoreError
from autoscaler.core.policies import Target


@dataclass
class FakeJournal:
    down: bool = False
    noted: list[Entry] = field(default_factory=list)
    made: list[Pin] = field(default_factory=list)
    records: dict[Target, Verified] = field(default_factory=dict)
    asked: list[Written] = field(default_factory=list)
    alive: dict[str, Alive] = field(default_factory=dict)
    file: KeptFile | None = None

    def _reach(self) -> None:
        if self.down:
            raise StoreError("the store is not reached")

    async def note(self, entries: Sequence[Entry]) -> None:
        self._reach()
        self.noted += entries

    async def entries(
        self, app: str | None = None, since: datetime | None = None, name: str | None = None
    ) -> Sequence[Entry]:
        self._reach()
        told = [entry for entry in self.noted if since is None or entry.at >= since]
        return [entry for entry in told if entry.event.fields.get("app") in {app, None} and entry.event.name == name]

    async def pin(self, *pins: Pin) -> None:
        raise NotImplementedError

    async def unpin(self, app: str, kind: str, at: datetime) -> Sequence[Pin]:
        raise NotImplementedError

    async def pins(self, at: datetime) -> Sequence[Pin]:
        self._reach()
        return [pin for pin in self.made if pin.made <= at < pin.until]

    async def verify(self, verified: Sequence[Verified]) -> None:
        self._reach()
        self.records |= {one.target: one for one in verified}

    async def verified(self, app: str) -> Sequence[Verified]:
        self._reach()
        return [one for one in self.records.values() if one.target.app == app]

    async def write(self, written: Sequence[Written]) -> None:
        self._reach()
        self.asked += written

    async def written(self, app: str, since: datetime) -> Sequence[Written]:
        self._reach()
        return [one for one in self.asked if one.target.app == app and one.at >= since]

    async def live(self, alive: Sequence[Alive]) -> None:
        self._reach()
        self.alive |= {one.app: one for one in alive}

    async def lives(self) -> Sequence[Alive]:
        raise NotImplementedError

    async def keep(self, file: KeptFile) -> bool:
        self._reach()
        self.file = file
        return True

    async def forget(self, before: datetime) -> None:
        raise NotImplementedError

    async def kept(self) -> KeptFile | None:
        self._reach()
        return self.file

    def told(self, name: str) -> list[Entry]:
        return [entry for entry in self.noted if entry.event.name == name]


def pin(made: datetime, until: datetime, quantity: int | None, kind: str = "worker") -> Pin:
    """A pin of the app `shop`; without a quantity a pause."""
    found = Pin("shop", kind, quantity, made, until, "sale", "ann")
    return found if quantity is not None else replace(found, app=EVERYTHING, type=EVERYTHING)
