"""How dynos end: SIGTERM, 30 seconds at most, SIGKILL.

Facts: Dev Center, "Dyno Shutdown Behavior": a new dyno is started as soon as the old one is sent SIGTERM, so they
overlap. Of the two, GET /dynos lists the new one alone, for it has the name; the sandbox lists no dyno at all that has
been sent SIGTERM.
"""

from datetime import datetime, timedelta

from autoscaler.sandbox.births import born
from autoscaler.sandbox.jobs import Cause
from autoscaler.sandbox.queues import lose, put_back
from autoscaler.sandbox.state import Coming, State
from autoscaler.sandbox.things import App, Dyno, Exit

GRACE = timedelta(seconds=30)
SIGTERM, SIGKILL = 128 + 15, 128 + 9

_NOTED = {
    Cause.DAILY_CYCLE: "cycled",
    Cause.SCALE_DOWN: "stopped",
    Cause.STOP: "stopped",
    Cause.TIME_TO_LIVE: "expired",
}


def end(world: State, app: App, dyno: Dyno, cause: Cause, at: datetime) -> None:
    """SIGTERM: the dyno ends at once, or when its job lets it, and 30 s later at the latest."""
    del app.dynos[dyno.name]
    doom(app, dyno, cause)
    world.note(_NOTED.get(cause, "restarted"), app, dyno.name, cause, at)
    dyno.sigterm_at = at
    if dyno.job is not None and dyno.job.work.on_sigterm == "finish":
        app.ending[dyno.id] = dyno
        world.plan(at + GRACE, Coming.KILL, app, dyno)
        return
    if dyno.job is not None and dyno.job.work.on_sigterm == "requeue":
        put_back(world, app, dyno, cause, at)
    lose(app, dyno, cause, at)
    leave(world, app, dyno, SIGTERM, at)


def renew(world: State, app: App, dyno: Dyno, cause: Cause, at: datetime) -> None:
    """SIGTERM, and in the same moment a new dyno under the name."""
    end(world, app, dyno, cause, at)
    born(world, app, dyno.name, at)


def kill(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    """SIGKILL, 30 s after SIGTERM, unless the dyno has ended by itself."""
    if dyno.id in app.ending and dyno.cause is not None:
        lose(app, dyno, dyno.cause, at)
        world.note("killed", app, dyno.name, dyno.cause, at)
        leave(world, app, dyno, SIGKILL, at)


def exit_by_itself(world: State, app: App, dyno: Dyno, status: int, at: datetime) -> None:
    """A one-off is done: it vanishes. Its exit status is not in Heroku's API."""
    del app.dynos[dyno.name]
    doom(app, dyno, Cause.EXIT)
    world.note("exited", app, dyno.name, f"status {status}", at)
    leave(world, app, dyno, status, at)


def doom(app: App, dyno: Dyno, cause: Cause) -> None:
    """Count what ended a dyno: of two causes the first, as of one that had crashed before it was replaced."""
    if dyno.cause is None:
        dyno.cause = cause
        app.tallies[dyno.type].ended[cause] += 1


def leave(world: State, app: App, dyno: Dyno, status: int, at: datetime) -> None:
    """The dyno's last process has ended."""
    app.ending.pop(dyno.id, None)
    app.tallies[dyno.type].run(dyno.size, at - dyno.born)
    if dyno.one_off:
        world.exits.append(
            Exit(app.name, dyno.name, dyno.id, dyno.command, dyno.born, at, status, dyno.cause),
        )
