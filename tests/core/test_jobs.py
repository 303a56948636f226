"""When jobs are due, and what is done about it given what is remembered, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.jobs import DayTime, Job, Miss, Overlap, Skip, Start, Step, next_due, steps
from autoscaler.core.memory import Due, Ended, Outcome, Run, Started
from autoscaler.core.zones import HOUR, MINUTE, Zone, instant

DUE = datetime(2026, 11, 24, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SWEEP = Job("shop", "sweep", 5, Zone("UTC", ZoneInfo("UTC")), (DayTime(Weekdays(EVERY_DAY), HOUR),), "rake sweep")


def after(seconds: float) -> datetime:
    return DUE + timedelta(seconds=seconds)


def run(due: datetime = DUE - DAY, outcome: Outcome | None = None) -> Run:
    return Run(Due("shop", "sweep", due), "rake sweep", due, Started(due, "run.1", "id 1"), outcome)


def done(now: datetime, *runs: Run, job: Job = SWEEP, known: datetime = DUE - DAY / 2) -> list[Step]:
    return steps(job, runs, now, known)


START, LATE = Start(Due("shop", "sweep", DUE)), Miss(Due("shop", "sweep", DUE), "it could not be started within 15 min")


@pytest.mark.parametrize(
    ("now", "found"),
    [(-1, []), (0, [START]), (15 * MINUTE - 1, [START]), (15 * MINUTE, [LATE])],
)
def test_a_start_is_made_from_its_instant_to_before_its_catch_up_is_over(now: float, found: list[Step]) -> None:
    assert done(after(now)) == found


def test_what_was_claimed_is_not_begun_again_and_what_was_due_before_the_job_was_known_is_not_missed() -> None:
    assert done(DUE, run(DUE)) == []
    assert done(DUE, run(DUE, Ended(after(60)))) == []
    other = [replace(run(DUE), due=due) for due in (Due("shop", "other", DUE), Due("store", "sweep", DUE))]
    assert done(DUE, *other) == [START]
    assert done(after(20 * MINUTE), known=DUE) == [LATE]
    assert done(after(20 * MINUTE), known=after(1)) == []


@pytest.mark.parametrize(
    ("seconds", "spoken"),
    [(5 * MINUTE, "5 min"), (HOUR, "1 h"), (HOUR + MINUTE, "1 h 1 min"), (2 * HOUR + 30 * MINUTE, "2 h 30 min")],
)
def test_a_missed_start_tells_how_late_it_might_have_been(seconds: int, spoken: str) -> None:
    (missed,) = done(after(seconds), job=replace(SWEEP, catch_up=seconds))
    assert missed == Miss(START.due, f"it could not be started within {spoken}")


GOING = Skip(START.due, "its last run goes on (run.1, due at 2026-11-23T01:00:00Z)")


@pytest.mark.parametrize(
    ("overlap", "found"), [("skip", [GOING]), ("queue", []), ("allow", [START])]
)  # fmt: skip
def test_while_the_last_run_goes_on(overlap: Overlap, found: list[Step]) -> None:
    assert done(DUE, run(), job=replace(SWEEP, overlap=overlap)) == found


@pytest.mark.parametrize(
    ("ended", "now", "found"),
    [
        (None, 24 * HOUR - 1, []),  # it waits for a day
        (6 * HOUR, 6 * HOUR, [START]),
        (6 * HOUR, 6 * HOUR + 15 * MINUTE - 1, [START]),  # and then has its time to catch up
        (6 * HOUR, 6 * HOUR + 15 * MINUTE, [LATE]),
        (-HOUR, 15 * MINUTE - 1, [START]),
        (-HOUR, 15 * MINUTE, [LATE]),
    ],
)
def test_a_start_that_is_queued_is_made_when_the_one_before_has_ended(
    ended: float | None, now: float, found: list[Step]
) -> None:
    before = run(outcome=None if ended is None else Ended(after(ended)))
    assert done(after(now), before, job=replace(SWEEP, overlap="queue")) == found


def test_after_a_day_of_waiting_the_next_takes_its_place() -> None:
    steps_then = done(after(24 * HOUR), run(), job=replace(SWEEP, overlap="queue", catch_up=48 * HOUR))
    assert [type(step) for step in steps_then] == [Miss]


def test_the_next_start_is_later_than_now() -> None:
    at = instant(DUE)
    assert [next_due(SWEEP, now) for now in (at - 2, at - 1, at)] == [at, at, at + 24 * HOUR]
    assert next_due(replace(SWEEP, times=()), at) is None
