"""Why a calendar file cannot be used, and how its events are called there."""

from typing import Any

from autoscaler.policyfile.spelling import shown

_LONGEST_NAME = 100


class IcsError(Exception):
    """Why a calendar file cannot be used, for people."""


def listed(value: Any) -> list[Any]:
    """What a component has under a name: nothing, one or some."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def name_of(event: Any) -> str:
    """An event's SUMMARY, on one line."""
    words = " ".join(str(next(iter(listed(event.get("SUMMARY"))), "")).split())
    return "".join(character for character in words if character.isprintable())[:_LONGEST_NAME]


def called(event: Any) -> str:
    name = name_of(event)
    return f"the event {shown(name)}" if name else "an event without a name"


def told(error: object) -> str:
    """What a library says, short; what it made of something that said more is not told."""
    while isinstance(error, Exception) and isinstance(error.__context__, ValueError):
        error = error.__context__
    return shown(" ".join(str(error).split()) or type(error).__name__)
