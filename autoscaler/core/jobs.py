"""One-off jobs: when they are due, and what should be done about it given what is remembered of their runs.

A job is due at the first instant at which the local clock reads its time, or later, on each of its days: the rule of a
window's edges. An instant that is due is an event, not a level, so what was done about it is remembered: each attempt
is claimed by a row that only one daemon can insert, and what has been claimed is never begun a second time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from autoscaler.core.days import Days, days_between
from autoscaler.core.memory import Due, Ended, Refused, Run
from autoscaler.core.spoken import spoken_days, spoken_time
from autoscaler.core.zones import DAY, MINUTE, Zone, instant, moment

Overlap = Literal["skip", "queue", "allow"]

LONGEST = DAY
"""Seconds that a one-off dyno may run at most (Platform API schema, "Dyno": time_to_live is at most 86400)."""

CATCH_UP = 15 * MINUTE
"""Seconds by which a start may be late where the file does not say."""

MOST_RETRIES = 10

_AHEAD = (2 * DAY, 40 * DAY, 400 * DAY)
"""How far the next start is looked for, in seconds: most come within days."""


@dataclass(frozen=True, slots=True)
class DayTime:
    """One phrase of a job's `when`: `time` is in seconds after midnight."""

    days: Days
    time: int


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A command that is run in a one-off dyno. `line` is that of its name in the file; lengths are in seconds.

    `retries` is how often a start that the platform refused is tried again, `catch_up` how late a start may be.
    """

    app: str
    name: str
    line: int
    zone: Zone
    times: tuple[DayTime, ...]
    command: str
    size: str | None = None
    time_limit: int = LONGEST
    overlap: Overlap = "skip"
    retries: int = 0
    catch_up: int = CATCH_UP

    @property
    def spoken(self) -> str:
        """When it runs, in the words of policies.yaml."""
        return ", ".join(f"{spoken_days(when.days)} {spoken_time(when.time)}" for when in self.times)


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job that is not started now, and why."""

    app: str
    name: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Start:
    """To be claimed, and started."""

    due: Due


@dataclass(frozen=True, slots=True)
class Skip:
    """To be claimed, so that it is said once, and not started: on purpose."""

    due: Due
    reason: str


@dataclass(frozen=True, slots=True)
class Miss:
    """To be claimed, so that it is said once, and not started: it is too late."""

    due: Due
    reason: str


Step = Start | Skip | Miss


def due_between(job: Job, start: int, until: int) -> list[int]:
    """The instants in [start, until) at which the job is due, each once."""
    first, last = start // DAY - 2, until // DAY + 2
    found = {
        at
        for when in job.times
        for at in job.zone.edges([day * DAY for day in days_between(when.days, first, last, job.zone)], when.time)
    }
    return sorted(at for at in found if start <= at < until)


def next_due(job: Job, now: int) -> int | None:
    """The first instant later than `now` at which the job is due; None if there is none in 400 days."""
    for ahead in _AHEAD:
        if found := due_between(job, now + 1, now + ahead):
            return found[0]
    return None


def remembered_since(jobs: Sequence[Job], now: datetime) -> datetime:
    """From when on runs must be known to decide: all that may still be started, or still be running."""
    return now - timedelta(seconds=max(DAY, *(job.catch_up for job in jobs)) + 2 * DAY)


def steps(job: Job, runs: Sequence[Run], now: datetime, known: datetime) -> list[Step]:
    """What is to be done now about a job, of whose runs nobody's attempts are missing in `runs`.

    `known` is since when this program has known the job: what was due before it was written down was not missed. A
    start that was due before one that was claimed is nobody's any more.
    """
    own = [run for run in runs if run.due.job == job.name and run.due.app == job.app]
    last = max((run.due.at for run in own), default=None)
    seconds = instant(now)
    waiting = [moment(at) for at in due_between(job, seconds + 1 - max(DAY, job.catch_up), seconds + 1)]
    waiting = [at for at in waiting if last is None or at > last]
    fresh = [at for at in waiting if _fresh(job, at, own, now)]
    stale = [at for at in waiting if at not in fresh and (last is not None or known <= at)]
    found: list[Step] = [Miss(_due(job, at), f"it could not be started within {_length(job)}") for at in stale]
    if fresh:
        return [*found, *_begin(job, fresh, own)]
    retry = retry_at(job, own)
    if retry is not None and retry[0] <= now and not found:
        found.append(Start(retry[1]))
    return found


def retry_at(job: Job, runs: Sequence[Run]) -> tuple[datetime, Due] | None:
    """When a start that was refused is to be tried again, and as which attempt: 1, 2, 4 ... minutes after it."""
    own = [run for run in runs if run.due.job == job.name and run.due.app == job.app]
    run = max(own, key=lambda run: (run.due.at, run.due.attempt), default=None)
    if run is None or not isinstance(run.outcome, Refused) or run.due.attempt > job.retries:
        return None
    at = run.outcome.at + timedelta(minutes=2 ** (run.due.attempt - 1))
    late = at - run.due.at
    return None if late >= timedelta(seconds=job.catch_up) else (at, _due(job, run.due.at, run.due.attempt + 1))


def _fresh(job: Job, at: datetime, runs: Sequence[Run], now: datetime) -> bool:
    """Whether a start may still be made. One that is queued waits for a day, and then has its time to catch up."""
    since = at
    if job.overlap == "queue":
        before = [run for run in runs if run.due.at < at]
        if any(run.outcome is None for run in before):
            return now - at < timedelta(days=1)
        since = max([at, *(run.outcome.at for run in before if isinstance(run.outcome, Ended))])
    return now - since < timedelta(seconds=job.catch_up)


def _begin(job: Job, fresh: Sequence[datetime], runs: Sequence[Run]) -> Iterator[Step]:
    """Of several starts that wait only the last is made, unless they may overlap."""
    if job.overlap == "allow":
        yield from (Start(_due(job, at)) for at in fresh)
        return
    *earlier, at = fresh
    for before in earlier:
        yield Skip(_due(job, before), f"the start that was due at {_utc(at)} takes its place")
    going = [run for run in runs if run.outcome is None]
    if not going:
        yield Start(_due(job, at))
    elif job.overlap == "skip" and going[-1].started is not None:
        since = f"{going[-1].started.dyno}, due at {_utc(going[-1].due.at)}"
        yield Skip(_due(job, at), f"its last run goes on ({since})")
    # Else it waits: for the former's end, or until it is known whether there was a former at all.


def _due(job: Job, at: datetime, attempt: int = 1) -> Due:
    return Due(job.app, job.name, at, attempt)


def _length(job: Job) -> str:
    hours, minutes = divmod(job.catch_up // MINUTE, 60)
    return f"{hours} h" * (hours > 0) + " " * (hours > 0 < minutes) + f"{minutes} min" * (minutes > 0)


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
