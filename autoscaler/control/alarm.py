"""The daemon's alarm: APScheduler wakes it on a beat and at an edge, and decides nothing."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from autoscaler.core.clock import Clock

_SLACK = 1.0
"""Seconds after which a beat that did not ring is taken for one: APScheduler goes by the wall clock, which may have
been set back, this by the steady one."""


class Alarm:
    """Rings on every beat (seconds) and at the instant set last."""

    def __init__(self, clock: Clock, beat: float) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._clock = clock
        self._beat = clock.real_seconds(beat)
        self._wake = asyncio.Event()
        self._set_for: datetime | None = None
        self._rung: datetime | None = None
        # A late ring is as good as a punctual one: nothing is ever dropped for having been missed.
        defaults = {"misfire_grace_time": None, "coalesce": True}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def start(self) -> None:
        self._scheduler.start()
        self._scheduler.add_job(self._ring_beat, "interval", seconds=self._beat)

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def wake(self) -> None:
        """Ring now."""
        self._wake.set()

    def set(self, moment: datetime | None) -> None:
        """Ring at `moment` too (None: on the beat only), instead of what was set before."""
        if moment == self._set_for:
            return
        self._set_for = moment
        if self._scheduler.get_job("edge"):
            self._scheduler.remove_job("edge")
        if moment is not None:
            at = self._clock.machine_time(moment)
            self._scheduler.add_job(self._ring, "date", run_date=at, args=[moment], id="edge")

    def no_later_than(self, moment: datetime | None) -> None:
        """Ring at `moment` unless an earlier ring is set."""
        if moment is not None and (self._set_for is None or moment < self._set_for):
            self.set(moment)

    async def wait(self) -> datetime | None:
        """Wait for the next ring; the instant it was set for, if it was that one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._beat + _SLACK):
                await self._wake.wait()
        self._wake.clear()
        rung, self._rung = self._rung, None
        return rung

    # Jobs are coroutines: APScheduler runs plain functions in a thread, where nothing of the event loop may be touched.
    async def _ring(self, moment: datetime) -> None:
        self._rung, self._set_for = moment, None
        self._wake.set()

    async def _ring_beat(self) -> None:
        self._wake.set()
