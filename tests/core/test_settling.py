"""What became of runs, case by case: whose dyno is whose, what is lost, and how what is gone has ended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.core.memory import Due, Ended, Fact, Lost, Run, Started
from autoscaler.core.platform import Dyno
from autoscaler.core.settling import LOST, Seen, next_look, settle

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOTHING = Seen({}, {})


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


CLAIMED = Run(Due("shop", "sweep", NOON), "rake sweep", NOON)
BEGUN = replace(CLAIMED, started=Started(NOON, "run.1", "id 1"))


def dyno(born: float, number: int = 1, kind: str = "run", command: str = "rake sweep") -> Dyno:
    return Dyno(f"id {number}", f"run.{number}", kind, "basic", "up", command, 1, after(born), after(born))


def told(run: Run, now: float, *dynos: Dyno, seen: Seen = NOTHING) -> Fact | None:
    found = settle([run], dynos, after(now), seen)
    assert len(found) <= 1
    return found[0][1] if found else None


@pytest.mark.parametrize(
    ("born", "whose"),
    [(0, True), (-300, True), (-301, False), (20 + 40 + 300, True), (20 + 40 + 301, False)],
)
def test_a_dyno_that_the_request_may_have_made_is_the_run_s(born: float, whose: bool) -> None:
    assert told(CLAIMED, 30, dyno(born)) == (Started(after(born), "run.1", "id 1") if whose else None)


@pytest.mark.parametrize("other", [dyno(0, kind="worker"), dyno(0, command="rake other")])
def test_a_dyno_of_another_kind_or_command_is_not(other: Dyno) -> None:
    assert told(CLAIMED, 30, other) is None


def test_of_several_it_is_the_nearest_and_nobody_s_twice() -> None:
    early, near, far = dyno(-20, 1), dyno(5, 2), dyno(40, 3)
    assert told(CLAIMED, 30, early, near, far) == Started(after(5), "run.2", "id 2")
    again = replace(CLAIMED, due=replace(CLAIMED.due, attempt=2))
    first, second = settle([CLAIMED, again], [near, far], after(60), NOTHING)
    assert (first[1], second[1]) == (Started(after(5), "run.2", "id 2"), Started(after(40), "run.3", "id 3"))
    begun = replace(BEGUN, started=Started(NOON, "run.2", "id 2"))
    assert settle([begun, again], [near], after(60), NOTHING) == []


def test_what_is_not_found_in_two_minutes_is_lost() -> None:
    assert told(CLAIMED, 119) is None
    assert told(CLAIMED, 120) == Lost(after(120), LOST)
    assert told(replace(CLAIMED, outcome=Lost(NOON, LOST)), 120) is None


def test_what_started_and_is_not_listed_is_over_after_half_a_minute() -> None:
    assert told(BEGUN, 29) is None
    assert told(BEGUN, 30) == Ended(after(30), "vanished")
    assert told(BEGUN, 3000, dyno(0)) is None


@pytest.mark.parametrize(
    ("limit", "last", "now", "ending"),
    [
        (600, 420, 600, "expired"),  # its time was over, and it was there until three minutes before
        (600, 419, 600, "vanished"),
        (600, 420, 599, "vanished"),
        (600, 590, 3600, "expired"),
        (None, 590, 600, "vanished"),
        (600, None, 600, "vanished"),
    ],
)
def test_whose_time_was_over_has_expired(limit: int | None, last: float | None, now: float, ending: str) -> None:
    seen = Seen({} if last is None else {"id 1": after(last)}, {} if limit is None else {"sweep": limit})
    assert told(BEGUN, now, seen=seen) == Ended(after(now), ending)


@pytest.mark.parametrize(("now", "then"), [(0, 30), (29, 30), (30, 60), (60, 120), (119, 120), (120, None)])
def test_what_nothing_is_known_of_is_looked_for_three_times(now: float, then: float | None) -> None:
    assert next_look(CLAIMED, after(now)) == (None if then is None else after(then))
    assert next_look(BEGUN, after(now)) is None
