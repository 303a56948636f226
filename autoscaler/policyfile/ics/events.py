"""The events of an iCalendar file, as the library reads them and as far as they can be trusted."""

import warnings
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from autoscaler.core.zones import DAY, Zone, instant
from autoscaler.policyfile import zones
from autoscaler.policyfile.ics.errors import IcsError, called, listed, told
from autoscaler.policyfile.ics.lines import MOMENTS, ONCE
from autoscaler.policyfile.ics.rules import LAST_YEAR, steps
from autoscaler.policyfile.spelling import shown

MOST_STEPS = 2_000_000
"""Steps that a file's rules take from their starts to LAST_YEAR; one takes about 2 microseconds."""

_SANE_YEARS = range(1500, 2201)
"""Of an event's dates: no sum of such dates leaves datetime's years. Birthdays without a year begin in 1604."""

_LONGEST_EVENT = 700 * 366 * DAY
"""Seconds."""

GREENWICH = Zone("UTC", UTC)


def events(lines: list[str]) -> list[Any]:
    """The library's events. What it raises is anything."""
    from icalendar import Calendar
    from icalendar.timezone import tzp

    tzp.use_default()  # forgets the time zones that another file has explained
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = Calendar.from_ical("\r\n".join(lines) + "\r\n")
    scale = str(calendar.get("CALSCALE", "GREGORIAN"))
    if scale.upper() != "GREGORIAN":
        raise IcsError(f"the calendar counts days in its own way, {shown(scale)}; only GREGORIAN can be read")
    found = calendar.walk("VEVENT")
    _part(found)
    return found


def _part(events: list[Any]) -> None:
    """Different events of one UID get UIDs of their own, or all but one would be lost."""
    starts: dict[tuple[str, str], object] = {}
    for number, event in enumerate(events):
        if "RECURRENCE-ID" in event or "UID" not in event:
            continue
        key = (str(event["UID"]), str(event.get("SEQUENCE")))
        start = event.get("DTSTART")
        if starts.setdefault(key, start) != start:
            event["UID"] = f"{key[0]} {number}"


def check(events: list[Any]) -> None:
    """That every event can be understood, and that following their rules takes a bounded time. Raises IcsError."""
    for event in events:
        _check_event(event)
    overrides = Counter(str(event.get("UID")) for event in events if _is_costly(event))
    taken = [steps(event) * (1 + overrides[str(event.get("UID"))]) for event in events]
    if sum(taken) > MOST_STEPS:
        worst = events[taken.index(max(taken))]
        raise IcsError(
            f"the events repeat too often up to {LAST_YEAR}, {called(worst)} most: give the rules an end (UNTIL),"
            f" or leave out events that are not about days"
        )


def _check_event(event: Any) -> None:
    broken = next((str(name or error) for name, error in event.errors), None)
    if broken is not None:
        raise IcsError(f"{called(event)} cannot be understood: {told(broken)}")
    twice = next((name for name in ONCE if isinstance(event.get(name), list)), None)
    if twice is not None:
        raise IcsError(f"{called(event)} has more than one {twice}")
    if "EXRULE" in event:
        raise IcsError(f"{called(event)} has an EXRULE, which iCalendar no longer has; write EXDATE")
    if "DTSTART" not in event:
        raise IcsError(f"{called(event)} has no DTSTART")
    for name in MOMENTS:
        for value in listed(event.get(name)):
            for one in value.dts:
                _check_moment(event, name, one.dt, value.params.get("TZID"))
    _check_length(event)


def _check_moment(event: Any, name: str, moment: object, zone: str | None) -> None:
    if not isinstance(moment, date):
        raise IcsError(f"{called(event)} has {_a(name)} that is no date")
    if moment.year not in _SANE_YEARS:
        raise IcsError(f"{called(event)} has {_a(name)} in the year {moment.year}")
    if zone and isinstance(moment, datetime) and moment.tzinfo is None:
        raise IcsError(f"{called(event)} is in a time zone that is unknown: {shown(zone)}")


def _check_length(event: Any) -> None:
    """DTEND wins over DURATION, as in the library."""
    if "DTEND" in event:
        length = instant_of(event["DTEND"].dt, GREENWICH) - instant_of(event["DTSTART"].dt, GREENWICH)
    elif "DURATION" in event:
        length = int(event["DURATION"].dt.total_seconds())
    else:
        return
    if length < 0:
        raise IcsError(f"{called(event)} ends before it begins")
    if length > _LONGEST_EVENT:
        raise IcsError(f"{called(event)} lasts for centuries")


def _is_costly(event: Any) -> bool:
    """Whether it is an override for which the library goes through the overridden event's rules once more."""
    if "RECURRENCE-ID" not in event:
        return False
    return "RANGE" in event["RECURRENCE-ID"].params or not event.keys().isdisjoint({"RRULE", "RDATE", "EXDATE"})


def _a(name: str) -> str:
    return f"an {name}" if name in {"RDATE", "EXDATE"} else f"a {name}"


def instant_of(moment: date, zone: Zone) -> int:
    """The instant of a date or time of an event: local in `zone` unless it has a zone of its own.

    That zone's rules are the ones that this program has, which may be newer than those that the library found.
    """
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is None:
        return instant(moment.replace(tzinfo=zone.rules))
    known = zones.zone(getattr(moment.tzinfo, "key", None) or "")
    return instant(moment.replace(tzinfo=known.rules) if known else moment)
