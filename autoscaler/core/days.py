"""Which local days start an opening."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from autoscaler.core.calendars import Calendar
from autoscaler.core.zones import Zone, calendar_day, day_number

_THURSDAY = 3  # 1970-01-01, day number 0

EVERY_DAY = frozenset(range(7))
WORKING_WEEK = frozenset(range(5))

LAST = -1
"""As an ordinal: the last one of the month."""


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, Monday being 0."""

    which: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dates:
    """Calendar days as ranges of day numbers (see `zones.day_number`), first and last included."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Days of the month, 1 to 31 or LAST; a month without such a day has none."""

    which: frozenset[int]


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The first to fifth or LAST (`nth`) such day of the week in each month; a month without a fifth has none."""

    nth: int
    weekday: int


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Mondays to Fridays that are not in the calendar; `nth` or LAST of each month, None for all of them."""

    calendar: Calendar
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """The days of a calendar."""

    calendar: Calendar


@dataclass(frozen=True, slots=True)
class CronDays:
    """The three day fields of a crontab line; None stands for `*`.

    Where both days of the month and days of the week are given, either is enough (crontab(5)).
    """

    month_days: frozenset[int] | None
    months: frozenset[int] | None
    weekdays: frozenset[int] | None


Days = Weekdays | Dates | MonthDays | NthWeekday | BusinessDays | CalendarDays | CronDays


def weekday(day: int) -> int:
    """The day of the week of a day number, Monday being 0."""
    return (day + _THURSDAY) % 7


def days_between(days: Days, first: int, last: int, zone: Zone) -> list[int]:
    """The day numbers in [first, last] that `days` names, in order and each once.

    `zone` matters only to calendars, and among those only to feeds whose events are instants.
    """
    match days:
        case Weekdays(which):
            return [day for day in range(first, last + 1) if weekday(day) in which]
        case Dates(ranges):
            return sorted({day for low, high in ranges for day in range(max(low, first), min(high, last) + 1)})
        case CalendarDays(calendar):
            return list(calendar.days(first, last, zone))
        case CronDays():
            found = {
                day for number, month in _months(first, last) for day in month if _on_cron(days, number, day, month)
            }
        case MonthDays(which):
            found = {day for _, month in _months(first, last) for nth in which for day in _nth(month, nth)}
        case NthWeekday(nth, wanted):
            found = {
                day
                for _, month in _months(first, last)
                for day in _nth([day for day in month if weekday(day) == wanted], nth)
            }
        case BusinessDays(calendar, nth):
            found = {
                day for _, month in _months(first, last) for day in _nth(business_days(calendar, month, zone), nth)
            }
        case _:
            assert_never(days)
    return sorted(day for day in found if first <= day <= last)


def business_days(calendar: Calendar, days: range, zone: Zone) -> list[int]:
    """The days from Monday to Friday, of these consecutive ones, that are not in the calendar."""
    closed = calendar.days(days[0], days[-1], zone)
    return [day for day in days if weekday(day) in WORKING_WEEK and day not in closed]


def _nth(days: Sequence[int], nth: int | None) -> Sequence[int]:
    """The first, second ... or LAST of these days, if there is one; all of them for None."""
    if nth is None:
        return days
    return days[-1:] if nth == LAST else days[nth - 1 : nth]


def _on_cron(days: CronDays, month_number: int, day: int, month: range) -> bool:
    if days.months is not None and month_number not in days.months:
        return False
    by_month = days.month_days is not None and day - month[0] + 1 in days.month_days
    by_week = days.weekdays is not None and weekday(day) in days.weekdays
    return by_month or by_week or (days.month_days is None and days.weekdays is None)


def _months(first: int, last: int) -> Iterator[tuple[int, range]]:
    """Each month that has a day in [first, last]: its number and its day numbers."""
    start = calendar_day(first).replace(day=1)
    while day_number(start) <= last:
        length = monthrange(start.year, start.month)[1]
        yield start.month, range(day_number(start), day_number(start) + length)
        start = (start + timedelta(days=length)).replace(day=1)
