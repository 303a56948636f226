"""Up to 50 connections to Heroku, each with its own client, and one exchange over one of them."""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar
from ssl import SSLContext

import httpx

from autoscaler.heroku.wire import Unreadable

CONNECTIONS = 50
KEEPALIVE = 150.0
"""Seconds that an idle connection is kept: more than two beats of the daemon."""
BODY_LIMIT = 1_000_000
"""Bytes of an answer, as sent and as unpacked. A formation entry is about 500."""

# Both log each request, httpcore its headers too: nothing of ours is served by that.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, whole."""

    status: int
    headers: httpx.Headers
    body: bytes


class Dropped(Exception):
    """The server had closed an idle connection, as it may: what was sent over it was not answered at all."""


class Shard:
    """A client of a single connection."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.clean = True
        """Whether the last exchange came to its end, so that another may follow on the connection."""
        self.idle_since = 0.0
        """Seconds of the loop's clock."""
        self._warm = False

    async def exchange(self, request: httpx.Request, deadline: float) -> Answer:
        """Send and read the answer within `deadline` seconds.

        Raises Dropped, Unreadable, httpx.HTTPError or OSError (of which TimeoutError is one).
        """
        self.clean = False
        async with asyncio.timeout(deadline):
            response = await self._send(request)
            try:
                answer = Answer(response.status_code, response.headers, await _body(response))
            finally:
                await response.aclose()
        self.clean = self._warm = True
        return answer

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self.client.send(request, stream=True, follow_redirects=False)
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            if self._warm and not isinstance(error, httpx.ConnectError):
                raise Dropped from error
            raise


class Connections:
    """Shards, made when they are needed; the most recently used goes first, so that few stay warm rather than all.

    Many clients of one connection rather than one of many: httpcore walks its whole pool for each request, which
    is quadratic in a burst. A shard whose exchange did not come to its end is thrown away with its connection: a
    cancelled httpcore connection may stay in its pool, taken for ever.
    """

    def __init__(self, *, local: bool, transport: httpx.AsyncBaseTransport | None) -> None:
        # A proxy named in the environment is meant for the way out, never for this machine's own sandbox.
        self._trust_env = not local
        self._transport = _Lent(transport) if transport else None
        self._turn = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[Shard] = []
        self._closed = False

    @asynccontextmanager
    async def take(self, *, fresh: bool = False) -> AsyncIterator[Shard]:
        """A shard for one exchange, when it is our turn; with `fresh` one that has no connection yet."""
        async with self._turn:
            shard = self._idle.pop() if self._idle and not fresh else Shard(self._client())
            try:
                yield shard
            finally:
                await self._give_back(shard)

    async def aclose(self) -> None:
        self._closed = True
        while self._idle:
            await self._idle.pop().client.aclose()

    async def _give_back(self, shard: Shard) -> None:
        if self._closed or not shard.clean:
            await shard.client.aclose()
            return
        shard.idle_since = asyncio.get_running_loop().time()
        self._idle.append(shard)
        # The oldest are at the bottom: what a burst has left there is closed, so that one app keeps one connection.
        while self._idle and self._idle[0].idle_since < shard.idle_since - KEEPALIVE:
            await self._idle.pop(0).client.aclose()

    def _client(self) -> httpx.AsyncClient:
        try:
            return self._new_client()
        except (ImportError, ValueError, httpx.InvalidURL):  # a proxy that httpx cannot speak to, or no address at all
            raise httpx.ProxyError("unusable") from None

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            cookies=_NoCookies(),
            timeout=None,  # an exchange has one deadline as a whole; httpx's are for each read and never add up
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE),
            verify=_tls() if self._transport is None else True,
            transport=self._transport,
            trust_env=self._trust_env,
        )


class _NoCookies(CookieJar):
    """Keeps none: an API needs none, and looking for them is a tenth of a request's work."""

    def extract_cookies(self, *_: object) -> None:
        pass


class _Lent(httpx.AsyncBaseTransport):
    """A transport that was handed in: all shards share it, so none of them closes it."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


@cache
def _tls() -> SSLContext:
    """One for all shards: loading the certificates takes 20 ms and a megabyte each time."""
    return httpx.create_ssl_context()


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for part in response.stream:
        body += part
        if len(body) > BODY_LIMIT:
            raise Unreadable(f"it is longer than {BODY_LIMIT:,} bytes")
    encoding = response.headers.get("Content-Encoding", "identity").strip().casefold()
    return bytes(body) if encoding in ("identity", "") else _unpacked(bytes(body), encoding)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """We ask for plain bytes, but a proxy may pack them all the same. Never unpacks more than the limit."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable("it is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, BODY_LIMIT + 1)
    except zlib.error:
        raise Unreadable("it cannot be unpacked") from None
    if len(plain) > BODY_LIMIT:
        raise Unreadable(f"it is longer than {BODY_LIMIT:,} bytes when unpacked")
    if not unpacker.eof:
        raise Unreadable("it cannot be unpacked: its end is missing")
    return plain
