"""One app's turns: when it is due, when it wakes, and what it has made ready for an edge."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from autoscaler.control.keeper import Keeper
from autoscaler.control.road import Road
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import Transient
from autoscaler.core.policies import Policies, Policy
from tests.control.test_daemon import TOKYO, worker
from tests.control.test_unbroken import nightly
from tests.control.virtual import FakeHeroku, Time, tokyo

START = tokyo("2026-11-23T21:30")
EDGE = tokyo("2026-11-23T22:00")
SECOND = timedelta(seconds=1)


def keeper(policy: Policy | None = None, live: int = 0) -> tuple[Keeper, Time, FakeHeroku]:
    time = Time(START)
    heroku = FakeHeroku(time, {"shop": {"worker": (live, "standard-1x")}})
    road = Road(heroku, Policies("policies.yaml", (policy or worker(),), TOKYO), Ourselves())
    return Keeper("shop", road, time), time, heroku


def ticked(keeping: Keeper, at: datetime) -> bool:
    return asyncio.run(keeping.tick(at, lambda: True)).converged


def test_it_is_due_at_once_then_on_its_turn_and_at_its_edge() -> None:
    keeping, time, _ = keeper()
    assert keeping.due(START)
    assert not keeping.converged
    assert ticked(keeping, START)
    assert keeping.converged
    keeping.rest(0, 60)
    assert keeping.edge == EDGE
    time.steady_now = 58.9
    assert not keeping.due(START)
    time.steady_now = 59
    assert keeping.due(START)
    time.steady_now = 0
    assert [keeping.due(EDGE - SECOND), keeping.due(EDGE), keeping.due(EDGE + SECOND)] == [False, True, True]


def test_a_short_beat_may_ring_a_tenth_of_it_early() -> None:
    keeping, time, _ = keeper()
    keeping.rest(100, 5)
    for now, due in ((104.4, False), (104.5, True)):
        time.steady_now = now
        assert keeping.due(START) is due


def test_it_is_due_for_a_look_at_its_dynos() -> None:
    keeping, _, _ = keeper(nightly(), live=2)
    keeping.rest(0, 600)
    assert not keeping.due(EDGE - timedelta(minutes=15) - SECOND)
    assert keeping.due(EDGE - timedelta(minutes=15))
    assert keeping.next_wake(START) == EDGE - timedelta(minutes=15)


def test_what_the_platform_asked_to_wait_for_is_waited_for_edge_or_not() -> None:
    keeping, time, _ = keeper()
    ticked(keeping, START)
    keeping.wait(40)
    keeping.wait(10)
    time.steady_now = 39.9
    assert not keeping.due(EDGE)
    assert not keeping.on_the_eve(EDGE - SECOND)
    assert keeping.next_wake(EDGE) == EDGE + timedelta(seconds=0.1)
    assert keeping.next_wake(START) == EDGE - timedelta(seconds=10)
    time.steady_now = 40
    assert keeping.due(EDGE)
    assert keeping.on_the_eve(EDGE - SECOND)
    assert keeping.next_wake(EDGE) == EDGE


def test_the_eve_of_an_edge_is_ten_seconds_long_and_is_used_once() -> None:
    keeping, _, heroku = keeper()
    ticked(keeping, START)
    eve = EDGE - timedelta(seconds=10)
    assert [keeping.on_the_eve(at) for at in (eve - SECOND, eve, EDGE - SECOND, EDGE)] == [False, True, True, False]
    assert keeping.next_wake(START) == eve
    assert keeping.next_wake(EDGE - SECOND) == EDGE - SECOND
    assert list(asyncio.run(keeping.prepare())) == []
    assert not keeping.on_the_eve(eve)
    assert keeping.next_wake(START) == EDGE
    reads = heroku.reads()
    assert ticked(keeping, EDGE)
    assert heroku.applied == [1]
    assert heroku.reads() == reads + 1  # only back


@pytest.mark.parametrize(("late", "used"), [(-1, False), (0, True), (29, True), (30, False)])
def test_what_was_made_ready_is_for_its_edge_and_half_a_minute(late: int, used: bool) -> None:
    keeping, time, heroku = keeper()
    ticked(keeping, START)
    asyncio.run(keeping.prepare())
    reads, now = heroku.reads(), EDGE + timedelta(seconds=late)
    time.steady_now = (now - START).total_seconds()
    ticked(keeping, now)
    back = len(heroku.applied)
    assert (heroku.reads() == reads + back) is used


def test_what_could_not_be_read_on_the_eve_is_told_and_read_at_the_edge() -> None:
    keeping, _, heroku = keeper()
    ticked(keeping, START)
    error = Transient("shop: 503")

    async def trouble(_: str, __: str) -> None:
        raise error

    heroku.trouble = trouble
    assert list(asyncio.run(keeping.prepare())) == [error]
    heroku.trouble = None
    reads = heroku.reads()
    assert ticked(keeping, EDGE)
    assert heroku.reads() == reads + 2


def test_whoever_hurries_forgets_what_was_made_ready() -> None:
    keeping, time, _ = keeper()
    ticked(keeping, START)
    keeping.rest(0, 600)
    asyncio.run(keeping.prepare())
    time.steady_now = 5
    keeping.hurry()
    assert keeping.due(START)
    assert keeping.on_the_eve(EDGE - SECOND)


def test_without_an_edge_there_is_nothing_to_make_ready() -> None:
    keeping, _, heroku = keeper(replace(worker(), windows=()))
    assert list(asyncio.run(keeping.prepare())) == []
    assert heroku.reads() == 0
    ticked(keeping, START)
    assert (keeping.edge, keeping.next_wake(START)) == (None, None)
    assert not keeping.on_the_eve(START)


def test_nothing_is_sent_once_the_next_edge_has_come() -> None:
    keeping, time, heroku = keeper(live=4)

    async def slow(kind: str, _: str) -> None:
        if kind == "write":
            time.ahead = EDGE - START

    heroku.trouble = slow
    assert not ticked(keeping, START)
    assert heroku.applied == []
    assert not keeping.converged


def test_it_is_busy_while_its_task_runs() -> None:
    async def main() -> None:
        keeping, _, _ = keeper()
        assert not keeping.busy
        keeping.task = asyncio.get_running_loop().create_task(asyncio.Event().wait())  # type: ignore[arg-type]
        assert keeping.busy
        keeping.task.cancel()
        await asyncio.wait({keeping.task})
        assert not keeping.busy

    asyncio.run(main())
