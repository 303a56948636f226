"""A sandbox with a clock that only moves when told to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from autoscaler.sandbox import World, create_app
from tests.sandbox.asking import HEADERS, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def world(clock: Clock) -> World:
    shop = {"web": "standard-1x", "worker": "standard-1x"}
    return World.of({"example-shop": shop, "basic-blog": {"web": "basic", "clock": "basic"}}, now=clock.now)


@pytest.fixture
async def api(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=HEADERS) as client:
        yield client
