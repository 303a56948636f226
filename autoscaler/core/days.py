"""Which local days start an opening."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

_THURSDAY = 3  # 1970-01-01, day number 0

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, Monday being 0."""

    which: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dates:
    """Calendar days as ranges of day numbers (see `zones.day_number`), first and last included."""

    ranges: tuple[tuple[int, int], ...]


Days = Weekdays | Dates


def weekday(day: int) -> int:
    """The day of the week of a day number, Monday being 0."""
    return (day + _THURSDAY) % 7


def days_between(days: Days, first: int, last: int) -> Iterator[int]:
    """The day numbers in [first, last] that `days` names, in order and each once."""
    match days:
        case Weekdays(which):
            return (day for day in range(first, last + 1) if weekday(day) in which)
        case Dates(ranges):
            return iter(sorted({day for low, high in ranges for day in range(max(low, first), min(high, last) + 1)}))
        case _:
            assert_never(days)
