"""Asking probes in the tests: an answer may show no secret, and never comes late."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from autoscaler.core.probes import Answer, Failed, Probe
from autoscaler.outside.probes import Probing
from tests.outside.servers import PASSWORD

SECRETS = (PASSWORD, "hunter2", "s3cret", "secret-path", "@127.0.0.1")


async def asked(probe: Probe, environment: Mapping[str, str], seconds: float = 5.0) -> Answer:
    """The answer, looked through for secrets."""
    began = time.monotonic()
    answer = await Probing(environment, seconds).ask(probe)
    assert time.monotonic() - began < seconds + 1
    assert not [secret for secret in SECRETS if secret in repr(answer)], "a secret is shown"
    if isinstance(answer, Failed):
        assert answer.reason.isprintable()
    return answer


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """The port of a server that accepts and says nothing."""
    async with listening(lambda reader, _: reader.read()) as port:
        yield port


@asynccontextmanager
async def stalling(port: int, word: bytes) -> AsyncIterator[int]:
    """The port of a way to the server at `port` that lets nothing through any more once `word` was sent."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to = await asyncio.open_connection("127.0.0.1", port)
        back = asyncio.create_task(_pour(there, writer))
        while (part := await reader.read(65536)) and word not in part:
            to.write(part)
        back.cancel()
        await reader.read()  # until who asks hangs up
        to.close()

    async with listening(handle) as here:
        yield here


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
    writer.close()


Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


@asynccontextmanager
async def listening(handle: Handle) -> AsyncIterator[int]:
    """The port of a server that handles each connection so."""

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await handle(reader, writer)
        writer.close()

    server = await asyncio.start_server(handled, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
