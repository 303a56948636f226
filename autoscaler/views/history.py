"""What was done, held, failed and missed: `history` as text, json and csv."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime

from autoscaler.core.events import Event
from autoscaler.core.history import Past
from autoscaler.core.zones import Zone, instant
from autoscaler.views import moments
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.table import Cell, rows

_COLOURS: dict[str, Colour] = {"info": "green", "warning": "yellow", "error": "red"}
_NAMED = ("app", "job", "type", "window")
_FIELDS = (*_NAMED, "due", "attempt", "dyno", "late", "result", "opened", "by", "reason", "request_id")
"""Every field of what is remembered, in the order of the columns."""


def history_text(past: Sequence[Past], zone: Zone, paint: Paint) -> str:
    """A line each, in local time; ends with a sentence that counts them."""
    drawn = rows([_row(at, event, zone) for at, event in past], paint)
    failed = sum(event.level == "error" for _, event in past)
    counted = f"{len(past)} event{'' if len(past) == 1 else 's'}, {failed} of them failures."
    return "\n".join([*drawn, "", counted] if drawn else ["Nothing is remembered of that time."])


def history_json(past: Sequence[Past]) -> str:
    """Every event with its instant in UTC, its level and its fields."""
    events = [{"at": _utc(at), "event": event.name, "level": event.level, **_fields(event)} for at, event in past]
    return json.dumps({"version": 1, "events": events}, indent=2, ensure_ascii=False)


def history_csv(past: Sequence[Past]) -> str:
    """The same as a table."""
    out = io.StringIO()
    table = csv.DictWriter(out, ["at", "event", "level", *_FIELDS], lineterminator="\n")
    table.writeheader()
    table.writerows({"at": _utc(at), "event": event.name, "level": event.level, **_fields(event)} for at, event in past)
    return out.getvalue().rstrip("\n")


def _row(at: datetime, event: Event, zone: Zone) -> list[Cell]:
    fields = event.fields
    who = f"{fields['app']} job {fields['job']}" if "job" in fields else f"{fields['app']}/{fields['type']}"
    told = {key: value for key, value in _fields(event).items() if key not in {"app", "job", "type", "request_id"}}
    if told.get("attempt") == 1:
        del told["attempt"]
    reason = told.pop("reason", None)
    said = [*(f"{key} {value}" for key, value in told.items()), *([str(reason)] if reason else [])]
    when = f"{moments.day(instant(at), zone)} {moments.clock(instant(at), zone)}"
    return [when, (event.name, _COLOURS[event.level]), who, ", ".join(said)]


def _fields(event: Event) -> dict[str, object]:
    return {key: value for key, value in event.fields.items() if value is not None}


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
