"""The driver of a simulation: the daemon's keepers before the sandbox, on a clock that goes from instant to instant.

Only keepers change a formation here, so a beat at which an app is as wanted could do nothing but read it. Such beats,
looks at dynos within an opening, and questions to probes while nothing befalls a batch are counted and not run; all
else is the daemon's own code.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from autoscaler.cli.simulated import Counted
from autoscaler.clock import StillClock
from autoscaler.control.keeper import EVE, Keeper
from autoscaler.control.keepers import wait_for
from autoscaler.control.neighbourhood import Neighbourhood
from autoscaler.control.road import Road
from autoscaler.core.guard import Ourselves
from autoscaler.core.memory import Memory
from autoscaler.core.pace import BEAT
from autoscaler.core.platform import PlatformError, Write
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Prober
from autoscaler.core.quantity import lowest
from autoscaler.core.report import Failed, Report
from autoscaler.core.timeline import edges, given_at
from autoscaler.core.zones import instant, moment

Reached = Callable[[int], None]
"""Told the instant that has been reached."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the daemon is handed here; until `same_until()` nothing befalls a batch, so that probes answer alike."""

    platform: Counted
    clock: StillClock
    ourselves: Ourselves
    prober: Prober
    memory: Memory
    same_until: Callable[[], datetime]


@dataclass(slots=True)
class _Kept:
    """A keeper, the turns that it was spared, and the requests that its next beat is sure to repeat.

    `spared` has their steady times, and whether dynos were looked at. `beat` is empty where nobody knows: that one is
    run.
    """

    keeper: Keeper
    spared: deque[tuple[float, bool]] = field(default_factory=deque)
    beat: Counter[str] = field(default_factory=Counter)

    @property
    def ring(self) -> float:
        """The steady time of its next turn on the beat."""
        return ceil(self.keeper.turn / BEAT) * BEAT

    @property
    def sure(self) -> bool:
        """Whether it is known what its next beat does."""
        return bool(self.beat)

    def spare(self, looks: list[int], asks: list[int], start: int) -> None:
        """Spare it the turns at these instants; those that are at the same one are one."""
        if looks or asks:
            known = dict(self.spared)
            turns = {float(at - start): False for at in asks} | {float(at - start): True for at in looks}
            merged = {at: looked or known.get(at, False) for at, looked in turns.items()}
            self.spared = deque(sorted((known | merged).items()))

    def is_spared(self, steady: float) -> bool:
        """Whether the next turn that it was spared is at the steady time `steady`."""
        return bool(self.spared) and self.spared[0][0] == steady


