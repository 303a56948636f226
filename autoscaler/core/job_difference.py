"""What another version of a policy file would change about its one-off jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autoscaler.core.cost import NOTHING, Amount, Prices, running
from autoscaler.core.jobs import HeldJob, Job, due_between
from autoscaler.core.masking import mask
from autoscaler.core.policies import Policies
from autoscaler.core.spoken import spoken_length

Kind = Literal["changed", "new", "removed", "unknown"]


@dataclass(frozen=True, slots=True)
class JobDifference:
    """How a job differs: `changes` in words. `before` and `after` are what its starts in the period take at most."""

    app: str
    name: str
    kind: Kind
    changes: tuple[str, ...] = ()
    before: Amount = NOTHING
    after: Amount = NOTHING


@dataclass(frozen=True, slots=True)
class _Period:
    start: int
    until: int
    prices: Prices

    def starts(self, job: Job) -> list[int]:
        return due_between(job, self.start, self.until)

    def takes(self, job: Job) -> Amount:
        return running(len(self.starts(job)), job.size, job.time_limit, self.prices)


def job_differences(
    other: Policies, policies: Policies, start: int, until: int, prices: Prices
) -> tuple[JobDifference, ...]:
    """The jobs of `policies` and of `other` that are not the same, by app and name."""
    old, new = _by_name(other), _by_name(policies)
    period = _Period(start, until, prices)
    compared = (_job(name, old.get(name), new.get(name), period) for name in sorted(old.keys() | new.keys()))
    return tuple(found for found in compared if found is not None)


def _by_name(policies: Policies) -> dict[tuple[str, str], Job | HeldJob]:
    jobs: list[Job | HeldJob] = [*policies.jobs, *policies.held_jobs]
    return {(job.app, job.name): job for job in jobs}


def _job(
    name: tuple[str, str], old: Job | HeldJob | None, new: Job | HeldJob | None, period: _Period
) -> JobDifference | None:
    for job in (new, old):
        if isinstance(job, HeldJob):
            both = isinstance(new, HeldJob) and isinstance(old, HeldJob) and new.reason == old.reason
            return None if both else JobDifference(*name, "unknown", (f"it is held: {job.reason}",))
    if isinstance(old, Job) and isinstance(new, Job):
        changes = tuple(_changes(old, new, period))
        return JobDifference(*name, "changed", changes, period.takes(old), period.takes(new)) if changes else None
    if isinstance(new, Job):
        told = f"it runs `{mask(new.command)}` {new.spoken} ({new.zone.name})"
        return JobDifference(*name, "new", (told,), after=period.takes(new))
    assert isinstance(old, Job)
    return JobDifference(*name, "removed", (f"it ran {old.spoken} ({old.zone.name})",), before=period.takes(old))


def _changes(old: Job, new: Job, period: _Period) -> Iterator[str]:
    if old.spoken != new.spoken:
        yield f"it runs {new.spoken} instead of {old.spoken}"
    elif old.zone.name == new.zone.name and period.starts(old) != period.starts(new):
        yield "it runs on other days: a calendar has changed"
    if old.zone.name != new.zone.name:
        yield f"its time zone is {new.zone.name} instead of {old.zone.name}"
    if old.command != new.command:
        yield _command(mask(old.command), mask(new.command))
    if old.time_limit != new.time_limit:
        yield f"it may run for {spoken_length(new.time_limit)} instead of {spoken_length(old.time_limit)}"
    if old.catch_up != new.catch_up:
        yield f"it may start {_late(new)} late instead of {_late(old)}"
    if old.size != new.size:
        yield f"its size is {_size(new)} instead of {_size(old)}"
    if old.overlap != new.overlap:
        yield f"its overlap is {new.overlap} instead of {old.overlap}"
    if old.retries != new.retries:
        yield f"it has {new.retries} retries instead of {old.retries}"


def _command(old: str, new: str) -> str:
    return f"it runs `{new}` instead of `{old}`" if old != new else "its command has changed, in what is masked"


def _size(job: Job) -> str:
    return job.size or "the platform's choice"


def _late(job: Job) -> str:
    return spoken_length(job.catch_up) or "0m"
