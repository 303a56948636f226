"""The sandbox's one state: its apps, what is to come in them, and what has been.

Time comes from the clock that it is handed and chance from a seed, so a world can be run again. Nothing is driven by
timers: what is to come stands in an agenda, and `agenda.advance` goes through it whenever somebody looks.
"""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from heapq import heappush
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from autoscaler.sandbox.faults import Fault
from autoscaler.sandbox.jobs import Job
from autoscaler.sandbox.things import App, Exit, Happening, Request

Now = Callable[[], datetime]

NEVER = datetime.max.replace(tzinfo=UTC)
REQUESTS_AN_HOUR = 4500
"""Dev Center, "Limits": refilled by 75 a minute."""


class Coming(Enum):
    """What may stand in the agenda: about a dyno, but for ARRIVE (a job), HAND_OUT (a process type's name) and LATE
    (a write's effect, to be called)."""

    UP = auto()
    CYCLE = auto()
    EXPIRE = auto()
    KILL = auto()
    DONE = auto()
    REBORN = auto()
    ARRIVE = auto()
    HAND_OUT = auto()
    LATE = auto()


Entry = tuple[datetime, int, Coming, App, Any]


@dataclass(slots=True, repr=False)
class State:
    """Everything. `remaining` is the account's rate budget as of `counted_at`; `agenda` is a heap. `past` are the apps
    as they were when the last fault with `stale` began.

    `one_off_access`, a key of gate.SCOPES, is what creating a one-off demands; which it is at Heroku is not documented.
    """

    now: Now
    chance: random.Random
    apps: dict[str, App]
    remaining: float
    counted_at: datetime
    seed: int = 0
    one_off_access: str = "write"
    faults: list[Fault] = field(default_factory=list)
    requests: deque[Request] = field(default_factory=lambda: deque(maxlen=200_000))
    happenings: deque[Happening] = field(default_factory=lambda: deque(maxlen=10_000))
    jobs: deque[Job] = field(default_factory=lambda: deque(maxlen=200_000))
    exits: deque[Exit] = field(default_factory=lambda: deque(maxlen=10_000))
    agenda: list[Entry] = field(default_factory=list)
    made: int = 0
    planned: int = 0
    numbered: int = 0
    past: dict[str, App] | None = None

    @property
    def due(self) -> datetime:
        """Nothing befalls a dyno or a job before; NEVER if nothing is to come.

        It may be early, never late: what has been made void by something else still stands in the agenda.
        """
        return self.agenda[0][0] if self.agenda else NEVER

    def plan(self, at: datetime, coming: Coming, app: App, about: Any) -> None:
        """Put into the agenda what is to come; of two at one instant, the earlier planned comes first."""
        self.planned += 1
        heappush(self.agenda, (at, self.planned, coming, app, about))

    def new_id(self, kind: str) -> str:
        """A UUID that the same seed gives again."""
        self.made += 1
        return str(uuid5(NAMESPACE_URL, f"sandbox:{self.seed}:{kind}:{self.made}"))

    def note(self, kind: str, app: App, subject: str, detail: str = "", at: datetime | None = None) -> None:
        """Remember what befell a dyno or a formation: now, or at an instant that has passed since."""
        self.happenings.append(Happening(at or self.now(), kind, app.name, subject, detail))
