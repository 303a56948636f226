"""Faults as data: what a request is answered instead of what it deserves."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Moment = Literal["", "before", "after"]
Drop = Literal["", "before", "after", "within"]
Part = Literal["", "headers", "body"]
Flood = Literal["", "endless", "bomb"]

_CHOICES = {"drop": Drop, "hang": Moment, "trickle": Part, "flood": Flood}


@dataclass(slots=True)
class Fault:
    """For the next `times` requests of `method` (any if empty) whose path begins with `path`.

    `status` and `body` replace the answer; `delay` is in seconds. `drop` ends the connection without an answer, before
    or after the request had its effect, or within the answer's body; with `reset` by RST, else by FIN. `hang` never
    answers, and keeps the connection. `trickle` sends the answer from its headers or its body on by one byte in `pace`
    seconds. `flood` has a body without an end, or one that unpacks to 200 MB. `ignore` answers as if a write had had
    its effect, `late` lets it have that so many seconds later, and `stale` tells reads what was when the fault began.
    `name` stands in the record of each request that met it. Raises ValueError or TypeError if it could not be done.
    """

    method: str = ""
    path: str = "/apps"
    times: int = 1
    status: int | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: Drop = ""
    reset: bool = False
    hang: Moment = ""
    trickle: Part = ""
    pace: float = 1.0
    flood: Flood = ""
    ignore: bool = False
    late: float = 0.0
    stale: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        texts = (self.method, self.path, self.body, self.name, *self.headers, *self.headers.values())
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("method, path, body, name and headers are texts")
        if not isinstance(self.times, int) or self.times < 1:
            raise ValueError(f"times is an integer from 1, not {self.times!r}")
        if self.status is not None and self.status not in range(200, 600):
            raise ValueError(f"status is an integer from 200 to 599, not {self.status!r}")
        for key, seconds in (("delay", self.delay), ("late", self.late), ("pace", self.pace)):
            if not 0 <= seconds <= 3600:
                raise ValueError(f"{key} is in seconds, at most 3600, not {seconds!r}")
        for key, choice in _CHOICES.items():
            if getattr(self, key) not in get_args(choice):
                raise ValueError(f"{key} is {' or '.join(get_args(choice)[1:])}, not {getattr(self, key)!r}")

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
