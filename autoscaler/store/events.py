"""What daemons and commands told, as people read it later. No secret gets in, whoever wrote the text."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast

from autoscaler.core.events import Event, Level
from autoscaler.core.journal import Entry
from autoscaler.store.database import Row, Value
from autoscaler.store.subject import Subject, at_of, inserts, kept, told, where

_AS_THEY_ARE = frozenset({"request_id"})
"""Heroku's Request-Ids look like the oldest form of its tokens, and are what its support asks for."""


class Events(Subject):
    """The journal's entries. What makes an entry is all of it: told twice, it is one."""

    async def note(self, entries: Sequence[Entry]) -> None:
        """Write events down, all or none. Raises StoreError."""
        rows = [_row(entry, place) for place, entry in enumerate(entries)]
        if rows:
            await self._database.execute(*inserts("events", rows, "(id) do nothing"))

    async def entries(
        self, app: str | None = None, since: datetime | None = None, name: str | None = None
    ) -> tuple[Entry, ...]:
        """The events of `since` and later, in their order; of one app and those about none; of one name.

        Raises StoreError.
        """
        chosen = where({"(app = :app or app is null)": app, "happened >= :since": since, "name = :name": name})
        sql = f"select happened, name, level, fields, details, daemon from events {chosen} order by happened, place, id"
        asked: dict[str, Value] = {"app": app, "since": since, "name": name}
        return tuple(_entry(row) for row in await self._database.execute((sql, asked)))


def _row(entry: Entry, place: int) -> dict[str, Value]:
    event = entry.event
    app = event.fields.get("app")
    said: dict[str, Value] = {
        "name": event.name, "level": event.level, "app": None if app is None else kept(str(app)),
        "fields": _json(event.fields), "details": _json(event.details), "daemon": kept(entry.daemon),
    }  # fmt: skip
    made_of = json.dumps([entry.at.astimezone(UTC).isoformat(), *said.values()])
    return {"id": sha256(made_of.encode()).hexdigest()[:32], "happened": entry.at, "place": place, **said}


def _entry(row: Row) -> Entry:
    happened, name, level, fields, details, daemon = row
    event = Event(name, json.loads(fields), cast("Level", level), json.loads(details))
    return Entry(at_of(happened), event, daemon)


def _json(values: Mapping[str, object]) -> str:
    return json.dumps(
        {key: value if key in _AS_THEY_ARE else _plain(value) for key, value in values.items()}, default=str
    )


def _plain(value: object) -> object:
    """A value as JSON has it, its texts masked and of bounded length."""
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return told(str(value))
