"""Jobs that wait, and the dynos that take them.

A dyno of the formation that is up and idle takes the first job of its process type; a one-off takes, when it comes up,
the first whose command is part of its own.
"""

from collections import deque
from datetime import datetime

from autoscaler.sandbox.jobs import Cause, Job
from autoscaler.sandbox.state import Coming, State
from autoscaler.sandbox.things import App, Dyno


def arrive(world: State, app: App, job: Job, at: datetime) -> None:
    """A job begins to wait. The first of its process type has the dynos looked at that are still starting."""
    job.outcome = "waiting"
    app.tallies[job.type].given += 1
    if job.command:
        app.errands.append(job)
        return
    if job.type not in app.queues:
        app.queues[job.type] = deque()
        for dyno in app.dynos.values():
            if dyno.type == job.type and dyno.state(at) == "starting":
                world.plan(dyno.up_at, Coming.UP, app, dyno)
    app.queues[job.type].append(job)
    hand_out(world, app, job.type, at)


def hand_out(world: State, app: App, kind: str, at: datetime) -> None:
    """The idle dynos of a process type take what waits for it, the lowest numbers first."""
    if app.queues.get(kind):
        for dyno in sorted(_idle(app, kind, at), key=lambda one: one.number):
            take(world, app, dyno, at)


def _idle(app: App, kind: str, at: datetime) -> list[Dyno]:
    of_type = [dyno for dyno in app.dynos.values() if dyno.type == kind and not dyno.one_off]
    return [dyno for dyno in of_type if dyno.job is None and dyno.state(at) == "up"]


def take(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    """A dyno that is up and idle begins the first job that waits for it, if there is one."""
    job = _first(app, dyno)
    if job is None:
        return
    dyno.job = job
    job.outcome, job.begun, job.dyno, job.dyno_id = "running", at, dyno.name, dyno.id
    app.tallies[job.type].begun += 1
    world.plan(at + job.work.length, Coming.DONE, app, dyno)


def _first(app: App, dyno: Dyno) -> Job | None:
    if not dyno.one_off:
        queue = app.queues.get(dyno.type)
        return queue.popleft() if queue else None
    for job in app.errands:
        if job.command in dyno.command:
            app.errands.remove(job)
            return job
    return None


def lose(app: App, dyno: Dyno, cause: Cause, at: datetime) -> None:
    """The job of a dyno, if it has one, ends unfinished together with the dyno's process."""
    job, dyno.job = dyno.job, None
    if job is not None:
        job.end("killed", cause, at)
        app.tallies[job.type].killed[cause] += 1


def put_back(world: State, app: App, dyno: Dyno, cause: Cause, at: datetime) -> None:
    """The job of a dyno, if it has one, waits again, before all others.

    It is handed out as something to come, for the dynos that are idle now may be ended by the same release.
    """
    job, dyno.job = dyno.job, None
    if job is None:
        return
    job.end("interrupted", cause, at)
    app.tallies[job.type].interrupted[cause] += 1
    again = job.again(at)
    world.jobs.append(again)
    (app.errands if job.command else app.queues[job.type]).appendleft(again)
    world.plan(at, Coming.HAND_OUT, app, job.type)


def waiting(app: App, kind: str) -> int:
    """How many jobs wait for a dyno of a process type; those for one-offs count under `run`."""
    queue = app.queues.get(kind, ())
    return len(queue) + sum(job.type == kind for job in app.errands)


def running(app: App, kind: str) -> int:
    """How many jobs of a process type are being done, by dynos that have got SIGTERM too."""
    dynos = (*app.dynos.values(), *app.ending.values())
    return sum(dyno.job is not None and dyno.job.type == kind for dyno in dynos)
