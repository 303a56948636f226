"""Which times repeat every week, worked out by hand; whether nothing is lost is `test_difference`'s to say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.patterns import Once, Pattern, Scope, Stint, Weekly, patterns
from autoscaler.core.zones import DAY, HOUR, WEEK, Zone, instant

START = instant(datetime(2026, 11, 23, tzinfo=UTC))
"""A Monday."""

SCOPE = Scope(START, START + WEEK, Zone("UTC", ZoneInfo("UTC")))


def stint(day: int, opens: int = 8, closes: int = 9, week: int = 0) -> Stint:
    """Hours of a day of the week."""
    midnight = START + week * WEEK + day * DAY
    return midnight + opens * HOUR, midnight + closes * HOUR


def weekly(*days: int, opens: int = 8, closes: int = 9, missing: tuple[int, ...] = ()) -> Weekly:
    return Weekly(frozenset(days), opens * HOUR, closes * HOUR, missing)


@pytest.mark.parametrize(
    ("stint", "found"),
    [
        ((SCOPE.first, START + DAY), Once(None, START + DAY)),
        ((SCOPE.first + 1, START + DAY), Once(SCOPE.first + 1, START + DAY)),
        ((START + DAY, SCOPE.last), Once(START + DAY, None)),
        ((START + DAY, SCOPE.last - 1), Once(START + DAY, SCOPE.last - 1)),
        ((SCOPE.first, SCOPE.last), Once(None, None)),
    ],
)
def test_an_end_that_nobody_looked_at_is_not_told(stint: Stint, found: Pattern) -> None:
    assert patterns([stint], SCOPE) == [found]


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        ([0, 1, 2, 3], [weekly(0)]),
        ([0, 1, 3], [weekly(0)]),
        ([1, 2, 3], [weekly(0, missing=(START // DAY,))]),
        ([0, 3], [Once(*stint(0))]),
        ([0], [Once(*stint(0))]),
    ],
)
def test_what_is_there_in_three_weeks_of_four_repeats(weeks: list[int], found: list[Pattern]) -> None:
    there = [stint(0, week=week) for week in weeks]
    if weeks[0]:  # hours of which nothing falls into the period are none of its business
        there += [stint(1, week=week) for week in range(4)]
        found = [weekly(0, 1, missing=(START // DAY,))]
    assert patterns(there, SCOPE) == found


def test_what_comes_again_only_after_the_weeks_that_count_hides_nothing_that_repeats() -> None:
    later = [stint(0, week=week) for week in (0, 4, 5)]
    often = [stint(1, 10, 11, week=week) for week in range(3)]
    assert patterns([*later, *often], SCOPE) == [weekly(1, opens=10, closes=11), Once(*stint(0))]


def test_the_same_hours_of_several_days_are_one_and_come_in_the_order_of_their_hours() -> None:
    days = [stint(day, 22, 30, week=week) for day in (0, 4) for week in range(4)]
    early = [stint(2, 6, 7, week=week) for week in range(4)]
    assert patterns([*days, *early], SCOPE) == [weekly(2, opens=6, closes=7), weekly(0, 4, opens=22, closes=30)]


def test_whole_days_that_come_once_are_one_time_again_and_others_stay_apart() -> None:
    times = [stint(0, 8, 9), stint(1, 8, 10), (START + 3 * DAY, START + 6 * DAY)]
    assert patterns(times, SCOPE) == [Once(*time) for time in times]
    assert patterns(times[2:], SCOPE) == [Once(*times[2])]


def test_what_does_not_meet_the_period_is_not_told() -> None:
    assert patterns([stint(0, week=1), (SCOPE.first, START), (START + WEEK, SCOPE.last)], SCOPE) == []
