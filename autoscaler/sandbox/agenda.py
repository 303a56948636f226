"""What is to come, brought about in the order of time whenever somebody looks.

Facts: Dev Center, "Dyno Restarts": a dyno is cycled 24 hours plus up to 216 minutes after its birth, each by itself.
A one-off's time is over before that.
"""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop
from typing import Any

from autoscaler.sandbox.crashes import crash, reborn
from autoscaler.sandbox.endings import end, exit_by_itself, kill, leave, renew
from autoscaler.sandbox.jobs import Cause
from autoscaler.sandbox.queues import arrive, hand_out, take
from autoscaler.sandbox.state import Coming, State
from autoscaler.sandbox.things import App, Dyno


def advance(world: State) -> None:
    """Bring the world to the present."""
    now = world.now()
    while world.agenda and world.agenda[0][0] <= now:
        at, _, coming, app, about = heappop(world.agenda)
        _BRINGS[coming](world, app, about, at)


def _up(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    if app.has(dyno) and dyno.job is None and dyno.crashed_at is None:
        take(world, app, dyno, at)


def _cycle(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    if app.has(dyno) and dyno.crashed_at is None:
        renew(world, app, dyno, Cause.DAILY_CYCLE, at)


def _expire(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    if app.has(dyno):
        end(world, app, dyno, Cause.TIME_TO_LIVE, at)


def _done(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    """A job's time is over: its dyno takes the next one, if it is one that goes on."""
    job, dyno.job = dyno.job, None
    if job is None:  # the dyno was ended before
        return
    status = job.work.exit_status
    job.end("crashed" if status else "finished", Cause.CRASH if status else None, at)
    tally = app.tallies[job.type]
    if status:
        tally.crashed += 1
    else:
        tally.finished += 1
    if dyno.sigterm_at is not None:
        leave(world, app, dyno, status, at)
    elif dyno.one_off:
        exit_by_itself(world, app, dyno, status, at)
    elif status:
        crash(world, app, dyno, status, at)
    else:
        take(world, app, dyno, at)


def _late(_: State, __: App, effect: Callable[[], None], ___: datetime) -> None:
    effect()


_BRINGS: dict[Coming, Callable[[State, App, Any, datetime], None]] = {
    Coming.UP: _up,
    Coming.CYCLE: _cycle,
    Coming.EXPIRE: _expire,
    Coming.KILL: kill,
    Coming.DONE: _done,
    Coming.REBORN: reborn,
    Coming.ARRIVE: arrive,
    Coming.HAND_OUT: hand_out,
    Coming.LATE: _late,
}
