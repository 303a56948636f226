"""Faults as data: what a request is answered instead of what it deserves."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Fault:
    """For the next `times` requests of `method` (any if empty) whose path begins with `path`.

    `status` and `body` replace the answer; `delay` is in seconds; `drop` ends the connection without an answer, before
    or after the request had its effect; `ignore` answers as if a write had had its effect.
    """

    method: str = ""
    path: str = "/apps"
    times: int = 1
    status: int | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: Literal["", "before", "after"] = ""
    ignore: bool = False

    def concerns(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in {"", method} and path.startswith(self.path)


def next_fault(faults: list[Fault], method: str, path: str) -> Fault | None:
    """The first fault about a request, counted down and dropped when it is used up."""
    for fault in faults:
        if fault.concerns(method, path):
            fault.times -= 1
            if fault.times <= 0:
                faults.remove(fault)
            return fault
    return None
