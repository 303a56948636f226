"""What must be remembered: an SQLite file by default, PostgreSQL where DATABASE_URL is set.

`open_store` is the door. Both databases are handed the same SQL (a file a subject) and the same migrations, and differ
in how a statement is carried out within its time and how their errors are told. What is slow to import waits until it
is used.
"""

from autoscaler.core.memory import StoreError
from autoscaler.store.checked import Checked
from autoscaler.store.store import Store

__all__ = ["Store", "StoreError", "open_store", "store_when_needed"]


async def open_store(address: str, *, migrate: bool) -> Store:
    """The store at `address`: the URL of a PostgreSQL database, or the path of an SQLite file.

    `migrate` makes it where there is none and brings it up to date: that is for `run` and `apply`, never for the
    commands that only look. Raises StoreError.
    """
    database = Checked(address, migrate=migrate)
    try:
        await database.check()
    except BaseException:
        await database.aclose()
        raise
    return Store(database)


def store_when_needed(address: str, *, migrate: bool) -> Store:
    """The same, opened by the first call that needs it, and by the next one where that failed."""
    return Store(Checked(address, migrate=migrate))
