"""The timeline: what should hold between two instants, and where it changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, repeat
from typing import NamedTuple

from autoscaler.core.journal import Pin
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.windows import Window
from autoscaler.core.windows import edges as window_edges
from autoscaler.core.zones import DAY, WEEK, instant, moment

HORIZON = 400 * DAY
"""How far ahead an edge is looked for, in seconds."""

_NEVER = 1 << 90
"""Later than every happening."""

_WEEKS_KEPT = 60
"""So many weeks of a policy stay worked out: a year of them, for whoever asks about instants here and there."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the open windows give together.

    `speaker` is the first open window, `giver` the one that gives the quantity; None is outside every window, or the
    process type's own value. `pin` is what a person wants in their place.
    """

    desired: Desired
    speaker: Window | None
    giver: Window | None
    pin: Pin | None = None


class Stretch(NamedTuple):
    """[start, end) in instants in which the same windows give the same values."""

    start: int
    end: int
    given: Given

    @property
    def desired(self) -> Desired:
        return self.given.desired

    @property
    def speaker(self) -> Window | None:
        return self.given.speaker

    @property
    def giver(self) -> Window | None:
        return self.given.giver

    @property
    def pin(self) -> Pin | None:
        return self.given.pin


class Span:
    """What should hold for one process type in [start, end), UTC.

    There may be half a million: it keeps two integers and what it shares, and tells the rest when asked.
    """

    __slots__ = ("_end", "_given", "_policy", "_start")

    def __init__(self, policy: Policy, start: int, end: int, given: Given) -> None:
        self._policy = policy
        self._start = start
        self._end = end
        self._given = given

    @property
    def app(self) -> str:
        return self._policy.target.app

    @property
    def type(self) -> str:
        return self._policy.target.type

    @property
    def start(self) -> datetime:
        return moment(self._start)

    @property
    def end(self) -> datetime:
        return moment(self._end)

    @property
    def quantity(self) -> int | None:
        """None where it is a range."""
        quantity = self._given.desired.quantity
        return None if isinstance(quantity, Range) else quantity

    @property
    def range(self) -> tuple[int, int] | None:
        """The lowest and the highest quantity, None where it is one number."""
        quantity = self._given.desired.quantity
        return (quantity.low, quantity.high) if isinstance(quantity, Range) else None

    @property
    def size(self) -> str | None:
        """In lower case; None where the file names no size."""
        return self._given.desired.size

    @property
    def window(self) -> str | None:
        """The name of the window that gives the quantity, None outside every window."""
        return self._given.giver.name if self._given.giver else None

    @property
    def line(self) -> int:
        """The line of that window's first key; outside windows, of the process type."""
        return self._given.giver.line if self._given.giver else self._policy.line

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash(self._told())

    def _told(self) -> tuple[object, ...]:
        desired = self._given.desired
        return self._policy.target, self._start, self._end, desired.quantity, desired.size, self.window, self.line

    def __repr__(self) -> str:
        wanted = f"{self._given.desired}, window={self.window!r}, line={self.line}"
        return f"<Span {self._policy.target} {self.start:%Y-%m-%dT%H:%M:%SZ}..{self.end:%Y-%m-%dT%H:%M:%SZ} {wanted}>"


@dataclass(frozen=True, slots=True)
class Edge:
    """An instant at which what should hold for a process type changes.

    `window` gives the new quantity; `speaker` is that window, or one that is open for its size alone. `pin` gives it in
    their place; `unpinned` tells that a pin gave the old one.
    """

    at: int
    policy: Policy
    window: Window | None
    before: Desired
    after: Desired
    speaker: Window | None = None
    pin: Pin | None = None
    unpinned: bool = False


def timeline(policies: Policies, start: datetime, until: datetime) -> Iterator[Span]:
    """The spans of every process type, by app, type and start; they touch and cover exactly [start, until).

    Both are aware datetimes of the years 1970 to 2999; fractions of a second are dropped. Raises ValueError for
    others.
    """
    for given in (start, until):
        if given.tzinfo is None:
            raise ValueError("timeline() needs aware datetimes: give start and until a time zone")
        if not 1970 <= given.year <= 2999:
            raise ValueError(f"timeline() knows the years 1970 to 2999, not {given.year}")
    return _spans(policies, instant(start), instant(until))


def stretches(policy: Policy, start: int, until: int) -> list[Stretch]:
    """What should hold in [start, until): stretches that touch, each different from its neighbours."""
    starts, givens = _course(policy, start, until)
    return list(map(Stretch, starts, [*starts[1:], until], givens))


