"""The store in an SQLite file: worked with in threads, and left alone by whoever would have to wait too long."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from typing import TypeVar

from autoscaler.core.masking import mask_addresses
from autoscaler.core.memory import StoreError
from autoscaler.store import database as limits
from autoscaler.store.database import Row, Statement, Value
from autoscaler.store.sqlite_file import SqliteFile

T = TypeVar("T")

_NOT_OPENED = "it cannot be opened; is its folder there, and may files be made in it?"
_REASONS = {
    sqlite3.SQLITE_BUSY: "another program holds it locked",
    sqlite3.SQLITE_CANTOPEN: _NOT_OPENED,
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
        self.name = f"the store {mask_addresses(str(path))}"  # DATABASE_URL may have been mistyped
        self.missing = f"{self.name} has not been made yet: `autoscaler run` makes it"
        self._path = path
        self._file = SqliteFile(path)
        self._turn = asyncio.Lock()

    async def version(self) -> int | None:
        """The number of the last migration; None where there is no file or nothing of ours in it. Raises StoreError."""
        return await self._within(SqliteFile.version)

    async def migrate(self) -> int:
        """Make the file or bring it up to date. Raises StoreError."""
        return await self._within(SqliteFile.migrate)

    async def execute(self, *statements: Statement) -> list[Row]:
        """Statements in one transaction, and the rows of the last. Raises StoreError."""
        stored = [(sql, {name: _stored(value) for name, value in values.items()}) for sql, values in statements]
        return await self._within(lambda file: file.execute(stored))

    async def aclose(self) -> None:
        """Let go of the file."""
        with suppress(StoreError):
            await self._within(SqliteFile.close)

    async def _within(self, work: Callable[[SqliteFile], T]) -> T:
        """`work` when it is its turn; late, it is left with its connection to whatever holds it. Raises StoreError."""
        try:
            async with asyncio.timeout(limits.SECONDS), self._turn:
                try:
                    return await _in_thread(partial(work, self._file))
                except asyncio.CancelledError:
                    self._file = SqliteFile(self._path)
                    raise
        except TimeoutError:
            raise StoreError(f"{self.name}: no answer within {limits.SECONDS:g} seconds") from None
        except sqlite3.Error as error:
            raise StoreError(f"{self.name}: {_reason(error)}") from None
        except OSError:
            raise StoreError(f"{self.name}: {_NOT_OPENED}") from None


async def _in_thread(work: Callable[[], T]) -> T:
    """What `work` gives, from a thread that nobody waits for when the program ends: a disk may hang for ever."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Callable[[], T]] = loop.create_future()

    def run() -> None:
        done = _outcome(work)
        with suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(lambda: None if outcome.done() else outcome.set_result(done))

    Thread(target=run, name="store", daemon=True).start()
    return (await outcome)()


def _outcome(work: Callable[[], T]) -> Callable[[], T]:
    """What gives or raises what `work` gave or raised."""
    try:
        result = work()
    except BaseException as caught:
        error = caught

        def fail() -> T:
            raise error

        return fail
    return lambda: result


def _reason(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return "SQLite cannot do it"
    return _REASONS.get(code & 0xFF, f"SQLite says {error.sqlite_errorname}")


def _stored(value: Value) -> str | int | None:
    """An instant as a text, of one length for every one, so that texts sort as instants do."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
