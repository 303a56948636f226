"""The same windows by the libraries that people build schedulers from: each opening and closing of a year, in turn.

A window is two lines of a crontab, or one recurring event. Each gives the boundaries of one window as its library
does, aware datetimes, in [START, UNTIL).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
from cronsim import CronSim
from dateutil.rrule import WEEKLY, rrule
from icalendar import Calendar, Event

from benchmarks.workload import DAYS, HOUR, START, UNTIL, Edge, Hours

Boundaries = tuple[list[datetime], list[datetime]]
"""When a window opens, and when it closes."""

Peer = Callable[[Hours], Boundaries]

_BEFORE = START - timedelta(minutes=1)
"""The next time is later than the one that is given, and an event that ends at an instant is over."""

_SUNDAY_BEFORE = date(2025, 12, 21)
"""Events begin here, so that one is under way when the year begins."""


def apscheduler(window: Hours) -> Boundaries:
    opens, closes = window.edges
    return _fired(opens), _fired(closes)


def _fired(edge: Edge) -> list[datetime]:
    days, zone = ",".join(DAYS[day] for day in edge.weekdays), ZoneInfo(edge.zone)
    trigger = CronTrigger(day_of_week=days, hour=edge.minute // HOUR, minute=edge.minute % HOUR, timezone=zone)
    found: list[datetime] = []
    at = trigger.get_next_fire_time(None, START)
    while at < UNTIL:
        found.append(at)
        at = trigger.get_next_fire_time(at, at)
    return found


def cronsim(window: Hours) -> Boundaries:
    opens, closes = window.edges
    return _simulated(opens), _simulated(closes)


def _simulated(edge: Edge) -> list[datetime]:
    found: list[datetime] = []
    for at in CronSim(edge.crontab, _BEFORE.astimezone(ZoneInfo(edge.zone))):
        if at >= UNTIL:
            break
        found.append(at)
    return found


def croniters(window: Hours) -> Boundaries:
    opens, closes = window.edges
    return _iterated(opens), _iterated(closes)


def _iterated(edge: Edge) -> list[datetime]:
    found: list[datetime] = []
    times = croniter(edge.crontab, _BEFORE.astimezone(ZoneInfo(edge.zone)), ret_type=datetime)
    while (at := times.get_next()) < UNTIL:
        found.append(at)
    return found


def rules(window: Hours) -> Boundaries:
    opens, closes = window.edges
    return _ruled(opens), _ruled(closes)


def _ruled(edge: Edge) -> list[datetime]:
    first = START.astimezone(ZoneInfo(edge.zone)) - timedelta(days=1)
    hour, minute = divmod(edge.minute, HOUR)
    times = rrule(WEEKLY, first, byweekday=sorted(edge.weekdays), byhour=hour, byminute=minute, bysecond=0, until=UNTIL)
    return [at for at in times if START <= at < UNTIL]


def events(window: Hours) -> Boundaries:
    found = recurring_ical_events.of(_calendar(window)).between(_BEFORE, UNTIL)
    opens, closes = [event.start for event in found], [event.end for event in found]
    return [at for at in opens if START <= at < UNTIL], [at for at in closes if START <= at < UNTIL]


def _calendar(window: Hours) -> Calendar:
    day = next(d for d in range(7) if (d - 1) % 7 in window.weekdays)  # from the Sunday on
    midnight = datetime.combine(_SUNDAY_BEFORE + timedelta(days=day), datetime.min.time(), ZoneInfo(window.zone))
    event = Event()
    event.add("uid", "window")
    event.add("dtstart", midnight + timedelta(minutes=window.start))
    event.add("dtend", midnight + timedelta(minutes=window.end))
    event.add("rrule", {"freq": "weekly", "byday": [DAYS[day][:2] for day in sorted(window.weekdays)]})
    calendar = Calendar()
    calendar.add("prodid", "benchmark")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return calendar


PEERS: dict[str, Peer] = {
    "APScheduler CronTrigger": apscheduler,
    "cronsim": cronsim,
    "croniter": croniters,
    "dateutil rrule": rules,
    "recurring-ical-events": events,
}


def year(peer: Peer, windows: Sequence[Hours]) -> list[Boundaries]:
    """The boundaries of each window in the year."""
    return [peer(window) for window in windows]
