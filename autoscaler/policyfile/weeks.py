"""The nominal week: 10,080 minutes without clock changes, as the bits of an integer, from Monday 00:00."""

from collections.abc import Sequence
from functools import lru_cache

from autoscaler.core.days import EVERY_DAY, WORKING_WEEK, BusinessDays, CronDays, Dates, Days, NthWeekday, Weekdays
from autoscaler.core.windows import CronSpan, RealSpan, Span, WallSpan
from autoscaler.core.zones import DAY, MINUTE

DAY_MINUTES = DAY // MINUTE
WEEK_MINUTES = 7 * DAY_MINUTES
WHOLE_WEEK = (1 << WEEK_MINUTES) - 1


def every_week(days: Days) -> frozenset[int]:
    """The days of the week that it names in every week; none where that depends on the date."""
    match days:
        case Weekdays(which):
            return which
        case CronDays(None, None, which):
            return EVERY_DAY if which is None else which
    return frozenset()


def at_most(days: Days) -> frozenset[int]:
    """The days of the week on which it can fall."""
    match days:
        case Weekdays(which) | CronDays(None, _, frozenset() as which):
            return which
        case NthWeekday(_, weekday):
            return frozenset({weekday})
        case BusinessDays():
            return WORKING_WEEK
        case Dates():
            return frozenset()
    return EVERY_DAY


def minutes_of_week(which: frozenset[int], span: Span, lead: int) -> int:
    """The minutes of a week that wraps around in which openings on these days are open."""
    start, minutes = minutes_of_opening(span, lead)
    first = start % WEEK_MINUTES
    minutes = _united([minutes << first + day * DAY_MINUTES for day in which])
    while minutes >> WEEK_MINUTES:
        minutes = minutes & WHOLE_WEEK | minutes >> WEEK_MINUTES
    return minutes


def _united(sets: Sequence[int]) -> int:
    united = 0
    for minutes in sets:
        united |= minutes
    return united


def minutes_of_opening(span: Span, lead: int) -> tuple[int, int]:
    """The first minute, from the day's midnight, and the minutes from there on."""
    if isinstance(span, CronSpan):
        return -lead, _cron_minutes(span, lead)
    start, end = minutes_of(span, lead)
    return start, (1 << end - start) - 1


@lru_cache(maxsize=64)
def _cron_minutes(span: CronSpan, lead: int) -> int:
    """Each start drawn out to its length, by doubling."""
    minutes = _united([1 << start // MINUTE for start in span.starts])
    length, drawn = span.length // MINUTE + lead, 1
    while drawn < length:
        step = min(drawn, length - drawn)
        minutes |= minutes << step
        drawn += step
    return minutes


def minutes_of(span: Span, lead: int) -> tuple[int, int]:
    """An opening's start and end in minutes after its day's midnight."""
    match span:
        case WallSpan(start, end):
            return start // MINUTE - lead, end // MINUTE
        case RealSpan(start, length):
            return start // MINUTE - lead, (start + length) // MINUTE
    raise TypeError(f"{span} has more than one start")
