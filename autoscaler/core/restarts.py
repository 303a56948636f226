"""Restarts ahead of an `unbroken` opening, so that no daily restart falls into it.

Heroku cycles a dyno 24 hours and up to 216 minutes after its birth, and a restart begins that anew (Dev Center, "Dyno
Restarts"). So a dyno whose cycle may fall into an opening is restarted shortly before it: from then on it has a day.
Dynos that the opening itself starts, or resizes, are young anyway.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autoscaler.core.platform import Dyno
from autoscaler.core.policies import Policy, Target
from autoscaler.core.timeline import HORIZON, given_at
from autoscaler.core.windows import Opening, openings
from autoscaler.core.zones import DAY, HOUR, MINUTE, instant

CYCLE = 24 * HOUR
SPREAD = 216 * MINUTE

BOOT = 5 * MINUTE
"""Seconds that a dyno gets to start before an opening. Openings that are closer to each other count as one."""

PACE = MINUTE
"""Seconds between two dynos of a process type: while one starts, the others serve."""

ONE_BY_ONE = 10
"""So many dynos are restarted one by one; more of them at once."""

READY = BOOT + ONE_BY_ONE * PACE
"""Seconds before an opening at which dynos are looked at for the first time."""

LONGEST = DAY - READY
"""The longest opening, in seconds, that can be protected: a dyno restarted before it lives until its end."""

_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Cycle:
    """When a dyno's daily restart is due: at some instant in [earliest, latest], or any time where it is overdue."""

    dyno: Dyno
    earliest: int
    latest: int

    @property
    def overdue(self) -> bool:
        return self.latest == _NEVER

    def meets(self, opening: Opening) -> bool:
        return self.earliest < opening[1] and self.latest >= opening[0]


@dataclass(frozen=True, slots=True)
class Restarts:
    """The dynos that are restarted before an opening: each at its instant, in order, or all of them `together`."""

    target: Target
    opening: Opening
    planned: tuple[tuple[int, Dyno], ...]
    together: bool = False

    def due(self, now: int) -> tuple[Dyno, ...]:
        """Those whose time has come. Never one within the opening."""
        return tuple(dyno for at, dyno in self.planned if at <= now < self.opening[0])


@dataclass(frozen=True, slots=True)
class Outlook:
    """A dyno's daily restart, the unbroken openings that it could meet, and when we restart the dyno before the first.

    `restart` is an instant, None where that is not needed: the cycle meets none, or the opening resizes the dyno.
    """

    target: Target
    cycle: Cycle
    meets: tuple[Opening, ...]
    restart: int | None


def cycle(dyno: Dyno, now: int, asked: int | None = None) -> Cycle:
    """The daily restart of a dyno that lives at `now`; one that should be over by now may come at any time.

    `asked` is when we asked for a restart of this very dyno, if we did: what has changed since then is young.
    """
    born, latest = sorted((instant(dyno.created_at), instant(dyno.updated_at)))
    if asked is not None and latest >= asked:
        born = latest
    last = latest + CYCLE + SPREAD
    return Cycle(dyno, max(born + CYCLE, now), last if last > now else _NEVER)


def protected(policy: Policy, start: int, until: int) -> list[Opening]:
    """The unbroken openings that meet [start, until), each to the latest instant to which it may be held open."""
    if not policy.guarded:
        return []
    around = 2 * DAY  # what touches an opening from outside [start, until) belongs to it
    found = sorted(
        (opened, closed + window.latest)
        for window in policy.windows
        if window.unbroken
        for opened, closed in openings(window, policy.zone, start - around, until + around)
    )
    joined: list[Opening] = []
    for opened, closed in found:
        if joined and opened < joined[-1][1] + BOOT:
            joined[-1] = joined[-1][0], max(joined[-1][1], closed)
        else:
            joined.append((opened, closed))
    return [opening for opening in joined if opening[0] < until and opening[1] > start]


def opening_at(policy: Policy, now: int) -> Opening | None:
    """The unbroken opening in which `now` lies."""
    return next(iter(protected(policy, now, now + 1)), None)


def next_opening(policy: Policy, now: int) -> Opening | None:
    """The first unbroken opening that begins later than `now`, within two days."""
    return next((opening for opening in protected(policy, now, now + 2 * DAY) if opening[0] > now), None)


def opening_ahead(policy: Policy, now: int) -> Opening | None:
    """The same however far it is; None if there is none in 400 days."""
    for reach in (2 * DAY, 8 * DAY, 40 * DAY, HORIZON):  # nearly always one of the first two has it
        for opening in protected(policy, now, now + reach):
            if opening[0] > now:
                return opening
    return None


def restarts(policy: Policy, dynos: Sequence[Dyno], now: int, asked: Mapping[str, int]) -> Restarts | None:
    """What is to be restarted before the next unbroken opening; None within one: no restart of ours falls inside.

    `asked` tells by a dyno's id when its restart was asked for: until it shows, it gets time for a start.
    """
    opening = next_opening(policy, now)
    if opening is None or opening_at(policy, now) is not None:
        return None
    waiting = [dyno for dyno in dynos if now >= asked.get(dyno.id, -_NEVER) + 2 * PACE]
    return _before(policy, opening, waiting, now, asked)


def outlook(policy: Policy, dynos: Sequence[Dyno], now: int, asked: Mapping[str, int]) -> list[Outlook]:
    """What the next two days bring each dyno of the process type; nothing where no window is unbroken."""
    if not policy.guarded:
        return []
    ahead = protected(policy, now, now + 2 * DAY)
    plans = [_before(policy, opening, dynos, now, asked) for opening in ahead if opening[0] > now]
    found = []
    for dyno in _of_type(policy, dynos):
        due = cycle(dyno, now, asked.get(dyno.id))
        times = [at for plan in plans if plan for at, planned in plan.planned if planned is dyno]
        met = [opening for opening in ahead if due.meets(opening)]
        found.append(Outlook(policy.target, due, tuple(met), max(times[0], now) if times else None))
    return found


def _before(
    policy: Policy, opening: Opening, dynos: Sequence[Dyno], now: int, asked: Mapping[str, int]
) -> Restarts | None:
    """The restarts that keep an opening whole, for those dynos that the opening itself neither starts nor resizes."""
    size = given_at(policy, opening[0]).desired.size
    threatened = [
        dyno
        for dyno in _of_type(policy, dynos)
        if size in {None, dyno.size} and cycle(dyno, now, asked.get(dyno.id)).meets(opening)
    ]
    if not threatened:
        return None
    together = len(threatened) > ONE_BY_ONE
    first = opening[0] - BOOT - (ONE_BY_ONE if together else len(threatened)) * PACE
    pace = 0 if together else PACE
    planned = tuple((first + number * pace, dyno) for number, dyno in enumerate(threatened))
    return Restarts(policy.target, opening, planned, together)


def _of_type(policy: Policy, dynos: Sequence[Dyno]) -> list[Dyno]:
    """The process type's own, worker.2 before worker.10."""
    return sorted((d for d in dynos if d.type == policy.target.type), key=lambda d: (len(d.name), d.name))
