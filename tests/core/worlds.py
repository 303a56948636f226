"""Policies and instants to try the rules of time on: readable builders for named cases, strategies for random ones."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from autoscaler.core.calendars import Calendar, DateList
from autoscaler.core.days import (
    EVERY_DAY,
    LAST,
    BusinessDays,
    CalendarDays,
    CronDays,
    Dates,
    Days,
    MonthDays,
    NthWeekday,
    Weekdays,
)
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.quantity import Quantity, Range
from autoscaler.core.timeline import timeline
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan, Window
from autoscaler.core.zones import Zone, calendar_day
from tests.core import oracle

MINUTE, HOUR, DAY = 60, 3600, 86400

EXAMPLES = int(os.environ.get("AUTOSCALER_EXAMPLES", "0"))
"""How many random worlds to try instead of the usual few; then they differ from run to run."""


def tried(examples: int) -> settings:
    """So many random worlds, the same ones in every run unless AUTOSCALER_EXAMPLES asks for more."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# Builders for named cases

DAILY = Weekdays(EVERY_DAY)
WEEKDAYS = Weekdays(frozenset(range(5)))
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def on(*names: str) -> Weekdays:
    """Days of the week by their names: on("fri", "sat")."""
    return Weekdays(frozenset(_NAMES.index(name) for name in names))


def dates(*ranges: str) -> Dates:
    """Calendar days: dates("2026-11-27", "2026-12-29..2027-01-03")."""
    pairs = (text.partition("..") for text in ranges)
    return Dates(tuple((_number(first), _number(last or first)) for first, _, last in pairs))


