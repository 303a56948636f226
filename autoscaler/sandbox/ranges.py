"""Lists in pages: `Range: id ..; max=10, order=desc` (Platform API Reference, "Ranges")."""

import re
from dataclasses import dataclass
from typing import Any

from autoscaler.sandbox.errors import ApiError

_RANGE = re.compile(r"\s*(?P<key>[a-z_]+)\s*(?P<from>\]?[^.;\s]*)\.\.(?P<to>[^;\s]*)\s*(?:;\s*(?P<options>.*))?")
_NUMBER = re.compile("[0-9]{1,9}")
_MAX = re.compile("[1-9][0-9]{0,5}")
_PAGE, _LARGEST = 200, 1000


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one answer, its status (206 where rows are left) and its headers."""

    rows: list[dict[str, Any]]
    status: int
    headers: dict[str, str]


def page(rows: list[dict[str, Any]], header: str | None, keys: tuple[str, ...]) -> Page:
    """The asked-for part of `rows`, which may be ordered by `keys`. Raises ApiError 416."""
    asked = _RANGE.fullmatch(header) if header else None
    if header and (asked is None or asked["key"] not in keys):
        raise ApiError(416, "requested_range_not_satisfiable", f"Invalid range {header!r}.")
    key = asked["key"] if asked else keys[0]
    options = _options(asked["options"] or "" if asked else "")
    descending = options.get("order") == "desc"
    begin, end = (asked["from"], asked["to"]) if asked else ("", "")
    ordered = sorted(rows, key=lambda row: row[key], reverse=descending)
    left = [row for row in ordered if _after(row[key], begin, descending) and _after(row[key], end, not descending)]
    size = min(int(options.get("max", _PAGE)), _LARGEST)
    shown = left[:size]
    headers = {"Accept-Ranges": ", ".join(keys)}
    if shown:
        headers["Content-Range"] = f"{key} {shown[0][key]}..{shown[-1][key]}"
    if len(left) > size:
        order = ", order=desc" if descending else ""
        headers["Next-Range"] = f"{key} ]{shown[-1][key]}..{end}; max={size}{order}"
        return Page(shown, 206, headers)
    return Page(shown, 200, headers)


def _options(text: str) -> dict[str, str]:
    parts = re.split("[,;]", text)  # heroku3 and Heroku's own client end them with a semicolon
    pairs = [part.partition("=") for part in parts if part.strip()]
    found = {name.strip(): value.strip() for name, _, value in pairs}
    if not _MAX.fullmatch(found.get("max", "1")) or found.get("order", "asc") not in {"asc", "desc"}:
        raise ApiError(416, "requested_range_not_satisfiable", f"Invalid range options {text!r}.")
    return found


def _after(value: Any, begin: str, descending: bool) -> bool:
    """Whether a row lies in the part that begins at `begin`, without it where that is written `]value`."""
    if not begin:
        return True
    bound: Any = begin.removeprefix("]")
    if isinstance(value, int):
        if not _NUMBER.fullmatch(bound):
            raise ApiError(416, "requested_range_not_satisfiable", f"Invalid range value {bound!r}.")
        bound = int(bound)
    if begin.startswith("]"):
        return bool(value < bound if descending else value > bound)
    return bool(value <= bound if descending else value >= bound)
