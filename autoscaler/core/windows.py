"""Windows and their openings: from local days and times to spans of real time.

The rules (a design contract with users): an opening belongs to the local day on which it starts; an edge is
the first instant at which the local clock shows that time or later; openings are half-open; overlapping or
touching openings of one window are one; a lead moves the start earlier by real time, after all else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoscaler.core.days import Days, days_between
from autoscaler.core.quantity import Quantity
from autoscaler.core.zones import DAY, Zone

Opening = tuple[int, int]
"""[start, end) in instants."""


@dataclass(frozen=True, slots=True)
class WallSpan:
    """From one wall-clock time to another: seconds after the starting day's midnight, `end` > `start`.

    An end past 86,400 is on the next day.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RealSpan:
    """From a wall-clock time (seconds after midnight) for a length of real time (seconds)."""

    start: int
    length: int


Span = WallSpan | RealSpan


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a `when`: the days that start an opening, and the opening's hours."""

    days: Days
    span: Span


@dataclass(frozen=True, slots=True)
class Window:
    """A named set of openings with the values it gives; None leaves a value to the next open window.

    `lead` is in seconds; `line` is that of the window's first key in the file.
    """

    name: str
    line: int
    phrases: tuple[Phrase, ...]
    quantity: Quantity | None = None
    size: str | None = None
    lead: int = 0


def openings(window: Window, zone: Zone, start: int, until: int) -> list[Opening]:
    """The openings that meet [start, until), merged where they touch, in order.

    What lies more than one opening's length outside [start, until) is not looked at, so the far ends of an
    opening that is merged from many may be cut short there.
    """
    found = [
        (opened - window.lead, closed)
        for phrase in window.phrases
        for opened, closed in _unmerged(phrase, zone, start, until + window.lead)
        if opened < closed
    ]
    return [opening for opening in _merged(found) if opening[0] < until and opening[1] > start]


def unopened(window: Window, zone: Zone, start: int, until: int) -> list[int]:
    """The instants in [start, until) at which an opening's two edges fall together, so that it does not open."""
    pairs = (pair for phrase in window.phrases for pair in _unmerged(phrase, zone, start, until))
    return sorted({opened for opened, closed in pairs if opened >= closed and start <= opened < until})


def _unmerged(phrase: Phrase, zone: Zone, start: int, until: int) -> Iterator[Opening]:
    """Each opening of the phrase that may meet [start, until), as its two edges."""
    first = zone.reading(start) // DAY - _longest(phrase.span) // DAY - 2
    last = zone.reading(until) // DAY + 1
    for day in days_between(phrase.days, first, last):
        yield _edges(phrase.span, zone, day * DAY)


def _edges(span: Span, zone: Zone, midnight: int) -> Opening:
    opened = zone.edge(midnight + span.start)
    match span:
        case WallSpan(end=end):
            return opened, zone.edge(midnight + end)
        case RealSpan(length=length):
            return opened, opened + length


def _longest(span: Span) -> int:
    match span:
        case WallSpan(start, end):
            return end - start
        case RealSpan(length=length):
            return length


def _merged(found: Iterable[Opening]) -> list[Opening]:
    merged: list[Opening] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
