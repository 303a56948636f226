"""Probes of a real PostgreSQL: what counts, what is refused, and that nothing hangs, writes or shows a secret."""

import sys
from collections.abc import Iterator

import psycopg
import pytest

from autoscaler.core.probes import Answer, Busy, Failed, Idle, PostgresProbe
from autoscaler.outside.probes import SECONDS
from tests.outside.probing import asked, silent, stalling
from tests.outside.servers import PASSWORD, Server, free_port

UNFINISHED = "select count(*) from jobs where finished_at is null"
WANTED = "it has to give one number, as select count(*) does"
MANY = "select a.id from jobs a, jobs b, jobs c, jobs d, jobs e, jobs f, jobs g, jobs h"
SET_UP = """
create table jobs (id int, finished_at timestamptz);
insert into jobs select n, case when n > 3 then now() end from generate_series(1, 10) as n;
create function take() returns int language sql as $$ insert into jobs values (0, null) returning 0 $$;
create function blab() returns int language plpgsql as $$ begin raise exception 'secret-path'; end $$;
create role idle_probe login password '{password}';
create role stranger login password '{password}';
grant select on jobs to idle_probe;
"""


@pytest.fixture(scope="session")
def database(postgres: Server) -> Iterator[psycopg.Connection]:
    """A connection of the superuser, to look from beside."""
    with psycopg.connect(url(postgres.port), autocommit=True) as connection:
        connection.execute(SET_UP.format(password=PASSWORD).encode())
        yield connection


def url(port: int, user: str = "root", password: str = PASSWORD) -> str:
    return f"postgres://{user}:{password}@127.0.0.1:{port}/postgres"


async def said(port: int, query: str, seconds: float = SECONDS, user: str = "root", password: str = PASSWORD) -> Answer:
    return await asked(
        PostgresProbe("SHOP_DATABASE_URL", query), {"SHOP_DATABASE_URL": url(port, user, password)}, seconds
    )


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (UNFINISHED, Busy(3)),
        (f"{UNFINISHED};", Busy(3)),
        (f"{UNFINISHED} and id > 3", Idle()),
        ("select sum(id) from jobs", Busy(55)),  # a numeric
        ("select 2.0::float8", Busy(2)),
        ("select exists (select from jobs where finished_at is null)", Busy(1)),
        ("select exists (select from jobs where id > 10)", Idle()),
        ("select count(*) from jobs where '50%' like '%s'", Idle()),
        ("with open as (select 1 from jobs where finished_at is null) select count(*) from open", Busy(3)),
    ],
)
async def test_a_number_is_so_many_unfinished_things(postgres: Server, query: str, answer: Answer) -> None:
    assert await said(postgres.port, query, user="idle_probe") == answer


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("select id from jobs", f"the query gave more than one row; {WANTED}"),
        (MANY, f"the query gave more than one row; {WANTED}"),
        ("select id from jobs where id > 10", f"the query gave no row; {WANTED}"),
        ("select 1, 2", f"the query gave 2 columns; {WANTED}"),
        ("select 'secret-path'", "the query gave a text, not a number"),
        ("select max(id) from jobs where id > 10", "the query gave null, not a number"),
        ("select now()", "the query gave something else, not a number"),
        ("select -1", "the query gave -1; the number of unfinished things is 0 or more"),
        ("select 0.5", "the query gave 0.5, not a whole number"),
        ("select 'NaN'::numeric", "the query gave NaN, not a whole number"),
        ("select 1e300::numeric", "the query gave 1" + "0" * 29 + ", not a whole number"),
        ("select count(*) from job", 'relation "job" does not exist'),
        ("select count(*) from", "syntax error at end of input"),
        ("select 'secret-path'::int", "the query failed (InvalidTextRepresentation)"),
        ("select blab()", "the query failed (RaiseException)"),
    ],
)  # fmt: skip
async def test_what_is_no_number_is_no_answer(postgres: Server, query: str, why: str) -> None:
    assert await said(postgres.port, query) == Failed(f"SHOP_DATABASE_URL: {why}")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("insert into jobs values (0, null) returning 0", "the query writes, and a probe only reads"),
        (
            "with gone as (delete from jobs returning 1) select count(*) from gone",
            "the query writes, and a probe only reads",
        ),
        ("select take()", "the query writes, and a probe only reads"),
        ("select id from jobs where id = 1 for update", "the query writes, and a probe only reads"),
        (
            "select 0; commit; insert into jobs values (0, null)",
            "cannot insert multiple commands into a prepared statement",
        ),
        ("commit", f"the query gives no rows; {WANTED}"),
        ("select set_config('transaction_read_only', 'off', false)", "the query failed (ActiveSqlTransaction)"),
    ],
)
async def test_nothing_is_written(postgres: Server, database: psycopg.Connection, query: str, why: str) -> None:
    answer = await said(postgres.port, query)
    assert database.execute("select count(*), min(id) from jobs").fetchone() == (10, 1)
    assert answer == Failed(f"SHOP_DATABASE_URL: {why}")


