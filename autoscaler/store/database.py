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
Statement = tuple[str, Mapping[str, Value]]
"""SQL, and what stands for each `:name` in it."""


class Executing(Protocol):
    """Whatever carries out statements."""

    async def execute(self, *statements: Statement) -> list[Row]:
        """Statements in one transaction, all or none, and the rows of the last. Raises StoreError.

        They may be carried out twice where the first answer was lost.
        """

    async def aclose(self) -> None:
        """Let go of the connection, if there is one."""


class Database(Executing, Protocol):
    """`name` is how people are told of it, without secrets; `missing` is what they are told where no store was made."""

    name: str
    missing: str

    async def version(self) -> int | None:
        """The number of the last migration that was applied; None where no store was made. Raises StoreError."""

    async def migrate(self) -> int:
        """Apply the migrations that are missing, all or none, and say the version then. Raises StoreError."""
