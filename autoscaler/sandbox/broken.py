"""Answers that are none: connections that end, hang, trickle or never stop."""

import asyncio
import gzip
import socket
import struct
from functools import cache
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from autoscaler.sandbox.faults import Fault

ABORT = "sandbox.abort"
"""Where the ASGI scope holds what ends the connection; without it a dropped request raises ConnectionResetError."""

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: close by RST, at once."""

BOMB = 200_000_000
_CHUNK = b" " * 65536


class _Raw(Response):
    """Writes to the connection itself what HTTP has no words for, and ends it."""

    def __init__(self, whole: Response, fault: Fault) -> None:
        super().__init__()
        self._whole = whole
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        abort = scope.get(ABORT)
        if abort is None:
            raise ConnectionResetError("the connection was dropped by a fault")
        connection = abort.__self__
        if self._fault.trickle:
            await self._trickle(connection)
        elif self._fault.flood:
            await self._flood(connection)
        elif self._fault.drop == "within":
            connection.write(_head(self._whole) + bytes(self._whole.body[: len(self._whole.body) // 2]))
        if not self._fault.hang:
            if self._fault.reset:
                connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            abort()
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _trickle(self, connection: Any) -> None:
        head, body = _head(self._whole), bytes(self._whole.body)
        if self._fault.trickle == "body":
            connection.write(head)
        for byte in body if self._fault.trickle == "body" else head + body:
            if connection.is_closing():
                return
            connection.write(bytes([byte]))
            await asyncio.sleep(self._fault.pace)  # noqa: TID251 a fault's own purpose

    async def _flood(self, connection: Any) -> None:
        connection.write(_head(self._whole, "content-length"))
        while not connection.is_closing():
            if connection.get_write_buffer_size() < len(_CHUNK):
                connection.write(_CHUNK)
            await asyncio.sleep(0.001)  # noqa: TID251 a fault's own purpose


def never(fault: Fault) -> Response:
    """No answer: the connection ends, or hangs."""
    return _Raw(Response(), fault)


def broken(whole: Response, fault: Fault | None) -> Response:
    """`whole`, as far as the fault lets it through."""
    if fault is None:
        return whole
    if fault.drop or fault.hang or fault.trickle or fault.flood == "endless":
        return _Raw(whole, fault)
    if fault.flood == "bomb":
        headers = {key: value for key, value in whole.headers.items() if key != "content-length"}
        return Response(_bomb(), whole.status_code, {**headers, "Content-Encoding": "gzip"})
    return whole


def _head(response: Response, without: str = "") -> bytes:
    lines = [f"HTTP/1.1 {response.status_code} ".encode()]
    lines += [key + b": " + value for key, value in response.raw_headers if key != without.encode()]
    return b"\r\n".join(lines) + b"\r\n\r\n"


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * BOMB, 9)
