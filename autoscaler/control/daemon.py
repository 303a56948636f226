"""The daemon: wakes at every edge and on a beat, and starts the turn of each app that is due."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from autoscaler.control.alarm import Alarm
from autoscaler.control.jobs import Jobs
from autoscaler.control.keeper import Keeper
from autoscaler.control.keepers import Keepers
from autoscaler.control.matching import Matching
from autoscaler.control.neighbourhood import Neighbourhood
from autoscaler.control.news import News
from autoscaler.control.pins import Pins
from autoscaler.control.scribe import Scribe
from autoscaler.control.surroundings import Surroundings, Unreadable
from autoscaler.control.watchman import Watchman
from autoscaler.core.events import Event
from autoscaler.core.journal import KeptFile
from autoscaler.core.memory import StoreError
from autoscaler.core.pace import BEAT, beat_for
from autoscaler.core.platform import Gone, NotSent, PlatformError, Transient
from autoscaler.core.policies import Policies
from autoscaler.core.report import Failed, Report

HEARTBEAT = 15 * 60
"""Seconds between two `tick` lines, which say that all is well."""

AT_ONCE = 50
"""So many turns are begun in one go."""

GRACE = 2.5
"""Seconds that requests in flight get when the daemon is told to stop: with its farewells it ends within 5."""


class Daemon:
    """Runs until `stop` is called. Nothing that goes wrong outside ends it: it holds, says so, and tries again."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clock = clock = around.clock
        self._news = News(clock, self._emit)
        self._scribe = Scribe(around.journal, clock, self._news, around.name, dict(around.about))
        self._alarm = Alarm(clock, around.beat or BEAT)
        self._pins = Pins(around.journal, clock, self._news, self._hurry)
        self._matching = Matching(around.neighbours, around.ourselves, clock, self._news, self._match)
        self._watchman = Watchman(clock, self._news, self._scribe, around.herald)
        self._jobs = Jobs(around.platform, clock, around.memory, self._news, self._alarm.wake)
        self._keepers = Keepers(
            around.platform, clock, around.ourselves, around.prober, around.memory,
            self._scribe, self._pins, Neighbourhood(clock, around.neighbours),
        )  # fmt: skip
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
            await self._pins.look()
            await self._read_first()
            rung: datetime | None = None
            while not self._stopping:
                await self._pass(rung)
                self._alarm.set(self._next_wake())
                rung = await self._alarm.wait()
                self._read_policies(self._around.read())
            await self._finish()
        finally:
            self._alarm.stop()

    def _emit(self, event: Event) -> None:
        """An event goes to the log first, then to the journal and to people."""
        self._around.emit(event)
        self._scribe.event(event)
        if self._around.herald is not None:
            self._around.herald.tell(self._clock.now(), event)

    async def _pass(self, rung: datetime | None) -> None:
        """Start whatever is due. A timer may ring early: what rang for an edge decides for no instant before it."""
        now = self._clock.now() if rung is None else max(self._clock.now(), rung)
        self._jobs.wake(now)
        self._look_around()
        if self._clock.steady() < self._paused_until:
            return
        due = [keeper for keeper in self._keepers if keeper.due(now) or keeper.on_the_eve(now)]
        for number, keeper in enumerate(due, 1):
            if not keeper.busy and self._keepers.keeps(keeper):
                self._start_turn(keeper, now)
            if number % AT_ONCE == 0:  # let these send before the next ones reckon
                await asyncio.sleep(0)  # noqa: TID251 it does not wait
        self._heartbeat()

    def _look_around(self) -> None:
        """What is looked at now and then, beside the apps' turns."""
        self._pins.wake()
        self._matching.wake()
        self._watchman.look(beat_for(len(self._keepers), self._around.beat))
        self._watchman.budget(self._around.remaining())
        self._scribe.wake()

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
                self._heed(keeper, await keeper.prepare())
        except Exception as error:  # a defect of ours in one app must not stop the others
            keeper.turn = self._clock.steady() + BEAT
            cause = f"{type(error).__name__}: {error}"
            about = {"app": keeper.app, "error": cause, "note": "a defect, please report it"}
            self._news.trouble(keeper.app, Event("degraded", about, "error"), cause)
            if self._keepers.keeps(keeper):
                self._watchman.failed(keeper.app, cause)

    async def _tick(self, keeper: Keeper, now: datetime) -> None:
        edge = keeper.edge if keeper.edge_has_come(now) else None
        began = self._clock.steady()
        report = await keeper.tick(now, lambda: not self._stopping and self._keepers.keeps(keeper))
        if self._keepers.keeps(keeper):
            keeper.rest(began, self._until_next_turn(keeper, report))
            self._tell(keeper, report, edge)

    def _tell(self, keeper: Keeper, report: Report, edge: datetime | None) -> None:
        app, news = keeper.app, self._news
        if not any(isinstance(error, Gone) for error in _errors(report)):
            self._matching.found(app)
        elif self._matching.gone(app):  # a review app that was closed is nobody's trouble
            return
        news.changed(keeper.changed, report)
        news.report(app, report, edge)
        news.dynos(app, keeper.looked, report.restarts)
        news.closed(app, keeper.closed)
        news.autoscaled(app, keeper.autoscaled.get(app))
        self._watchman.saw(app, report)

    def _until_next_turn(self, keeper: Keeper, report: Report) -> float:
        errors = _errors(report)
        self._heed(keeper, errors)
        saving = [error.retry_after or 0.0 for error in errors if isinstance(error, NotSent)]
        return max([self._keepers.wait(keeper, self._around.beat), *saving])

    def _heed(self, keeper: Keeper, errors: Sequence[PlatformError]) -> None:
        """The platform's Retry-After; one that is about the account makes every app wait.

        What we did not send to save requests delays the beat alone, never an edge.
        """
        for error in errors:
            if isinstance(error, Transient) and not isinstance(error, NotSent) and error.retry_after is not None:
                keeper.wait(error.retry_after)
                if error.everywhere:
                    self._paused_until = max(self._paused_until, self._clock.steady() + error.retry_after)

    async def _read_first(self) -> None:
        """The policy file, or the last good one that the journal kept where this one is bad."""
        found = self._around.read()
        if isinstance(found, Unreadable):
            await self._revive()
        self._read_policies(found)  # what is told of a bad one depends on whether another is in force

    async def _revive(self) -> None:
        if self._around.revive is None or self._around.journal is None:
            return
        try:
            kept = await self._around.journal.kept()
        except StoreError as error:
            self._scribe.trouble(error)
            return
        revived = None if kept is None else self._around.revive(kept)
        if isinstance(revived, Policies):
            self._take_up(revived, kept)

    def _read_policies(self, found: Policies | Unreadable | None) -> None:
        match found:
            case None:
                return
            case Unreadable(error):
                kept = "the last good file stays in force" if len(self._keepers) else "every formation is left as it is"
                self._news.trouble("policies", Event("degraded", {"error": error, "note": kept}, "error"), error)
            case Policies() as policies:
                self._news.well("policies")
                self._take_up(policies)
                self._scribe.keeps(KeptFile(policies.file, policies.text, policies.digest, self._clock.now()))

    def _take_up(self, file: Policies, kept: KeptFile | None = None) -> None:
        name = "reloaded" if len(self._keepers) else "started"
        self._scribe.about = {**self._around.about, "digest": file.digest}
        policies = self._matching.take_up(file)
        self._news.forget(self._keepers.apps - set(policies.apps))
        self._keepers.take_up(policies)
        self._look_after(policies)
        beat = beat_for(len(self._keepers), self._around.beat)
        about = {"policies": file.file, "digest": file.digest, "apps": len(policies.apps)}
        since = {} if kept is None else {"kept_since": f"{kept.at:%Y-%m-%dT%H:%M:%SZ}"}
        # What they match is told by `matched` once the account's apps are known.
        jobs = {"globs": len(file.globs) or None, "jobs": len(policies.jobs) or None, "beat": f"{beat:g}s"}
        self._emit(Event(name, {**about, "types": len(policies.policies), **jobs, **since}))

    def _match(self) -> None:
        """The file's globs match other apps than before: each was announced, and has its turn on the next beat."""
        policies = self._matching.policies
        self._news.forget(self._keepers.apps - set(policies.apps))
        self._keepers.take_over(policies)
        self._look_after(policies)
        self._alarm.wake()

    def _look_after(self, policies: Policies) -> None:
        self._watchman.watch(self._keepers.apps)
        self._jobs.take_up(policies)
        if self._around.herald is not None:
            self._around.herald.take_up(policies.notices)

    def _hurry(self) -> None:
        """Somebody made or ended a pin."""
        for keeper in self._keepers:
            keeper.hurry()
        self._alarm.wake()

    def _next_wake(self) -> datetime | None:
        now = self._clock.now()
        wakes = [keeper.next_wake(now) for keeper in self._keepers if not keeper.busy]
        resumes = now + timedelta(seconds=max(0.0, self._paused_until - self._clock.steady()))
        wakes = [max(wake, resumes) for wake in wakes if wake is not None]
        wakes.append(self._jobs.next_wake(now))
        return min((wake for wake in wakes if wake is not None), default=None)

    def _heartbeat(self) -> None:
        quiet = not len(self._keepers) or self._turns
        if quiet or self._clock.steady() - self._last_heartbeat < HEARTBEAT:
            return
        self._last_heartbeat = self._clock.steady()
        converged = sum(keeper.converged for keeper in self._keepers)
        edges = [keeper.edge for keeper in self._keepers if keeper.edge is not None]
        left = self._around.remaining()
        following = {"next": f"{min(edges):%Y-%m-%dT%H:%M:%SZ}"} if edges else {}
        about = {"apps": len(self._keepers), "converged": converged, "troubles": self._news.troubles}
        self._emit(Event("tick", {**about, "pins": len(self._pins.now) or None, "requests_left": left, **following}))

    async def _finish(self) -> None:
        """Requests in flight get a moment to finish, and what they did to be written down; nothing new is sent."""
        late: set[asyncio.Task[None]] = set()
        if under_way := self._turns | self._jobs.tasks() | self._pins.tasks() | self._matching.tasks():
            _, late = await asyncio.wait(under_way, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        self._emit(Event("stopped", {"unfinished": len(late)} if late else {}))
        self._watchman.write()
        await self._scribe.finish(GRACE / 4)


def _errors(report: Report) -> list[PlatformError]:
    held = [hold.cause for hold in report.plan.holds if hold.cause is not None]
    return held + [outcome.error for outcome in report.outcomes if isinstance(outcome, Failed)]
