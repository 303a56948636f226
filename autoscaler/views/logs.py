"""Events as logfmt: one line an event, the convention of Heroku's own logs."""

import json

from autoscaler.core.events import Event

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+@,%~*!()[]{}<>|;?&#$^")
_COUNTED = {"scaled", "held", "failed", "manual", "unconverged", "restarted", "ran", "missed", "lost", "overrun"}
_SAMPLED = ("apps", "converged", "troubles", "requests_left")

_LONGEST = 2000
"""Characters a value may have: Heroku's log router splits lines beyond 10,000 bytes (Dev Center, "Limits")."""


def logfmt(event: Event) -> str:
    """`at=info event=scaled app=shop ...`; a value of None is left out."""
    pairs = {"at": event.level, "event": event.name, **event.fields}
    return " ".join(f"{key}={_value(value)}" for key, value in pairs.items() if value is not None)


def log_line(event: Event) -> str:
    """The same with figures for whoever draws or counts log lines: l2met's count#, measure# and sample#."""
    return " ".join([logfmt(event), *(f"{key}={_value(value)}" for key, value in _figures(event).items())])


def _figures(event: Event) -> dict[str, object]:
    """The convention of heroku/x's go-kit/metrics/l2met and of Heroku's own log-runtime-metrics."""
    if event.name == "tick":
        sampled = {name: event.fields.get(name) for name in _SAMPLED}
        return {f"sample#autoscaler.{name}": value for name, value in sampled.items() if value is not None}
    if event.name not in _COUNTED:
        return {}
    late = event.fields.get("late")
    measured = {} if late is None else {"measure#autoscaler.late": late}
    return {f"count#autoscaler.{event.name}": 1, **measured}


def _value(value: object) -> str:
    text = str(value)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text and _BARE.issuperset(text):
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    match character:
        case '"' | "\\":
            return "\\" + character
        case "\n":
            return "\\n"
        case "\r":
            return "\\r"
        case "\t":
            return "\\t"
    return character if character.isprintable() else json.dumps(character)[1:-1]
