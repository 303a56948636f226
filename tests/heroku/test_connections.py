"""What only a real socket shows: drips, bombs, resets, and connections that come and go."""

import asyncio
import gzip
import socket
import struct
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable

import httpx
import pytest

from autoscaler.heroku import connections
from tests.heroku.support import GOOD, MaySend, Turn, Visit, World, always_good, loopback, tick

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Script = Callable[[Visit], Awaitable[None]]


async def drip_head(visit: Visit) -> None:
    await visit.request()
    await visit.send(HEAD + b"X: ")
    while True:
        await visit.send(b"x")
        await tick()


async def drip_body(visit: Visit) -> None:
    await visit.request()
    await visit.send(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        await visit.send(b" ")
        await tick()


async def say_nothing(visit: Visit) -> None:
    await visit.request()
    await asyncio.Event().wait()


async def say_hold_on(visit: Visit) -> None:
    await visit.request()
    while True:
        await visit.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        await tick()


@pytest.mark.parametrize("script", [drip_head, drip_body, say_nothing, say_hold_on])
async def test_the_deadline_is_for_the_whole_answer(script: Script) -> None:
    async with loopback(script) as server, World(server.url, deadline=0.08) as world:
        async with asyncio.timeout(3):
            text = str(await world.transient(world.apply))
        assert "Heroku's answer was not there within 0.08 s" in text
        assert len(server.requests) == 3


async def cut_short(visit: Visit) -> None:
    await visit.request()
    await visit.send(HEAD + b"Content-Length: 100000\r\n\r\n" + GOOD)


async def cut_chunks_short(visit: Visit) -> None:
    await visit.request()
    await visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(GOOD) + GOOD + b"\r\n")


async def not_http(visit: Visit) -> None:
    await visit.request()
    await visit.send(b"220 mail.example ESMTP\r\n\r\n")


async def hang_up(visit: Visit) -> None:
    await visit.request()


@pytest.mark.parametrize("script", [cut_short, cut_chunks_short, not_http, hang_up])
async def test_an_answer_that_breaks_off_cannot_be_read(script: Script) -> None:
    async with loopback(script) as server, World(server.url) as world:
        for call in (world.formation, world.apply):
            assert "Heroku's answer cannot be read: it broke off" in str(await world.transient(call))
        assert len(server.requests) == 6


async def reset(visit: Visit) -> None:
    await visit.request()
    await visit.send(HEAD + b"Content-Length: 1000\r\n\r\n[")
    await tick()
    linger = struct.pack("ii", 1, 0)
    visit.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


async def test_a_reset_in_the_middle_is_named() -> None:
    async with loopback(reset) as server, World(server.url) as world:
        assert "the connection to Heroku was reset" in str(await world.transient())


async def test_a_refused_connection_is_named() -> None:
    async with loopback(always_good) as server:
        pass
    async with World(server.url) as world:
        assert "the connection to Heroku was refused" in str(await world.transient())


async def test_a_server_without_tls_is_named() -> None:
    async with loopback(say_plain) as server, World(server.url.replace("http:", "https:")) as world:
        assert "TLS: no secure connection to Heroku could be made" in str(await world.transient())


async def say_plain(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await visit.reader.read(1)


async def test_a_name_that_cannot_be_looked_up_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    async with World("http://api.heroku.invalid") as world:
        assert "DNS: the address of Heroku's API cannot be looked up" in str(await world.transient())


async def test_an_endless_body_is_cut_off() -> None:
    said = 0

    async def endless(visit: Visit) -> None:
        nonlocal said
        await visit.request()
        await visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            await visit.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            said += 0x10000

    async with loopback(endless) as server, World(server.url) as world:
        assert "longer than 1,000,000 bytes" in str(await world.transient())
    assert said < 60_000_000  # three attempts, and what sockets' buffers take


def packed(script_body: bytes, encoding: str) -> Script:
    async def script(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.answer(script_body, f"Content-Encoding: {encoding}")

    return script


async def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b" " * 100_000_000, 9)
    assert len(bomb) < connections.BODY_LIMIT
    async with loopback(packed(bomb, "gzip")) as server, World(server.url) as world:
        tracemalloc.start()
        text = str(await world.transient())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert "longer than 1,000,000 bytes when unpacked" in text
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("body", "encoding"), [(gzip.compress(GOOD), "GZIP"), (zlib.compress(GOOD), "deflate"), (GOOD, "identity")]
)
async def test_what_a_proxy_packs_is_read(body: bytes, encoding: str) -> None:
    async with loopback(packed(body, encoding)) as server, World(server.url) as world:
        assert len((await world.formation()).types) == 2


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (gzip.compress(GOOD)[:-9], "gzip", "its end is missing"),
        (GOOD, "gzip", "it cannot be unpacked"),
        (GOOD, "br", "in a way that was not asked for"),
        (gzip.compress(gzip.compress(GOOD)), "gzip, gzip", "in a way that was not asked for"),
    ],
)
async def test_what_cannot_be_unpacked_cannot_be_read(body: bytes, encoding: str, why: str) -> None:
    async with loopback(packed(body, encoding)) as server, World(server.url) as world:
        assert why in str(await world.transient())


