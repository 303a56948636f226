"""What is wrong with a policy file, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from autoscaler.core.masking import mask, mask_addresses
from autoscaler.policyfile.source import lines_of
from autoscaler.policyfile.spelling import printable
from autoscaler.policyfile.tree import Place

Severity = Literal["error", "warning"]

MOST = 500
"""So many faults are told; a file with more is not a policy file."""

_LONG_LINE = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `line` and `column` count from 1, in code points.

    `source` is that line of the file with secrets masked, None where there is none to show.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str | None
    severity: Severity
    source: str | None = None

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {path}{self.message}"


class PolicyFileError(Exception):
    """A policy file that cannot be used; `faults` are its errors and warnings, in the file's order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults if fault.severity == "error"))


@dataclass(slots=True)
class Faults:
    """Collects the faults of one file; `calendars` are the names that its phrases may use."""

    file: str
    text: str = ""
    calendars: frozenset[str] = frozenset()
    found: list[Fault] = field(default_factory=list)
    _lines: list[str] | None = None
    _hidden: dict[int, int] = field(default_factory=dict)

    def error(self, place: Place, path: str, message: str, hint: str | None = None) -> None:
        self._add(place, path, message, hint, "error")

    def warning(self, place: Place, path: str, message: str, hint: str | None = None) -> None:
        self._add(place, path, message, hint, "warning")

    def hide(self, place: Place) -> None:
        """What stands at `place`, and after it on its line, may be a secret: no fault shows it, told or to be told."""
        line, column = place
        self._hidden[line] = min(column, self._hidden.get(line, column))
        self.found = [
            replace(fault, source=self._source(line)) if fault.line == line else fault for fault in self.found
        ]

    def in_order(self) -> tuple[Fault, ...]:
        """By place in the file, each once."""
        ordered = sorted(dict.fromkeys(self.found), key=lambda fault: (fault.line, fault.column))
        return tuple(ordered[:MOST])

    @property
    def fatal(self) -> bool:
        return any(fault.severity == "error" for fault in self.found)

    def _add(self, place: Place, path: str, message: str, hint: str | None, severity: Severity) -> None:
        line, column = place
        path, message = mask_addresses(printable(path)), mask_addresses(printable(message))
        hint = hint and printable(hint)
        if hint and mask(hint) != hint:  # asterisks are no help
            hint = None
        self.found.append(Fault(self.file, line, column, path, message, hint, severity, self._source(line)))

    def line(self, number: int) -> str:
        """A line of the file as the parser counts them, empty where there is none."""
        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines[number - 1] if number <= len(self._lines) else ""

    def _source(self, line: int) -> str | None:
        text = self.line(line)
        if not text or len(text) > _LONG_LINE:
            return None
        seen = self._hidden.get(line, len(text) + 1) - 1
        return mask_addresses(text[:seen]) + "*" * len(text[seen:])
