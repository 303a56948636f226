"""The openings of windows as if every day had 24 hours, for questions that the text alone must answer."""

from collections.abc import Iterator, Sequence

from autoscaler.core.days import BusinessDays, CalendarDays, Dates, Days, days_between
from autoscaler.core.windows import CronSpan, Opening, Phrase, RealSpan, WallSpan
from autoscaler.core.zones import DAY
from autoscaler.policyfile.naming import anywhere
from autoscaler.policyfile.weeks import every_week
from autoscaler.policyfile.written import WrittenWindow, value_of

_WEEKS = (20458, 20458 + 28)
"""Day numbers: four weeks from a Monday, in which days of the week show all that they can do."""

_YEARS = (20458, 20458 + 8 * 366)
"""Eight years, with all months and two leap days, for days of the month and dates."""

_MOST_DATES = 400


def looked_at(windows: Sequence[WrittenWindow]) -> list[tuple[int, int]]:
    """Ranges of days in which windows show whether they meet: as few as their days need."""
    phrases = [phrase for window in windows for phrase in window.phrases or ()]
    weekly = all(isinstance(phrase.days, Dates) or every_week(phrase.days) for phrase in phrases)
    dates = [pair for phrase in phrases if isinstance(phrase.days, Dates) for pair in phrase.days.ranges]
    ranges = sorted([_WEEKS if weekly else _YEARS, *(_about(*pair) for pair in dates[:_MOST_DATES])])
    apart: list[tuple[int, int]] = []
    for first, last in ranges:
        if apart and first <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(last, apart[-1][1])
        else:
            apart.append((first, last))
    return apart


def _about(first: int, last: int) -> tuple[int, int]:
    """A range of dates with what lies around it; of long ones the beginning tells enough."""
    return first - 33, min(last, first + _MOST_DATES) + 33


def nominal(window: WrittenWindow, ranges: list[tuple[int, int]]) -> list[Opening]:
    """Its openings with their lead, in order and merged where they touch; days of calendars are left out."""
    excluded = [days for days in value_of(window.excluded) or () if days is not None and not of_calendar(days)]
    found: list[Opening] = []
    for phrase in window.phrases or ():
        if of_calendar(phrase.days):
            continue
        for first, last in ranges:
            gone = {day for days in excluded for day in days_between(days, first, last, anywhere())}
            starts = (day for day in days_between(phrase.days, first, last, anywhere()) if day not in gone)
            found += [opening for day in starts for opening in _on_day(phrase, day * DAY)]
    lead = value_of(window.lead) or 0
    return _merged((start - lead, end) for start, end in sorted(found))


def _on_day(phrase: Phrase, midnight: int) -> Iterator[Opening]:
    match phrase.span:
        case WallSpan(start, end):
            yield midnight + start, midnight + end
        case RealSpan(start, length):
            yield midnight + start, midnight + start + length
        case CronSpan(length=length) as span:
            for start in span.starts:
                yield midnight + start, midnight + start + length


def _merged(openings: Iterator[Opening]) -> list[Opening]:
    merged: list[Opening] = []
    for start, end in openings:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def of_calendar(days: Days | None) -> bool:
    return isinstance(days, CalendarDays | BusinessDays)
