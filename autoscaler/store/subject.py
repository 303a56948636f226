"""What every part of the store needs: its database, and values as both databases take them and give them back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from autoscaler.core.masking import mask_addresses
from autoscaler.store.database import Executing, Statement, Value

_LONGEST = 1000
"""Characters of a text that others wrote."""

_AT_ONCE = 500
"""Rows in one statement: SQLite takes 32,766 values."""


class Subject:
    """A part of the store: the tables of one subject."""

    def __init__(self, database: Executing) -> None:
        self._database = database


def kept(text: str) -> str:
    """A text of others as both databases take it: of bounded length, without NUL and half characters."""
    return whole(text[:_LONGEST])


def told(text: str) -> str:
    """The same of a text that people will read: no secret gets in, whoever wrote it."""
    return kept(mask_addresses(text))


def whole(text: str) -> str:
    """A text of any length as both databases take it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def at_of(value: datetime | str) -> datetime:
    """An instant as it comes back, in UTC."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def inserts(table: str, rows: Sequence[Mapping[str, Value]], conflict: str) -> list[Statement]:
    """Rows of the same columns as few statements: a server may be far away."""
    parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    return [_insert(table, part, conflict) for part in parts]


def where(conditions: Mapping[str, Value | bool]) -> str:
    """The conditions of which something is asked."""
    asked = [condition for condition, value in conditions.items() if value]
    return f"where {' and '.join(asked)}" if asked else ""


def _insert(table: str, rows: Sequence[Mapping[str, Value]], conflict: str) -> Statement:
    columns = ", ".join(rows[0])
    places = ", ".join(f"({', '.join(f':{column}_{number}' for column in rows[0])})" for number in range(len(rows)))
    values = {f"{column}_{number}": value for number, row in enumerate(rows) for column, value in row.items()}
    return f"insert into {table} ({columns}) values {places} on conflict {conflict}", values
