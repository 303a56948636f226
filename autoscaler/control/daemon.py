"""The daemon: wakes at every edge and on a beat, and starts the turn of each app that is due."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from autoscaler.control.alarm import Alarm
from autoscaler.control.jobs import Jobs
from autoscaler.control.keeper import Keeper
from autoscaler.control.news import News
from autoscaler.control.road import Road
from autoscaler.core.clock import Clock
from autoscaler.core.events import Emit, Event
from autoscaler.core.guard import Ourselves
from autoscaler.core.memory import Memory
from autoscaler.core.pace import BEAT, BEATS_AN_HOUR, beat_for, reads_of_each
from autoscaler.core.platform import Platform, PlatformError, Transient
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Prober
from autoscaler.core.report import Failed, Report

HEARTBEAT = 15 * 60
"""Seconds between two `tick` lines, which say that all is well."""

AT_ONCE = 50
"""So many turns are begun in one go."""

GRACE = 4.0
"""Seconds that requests in flight get when the daemon is told to stop."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A policy file that cannot be used, in words for the log."""

    error: str


Read = Callable[[], Policies | Unreadable | None]
"""The policy file if it changed since the last call (or on the first), None if it did not."""


def wait_for(keeper: Keeper, keepers: Collection[Keeper], beat: float | None) -> float:
    """Seconds from a turn of `keeper`, one of `keepers`, to the next: fewer while its app is not as wanted.

    Those that are not share what the others leave of the reads.
    """
    usual = beat_for(len(keepers), beat)
    if keeper.converged:
        return usual
    lagging = sum(not other.converged for other in keepers)
    left = BEATS_AN_HOUR - (len(keepers) - lagging) * reads_of_each(len(keepers))
    return min(usual, beat_for(lagging, beat, max(left, 1)))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the daemon is handed: whom to ask, the time, where policies come from, where events go.

    Without a `prober` no probe is asked, without a `memory` no opening is ended early and no job is started.
    """

    platform: Platform
    clock: Clock
    read: Read
    emit: Emit
    ourselves: Ourselves
    beat: float | None = None
    prober: Prober | None = None
    memory: Memory | None = None


class Daemon:
    """Runs until `stop` is called. Nothing that goes wrong outside ends it: it holds, says so, and tries again."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clock = around.clock
        self._news = News(around.clock, around.emit)
        self._alarm = Alarm(around.clock, around.beat or BEAT)
        self._jobs = Jobs(around.platform, around.clock, around.memory, self._news, self._alarm.wake)
        self._keepers: dict[str, Keeper] = {}
        self._turns: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._paused_until = float("-inf")
        self._last_heartbeat = float("-inf")

    def stop(self) -> None:
        """No new write from here on; `run` returns within GRACE seconds."""
        self._stopping = True
        self._jobs.stop()
        self._alarm.wake()

    def wake(self) -> None:
        """Look at the policy file now, not on the next beat."""
        self._alarm.wake()

    async def run(self) -> None:
        self._alarm.start()
        try:
            rung: datetime | None = None
            while not self._stopping:
                await self._pass(rung)
                self._alarm.set(self._next_wake())
                rung = await self._alarm.wait()
            await self._finish()
        finally:
            self._alarm.stop()

    async def _pass(self, rung: datetime | None) -> None:
        """Start whatever is due. A timer may ring early: what rang for an edge decides for no instant before it."""
        now = self._clock.now() if rung is None else max(self._clock.now(), rung)
        self._read_policies()
        self._jobs.wake(now)
        if self._clock.steady() < self._paused_until:
            return
        due = [keeper for keeper in self._keepers.values() if keeper.due(now) or keeper.on_the_eve(now)]
        for number, keeper in enumerate(due, 1):
            if not keeper.busy and self._keeps(keeper):
                self._start_turn(keeper, now)
            if number % AT_ONCE == 0:  # let these send before the next ones reckon
                await asyncio.sleep(0)  # noqa: TID251 it does not wait
        self._heartbeat()

    def _start_turn(self, keeper: Keeper, now: datetime) -> None:
        keeper.task = asyncio.create_task(self._turn(keeper, now))
        self._turns.add(keeper.task)
        keeper.task.add_done_callback(lambda task: self._end_turn(keeper, task))

    def _end_turn(self, keeper: Keeper, task: asyncio.Task[None]) -> None:
        self._turns.discard(task)
        if self._turns:
            self._alarm.no_later_than(keeper.next_wake(self._clock.now()))
        else:
            self._alarm.wake()

    async def _turn(self, keeper: Keeper, now: datetime) -> None:
        try:
            if keeper.due(now):
                await self._tick(keeper, now)
            else:
                await keeper.prepare()
        except Exception as error:  # a defect of ours in one app must not stop the others
            keeper.turn = self._clock.steady() + BEAT
            cause = f"{type(error).__name__}: {error}"
            event = Event(
                "degraded", {"app": keeper.app, "error": cause, "note": "a defect, please report it"}, "error"
            )
            self._news.trouble(keeper.app, event, cause)

    async def _tick(self, keeper: Keeper, now: datetime) -> None:
        edge = keeper.edge if keeper.edge_has_come(now) else None
        began = self._clock.steady()
        report = await keeper.tick(now, lambda: not self._stopping and self._keeps(keeper))
        if self._keeps(keeper):
            keeper.rest(began, self._until_next_turn(keeper, report))
            self._news.report(keeper.app, report, edge)
            self._news.dynos(keeper.app, keeper.looked, report.restarts)
            self._news.closed(keeper.app, keeper.closed)

    def _keeps(self, keeper: Keeper) -> bool:
        """Whether the keeper has not been replaced by that of a newer file."""
        return self._keepers.get(keeper.app) is keeper

    def _until_next_turn(self, keeper: Keeper, report: Report) -> float:
        wait = wait_for(keeper, self._keepers.values(), self._around.beat)
        if keeper.converged:
            return wait
        return max([wait, *(self._asked_to_wait(error) for error in _errors(report))])

    def _asked_to_wait(self, error: PlatformError) -> float:
        """The platform's Retry-After in seconds; one that is about the account makes every app wait."""
        if not isinstance(error, Transient) or error.retry_after is None:
            return 0.0
        if error.everywhere:
            self._paused_until = max(self._paused_until, self._clock.steady() + error.retry_after)
        return error.retry_after

    def _read_policies(self) -> None:
        match self._around.read():
            case None:
                return
            case Unreadable(error):
                kept = "the last good file stays in force" if self._keepers else "every formation is left as it is"
                self._news.trouble("policies", Event("degraded", {"error": error, "note": kept}, "error"), error)
            case Policies() as policies:
                self._news.well("policies")
                self._take_up(policies)

    def _take_up(self, policies: Policies) -> None:
        name = "reloaded" if self._keepers else "started"
        self._news.forget(set(self._keepers) - set(policies.apps))
        self._keepers = {app: self._keeper(app, policies) for app in policies.apps}
        self._jobs.take_up(policies)
        beat = beat_for(len(self._keepers), self._around.beat)
        about = {"policies": policies.file, "digest": policies.digest, "apps": len(policies.apps)}
        self._around.emit(
            Event(
                name,
                {**about, "types": len(policies.policies), "jobs": len(policies.jobs) or None, "beat": f"{beat:g}s"},
            )
        )

    def _keeper(self, app: str, policies: Policies) -> Keeper:
        around = self._around
        road = Road(around.platform, policies.only([app]), around.ourselves, around.prober)
        keeper = Keeper(app, road, self._clock, around.memory)
        if app in self._keepers:  # what the old file began must have ended before the new one acts
            keeper.task = self._keepers[app].task
        return keeper

    def _next_wake(self) -> datetime | None:
        now = self._clock.now()
        wakes = [keeper.next_wake(now) for keeper in self._keepers.values() if not keeper.busy]
        wakes.append(self._jobs.next_wake(now))
        return min((wake for wake in wakes if wake is not None), default=None)

    def _heartbeat(self) -> None:
        quiet = not self._keepers or self._turns
        if quiet or self._clock.steady() - self._last_heartbeat < HEARTBEAT:
            return
        self._last_heartbeat = self._clock.steady()
        converged = sum(keeper.converged for keeper in self._keepers.values())
        edges = [keeper.edge for keeper in self._keepers.values() if keeper.edge is not None]
        following = {"next": f"{min(edges):%Y-%m-%dT%H:%M:%SZ}"} if edges else {}
        self._around.emit(
            Event(
                "tick",
                {"apps": len(self._keepers), "converged": converged, "troubles": self._news.troubles, **following},
            )
        )

    async def _finish(self) -> None:
        """Requests in flight get a moment to finish; nothing new is sent."""
        late: set[asyncio.Task[None]] = set()
        if under_way := self._turns | self._jobs.tasks():
            _, late = await asyncio.wait(under_way, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        self._around.emit(Event("stopped", {"unfinished": len(late)} if late else {}))


def _errors(report: Report) -> list[PlatformError]:
    held = [hold.cause for hold in report.plan.holds if hold.cause is not None]
    return held + [outcome.error for outcome in report.outcomes if isinstance(outcome, Failed)]
