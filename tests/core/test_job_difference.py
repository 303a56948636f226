"""What two versions of a file say of their one-off jobs, word for word."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.calendars import Calendar, DateList
from autoscaler.core.cost import LISTED, NOTHING, Amount, running
from autoscaler.core.days import EVERY_DAY, BusinessDays, Weekdays
from autoscaler.core.job_difference import JobDifference, job_differences
from autoscaler.core.jobs import DayTime, HeldJob, Job
from autoscaler.core.policies import Policies
from autoscaler.core.zones import DAY, HOUR, MINUTE, WEEK, Zone, instant

START = instant(datetime(2026, 11, 23, tzinfo=UTC))
UTC_ZONE, TOKYO = Zone("UTC", ZoneInfo("UTC")), Zone("Asia/Tokyo", ZoneInfo("Asia/Tokyo"))
DAILY = DayTime(Weekdays(EVERY_DAY), HOUR)
SWEEP = Job("shop", "sweep", 5, UTC_ZONE, (DAILY,), "rake sweep TOKEN=abc", "basic", 2 * HOUR)
HELD = HeldJob("shop", "sweep", 5, "the calendar closed is away")


def between(old: Job | HeldJob | None, new: Job | HeldJob | None) -> tuple[JobDifference, ...]:
    """A week's differences."""

    def file(job: Job | HeldJob | None) -> Policies:
        jobs, held = ((job,) if isinstance(job, kind) else () for kind in (Job, HeldJob))
        return Policies("policies.yaml", (), jobs=jobs, held_jobs=held)  # type: ignore[arg-type]

    return job_differences(file(old), file(new), START, START + WEEK, LISTED)


def takes(starts: int) -> Amount:
    """So many starts of the job as it is."""
    return running(starts, "basic", 2 * HOUR, LISTED)


@pytest.mark.parametrize(
    ("other", "there", "back"),
    [
        ({"times": (DayTime(Weekdays(EVERY_DAY), 2 * HOUR),)}, "it runs daily 02:00 instead of daily 01:00",
         "it runs daily 01:00 instead of daily 02:00"),
        ({"zone": TOKYO}, "its time zone is Asia/Tokyo instead of UTC", "its time zone is UTC instead of Asia/Tokyo"),
        ({"command": "rake mop TOKEN=abc"}, "it runs `rake mop TOKEN=***` instead of `rake sweep TOKEN=***`",
         "it runs `rake sweep TOKEN=***` instead of `rake mop TOKEN=***`"),
        ({"command": "rake sweep TOKEN=xyz"}, "its command has changed, in what is masked",
         "its command has changed, in what is masked"),
        ({"catch_up": 0}, "it may start 0m late instead of 15m", "it may start 15m late instead of 0m"),
        ({"overlap": "queue"}, "its overlap is queue instead of skip", "its overlap is skip instead of queue"),
        ({"retries": 3}, "it has 3 retries instead of 0", "it has 0 retries instead of 3"),
    ],
)  # fmt: skip
def test_each_change_has_its_sentence(other: dict[str, object], there: str, back: str) -> None:
    changed = replace(SWEEP, **other)  # type: ignore[arg-type]
    assert between(SWEEP, changed) == (JobDifference("shop", "sweep", "changed", (there,), takes(7), takes(7)),)
    assert between(changed, SWEEP) == (JobDifference("shop", "sweep", "changed", (back,), takes(7), takes(7)),)


def test_a_longer_job_in_another_size_takes_more() -> None:
    changed = replace(SWEEP, time_limit=3 * HOUR + 30 * MINUTE, size=None)
    told = ("it may run for 3h30m instead of 2h", "its size is the platform's choice instead of basic")
    after = running(7, None, 3 * HOUR + 30 * MINUTE, LISTED)
    assert between(SWEEP, changed) == (JobDifference("shop", "sweep", "changed", told, takes(7), after),)


def test_the_same_words_are_other_days_where_a_calendar_has_changed() -> None:
    first = START // DAY
    quiet, busy = (Calendar("closed", (DateList(((first, first + days),)),)) for days in (0, 1))
    old, new = (replace(SWEEP, times=(DayTime(BusinessDays(closed), HOUR),)) for closed in (quiet, busy))
    told = ("it runs on other days: a calendar has changed",)
    assert between(old, new) == (JobDifference("shop", "sweep", "changed", told, takes(4), takes(3)),)
    assert between(old, replace(old, line=9)) == ()


def test_jobs_come_and_go() -> None:
    new = JobDifference(
        "shop", "sweep", "new", ("it runs `rake sweep TOKEN=***` daily 01:00 (UTC)",), NOTHING, takes(7)
    )
    assert between(None, SWEEP) == (new,)
    assert between(SWEEP, None) == (JobDifference("shop", "sweep", "removed", ("it ran daily 01:00 (UTC)",), takes(7)),)


def test_of_a_job_that_is_held_nothing_is_known_but_why() -> None:
    held = (JobDifference("shop", "sweep", "unknown", ("it is held: the calendar closed is away",)),)
    for pair in ((HELD, SWEEP), (SWEEP, HELD), (None, HELD), (HELD, None), (replace(HELD, reason="old"), HELD)):
        assert between(*pair) == held
    assert between(HELD, HELD) == ()


def test_jobs_are_told_by_app_and_name() -> None:
    jobs = [replace(SWEEP, app=app, name=name) for app, name in (("zoo", "a"), ("blog", "b"), ("blog", "a"))]
    none, all_of_them = Policies("policies.yaml", ()), Policies("policies.yaml", (), jobs=tuple(jobs))
    found = job_differences(none, all_of_them, START, START + WEEK, LISTED)
    assert [(one.app, one.name) for one in found] == [("blog", "a"), ("blog", "b"), ("zoo", "a")]