async def test_a_redirect_of_a_write_is_not_followed() -> None:
    async def redirect(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.answer(b"", "Location: /elsewhere", status="307 Temporary Redirect")

    async with loopback(redirect) as server, World(server.url) as world:
        assert "a redirect (307)" in str(await world.transient(world.apply))
        assert {request.split(b" ")[1] for request in server.requests} == {b"/apps/shop/formation"}


async def test_a_connection_is_kept_for_the_next_call() -> None:
    async with loopback(always_good) as server, World(server.url) as world:
        for _ in range(3):
            await world.formation()
            await world.apply()
        assert len(server.visits) == 1


async def test_a_refusal_does_not_cost_the_connection() -> None:
    async def refuse(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.answer(b'{"id":"not_found","message":"No."}', status="404 Not Found")

    async with loopback(refuse) as server, World(server.url) as world:
        await world.refused()
        await world.refused()
        assert len(server.visits) == 1


async def test_the_connection_used_last_is_used_next() -> None:
    async with loopback(always_good) as server, World(server.url) as world:
        await asyncio.gather(*(world.formation() for _ in range(5)))
        for _ in range(4):
            await world.formation()
        assert sorted(len(visit.requests) for visit in server.visits) == [1, 1, 1, 1, 5]


async def test_connections_that_a_burst_has_left_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback(always_good) as server, World(server.url) as world:
        await asyncio.gather(*(world.formation() for _ in range(5)))
        monkeypatch.setattr(connections, "KEEPALIVE", -1.0)
        await world.formation()
        monkeypatch.undo()
        await until(lambda: all(visit.reader.at_eof() for visit in server.visits))
        await world.formation()


@pytest.mark.parametrize("how", ["between the calls", "as the next call comes"])
async def test_a_connection_closed_while_idle_is_no_failure(how: str) -> None:
    async def once(visit: Visit) -> None:
        await visit.request()
        await visit.answer()
        if how == "as the next call comes":
            await visit.request()

    may_send = MaySend(True)
    async with loopback(once) as server, World(server.url) as world:
        await world.formation()
        if how == "between the calls":
            await until(lambda: server.visits[0].writer.is_closing())
            await tick()
        await world.apply(may_send)
        assert len(server.visits) == 2
        assert world.naps == []
        assert may_send.asked == (2 if how == "as the next call comes" else 1)


async def test_all_connections_closed_while_idle_are_no_failure_either() -> None:
    """The next in line is as dead as the first: a dropped connection must be followed by a new one."""
    answered = asyncio.Event()

    async def once(visit: Visit) -> None:
        await visit.request()
        if len(server.visits) == 5:
            answered.set()
        await answered.wait()
        await visit.answer()
        await visit.request()

    async with loopback(once) as server, World(server.url) as world:
        await asyncio.gather(*(world.formation() for _ in range(5)))
        await world.formation()
        assert world.naps == []
        assert len(server.visits) == 6


async def test_a_new_connection_that_hangs_up_is_a_failure() -> None:
    async def hang_up_first(visit: Visit) -> None:
        if visit.number == 1:
            await visit.request()
        else:
            await always_good(visit)

    async with loopback(hang_up_first) as server, World(server.url) as world:
        await world.formation()
        assert len(world.naps) == 1


async def test_fifty_go_at_a_time() -> None:
    inside, most, full = 0, 0, asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == connections.CONNECTIONS:
            full.set()
        await full.wait()
        for _ in range(20):
            await Turn()
        inside -= 1
        return httpx.Response(200, content=GOOD, request=request)

    async with World(transport=httpx.MockTransport(answer)) as world:
        await asyncio.gather(*(world.formation() for _ in range(300)))
    assert most == 50


async def test_cancelling_at_any_point_gives_the_connection_back() -> None:
    async with loopback(always_good) as server, World(server.url) as world:
        for turns in range(60):
            async with World(server.url) as cold:
                for client in (cold, world):
                    await cancelled(client, turns)
                    assert (await client.formation()).types
                    assert client.naps == []


async def test_cancelled_calls_leave_room_for_others() -> None:
    silent = True

    async def script(visit: Visit) -> None:
        while True:
            await visit.request()
            if not silent:
                await visit.answer()

    async with loopback(script) as server, World(server.url) as world:
        calls = [asyncio.create_task(world.formation()) for _ in range(120)]
        await until(lambda: len(server.requests) == 50)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert all(call.cancelled() for call in calls)
        silent = False
        await asyncio.gather(*(world.formation() for _ in range(60)))


async def test_closing_while_a_call_is_under_way_closes_its_connection_after_it() -> None:
    go = asyncio.Event()

    async def script(visit: Visit) -> None:
        await visit.request()
        await go.wait()
        await visit.answer()
        await visit.request()

    async with loopback(script) as server, World(server.url) as world:
        call = asyncio.create_task(world.formation())
        await until(lambda: bool(server.requests))
        await world.heroku.aclose()
        go.set()
        assert (await call).types
        await until(lambda: server.visits[0].reader.at_eof())


async def test_a_proxy_of_the_environment_is_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with loopback(always_good) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            async with World(url) as world:
                await world.formation()


async def test_a_proxy_of_the_environment_is_for_heroku(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback(always_good) as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        async with World("http://api.heroku.invalid") as world:
            await world.formation()
        assert server.requests[0].startswith(b"GET http://api.heroku.invalid/apps/shop/formation")


async def cancelled(world: World, turns: int) -> None:
    call = asyncio.create_task(world.formation())
    for _ in range(turns):
        await Turn()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await tick(0.001)
