"""The pins, read now and then: how often, and what becomes of them while the journal does not answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoscaler.control.news import News
from autoscaler.control.pins import Pins
from autoscaler.control.scribe import Scribe
from autoscaler.core.events import Event
from autoscaler.core.journal import Pin
from autoscaler.core.memory import StoreError
from tests.control.journalling import FakeJournal, pin
from tests.control.virtual import Time, tokyo

MADE, UNTIL = tokyo("2026-11-23T20:00"), tokyo("2026-11-24T07:00")


@dataclass
class SlowJournal(FakeJournal):
    """Answers once it is let; counts the questions."""

    looks: int = 0
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def pins(self, at: datetime) -> Sequence[Pin]:
        self.looks += 1
        await self.let.wait()
        return await super().pins(at)


@dataclass
class Desk:
    """Pins before a journal, what they said, and how often they said that they changed."""

    journal: SlowJournal
    time: Time = field(default_factory=lambda: Time(MADE))
    said: list[Event] = field(default_factory=list)
    changes: list[tuple[Pin, ...]] = field(default_factory=list)
    pins: Pins = field(init=False)

    def __post_init__(self) -> None:
        news = News(self.time, self.said.append)
        self.pins = Pins(self.journal, self.time, news, lambda: self.changes.append(self.pins.now))

    async def wake(self, seconds: float) -> int:
        """Wake them at a steady time, let all that began come to its end: the looks until now."""
        self.time.steady_now = seconds
        self.pins.wake()
        await asyncio.gather(*self.pins.tasks())
        return self.journal.looks


def test_a_look_is_taken_at_once_and_again_after_half_a_minute() -> None:
    async def main() -> None:
        desk = Desk(SlowJournal())
        desk.journal.let.set()
        assert [await desk.wake(seconds) for seconds in (0, 29.9, 30, 59.9, 60)] == [1, 1, 2, 2, 3]
        assert desk.pins.tasks() == set()

    asyncio.run(main())


def test_while_a_look_lasts_no_other_begins() -> None:
    async def main() -> None:
        desk = Desk(SlowJournal())
        for seconds in (0, 40, 80):
            desk.time.steady_now = seconds
            desk.pins.wake()
            await asyncio.sleep(0)  # noqa: TID251 lets the look begin
        assert desk.journal.looks == 1
        [under_way] = desk.pins.tasks()
        desk.journal.let.set()
        await under_way
        assert desk.pins.tasks() == set()
        assert await desk.wake(80) == 2

    asyncio.run(main())


def test_without_a_journal_there_is_nothing_to_look_at() -> None:
    async def main() -> None:
        desk = Desk(SlowJournal())
        desk.pins.journal = None
        assert await desk.wake(100) == 0
        await desk.pins.look()
        assert (desk.said, desk.changes) == ([], [])

    asyncio.run(main())


def test_whoever_waits_is_told_of_other_pins_and_of_nothing_else() -> None:
    async def main() -> None:
        desk = Desk(SlowJournal())
        desk.journal.let.set()
        await desk.wake(0)
        assert desk.changes == []
        sale = pin(MADE, UNTIL, 5)
        desk.journal.made.append(sale)
        await desk.wake(30)
        await desk.wake(60)
        assert desk.changes == [(sale,)]

    asyncio.run(main())


def test_a_pin_s_beginning_and_its_end_are_told_whole() -> None:
    async def main() -> None:
        sale, pause = pin(MADE, UNTIL, 5), pin(MADE, MADE + timedelta(seconds=30), None)
        desk = Desk(SlowJournal(made=[sale, replace(pause, reason="", by="")]))
        desk.journal.let.set()
        await desk.wake(0)
        about = {"app": "shop", "type": "worker", "quantity": 5, "until": "2026-11-23T22:00:00Z"}
        everything = {"what": "everything", "until": "2026-11-23T11:00:30Z"}
        assert desk.said == [
            Event("pinned", {**about, "reason": "sale", "by": "ann"}),
            Event("pinned", {**everything, "reason": None, "by": None}),
        ]
        desk.said.clear()
        await desk.wake(30)  # the very end of the pause
        desk.journal.made.clear()
        await desk.wake(60)
        assert desk.said == [
            Event("unpinned", {**everything, "ended": "in time"}),
            Event("unpinned", {**about, "ended": "by a person"}),
        ]

    asyncio.run(main())


def test_what_was_read_holds_while_the_journal_does_not_answer_and_that_is_said() -> None:
    async def main() -> None:
        sale = pin(MADE, UNTIL, 5)
        desk = Desk(SlowJournal(made=[sale]))
        desk.journal.let.set()
        await desk.wake(0)
        desk.said.clear()
        desk.journal.down = True
        await desk.wake(30)
        await desk.wake(60)
        assert desk.pins.now == (sale,)
        [degraded] = desk.said
        assert (degraded.name, degraded.level) == ("degraded", "error")
        assert degraded.fields["store"] == "the store is not reached"
        assert "those known hold to their end" in str(degraded.fields["note"])
        desk.journal.down = False
        await desk.wake(90)
        assert [event.name for event in desk.said] == ["degraded", "recovered"]
        assert desk.changes == [(sale,)]

    asyncio.run(main())


def test_a_store_that_does_not_answer_is_told_once_whoever_finds_out_first() -> None:
    async def main() -> None:
        desk = Desk(SlowJournal())
        desk.journal.let.set()
        desk.journal.down = True
        scribe = Scribe(desk.journal, desk.time, desk.pins.news)
        await desk.wake(0)
        for second in range(0, 900, 30):
            scribe.trouble(StoreError("the store is not reached"))
            await desk.wake(second)
        assert [event.name for event in desk.said] == ["degraded"]
        assert desk.pins.news.troubles == 1
        desk.journal.down = False
        await desk.wake(900)
        assert [event.name for event in desk.said] == ["degraded", "recovered"]
        scribe.trouble(StoreError("the store is not reached"))  # it is read, and cannot be written
        assert [event.name for event in desk.said] == ["degraded", "recovered", "degraded"]
        scribe.trouble(StoreError("the disk is full"))
        assert [event.fields.get("store") for event in desk.said[2:]] == [
            "the store is not reached",
            "the disk is full",
        ]

    asyncio.run(main())
