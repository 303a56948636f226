"""One-off jobs beside the keepers of formations: what is due is claimed, started once, and followed to its end.

Nothing is kept between two turns that the store and the list of dynos do not tell as well: a restart of this program at
any line changes nothing but the time. A claim comes before its request; what a request without an answer did is looked
up, and what cannot be found is lost, never begun again.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoscaler.control.news import News
from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.guard import CLOCK_DIFFERENCE
from autoscaler.core.history import outcome, started
from autoscaler.core.jobs import Job, Miss, Skip, Start, Step, next_due, remembered_since, retry_at, steps
from autoscaler.core.memory import KEPT, Due, Fact, Memory, Missed, Refused, Run, Skipped, Started, StoreError
from autoscaler.core.platform import Dynos, Gone, NotSent, OneOff, Platform, PlatformError, Transient, Unauthorised
from autoscaler.core.platform import Refused as Declined
from autoscaler.core.settling import LOOKS, SENT_WITHIN, Seen, next_look, settle
from autoscaler.core.zones import instant, moment

PACE = 60.0
"""Seconds between two looks at the dynos of an app while its jobs run, and after what will hardly heal by itself."""

SOON = 15.0
"""Seconds after which what failed is tried again."""

_SLACK = 1.0
"""Seconds by which a look may come early."""


@dataclass(frozen=True, slots=True)
class Means:
    """What an app's jobs are started with. `going` is false once this program is told to stop."""

    platform: Platform
    clock: Clock
    memory: Memory
    news: News
    going: Callable[[], bool]
    wake: Callable[[], None]


