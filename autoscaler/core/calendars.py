"""Calendars: named sets of days, from wherever their days come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from autoscaler.core.zones import Zone


class Unavailable(Exception):
    """A calendar's days cannot be had now; the text says why, and shows no secret."""


class DaySource(Protocol):
    """Knows days and what they are called."""

    def days(self, first: int, last: int, zone: Zone) -> Mapping[int, str]:
        """The days of [first, last] (day numbers) that are in it, each with its name, empty where it has none.

        `zone` decides which local days an event touches that is an instant. Total: what could fail was tried
        when the source was made.
        """
        ...


@dataclass(frozen=True, slots=True)
class DateList:
    """Days written out, as ranges of day numbers, first and last included."""

    ranges: tuple[tuple[int, int], ...]

    def days(self, first: int, last: int, zone: Zone) -> Mapping[int, str]:  # noqa: ARG002 dates are dates everywhere
        return {day: "" for low, high in self.ranges for day in range(max(low, first), min(high, last) + 1)}


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """A named set of days: those of its sources and of the calendars it includes, without those it excepts."""

    name: str
    sources: tuple[DaySource, ...] = ()
    includes: tuple["Calendar", ...] = ()
    excepts: tuple["Calendar", ...] = ()

    def days(self, first: int, last: int, zone: Zone) -> dict[int, str]:
        """The days of [first, last] that are in it, each with its name, in order."""
        found: dict[int, str] = {}
        for part in (*self.sources, *self.includes):
            for day, name in part.days(first, last, zone).items():
                found[day] = found.get(day) or name
        for other in self.excepts:
            for day in other.days(first, last, zone):
                found.pop(day, None)
        return dict(sorted(found.items()))
