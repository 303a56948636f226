"""How often a call tries, how long it waits, and when it gives up."""

import asyncio
import random
import time

import httpx
import pytest
import respx

from autoscaler.core.platform import Transient
from autoscaler.heroku import Heroku, Patience
from autoscaler.heroku.retry import retry_after
from tests.heroku.support import GOOD, SHOP, TOKEN, WRITES, Clock, MaySend, Turn, World

FINE = httpx.Response(200, content=GOOD)
DOWN = httpx.Response(503)


async def test_a_call_is_tried_three_times_with_jitter(web: respx.MockRouter, world: World) -> None:
    web.route().mock(return_value=DOWN)
    await world.transient()
    dice = random.Random(7)
    assert world.naps == [dice.uniform(0, 0.5), dice.uniform(0, 1.0)]
    assert len(web.calls) == 3
    ids = [call.request.headers["Request-Id"] for call in web.calls]
    assert len(set(ids)) == 3


async def test_the_second_attempt_may_be_the_one(web: respx.MockRouter, world: World) -> None:
    web.route().mock(side_effect=[httpx.ReadTimeout("x"), FINE, DOWN, DOWN, FINE])
    assert (await world.formation()).types
    await world.apply()
    assert len(web.calls) == 5
    assert len({call.request.content for call in web.calls if call.request.method == "PATCH"}) == 1


NOON = Clock()()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("0", 1),
        ("0.2", 1),
        ("900", 900),
        ("901", 900),
        ("86400", 900),
        ("999999999", 900),
        ("-1", None),
        ("+1", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        ("\u0667", None),
        ("9" * 400, None),
        ("soon", None),
        ("1,2", None),
        ("Mon, 23 Nov 2026 22:00:07 GMT", 7),
        ("Tue, 24 Nov 2026 22:00:00 GMT", 900),
        ("Mon, 23 Nov 2026 21:59:59 GMT", None),
        ("Mon, 23 Nov 2026 22:00:07 -0000", 7),
        ("Mon, 32 Nov 2026 22:00:07 GMT", None),
        (f"{NOON.timestamp() + 60:.0f}", 60),
        (f"{NOON.timestamp() + 86400:.0f}", 900),
        ("1353003093", None),
    ],
)
def test_retry_after_is_seconds_or_an_instant(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOON) == seconds


def test_a_date_of_no_zone_is_not_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert retry_after("Mon, 23 Nov 2026 22:00:07 -0000", NOON) == 7
    time.tzset()


async def test_a_short_wait_that_was_asked_for_is_waited(web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).mock(side_effect=[httpx.Response(503, headers={"Retry-After": "10"}), FINE])
    await world.formation()
    assert 10 <= world.naps[0] <= 10.5


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_long_wait_is_left_to_the_caller(status: int, web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).respond(status, headers={"Retry-After": "11"})
    error = await world.transient()
    assert (error.retry_after, error.everywhere) == (11, status == 429)
    assert len(web.calls) == 1
    assert world.naps == []


async def test_the_accounts_limit_is_not_asked_again(web: respx.MockRouter, world: World) -> None:
    web.route().respond(429, json={"id": "rate_limit", "message": "Your account reached the API rate limit\nWait."})
    for call in (world.formation, world.apply):
        error = await world.transient(call)
        assert (error.retry_after, error.everywhere) == (None, True)
    assert len(web.calls) == 2


async def test_may_send_is_asked_before_every_attempt(web: respx.MockRouter, world: World) -> None:
    web.patch(SHOP).mock(return_value=DOWN)
    may_send = MaySend(True, True, False)
    error = await world.transient(lambda: world.apply(may_send))
    assert "not sent" in str(error)
    assert len(web.calls) == 2
    assert may_send.asked == 3


async def test_nothing_is_sent_that_may_not_be(web: respx.MockRouter, world: World) -> None:
    web.patch(SHOP).mock(return_value=FINE)
    may_send = MaySend(False)
    error = await world.transient(lambda: world.apply(may_send))
    assert "shop: not sent: these may no longer be the right values" in str(error)
    assert (may_send.asked, world.naps, len(web.calls)) == (1, [], 0)


