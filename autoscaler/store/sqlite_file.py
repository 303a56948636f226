"""An SQLite file, as one thread at a time works with it. Raises what sqlite3 and the system raise."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path

from autoscaler.store import database as limits
from autoscaler.store.database import Row
from autoscaler.store.migrating import FOUND, VERSIONS, pending


class SqliteFile:
    """One connection, which is kept: opening and closing for each statement takes five times as long as its commit."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._connection: sqlite3.Connection | None = None
        self._opened: os.stat_result | None = None

    def version(self) -> int | None:
        """The number of the last migration; None where there is no file or nothing of ours in it."""
        if self._seen() is None:
            return None
        connection = self._open()
        if not connection.execute("select 1 from sqlite_master where name = 'schema_version'").fetchall():
            return None
        return int(connection.execute(FOUND).fetchone()[0])

    def migrate(self) -> int:
        """Make the file, or bring it up to date."""
        with _alone_in(self._path.absolute().parent), closing(self._connect("rwc")) as connection:
            # A reader that stays then keeps nobody from writing. SQLite does not wait for others here: we do.
            connection.execute("pragma journal_mode = wal")
        with self._transaction() as connection:
            connection.execute(VERSIONS)
            for statement in pending(int(connection.execute(FOUND).fetchone()[0])):
                connection.execute(statement)
            return int(connection.execute(FOUND).fetchone()[0])

    def execute(self, statements: Iterable[tuple[str, Mapping[str, str | int | None]]]) -> list[Row]:
        """Statements in one transaction, and the rows of the last."""
        rows: list[Row] = []
        with self._transaction() as connection:
            for sql, values in statements:
                rows = connection.execute(sql, values).fetchall()
        return rows

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        connection.execute("begin immediate")
        try:
            yield connection
            connection.execute("commit")
        except BaseException:
            self.close()  # which undoes what was not committed, whatever state it is in
            raise

    def _open(self) -> sqlite3.Connection:
        """The connection to what is at the path now: what was moved away, nobody else would ever read."""
        seen = self._seen()
        if self._connection is None or seen is None or not os.path.samestat(seen, self._opened or seen):
            self.close()
            self._connection, self._opened = self._connect("rw"), seen
        return self._connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        """`rw` opens only what is there, `rwc` makes it."""
        address = f"{self._path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(
            address, uri=True, timeout=limits.BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute(
                "pragma synchronous = full"
            )  # a claim outlives a power cut, whatever the build's default
        except BaseException:
            connection.close()  # nobody else would, as long as the error is looked at
            raise
        return connection

    def _seen(self) -> os.stat_result | None:
        with suppress(FileNotFoundError):
            return self._path.stat()
        return None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """With no other of us in `folder`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)
