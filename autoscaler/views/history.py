"""What was done, held, failed and missed: `history` as text, json and csv."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import wrap

from autoscaler.core.events import Event
from autoscaler.core.history import Past, is_failure
from autoscaler.core.zones import DAY, Zone, instant
from autoscaler.views import moments
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.table import Cell, rows, width

WIDE = 100
"""Columns of a terminal that the text keeps to."""

_NARROWEST = 30
"""Columns that the sentence of a line has at the least, however long the names are."""

_COLOURS: dict[str, Colour] = {"info": "green", "warning": "yellow", "error": "red"}

_FIELDS = (
    "app", "type", "job", "from", "to", "from_size", "to_size", "window", "line", "why", "edge", "late", "before",
    "after", "wanted", "live", "until", "by", "reason", "error", "note", "due", "attempt", "dyno", "result", "opened",
    "request_id", "daemon", "digest", "revision",
)  # fmt: skip
"""The columns of csv; whatever else an event has is in the last one, `more`, as JSON."""

_INDENT = 2

_NEAR = 6 * DAY
"""Within so many seconds the name of a weekday says which day it was."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

_TOLD = {
    "app",
    "type",
    "job",
    "from",
    "to",
    "from_size",
    "to_size",
    "window",
    "late",
    "reason",
    "error",
    "note",
    "request_id",
}
"""What has its own place in the text, or none."""


def history_text(past: Sequence[Past], zone: Zone, paint: Paint) -> str:
    """Every event under its local day; ends with a sentence that counts them."""
    if not past:
        return "Nothing is remembered of that time."
    heads = [_head(at, event, zone) for at, event in past]
    room = max(_NARROWEST, WIDE - _INDENT - sum(max(map(_width, column)) + 2 for column in zip(*heads, strict=True)))
    sentences = [wrap(_sentence(at, event, zone, paint), room) or [""] for at, event in past]
    cells: list[list[Cell]] = []
    for head, (first, *more) in zip(heads, sentences, strict=True):
        cells.append([*head, first])
        cells += [["", "", "", line] for line in more]
    drawn, lines, day = iter(rows(cells, paint)), list[str](), ""
    for (at, _), told in zip(past, sentences, strict=True):
        if day != (day := _day(instant(at), zone)):
            lines.append(paint(day, "cyan"))
        lines += [next(drawn) for _ in told]
    failed = sum(is_failure(event) for _, event in past)
    return "\n".join([*lines, "", f"{len(past)} event{'' if len(past) == 1 else 's'}, {failed} of them failures."])


def history_json(past: Sequence[Past]) -> str:
    """Every event with its instant in UTC, its level, its fields and its details."""
    events = [{**_named(one), **_all(one[1])} for one in past]
    return json.dumps({"version": 1, "events": events}, indent=2, ensure_ascii=False)


def history_csv(past: Sequence[Past]) -> str:
    """The same as a table, whose columns are the same for all events."""
    out = io.StringIO()
    table = csv.DictWriter(out, ["at", "event", "level", *_FIELDS, "more"], lineterminator="\n")
    table.writeheader()
    for one in past:
        told = _all(one[1])
        more = {key: told.pop(key) for key in list(told) if key not in _FIELDS}
        table.writerow({**_named(one), **told, "more": json.dumps(more, ensure_ascii=False) if more else ""})
    return out.getvalue().rstrip("\n")


def _head(at: datetime, event: Event, zone: Zone) -> list[Cell]:
    """When, what, and to whom."""
    fields = event.fields
    who = str(fields.get("app", ""))
    if "job" in fields:
        who += f" job {fields['job']}"
    elif "type" in fields:
        who += f"/{fields['type']}"
    return [f"{zone.local(instant(at)):%H:%M:%S}", (event.name, _COLOURS[event.level]), who]


def _day(at: int, zone: Zone) -> str:
    """Mon 23 Nov 2026, JST."""
    return f"{moments.day(at, zone)}, {moments.clock(at, zone).partition(' ')[2]}"


def _width(cell: Cell) -> int:
    return width(cell if isinstance(cell, str) else cell[0])


def _sentence(at: datetime, event: Event, zone: Zone, paint: Paint) -> str:
    """From what to what, by which window and line, how long after its edge; then the rest, and the reason."""
    told = {key: value for key, value in event.fields.items() if value is not None}
    others = [key for key in told if key not in _TOLD and (key, told[key]) != ("attempt", 1)]
    rest = [f"{key} {_shown(told[key], zone, at)}" for key in others]
    late = [f"{told['late']} late"] if "late" in told else []
    why = [str(told[key]) for key in ("reason", "error", "note") if key in told]
    return ", ".join([*_step(told, paint), *_window(event), *late, *rest, *why])


def _shown(value: object, zone: Zone, at: datetime) -> str:
    """An instant as people of that zone say it, beside what happened `at`; anything else as it is."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        told, happened = instant(datetime.fromisoformat(value)), instant(at)
        return moments.soon(told, zone, told if 0 < happened - told < _NEAR else happened)
    return str(value)


def _step(told: Mapping[str, object], paint: Paint) -> list[str]:
    """0 → 1 standard-2x; where only the size changes, standard-1x → standard-2x."""
    if "from" in told:
        size = f" {told['to_size']}" if "to_size" in told else ""
        return [f"{told['from']} {paint.arrow} {told['to']}{size}"]
    return [f"{told['from_size']} {paint.arrow} {told['to_size']}"] if "from_size" in told else []


def _window(event: Event) -> list[str]:
    """night (line 13), or what else gave the values."""
    window, line, why = event.fields.get("window"), event.details.get("line"), event.details.get("why")
    if window is not None:
        return [f"{window} (line {line})" if line is not None else f"window {window}"]
    return [str(why)] if why is not None else []


def _all(event: Event) -> dict[str, object]:
    """Every field and detail that has a value."""
    return {key: value for key, value in {**event.details, **event.fields}.items() if value is not None}


def _named(one: Past) -> dict[str, object]:
    return {"at": f"{one[0]:%Y-%m-%dT%H:%M:%SZ}", "event": one[1].name, "level": one[1].level}
