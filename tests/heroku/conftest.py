"""A client before respx, which answers instead of Heroku."""

from collections.abc import AsyncIterator, Iterator

import pytest
import respx

from tests.heroku.support import World


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


@pytest.fixture
async def world(web: respx.MockRouter) -> AsyncIterator[World]:
    assert web is not None
    async with World() as world:
        yield world
