"""What a keeper remembers of openings that end when their work is done, tick by tick."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from autoscaler.control.closer import Closed, Closer
from autoscaler.core.closing import Heard
from autoscaler.core.memory import Closing, Memory
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Formation, Live
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.probes import Answer, Busy, Failed, Idle
from autoscaler.core.windows import Close, Window
from autoscaler.core.zones import HOUR
from tests.control.test_closing import FakeMemory
from tests.core.test_closing import POLICY, at, window

BUSY, IDLE, FAILED = Busy(3), Idle(), Failed("no answer")
PROBE = ("shop", "probe night")
SECOND = timedelta(seconds=1)


def night(early: int | None = 600, name: str = "night", start: int = 0, end: int = 5) -> Window:
    """From midnight to 05:00, or to 07:00 while its probe finds work."""
    return replace(window(name, start, end, 2, 2), close=Close("probe night", 2 * HOUR, early))


@dataclass
class Night:
    """A closer over a night of one app, and what it said at the last tick."""

    windows: tuple[Window, ...] = (night(),)
    memory: FakeMemory | None = field(default_factory=FakeMemory)
    said: Closed = field(default_factory=Closed)
    live: int = 2

    def __post_init__(self) -> None:
        self.policies = Policies("policies.yaml", (replace(POLICY, windows=self.windows),))
        self.closer = Closer(self.policies, cast("Memory | None", self.memory))

    async def tick(self, now: datetime, answer: Answer = IDLE, live: int | None = None) -> int:
        """One tick as a keeper makes it: the quantity that is wanted then."""
        self.live = self.live if live is None else live
        known = self.closer.known
        heard = Heard({PROBE: answer}, await self.closer.closings(now))
        answers = {"shop": Formation("shop", {"worker": Live(self.live, "basic")})}
        observed = await self.closer.heard(Observed(now, answers, heard=heard), now)
        plan = draft(self.policies, observed, now)
        self.said = self.closer.closed(plan, observed, known)
        (step,) = plan.steps
        assert step.decision is not None
        assert isinstance(step.decision.desired.quantity, int)
        return step.decision.desired.quantity


async def test_it_ends_early_at_the_second_at_which_the_probe_has_been_idle_for_so_long() -> None:
    play = Night()
    assert await play.tick(at(1), BUSY) == 2
    assert await play.tick(at(2)) == 2
    assert await play.tick(at(2, 10) - SECOND) == 2
    assert await play.tick(at(2, 10)) == 0
    closing = Closing("shop", "worker", "night", at(0), at(2, 10), "idle")
    assert play.memory is not None
    assert (play.memory.made, play.said.early) == ([closing], (closing,))
    assert await play.tick(at(2, 11)) == 0
    assert play.said.early == ()  # told once


async def test_what_was_idle_before_an_opening_counts_from_its_start() -> None:
    play = Night(windows=(night(), night(None, "day", 12, 24)))
    await play.tick(datetime.fromisoformat("2026-11-23T23:59:40Z"))  # `day` is about to end, and its probe is asked
    assert await play.tick(at(0, 10) - SECOND) == 2
    assert await play.tick(at(0, 10)) == 0


async def test_a_probe_is_believed_after_fifteen_seconds() -> None:
    play = Night(windows=(night(None),))
    assert await play.tick(at(5, 30), BUSY) == 2
    assert await play.tick(at(5, 31)) == 2
    assert await play.tick(at(5, 31) + 14 * SECOND) == 2
    assert await play.tick(at(5, 31) + 15 * SECOND) == 0


async def test_an_overrun_is_told_at_the_latest_instant_and_its_beginning_when_it_begins() -> None:
    play = Night(windows=(night(None),))
    await play.tick(at(5) - SECOND, BUSY)
    assert (play.said.held, play.said.overruns) == ((), ())
    await play.tick(at(5), BUSY)
    [(latest, run)] = play.said.held
    assert (latest, run.window, run.why) == (at(7), "night", "held open: probe night says 3 unfinished")
    await play.tick(at(7) - SECOND, BUSY)
    assert (play.said.held, play.said.overruns) == ((), ())
    await play.tick(at(7), BUSY)
    assert play.said.overruns == (run,)


async def test_what_ends_before_its_latest_is_no_overrun() -> None:
    play = Night(windows=(night(None),))
    await play.tick(at(5), BUSY)
    await play.tick(at(6))
    assert await play.tick(at(6, 1)) == 0
    assert play.said.overruns == ()
    await play.tick(at(7))
    assert play.said.overruns == ()


@pytest.mark.parametrize(("answer", "failed", "answered"), [(FAILED, 1, 0), (BUSY, 0, 1), (IDLE, 0, 1)])
async def test_who_answered_and_who_did_not_is_told(answer: Answer, failed: int, answered: int) -> None:
    play = Night()
    await play.tick(at(2), answer)
    assert play.said.failed == ((PROBE, "no answer"),) * failed
    assert play.said.answered == (PROBE,) * answered


@pytest.mark.parametrize("ran", [1, 2])
async def test_what_somebody_scales_to_zero_while_it_runs_has_ended(ran: int) -> None:
    play = Night(windows=(replace(night(None), quantity=ran),))
    await play.tick(at(1), BUSY, live=ran)
    assert await play.tick(at(2), BUSY, live=0) == 0
    assert play.said.early == (Closing("shop", "worker", "night", at(0), at(2), "batch"),)


async def test_what_was_never_seen_to_run_has_not_ended_at_zero() -> None:
    play = Night(windows=(night(None),))
    assert await play.tick(at(1), BUSY, live=0) == 2
    assert await play.tick(at(2), BUSY, live=0) == 2
    assert play.said.early == ()


async def test_what_ran_in_the_opening_before_does_not_end_this_one() -> None:
    play = Night(windows=(night(None), night(None, "day", 12, 24)))
    await play.tick(datetime.fromisoformat("2026-11-23T23:00:00Z"), BUSY, live=2)
    assert await play.tick(at(1), BUSY, live=0) == 2
    assert play.said.early == ()


async def test_of_two_that_are_open_the_one_ends_that_gives_the_quantity() -> None:
    play = Night(windows=(night(None), night(None, "early bird", 1, 4)))
    await play.tick(at(2), BUSY)
    await play.tick(at(3), BUSY, live=0)
    assert [closing.window for closing in play.said.early] == ["night"]


async def test_a_batch_ends_for_us_alone_while_the_store_is_down() -> None:
    memory = FakeMemory(down=True)
    play = Night(windows=(night(None),), memory=memory)
    await play.tick(at(1), BUSY)
    assert str(play.said.store) == "the store does not answer"
    assert await play.tick(at(2), BUSY, live=0) == 0
    assert [closing.by for closing in play.said.early] == ["batch"]
    memory.down = False
    assert await play.tick(at(3), BUSY) == 0
    assert (play.said.store, memory.made) == (None, [])


async def test_without_a_store_nothing_ends_early_and_that_is_said() -> None:
    memory = FakeMemory()
    play = Night(memory=memory)
    await play.tick(at(1))
    memory.down = True
    assert await play.tick(at(2)) == 2
    assert str(play.said.store) == "the store does not answer"
    nowhere = Night(memory=None)
    await nowhere.tick(at(1))
    assert await nowhere.tick(at(2)) == 2
    assert "DATABASE_URL is not set" in str(nowhere.said.store)
    plain = Night(windows=(night(None),), memory=None)
    await plain.tick(at(1))
    assert plain.said.store is None


async def test_a_closing_that_is_no_news_is_taken_up_in_silence() -> None:
    closing = Closing("shop", "worker", "night", at(0), at(1), "person")
    told, old = Night(), Night()
    for play in (told, old):
        assert play.memory is not None
        play.memory.made.append(closing)
    assert await told.tick(at(1, 5) - SECOND) == 0
    assert told.said.early == (closing,)
    assert await old.tick(at(1, 5)) == 0
    assert old.said.early == ()


async def test_closings_are_asked_for_as_long_as_an_opening_can_be() -> None:
    play = Night()
    assert play.memory is not None
    apart = timedelta(days=63)
    play.memory.made += [
        Closing("shop", "worker", "night", at(0), at(2) - apart, "old"),
        Closing("shop", "worker", "night", at(0), at(2) - apart - SECOND, "older"),
    ]
    assert [closing.by for closing in await play.closer.closings(at(2))] == ["old"]


@pytest.mark.parametrize(
    ("early", "now", "next_ask"),
    [
        (600, at(2), at(2, 1)),
        (600, at(4, 59), at(4, 59) + 30 * SECOND),  # half a minute before the end
        (None, at(2), at(5) - 30 * SECOND),
        (None, at(5) - 30 * SECOND, at(5) + 30 * SECOND),
        (None, at(6, 30), at(6, 31)),
        (None, at(7), None),
    ],
)
async def test_when_the_probe_is_asked_next(early: int | None, now: datetime, next_ask: datetime | None) -> None:
    play = Night(windows=(night(early),))
    await play.tick(now, BUSY)
    assert play.closer.next_ask == next_ask
    if next_ask is not None:
        assert [play.closer.due(next_ask + apart * SECOND) for apart in (-1, 0, 1)] == [False, True, True]
    assert play.closer.due(at(23)) is (next_ask is not None)


async def test_questions_that_would_find_the_same_are_left_out_up_to_the_next_end() -> None:
    play = Night()
    await play.tick(at(4, 50), BUSY)
    first = int(at(4, 51).timestamp())
    assert play.closer.pass_over(at(4, 55)) == [first + 60 * n for n in range(4)]
    assert play.closer.next_ask == at(4, 55)
    assert play.closer.pass_over(at(4, 55)) == []
    assert play.closer.pass_over(at(12)) == [first + 60 * n for n in range(4, 9)]  # the last at 04:59
    assert play.closer.next_ask == at(5) - 30 * SECOND


@pytest.mark.parametrize(("answer", "passed"), [(BUSY, 30), (IDLE, 0)])
async def test_past_its_end_a_busy_probe_s_questions_are_left_out_and_an_idle_one_s_are_not(
    answer: Answer, passed: int
) -> None:
    play = Night(windows=(night(None),))
    await play.tick(at(6), answer)
    assert len(play.closer.pass_over(at(6, 31))) == passed


async def test_where_no_window_closes_nothing_is_asked_or_remembered() -> None:
    play = Night(windows=(replace(night(), close=None),))
    assert play.memory is not None
    play.memory.down = True
    assert await play.tick(at(2), FAILED) == 2
    assert (play.closer.next_ask, play.said.store, play.closer.pass_over(at(9))) == (None, None, [])


async def test_each_process_type_at_zero_ends_its_own_opening() -> None:
    def of(kind: str) -> Policy:
        return replace(POLICY, target=Target("shop", kind), windows=(night(None),))

    policies = Policies("policies.yaml", (of("mailer"), of("worker")))
    memory = FakeMemory()
    closer = Closer(policies, cast("Memory", memory))
    for now, live in ((at(1), 2), (at(2), 0)):
        heard = Heard({PROBE: BUSY}, await closer.closings(now))
        types = {kind: Live(live, "basic") for kind in ("mailer", "worker")}
        observed = await closer.heard(Observed(now, {"shop": Formation("shop", types)}, heard=heard), now)
        closer.closed(draft(policies, observed, now), observed, ())
    assert [(closing.type, closing.by) for closing in memory.made] == [("mailer", "batch"), ("worker", "batch")]