class Daemons:
    """What the daemon does in [start, until): `control.daemon` without its waiting."""

    def __init__(self, policies: Policies, around: Around) -> None:
        self._around = around
        self._clock = around.clock
        self._sent = around.platform.sent
        self._start = instant(around.clock.now())
        self._kept = [_Kept(self._keeper(app, policies)) for app in policies.apps]

    def _keeper(self, app: str, policies: Policies) -> Keeper:
        around = self._around
        nobody = Neighbourhood(around.clock)
        road = Road(around.platform, policies.only([app]), around.ourselves, around.prober, nobody)
        return Keeper(app, road, around.clock, around.memory)

    async def run(self, until: int, progress: Reached) -> None:
        """From now to the instant `until`."""
        while (at := self._next(until)) < until:
            self._count(at)
            self._clock.move_to(moment(at))
            await self._pass()
            progress(at)
        self._count(until)
        self._clock.move_to(moment(until))

    def _next(self, until: int) -> int:
        """The next instant at which something may differ."""
        now = self._clock.now()
        eves = [kept.keeper.edge - EVE for kept in self._kept if kept.keeper.edge is not None]
        for kept in (one for one in self._kept if one.sure):
            kept.spare(*kept.keeper.pass_over(min([moment(until), *eves]), self._around.same_until()), self._start)
        wakes = [wake for kept in self._kept if (wake := kept.keeper.next_wake(now)) is not None]
        rings = [self._start + int(kept.ring) for kept in self._kept if not kept.sure]
        return min([until, *map(instant, wakes), *rings])

    async def _pass(self) -> None:
        """Run whatever is due now, until nothing is."""
        now, busy = self._clock.now(), True
        while busy:
            busy = False
            for kept in self._kept:
                busy = await self._turn(kept, now) or busy

    async def _turn(self, kept: _Kept, now: datetime) -> bool:
        """Run or count what is due of a keeper, if anything is."""
        wake, steady = kept.keeper.next_wake(now), self._clock.steady()
        on_the_beat = wake is None or wake > now
        if not on_the_beat and not kept.keeper.due(now):
            await kept.keeper.prepare()
        elif on_the_beat and kept.is_spared(steady):
            self._spared(kept)
        elif on_the_beat and kept.sure and kept.keeper.due(now):
            self._beat(kept, steady)
        elif kept.keeper.due(now):
            await self._tick(kept, now, on_the_beat=on_the_beat)
        else:
            return False
        return True

    async def _tick(self, kept: _Kept, now: datetime, *, on_the_beat: bool) -> None:
        before = self._sent.copy()
        report = await kept.keeper.tick(now, lambda: True)
        if kept.is_spared(self._clock.steady()):  # the same turn: if it was for a look, that would have been taken
            _, looked = kept.spared.popleft()
            self._sent["read"] += looked and kept.keeper.looked is None
        for hold in report.plan.holds:
            self._around.platform.tell(f"{hold.target} is held: {hold.reason}")
        kept.beat = Counter()
        if kept.keeper.converged:
            kept.beat["read"] = 1
        elif on_the_beat and not _changed(report):
            kept.beat = self._sent - before
        kept.keeper.rest(self._clock.steady(), self._wait(kept))

    def _count(self, until: int) -> None:
        """Count the beats, and the turns that were spared, before the instant `until`."""
        end = float(until - self._start)
        for kept in self._kept:
            while kept.spared and kept.spared[0][0] < end:
                self._beats(kept, kept.spared[0][0])
                self._spared(kept)
            self._beats(kept, end)

    def _beats(self, kept: _Kept, end: float) -> None:
        """The beats of an app before the steady time `end`, all alike."""
        first = kept.ring
        if first >= end or not kept.sure:
            return
        self._beat(kept, first)
        every = kept.ring - first
        more = max(0, ceil((end - first) / every) - 1)
        for name, number in kept.beat.items():
            self._sent[name] += number * more
        kept.keeper.rest(first + more * every, self._wait(kept))

    def _spared(self, kept: _Kept) -> None:
        """One turn that was spared: a beat, and perhaps a look at dynos."""
        at, looked = kept.spared.popleft()
        self._sent["read"] += looked
        self._beat(kept, at)

    def _beat(self, kept: _Kept, at: float) -> None:
        self._sent.update(kept.beat)
        kept.keeper.rest(at, self._wait(kept))

    def _wait(self, kept: _Kept) -> float:
        return wait_for(kept.keeper, [other.keeper for other in self._kept], None)


def _changed(report: Report) -> bool:
    """Whether a tick may have changed anything, so that the next one may do something else."""
    return bool(report.restarts) or any(not isinstance(outcome, Failed) for outcome in report.outcomes)


async def plain(policies: Policies, platform: Counted, clock: StillClock, until: int) -> None:
    """A plain scheduler from now to `until`: at each edge it sends what the windows give, and looks at nothing."""
    start = instant(clock.now())
    due: dict[tuple[int, str], list[Write]] = {}
    for policy in policies.policies:
        target = policy.target
        given = [(start, given_at(policy, start).desired)]
        given += [(edge.at, edge.after) for edge in edges(policy, start, until)]
        for at, desired in given:
            due.setdefault((at, target.app), []).append(Write(target.type, lowest(desired.quantity), desired.size))
    for (at, app), writes in sorted(due.items(), key=lambda item: item[0]):
        clock.move_to(moment(at))
        try:
            await platform.apply(app, writes, lambda: True)
        except PlatformError:  # it is counted, and told as the run's trouble
            continue
    clock.move_to(moment(until))
