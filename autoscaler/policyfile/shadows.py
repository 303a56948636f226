"""Whether a window can ever speak, by nominal wall-clock lengths: weeks of 10,080 minutes, without clock changes.

Minutes are bits of an integer, so covering is a bitwise question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autoscaler.core.days import Dates, Weekdays
from autoscaler.core.windows import Phrase, RealSpan, WallSpan
from autoscaler.core.zones import DAY, MINUTE
from autoscaler.policyfile.written import WrittenWindow

_DAY = DAY // MINUTE
_WEEK = 7 * _DAY
_THURSDAY = 3  # day number 0
_MOST_LOOKS = 20_000
"""Longer lists of dates are not looked into: an error must be certain, and time is limited."""

_NAMED = 3


def shadowed(windows: Sequence[WrittenWindow]) -> Iterator[tuple[WrittenWindow, list[str]]]:
    """Each window of which the earlier ones always give all that it gives, with the names of some of them."""
    quantities, sizes = _Cover(), _Cover()
    for window in windows:
        phrases = _phrases(window)
        if phrases is None:
            continue
        lead = _lead(window)
        covers = [cover for cover, given in ((quantities, window.quantity), (sizes, window.size)) if given]
        if covers and all(cover.holds(phrase, lead) for phrase in phrases for cover in covers):
            yield window, list(dict.fromkeys(name for cover in covers for name in cover.names))
        for cover in covers:
            cover.add(window, phrases, lead)


@dataclass(slots=True)
class _Cover:
    """When some windows are open: the minutes of every week, and phrases of dates with their leads."""

    weekly: int = 0
    dates: list[tuple[Phrase, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, window: WrittenWindow, phrases: Sequence[Phrase], lead: int) -> None:
        if len(self.names) < _NAMED:
            self.names.append(_called(window))
        for phrase in phrases:
            start, end = _minutes(phrase, lead)
            if isinstance(phrase.days, Dates):
                self.dates.append((phrase, lead))
            else:
                for day in phrase.days.which:
                    self.weekly |= _bits(day * _DAY + start, end - start)

    def holds(self, phrase: Phrase, lead: int) -> bool:
        """Whether every opening of the phrase lies in it."""
        start, end = _minutes(phrase, lead)
        match phrase.days:
            case Weekdays(which):
                return all(_bits(day * _DAY + start, end - start) & ~self.weekly == 0 for day in which)
            case Dates(ranges):
                count = sum(high - low + 1 for low, high in ranges)
                if count * (1 + len(self.dates)) > _MOST_LOOKS:
                    return False
                days = (day for low, high in ranges for day in range(low, high + 1))
                return all(self._holds_date(day * _DAY + start, end - start) for day in days)

    def _holds_date(self, start: int, length: int) -> bool:
        """The same for an opening on a date, its start in minutes since day 0."""
        uncovered = (1 << length) - 1
        offset = (start + _THURSDAY * _DAY) % _WEEK
        turned = self.weekly >> offset | self.weekly << (_WEEK - offset)
        for week in range(0, length, _WEEK):
            uncovered &= ~((turned & ((1 << _WEEK) - 1)) << week)
        for phrase, lead in self.dates:
            uncovered &= ~_dates_near(phrase, lead, start, length)
        return uncovered == 0


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
