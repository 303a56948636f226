"""The faults of a policy file as text, as JSON and as GitHub annotations."""

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from autoscaler.views.paint import Colour, Paint
from autoscaler.views.table import width


class Fault(Protocol):
    """What a fault says of itself; `line` and `column` count from 1, in code points."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def severity(self) -> str: ...
    @property
    def source(self) -> str | None: ...


def faults_text(faults: Sequence[Fault], paint: Paint) -> str:
    """Each fault on its line, under it the source line with a caret and the hint."""
    return "\n".join(_fault_text(fault, paint) for fault in faults)


def faults_json(faults: Sequence[Fault], live: Mapping[str, object] | None = None) -> str:
    """The shape of the contract, version 1: only errors make `ok` false. `live` is what Heroku told, by file."""
    rows = [fault_row(fault) for fault in faults]
    ok = all(fault.severity != "error" for fault in faults)
    more = {} if live is None else {"live": live}
    return json.dumps({"version": 1, "ok": ok, "faults": rows, **more}, indent=2, ensure_ascii=False)


def fault_row(fault: Fault) -> dict[str, object]:
    """One fault in the shape of the contract."""
    names = ("file", "line", "column", "path", "message", "hint", "severity")
    return {name: getattr(fault, name) for name in names}


def faults_github(faults: Sequence[Fault]) -> str:
    """Workflow commands that GitHub draws on the lines of a pull request."""
    return "\n".join(
        f"::{fault.severity} file={_property(fault.file)},line={fault.line},col={fault.column},"
        f"title={_property(fault.path or 'policies')}::{_data(_sentence(fault))}"
        for fault in faults
    )


def counted(faults: Sequence[Fault]) -> str:
    """2 errors, 1 warning."""
    counts = [(sum(fault.severity == kind for fault in faults), kind) for kind in ("error", "warning")]
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in counts if count)


def _fault_text(fault: Fault, paint: Paint) -> str:
    colour: Colour = "red" if fault.severity == "error" else "yellow"
    path = f"{fault.path}: " if fault.path else ""
    kind = "" if fault.severity == "error" else "warning: "
    lines = [
        f"{paint(f'{fault.file}:{fault.line}:{fault.column}:', 'bold')} {path}{paint(kind + fault.message, colour)}"
    ]
    if fault.source is not None and fault.source.strip():
        lines += _excerpt(fault.source, fault.column, paint)
    if fault.hint:
        lines.append(f"    {fault.hint}")
    return "\n".join(lines)


def _excerpt(source: str, column: int, paint: Paint) -> list[str]:
    """The source line, cut to where the fault is, and a caret below."""
    start = max(0, column - 60)
    shown = source[start : start + 100].replace("\t", " ")
    shown = "".join(character if character.isprintable() else "?" for character in shown)
    before = width(shown[: column - 1 - start])
    return [paint(f"    {shown}", "dim"), "    " + " " * before + paint("^", "bold")]


def _sentence(fault: Fault) -> str:
    return f"{fault.message} ({fault.hint})" if fault.hint else fault.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
