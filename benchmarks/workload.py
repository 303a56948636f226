"""The work that is measured, the same at every run, and how candidates are measured on it: in rounds, one by one.

The work is 1,000 windows: 100 apps in five zones, two process types each, five windows each. No window opens or closes
between 00:00 and 04:00, when clocks jump, so that every library must give the same answer.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import getloadavg
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic, NamedTuple, TypeVar

from autoscaler import load_policies
from autoscaler.core.policies import Policies

Result = TypeVar("Result")

START, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
"""The year that is looked at."""

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Los_Angeles", "Pacific/Auckland")
"""Their clocks change twice in the year, between 01:00 and 04:00."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR, DAY = 60, 24 * 60
"""In minutes."""

WINDOWS = 5
"""Of one process type. The first gives the quantity 1, the fifth 5."""

OUTSIDE = 6
"""The quantity outside every window."""

_TYPES = ("web", "worker")
_SEED = 2026


class Hours(NamedTuple):
    """One window: weekdays from Monday 0, minutes after midnight; an end past 24 hours is on the next day."""

    zone: str
    weekdays: frozenset[int]
    start: int
    end: int

    @property
    def edges(self) -> tuple["Edge", "Edge"]:
        """When it opens and when it closes, each by itself, as a crontab line would have it."""
        later = frozenset((day + self.end // DAY) % 7 for day in self.weekdays)
        return Edge(self.zone, self.weekdays, self.start), Edge(self.zone, later, self.end % DAY)


class Edge(NamedTuple):
    """A minute of the day on some days of the week."""

    zone: str
    weekdays: frozenset[int]
    minute: int

    @property
    def crontab(self) -> str:
        days = ",".join(str((day + 1) % 7) for day in sorted(self.weekdays))
        return f"{self.minute % HOUR} {self.minute // HOUR} * * {days}"


def windows(apps: int = 100) -> list[Hours]:
    """Ten for each app, in the order of the file and so of `timeline`: by app, process type and place in the list."""
    chance = random.Random(_SEED)
    zones = [ZONES[app % len(ZONES)] for app in range(apps) for _ in _TYPES]
    return [window for zone in zones for window in _list(chance, zone)]


def _list(chance: random.Random, zone: str) -> list[Hours]:
    """The windows of a process type: none is hidden by the ones above it, which the package would not accept."""
    found: list[Hours] = []
    hidden = 0
    for _ in range(WINDOWS):
        window = _window(chance, zone)
        while not _quarters(window) & ~hidden:
            window = _window(chance, zone)
        found.append(window)
        hidden |= _quarters(window)
    return found


def _window(chance: random.Random, zone: str) -> Hours:
    """60 % on weekdays, 20 % daily, 10 % at weekends, 10 % on one day; 25 % overnight."""
    kinds = range(5), range(7), range(5, 7), [chance.randrange(7)]
    days = frozenset(chance.choices(kinds, (60, 20, 10, 10))[0])
    if chance.random() < 0.25:
        start, end = chance.randrange(17 * HOUR, DAY, 15), DAY + chance.randrange(4 * HOUR, 10 * HOUR, 15)
    else:
        start = chance.randrange(4 * HOUR, 16 * HOUR, 15)
        end = start + chance.randrange(HOUR, 8 * HOUR, 15)
    return Hours(zone, days, start, end)


def _quarters(window: Hours) -> int:
    """The quarters of an hour in a week in which a window is open, as bits."""
    week, once = 7 * 96, (1 << (window.end - window.start) // 15) - 1
    bits = sum(once << day * 96 + window.start // 15 for day in window.weekdays)
    return (bits | bits >> week) & ((1 << week) - 1)


def file(hours: Sequence[Hours]) -> str:
    """The same windows as a policies.yaml."""
    rows = ["# A thousand windows, or as many as are asked for.", "timezone: UTC", "", "apps:"]
    for first in range(0, len(hours), len(_TYPES) * WINDOWS):
        rows += [f"  shop-{first // 10:04}:", f"    timezone: {hours[first].zone}", "    formation:"]
        for kind, begin in zip(_TYPES, (first, first + WINDOWS), strict=True):
            rows += [f"      {kind}:", f"        quantity: {OUTSIDE}", "        size: standard-1x", "        windows:"]
            for number, window in enumerate(hours[begin : begin + WINDOWS], 1):
                rows += [f"          - name: window {number}", f"            when: {_when(window)}"]
                rows += [f"            quantity: {number}"]
    return "\n".join(rows) + "\n"


def _when(window: Hours) -> str:
    phrases = {frozenset(range(5)): "weekdays", frozenset(range(7)): "daily", frozenset({5, 6}): "weekends"}
    days = phrases.get(window.weekdays) or DAYS[min(window.weekdays)]
    return f"{days} {clock(window.start)}-{clock(window.end % DAY)}"


def clock(minute: int) -> str:
    """07:30, as people and kube-downscaler write it; the end of the day is 24:00."""
    return f"{minute // HOUR:02}:{minute % HOUR:02}"


def policies(hours: Sequence[Hours]) -> Policies:
    """The windows as the package reads them, anew: nothing is left of what was worked out with others."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policies.yaml"
        path.write_text(file(hours))
        return load_policies(str(path))


@dataclass(frozen=True)
class Candidate(Generic[Result]):
    """`ready` gives, untimed, what is then timed; the time counts for `units` (boundaries, queries, files)."""

    name: str
    ready: Callable[[], Callable[[], Result]]
    units: float
    rounds: int = 5


def as_it_is(run: Callable[[], Result]) -> Callable[[], Callable[[], Result]]:
    """For a candidate that needs nothing made ready."""
    return lambda: run


def measured(candidates: Iterable[Candidate[Result]], collecting: bool = False) -> dict[str, list[float]]:
    """Nanoseconds per unit of every candidate, round by round: A B C, A B C, ... so that a busy machine hits all.

    The collector is off while a candidate runs and collects before it, unless `collecting`.
    """
    listed = list(candidates)
    taken: dict[str, list[float]] = {candidate.name: [] for candidate in listed}
    for number in range(max(candidate.rounds for candidate in listed)):
        for candidate in listed:
            if number < candidate.rounds:
                taken[candidate.name].append(_nanoseconds(candidate.ready(), collecting) / candidate.units)
    return taken


def _nanoseconds(run: Callable[[], object], collecting: bool) -> int:
    gc.collect()
    if not collecting:
        gc.disable()
    began = time.perf_counter_ns()
    result = run()
    spent = time.perf_counter_ns() - began
    gc.enable()
    del result  # not before: to throw it away is no part of the work
    return spent


def ratios(taken: dict[str, list[float]], name: str, reference: str) -> list[float]:
    """Round by round, how many times as long as the reference."""
    return [mine / other for mine, other in zip(taken[name], taken[reference], strict=False)]


def table(title: str, unit: str, taken: dict[str, list[float]], reference: str, scale: float = 1.0) -> None:
    """Medians, with the lowest and the highest of all rounds, fastest first; `scale` turns nanoseconds into `unit`."""
    width = max(len(name) for name in taken)
    print(f"\n{title}\n{'':{width}} {unit:>12} {'min-max':>19}   times ours (min-max)")
    for name in sorted(taken, key=lambda name: statistics.median(taken[name])):
        times = [spent * scale for spent in taken[name]]
        spread = f"{_figure(min(times))}-{_figure(max(times))}"
        print(
            f"{name:<{width}} {_figure(statistics.median(times)):>12} {spread:>19}   {_ratio(taken, name, reference)}"
        )


def _ratio(taken: dict[str, list[float]], name: str, reference: str) -> str:
    if name == reference:
        return f"{'1':>10}"
    each = ratios(taken, name, reference)
    return f"{_figure(statistics.median(each)):>10} ({_figure(min(each))}-{_figure(max(each))})"


def _figure(number: float) -> str:
    """Three digits are enough: 0.123, 1.23, 12.3, 1,234."""
    return f"{number:,.{0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3}f}"


def load() -> str:
    """How busy the machine is, of which every figure depends."""
    return "load of the machine " + " ".join(f"{average:.2f}" for average in getloadavg())
