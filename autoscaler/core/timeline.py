"""The timeline: what should hold between two instants, and where it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.windows import Window, openings
from autoscaler.core.zones import DAY, instant, moment

HORIZON = 400 * DAY
"""How far ahead an edge is looked for, in seconds."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) in instants in which the same windows give the same values.

    `speaker` is the first open window, `giver` the one that gives the quantity; None is outside every window.
    """

    start: int
    end: int
    desired: Desired
    speaker: Window | None
    giver: Window | None


@dataclass(frozen=True, slots=True)
class Span:
    """What should hold for one process type in [start, end), UTC; `range` is (low, high) or None.

    `window` is the name of the window that gives the quantity, None outside every window; `line` is the line
    of its first key (outside windows, of the process type).
    """

    app: str
    type: str
    start: datetime
    end: datetime
    quantity: int | None
    range: tuple[int, int] | None
    size: str | None
    window: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Edge:
    """An instant at which what should hold for a process type changes; `window` gives the new quantity."""

    at: int
    policy: Policy
    window: Window | None
    before: Desired
    after: Desired


def timeline(policies: Policies, start: datetime, until: datetime) -> Iterator[Span]:
    """The spans of every process type, by app, type and start; they touch and cover exactly [start, until).

    Both are aware datetimes; fractions of a second are dropped. Raises ValueError for a naive datetime.
    """
    if start.tzinfo is None or until.tzinfo is None:
        raise ValueError("timeline() needs aware datetimes: give start and until a time zone")
    for policy in policies.policies:
        for stretch in stretches(policy, instant(start), instant(until)):
            yield _span(policy, stretch)


def stretches(policy: Policy, start: int, until: int) -> list[Stretch]:
    """What should hold in [start, until): stretches that touch, each different from its neighbours."""
    gives = _Giving(policy)
    found: list[Stretch] = []
    here, open_windows = start, 0
    for at, toggled in [*_toggles(policy, start, until), (until, 0)]:
        if at > here:
            found.append(gives.stretch(here, at, open_windows))
            here = at
        open_windows ^= toggled
    return [_joined(list(same)) for _, same in groupby(found, key=lambda s: (s.desired, s.speaker, s.giver))]


def edges(policy: Policy, start: int, until: int) -> list[Edge]:
    """Where what should hold changes within (start, until)."""
    return [
        Edge(new.start, policy, new.giver, old.desired, new.desired)
        for old, new in pairwise(stretches(policy, start, until))
        if new.desired != old.desired
    ]


def next_edge(policy: Policy, after: int) -> int | None:
    """The first instant later than `after` at which what should hold changes; None if none in 400 days."""
    for ahead in (8 * DAY, 40 * DAY, HORIZON):
        found = edges(policy, after, after + ahead)
        if found:
            return found[0].at
    return None


class _Giving:
    """Which window gives what, as bit masks: bit i is the i-th window, the lowest open bit goes first."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.with_quantity = sum(1 << bit for bit, w in enumerate(policy.windows) if w.quantity is not None)
        self.with_size = sum(1 << bit for bit, w in enumerate(policy.windows) if w.size is not None)

    def stretch(self, start: int, end: int, open_windows: int) -> Stretch:
        policy = self.policy
        giver = self._first(open_windows & self.with_quantity)
        sizer = self._first(open_windows & self.with_size)
        quantity = policy.quantity if giver is None or giver.quantity is None else giver.quantity
        size = policy.size if sizer is None else sizer.size
        return Stretch(start, end, Desired(quantity, size), self._first(open_windows), giver)

    def _first(self, windows: int) -> Window | None:
        return self.policy.windows[(windows & -windows).bit_length() - 1] if windows else None


def _toggles(policy: Policy, start: int, until: int) -> list[tuple[int, int]]:
    """Each instant in [start, until) at which windows open or close, with their bits, in order."""
    return sorted(
        (max(at, start), 1 << bit)
        for bit, window in enumerate(policy.windows)
        for opening in openings(window, policy.zone, start, until)
        for at in opening
        if at < until
    )


def _joined(same: list[Stretch]) -> Stretch:
    first, last = same[0], same[-1]
    return Stretch(first.start, last.end, first.desired, first.speaker, first.giver)


def _span(policy: Policy, stretch: Stretch) -> Span:
    quantity = stretch.desired.quantity
    return Span(
        policy.target.app,
        policy.target.type,
        moment(stretch.start),
        moment(stretch.end),
        None if isinstance(quantity, Range) else quantity,
        (quantity.low, quantity.high) if isinstance(quantity, Range) else None,
        stretch.desired.size,
        stretch.giver.name if stretch.giver else None,
        stretch.giver.line if stretch.giver else policy.line,
    )
