"""Work that is given to dynos, and the record of what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, get_args

OnSigterm = Literal["finish", "requeue", "die"]
Outcome = Literal["planned", "waiting", "running", "finished", "crashed", "killed", "interrupted"]

_LONGEST = 366 * 24 * 3600


class Cause(StrEnum):
    """What ended a dyno, and with it the job that it had."""

    DAILY_CYCLE = "daily cycle"
    SCALE_DOWN = "scale-down"
    RELEASE = "release"
    RESIZE = "resize"
    MANUAL_RESTART = "manual restart"
    CRASH = "crash"
    STOP = "stop"
    TIME_TO_LIVE = "time_to_live"
    EXIT = "exit"


@dataclass(frozen=True, slots=True)
class Work:
    """What a dyno is to do for `seconds`, and what its process does at SIGTERM.

    `finish` goes on, and is killed if it is not done in 30 s; `requeue` stops at once and is begun again, from its
    start, by another dyno; `die` stops at once and is lost. With an `exit_status` other than 0 the process ends with
    it when the time is over, and so a dyno of the formation crashes. Raises ValueError.
    """

    seconds: float
    on_sigterm: OnSigterm = "finish"
    exit_status: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, int | float):
            raise ValueError(f"seconds is a number, not {self.seconds!r}")
        if not 0 < self.seconds <= _LONGEST:
            raise ValueError(f"seconds is more than 0 and at most {_LONGEST}, not {self.seconds!r}")
        if self.on_sigterm not in get_args(OnSigterm):
            raise ValueError(f"on_sigterm is one of {', '.join(get_args(OnSigterm))}, not {self.on_sigterm!r}")
        if isinstance(self.exit_status, bool) or self.exit_status not in range(256):
            raise ValueError(f"exit_status is an integer from 0 to 255, not {self.exit_status!r}")

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(slots=True, eq=False)
class Job:
    """One attempt at a piece of work; an interrupted one is followed by another with the same `number`.

    It is for a dyno of process type `type` or, if `command` is not empty, for a one-off whose command contains that.
    `given` is when it began to wait, `cause` what ended its dyno if that ended the job too.
    """

    number: int
    app: str
    type: str
    command: str
    work: Work
    given: datetime
    attempt: int = 1
    outcome: Outcome = "planned"
    begun: datetime | None = None
    ended: datetime | None = None
    dyno: str = ""
    dyno_id: str = ""
    cause: Cause | None = None

    def end(self, outcome: Outcome, cause: Cause | None, at: datetime) -> None:
        self.outcome, self.cause, self.ended = outcome, cause, at

    def again(self, at: datetime) -> "Job":
        """The next attempt at the same work."""
        attempt = self.attempt + 1
        return Job(self.number, self.app, self.type, self.command, self.work, at, attempt, outcome="waiting")
