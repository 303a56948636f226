"""From an edge to the PATCH in the server's hands: the real daemon on a clock that skips the waiting between edges."""

import asyncio
import json
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from autoscaler.cli.run import spare_the_collector
from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings
from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.windows import Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, Zone
from autoscaler.heroku import Heroku, Patience

EDGES = 300
SOON = 0.15


class SkippingClock:
    """The machine's clock, set forward between edges so that the next one is near."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def steady(self) -> float:
        return time.monotonic()

    def machine_time(self, moment: datetime) -> datetime:
        return moment - self.ahead

    def real_seconds(self, seconds: float) -> float:
        return seconds

    def skip_to(self, moment: datetime, before: float) -> None:
        self.ahead += moment - timedelta(seconds=before) - self.now()


@contextmanager
def receiver(delay: float) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.receiver", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


async def times(port: int) -> list[int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /times HTTP/1.1\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    writer.close()
    return [int(value) for value in json.loads(body)]


def policies(apps: int) -> Policies:
    """Every app's worker at 1 in the first half of every day."""
    utc = Zone("UTC", ZoneInfo("UTC"))
    window = Window("mornings", 1, (Phrase(Weekdays(EVERY_DAY), WallSpan(0, 12 * HOUR)),), 1)
    return Policies(
        "bench", tuple(Policy(Target(f"app-{n:04}", "worker"), utc, 1, 0, None, (window,)) for n in range(apps))
    )


@contextmanager
def daemon_on(port: int, clock: SkippingClock, apps: int) -> Iterator[tuple[Daemon, Heroku]]:
    files = iter([policies(apps)])
    patience = Patience(reads=None)  # days of edges go by in seconds
    heroku = Heroku("bench", f"http://127.0.0.1:{port}", now=clock.now, patience=patience)
    yield (
        Daemon(Surroundings(heroku, clock, lambda: next(files, None), lambda _: None, Ourselves("me", "clock"))),
        heroku,
    )


def next_edge(clock: SkippingClock) -> datetime:
    """The coming noon or midnight."""
    now = clock.now()
    return now.replace(hour=now.hour // 12 * 12, minute=0, second=0, microsecond=0) + timedelta(hours=12)


async def ours(port: int) -> list[float]:
    """Milliseconds from each edge to its PATCH; negative would be early."""
    clock, late = SkippingClock(), []
    with daemon_on(port, clock, 1) as (daemon, heroku):
        running = asyncio.create_task(daemon.run())
        await asyncio.sleep(0.5)
        await times(port)
        for _ in range(EDGES):
            edge = next_edge(clock)
            clock.skip_to(edge, SOON)
            due = time.perf_counter_ns() + int((edge - clock.now()).total_seconds() * 1e9)
            daemon.wake()
            await asyncio.sleep(SOON + 0.05)
            [received] = await times(port)
            late.append((received - due) / 1e6)
        daemon.stop()
        await running
        await heroku.aclose()
    return late


async def bare(port: int) -> list[float]:
    """The same by an asyncio timer and a warm raw socket."""
    loop, late = asyncio.get_running_loop(), []
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    body = b'{"updates": [{"type": "worker", "quantity": 1}]}'
    request = b"PATCH /apps/app/formation HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    for _ in range(EDGES):
        due = time.perf_counter_ns() + int(SOON * 1e9)
        loop.call_at(loop.time() + SOON, connection.sendall, request)
        await asyncio.sleep(SOON + 0.05)
        connection.recv(65536)
        [received] = await times(port)
        late.append((received - due) / 1e6)
    connection.close()
    return late


async def burst(port: int, apps: int, delay: float) -> None:
    """All apps due at one instant, against a server that takes `delay` seconds."""
    clock = SkippingClock()
    with daemon_on(port, clock, apps) as (daemon, heroku):
        running = asyncio.create_task(daemon.run())
        await asyncio.sleep(2 * apps / 50 * delay + 6)
        await times(port)
        edge = next_edge(clock)
        clock.skip_to(edge, 9)
        due = time.perf_counter_ns() + int((edge - clock.now()).total_seconds() * 1e9)
        daemon.wake()
        await asyncio.sleep(8.9)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        before = usage.ru_utime + usage.ru_stime
        await asyncio.sleep(4 * apps / 50 * delay + 3)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        spent = usage.ru_utime + usage.ru_stime - before
        received = await times(port)
        daemon.stop()
        await running
        await heroku.aclose()
    wall, ideal = (max(received) - due) / 1e9, apps / 50 * delay
    first = (min(received) - due) / 1e6
    print(f"\n{len(received)} of {apps} apps due at once, a server of {delay * 1000:.0f} ms:")
    print(f"all PATCHes received after {wall:.2f} s, {wall / ideal:.2f} times the ideal of {ideal:.1f} s at 50 a time;")
    print(f"the first {first:.1f} ms after the edge; {spent:.2f} CPU s from the edge on, looking back included")


def told(name: str, late: list[float]) -> tuple[float, float]:
    ordered = sorted(late)
    p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99) - 1]
    print(f"{name:<38} {p50:8.2f} {p99:8.2f} {ordered[-1]:8.2f} {ordered[0]:9.2f}")
    return p50, p99


def main() -> None:
    spare_the_collector()  # as `run` does
    print(f"\nedge to PATCH received, {EDGES} edges, ms     p50      p99      max  earliest")
    with receiver(0) as port:
        raw = told("asyncio timer and raw socket", asyncio.run(bare(port)))
    with receiver(0) as port:
        full = told("the daemon", asyncio.run(ours(port)))
    print(f"{'ratio':<38} {full[0] / raw[0]:8.1f} {full[1] / raw[1]:8.1f}")
    with receiver(0.1) as port:
        asyncio.run(burst(port, 1000, 0.1))
