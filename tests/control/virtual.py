"""Virtual time: an event loop that never waits, a clock over it, and a Heroku in a dictionary.

When every task waits for a timer, the loop's selector moves time to that timer. APScheduler asks the machine for the
time itself, so the machine's clock is moved along.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings, Unreadable
from autoscaler.core.events import Event
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import Dyno, Dynos, Formation, Live, MaySend, NotSent, OneOff, Ran, Write
from autoscaler.core.policies import Policies


class _Skipping(selectors.SelectSelector):
    """Does not wait: it lets virtual time pass."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        super().__init__()
        self._passed = passed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self._passed(timeout)
        return ready


@dataclass
class Time:
    """The steady clock since `begin`, and a wall clock that may be set apart from it by `ahead`."""

    begin: datetime
    steady_now: float = 0.0
    ahead: timedelta = timedelta()
    early: timedelta = timedelta()
    """Alarms ring so much too early."""
    machine: Any = None

    def now(self) -> datetime:
        return self.begin + timedelta(seconds=self.steady_now) + self.ahead

    def steady(self) -> float:
        return self.steady_now

    def machine_time(self, moment: datetime) -> datetime:
        return moment - self.early

    def real_seconds(self, seconds: float) -> float:
        return seconds

    def set_wall(self, **by: float) -> None:
        """Somebody sets the machine's clock."""
        self.ahead += timedelta(**by)
        self.machine.move_to(self.now())

    def passed(self, seconds: float) -> None:
        self.steady_now += seconds
        self.machine.move_to(self.now())


