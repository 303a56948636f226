"""One receiver: what waits for it, and the task that brings it there."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from autoscaler.outside.alarms.sending import Undelivered
from autoscaler.outside.alarms.told import Batch, Told

MOST = 1000
"""Events that wait; what comes beyond is counted, and its number is told."""

GATHER = 2.0
"""Seconds that events are gathered for, so that many are one message."""

TRIES = (1.0, 4.0, 16.0, 64.0)
"""Seconds before each further try."""

Pause = Callable[[asyncio.Event, float], Awaitable[None]]
"""Returns after so many seconds, or when the event is set."""


async def pause(closing: asyncio.Event, seconds: float) -> None:
    """The real one."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await closing.wait()


@dataclass(slots=True, eq=False)
class Receiver:
    """`send` brings a batch there and raises Undelivered; `heard` is told why it failed, or None when it went well."""

    send: Callable[[Batch], Awaitable[None]]
    heard: Callable[[str | None], None]
    most: int
    pause: Pause = pause
    _waiting: deque[Told] = field(default_factory=deque)
    _missing: int = 0
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def tell(self, told: Told) -> None:
        """Keep it, and see that somebody brings it."""
        if len(self._waiting) < MOST:
            self._waiting.append(told)
        else:
            self._missing += 1
        if self._task is None or self._task.done():
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._work())

    def close(self) -> set[asyncio.Task[None]]:
        """Wait for nothing any more; the task that has to end."""
        self._closing.set()
        return {self._task} if self._task is not None and not self._task.done() else set()

    async def _work(self) -> None:
        while self._waiting:
            await self.pause(self._closing, GATHER * (not self._closing.is_set()))
            await self._deliver(self._taken())

    def _taken(self) -> Batch:
        told = [self._waiting.popleft() for _ in range(min(self.most, len(self._waiting)))]
        missing, self._missing = self._missing, 0
        return Batch(told, missing)

    async def _deliver(self, batch: Batch) -> None:
        """Try until it is there, or it is in vain."""
        for seconds in self._tries():
            try:
                await self.send(batch)
            except Undelivered as error:
                if not error.again or seconds is None or self._closing.is_set():
                    self.heard(str(error))
                    return
                await self.pause(self._closing, max(seconds, error.after))
            except Exception as error:  # what a library says may quote the address
                self.heard(f"sending failed ({type(error).__name__})")
                return
            else:
                self.heard(None)
                return

    def _tries(self) -> Iterator[float | None]:
        yield from TRIES
        yield None