def _number(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE


def wall(start: str, end: str) -> WallSpan:
    """By the wall clock: wall("22:00", "06:00") ends on the next day."""
    first, last = _seconds(start), _seconds(end)
    return WallSpan(first, last if last > first else last + DAY)


def real(start: str, hours: float) -> RealSpan:
    """For a length of real time: real("22:00", hours=8)."""
    return RealSpan(_seconds(start), round(hours * HOUR))


WHOLE_DAY = wall("00:00", "24:00")


def window(
    name: str,
    *phrases: tuple[Days, Span],
    quantity: Quantity | None = None,
    size: str | None = None,
    lead: int = 0,
    line: int = 10,
) -> Window:
    """A window; `lead` is in minutes."""
    return Window(name, line, tuple(Phrase(days, span) for days, span in phrases), quantity, size, lead * MINUTE)


def zone(name: str) -> Zone:
    """A zone by its IANA name."""
    return Zone(name, rules=ZoneInfo(name))


def policy(
    zone_name: str,
    *windows: Window,
    quantity: Quantity = 0,
    size: str | None = None,
    target: tuple[str, str] = ("shop", "worker"),
) -> Policy:
    """The policy of one process type, shop/worker unless said otherwise."""
    return Policy(Target(*target), zone(zone_name), line=3, quantity=quantity, size=size, windows=windows)


def file_of(*policies: Policy) -> Policies:
    """A policy file that says no more than this."""
    return Policies("policies.yaml", policies)


def local(zone_name: str, moment: datetime) -> str:
    """A moment as people there read it, offset and all; seconds only where there are any."""
    there = moment.astimezone(ZoneInfo(zone_name))
    return there.isoformat(timespec="minutes" if there.second == 0 else "seconds")


def at(text: str) -> datetime:
    """An aware moment from an ISO string with an offset."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None, "a named case says its offset"
    return moment


def open_times(zone_name: str, days: Days, span: Span, start: str, until: str, lead: int = 0) -> list[tuple[str, str]]:
    """When a single window is open within [start, until), in local time with offsets."""
    only = policy(zone_name, window("only", (days, span), quantity=1, lead=lead))
    spans = timeline(file_of(only), at(start), at(until))
    return [(local(zone_name, one.start), local(zone_name, one.end)) for one in spans if one.window]


def told(one: Policy, start: str, until: str) -> list[tuple[str, object, str | None, str | None]]:
    """The spans of one policy as (local start, quantity or range, size, window)."""
    return [
        (local(one.zone.name, span.start), span.range or span.quantity, span.size, span.window)
        for span in timeline(file_of(one), at(start), at(until))
    ]


# Strategies for random worlds

ODD_YEARS: dict[str, Sequence[int]] = {
    "Africa/Cairo": (2010, 2014, 2025),  # changes at midnight; in 2010 and 2014 twice as many, around Ramadan
    "Africa/Casablanca": (2012, 2018, 2025),  # summer time suspended for Ramadan, the negative kind since 2018
    "America/New_York": (2006, 2025),
    "America/Sao_Paulo": (2017, 2018),  # forward at 00:00, so that there is no midnight
    "America/St_Johns": (2010, 2025),  # half an hour off, until 2011 at 00:01
    "Antarctica/Troll": (2025,),  # two hours
    "Asia/Gaza": (2011, 2023, 2025),  # at 00:00, at 00:01, and around Ramadan
    "Asia/Kathmandu": (1985, 2025),  # +05:30 became +05:45 in the night of 1986-01-01
    "Asia/Pyongyang": (2015, 2018),  # half an hour back and, three years later, half an hour forward
    "Asia/Tokyo": (2025,),
    "Australia/Lord_Howe": (2008, 2025),  # half an hour
    "Europe/Berlin": (1980, 2025),
    "Europe/Dublin": (2025,),  # summer is the standard time, winter the exception
    "Pacific/Apia": (2011, 2012),  # 2011-12-30 never was
    "Pacific/Kwajalein": (1993,),  # 1993-08-21 never was
    "UTC": (2024,),
}


@cache
def turning_points(zone_name: str) -> tuple[int, ...]:
    """Real minutes that are worth a look in a zone: every clock change of its odd years, a new year, a leap day."""
    found: list[int] = []
    for year in ODD_YEARS[zone_name]:
        first, last = (oracle.minute_of(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
        rules = ZoneInfo(zone_name)
        hours = [oracle.moment_of(minute).astimezone(rules).utcoffset() for minute in range(first, last, 60)]
        for hour in (hour for hour in range(1, len(hours)) if hours[hour] != hours[hour - 1]):
            found += oracle.clock_changes(zone_name, first + hour * 60 - 59, first + hour * 60 + 1)
        found.append(last)
    return (*found, oracle.minute_of(datetime(2024, 2, 29, tzinfo=UTC)))


@dataclass(frozen=True)
class World:
    """A random policy, an instant near something odd, and an instant not long after it."""

    policy: Policy
    start: datetime
    until: datetime


WHICH = st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6), min_size=1))
CLOCK_TIMES = st.one_of(
    st.sampled_from([h * HOUR + m * MINUTE for h in (0, 1, 2, 3, 22, 23) for m in (0, 15, 30, 45)]),
    st.sampled_from([0, MINUTE, 2 * HOUR - MINUTE, 2 * HOUR, 3 * HOUR, 3 * HOUR + MINUTE, DAY - MINUTE]),
    st.integers(0, 1439).map(lambda minute: minute * MINUTE),
)
LENGTHS = st.one_of(
    st.integers(1, 180).map(lambda minutes: minutes * MINUTE),
    st.integers(1, 72).map(lambda hours: hours * HOUR),
    st.sampled_from([MINUTE, 12 * HOUR, DAY - MINUTE, DAY, DAY + MINUTE, 2 * DAY, 3 * DAY, 31 * DAY]),
)
LEADS = st.one_of(st.just(0), st.sampled_from([15, 60, 90, 1440, 2 * 1440, 31 * 1440]), st.integers(1, 300)).map(
    lambda minutes: minutes * MINUTE
)


def cron_spans() -> st.SearchStrategy[CronSpan]:
    """A few minutes of a few hours."""
    minutes, hours = (st.frozensets(st.integers(0, last), min_size=1, max_size=3) for last in (59, 23))
    return st.builds(CronSpan, minutes, hours, LENGTHS)


@cache
def cron_days(first: int = 1, last: int = 31) -> st.SearchStrategy[CronDays]:
    """The day fields of a crontab line, with days of the month from `first` to `last`."""
    return st.builds(
        CronDays,
        st.one_of(st.none(), st.frozensets(st.integers(first, min(last, 28)), min_size=1, max_size=4)),
        st.one_of(st.none(), st.frozensets(st.integers(1, 12), min_size=3)),
        st.one_of(st.none(), WHICH),
    )


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Hours by the wall clock (overnight or not, whole days too) or for a length."""
    start = draw(CLOCK_TIMES)
    match draw(st.sampled_from(["wall", "near", "whole", "real", "cron"])):
        case "cron":
            return draw(cron_spans())
        case "whole":
            return WallSpan(0, DAY)
        case "real":
            return RealSpan(start, draw(LENGTHS))
        case "near":
            return WallSpan(start, start + draw(st.sampled_from([1, 15, 30, 45, 60, 75, 90, 120])) * MINUTE)
        case _:
            end = draw(st.one_of(CLOCK_TIMES, st.just(DAY)))
            return WallSpan(start, end if end > start else end + DAY)


@cache
def ranges_near(day: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Ranges of a few days around a day."""
    pairs = st.tuples(st.integers(day - 5, day + 5), st.integers(0, 4)).map(lambda pair: (pair[0], sum(pair)))
    return st.lists(pairs, min_size=1, max_size=3).map(tuple)


@cache
@st.composite
def calendars_near(draw: st.DrawFn, day: int, depth: int = 2) -> Calendar:
    """Written dates around a day, and other calendars that it includes and excepts."""
    others = st.lists(calendars_near(day, depth - 1), max_size=2).map(tuple) if depth else st.just(())
    sources = draw(st.lists(st.builds(DateList, ranges_near(day)), max_size=2))
    return Calendar("some", tuple(sources), draw(others), draw(others))


@cache
@st.composite
def days_near(draw: st.DrawFn, day: int) -> Days:
    """Days of every kind, the written ones around a day."""
    of_month = calendar_day(day).day
    near = st.integers(max(1, of_month - 3), min(31, of_month + 3))
    kinds: list[st.SearchStrategy[Days]] = [
        st.builds(Weekdays, WHICH),
        st.builds(Dates, ranges_near(day)),
        st.builds(MonthDays, st.frozensets(st.one_of(near, st.just(LAST)), min_size=1, max_size=4)),
        st.builds(NthWeekday, st.sampled_from([1, 2, 3, 4, 5, LAST]), st.integers(0, 6)),
        st.builds(BusinessDays, calendars_near(day), st.sampled_from([None, None, 1, 2, 10, 15, 20, 22, LAST])),
        st.builds(CalendarDays, calendars_near(day)),
        cron_days(max(1, min(of_month, 28) - 3), of_month + 3),
    ]
    return draw(st.one_of(kinds))


QUANTITIES = st.one_of(st.integers(0, 3), st.sampled_from([Range(0, 2), Range(2, 10)]))
SIZES = st.sampled_from(["standard-1x", "standard-2x"])


@cache
@st.composite
def windows_near(draw: st.DrawFn, day: int, line: int, sized: bool) -> Window:
    """A window of one to three phrases around a day; it may leave out its quantity, its size, or both."""
    phrases = draw(st.lists(st.builds(Phrase, days_near(day), spans()), min_size=1, max_size=3))
    quantity = draw(st.one_of(st.none(), QUANTITIES))
    size = draw(st.one_of(st.none(), SIZES)) if sized else None
    excluded = tuple(draw(st.lists(days_near(day), max_size=2)))
    return Window(f"window {line}", line, tuple(phrases), quantity, size, draw(LEADS), excluded)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A policy in an odd zone, and a few days around a moment at which its clock changes."""
    zone_name = draw(st.sampled_from(sorted(ODD_YEARS)))
    turn = draw(st.sampled_from(turning_points(zone_name)))
    day = turn // 1440
    sized = draw(st.booleans())
    size = draw(SIZES) if sized else None
    count = draw(st.integers(0, 4))
    windows = tuple(draw(windows_near(day, 10 + index, sized)) for index in range(count))
    of = Policy(Target("shop", "worker"), zone(zone_name), 3, draw(QUANTITIES), size, windows)
    offset = draw(st.one_of(st.integers(-180, 180), st.integers(-3 * 1440, 1440)))
    start = oracle.moment_of(turn + offset) + timedelta(seconds=draw(st.sampled_from([0, 0, 1, 30, 59])))
    length = draw(st.one_of(st.integers(1, 300), st.integers(301, 4 * 1440)))
    return World(of, start, start + timedelta(minutes=length, seconds=draw(st.sampled_from([0, 0, 1, 59]))))
