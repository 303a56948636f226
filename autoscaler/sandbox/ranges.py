"""Lists in pages: `Range: id ..; max=10, order=desc` (Platform API Reference, "Ranges")."""

import re
from dataclasses import dataclass
from typing import Any

from autoscaler.sandbox.errors import ApiError

_RANGE = re.compile(r"\s*(?P<key>[a-z_]+)\s*(?P<from>\]?[^.;\s]*)\.\.(?P<to>[^;\s]*)\s*(?:;\s*(?P<options>.*))?")
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
    ordered = sorted(rows, key=lambda row: row[key], reverse=options.get("order") == "desc")
    begin = asked["from"] if asked else ""
    left = [row for row in ordered if _after(row[key], begin, options.get("order") == "desc")]
    size = min(int(options.get("max", _PAGE)), _LARGEST)
    shown = left[:size]
    headers = {"Accept-Ranges": ", ".join(keys)}
    if shown:
        headers["Content-Range"] = f"{key} {shown[0][key]}..{shown[-1][key]}"
    if len(left) > size:
        order = ", order=desc" if options.get("order") == "desc" else ""
        headers["Next-Range"] = f"{key} ]{shown[-1][key]}..; max={size}{order}"
        return Page(shown, 206, headers)
    return Page(shown, 200, headers)


def _options(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    found = {name.strip(): value.strip() for name, _, value in pairs}
    if not found.get("max", "1").isdecimal() or found.get("order", "asc") not in {"asc", "desc"}:
        raise ApiError(416, "requested_range_not_satisfiable", f"Invalid range options {text!r}.")
    return found


def _after(value: Any, begin: str, descending: bool) -> bool:
    """Whether a row lies in the part that begins at `begin`, without it where that is written `]value`."""
    if not begin:
        return True
    bound: Any = begin.lstrip("]")
    if isinstance(value, int):
        bound = int(bound) if bound.isdecimal() else value
    if begin.startswith("]"):
        return bool(value < bound if descending else value > bound)
    return bool(value <= bound if descending else value >= bound)
