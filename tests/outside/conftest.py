"""The servers of the probes' tests, started once."""

from collections.abc import Iterator

import pytest

from tests.outside import servers
from tests.outside.servers import Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def pgbouncer(postgres: Server) -> Iterator[Server]:
    with servers.pgbouncer(postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[Server]:
    with servers.redis() as server:
        yield server
