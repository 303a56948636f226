"""What can be wrong with a server: one sentence soon, no secret in it, and well again afterwards."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager

import psycopg
import pytest

from autoscaler.core.memory import StoreError
from autoscaler.store import Store, open_store
from tests.servers import PASSWORD, USER, PostgresServer, free_port
from tests.store.facts import COMMAND, NOON, RUN

SECRET = "planted-and-hushed"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    made = await open_store(postgres_url, migrate=True)
    yield made
    await made.aclose()


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is looked up outside this machine."""
    lookup = socket.getaddrinfo

    def look(host: str, *arguments: int, **options: int) -> object:
        if host != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, f"nobody knows {host}")
        return lookup(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look)


@contextmanager
def told(match: str) -> Iterator[None]:
    """A StoreError of one sentence without anything of the URL."""
    with pytest.raises(StoreError, match=match) as error:
        yield
    for secret in (PASSWORD, SECRET, USER, "127.0.0.1", "postgres://", "\n"):
        assert secret not in str(error.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((PASSWORD, SECRET), "the user or the password in DATABASE_URL is not accepted"),
        ((f":{PASSWORD}@", "@"), "the user or the password in DATABASE_URL is not accepted"),
        ((USER, "nobody"), "the user or the password in DATABASE_URL is not accepted"),
        (("/test_", "/none_"), "there is no such database"),
        ((PASSWORD, f"%zz{SECRET}"), "DATABASE_URL is no URL that can be read"),
        ((PASSWORD, f"a@{SECRET}"), "its host is not known"),
        ((PASSWORD, f"a/{SECRET}"), "its host is not known"),
        (("127.0.0.1", "database.invalid"), "its host is not known"),
    ],
)
async def test_a_url_that_does_not_lead_in_is_told(postgres_url: str, change: tuple[str, str], sentence: str) -> None:
    with told(sentence):
        await open_store(postgres_url.replace(*change), migrate=True)


async def test_a_server_that_is_not_there_is_told(postgres: PostgresServer) -> None:
    with told("nobody answers there"):
        await open_store(postgres.url(port=free_port()), migrate=True)


