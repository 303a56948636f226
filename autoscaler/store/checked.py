"""A database that is opened, made and brought up to date by the first statement that needs it."""

import asyncio

from autoscaler.core.memory import StoreError
from autoscaler.store import database as limits
from autoscaler.store.database import Database, Row, Statement
from autoscaler.store.migrating import LATEST, newer, older

_POSTGRES = ("postgres://", "postgresql://")
_NO_DRIVER = "DATABASE_URL is set, but psycopg is not installed: pip install 'dyno-autoscaler[postgres]'"
_NO_URL = "DATABASE_URL names no PostgreSQL database: expected postgres://USER:PASSWORD@HOST/DATABASE"


class Checked:
    """Carries out statements in a store of this program's version; after trouble it looks at the version again.

    `migrate` makes the store where there is none and brings it up to date. It is made once only: where it goes in
    mid-run, nobody knows any more which jobs were claimed, and a new one would let them start again.
    """

    def __init__(self, address: str, *, migrate: bool) -> None:
        self._address = address
        self._migrate = migrate
        self._seen = False
        self._right = False
        self._turn = asyncio.Lock()
        self._opened: Database | None = None

    async def check(self) -> None:
        """Raises StoreError, also where there is no store, or one of another version."""
        await self.execute()

    async def execute(self, *statements: Statement) -> list[Row]:
        """Statements in one transaction, within SECONDS with opening and all. Raises StoreError."""
        try:
            async with asyncio.timeout(limits.SECONDS):
                database = await self._checked()
                return await database.execute(*statements) if statements else []
        except TimeoutError:
            self._right = False
            name = "the store" if self._opened is None else self._opened.name
            raise StoreError(f"{name}: no answer within {limits.SECONDS:g} seconds") from None
        except StoreError:
            self._right = False
            raise

    async def aclose(self) -> None:
        """Let go of the database."""
        database, self._opened, self._right = self._opened, None, False
        if database is not None:
            await database.aclose()

    async def _checked(self) -> Database:
        async with self._turn:
            database = self._opened = self._opened or _database(self._address)
            if not self._right:
                await self._bring_up_to_date(database)
                self._seen = self._right = True
            return database

    async def _bring_up_to_date(self, database: Database) -> None:
        found = await database.version()
        may_make = self._migrate and not self._seen
        if (found is None and may_make) or (found is not None and found < LATEST and self._migrate):
            found = await database.migrate()
        if found is None:
            raise StoreError(_gone(database.name) if self._seen else database.missing)
        if found != LATEST:
            raise StoreError((newer if found > LATEST else older)(database.name, found))


def _gone(name: str) -> str:
    return f"{name} was there and is gone: put it back, or start `autoscaler run` again, which makes a new one"


def _database(address: str) -> Database:
    if address.startswith(_POSTGRES):
        try:
            from autoscaler.store.postgres import Postgres
        except ImportError:
            raise StoreError(_NO_DRIVER) from None
        return Postgres(address)
    if "://" in address:
        raise StoreError(_NO_URL)
    from autoscaler.store.sqlite import Sqlite

    return Sqlite(address)