async def test_may_send_is_asked_when_it_is_our_turn() -> None:
    """Not when the call begins: 50 others may go first, and the values may be the right ones no longer."""
    gate, may_send = asyncio.Event(), MaySend(True)

    async def answer(request: httpx.Request) -> httpx.Response:
        await gate.wait()
        return httpx.Response(200, content=GOOD, request=request)

    async with World(transport=httpx.MockTransport(answer)) as world:
        calls = [asyncio.create_task(world.formation()) for _ in range(50)]
        late = asyncio.create_task(world.apply(may_send))
        for _ in range(30):
            await Turn()
        assert may_send.asked == 0
        gate.set()
        await asyncio.gather(late, *calls)
    assert may_send.asked == 1


@pytest.mark.parametrize("when", ["waiting for an answer", "waiting to try again"])
async def test_a_cancelled_call_ends_at_once(when: str) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if when == "waiting for an answer":
            begun.set()
            await never.wait()
        return httpx.Response(503, request=request)

    async def sleep(seconds: float) -> None:
        assert seconds >= 0
        begun.set()
        await never.wait()

    heroku = Heroku(
        TOKEN, now=Clock(), transport=httpx.MockTransport(answer), patience=Patience(sleep=sleep, rng=random.Random(7))
    )
    call = asyncio.create_task(heroku.apply("shop", WRITES, lambda: True))
    await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await heroku.aclose()


async def test_a_call_that_waits_to_try_again_holds_nobody_up() -> None:
    wake = asyncio.Event()
    waiting: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        down = b"lame" in request.url.raw_path and not wake.is_set()
        return httpx.Response(503) if down else httpx.Response(200, content=GOOD)

    async def sleep(seconds: float) -> None:
        waiting.append(seconds)
        await wake.wait()

    heroku = Heroku(
        TOKEN, now=Clock(), transport=httpx.MockTransport(answer), patience=Patience(sleep=sleep, reads=None)
    )
    lame = [asyncio.create_task(heroku.formation(f"lame-{number}")) for number in range(200)]
    while len(waiting) < 200:
        await Turn()
    assert (await heroku.formation("quick")).types
    wake.set()
    assert len(await asyncio.gather(*lame)) == 200
    await heroku.aclose()


class TestBudget:
    """Reads stop before the account's limit is reached; writes go on."""

    async def low(self, web: respx.MockRouter, world: World, remaining: str) -> None:
        web.route().respond(200, content=GOOD, headers={"RateLimit-Remaining": remaining})
        await world.formation()

    async def test_reads_wait_when_little_is_left(self, web: respx.MockRouter, world: World) -> None:
        await self.low(web, world, "40")
        error = await world.transient()
        assert "the account has 40 requests left, which are kept for changes" in str(error)
        assert (error.retry_after, error.everywhere) == (48, True)
        assert (len(web.calls), world.naps) == (1, [])
        await world.apply()
        assert len(web.calls) == 2

    async def test_reads_go_on_when_it_is_refilled(self, web: respx.MockRouter, world: World) -> None:
        await self.low(web, world, "40")
        world.clock.advance(47)
        assert (await world.transient()).retry_after == pytest.approx(1)
        world.clock.advance(1)
        await world.formation()
        assert len(web.calls) == 2
        assert (await world.transient()).retry_after == 48

    async def test_a_clock_that_is_set_back_stretches_nothing(self, web: respx.MockRouter, world: World) -> None:
        await self.low(web, world, "40")
        world.clock.advance(-7200)
        assert (await world.transient()).retry_after == 48
        world.clock.advance(48)
        await world.formation()

    @pytest.mark.parametrize("header", ["100", "4500", "", "many", "-5", "1e9", "\u0663", "9" * 5000])
    async def test_reads_go_on_otherwise(self, header: str, web: respx.MockRouter, world: World) -> None:
        headers = [(b"RateLimit-Remaining", header.encode())]
        web.route().mock(return_value=httpx.Response(200, content=GOOD, headers=headers))
        await world.formation()
        await world.formation()
        assert len(web.calls) == 2

    async def test_refusals_tell_it_too(self, web: respx.MockRouter, world: World) -> None:
        web.route().respond(404, headers={"RateLimit-Remaining": "7"})
        await world.refused()
        assert world.heroku.remaining == 7
        assert isinstance(await world.refused(), Transient)


async def test_no_two_clients_wait_alike() -> None:
    assert Patience().rng.random() != Patience().rng.random()
