"""What must be remembered: an SQLite file by default, PostgreSQL where DATABASE_URL is set.

`open_store` is the door. Both databases are handed the same SQL (`store.py`) and the same migrations, and differ in how
a statement is carried out within its time and how their errors are told. What is slow to import waits until it is used.
"""

from autoscaler.core.memory import StoreError
from autoscaler.store.database import Database
from autoscaler.store.migrating import LATEST, newer, older
from autoscaler.store.store import Store

__all__ = ["Store", "open_store"]

_POSTGRES = ("postgres://", "postgresql://")
_NO_DRIVER = "DATABASE_URL is set, but psycopg is not installed: pip install 'dyno-autoscaler[postgres]'"


async def open_store(address: str, *, migrate: bool) -> Store:
    """The store at `address`: the URL of a PostgreSQL database, or the path of an SQLite file.

    `migrate` makes it where there is none and brings it up to date: that is for `run` and `apply`, never for the
    commands that only look. Raises StoreError.
    """
    database = _database(address)
    try:
        found = await database.version()
        if migrate and (found is None or found < LATEST):
            found = await database.migrate()
        if found is None:
            raise StoreError(database.missing)
        if found != LATEST:
            raise StoreError((newer if found > LATEST else older)(database.name, found))
    except BaseException:
        await database.aclose()
        raise
    return Store(database)


def _database(address: str) -> Database:
    if address.startswith(_POSTGRES):
        try:
            from autoscaler.store.postgres import Postgres
        except ImportError:
            raise StoreError(_NO_DRIVER) from None
        return Postgres(address)
    if "://" in address:
        raise StoreError("DATABASE_URL names no PostgreSQL database: expected postgres://USER:PASSWORD@HOST/DATABASE")
    from autoscaler.store.sqlite import Sqlite

    return Sqlite(address)