def run(time: Time, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `main` to its end in virtual time."""
    with time_machine.travel(time.begin, tick=False) as machine:
        time.machine = machine
        loop = asyncio.SelectorEventLoop(_Skipping(time.passed))
        loop.time = time.steady  # type: ignore[method-assign]
        try:
            loop.run_until_complete(main())
        finally:
            loop.close()


@dataclass(frozen=True)
class Call:
    at: datetime
    kind: str
    app: str
    writes: tuple[Write, ...] = ()


@dataclass
class FakeHeroku:
    """Apps as process types as (quantity, size). `trouble` may raise, or wait, before a call has its effect."""

    time: Time
    apps: dict[str, dict[str, tuple[int, str]]]
    calls: list[Call] = field(default_factory=list)
    trouble: Callable[[str, str], Coroutine[Any, Any, None]] | None = None
    applied: list[int | None] = field(default_factory=list)
    deaf: bool = False
    skew: timedelta = timedelta()
    born: dict[str, datetime] = field(default_factory=dict)
    """When each dyno of the app `shop` was born, by its name; its id is its name and that."""
    release: int = 1
    ids: dict[str, str] = field(default_factory=dict)
    """The apps' UUIDs."""
    one_offs: dict[str, Dyno] = field(default_factory=dict)
    """The one-off dynos of the app `shop` that run now, by name."""
    ran: list[tuple[datetime, OneOff]] = field(default_factory=list)
    """Every one-off dyno that was made, and when."""
    work: Callable[[OneOff], float | None] = lambda _: None
    """How many seconds a command takes; None runs until its time is over."""
    answers: list[Exception | None] = field(default_factory=list)
    """What the next requests for one-off dynos end in after their effect: an error instead of the answer."""

    async def run(self, app: str, one_off: OneOff, may_send: MaySend) -> Ran:
        if not may_send():
            raise NotSent("not sent")
        self.calls.append(Call(self.time.now(), "run", app))
        if self.trouble:
            await self.trouble("run", app)
            if not may_send():
                raise NotSent("not sent")
        now = self.time.now()
        self.ran.append((now, one_off))
        number = f"{len(self.ran):04}"
        dyno = Dyno(number, f"run.{number}", "run", one_off.size or "basic", "up", one_off.command, 1, now, now)
        self.one_offs[dyno.name] = dyno
        seconds = self.work(one_off)
        length = one_off.time_to_live if seconds is None else min(seconds, one_off.time_to_live)
        asyncio.get_running_loop().call_later(length, lambda: self.one_offs.pop(dyno.name, None))
        if error := self.answers.pop(0) if self.answers else None:
            raise error
        return Ran(dyno, "request")

    def starts(self) -> list[tuple[str, str]]:
        """When which command was started, in Tokyo's local time as (Mon 22:00:00, rake)."""
        return [(f"{at + timedelta(hours=9):%a %H:%M:%S}", one_off.command) for at, one_off in self.ran]

    async def dynos(self, app: str) -> Dynos:
        self.calls.append(Call(self.time.now(), "dynos", app))
        if self.trouble:
            await self.trouble("dynos", app)
        here = (*(self._dyno(app, name) for name in self.born), *self.one_offs.values())
        return Dynos(app, here, self.time.now().replace(microsecond=0) + self.skew, "request")

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:
        name = dyno.partition("@")[0]
        await self._restart(app, name, [name], may_send)
        return "request"

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:
        names = [name for name in self.born if name.startswith(f"{kind}.")]
        await self._restart(app, kind, names, may_send)
        return "request"

    async def _restart(self, app: str, what: str, names: list[str], may_send: MaySend) -> None:
        if not may_send():
            raise NotSent("not sent")
        self.calls.append(Call(self.time.now(), f"restart {what}", app))
        if self.trouble:
            await self.trouble("restart", app)
            if not may_send():
                raise NotSent("not sent")
        for name in names if not self.deaf else ():
            self.born[name] = self.time.now()

    def _dyno(self, app: str, name: str) -> Dyno:
        kind, born = name.partition(".")[0], self.born[name]
        size = self.apps[app][kind][1]
        return Dyno(f"{name}@{born.timestamp()}", name, kind, size, "up", "bin/run", self.release, born, born)

    def restarts(self) -> list[tuple[str, str]]:
        """When what was restarted, in Tokyo's local time as (Mon 21:54:00, worker.1)."""
        return [
            (f"{call.at + timedelta(hours=9):%a %H:%M:%S}", call.kind.removeprefix("restart "))
            for call in self.calls
            if call.kind.startswith("restart ")
        ]

    async def formation(self, app: str, *, urgent: bool = False) -> Formation:  # noqa: ARG002 nothing is put off here
        self.calls.append(Call(self.time.now(), "read", app))
        if self.trouble:
            await self.trouble("read", app)
        types = {kind: Live(quantity, size) for kind, (quantity, size) in self.apps[app].items()}
        date = self.time.now().replace(microsecond=0) + self.skew
        return Formation(app, types, date, "request", self.ids.get(app, ""))

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        if not may_send():
            raise NotSent("not sent")
        self.calls.append(Call(self.time.now(), "write", app, tuple(writes)))
        if self.trouble:
            await self.trouble("write", app)
            if not may_send():  # a client that tries again asks again
                raise NotSent("not sent")
        for write in writes if not self.deaf else ():
            self.applied.append(write.quantity)
            quantity, size = self.apps[app][write.type]
            kept = quantity if write.quantity is None else write.quantity
            self.apps[app][write.type] = (kept, write.size or size)
        return "request"

    def writes(self, app: str = "shop") -> list[tuple[str, int | None]]:
        """When which quantity was asked for, in Tokyo's local time as (Mon 22:00, 1)."""
        tokyo = timedelta(hours=9)
        return [
            (f"{call.at + tokyo:%a %H:%M:%S}", write.quantity)
            for call in self.calls
            if call.kind == "write" and call.app == app
            for write in call.writes
        ]

    def reads(self, app: str = "shop") -> int:
        return sum(call.kind == "read" and call.app == app for call in self.calls)


@dataclass
class Stage:
    """A daemon before a fake Heroku; `files` are what the policy file holds, one after another."""

    time: Time
    heroku: FakeHeroku
    files: list[Policies | Unreadable]
    beat: float | None = None
    events: list[Event] = field(default_factory=list)
    prober: Any = None
    memory: Any = None
    journal: Any = None
    neighbours: Any = None
    herald: Any = None
    name: str = "clock.1"
    revive: Any = None
    remaining: Callable[[], int | None] = lambda: None
    daemon: Daemon = field(init=False)

    def __post_init__(self) -> None:
        around = Surroundings(
            self.heroku, self.time, self._read, self.events.append, Ourselves(), self.beat, self.prober, self.memory,
            self.journal, self.neighbours, self.herald, self.name, {"revision": "abc123"}, self.revive, self.remaining,
        )  # fmt: skip
        self.daemon = Daemon(around)

    def _read(self) -> Policies | Unreadable | None:
        return self.files.pop(0) if self.files else None

    def play(self, *acts: tuple[float, Callable[[], object]], hours: float) -> None:
        """Run the daemon for so long; each act happens so many hours after the beginning."""

        async def main() -> None:
            running = asyncio.create_task(self.daemon.run())
            loop = asyncio.get_running_loop()
            for after, act in acts:
                loop.call_at(after * 3600, act)
            await asyncio.wait({running}, timeout=hours * 3600)
            self.daemon.stop()
            await running

        run(self.time, main)

    def questions(self) -> list[datetime]:
        """When the probe was asked."""
        asked: list[datetime] = self.prober.asked
        return asked

    def said(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]


def tokyo(text: str) -> datetime:
    """An instant by its local time in Tokyo."""
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC)