def given_at(policy: Policy, at: int) -> Given:
    """What holds at an instant. The week about it is worked out once and kept with the policy."""
    number = at // WEEK
    starts, givens = policy.weeks.get(number) or _week(policy, number)
    return givens[bisect_right(starts, at) - 1]


def edges(policy: Policy, start: int, until: int) -> list[Edge]:
    """Where what should hold changes within (start, until)."""
    return edges_between(policy, stretches(policy, start, until))


def edges_between(policy: Policy, spans: Sequence[Stretch]) -> list[Edge]:
    """Where what should hold changes from one span to the next."""
    return [
        Edge(
            at, policy, new.giver, old.desired, new.desired, new.giver or new.speaker,
            new.pin, old.pin is not None and new.pin is None,
        )
        for (_, _, old), (at, _, new) in pairwise(spans)
        if new.desired != old.desired
    ]  # fmt: skip


def next_edge(policy: Policy, after: int) -> int | None:
    """The first instant later than `after` at which what should hold changes; None if none in 400 days."""
    if policy.constant:
        return None
    desired = given_at(policy, after).desired
    for number in (after // WEEK, after // WEEK + 1):  # nearly always one of the two has it
        starts, givens = _week(policy, number)
        for at, given in zip(starts, givens, strict=True):
            if at > after and given.desired != desired:
                return at
    for ahead in (40 * DAY, HORIZON):
        found = edges(policy, after, after + ahead)
        if found:
            return found[0].at
    return None


def _spans(policies: Policies, start: int, until: int) -> Iterator[Span]:
    for policy in policies.policies:
        starts, givens = _course(policy, start, until)
        yield from map(Span, repeat(policy), starts, [*starts[1:], until], givens)


def _week(policy: Policy, number: int) -> tuple[Sequence[int], Sequence[Given]]:
    """What a policy wants in the number-th week since the epoch."""
    kept = policy.weeks.get(number)
    if kept is None:
        if len(policy.weeks) >= _WEEKS_KEPT:
            policy.weeks.clear()
        kept = policy.weeks[number] = _course(policy, number * WEEK, (number + 1) * WEEK)
    return kept


def _course(policy: Policy, start: int, until: int) -> tuple[list[int], list[Given]]:
    """Where something else begins to hold within [start, until), and what.

    Windows are bits, the lowest for the first. All that happens is one list of integers, the instant (counted from
    `start`: small integers are fast) before the window, so that one sort puts it in order; what happens to a window
    turns its bit over.
    """
    if start >= until:
        return [], []
    count = len(policy.windows)
    shift = count.bit_length()
    happenings = [count, _NEVER]  # at `start`, and after all others: to no window
    for index, window in enumerate(policy.windows):
        window_from_start = index - (start << shift)
        for instants in window_edges(window, policy.zone, start, until):
            happenings += [(at << shift) + window_from_start for at in instants]
    happenings.sort()
    starts, givens = _changes(happenings, _Giving(policy), shift)
    starts = [start + at for at in starts]
    inside = slice(bisect_right(starts, start) - 1, bisect_left(starts, until))
    return [start, *starts[inside][1:]], givens[inside]


def _changes(happenings: list[int], giving: "_Giving", shift: int) -> tuple[list[int], list[Given]]:
    """The instants at which something else begins to hold; of happenings that fall together the last one counts."""
    starts: list[int] = []
    givens: list[Given] = []
    before: Given | None = None
    window = (1 << shift) - 1
    bits = [1 << index for index in range(giving.count)] + [0]
    open_windows = 0
    for happening, following in pairwise(happenings):
        open_windows ^= bits[happening & window]
        if happening | window < following:  # the next one is at a later instant
            given = giving[open_windows]
            if given is not before:
                starts.append(happening >> shift)
                givens.append(given)
                before = given
    return starts, givens


class _Giving(dict[int, Given]):
    """What a set of open windows gives; sets that give the same share one value."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.count = len(policy.windows)
        self._policy = policy
        self._with_quantity = sum(1 << bit for bit, w in enumerate(policy.windows) if w.quantity is not None)
        self._with_size = sum(1 << bit for bit, w in enumerate(policy.windows) if w.size is not None)
        self._same: dict[Given, Given] = {}

    def __missing__(self, open_windows: int) -> Given:
        policy = self._policy
        giver = self._first(open_windows & self._with_quantity)
        sizer = self._first(open_windows & self._with_size)
        quantity = policy.quantity if giver is None or giver.quantity is None else giver.quantity
        desired = Desired(quantity, sizer.size if sizer else policy.size)
        given = Given(desired, self._first(open_windows), giver)
        self[open_windows] = same = self._same.setdefault(given, given)
        return same

    def _first(self, windows: int) -> Window | None:
        return self._policy.windows[(windows & -windows).bit_length() - 1] if windows else None
