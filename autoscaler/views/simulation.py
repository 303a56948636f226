"""What a simulation found, before it is drawn."""

from dataclasses import dataclass

from autoscaler.core.policies import Policies, Target

ERA = 25.8
"""Hours between two daily restarts of a dyno in the mean: 24 h and up to 216 min (Dev Center, "Dyno Restarts")."""


@dataclass(frozen=True, slots=True)
class Killed:
    """Batches by what ended their dyno: Heroku's daily restart, a scale-down or resize of the run's own at an edge,
    or a restart of its own ahead of an unbroken opening."""

    daily_restart: int
    scale_down: int
    own_restart: int

    @property
    def all(self) -> int:
        return self.daily_restart + self.scale_down + self.own_restart


@dataclass(frozen=True, slots=True)
class Calls:
    """Requests to Heroku's API."""

    reads: int
    writes: int
    restarts: int

    @property
    def all(self) -> int:
        return self.reads + self.writes + self.restarts


@dataclass(frozen=True, slots=True)
class Run:
    """One way to keep the formations, and what became of the batches.

    `overrun` are those that were not done when their opening should have ended, `unfinished` those that still ran at
    the simulation's end. `dollars` is None where a size, or its price, is not known. `expected` is how many batches
    the daily restart should have killed by arithmetic, None where that is not so simple. `trouble` is the first
    thing that could not be done.
    """

    name: str
    batches: int
    started: int
    finished: int
    killed: Killed
    overrun: int
    unfinished: int
    dyno_hours: float
    dollars: float | None
    calls: Calls
    expected: float | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Workload:
    """The batches: one for each opening of these windows, `shortest` to `longest` seconds long.

    `windows` has the process types, the windows' names and how many of their openings lie within the simulation.
    """

    shortest: int
    longest: int
    windows: tuple[tuple[Target, str, int], ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """All of it; `start` and `until` are instants. The first run is the policies as they are."""

    policies: Policies
    start: int
    until: int
    seed: int
    workload: Workload
    runs: tuple[Run, ...]
