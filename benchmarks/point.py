"""What should hold now, of a thousand windows: ours beside bare integers and kube-downscaler's rule."""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from autoscaler.core.policies import Policies
from autoscaler.core.timeline import given_at
from autoscaler.core.zones import instant
from benchmarks import workload
from benchmarks.workload import DAY, DAYS, OUTSIDE, START, WINDOWS, Candidate, Hours, as_it_is, clock

OURS, YEAR, FIRST = "autoscaler", "autoscaler, all over a year", "autoscaler, first of a week"
BOUND, KUBE = "bare integers", "kube-downscaler's rule"

INSTANTS = 100

WEEK = datetime(2026, 3, 26, tzinfo=UTC)
"""A week in which Berlin's clocks change, from the Thursday on with which ours begin (as 1970 did)."""

_SEED = 7

Told = list[object]
"""The quantity of each process type."""

Asked = Callable[[datetime], Told]


def instants(start: datetime, days: int) -> list[datetime]:
    """Minutes of so many days, in no order."""
    chance = random.Random(_SEED)
    return [start + timedelta(minutes=chance.randrange(days * DAY)) for _ in range(INSTANTS)]


def ours(policies: Policies) -> Asked:
    def ask(now: datetime) -> Told:
        at = instant(now)
        return [given_at(policy, at).desired.quantity for policy in policies.policies]

    return ask


def bound(windows: Sequence[Hours]) -> Asked:
    """The local day and minute once a zone, then integers alone: is this day, or the one before, in the window's?"""
    zones = {window.zone: ZoneInfo(window.zone) for window in windows}
    rows = [(w.zone, sum(1 << day for day in w.weekdays), w.start, w.end) for w in windows]
    types = [rows[first : first + WINDOWS] for first in range(0, len(rows), WINDOWS)]

    def ask(now: datetime) -> Told:
        local = {name: now.astimezone(zone) for name, zone in zones.items()}
        bits = {name: (1 << at.weekday(), 1 << (at.weekday() - 1) % 7) for name, at in local.items()}
        minutes = {name: at.hour * 60 + at.minute for name, at in local.items()}
        told: Told = []
        for rows in types:
            quantity = OUTSIDE
            today, yesterday = bits[rows[0][0]]
            minute = minutes[rows[0][0]]
            for number, (_, days, start, end) in enumerate(rows, 1):
                if (days & today and start <= minute < end) or (days & yesterday and minute < end - DAY):
                    quantity = number
                    break
            told.append(quantity)
        return told

    return ask


_HOURS = re.compile(r"(\w{3})-(\w{3}) (\d{2}):(\d{2})-(\d{2}):(\d{2}) (\S+)")
_DATES = re.compile(r"(\d{4}-\S{21})-(\d{4}-\S{21})")


def downscaler(now: datetime, specs: str) -> bool:
    """kube-downscaler's rule, in our own words: it is no library to install.

    A spec is days and hours in a zone, or two instants; each question takes all of it apart again. The original makes
    pytz zones; the standard library's, here, are faster.
    """
    if specs.lower() in {"always", "never"}:
        return specs.lower() == "always"
    for spec in map(str.strip, specs.split(",")):
        if hours := _HOURS.fullmatch(spec):
            if _within(now, *hours.groups()):
                return True
        elif (dates := _DATES.fullmatch(spec)) and _between(now, *dates.groups()):
            return True
    return False


def _within(now: datetime, *spec: str) -> bool:
    first, last = DAYS.index(spec[0].lower()), DAYS.index(spec[1].lower())
    start, end = int(spec[2]) * 60 + int(spec[3]), int(spec[4]) * 60 + int(spec[5])
    local = now.astimezone(ZoneInfo(spec[6]))
    days_in = (local.weekday() - first) % 7 <= (last - first) % 7
    return days_in and start <= local.hour * 60 + local.minute < end


def _between(now: datetime, start: str, end: str) -> bool:
    return datetime.fromisoformat(start) <= now <= datetime.fromisoformat(end)


def kube(windows: Sequence[Hours]) -> Asked:
    """Every window asked, as it does for every deployment."""
    specs = [_specs(window) for window in windows]

    def ask(now: datetime) -> Told:
        held = [downscaler(now, spec) for spec in specs]
        types = (held[first : first + WINDOWS] for first in range(0, len(held), WINDOWS))
        return [row.index(True) + 1 if True in row else OUTSIDE for row in types]

    return ask


def _specs(window: Hours) -> str:
    """A night is two: the evening, and the morning of the day after."""
    first, last = min(window.weekdays), max(window.weekdays)
    if window.end <= DAY:
        return _spec(window.zone, (first, last), window.start, window.end)
    evening = _spec(window.zone, (first, last), window.start, DAY)
    return f"{evening},{_spec(window.zone, ((first + 1) % 7, (last + 1) % 7), 0, window.end - DAY)}"


def _spec(zone: str, days: tuple[int, int], start: int, end: int) -> str:
    first, last = (DAYS[day].title() for day in days)
    if days[0] == (days[1] + 1) % 7:  # daily, from whichever day
        first, last = "Mon", "Sun"
    return f"{first}-{last} {clock(start)}-{clock(end)} {zone}"


def all_told(ask: Asked, times: Iterable[datetime]) -> list[Told]:
    return [ask(now) for now in times]


def main() -> None:
    windows, times, anywhere = workload.windows(), instants(WEEK, 7), instants(START, 365)
    agreed(windows, [*times, *anywhere])
    policies = workload.policies(windows)
    all_told(ours(policies), [*times, *anywhere])  # every week is worked out

    def first_of_a_week() -> Callable[[], list[Told]]:
        return partial(all_told, ours(workload.policies(windows)), times[:1])

    taken = workload.measured(
        [
            Candidate(OURS, as_it_is(partial(all_told, ours(policies), times)), INSTANTS),
            Candidate(YEAR, as_it_is(partial(all_told, ours(policies), anywhere)), INSTANTS),
            Candidate(FIRST, first_of_a_week, 1),
            Candidate(BOUND, as_it_is(partial(all_told, bound(windows), times)), INSTANTS),
            Candidate(KUBE, as_it_is(partial(all_told, kube(windows), times)), INSTANTS),
        ]
    )
    title = f"What should hold now, {len(windows):,} windows, at {INSTANTS} instants of a week; {workload.load()}"
    workload.table(title, "us/question", taken, OURS, 1e-3)


def agreed(windows: Sequence[Hours], times: Sequence[datetime]) -> None:
    """AssertionError where two of them give another quantity."""
    told = all_told(ours(workload.policies(windows)), times)
    assert all_told(bound(windows), times) == told, "bare integers find other quantities"
    assert all_told(kube(windows), times) == told, "kube-downscaler's rule finds other quantities"
