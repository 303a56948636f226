"""What should hold, found out the slow way: by walking real minutes and reading the local clock at each.

The oracle is written from the rules of time alone. It knows no offsets, no folds and no gaps: an edge is the first
minute whose local reading is the wanted date and time, or later, and is looked for by walking forward. It takes the
values that describe a policy from `autoscaler.core` and no function of it.

Minutes are exact because from 1975 on every offset and every change of the zones used is a whole number of minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from autoscaler.core.calendars import Calendar, DateList
from autoscaler.core.days import (
    BusinessDays,
    CalendarDays,
    CronDays,
    Dates,
    Days,
    MonthDays,
    NthWeekday,
    Weekdays,
)
from autoscaler.core.policies import Policy
from autoscaler.core.quantity import Quantity
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan, Window

EPOCH = datetime(1970, 1, 1)
FIRST_DAY = EPOCH.toordinal()
DAY = 24 * 60
"""Everything here is in minutes: of real time since the epoch, or of what the local clock shows since the epoch."""


@dataclass(frozen=True)
class Held:
    """What should hold in [start, end): the values, the first open window, and the one that gives the quantity."""

    start: int
    end: int
    quantity: Quantity
    size: str | None
    speaker: Window | None
    giver: Window | None


def minute_of(moment: datetime) -> int:
    """The real minute that an aware moment falls in."""
    return (moment.astimezone(UTC).replace(tzinfo=None) - EPOCH) // timedelta(minutes=1)


def moment_of(minute: int) -> datetime:
    """A real minute as an aware moment."""
    return EPOCH.replace(tzinfo=UTC) + timedelta(minutes=minute)


def shown(zone: str, minute: int) -> int:
    """What the local clock shows at a real minute."""
    return _shown_on(zone, minute // DAY)[minute % DAY]


@cache
def _shown_on(zone: str, day: int) -> list[int]:
    rules = ZoneInfo(zone)
    clocks = [datetime.fromtimestamp(minute * 60, rules) for minute in range(day * DAY, (day + 1) * DAY)]
    return [(clock.toordinal() - FIRST_DAY) * DAY + clock.hour * 60 + clock.minute for clock in clocks]


@cache
def first_showing(zone: str, reading: int) -> int:
    """The first real minute at which the local clock shows `reading` or later.

    No clock is ever sixteen hours ahead of UTC, so none has shown it before the walk begins.
    """
    day = (reading - 16 * 60) // DAY
    while True:
        for offset, clock in enumerate(_shown_on(zone, day)):
            if clock >= reading:
                return day * DAY + offset
        day += 1


def clock_changes(zone: str, first: int, last: int) -> list[int]:
    """The minutes in [first, last) at which the local clock does not show one minute more than just before."""
    return [minute for minute in range(first, last) if shown(zone, minute) != shown(zone, minute - 1) + 1]


def starts_on(days: Days, day: date) -> bool:
    """Whether an opening starts on a calendar day."""
    match days:
        case Weekdays(which):
            return day.weekday() in which
        case Dates(ranges):
            return any(low <= number_of(day) <= high for low, high in ranges)
        case MonthDays(which):
            return day.day in which or (-1 in which and is_last_of_month(day))
        case NthWeekday(nth, weekday):
            is_last = (day + timedelta(days=7)).month != day.month
            return day.weekday() == weekday and (is_last if nth == -1 else (day.day + 6) // 7 == nth)
        case BusinessDays(calendar, nth):
            return is_business_day(calendar, day) and (nth is None or nth in places_in_month(calendar, day))
        case CalendarDays(calendar):
            return is_in(calendar, day)
        case CronDays(month_days, months, weekdays):
            return is_on_cron(day, month_days, months, weekdays)


def number_of(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def is_in(calendar: Calendar, day: date) -> bool:
    """Whether a calendar of written dates has a day."""
    if any(is_in(other, day) for other in calendar.excepts):
        return False
    written = [pair for source in calendar.sources if isinstance(source, DateList) for pair in source.ranges]
    return any(a <= number_of(day) <= b for a, b in written) or any(is_in(other, day) for other in calendar.includes)


def is_business_day(calendar: Calendar, day: date) -> bool:
    return day.strftime("%a") not in {"Sat", "Sun"} and not is_in(calendar, day)


def places_in_month(calendar: Calendar, day: date) -> set[int]:
    """Which business day of its month a business day is, counted by walking the month; -1 for the last."""
    before = sum(is_business_day(calendar, day.replace(day=d)) for d in range(1, day.day))
    later, found = day + timedelta(days=1), {before + 1}
    while later.month == day.month and not is_business_day(calendar, later):
        later += timedelta(days=1)
    return found | {-1} if later.month != day.month else found


def is_on_cron(
    day: date, month_days: frozenset[int] | None, months: frozenset[int] | None, weekdays: frozenset[int] | None
) -> bool:
    if months is not None and day.month not in months:
        return False
    if month_days is None or weekdays is None:
        return (month_days is None or day.day in month_days) and (weekdays is None or day.weekday() in weekdays)
    return day.day in month_days or day.weekday() in weekdays


def edges_on(span: Span, zone: str, day: date) -> list[tuple[int, int]]:
    """The two edges of each opening that starts on a calendar day, before any lead."""
    midnight = number_of(day) * DAY
    match span:
        case WallSpan(start, end):
            return [(first_showing(zone, midnight + start // 60), first_showing(zone, midnight + end // 60))]
        case RealSpan(start, length):
            opens = first_showing(zone, midnight + start // 60)
            return [(opens, opens + length // 60)]
        case CronSpan(minutes, hours, length):
            starts = [first_showing(zone, midnight + hour * 60 + minute) for hour in hours for minute in minutes]
            return [(opens, opens + length // 60) for opens in starts]


def nights(phrase: Phrase, window: Window, zone: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The two edges of every opening of a phrase that could touch [first, last)."""
    reach = 2 * DAY if isinstance(phrase.span, WallSpan) else phrase.span.length // 60
    day = (moment_of(first - reach) - timedelta(days=3)).date()
    while day <= (moment_of(last) + timedelta(days=3)).date():
        if starts_on(phrase.days, day) and not any(starts_on(other, day) for other in window.excluded):
            yield from edges_on(phrase.span, zone, day)
        day += timedelta(days=1)


