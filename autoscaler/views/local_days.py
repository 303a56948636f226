"""The local days that a drawing lies over: which are weekends, which somebody's calendar names, when clocks change."""

from dataclasses import dataclass
from itertools import pairwise

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import WORKING_WEEK, BusinessDays, CalendarDays, weekday
from autoscaler.core.policies import Policy
from autoscaler.core.zones import DAY, ClockChange, Zone


@dataclass(frozen=True, slots=True)
class LocalDay:
    """The part [start, end) of a local day, in instants, that lies within what is drawn; `number` is the day's.

    `holiday` is what the calendars call it, None where none of them names the day.
    """

    number: int
    start: int
    end: int
    holiday: str | None = None
    clocks: ClockChange | None = None

    @property
    def weekend(self) -> bool:
        return weekday(self.number) not in WORKING_WEEK


def local_days(zone: Zone, calendars: tuple[Calendar, ...], start: int, until: int) -> list[LocalDay]:
    """The days of a zone that meet [start, until), in order; a day that a zone skips has no length and is left out."""
    first, last = zone.reading(start) // DAY, zone.reading(until - 1) // DAY
    midnights = zone.edges([day * DAY for day in range(first, last + 2)], 0)
    named = holidays(calendars, zone, first, last)
    jumps = zone.clock_changes(start, until)
    found = []
    for number, (opens, closes) in enumerate(pairwise(midnights), first):
        begins, ends = max(opens, start), min(closes, until)
        jump = next((jump for jump in jumps if begins <= jump.at < ends), None)
        if begins < ends:
            found.append(LocalDay(number, begins, ends, named.get(number), jump))
    return found


def holidays(calendars: tuple[Calendar, ...], zone: Zone, first: int, last: int) -> dict[int, str]:
    """The days in [first, last] that one of the calendars names: what it calls them, else the calendar's own name."""
    found: dict[int, str] = {}
    for calendar in calendars:
        for day, name in calendar.days(first, last, zone).items():
            found.setdefault(day, name or calendar.name)
    return found


def calendars_of(policy: Policy) -> tuple[Calendar, ...]:
    """The calendars whose days are holidays to a process type: what its windows except, or take from business days."""
    named = [days for window in policy.windows for days in window.excluded if isinstance(days, CalendarDays)]
    found = [days.calendar for days in named] + [
        days.calendar
        for window in policy.windows
        for days in (*window.excluded, *(phrase.days for phrase in window.phrases))
        if isinstance(days, BusinessDays)
    ]
    return tuple(dict.fromkeys(found))
