"""The pins in force, read from the journal now and then: people make them while the daemon runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from autoscaler.control.news import News
from autoscaler.control.scribe import UNANSWERED
from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.journal import Journal, Pin
from autoscaler.core.memory import StoreError

LOOK = 30.0
"""Seconds between two looks at the least. A pin holds within a beat and this."""


@dataclass(slots=True)
class Pins:
    """What was once read stays in force, to its own end, while the journal does not answer.

    `changed` is called where a look finds other pins than the one before.
    """

    journal: Journal | None
    clock: Clock
    news: News
    changed: Callable[[], None]
    now: tuple[Pin, ...] = ()
    _looked: float = float("-inf")
    _looking: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look again if the last look was a while ago."""
        busy = self._looking is not None and not self._looking.done()
        if self.journal is not None and not busy and self.clock.steady() - self._looked >= LOOK:
            self._looking = asyncio.get_running_loop().create_task(self.look())

    async def look(self) -> None:
        """Read the pins; within 5 seconds, as the journal promises."""
        if self.journal is None:
            return
        self._looked = self.clock.steady()
        try:
            found = tuple(await self.journal.pins(self.clock.now()))
        except StoreError as error:
            event = Event("degraded", {"store": str(error), "note": UNANSWERED}, "error")
            self.news.trouble("pins", event, str(error), beside="journal")
            return
        self.news.well("pins")
        if found != self.now:
            before, self.now = self.now, found
            self._tell(before)
            self.changed()

    def _tell(self, before: tuple[Pin, ...]) -> None:
        for pin in self.now:
            if pin not in before:
                self.news.emit(Event("pinned", {**_about(pin), "reason": pin.reason or None, "by": pin.by or None}))
        for pin in before:
            if pin not in self.now:
                over = pin.until <= self.clock.now()
                self.news.emit(Event("unpinned", {**_about(pin), "ended": "in time" if over else "by a person"}))

    def tasks(self) -> set[asyncio.Task[None]]:
        """What is under way."""
        return {self._looking} if self._looking is not None and not self._looking.done() else set()


def _about(pin: Pin) -> dict[str, object]:
    whom: dict[str, object] = {"app": pin.app, "type": pin.type, "quantity": pin.quantity}
    return {
        **(whom if pin.quantity is not None else {"what": "everything"}),
        "until": f"{pin.until:%Y-%m-%dT%H:%M:%SZ}",
    }
