"""Faults, in the process and on a real connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from autoscaler.sandbox import Fault, World, create_app, serve
from tests.sandbox.asking import HEADERS

SHOP = "/apps/example-shop"
SCALE = {"updates": [{"type": "worker", "quantity": 2}]}


@asynccontextmanager
async def on_loopback(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    ports: asyncio.Queue[int] = asyncio.Queue()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(app, port=0, ready=ports.put_nowait, stop=stop))
    try:
        url = f"http://127.0.0.1:{await ports.get()}"
        async with httpx.AsyncClient(base_url=url, headers=HEADERS, trust_env=False) as client:
            yield client
    finally:
        stop.set()
        await serving


@pytest.mark.parametrize(("drop", "quantity"), [("before", 0), ("after", 2)])
async def test_a_dropped_request_gets_no_answer_at_all(world: World, drop: Any, quantity: int) -> None:
    world.fail(Fault(method="PATCH", drop=drop))
    async with on_loopback(create_app(world)) as api:
        with pytest.raises(httpx.RemoteProtocolError):
            await api.patch(f"{SHOP}/formation", json=SCALE)
        assert world.quantity("example-shop", "worker") == quantity
        assert (await api.get(f"{SHOP}/formation")).status_code == 200
    assert world.requests[0].body == SCALE


async def test_in_the_process_a_dropped_request_is_a_reset_connection(api: httpx.AsyncClient, world: World) -> None:
    world.fail(Fault(drop="before"))
    with pytest.raises(ConnectionResetError):
        await api.get(SHOP)
    assert [one.status for one in world.requests] == [0]


async def test_answers_do_not_wait_for_acknowledgements() -> None:
    """Without TCP_NODELAY on the accepted connection each answer took 40 ms."""
    seen: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        connection = scope["sandbox.abort"].__self__.get_extra_info("socket")
        seen.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await PlainTextResponse("ok")(scope, receive, send)

    async with on_loopback(app) as api:
        assert (await api.get("/")).text == "ok"
    assert seen != [0]
    assert len(seen) == 1


async def test_a_taken_port_is_an_error_for_whoever_serves(world: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            await serve(create_app(world), port=taken.getsockname()[1], ready=print, stop=asyncio.Event())


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", f"{SHOP}/formation", SCALE, 200),
        ("PATCH", f"{SHOP}/formation/worker", {"quantity": 2}, 200),
        ("POST", f"{SHOP}/dynos", {"command": "true"}, 201),
        ("DELETE", f"{SHOP}/formations/web", None, 202),
        ("DELETE", f"{SHOP}/dynos", None, 202),
    ],
)
async def test_an_ignored_write_is_answered_as_if_it_had_been_done(
    api: httpx.AsyncClient, world: World, method: str, path: str, body: object, status: int
) -> None:
    before = (await api.get(f"{SHOP}/dynos")).json()
    world.fail(Fault(method=method, ignore=True))
    answer = await api.request(method, path, json=body)
    rows = answer.json() if isinstance(answer.json(), list) else [answer.json()]
    assert answer.status_code == status
    assert [row["quantity"] for row in rows if "quantity" in row] == ([2] if method == "PATCH" else [])
    assert (await api.get(f"{SHOP}/dynos")).json() == before
    assert world.quantity("example-shop", "worker") == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"times": "x"},
        {"times": 0},
        {"status": 99},
        {"drop": "now"},
        {"delay": -1},
        {"delay": "1"},
        {"path": 1},
        {"x": 1},
        7,
    ],
)
async def test_a_fault_that_cannot_be_is_refused_and_harms_nothing(api: httpx.AsyncClient, fault: object) -> None:
    answer = await api.post("/_sandbox/faults", json=fault)
    assert (answer.status_code, list(answer.json())) == (422, ["error"])
    assert (await api.get("/apps")).status_code == 200
