"""The sandbox on loopback, inside somebody else's event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from autoscaler.sandbox.web import ABORT


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: ASGIApp, *, port: int, ready: Callable[[int], None], stop: asyncio.Event) -> None:
    """Serve on 127.0.0.1 until `stop` is set; `ready` gets the port. Raises OSError if the port is taken."""
    # With the protocol named asyncio sets TCP_NODELAY; without it every answer waits 40 ms for an acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(2048)  # before `ready`: whoever hears of the port may connect at once
    except OSError:
        listening.close()
        raise
    config = uvicorn.Config(
        _abortable(app), log_config=None, access_log=False, lifespan="off", date_header=False, server_header=False,
        timeout_graceful_shutdown=1, timeout_keep_alive=120,
    )  # fmt: skip
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        ready(listening.getsockname()[1])
        await stop.wait()
    finally:
        server.should_exit = True
        await running


def _abortable(app: ASGIApp) -> ASGIApp:
    """Hands down what ends a connection without an answer; left alone, uvicorn would make up a 500."""

    async def abortable(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)  # uvicorn's, and the only way to its connection
        await app(scope if cycle is None else {**scope, ABORT: cycle.transport.abort}, receive, send)

    return abortable