@dataclass(slots=True, eq=False)
class Errands:
    """The jobs of one app. `known` is since when each is known here; steady times are in seconds."""

    app: str
    means: Means
    jobs: tuple[Job, ...] = ()
    known: dict[str, datetime] = field(default_factory=dict)
    turn: asyncio.Task[None] | None = None
    starts: dict[Due, asyncio.Task[None]] = field(default_factory=dict)
    _next: datetime | None = None
    _again: float = float("-inf")
    _look: float = float("-inf")
    _last_error: str | None = None
    _remembered: bool = False
    _seen: dict[str, datetime] = field(default_factory=dict)
    _unrecorded: list[tuple[Due, Fact]] = field(default_factory=list)

    def take_up(self, jobs: Sequence[Job], now: datetime) -> None:
        """A new file's jobs."""
        self.jobs = tuple(jobs)
        self.known = {job.name: self.known.get(job.name, now) for job in jobs}
        self._again = float("-inf")
        if not jobs:
            self.means.news.forget({self._subject})

    @property
    def busy(self) -> bool:
        return self.turn is not None and not self.turn.done()

    def due(self, now: datetime) -> bool:
        return (self._next is not None and now >= self._next) or self._steady() >= self._again - _SLACK

    def next_wake(self, now: datetime) -> datetime | None:
        """The next instant at which something is due."""
        wakes = [self._next] if self._next is not None else []
        if self._again < float("inf"):
            wakes.append(now + timedelta(seconds=max(_SLACK, self._again - self._steady())))
        return min(wakes, default=None)

    async def take_turn(self, now: datetime) -> None:
        """Do what is due at `now`. Whatever goes wrong is said, and tried again while there is time."""
        await self._whole(self._turn(now))
        self.means.wake()

    async def _whole(self, work: Coroutine[None, None, None]) -> None:
        """A defect of ours in one app must not stop the others."""
        try:
            await work
        except Exception as error:
            cause = f"{type(error).__name__}: {error}"
            about = {"app": self.app, "error": cause, "note": "a defect, please report it"}
            self.means.news.trouble(self._subject, Event("degraded", about, "error"), cause)
            self._come_back(PACE)

    async def _turn(self, now: datetime) -> None:
        self._next, self._again, jobs = None, float("inf"), self.jobs
        try:
            await self._record_again()
            runs = list(await self._runs(jobs, now))
        except StoreError as error:
            self._troubled(str(error), SOON)
            return
        runs, known = await self._settled(jobs, runs, now)
        for job in jobs:
            for step in steps(job, runs, now, self.known.get(job.name, now)):
                if known or isinstance(step, Miss):
                    await self._take(job, step)
        self._set_next(jobs, runs, now)

    async def _settled(self, jobs: Sequence[Job], runs: list[Run], now: datetime) -> tuple[list[Run], bool]:
        """The runs with what the dynos tell of them, and whether a start may follow."""
        open_runs = [run for run in runs if run.outcome is None]
        due = any(
            isinstance(step, Start | Skip)
            for job in jobs
            for step in steps(job, runs, now, self.known.get(job.name, now))
        )
        if not due and not (open_runs and self._steady() >= self._look - _SLACK):
            self._follow(open_runs)
            return runs, True
        dynos = await self._dynos()
        if dynos is None:
            return runs, False
        known = [run for run in runs if run.due not in self.starts]
        for run, fact in settle(known, dynos.listed, self.means.clock.now(), self._sight(jobs, dynos)):
            runs[runs.index(run)] = _with(run, fact)
            await self._record(run.due, fact)
        self._look = self._steady() + PACE
        self._follow([run for run in runs if run.outcome is None])
        return runs, True

    async def _dynos(self) -> Dynos | None:
        """The app's dynos, unless they cannot be read, or nobody knows the time."""
        try:
            dynos = await self.means.platform.dynos(self.app)
        except PlatformError as error:
            asked = error.retry_after if isinstance(error, Transient) else PACE
            self._troubled(str(error), max(asked or 0.0, SOON))
            return None
        if dynos.date is not None and abs(dynos.date - self.means.clock.now()) > CLOCK_DIFFERENCE:
            self._troubled(f"our clock and Heroku's are more than {CLOCK_DIFFERENCE.seconds // 60} minutes apart", PACE)
            return None
        self._last_error = None
        self.means.news.well(self._subject, app=self.app)
        return dynos

    def _sight(self, jobs: Sequence[Job], dynos: Dynos) -> Seen:
        """What was seen of one-off dynos until now; from now on, this look."""
        before, now = dict(self._seen), self.means.clock.now()
        self._seen = {dyno.id: now for dyno in dynos.listed}
        return Seen(before, {job.name: job.time_limit for job in jobs})

    def _follow(self, open_runs: Sequence[Run]) -> None:
        """Come back for the runs that have no outcome: for those of which nothing is known, sooner."""
        if not open_runs:
            return
        now, steady = self.means.clock.now(), self._steady()
        looks = [look for run in open_runs if (look := next_look(run, now)) is not None]
        wait = min([(look - now).total_seconds() for look in looks], default=PACE)
        self._look = min(self._look, steady + wait) if self._look > steady else steady + min(wait, PACE)
        self._come_back(self._look - steady)

    async def _take(self, job: Job, step: Step) -> None:
        match step:
            case Start(due):
                if due not in self.starts:
                    task = self.starts[due] = asyncio.create_task(self._whole(self._start(job, due)))
                    task.add_done_callback(lambda _: self._started(due))
            case Skip(due, reason):
                await self._leave(job, due, Skipped(self.means.clock.now(), reason))
            case Miss(due, reason):
                last = f": {self._last_error}" if self._last_error else ""
                await self._leave(job, due, Missed(self.means.clock.now(), reason + last))

    async def _leave(self, job: Job, due: Due, fact: Fact) -> None:
        """Say once, among all daemons, that a start is not made."""
        if due not in self.starts and await self._claim(job, due):
            await self._record(due, fact)

    async def _start(self, job: Job, due: Due) -> None:
        """Claim a start, ask for its dyno, and write down what became of it."""
        await self._until(due.at)
        if not any(other is job for other in self.jobs):  # a newer file has come
            return
        began, claimed = self._steady(), self.means.clock.now()
        if not await self._claim(job, due):
            return
        one_off = OneOff(job.command, job.time_limit, job.size)
        try:
            ran = await self.means.platform.run(
                self.app, one_off, lambda: self._steady() - began < SENT_WITHIN.total_seconds()
            )
        except PlatformError as error:
            self._come_back(0)
            if _declined(error):
                await self._record(due, Refused(self.means.clock.now(), str(error)))
            else:
                self._unanswered(due, error, claimed)
            return
        self._come_back(0)
        now = self.means.clock.now()
        await self._record(due, Started(now, ran.dyno.name, ran.dyno.id, ran.request_id))

    async def _until(self, at: datetime) -> None:
        """Alarms may ring a moment early; starts are never early."""
        early = (at - self.means.clock.now()).total_seconds()
        if early > 0:
            await asyncio.sleep(self.means.clock.real_seconds(early))  # noqa: TID251 a moment

    def _unanswered(self, due: Due, error: PlatformError, claimed: datetime) -> None:
        note = "it is looked up in the list of dynos whether it started; it is not started again"
        about = {"app": due.app, "job": due.job, "due": f"{due.at:%Y-%m-%dT%H:%M:%SZ}", "error": str(error)}
        request = {"request_id": error.request_id or None}
        self.means.news.emit(Event("degraded", {**about, "note": note, **request}, "warning"))
        self._look = self._steady() + (claimed + LOOKS[0] - self.means.clock.now()).total_seconds()

    def _started(self, due: Due) -> None:
        del self.starts[due]
        self.means.wake()

    async def _claim(self, job: Job, due: Due) -> bool:
        """Whether nobody had it before. After an error of the store nobody has it."""
        if not self.means.going():
            return False
        try:
            ours = await self.means.memory.claim(due, job.command, self.means.clock.now())
            self._come_back(0)  # whoever has it, it is followed to its end
            return ours
        except StoreError as error:
            self._troubled(str(error), SOON)
            return False

    async def _record(self, due: Due, fact: Fact) -> None:
        """Write a fact down, now or as soon as the store lets us, and say it if it is news."""
        try:
            news = await self.means.memory.record(due, fact)
        except StoreError as error:
            self._unrecorded.append((due, fact))
            self._troubled(str(error), SOON)
            news = True
        if news or (isinstance(fact, Started) and fact.request_id):  # else another daemon has said it
            self.means.news.emit(started(due, fact) if isinstance(fact, Started) else outcome(due, fact))

    async def _record_again(self) -> None:
        while self._unrecorded:
            await self.means.memory.record(*self._unrecorded[0])
            del self._unrecorded[0]

    async def _runs(self, jobs: Sequence[Job], now: datetime) -> Sequence[Run]:
        """What may still be going on; the first time, all that is remembered."""
        if not jobs:
            return ()
        since = remembered_since(jobs, now) if self._remembered else now - KEPT
        runs = await self.means.memory.runs(self.app, since)
        self._remembered = True
        return runs

    def _set_next(self, jobs: Sequence[Job], runs: Sequence[Run], now: datetime) -> None:
        dues = [due for job in jobs if (due := next_due(job, instant(now))) is not None]
        retries = [retry[0] for job in jobs if (retry := retry_at(job, runs)) is not None and retry[0] > now]
        self._next = min([*map(moment, dues), *retries], default=None)

    def _troubled(self, error: str, wait: float) -> None:
        self._last_error = error
        about = {"app": self.app, "error": error, "note": "its jobs wait"}
        self.means.news.trouble(self._subject, Event("degraded", about, "error"), error)
        self._come_back(wait)

    def _come_back(self, seconds: float) -> None:
        self._again = min(self._again, self._steady() + seconds)

    def _steady(self) -> float:
        return self.means.clock.steady()

    @property
    def _subject(self) -> str:
        return f"{self.app} jobs"


def _declined(error: PlatformError) -> bool:
    """Whether it is certain that nothing was started."""
    return isinstance(error, Declined | Unauthorised | Gone | NotSent) or (
        isinstance(error, Transient) and error.everywhere
    )


def _with(run: Run, fact: Fact) -> Run:
    return replace(run, started=fact) if isinstance(fact, Started) else replace(run, outcome=fact)
