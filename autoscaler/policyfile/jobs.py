"""Jobs from what is written to core's: the checks between values, the values themselves, and what to be warned of."""

from collections.abc import Iterator

from autoscaler.core.days import Dates, Days
from autoscaler.core.guard import Ourselves
from autoscaler.core.jobs import CATCH_UP, LONGEST, DayTime, HeldJob, Job, next_due
from autoscaler.core.masking import mask
from autoscaler.core.zones import DAY, Zone
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.naming import Naming, check_business_days
from autoscaler.policyfile.tree import Place
from autoscaler.policyfile.written import WrittenApp, WrittenJob, value_of


def check_jobs(app: WrittenApp, business: str | None, zone: bool, ourselves: Ourselves, faults: Faults) -> None:
    """What is wrong with an app's jobs by the text, and where there is nobody who could remember their starts."""
    for job in jobs_of(app):
        if not zone:
            hint = "write timezone: Asia/Tokyo (or yours) at the top of the file, or at the app"
            faults.error(job.place, job.path, "no `timezone` is given for it", hint)
        for place, path, days in _named_days(job):
            check_business_days(days, place, path, business, faults)
        if ourselves.forgetful is not None:
            faults.error(job.place, job.path, f"a job cannot be started here: {ourselves.forgetful}")


def jobs(app: WrittenApp, zone: Zone, naming: Naming) -> Iterator[Job | HeldJob]:
    """The jobs of an app without faults; those whose days cannot be known now are held."""
    for written in jobs_of(app):
        missing = naming.missing_for(days for _, _, days in _named_days(written))
        if missing is None:
            yield _job(app.name, zone, written, naming)
        else:
            yield HeldJob(app.name, written.name, written.place[0], missing)


def warn_of_jobs(app: WrittenApp, made: dict[str, Job], now: int, faults: Faults) -> None:
    """Secrets in commands, and jobs that never come."""
    for written in jobs_of(app):
        job = made.get(written.name)
        assert written.run is not None
        assert written.when is not None
        if mask(value_of(written.run) or "") != written.run.value:
            message = "a secret seems to stand in the command, which Heroku shows and logs"
            hint = (
                "set it as a config var of the app and read it inside the program; $NAMES are logged with their values"
            )
            faults.warning(written.run.place, written.run.path, message, hint)
        if job is not None and next_due(job, now) is None:
            past = all(isinstance(when.days, Dates) and _last(when.days) * DAY < now for when in job.times)
            message = "all its dates are past" if past else "it is never due in the next 400 days"
            hint = "remove the job" if past else "mend its days, or remove it"
            faults.warning(written.when.place, written.when.path, message, hint)


def jobs_of(app: WrittenApp) -> list[WrittenJob]:
    return value_of(app.jobs) or []


def _named_days(job: WrittenJob) -> Iterator[tuple[Place, str, Days]]:
    times = value_of(job.when)
    if times is not None and job.when is not None:
        for place, when in zip(times.places, times.phrases, strict=True):
            if when is not None:
                yield place, job.when.path, when.days


def _job(app: str, zone: Zone, written: WrittenJob, naming: Naming) -> Job:
    times, command = value_of(written.when), value_of(written.run)
    assert times is not None
    assert command is not None
    return Job(
        app=app,
        name=written.name,
        line=written.place[0],
        zone=zone,
        times=tuple(DayTime(naming.days(when.days), when.time) for when in times.phrases if when is not None),
        command=command,
        size=value_of(written.size),
        time_limit=value_of(written.time_limit) or LONGEST,
        overlap=value_of(written.overlap) or "skip",
        retries=value_of(written.retries) or 0,
        catch_up=value_of(written.catch_up) or CATCH_UP,
    )


def _last(dates: Dates) -> int:
    return max(high for _, high in dates.ranges) + 1
