"""Both stores, each in a place of its own; PostgreSQL also through PgBouncer in transaction mode."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest

from autoscaler.store import Store, open_store
from tests.servers import PostgresServer, pgbouncer
from tests.servers import postgres as postgres

Opening = Callable[..., Awaitable[Store]]


@pytest.fixture(params=["sqlite", "postgres", "pgbouncer"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be made."""
    if request.param == "sqlite":
        return str(tmp_path / "autoscaler.sqlite3")
    server: PostgresServer = request.getfixturevalue("postgres")
    server.execute("drop schema if exists autoscaler cascade")
    return server.url(port=request.getfixturevalue("bouncer") if request.param == "pgbouncer" else 0)


@pytest.fixture
async def opening(address: str) -> AsyncIterator[Opening]:
    """Opens the store, as often as wanted."""
    async with AsyncExitStack() as stack:

        async def open_(migrate: bool = True) -> Store:
            return await stack.enter_async_context(aclosing(await open_store(address, migrate=migrate)))

        yield open_


@pytest.fixture
async def store(opening: Opening) -> Store:
    return await opening()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database with nothing in it."""
    with postgres.new_database() as url:
        yield url


@pytest.fixture(scope="session")
def bouncer(postgres: PostgresServer) -> Iterator[int]:
    """The port of a PgBouncer in transaction mode before the session's PostgreSQL."""
    with pgbouncer(postgres) as port:
        yield port
