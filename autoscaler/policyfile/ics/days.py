"""The days that events take, year by year: what the library finds, in local days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from time import monotonic
from typing import Any

from autoscaler.core.zones import DAY, Zone, calendar_day, day_number
from autoscaler.policyfile.ics.errors import IcsError, called, name_of, told
from autoscaler.policyfile.ics.events import GREENWICH, instant_of
from autoscaler.policyfile.ics.rules import LAST_YEAR

TRIED = 400
"""Days from its start for which each event is tried out."""

FIRST_YEAR = 1900
"""A calendar knows no days before it, and none after LAST_YEAR."""

_KEPT_YEARS = 64

SECONDS = 5.0
"""How long trying a calendar out may take."""


@dataclass(frozen=True, slots=True, eq=False)
class IcsSource:
    """The days of a calendar file. A year is worked out when it is first asked for, and kept.

    Should a year fail in spite of having been tried out it has no days: then the windows of ordinary days hold.
    """

    _query: Any
    _years: dict[tuple[str, int], dict[int, str]] = field(default_factory=dict)

    def days(self, first: int, last: int, zone: Zone) -> Mapping[int, str]:
        """The days of [first, last] that an event touches in `zone`, each with the name of the one that began first."""
        years = range(max(calendar_day(first).year, FIRST_YEAR), min(calendar_day(last).year, LAST_YEAR) + 1)
        return {day: name for year in years for day, name in self._year(year, zone).items() if first <= day <= last}

    def _year(self, year: int, zone: Zone) -> dict[int, str]:
        key = (zone.name, year)
        found = self._years.get(key)
        if found is None:
            try:
                found = _taken(self._query, day_number(date(year, 1, 1)), day_number(date(year, 12, 31)), zone)
            except Exception:
                found = {}
            for oldest in list(self._years)[: 1 - _KEPT_YEARS]:
                self._years.pop(oldest, None)
            self._years[key] = found
        return found


def query_of(events: list[Any]) -> Any:
    """The library's answerer of questions about these events. Raises IcsError, or what the library does."""
    try:
        return _bare_query_of(events)
    except Exception as error:
        if len(events) < 2:
            raise IcsError(f"{''.join(map(called, events))} cannot be understood: {told(error)}") from None
        for event in events:  # it does not say which one it was
            query_of([event])
        raise


def _bare_query_of(events: list[Any]) -> Any:
    from icalendar import Calendar
    from recurring_ical_events import CalendarQuery, ComponentsWithName, EventAdapter

    class Told(EventAdapter):  # type: ignore[misc]  # the library has no types
        """An event that does not copy itself for each of its occurrences: all that is wanted of it stays the same."""

        def __init__(self, event: Any) -> None:
            super().__init__(event)
            cancelled = str(event.get("STATUS", "")).strip().upper() == "CANCELLED"
            self.told = {"name": None if cancelled else name_of(event)}

        def as_component(self, *_: object) -> dict[str, str | None]:
            return self.told

    calendar = Calendar()
    calendar.subcomponents = list(events)
    return CalendarQuery(calendar, components=[ComponentsWithName("VEVENT", Told)])


def try_out(query: Any) -> None:
    """The first days of every event are worked out, as they will be later. Raises IcsError, or what the library does.

    That shows what cannot be worked out, and how long a year takes; steps bounds how long getting there takes.
    """
    deadline = monotonic() + SECONDS
    for series in query.series:
        starts = [component.start for component in series.components]
        first = min(day_number(date(start.year, start.month, start.day)) for start in starts)
        for _ in _spans(series, first, first + TRIED, GREENWICH):
            _in_time(deadline)
        _in_time(deadline)


def _in_time(deadline: float) -> None:
    if monotonic() > deadline:
        raise IcsError(
            f"the calendar cannot be worked out within {SECONDS:g} seconds: leave out what is not about days"
        )


def _taken(query: Any, first: int, last: int, zone: Zone) -> dict[int, str]:
    """The days of [first, last] that events touch, in order, each with the name of the event that began first."""
    spans = sorted((span for series in query.series for span in _spans(series, first, last, zone)), key=itemgetter(0))
    days: dict[int, str] = {}
    free = first
    for low, high, name in spans:
        days.update((day, name) for day in range(max(low, free), min(high, last) + 1))
        free = max(free, high + 1)
    return days


def _spans(series: Any, first: int, last: int, zone: Zone) -> Iterator[tuple[int, int, str]]:
    """The first and last local days of the events that touch [first, last], with their names, and of a few more.

    The library is asked for two days more at each end: it knows the days of no zone in particular.
    """
    for found in series.between(calendar_day(first - 2), calendar_day(last + 3)):
        name = found.as_component(False)["name"]
        if name is not None:  # it is not cancelled
            yield *_touched(found.start, found.end, zone), name


def _touched(start: date, end: date, zone: Zone) -> tuple[int, int]:
    """The first and the last day of a half-open time; one without length takes the day of its start."""
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        return day_number(start), max(day_number(end) - 1, day_number(start))
    begun, ended = instant_of(start, zone), instant_of(end, zone)
    first, last = zone.reading(begun) // DAY, zone.reading(max(ended - 1, begun)) // DAY
    return min(first, last), max(first, last)  # a clock that falls back over midnight shows the day before again
