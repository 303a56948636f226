"""What must be remembered since it cannot be derived: starts of one-off jobs, and openings that were closed early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

KEPT = timedelta(days=90)
"""How long it is remembered."""


class StoreError(Exception):
    """The store did not do what was asked, or nobody knows. One sentence for people, without URL and secrets."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One attempt to start a one-off job: `at` is the instant at which the job is due, attempts count from 1."""

    app: str
    job: str
    at: datetime
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Started:
    """The platform said that it started: `dyno` is the dyno's name, such as run.1234."""

    at: datetime
    dyno: str
    dyno_id: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform declined this attempt: nothing was started."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows whether it started, so that it must not be started again: at most once."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Its dyno is no more. `result` is what the platform told of it, or `vanished`, `expired`; None if nothing."""

    at: datetime
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """It was not started on purpose, since the job's last run went on."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Missed:
    """It was not started, since it was too late when it could have been."""

    at: datetime
    reason: str


Outcome = Ended | Refused | Lost | Skipped | Missed
Fact = Started | Outcome


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed attempt, and what became of it; `command` tells its dyno from others while no answer has named it."""

    due: Due
    command: str
    claimed: datetime
    started: Started | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The opening of `window` of a process type that began at `opened` was ended early at `closed`.

    Who does not know the windows leaves `window` empty: that ends whatever is open at `opened`. `by` is `batch` (from
    inside a dyno), `idle` (a probe) or `person`.
    """

    app: str
    type: str
    window: str
    opened: datetime
    closed: datetime
    by: str


class Memory(Protocol):
    """What outlives a restart. Every method raises StoreError, after 5 seconds at the latest.

    All instants are aware, in UTC when they come back. What is older than KEPT goes when `forget` is called.
    """

    async def claim(self, due: Due, command: str, at: datetime) -> bool:
        """Whether this attempt is the caller's, who alone may carry it out; False where it was claimed before.

        After a StoreError nobody may carry it out: it may have been claimed, for nobody.
        """

    async def record(self, due: Due, fact: Fact) -> bool:
        """Write down what became of a claimed attempt; False where that says nothing new.

        The first word stands, except that `Lost` gives way to whoever knows better.
        """

    async def runs(
        self, app: str | None = None, since: datetime | None = None, unfinished: bool = False
    ) -> Sequence[Run]:
        """The claimed attempts by the instant at which they were due, `since` included; those without outcome only."""

    async def close(self, closing: Closing) -> bool:
        """End an opening; False where it has been ended already (the first closing stands)."""

    async def closings(self, app: str | None = None, since: datetime | None = None) -> Sequence[Closing]:
        """What was closed at `since` or later, in that order."""

    async def forget(self, before: datetime) -> None:
        """Forget attempts that were due, and closings that were made, before that: the caller's now less KEPT.

        Where the same store is a Journal, what is as old there goes, too.
        """
