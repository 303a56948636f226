"""What the tests of this room share: a client whose time stands still, and a raw server on loopback."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType

import httpx
import pytest

from autoscaler.core.platform import Formation, PlatformError, Transient, Write
from autoscaler.heroku import URL, Heroku, Patience

TOKEN = "HRKU-0a1b2c3d-secret"
SHOP = f"{URL}/apps/shop/formation"
WEB = {"type": "web", "quantity": 2, "dyno_size": {"id": "0", "name": "Standard-2X"}, "size": "Standard-2X"}
WORKER = {"type": "worker", "quantity": 0, "dyno_size": {"id": "0", "name": "Basic"}, "size": "Basic"}
WRITES = [Write("web", 3), Write("worker", 1, "standard-1x"), Write("clock", size="basic"), Write("batch", 0)]
GOOD = json.dumps([WEB, WORKER]).encode()


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class MaySend:
    """Says each of `answers` in turn, then the last for ever, and counts how often it was asked."""

    def __init__(self, *answers: bool) -> None:
        self.asked = 0
        self._answers = answers

    def __call__(self) -> bool:
        self.asked += 1
        return self._answers[min(self.asked, len(self._answers)) - 1]


class Turn:
    """Awaiting it lets every other task that is ready go once."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class World:
    """A client for tests: its waits are written down instead of waited for."""

    def __init__(self, url: str = URL, *, deadline: float = 5.0, **more: httpx.AsyncBaseTransport) -> None:
        self.clock = Clock()
        self.naps: list[float] = []
        patience = Patience(deadline, self._nap, random.Random(7))
        self.heroku = Heroku(TOKEN, url, now=self.clock, patience=patience, **more)

    async def __aenter__(self) -> "World":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.heroku.aclose()

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)

    async def formation(self) -> Formation:
        return await self.heroku.formation("shop")

    async def apply(self, may_send: Callable[[], bool] = lambda: True) -> str:
        return await self.heroku.apply("shop", WRITES, may_send)

    async def refused(self, call: Callable[[], Awaitable[object]] | None = None) -> PlatformError:
        """The error of a read, or of `call`; in none may the token be."""
        with pytest.raises(PlatformError) as caught:
            await (call or self.formation)()
        error = caught.value
        chain = [error, error.__cause__, None if error.__suppress_context__ else error.__context__]
        assert TOKEN not in "".join(f"{one!s}{one!r}" for one in chain)
        assert str(error).startswith("shop: ")
        assert str(error).isprintable()
        return error

    async def transient(self, call: Callable[[], Awaitable[object]] | None = None) -> Transient:
        error = await self.refused(call)
        assert isinstance(error, Transient)
        return error


@dataclass
class Visit:
    """One connection to the server: its number from 1, and the requests read from it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    requests: list[bytes] = field(default_factory=list)

    async def request(self) -> bytes:
        """Read one request, head and body. Raises IncompleteReadError when the client is gone."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                head += await self.reader.readexactly(int(line.split(b":")[1]))
        self.requests.append(head)
        return head

    async def answer(self, body: bytes = GOOD, *headers: str, status: str = "200 OK") -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        await self.send("\r\n".join(lines).encode() + body)

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()


@dataclass
class Loopback:
    """A server that speaks as badly as `script` says."""

    url: str = ""
    visits: list[Visit] = field(default_factory=list)

    @property
    def requests(self) -> list[bytes]:
        return [request for visit in self.visits for request in visit.requests]


@asynccontextmanager
async def loopback(script: Callable[[Visit], Awaitable[None]]) -> AsyncIterator[Loopback]:
    served = Loopback()
    tasks: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        served.visits.append(Visit(len(served.visits) + 1, reader, writer))
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await script(served.visits[-1])
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    server = await asyncio.start_server(visit, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def always_good(visit: Visit) -> None:
    while True:
        await visit.request()
        await visit.answer()


async def tick(seconds: float = 0.01) -> None:
    """Let a little real time pass on a server's side: drips must come apart to be drips."""
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), seconds)
