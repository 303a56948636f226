"""Counts of what became of the jobs and dynos of one process type."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from autoscaler.sandbox.jobs import Cause


@dataclass(slots=True)
class Tally:
    """Jobs by what became of them, dynos by what ended them, and how long dynos ran by the key of their size.

    A job that is begun again is counted in `begun` once more. A dyno runs from its birth to the end of its last
    process; one that has crashed is counted until it is replaced, for Heroku bills what is scaled above zero.
    """

    given: int = 0
    begun: int = 0
    finished: int = 0
    crashed: int = 0
    killed: Counter[Cause] = field(default_factory=Counter)
    interrupted: Counter[Cause] = field(default_factory=Counter)
    born: int = 0
    ended: Counter[Cause] = field(default_factory=Counter)
    ran: dict[str, timedelta] = field(default_factory=dict)

    def run(self, size: str, length: timedelta) -> None:
        self.ran[size] = self.ran.get(size, timedelta()) + length