async def test_a_role_needs_select_and_no_more(postgres: Server, database: psycopg.Connection) -> None:
    assert await said(postgres.port, UNFINISHED, user="idle_probe") == Busy(3)
    assert await said(postgres.port, UNFINISHED, user="stranger") == Failed(
        "SHOP_DATABASE_URL: permission denied for table jobs; the user needs SELECT on what the query reads"
    )
    assert _others(database) == 0


async def test_a_query_that_takes_long_is_cancelled_by_the_server(
    postgres: Server, database: psycopg.Connection
) -> None:
    assert await said(postgres.port, "select 1 from pg_sleep(60)", seconds=1) == Failed(
        "SHOP_DATABASE_URL: the query took longer than 0.8 seconds and was cancelled"
    )
    assert _others(database) == 0


async def test_a_connection_that_stalls_under_the_query_is_left(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with stalling(postgres.port, b"pg_sleep") as port:
        assert await said(port, "select 1 from pg_sleep(60)", seconds=0.5) == Failed(
            "SHOP_DATABASE_URL: no answer within 0.5 seconds"
        )
    assert PASSWORD not in caplog.text


async def test_a_server_that_says_nothing_is_left(postgres: Server) -> None:
    async with silent() as port:
        assert await said(port, UNFINISHED, seconds=0.3) == Failed("SHOP_DATABASE_URL: no answer within 0.3 seconds")
    assert await said(postgres.port, "select 0") == Idle()


async def test_who_is_not_let_in_is_told_without_the_password(postgres: Server) -> None:
    refused = Failed("SHOP_DATABASE_URL: the user or the password is refused")
    assert await said(postgres.port, UNFINISHED, password="s3cret") == refused
    gone = Failed("SHOP_DATABASE_URL: it cannot be connected to")
    assert await said(free_port(), UNFINISHED) == gone
    assert await said(postgres.port, UNFINISHED, user="root:s3cret@nowhere.invalid/x?y=") == gone


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "the variable SHOP_DATABASE_URL is not set; set it on the app that the autoscaler runs in"),
        (" ", "the variable SHOP_DATABASE_URL is not set; set it on the app that the autoscaler runs in"),
        ("host=127.0.0.1 password=s3cret", "it holds no URL of a database; it begins with postgres://"),
        ("postgres://root:s3cret@[::1/x", "it cannot be connected to"),
        ("postgres://root@localhost/x?s3cret=1", "it cannot be connected to"),
    ],
)
async def test_a_variable_without_a_url_is_named(value: str | None, why: str) -> None:
    environment = {} if value is None else {"SHOP_DATABASE_URL": value}
    probe = PostgresProbe("SHOP_DATABASE_URL", UNFINISHED)
    assert await asked(probe, environment) == Failed(f"SHOP_DATABASE_URL: {why}")


@pytest.mark.usefixtures("database")
async def test_it_works_through_pgbouncer_and_leaves_nothing_behind(pgbouncer: Server) -> None:
    """There is one server connection: what stayed set on it would be everybody's."""
    for _ in range(3):
        assert await said(pgbouncer.port, f"{UNFINISHED} and 'läuft' <> '済'") == Busy(3)
    assert await said(pgbouncer.port, "select take()") == Failed(
        "SHOP_DATABASE_URL: the query writes, and a probe only reads"
    )
    with psycopg.connect(url(pgbouncer.port), autocommit=True, prepare_threshold=None) as other:
        assert other.execute(
            "select count(*) from pg_settings where name = 'transaction_read_only' and setting = 'off'"
        ).fetchone() == (1,)
        assert other.execute("select setting::int from pg_settings where name = 'statement_timeout'").fetchone() == (0,)


async def test_without_its_library_it_says_what_to_install(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert await said(postgres.port, UNFINISHED) == Failed(
        "SHOP_DATABASE_URL: psycopg is not installed: pip install 'dyno-autoscaler[postgres]'"
    )


def _others(database: psycopg.Connection) -> int:
    """How many other connections are at a query: one that was left is not."""
    found = database.execute(
        "select count(*) from pg_stat_activity where application_name = 'dyno-autoscaler probe' and state = 'active'"
    ).fetchone()
    assert found is not None
    count: int = found[0]
    return count
