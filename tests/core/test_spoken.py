"""Windows in words, worked out by hand: what `explain` and `plan` say of them."""

from datetime import date

import pytest

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import (
    EVERY_DAY,
    LAST,
    WORKING_WEEK,
    BusinessDays,
    CalendarDays,
    CronDays,
    Dates,
    Days,
    MonthDays,
    NthWeekday,
    Weekdays,
)
from autoscaler.core.spoken import spoken, spoken_days, spoken_length, spoken_span, spoken_time, spoken_window
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan, Window
from autoscaler.core.zones import DAY, HOUR, MINUTE, day_number

CLOSED = Calendar("closed")
TUESDAY, SUNDAY = day_number(date(2026, 12, 29)), day_number(date(2027, 1, 3))


def on(*days: int) -> Weekdays:
    return Weekdays(frozenset(days))


def cron(month_days: set[int] | None = None, months: set[int] | None = None, *weekdays: int) -> CronDays:
    """The fields of a crontab; without days of the week `*`."""
    fields = (month_days, months, set(weekdays) or None)
    return CronDays(*(None if field is None else frozenset(field) for field in fields))


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (Weekdays(EVERY_DAY), "daily"),
        (Weekdays(WORKING_WEEK), "weekdays"),
        (on(5, 6), "weekends"),
        (on(0), "mon"),
        (on(6, 2, 1, 0, 4), "mon-wed,fri,sun"),
        (on(3, 5), "thu,sat"),
        (Dates(((TUESDAY, SUNDAY),)), "2026-12-29..2027-01-03"),
        (Dates(((TUESDAY,) * 2, (SUNDAY,) * 2)), "2026-12-29, 2027-01-03"),
        (MonthDays(frozenset({LAST})), "last day"),
        (MonthDays(frozenset({15, 1})), "day 1,15"),
        (NthWeekday(1, 4), "first fri"),
        (NthWeekday(LAST, 0), "last mon"),
        (BusinessDays(CLOSED), "business days"),
        (BusinessDays(CLOSED, 1), "first business day"),
        (BusinessDays(CLOSED, 2), "business day 2"),
        (BusinessDays(CLOSED, LAST), "last business day"),
        (CalendarDays(CLOSED), "closed"),
        (cron(), 'cron "* * * * *"'),
        (cron({1, 2, 3, 15}, {6, 12}, 0, 1, 4), 'cron "* * 1-3,15 6,12 mon-tue,fri"'),
    ],
)
def test_days_in_words(days: Days, text: str) -> None:
    assert spoken_days(days) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (WallSpan(0, DAY), ""),
        (WallSpan(0, 2 * DAY), "00:00-00:00"),
        (WallSpan(MINUTE, DAY), "00:01-24:00"),
        (WallSpan(22 * HOUR + 5 * MINUTE, 30 * HOUR + 30 * MINUTE), "22:05-06:30"),
        (WallSpan(0, 9 * HOUR), "00:00-09:00"),
        (RealSpan(22 * HOUR, 8 * HOUR), "22:00 for 8h"),
        (CronSpan(frozenset({0}), frozenset({3}), HOUR), ""),
    ],
)
def test_hours_in_words(span: Span, text: str) -> None:
    assert spoken_span(span) == text
    said = spoken(Phrase(on(0), span)) if not isinstance(span, CronSpan) else "mon"
    assert said == (f"mon {text}" if text else "mon")


@pytest.mark.parametrize(
    ("days", "minutes", "hours", "text"),
    [
        (cron(), {0}, {3}, 'cron "0 3 * * *" for 1h30m'),
        (cron({1}, None, 0, 1, 2, 3, 4), {0, 30}, set(range(24)), 'cron "0,30 * 1 * mon-fri" for 1h30m'),
        (cron(None, {1, 2, 3}), set(range(60)), {8, 9, 10, 12}, 'cron "* 8-10,12 * 1-3 *" for 1h30m'),
        (cron(), set(range(24)), set(range(23)), 'cron "0-23 0-22 * * *" for 1h30m'),
    ],
)
def test_a_crontab_s_line_in_its_own_words(days: CronDays, minutes: set[int], hours: set[int], text: str) -> None:
    span = CronSpan(frozenset(minutes), frozenset(hours), HOUR + 30 * MINUTE)
    assert spoken(Phrase(days, span)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, ""),
        (30 * MINUTE, "30m"),
        (HOUR, "1h"),
        (HOUR + MINUTE, "1h1m"),
        (DAY, "1d"),
        (40 * HOUR, "40h"),
        (3 * DAY - MINUTE, "71h59m"),
        (2 * DAY, "2d"),
        (3 * DAY, "3d"),
        (3 * DAY + 2 * HOUR + 5 * MINUTE, "3d2h5m"),
        (10 * DAY + MINUTE, "10d1m"),
    ],
)
def test_lengths_in_words(seconds: int, text: str) -> None:
    assert spoken_length(seconds) == text


@pytest.mark.parametrize(("second", "text"), [(0, "00:00"), (9 * HOUR + 5 * MINUTE, "09:05"), (DAY - 1, "23:59")])
def test_a_time_of_day_in_words(second: int, text: str) -> None:
    assert spoken_time(second) == text


def test_a_window_is_its_phrases_and_what_is_excepted() -> None:
    night = Phrase(Weekdays(WORKING_WEEK), WallSpan(22 * HOUR, 30 * HOUR))
    whole = Phrase(on(5), WallSpan(0, DAY))
    assert spoken_window(Window("w", 1, (night, whole), 1)) == "weekdays 22:00-06:00, sat"
    excluded = (CalendarDays(CLOSED), on(0))
    assert spoken_window(Window("w", 1, (night,), 1, excluded=excluded)) == "weekdays 22:00-06:00, except closed, mon"
