"""Windows and their openings: from local days and times to spans of real time.

The rules (a design contract with users): an opening belongs to the local day on which it starts; an edge is
the first instant at which the local clock shows that time or later; openings are half-open; overlapping or
touching openings of one window are one; a lead moves the start earlier by real time, after all else.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import ge

from autoscaler.core.days import Days, days_between
from autoscaler.core.quantity import Quantity
from autoscaler.core.zones import DAY, HOUR, MINUTE, Zone

Opening = tuple[int, int]
"""[start, end) in instants."""

Edges = tuple[list[int], list[int]]
"""The starts and the ends of openings, in order: the i-th opening is [starts[i], ends[i])."""

_REACHES = (DAY, 31 * DAY)
"""Lengths of openings, in seconds, by which days are looked up: few different ranges of days are worked out once."""


@dataclass(frozen=True, slots=True)
class WallSpan:
    """From one wall-clock time to another: seconds after the starting day's midnight, `end` > `start`.

    An end past 86,400 is on the next day.
    """

    start: int
    end: int

    @property
    def longest(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class RealSpan:
    """From a wall-clock time (seconds after midnight) for a length of real time (seconds)."""

    start: int
    length: int

    @property
    def longest(self) -> int:
        return self.length


@dataclass(frozen=True, slots=True)
class CronSpan:
    """From each of these minutes of these hours for a length of real time (seconds)."""

    minutes: frozenset[int]
    hours: frozenset[int]
    length: int

    @property
    def longest(self) -> int:
        return self.length

    @property
    def starts(self) -> list[int]:
        """Seconds after midnight, in order."""
        return sorted(hour * HOUR + minute * MINUTE for hour in self.hours for minute in self.minutes)


Span = WallSpan | RealSpan | CronSpan


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a `when`: the days that start an opening, and the opening's hours."""

    days: Days
    span: Span


@dataclass(frozen=True, slots=True)
class Close:
    """An opening ends when its work is done: held open past its end for at most `latest` seconds while the app's
    `probe` finds work, and ended before it once there has been none for `early` seconds (None: not before)."""

    probe: str
    latest: int
    early: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A named set of openings with the values it gives; None leaves a value to the next open window.

    `lead` is in seconds; `line` is that of the window's first key in the file; the days that are `excluded`
    start no opening. No daily restart may fall into an opening that is `unbroken`.
    """

    name: str
    line: int
    phrases: tuple[Phrase, ...]
    quantity: Quantity | None = None
    size: str | None = None
    lead: int = 0
    excluded: tuple[Days, ...] = ()
    unbroken: bool = False
    close: Close | None = None

    @property
    def latest(self) -> int:
        """Seconds by which an opening may be held open past its end."""
        return self.close.latest if self.close else 0


def openings(window: Window, zone: Zone, start: int, until: int) -> list[Opening]:
    """The openings that meet [start, until), merged where they touch, in order.

    What lies more than one opening's length outside [start, until) is not looked at, so the far ends of an
    opening that is merged from many may be cut short there.
    """
    return list(zip(*edges(window, zone, start, until), strict=True))


def edges(window: Window, zone: Zone, start: int, until: int) -> Edges:
    """The same as two lists, which takes a fraction of the time."""
    starts: list[int] = []
    ends: list[int] = []
    for phrase in window.phrases:
        opened, closed = _unmerged(phrase, window.excluded, zone, start, until + window.lead)
        starts += opened
        ends += closed
    if any(map(ge, starts, ends)):  # some fall together where clocks jump: they do not open
        starts, ends = _apart((o, c) for o, c in zip(starts, ends, strict=True) if o < c)
    if window.lead:
        starts = [opened - window.lead for opened in starts]
    if any(map(ge, ends, starts[1:])):  # some touch or overlap, or phrases follow one another
        starts, ends = _merged(zip(starts, ends, strict=True))
    inside = slice(bisect_right(ends, start), bisect_left(starts, until))
    return starts[inside], ends[inside]


def unopened(window: Window, zone: Zone, start: int, until: int) -> list[int]:
    """The instants in [start, until) at which an opening's two edges fall together, so that it does not open."""
    pairs = (
        pair
        for phrase in window.phrases
        for pair in zip(*_unmerged(phrase, window.excluded, zone, start, until), strict=True)
    )
    return sorted({opened for opened, closed in pairs if opened >= closed and start <= opened < until})


def starting_days(phrase: Phrase, window: Window, zone: Zone, first: int, last: int) -> list[int]:
    """The day numbers in [first, last] on which the phrase starts an opening of the window."""
    return [midnight // DAY for midnight in _midnights(phrase.days, window.excluded, first, last, zone)]


def _unmerged(phrase: Phrase, excluded: tuple[Days, ...], zone: Zone, start: int, until: int) -> Edges:
    """The two edges of each opening of the phrase that may meet [start, until)."""
    reach = next(reach for reach in _REACHES if phrase.span.longest <= reach)
    first, last = (start - reach) // DAY - 2, until // DAY + 2
    midnights = _midnights(phrase.days, excluded, first, last, zone)
    match phrase.span:
        case WallSpan(opens, closes):
            return zone.edges(midnights, opens), zone.edges(midnights, closes)
        case RealSpan(opens, length):
            starts = zone.edges(midnights, opens)
        case CronSpan(length=length):
            starts = sorted(edge for opens in phrase.span.starts for edge in zone.edges(midnights, opens))
    return starts, [opened + length for opened in starts]


@lru_cache(maxsize=256)
def _midnights(days: Days, excluded: tuple[Days, ...], first: int, last: int, zone: Zone) -> list[int]:
    """What the clock would show at the start of each day in [first, last] that starts an opening."""
    without = {day for other in excluded for day in days_between(other, first, last, zone)}
    return [day * DAY for day in days_between(days, first, last, zone) if day not in without]


def _merged(found: Iterable[Opening]) -> Edges:
    merged: list[Opening] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return _apart(merged)


def _apart(pairs: Iterable[Opening]) -> Edges:
    listed = list(pairs)
    return [start for start, _ in listed], [end for _, end in listed]
