"""What the daemon remembers of formations, so that people can read it, and can overrule it. Scaling never waits for it.

Jobs and early closings, on which something depends, are in `memory`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from autoscaler.core.events import Event
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired

EVERYTHING = "*"
"""The app and the process type of a pin that holds every formation still."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as one daemon told it, at an instant in UTC."""

    at: datetime
    event: Event
    daemon: str


@dataclass(frozen=True, slots=True)
class Pin:
    """What a person wants until `until` (UTC), whatever the file says. `quantity` None is a pause: all stays as it is.

    `by` is who asked, as far as that is known.
    """

    app: str
    type: str
    quantity: int | None
    made: datetime
    until: datetime
    reason: str = ""
    by: str = ""

    @property
    def why(self) -> str:
        """pinned by ann: the sale."""
        by = f" by {self.by}" if self.by else ""
        return f"pinned{by}: {self.reason}" if self.reason else f"pinned{by}"

    def concerns(self, target: Target) -> bool:
        return (self.app, self.type) in {(target.app, target.type), (EVERYTHING, EVERYTHING)}


@dataclass(frozen=True, slots=True)
class Verified:
    """At `at` (UTC) a read showed a process type to be as wanted: `desired` then, `quantity` and `size` live."""

    target: Target
    desired: Desired
    quantity: int
    size: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """What a daemon asked the platform for at `at` (UTC); None was left as it was."""

    target: Target
    quantity: int | None
    size: str | None
    at: datetime
    daemon: str


@dataclass(frozen=True, slots=True)
class Alive:
    """How an app does: last read, and last seen to be as wanted (UTC; None for never, as far as is remembered).

    `why` is what keeps it from that, empty where nothing does. `untroubled` is when it was last seen to be as wanted or
    to wait for what comes by itself: the daemon's alarm counts from there.
    """

    app: str
    read: datetime | None
    converged: datetime | None
    why: str
    daemon: str
    untroubled: datetime | None = None

    @property
    def well(self) -> datetime | None:
        """When nothing was amiss last; what is as wanted is well, whoever told it."""
        return max((at for at in (self.converged, self.untroubled) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The last policy file without faults: its name as the user gave it, its text, its digest."""

    name: str
    text: str
    digest: str
    at: datetime


class Journal(Protocol):
    """Every method raises StoreError, after 5 seconds at the latest. Instants are aware, in UTC when they come back."""

    async def note(self, entries: Sequence[Entry]) -> None:
        """Write events down, all or none. An entry that is told twice is one: what makes it is all of it.

        Texts are masked and bounded on the way in; what is no text, number, list or mapping is told as a text.
        """

    async def entries(
        self, app: str | None = None, since: datetime | None = None, name: str | None = None
    ) -> Sequence[Entry]:
        """The events of `since` and later, in their order; of one app and those that are about none; of one name."""

    async def pin(self, *pins: Pin) -> None:
        """Put pins in force, all or none; one that held for the same process type ends with it."""

    async def unpin(self, app: str, kind: str, at: datetime) -> Sequence[Pin]:
        """End the pins of a process type (EVERYTHING for the pause); those that were in force."""

    async def pins(self, at: datetime) -> Sequence[Pin]:
        """The pins that are in force, and last beyond an instant."""

    async def verify(self, verified: Sequence[Verified]) -> None:
        """Remember what was seen to be as wanted: the latest of each process type, for as long as its app is `live`."""

    async def verified(self, app: str) -> Sequence[Verified]:
        """What is remembered of an app's process types."""

    async def write(self, written: Sequence[Written]) -> None:
        """Remember what is asked for; told before the request is sent."""

    async def written(self, app: str, since: datetime) -> Sequence[Written]:
        """What any daemon asked for at `since` or later, in that order."""

    async def live(self, alive: Sequence[Alive]) -> None:
        """Remember how the apps do: the latest of each app. An instant that is None leaves the one before it known."""

    async def lives(self) -> Sequence[Alive]:
        """How each app did when a daemon told last."""

    async def keep(self, file: KeptFile) -> bool:
        """Remember the last good policy file in place of the one before.

        False for one with what looks like a secret in it, which is not kept: without it, it would be another file.
        """

    async def forget(self, before: datetime) -> None:
        """Forget what is older. What holds now is kept, however old: pins in force, and what is verified."""

    async def kept(self) -> KeptFile | None:
        """The last good policy file; None where there is none."""
