"""The daemon's lines on stdout, written beside it: a reader that hangs, goes away or is full stops no scaling."""

import asyncio
import os
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Condition, Thread

from autoscaler.core.events import Event
from autoscaler.views.logs import log_line

MOST = 1000
"""Lines that wait at most for a reader that does not read; beyond it the oldest are lost."""


class Log:
    """One line an event. A pipe that nobody reads takes 64 kB, and then whoever writes to it waits (pipe(7))."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()
        self._lost = 0
        self._come = Condition()
        # Nobody waits for the thread when the program ends: it may hang in a write for ever.
        Thread(target=self._work, name="log", daemon=True).start()

    def __call__(self, event: Event) -> None:
        """Have an event written as soon as stdout takes it."""
        self._put(partial(_write, event))

    async def finish(self, seconds: float) -> None:
        """Wait until what was told is written, for so long at most."""
        loop, written = asyncio.get_running_loop(), asyncio.Event()
        self._put(partial(loop.call_soon_threadsafe, written.set))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await written.wait()

    def _put(self, work: Callable[[], object]) -> None:
        with self._come:
            self._waiting.append(work)
            if len(self._waiting) > MOST:
                self._waiting.popleft()
                self._lost += 1
            self._come.notify()

    def _work(self) -> None:
        while True:
            with self._come:
                self._come.wait_for(lambda: self._waiting)
                work, lost, self._lost = self._waiting.popleft(), self._lost, 0
            with suppress(OSError, ValueError, RuntimeError):  # who reads is gone, the disk is full, the loop is over
                if lost:
                    _write(_of_lost(lost))
                work()


def _of_lost(lines: int) -> Event:
    note = "nobody read the log, and scaling went on; `autoscaler history` has what happened"
    return Event("degraded", {"lines_lost": lines, "note": note}, "warning")


def _write(event: Event) -> None:
    """Past sys.stdout, whose lock the end of the program waits for."""
    rest = f"{log_line(event)}\n".encode(sys.stdout.encoding, "replace")
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]
