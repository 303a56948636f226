"""Crashes, and how long Heroku waits before it starts a crashed dyno again.

Facts: Dev Center, "Dynos" (as of 2019; quoted in OWASP/NodeGoat issue 165): the first time a dyno is restarted at once,
then after cool-off periods of up to 20, 40, 60, 180 and 320 minutes, then of 320 minutes each; the sandbox takes the
whole of them. Exponential since 2013 (changelog item 344), before that 10 minutes each. The row of crashes is over when
the app gets a release or a restart, or is scaled to 0 and back; or "when the dyno starts correctly", which has no
number: here only a dyno that is cycled has lived long enough. Whether a restart after a crash begins a new day is not
documented: here it does, for it is a new dyno.
"""

from datetime import datetime, timedelta

from autoscaler.sandbox.births import born
from autoscaler.sandbox.endings import doom, leave
from autoscaler.sandbox.jobs import Cause
from autoscaler.sandbox.queues import lose
from autoscaler.sandbox.state import Coming, State
from autoscaler.sandbox.things import App, Dyno

COOL_OFFS = tuple(timedelta(minutes=minutes) for minutes in (0, 20, 40, 60, 180, 320))


def crash(world: State, app: App, dyno: Dyno, status: int, at: datetime) -> None:
    """The dyno's process ends without having been asked. A one-off vanishes, for those are never restarted."""
    lose(app, dyno, Cause.CRASH, at)
    doom(app, dyno, Cause.CRASH)
    world.note("crashed", app, dyno.name, f"status {status}", at)
    if dyno.one_off:
        del app.dynos[dyno.name]
        leave(world, app, dyno, status, at)
        return
    dyno.crashed_at = at
    world.plan(at + COOL_OFFS[min(dyno.crashes, len(COOL_OFFS) - 1)], Coming.REBORN, app, dyno)


def reborn(world: State, app: App, dyno: Dyno, at: datetime) -> None:
    """A new dyno in the place of one that has crashed, unless that has been replaced or scaled away meanwhile."""
    if app.has(dyno):
        leave(world, app, dyno, 1, at)
        born(world, app, dyno.name, at, dyno.crashes + 1)
