"""Faults, in the process and on a real connection."""

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from autoscaler.sandbox import Fault, World, create_app, serve
from tests.sandbox.asking import HEADERS, Clock

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
        {"hang": "within"},
        {"trickle": "x"},
        {"flood": "x"},
        {"late": -1},
        {"pace": "1"},
        {"name": 1},
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


async def test_a_late_write_is_answered_at_once_and_has_its_effect_later(
    api: httpx.AsyncClient, world: World, clock: Clock
) -> None:
    world.fail(Fault(method="PATCH", late=60))
    assert (await api.patch(f"{SHOP}/formation", json=SCALE)).json()[0]["quantity"] == 2
    clock.go_on(seconds=59)
    assert (await api.get(f"{SHOP}/formation/worker")).json()["quantity"] == 0
    clock.go_on(seconds=1)
    assert (await api.get(f"{SHOP}/formation/worker")).json()["quantity"] == 2


async def test_stale_reads_tell_what_was_when_the_fault_began(api: httpx.AsyncClient, world: World) -> None:
    world.fail(Fault(method="GET", times=1, stale=True))
    await api.patch(f"{SHOP}/formation", json=SCALE)
    assert (await api.get(f"{SHOP}/formation/worker")).json()["quantity"] == 0
    assert (await api.get(f"{SHOP}/formation/worker")).json()["quantity"] == 2


@pytest.mark.parametrize("reset", [False, True])
async def test_an_answer_may_break_off_within_its_body(world: World, reset: bool) -> None:
    world.fail(Fault(method="PATCH", drop="within", reset=reset))
    async with on_loopback(create_app(world)) as api:
        async with api.stream("PATCH", f"{SHOP}/formation", json=SCALE) as answer:
            assert answer.status_code == 200
            with pytest.raises(httpx.ReadError if reset else httpx.RemoteProtocolError):
                await answer.aread()
        assert world.quantity("example-shop", "worker") == 2


@pytest.mark.parametrize(("hang", "quantity"), [("before", 0), ("after", 2)])
async def test_a_hanging_request_is_never_answered_and_noted_as_ended_when_the_client_goes(
    world: World, hang: Any, quantity: int
) -> None:
    world.fail(Fault(method="PATCH", hang=hang, name="hanging"))
    async with on_loopback(create_app(world)) as api:
        with pytest.raises(httpx.ReadTimeout):
            await api.patch(f"{SHOP}/formation", json=SCALE, timeout=0.2)
        await api.get(SHOP)
        assert world.quantity("example-shop", "worker") == quantity
        assert world.requests[0].fault == "hanging"
        assert world.requests[0].ended is not None


@pytest.mark.parametrize(("part", "heard"), [("headers", False), ("body", True)])
async def test_an_answer_may_come_byte_by_byte(world: World, part: Any, heard: bool) -> None:
    world.fail(Fault(trickle=part, pace=0.15))
    headers: list[int] = []
    async with on_loopback(create_app(world)) as api:
        with suppress(httpx.ReadTimeout, TimeoutError):
            async with asyncio.timeout(0.5), api.stream("GET", f"{SHOP}/formation", timeout=0.4) as answer:
                headers.append(answer.status_code)
                await answer.aread()
                headers.append(0)
    assert headers == ([200] if heard else [])


async def test_a_whole_answer_comes_in_the_end_when_it_trickles(world: World) -> None:
    world.fail(Fault(trickle="headers", pace=0.0))
    async with on_loopback(create_app(world)) as api:
        assert (await api.get(f"{SHOP}/formation")).json()[0]["quantity"] == 1


async def test_a_body_may_have_no_end_or_be_a_bomb(world: World) -> None:
    world.fail(Fault(flood="endless"))
    world.fail(Fault(flood="bomb"))
    async with on_loopback(create_app(world)) as api:
        got = 0
        async with api.stream("GET", SHOP) as answer:
            async for part in answer.aiter_raw():
                got += len(part)
                if got > 3_000_000:
                    break
        async with api.stream("GET", SHOP) as answer:
            packed = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 1_000_000
    assert len(zlib.decompressobj(wbits=31).decompress(packed, 2_000_000)) == 2_000_000


async def test_a_delayed_request_is_done_although_nobody_waits_any_more(world: World) -> None:
    world.fail(Fault(method="PATCH", delay=0.3))
    async with on_loopback(create_app(world)) as api:
        with pytest.raises(httpx.ReadTimeout):
            await api.patch(f"{SHOP}/formation", json=SCALE, timeout=0.1)
        async with asyncio.timeout(5):
            while world.quantity("example-shop", "worker") != 2:
                await api.get(SHOP)


async def test_formations_are_told_without_a_request(api: httpx.AsyncClient, world: World) -> None:
    told = (await api.get("/_sandbox/formations")).json()
    assert told["example-shop"] == {"web": [1, "Standard-1X"], "worker": [0, "Standard-1X"]}
    assert not world.requests
