"""When jobs are due, and what is done about it given what is remembered, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.jobs import (
    DayTime,
    Job,
    Miss,
    Overlap,
    Skip,
    Start,
    Step,
    next_due,
    remembered_since,
    retry_at,
    steps,
)
from autoscaler.core.memory import Due, Ended, Outcome, Refused, Run, Started
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


def refused(attempt: int, seconds: float, due: datetime = DUE) -> Run:
    return Run(Due("shop", "sweep", due, attempt), "rake sweep", due, None, Refused(after(seconds), "over the limit"))


@pytest.mark.parametrize(
    ("runs", "retries", "found"),
    [
        ([], 3, None),
        ([refused(1, 2)], 0, None),
        ([refused(1, 2)], 1, (62, 2)),
        ([refused(1, 2), refused(2, 62)], 1, None),
        ([refused(2, 62), refused(1, 2)], 2, (182, 3)),
        ([refused(1, 2), refused(2, 62), refused(3, 182)], 3, (422, 4)),
        ([refused(4, 422 + 57), refused(3, 182)], 9, None),  # not later than 15 minutes after its instant
        ([refused(4, 419)], 9, (899, 5)),
        ([refused(4, 420)], 9, None),
        ([refused(1, 2), run(DUE + DAY)], 3, None),  # there is a later one
        ([refused(1, 2), replace(run(DUE + DAY), due=Due("shop", "other", DUE + DAY))], 3, (62, 2)),
        ([refused(1, 2), replace(run(DUE + DAY), due=Due("store", "sweep", DUE + DAY))], 3, (62, 2)),
        ([run(DUE, Ended(after(60)))], 3, None),
    ],
)
def test_a_refused_start_is_tried_again_after_1_2_4_minutes(
    runs: list[Run], retries: int, found: tuple[float, int] | None
) -> None:
    again = None if found is None else (after(found[0]), Due("shop", "sweep", DUE, found[1]))
    assert retry_at(replace(SWEEP, retries=retries), runs) == again


def test_what_may_still_run_is_remembered_two_days_beyond_what_may_still_start() -> None:
    slow = replace(SWEEP, catch_up=3 * 24 * HOUR)
    assert remembered_since([SWEEP], DUE) == DUE - 3 * DAY
    assert remembered_since([SWEEP, slow, SWEEP], DUE) == DUE - 5 * DAY
