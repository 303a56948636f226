"""The store in an SQLite file.

Each call opens the file anew (0.2 ms): a file that was moved away or replaced is noticed instead of being written to
when nobody will read it any more, and nothing is left over from a call that hung on its disk.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TypeVar

from autoscaler.core.memory import StoreError
from autoscaler.store import database as limits
from autoscaler.store.database import Row, Value
from autoscaler.store.migrating import FOUND, VERSIONS, pending

T = TypeVar("T")

_REASONS = {
    sqlite3.SQLITE_BUSY: "another program holds it locked",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; is its folder there, and may files be made in it?",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; move it away and a new one is made, which remembers nothing",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk does not read or write it",
    sqlite3.SQLITE_NOTADB: "that file is no SQLite database; move it away, or name another in AUTOSCALER_STATE",
    sqlite3.SQLITE_PERM: "it may not be read",
    sqlite3.SQLITE_READONLY: "it may not be written",
}


class Sqlite:
    """A Database in a file that need not be there yet."""

    def __init__(self, path: str) -> None:
        self.name = f"the store {path}"
        self.missing = f"{self.name} has not been made yet: `autoscaler run` makes it"
        self._path = Path(path)
        self._turn = asyncio.Lock()

    async def version(self) -> int | None:
        """The number of the last migration; None where there is no file or nothing of ours in it. Raises StoreError."""
        return await self._within(self._version)

    async def migrate(self) -> int:
        """Make the file or bring it up to date. Raises StoreError."""
        return await self._within(self._migrate)

    async def execute(self, sql: str, values: Mapping[str, Value]) -> list[Row]:
        """One statement in a transaction of its own, and its rows. Raises StoreError."""
        stored = {name: _text(value) if isinstance(value, datetime) else value for name, value in values.items()}

        def work() -> list[Row]:
            with self._transaction("rw") as connection:
                return connection.execute(sql, stored).fetchall()

        return await self._within(work)

    async def aclose(self) -> None:
        """Nothing is open between calls."""

    def _version(self) -> int | None:
        if not self._path.exists():
            return None
        with self._open("rw") as connection:
            if not connection.execute("select 1 from sqlite_master where name = 'schema_version'").fetchall():
                return None
            return int(connection.execute(FOUND).fetchone()[0])

    def _migrate(self) -> int:
        with self._open("rwc") as connection:
            _write_ahead(connection)
        with self._transaction("rw") as connection:
            connection.execute(VERSIONS)
            for statement in pending(int(connection.execute(FOUND).fetchone()[0])):
                connection.execute(statement)
            return int(connection.execute(FOUND).fetchone()[0])

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[sqlite3.Connection]:
        with self._open(mode) as connection:
            connection.execute("begin immediate")
            yield connection
            connection.execute("commit")  # closing without it undoes

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=limits.BUSY, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    async def _within(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(limits.SECONDS), self._turn:
                return await _in_thread(work)
        except TimeoutError:
            raise StoreError(f"{self.name}: no answer within {limits.SECONDS:g} seconds") from None
        except sqlite3.Error as error:
            raise StoreError(f"{self.name}: {_reason(error)}") from None
        except OSError as error:  # looking for the file
            raise StoreError(f"{self.name}: {error.strerror or 'it cannot be read'}") from None


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let a reader that stays not keep the daemon from writing: a property of the file, given to it once.

    SQLite does not wait for others at the change itself, but does for the lock that is kept for it.
    """
    if connection.execute("pragma journal_mode").fetchone() == ("wal",):
        return
    connection.execute("pragma locking_mode = exclusive")
    connection.execute("begin exclusive")
    connection.execute("commit")
    connection.execute("pragma journal_mode = wal")


async def _in_thread(work: Callable[[], T]) -> T:
    """What `work` gives, from a thread that nobody waits for when the program ends: a disk may hang for ever."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as caught:
            error = caught
        with suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    Thread(target=run, name="store", daemon=True).start()
    return await outcome


def _reason(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return "SQLite cannot do it"
    return _REASONS.get(code & 0xFF, f"SQLite says {error.sqlite_errorname}")


def _text(at: datetime) -> str:
    """Of one length for every instant, so that texts sort as instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
