"""The journal is written beside the daemon: in which order, what waits, and what is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from autoscaler.control.news import News
from autoscaler.control.scribe import MOST, Scribe
from autoscaler.core.events import Event
from autoscaler.core.journal import Alive, Entry, KeptFile, Verified, Written
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired
from tests.control.journalling import FakeJournal
from tests.control.virtual import Time, tokyo

NOW = tokyo("2026-11-23T22:00")
SHOP = Target("shop", "worker")


@dataclass
class OrderedJournal(FakeJournal):
    """Tells what was written in which order; `meanwhile` happens during a write, once."""

    order: list[str] = field(default_factory=list)
    meanwhile: Any = None

    def _reach(self) -> None:
        super()._reach()
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()

    async def note(self, entries: Sequence[Entry]) -> None:
        await super().note(entries)
        self.order += [f"note {entry.event.name}" for entry in entries]

    async def verify(self, verified: Sequence[Verified]) -> None:
        await super().verify(verified)
        self.order += [f"verify {one.quantity}" for one in verified]

    async def write(self, written: Sequence[Written]) -> None:
        await super().write(written)
        self.order += [f"write {one.quantity}" for one in written]

    async def live(self, alive: Sequence[Alive]) -> None:
        await super().live(alive)
        self.order += [f"live {one.why}" for one in alive]

    async def keep(self, file: KeptFile) -> bool:
        self.order.append(f"keep {file.digest}")
        return await super().keep(file)


def scribe(journal: FakeJournal | None, said: list[Event] | None = None) -> Scribe:
    time = Time(NOW)
    return Scribe(journal, time, News(time, (said if said is not None else []).append), "clock.1", {"digest": "one"})


def written(quantity: int) -> Written:
    return Written(SHOP, quantity, None, NOW, "clock.1")


def verified(quantity: int) -> Verified:
    return Verified(SHOP, Desired(quantity, None), quantity, "basic", NOW)


def alive(why: str) -> Alive:
    return Alive("shop", NOW, NOW, why, "clock.1")


def kept(digest: str) -> KeptFile:
    return KeptFile("policies.yaml", "text", digest, NOW)


def all_of_it(to: Scribe, number: int) -> None:
    to.alive(alive(str(number)))
    to.keeps(kept(str(number)))
    to.event(Event(f"event-{number}"))
    to.verified(verified(number))
    to.writes(written(number))


def test_what_tells_who_is_in_the_right_is_written_first() -> None:
    journal = OrderedJournal()

    async def main() -> None:
        writer = scribe(journal)
        all_of_it(writer, 1)
        await writer.finish(5)
        assert not writer.busy

    asyncio.run(main())
    assert journal.order == ["write 1", "verify 1", "note event-1", "keep 1", "live 1"]


def test_what_comes_during_a_write_is_written_after_it_and_nothing_twice() -> None:
    journal = OrderedJournal()

    async def main() -> None:
        writer = scribe(journal)
        journal.meanwhile = lambda: all_of_it(writer, 2)
        all_of_it(writer, 1)
        await writer.finish(5)

    asyncio.run(main())
    assert journal.order == [
        "write 1", "verify 2", "note event-1", "note event-2", "keep 2", "live 2", "write 2",
    ]  # fmt: skip
    assert (journal.records[SHOP], journal.alive["shop"].why, journal.file) == (verified(2), "2", kept("2"))


@pytest.mark.parametrize("kind", ["write", "verify", "note", "keep", "live"])
def test_what_comes_while_its_like_is_being_written_is_not_lost(kind: str) -> None:
    journal = OrderedJournal()
    ways = {
        "write": lambda to, n: to.writes(written(n)),
        "verify": lambda to, n: to.verified(verified(n)),
        "note": lambda to, n: to.event(Event(f"event-{n}")),
        "keep": lambda to, n: to.keeps(kept(str(n))),
        "live": lambda to, n: to.alive(alive(str(n))),
    }

    async def main() -> None:
        writer = scribe(journal)
        journal.meanwhile = lambda: ways[kind](writer, 2)
        ways[kind](writer, 1)
        await writer.finish(5)

    asyncio.run(main())
    word = "note event-" if kind == "note" else f"{kind} "
    assert journal.order == [f"{word}1", f"{word}2"]


def test_what_could_not_be_written_waits_and_that_is_said_with_what_was_lost() -> None:
    journal, said = OrderedJournal(down=True), list[Event]()

    async def main() -> None:
        writer = scribe(journal, said)
        for number in range(MOST + 2):
            writer.event(Event(f"event-{number}"))
            writer.writes(written(number))
        await writer.finish(5)
        assert [event.name for event in said] == ["degraded"]
        assert (said[0].fields["store"], said[0].level) == ("the store is not reached", "error")
        assert writer.lost == 2
        journal.down = False
        await writer.finish(5)
        assert (said[1].name, said[1].fields["entries_lost"]) == ("recovered", 2)
        assert writer.lost == 0
        journal.down = True
        writer.writes(written(0))
        await writer.finish(5)
        journal.down = False
        await writer.finish(5)
        assert (said[3].name, set(said[3].fields)) == ("recovered", {"after", "was"})
        assert journal.asked.pop() == written(0)

    asyncio.run(main())
    assert [entry.event.name for entry in journal.noted] == [f"event-{number}" for number in range(2, MOST + 2)]
    assert [one.quantity for one in journal.asked] == list(range(2, MOST + 2))


def test_an_entry_tells_when_who_and_about_what_and_what_is_told_elsewhere_is_none() -> None:
    journal = FakeJournal()

    async def main() -> None:
        writer = scribe(journal)
        writer.event(Event("scaled", {"app": "shop"}, "warning", {"line": 8}))
        for name in ("tick", "ran", "ended", "skipped", "missed", "lost", "closed", "pinned", "unpinned"):
            writer.event(Event(name))
        writer.event(Event("failed", {"job": "nightly"}))
        await writer.finish(5)

    asyncio.run(main())
    scaled = Event("scaled", {"app": "shop"}, "warning", {"line": 8, "digest": "one"})
    assert journal.noted == [Entry(NOW, scaled, "clock.1")]


def test_without_a_journal_nothing_is_written_and_nothing_waits_for_long() -> None:
    async def main() -> None:
        writer = scribe(None)
        for _ in range(MOST + 5):
            all_of_it(writer, 1)
        await writer.finish(5)
        assert not writer.busy

    asyncio.run(main())


def test_whoever_finishes_waits_no_longer_than_it_says() -> None:
    journal = OrderedJournal()

    async def forever(_: Sequence[Written]) -> None:
        await asyncio.Event().wait()

    journal.write = forever  # type: ignore[method-assign, assignment]

    async def main() -> None:
        writer = scribe(journal)
        writer.writes(written(1))
        await writer.finish(0)
        assert writer.busy

    asyncio.run(main())


@pytest.mark.parametrize("keeps", [True, False])
def test_a_file_with_a_secret_in_it_is_not_kept_and_that_is_said(keeps: bool) -> None:
    said: list[Event] = []

    @dataclass
    class Careful(FakeJournal):
        async def keep(self, file: KeptFile) -> bool:
            await super().keep(file)
            return keeps

    async def main() -> None:
        writer = scribe(Careful(), said)
        writer.keeps(kept("one"))
        await writer.finish(5)
        writer.keeps(kept("one"))
        await writer.finish(5)

    asyncio.run(main())
    told = [(event.name, event.level, event.fields["policies"]) for event in said]
    assert told == ([] if keeps else [("degraded", "warning", "policies.yaml")])
