"""How dynos come into being."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from autoscaler.sandbox.state import Coming, State
from autoscaler.sandbox.things import ONE_OFF, App, Dyno

START_UP = timedelta(seconds=10)
DAY = timedelta(hours=24)
SPREAD_MINUTES = 216


def born(world: State, app: App, name: str, at: datetime, crashes: int = 0) -> Dyno:
    """A new dyno of the formation under `name`: a new id and, with the birth, a new day to be cycled after."""
    process = app.formation[name.rpartition(".")[0]]
    ends = at + DAY + timedelta(minutes=world.chance.uniform(0, SPREAD_MINUTES))
    dyno = Dyno(
        world.new_id("dyno"), name, process.type, process.size, process.command, app.releases[-1].version, at,
        at + START_UP, ends, crashes=crashes,
    )  # fmt: skip
    app.dynos[name] = dyno
    app.tallies[process.type].born += 1
    world.plan(ends, Coming.CYCLE, app, dyno)
    if process.type in app.queues:
        world.plan(dyno.up_at, Coming.UP, app, dyno)
    return dyno


@dataclass(frozen=True, slots=True)
class OneOff:
    """What a one-off dyno is to run; it lives at most `seconds`, and its `size` is a key of SIZES."""

    command: str
    size: str
    seconds: int
    type: str = ONE_OFF


def run_one_off(world: State, app: App, asked: OneOff) -> Dyno:
    """A one-off dyno, with a number that no other of the app has."""
    name, now = _free_name(world, app, asked.type), world.now()
    dyno = Dyno(
        world.new_id("dyno"), name, asked.type, asked.size, asked.command, app.releases[-1].version, now,
        now + START_UP, now + timedelta(seconds=asked.seconds), one_off=True,
    )  # fmt: skip
    app.dynos[name] = dyno
    app.tallies[asked.type].born += 1
    world.plan(dyno.up_at, Coming.UP, app, dyno)
    world.plan(dyno.ends, Coming.EXPIRE, app, dyno)
    world.note("created", app, name, asked.command)
    return dyno


def _free_name(world: State, app: App, kind: str) -> str:
    while True:
        number = world.chance.randint(1000, 9999 + 10 * len(app.dynos))
        if f"{kind}.{number}" not in app.dynos:
            return f"{kind}.{number}"