def unopened(window: Window, zone: str, first: int, last: int) -> list[int]:
    """The minutes in [first, last) at which both edges of an opening fall together."""
    found = {
        opens
        for phrase in window.phrases
        for opens, closes in nights(phrase, window, zone, first, last)
        if opens == closes and first <= opens < last
    }
    return sorted(found)


def open_minutes(window: Window, zone: str, first: int, last: int) -> bytearray:
    """For every minute of [first, last): 1 where the window is open."""
    lead = window.lead // 60
    painted = bytearray(last - first)
    for phrase in window.phrases:
        for opens, closes in nights(phrase, window, zone, first, last + lead):
            assert opens <= closes, "an opening may be empty, never inverted"
            if opens == closes:
                continue
            begin, end = max(opens - lead, first), min(closes, last)
            if begin < end:
                painted[begin - first : end - first] = b"\1" * (end - begin)
    return painted


def openings(window: Window, zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """The runs of open minutes within [first, last)."""
    painted = open_minutes(window, zone, first, last)
    found: list[tuple[int, int]] = []
    for offset, is_open in enumerate(painted):
        minute = first + offset
        if is_open and found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        elif is_open:
            found.append((minute, minute + 1))
    return found


def held(policy: Policy, first: int, last: int) -> list[Held]:
    """What should hold from minute to minute of [first, last), minutes that do not differ being one stretch."""
    painted = [open_minutes(window, policy.zone.name, first, last) for window in policy.windows]
    found: list[Held] = []
    before: tuple[int, ...] | None = None
    for minute, now in enumerate(zip(*painted, strict=True) if painted else [()] * (last - first), start=first):
        if now != before:
            found.append(
                _spoken(policy, [w for w, is_open in zip(policy.windows, now, strict=True) if is_open], minute)
            )
            before = now
        found[-1] = _until(found[-1], minute + 1)
    return _joined(found)


def _spoken(policy: Policy, open_windows: list[Window], minute: int) -> Held:
    givers = [window for window in open_windows if window.quantity is not None]
    quantities = [window.quantity for window in givers if window.quantity is not None] + [policy.quantity]
    sizes = [window.size for window in open_windows if window.size is not None] + [policy.size]
    speaker = open_windows[0] if open_windows else None
    return Held(minute, minute, quantities[0], sizes[0], speaker, givers[0] if givers else None)


def _until(one: Held, end: int) -> Held:
    return Held(one.start, end, one.quantity, one.size, one.speaker, one.giver)


def _joined(found: list[Held]) -> list[Held]:
    joined: list[Held] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and (last.quantity, last.size, last.speaker, last.giver) == (
            one.quantity,
            one.size,
            one.speaker,
            one.giver,
        ):
            joined[-1] = _until(last, one.end)
        else:
            joined.append(one)
    return joined
