"""The driver of a simulation: the daemon's keepers before the sandbox, on a clock that goes from instant to instant.

Only keepers change a formation here, so a beat at which an app is as wanted could do nothing but read it. Such beats,
and looks at dynos within an opening, are counted and not run; all else is the daemon's own code.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from autoscaler.clock import StillClock
from autoscaler.control.daemon import BEAT, wait_for
from autoscaler.control.keeper import EVE, Keeper
from autoscaler.control.road import Road
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import Dynos, Formation, MaySend, Platform, PlatformError, Write
from autoscaler.core.policies import Policies
from autoscaler.core.quantity import lowest
from autoscaler.core.report import Failed, Report
from autoscaler.core.timeline import edges, given_at
from autoscaler.core.zones import instant, moment
from autoscaler.views.simulation import Calls

Progress = Callable[[int], None]
"""Told the instant that has been reached."""


@dataclass(slots=True)
class Counted:
    """A platform whose requests are counted.

    What was read of a formation since the last write is not asked for again, only counted: here nobody else writes.
    """

    platform: Platform
    clock: StillClock
    sent: Counter[str] = field(default_factory=Counter)
    trouble: str | None = None
    _known: dict[str, Formation] = field(default_factory=dict)

    @property
    def calls(self) -> Calls:
        return Calls(self.sent["read"], self.sent["write"], self.sent["restart"])

    async def formation(self, app: str) -> Formation:
        self.sent["read"] += 1
        if app not in self._known:
            self._known[app] = await self.platform.formation(app)
        return replace(self._known[app], date=self.clock.now())

    async def dynos(self, app: str) -> Dynos:
        self.sent["read"] += 1
        return await self.platform.dynos(app)

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        self.sent["write"] += 1
        self._known.pop(app, None)
        try:
            return await self.platform.apply(app, writes, may_send)
        except PlatformError as error:
            self.trouble = self.trouble or str(error)
            raise

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:
        self.sent["restart"] += 1
        return await self.platform.restart(app, dyno, may_send)

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:
        self.sent["restart"] += 1
        return await self.platform.restart_type(app, kind, may_send)


@dataclass(slots=True)
class _Kept:
    """A keeper, the looks that it was spared (steady times), and the requests that its next beat is sure to repeat.

    `beat` is empty where nobody knows: that beat is run.
    """

    keeper: Keeper
    spared: list[float] = field(default_factory=list)
    beat: Counter[str] = field(default_factory=Counter)

    @property
    def ring(self) -> float:
        """The steady time of its next turn on the beat."""
        return ceil(self.keeper.turn / BEAT) * BEAT


class Daemons:
    """What the daemon does in [start, until): `control.daemon` without its waiting."""

    def __init__(self, policies: Policies, platform: Counted, clock: StillClock, ourselves: Ourselves) -> None:
        self._platform = platform
        self._clock = clock
        self._start = instant(clock.now())
        roads = {app: Road(platform, policies.only([app]), ourselves) for app in policies.apps}
        self._kept = [_Kept(Keeper(app, road, clock)) for app, road in roads.items()]

    async def run(self, until: int, progress: Progress) -> None:
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
        edge = min((kept.keeper.edge - EVE for kept in self._kept if kept.keeper.edge), default=moment(until))
        for kept in filter(_sure, self._kept):
            passed = kept.keeper.pass_over(min(edge, moment(until)))
            kept.spared += [float(at - self._start) for at in passed]
        wakes = [wake for kept in self._kept if (wake := kept.keeper.next_wake(now)) is not None]
        rings = [self._start + int(kept.ring) for kept in self._kept if not _sure(kept)]
        return min([until, *map(instant, wakes), *rings])

    async def _pass(self) -> None:
        """Run whatever is due now, until nothing is."""
        now, busy = self._clock.now(), True
        while busy:
            busy = False
            for kept in self._kept:
                wake = kept.keeper.next_wake(now)
                if wake is not None and wake <= now and not kept.keeper.due(now):
                    await kept.keeper.prepare()
                    busy = True
                elif kept.keeper.due(now):
                    await self._turn(kept, sure=wake is None or wake > now)
                    busy = True

    async def _turn(self, kept: _Kept, *, sure: bool) -> None:
        """One tick; one on the beat is only counted where it is sure what it does."""
        if sure and _sure(kept):
            self._beat(kept, self._clock.steady())
            return
        before = self._platform.sent.copy()
        report = await kept.keeper.tick(self._clock.now(), lambda: True)
        kept.beat = Counter()
        if kept.keeper.converged:
            kept.beat["read"] = 1
        elif sure and not _changed(report):
            kept.beat = self._platform.sent - before
        kept.keeper.rest(self._clock.steady(), self._wait(kept))

    def _count(self, until: int) -> None:
        """Count the beats before the instant `until`, and the looks that were spared, up to it."""
        end = float(until - self._start)
        for kept in self._kept:
            while kept.spared and kept.spared[0] <= end:
                look = kept.spared.pop(0)
                self._beats(kept, look)
                self._platform.sent["read"] += 1
                self._beat(kept, look)
            self._beats(kept, end)

    def _beats(self, kept: _Kept, end: float) -> None:
        """The beats of an app before the steady time `end`, all alike."""
        first = kept.ring
        if first >= end or not _sure(kept):
            return
        self._beat(kept, first)
        every = kept.ring - first
        more = max(0, ceil((end - first) / every) - 1)
        for name, number in kept.beat.items():
            self._platform.sent[name] += number * more
        kept.keeper.rest(first + more * every, self._wait(kept))

    def _beat(self, kept: _Kept, at: float) -> None:
        self._platform.sent.update(kept.beat)
        kept.keeper.rest(at, self._wait(kept))

    def _wait(self, kept: _Kept) -> float:
        return wait_for(kept.keeper, [other.keeper for other in self._kept], None)


def _sure(kept: _Kept) -> bool:
    """Whether it is known what the next beat does."""
    return bool(kept.beat)


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
