"""Faults as data: what a request is answered instead of what it deserves."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Fault:
    """For the next `times` requests of `method` (any if empty) whose path begins with `path`.

    `status` and `body` replace the answer; `delay` is in seconds; `drop` ends the connection without an answer, before
    or after the request had its effect; `ignore` answers as if a write had had its effect. Raises ValueError or
    TypeError if it could not be done.
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

    def __post_init__(self) -> None:
        texts = (self.method, self.path, self.body, *self.headers, *self.headers.values())
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("method, path, body and headers are texts")
        if not isinstance(self.times, int) or self.times < 1:
            raise ValueError(f"times is an integer from 1, not {self.times!r}")
        if self.status is not None and self.status not in range(200, 600):
            raise ValueError(f"status is an integer from 200 to 599, not {self.status!r}")
        if not 0 <= self.delay <= 3600:
            raise ValueError(f"delay is in seconds, at most 3600, not {self.delay!r}")
        if self.drop not in {"", "before", "after"}:
            raise ValueError(f"drop is before or after, not {self.drop!r}")

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
