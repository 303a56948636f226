"""Windows as people say them, in the words of policies.yaml: what is spoken here can be read again there."""

from typing import assert_never

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
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan, Window
from autoscaler.core.zones import DAY, HOUR, MINUTE, calendar_day

DOWS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": LAST}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ORDINAL_OF = {number: word for word, number in ORDINALS.items()}


def spoken_window(window: Window) -> str:
    """weekdays 22:00-06:00, except closed."""
    said = ", ".join(spoken(phrase) for phrase in window.phrases)
    if not window.excluded:
        return said
    return f"{said}, except {', '.join(spoken_days(days) for days in window.excluded)}"


def spoken(phrase: Phrase) -> str:
    """weekdays 22:00-06:00; hours are left out where they are the whole day."""
    if isinstance(phrase.days, CronDays):
        assert isinstance(phrase.span, CronSpan)
        return f'cron "{_crontab(phrase.days, phrase.span)}" for {spoken_length(phrase.span.length)}'
    hours = spoken_span(phrase.span)
    return f"{spoken_days(phrase.days)} {hours}" if hours else spoken_days(phrase.days)


def spoken_days(days: Days) -> str:
    """mon-wed,sat, first fri, 2026-12-29..2027-01-03, or a calendar's name."""
    match days:
        case Weekdays(which):
            return _weekdays(which)
        case Dates(ranges):
            return ", ".join(_dates(*both) for both in ranges)
        case MonthDays(which):
            return "last day" if which == {LAST} else f"day {_numbers(which)}"
        case NthWeekday(nth, weekday):
            return f"{_ORDINAL_OF[nth]} {DOWS[weekday]}"
        case BusinessDays(nth=nth):
            if nth is None:
                return "business days"
            return f"{_ORDINAL_OF[nth]} business day" if nth in {1, LAST} else f"business day {nth}"
        case CalendarDays(calendar):
            return calendar.name
        case CronDays():
            return f'cron "* * {_cron_days(days)}"'
        case _:
            assert_never(days)


def spoken_span(span: Span) -> str:
    """22:00-06:00, 22:00 for 8h, or nothing for a whole day."""
    match span:
        case WallSpan(0, end) if end == DAY:
            return ""
        case WallSpan(start, end):
            return f"{spoken_time(start)}-{'24:00' if end == DAY else spoken_time(end % DAY)}"
        case RealSpan(start, length):
            return f"{spoken_time(start)} for {spoken_length(length)}"
        case CronSpan():
            return ""
        case _:
            assert_never(span)


def spoken_time(second: int) -> str:
    """22:00 for a second of the day."""
    return f"{second // HOUR:02}:{second % HOUR // MINUTE:02}"


def spoken_length(seconds: int) -> str:
    """2d, 40h, 1h30m, 4d2h: days where they are whole, or many."""
    if seconds % DAY and seconds < 3 * DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        return f"{hours}h" * (hours > 0) + f"{minutes}m" * (minutes > 0)
    parts = ((seconds // DAY, "d"), (seconds % DAY // HOUR, "h"), (seconds % HOUR // MINUTE, "m"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _weekdays(which: frozenset[int]) -> str:
    words = {EVERY_DAY: "daily", WORKING_WEEK: "weekdays", EVERY_DAY - WORKING_WEEK: "weekends"}
    return words.get(which) or ",".join(
        DOWS[first] if first == last else f"{DOWS[first]}-{DOWS[last]}" for first, last in _runs(which)
    )


def _dates(first: int, last: int) -> str:
    start, end = calendar_day(first), calendar_day(last)
    return f"{start}" if first == last else f"{start}..{end}"


def _numbers(which: frozenset[int]) -> str:
    return ",".join(str(number) for number in sorted(which))


def _runs(which: frozenset[int]) -> list[tuple[int, int]]:
    """Neighbours joined: {0, 1, 2, 5} as (0, 2), (5, 5)."""
    runs: list[tuple[int, int]] = []
    for number in sorted(which):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def _crontab(days: CronDays, span: CronSpan) -> str:
    minutes, hours = (_cron_field(which, count) for which, count in ((span.minutes, 60), (span.hours, 24)))
    return f"{minutes} {hours} {_cron_days(days)}"


def _cron_field(which: frozenset[int], count: int) -> str:
    return "*" if len(which) == count else _cron_numbers(which)


def _cron_days(days: CronDays) -> str:
    """Fields of all days are not `*` where they were not written so: crontab tells the two apart."""
    month_days = "*" if days.month_days is None else _cron_numbers(days.month_days)
    months = "*" if days.months is None else _cron_numbers(days.months)
    weekdays = "*"
    if days.weekdays is not None:
        weekdays = ",".join(
            DOWS[first] if first == last else f"{DOWS[first]}-{DOWS[last]}" for first, last in _runs(days.weekdays)
        )
    return f"{month_days} {months} {weekdays}"


def _cron_numbers(which: frozenset[int]) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(which))
