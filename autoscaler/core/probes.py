"""Idle probes: how many things are unfinished, asked of whoever knows.

A probe names environment variables and never holds their values, so that it may be shown, compared and kept.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

Tool = Literal["sidekiq", "rq", "celery", "resque"]


@dataclass(frozen=True, slots=True)
class PostgresProbe:
    """A query that gives one number; `variable` holds the database's URL."""

    variable: str
    query: str


@dataclass(frozen=True, slots=True)
class Queues:
    """Queues as a tool lays them out in Redis, every key of which begins with `prefix`."""

    tool: Tool
    names: tuple[str, ...]
    prefix: str


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists, each item of which is unfinished."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SortedSets:
    """Sorted sets, each member of which is unfinished."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """A key that holds the number itself."""

    key: str


Counted = Queues | Lists | SortedSets | Counter


@dataclass(frozen=True, slots=True)
class RedisProbe:
    """What is counted in a Redis; `variable` holds its URL."""

    variable: str
    counted: Counted


@dataclass(frozen=True, slots=True)
class HttpProbe:
    """A field of the JSON behind `url`; `field` is the way to it. `token` names the variable with a bearer token."""

    url: str
    field: tuple[str, ...]
    token: str | None = None


Probe = PostgresProbe | RedisProbe | HttpProbe


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is unfinished."""


@dataclass(frozen=True, slots=True)
class Busy:
    """So many things are unfinished, at least one."""

    count: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It is not known, which is not zero: it counts as busy. `reason` is one sentence for people, without secrets."""

    reason: str


Answer = Idle | Busy | Failed


class Prober(Protocol):
    """Asks probes."""

    async def ask(self, probe: Probe) -> Answer:
        """The answer of now. Raises nothing: what goes wrong is a Failed, within the prober's deadline."""
        ...