async def test_a_server_that_never_answers_is_told_in_time(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoscaler.store.database.SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, told(r"no answer within 0\.1 seconds"):
        await open_store(postgres.url(port=silent.getsockname()[1]), migrate=True)


async def test_both_spellings_of_the_scheme_and_an_sslmode_are_taken(postgres_url: str) -> None:
    url = postgres_url.replace("postgres://", "postgresql://")
    await (await open_store(f"{url}?sslmode=disable", migrate=True)).aclose()
    with told("it does not agree with us about TLS"):
        await open_store(f"{url}?sslmode=require", migrate=True)


async def test_it_lives_beside_an_app_s_own_tables(postgres: PostgresServer, postgres_url: str) -> None:
    postgres.execute("create table runs (marathon text)", postgres_url)
    store = await open_store(postgres_url, migrate=True)
    assert await store.claim(RUN, COMMAND, NOON)
    await store.aclose()
    tables = "select table_schema, table_name from information_schema.tables where table_name in ('runs', 'closings')"
    assert sorted(postgres.execute(tables, postgres_url)) == [
        ("autoscaler", "closings"),
        ("autoscaler", "runs"),
        ("public", "runs"),
    ]
    assert postgres.execute("select * from public.runs", postgres_url) == []


async def test_the_session_of_others_behind_a_pooler_is_left_as_it_was(postgres: PostgresServer, bouncer: int) -> None:
    postgres.execute("drop schema if exists autoscaler cascade")
    url = postgres.url(port=bouncer)
    async with aclosing(await open_store(url, migrate=True)) as store:
        assert await store.claim(RUN, COMMAND, NOON)
    for setting, value in (("search_path", '"$user", public'), ("statement_timeout", "0")):
        assert postgres.execute(f"show {setting}", url) == [(value,)]


async def test_a_server_that_restarts_in_mid_run_is_told_while_it_is_away(
    store: Store, postgres: PostgresServer
) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    postgres.stop()
    try:
        for _ in range(2):
            with told("nobody answers there"):
                await store.runs()
    finally:
        postgres.start()
    assert len(await store.runs()) == 1


async def test_a_connection_that_was_lost_meanwhile_is_made_anew(store: Store, postgres: PostgresServer) -> None:
    throw_out(postgres)
    assert await store.claim(RUN, COMMAND, NOON)
    throw_out(postgres)
    assert not await store.claim(RUN, COMMAND, NOON)


async def test_a_server_that_hangs_is_told_in_time_and_is_well_afterwards(
    store: Store, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pid,) = backends(postgres)
    os.kill(pid, signal.SIGSTOP)
    try:
        with monkeypatch.context() as hurried, told(r"no answer within 0\.1 seconds"):
            hurried.setattr("autoscaler.store.database.SECONDS", 0.1)
            await store.claim(RUN, COMMAND, NOON)
        assert await store.claim(RUN, COMMAND, NOON)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert len(await store.runs()) == 1


async def test_many_that_wait_for_a_server_that_hangs_are_all_told_in_time(
    store: Store, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pid,) = backends(postgres)
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr("autoscaler.store.database.SECONDS", 0.2)
    try:
        async with asyncio.timeout(2):
            answers = await asyncio.gather(*(store.runs() for _ in range(20)), return_exceptions=True)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert StoreError in {type(answer) for answer in answers}
    assert {type(answer) for answer in answers} <= {StoreError, tuple}


async def test_who_gives_up_is_not_kept_by_a_server_that_hangs(store: Store, postgres: PostgresServer) -> None:
    (pid,) = backends(postgres)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await store.runs()
        async with asyncio.timeout(2):
            assert await store.runs() == ()
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_locked_table_is_told_and_is_well_afterwards(
    store: Store, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoscaler.store.database.BUSY", 0.05)
    with psycopg.connect(postgres_url) as other:
        other.execute("lock table autoscaler.runs")
        with told("another program may hold it locked"):
            await store.claim(RUN, COMMAND, NOON)
    assert await store.claim(RUN, COMMAND, NOON)


async def test_a_database_that_is_only_read_is_told(postgres: PostgresServer, store: Store, postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    postgres.execute(f"alter database {database} set default_transaction_read_only = on")
    throw_out(postgres)
    with told("it can only be read"):
        await store.claim(RUN, COMMAND, NOON)
    assert await store.runs() == ()


async def test_tables_that_go_in_mid_run_are_told(postgres: PostgresServer, store: Store, postgres_url: str) -> None:
    postgres.execute("drop schema autoscaler cascade", postgres_url)
    with told("its tables are gone"):
        await store.claim(RUN, COMMAND, NOON)


async def test_a_user_that_may_not_make_a_schema_is_told(postgres: PostgresServer, postgres_url: str) -> None:
    postgres.execute(f"create role weak login password '{SECRET}'")
    with told("the user in DATABASE_URL may not do that"):
        await open_store(postgres_url.replace(f"{USER}:{PASSWORD}", f"weak:{SECRET}"), migrate=True)


async def test_a_claim_whose_answer_was_lost_is_still_the_caller_s(postgres: PostgresServer, postgres_url: str) -> None:
    async with cutting(postgres.port) as cutter:
        url = postgres_url.replace(f":{postgres.port}/", f":{cutter.port}/") + "?sslmode=disable"
        store = await open_store(url, migrate=True)
        cutter.armed = True
        assert await store.claim(RUN, COMMAND, NOON)
        assert not cutter.armed
        assert not await store.claim(RUN, COMMAND, NOON)
        await store.aclose()


class Cutter:
    """A wire that, once armed, carries one more commit to the server, and breaks instead of bringing the answer."""

    port = 0
    armed = False
    cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)

        async def asks() -> None:
            while data := await reader.read(65536):
                self.cut = self.armed and b"COMMIT" in data
                back.write(data)

        asking = asyncio.ensure_future(asks())
        while data := await there.read(65536):
            if self.cut:
                self.cut = self.armed = False
                break
            writer.write(data)
        asking.cancel()
        for each in (writer, back):
            each.close()
        await asyncio.gather(asking, writer.wait_closed(), back.wait_closed(), return_exceptions=True)


@asynccontextmanager
async def cutting(target: int) -> AsyncIterator[Cutter]:
    cutter = Cutter()
    carried: set[asyncio.Task[None]] = set()

    def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carried.add(asyncio.ensure_future(cutter.carry(reader, writer, target)))

    async with await asyncio.start_server(carry, "127.0.0.1", 0) as server:
        cutter.port = server.sockets[0].getsockname()[1]
        yield cutter
        await asyncio.wait(carried)


def backends(postgres: PostgresServer) -> list[int]:
    """The processes that serve us."""
    rows = postgres.execute("select pid from pg_stat_activity where application_name = 'autoscaler'")
    return [int(str(row[0])) for row in rows]


def throw_out(postgres: PostgresServer) -> None:
    postgres.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'autoscaler'")
