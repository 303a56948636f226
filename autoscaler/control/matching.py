"""Which apps the file's globs match, asked now and then: review apps come and go."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from autoscaler.control.news import News
from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.globs import matched
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import Neighbours, PlatformError
from autoscaler.core.policies import Policies

LOOK = 5 * 60.0
"""Seconds between two looks at the account's apps."""


@dataclass(slots=True)
class Matching:
    """What was matched once stays matched while the platform does not answer. `changed` is called on other matches."""

    neighbours: Neighbours | None
    ourselves: Ourselves
    clock: Clock
    news: News
    changed: Callable[[], None]
    _file: Policies | None = None
    _names: tuple[str, ...] = ()
    _announced: set[str] = field(default_factory=set)
    _missed: set[str] = field(default_factory=set)
    _looked: float = float("-inf")
    _looking: asyncio.Task[None] | None = None

    @property
    def needed(self) -> bool:
        """Whether the file has a glob."""
        return self._file is not None and bool(self._file.globs)

    def take_up(self, file: Policies) -> Policies:
        """A new file: its policies with the apps that are known to match."""
        self._file = file
        self._looked = float("-inf") if self.needed else self._looked
        return self.policies

    @property
    def policies(self) -> Policies:
        """The file's policies for real apps; each match is announced once."""
        assert self._file is not None
        if not self.needed:
            return self._file
        found = matched(self._file, self._names, self.ourselves)
        new = [app for app in found.apps if app not in self._file.apps and app not in self._announced]
        self._announced = {app for app in found.apps if app not in self._file.apps}
        self._missed &= self._announced
        for app in new:
            self.news.emit(Event("matched", {"app": app, "policies": self._file.file}))
        return found

    def gone(self, app: str) -> bool:
        """Whether an app that is not found any more is one that a glob matched, and may simply be no more.

        The account's apps are looked at again; an app that is on the list all the same is missed no second time.
        """
        if app not in self._announced or app in self._missed:
            return False
        self._missed.add(app)
        self._looked = float("-inf")
        return True

    def found(self, app: str) -> None:
        """An app answers."""
        self._missed.discard(app)

    def wake(self) -> None:
        """Look again if the last look was a while ago."""
        busy = self._looking is not None and not self._looking.done()
        if self.needed and not busy and self.clock.steady() - self._looked >= LOOK:
            self._looking = asyncio.get_running_loop().create_task(self.look())

    async def look(self) -> None:
        """Ask for the account's apps."""
        self._looked = self.clock.steady()
        if self.neighbours is None:
            return
        try:
            names = tuple(sorted(await self.neighbours.apps()))
        except PlatformError as error:
            note = "which apps the file's globs match is as it was known last"
            event = Event("degraded", {"error": str(error), "note": note}, "error")
            self.news.trouble("globs", event, str(error))
            return
        self.news.well("globs")
        if names != self._names:
            self._names = names
            self.changed()

    def tasks(self) -> set[asyncio.Task[None]]:
        """What is under way."""
        return {self._looking} if self._looking is not None and not self._looking.done() else set()
