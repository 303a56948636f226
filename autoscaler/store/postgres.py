"""The store in a PostgreSQL database, in a schema of its own, beside whatever else is there.

Nothing is kept in the session, so that it works through PgBouncer in transaction mode: what a transaction needs is set
in it, and no statement is prepared. One connection is kept and made anew when it was lost.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import psycopg

from autoscaler.core.memory import StoreError
from autoscaler.store import database as limits
from autoscaler.store.database import Row, Statement
from autoscaler.store.migrating import FOUND, VERSIONS, pending
from autoscaler.store.postgres_errors import reason

T = TypeVar("T")
Connection = psycopg.AsyncConnection[Row]

NAME = "the store in PostgreSQL (DATABASE_URL)"

_NAMED = re.compile(r":(\w+)")
_LOCAL = "select set_config('search_path', 'autoscaler', true), set_config('statement_timeout', %s, true)"
_MIGRATING = 0x6475_7363  # any number that no other program takes
_MADE = "select to_regclass('autoscaler.schema_version') is not null"


class Postgres:
    """A Database behind a URL, which is never shown."""

    name = NAME
    missing = (
        "there is no autoscaler schema in the database that DATABASE_URL names: `autoscaler run` makes it in its own; "
        "where this DATABASE_URL is another app's, set it to the autoscaler's for this command"
    )

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what it has to say is told by our errors

    async def version(self) -> int | None:
        """The number of the last migration; None where the schema is not there. Raises StoreError."""

        async def work(connection: Connection) -> int | None:
            return await _found(connection) if await _one(connection, _MADE) else None

        return await self._within(work)

    async def migrate(self) -> int:
        """Make the schema or bring it up to date; two at once wait for each other. Raises StoreError."""

        async def work(connection: Connection) -> int:
            await connection.execute("select pg_advisory_xact_lock(%s)", [_MIGRATING])
            await connection.execute("create schema if not exists autoscaler")
            await connection.execute(VERSIONS)
            for statement in pending(await _found(connection)):
                await connection.execute(statement.encode())
            return await _found(connection)

        return await self._within(work)

    async def execute(self, *statements: Statement) -> list[Row]:
        """Statements in one transaction, and the rows of the last. Raises StoreError."""

        async def work(connection: Connection) -> list[Row]:
            rows: list[Row] = []
            for sql, values in statements:
                cursor = await connection.execute(_NAMED.sub(r"%(\1)s", sql).encode(), values)
                rows = await cursor.fetchall() if cursor.description else []
            return rows

        return await self._within(work)

    async def aclose(self) -> None:
        """Close the connection."""
        self._drop()

    async def _within(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """`work` in a transaction when it is its turn; late, its connection is dropped. Raises StoreError."""
        try:
            async with asyncio.timeout(limits.SECONDS), self._turn:
                return await self._dropping(self._trying(work))
        except TimeoutError:
            raise StoreError(f"{NAME}: no answer within {limits.SECONDS:g} seconds") from None
        except (psycopg.Error, OSError, UnicodeError) as error:
            raise StoreError(f"{NAME}: {reason(error)}") from None

    async def _dropping(self, work: Coroutine[Any, Any, T]) -> T:
        """`work`; where it is given up, its connection goes first: psycopg would wait for a server that hangs."""
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._drop()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise

    async def _trying(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """`work` once more on a new connection where the kept one turns out to be gone."""
        kept = self._connection
        try:
            return await self._transaction(work)
        except psycopg.OperationalError:
            if kept is None or not kept.closed:
                raise
        return await self._transaction(work)

    async def _transaction(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        connection = self._connection = self._connection or await self._connect()
        try:
            async with connection.transaction():
                await connection.execute(_LOCAL, [f"{limits.BUSY * 1000:.0f}"])
                return await work(connection)
        finally:
            if connection.closed:
                self._connection = None

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, prepare_threshold=None, application_name="autoscaler"
        )

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.pgconn.finish()
            self._connection = None


async def _found(connection: Connection) -> int:
    return int(await _one(connection, FOUND))


async def _one(connection: Connection, sql: str) -> int:
    row = await (await connection.execute(sql.encode())).fetchone()
    assert row is not None  # a select of one value
    return int(row[0])
