"""Whether a window can ever speak, by nominal wall-clock lengths: weeks of 10,080 minutes, without clock changes.

Minutes are bits of an integer, so covering is a bitwise question.
"""

from collections.abc import Iterable, Sequence

from autoscaler.core.days import Dates, Weekdays
from autoscaler.core.windows import Phrase, RealSpan, WallSpan
from autoscaler.core.zones import DAY, MINUTE
from autoscaler.policyfile.written import WrittenWindow

_DAY = DAY // MINUTE
_WEEK = 7 * _DAY
_THURSDAY = 3  # day number 0
_MOST_DAYS = 400
"""Longer lists of dates are not looked into: an error must be certain, and time is limited."""


def shadowed(window: WrittenWindow, earlier: Sequence[WrittenWindow]) -> str | None:
    """Which earlier windows always give all that this one gives; None where it may speak, or nobody can tell."""
    phrases = _phrases(window)
    if phrases is None or not (window.quantity or window.size):
        return None
    known = [other for other in earlier if _phrases(other) is not None]
    covers = []
    if window.quantity:
        covers.append([other for other in known if other.quantity])
    if window.size:
        covers.append([other for other in known if other.size])
    lead = _lead(window)
    if not all(_covered(phrase, lead, cover) for phrase in phrases for cover in covers):
        return None
    return " and ".join(dict.fromkeys(_called(other) for cover in covers for other in cover))


def _phrases(window: WrittenWindow) -> list[Phrase] | None:
    """All phrases of a window that could be read whole."""
    if window.deferred or window.when is None or window.when.value is None:
        return None
    phrases = [phrase for phrase in window.when.value.phrases if phrase is not None]
    return phrases if phrases and len(phrases) == len(window.when.value.phrases) else None


def _lead(window: WrittenWindow) -> int:
    return (window.lead.value or 0) // MINUTE if window.lead else 0


def _called(window: WrittenWindow) -> str:
    name = window.name.value if window.name else None
    return name or (window.when.value.text if window.when and window.when.value else window.path)


def _covered(phrase: Phrase, lead: int, cover: Sequence[WrittenWindow]) -> bool:
    start, end = _minutes(phrase, lead)
    match phrase.days:
        case Weekdays(which):
            weekly = _weekly(cover)
            return all(_bits(day * _DAY + start, end - start) & ~weekly == 0 for day in which)
        case Dates(ranges):
            days = [day for low, high in ranges[:_MOST_DAYS] for day in range(low, min(high, low + _MOST_DAYS) + 1)]
            if len(days) > _MOST_DAYS:
                return False
            return all(_dates_covered(day * _DAY + start, end - start, cover) for day in days)


def _dates_covered(start: int, length: int, cover: Iterable[WrittenWindow]) -> bool:
    """Whether an opening on a date (in minutes since day 0) is covered by weekly windows and by other dates."""
    uncovered = (1 << length) - 1
    weekly = _weekly(cover)
    offset = (start + _THURSDAY * _DAY) % _WEEK
    turned = weekly >> offset | weekly << (_WEEK - offset)
    for week in range(0, length, _WEEK):
        uncovered &= ~((turned & ((1 << _WEEK) - 1)) << week)
    for window in cover:
        for phrase in _phrases(window) or []:
            if isinstance(phrase.days, Dates):
                uncovered &= ~_dates_near(phrase, _lead(window), start, length)
    return uncovered == 0


def _dates_near(phrase: Phrase, lead: int, start: int, length: int) -> int:
    """The minutes of [start, start + length) that a phrase of dates covers, the first being bit 0."""
    assert isinstance(phrase.days, Dates)
    opens, closes = _minutes(phrase, lead)
    bits = 0
    first, last = (start - closes) // _DAY, (start + length - opens) // _DAY
    for low, high in phrase.days.ranges:
        for day in range(max(low, first), min(high, last) + 1):
            begin = max(day * _DAY + opens - start, 0)
            end = min(day * _DAY + closes - start, length)
            if end > begin:
                bits |= ((1 << end - begin) - 1) << begin
    return bits


def _weekly(cover: Iterable[WrittenWindow]) -> int:
    """The minutes of a week, from Monday 00:00, in which one of the windows is open every week."""
    bits = 0
    for window in cover:
        for phrase in _phrases(window) or []:
            if isinstance(phrase.days, Weekdays):
                start, end = _minutes(phrase, _lead(window))
                for day in phrase.days.which:
                    bits |= _bits(day * _DAY + start, end - start)
    return bits


def _bits(start: int, length: int) -> int:
    """Minutes of a week that wraps around."""
    if length >= _WEEK:
        return (1 << _WEEK) - 1
    start %= _WEEK
    straight = ((1 << length) - 1) << start
    return straight & ((1 << _WEEK) - 1) | straight >> _WEEK


def _minutes(phrase: Phrase, lead: int) -> tuple[int, int]:
    """An opening's start and end in minutes after its day's midnight."""
    match phrase.span:
        case WallSpan(start, end):
            return start // MINUTE - lead, end // MINUTE
        case RealSpan(start, length):
            return start // MINUTE - lead, (start + length) // MINUTE
