"""What the store asks of a database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

SECONDS = 4.0
"""How long anything may take, with waiting for its turn; after that it is late and its connection is dropped."""

BUSY = 3.0
"""How long the database itself lets a statement wait for another program's lock."""

Value = str | int | datetime | None
Row = tuple[Any, ...]


class Database(Protocol):
    """`name` is how people are told of it, without secrets; `missing` is what they are told where no store was made."""

    name: str
    missing: str

    async def version(self) -> int | None:
        """The number of the last migration that was applied; None where no store was made. Raises StoreError."""

    async def migrate(self) -> int:
        """Apply the migrations that are missing, all or none, and say the version then. Raises StoreError."""

    async def execute(self, sql: str, values: Mapping[str, Value]) -> list[Row]:
        """One statement in a transaction of its own, and its rows. Raises StoreError.

        Values are named `:name` in the statement. It may be carried out twice where the first answer was lost.
        """

    async def aclose(self) -> None:
        """Let go of the connection, if there is one."""
