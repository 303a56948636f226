"""Whether a window can ever speak, by nominal wall-clock lengths: weeks of 10,080 minutes, without clock changes.

Minutes are bits of an integer, so covering is a bitwise question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autoscaler.core.days import Dates
from autoscaler.core.windows import Phrase
from autoscaler.core.zones import MINUTE
from autoscaler.policyfile.weeks import (
    DAY_MINUTES,
    WEEK_MINUTES,
    WHOLE_WEEK,
    at_most,
    every_week,
    minutes_of,
    minutes_of_week,
)
from autoscaler.policyfile.written import Excluded, WrittenWindow, value_of

_THURSDAY = 3  # day number 0
_MOST_LOOKS = 20_000
"""Longer lists of dates are not looked into: an error must be certain, and time is limited."""

_NAMED = 3


def shadowed(windows: Sequence[WrittenWindow]) -> Iterator[tuple[WrittenWindow, list[str]]]:
    """Each window of which the earlier ones always give all that it gives, with the names of some of them."""
    if len(windows) < 2:
        return
    quantities, sizes = _Cover(), _Cover()
    for window in windows:
        if not window.phrases:
            continue
        opened = [_Opened(phrase, _lead(window), value_of(window.excluded) or ()) for phrase in window.phrases]
        covers = [cover for cover, given in ((quantities, window.quantity), (sizes, window.size)) if given]
        if covers and all(cover.holds(phrase) for cover in covers for phrase in opened):
            yield window, list(dict.fromkeys(name for cover in covers for name in cover.names))
        for cover in covers:
            cover.add(window, opened)


class _Opened:
    """A phrase of a window: the minutes of a week in which it can be open, and in which it surely is."""

    __slots__ = ("dates", "lead", "minutes", "phrase", "surely")

    def __init__(self, phrase: Phrase, lead: int, excluded: Excluded) -> None:
        self.phrase = phrase
        self.lead = lead
        self.dates = phrase.days.ranges if isinstance(phrase.days, Dates) and not excluded else ()
        self.minutes = minutes_of_week(at_most(phrase.days), phrase.span, lead)
        which = every_week(phrase.days)
        if which and not excluded:
            self.surely = self.minutes
        elif which and all(days is not None and every_week(days) for days in excluded):
            gone = frozenset[int]().union(*(every_week(days) for days in excluded if days is not None))
            self.surely = minutes_of_week(which - gone, phrase.span, lead)
        else:  # days that depend on a calendar or a month's length: nothing is certain
            self.surely = 0


@dataclass(slots=True)
class _Cover:
    """When some windows are surely open: the minutes of every week, and phrases of dates with their leads."""

    weekly: int = 0
    dates: list[_Opened] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, window: WrittenWindow, opened: Sequence[_Opened]) -> None:
        if len(self.names) < _NAMED:
            self.names.append(window.called)
        for phrase in opened:
            self.weekly |= phrase.surely
            if phrase.dates:
                self.dates.append(phrase)

    def holds(self, opened: _Opened) -> bool:
        """Whether every opening of the phrase lies in it."""
        if not self.weekly and not self.dates:
            return False
        days = opened.phrase.days
        if not isinstance(days, Dates):
            return self.weekly | opened.minutes == self.weekly
        count = sum(high - low + 1 for low, high in days.ranges)
        if count * (1 + len(self.dates)) > _MOST_LOOKS:
            return False
        start, end = minutes_of(opened.phrase.span, opened.lead)
        numbers = (day for low, high in days.ranges for day in range(low, high + 1))
        return all(self._holds_date(day * DAY_MINUTES + start, end - start) for day in numbers)

    def _holds_date(self, start: int, length: int) -> bool:
        """The same for an opening on a date, its start in minutes since day 0."""
        uncovered = (1 << length) - 1
        offset = (start + _THURSDAY * DAY_MINUTES) % WEEK_MINUTES
        turned = (self.weekly >> offset | self.weekly << (WEEK_MINUTES - offset)) & WHOLE_WEEK
        for week in range(0, length, WEEK_MINUTES):
            uncovered &= ~(turned << week)
        for opened in self.dates:
            uncovered &= ~_dates_near(opened, start, length)
        return uncovered == 0


def _lead(window: WrittenWindow) -> int:
    return (value_of(window.lead) or 0) // MINUTE


def _dates_near(opened: _Opened, start: int, length: int) -> int:
    """The minutes of [start, start + length) that a phrase of dates covers, the first being bit 0."""
    opens, closes = minutes_of(opened.phrase.span, opened.lead)
    bits = 0
    first, last = (start - closes) // DAY_MINUTES, (start + length - opens) // DAY_MINUTES
    for low, high in opened.dates:
        for day in range(max(low, first), min(high, last) + 1):
            begin = max(day * DAY_MINUTES + opens - start, 0)
            end = min(day * DAY_MINUTES + closes - start, length)
            if end > begin:
                bits |= ((1 << end - begin) - 1) << begin
    return bits
