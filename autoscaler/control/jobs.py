"""The jobs of every app, as the daemon wakes them and `apply` runs them once."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

from autoscaler.control.errands import Errands, Means
from autoscaler.control.news import News
from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.jobs import HeldJob
from autoscaler.core.memory import KEPT, Memory, StoreError
from autoscaler.core.platform import Platform
from autoscaler.core.policies import Policies

FORGET = 24 * 3600.0
"""Seconds between two times of forgetting what is old."""

NO_MEMORY = "nothing can be remembered here"


class Jobs:
    """Every app's errands. Apps never wait for one another, nor for formations."""

    def __init__(
        self, platform: Platform, clock: Clock, memory: Memory | None, news: News, wake: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._news = news
        self._going = True
        self._means = None if memory is None else Means(platform, clock, memory, news, lambda: self._going, wake)
        self._errands: dict[str, Errands] = {}
        self._held: tuple[HeldJob, ...] = ()
        self._forgot = float("-inf")
        self._forgetting: asyncio.Task[None] | None = None

    def take_up(self, policies: Policies) -> None:
        """A new file: its jobs take the place of those of the old one."""
        if self._means is None:
            policies = policies.holding_jobs(NO_MEMORY)
        before = {_subject(job) for job in self._held}
        self._held = policies.held_jobs
        for subject in before - {_subject(job) for job in self._held}:
            self._news.well(subject)
        now = self._clock.now()
        for app in {job.app for job in policies.jobs} | set(self._errands):
            self._of(app).take_up([job for job in policies.jobs if job.app == app], now)

    def wake(self, now: datetime) -> None:
        """Begin the turn of each app that is due."""
        for job in self._held:
            about = {"app": job.app, "job": job.name, "reason": job.reason}
            self._news.trouble(_subject(job), Event("held", about, "error"), job.reason)
        for errands in self._errands.values():
            if errands.jobs and not errands.busy and errands.due(now):
                errands.turn = asyncio.create_task(errands.take_turn(now))
        self._forget(now)

    def next_wake(self, now: datetime) -> datetime | None:
        """The next instant at which something of it is due."""
        wakes = [errands.next_wake(now) for errands in self._errands.values() if errands.jobs and not errands.busy]
        return min((wake for wake in wakes if wake is not None), default=None)

    def stop(self) -> None:
        """Nothing is claimed from here on."""
        self._going = False

    def tasks(self) -> set[asyncio.Task[None]]:
        """What is under way."""
        return {task for task in self._under_way() if not task.done()}

    async def once(self, policies: Policies, now: datetime) -> None:
        """Do what is due at `now`, and wait until it is done."""
        self.take_up(policies)
        self.wake(now)
        while tasks := self.tasks():
            await asyncio.wait(tasks)

    def _forget(self, now: datetime) -> None:
        if self._means is None or self._clock.steady() - self._forgot < FORGET:
            return
        self._forgot = self._clock.steady()
        self._forgetting = asyncio.create_task(_forget(self._means.memory, now - KEPT))

    def _of(self, app: str) -> Errands:
        assert self._means is not None
        return self._errands.setdefault(app, Errands(app, self._means))

    def _under_way(self) -> Iterator[asyncio.Task[None]]:
        if self._forgetting is not None:
            yield self._forgetting
        for errands in self._errands.values():
            yield from errands.starts.values()
            if errands.turn is not None:
                yield errands.turn


async def _forget(memory: Memory, before: datetime) -> None:
    try:
        await memory.forget(before)
    except StoreError:
        return  # it is old, and will be as old tomorrow


def _subject(job: HeldJob) -> str:
    return f"{job.app} job {job.name}"
