"""The life of dynos, derived from their births and the present.

Facts: Dev Center, "Dyno Restarts": a dyno is cycled 24 hours plus up to 216 minutes after its birth, each by itself;
a release or a config change restarts them all. "One-Off Dynos": they are never restarted.
"""

from datetime import datetime, timedelta

from autoscaler.sandbox.world import App, Dyno, ProcessType, Release, World

START_UP = timedelta(seconds=10)
DAY = timedelta(hours=24)
SPREAD_MINUTES = 216


def advance(world: World) -> None:
    """Bring every dyno to the present: cycle those whose day is over, remove one-offs whose time is."""
    now = world.now()
    for app in world.apps.values():
        for dyno in list(app.dynos.values()):
            if dyno.one_off and dyno.ends <= now:
                del app.dynos[dyno.name]
                world.note("expired", app, dyno.name)
            while not dyno.one_off and dyno.ends <= now:
                world.note("cycled", app, dyno.name)
                dyno = _born(world, app, dyno.name, dyno.type, dyno.ends)
                app.dynos[dyno.name] = dyno


def state(dyno: Dyno, now: datetime) -> str:
    """starting or up (Platform API schema, dyno state)."""
    return "up" if now >= dyno.up_at else "starting"


def settle(world: World, app: App) -> None:
    """Give each process type as many dynos as its quantity: the highest numbers go first."""
    for process in app.formation.values():
        wanted = {f"{process.type}.{number}" for number in range(1, process.quantity + 1)}
        have = {dyno.name for dyno in app.dynos.values() if dyno.type == process.type and not dyno.one_off}
        for name in sorted(have - wanted, key=_number, reverse=True):
            del app.dynos[name]
            world.note("stopped", app, name)
        for name in sorted(wanted - have, key=_number):
            app.dynos[name] = _born(world, app, name, process.type, world.now())
            world.note("created", app, name)


def restart(world: World, app: App, dyno: Dyno) -> None:
    """A dyno of the formation is born anew under its name; a one-off is stopped."""
    if dyno.one_off:
        del app.dynos[dyno.name]
        world.note("stopped", app, dyno.name)
        return
    app.dynos[dyno.name] = _born(world, app, dyno.name, dyno.type, world.now())
    world.note("restarted", app, dyno.name)


def restart_type(world: World, app: App, process: ProcessType) -> None:
    for dyno in [dyno for dyno in app.dynos.values() if dyno.type == process.type and not dyno.one_off]:
        restart(world, app, dyno)


def release(world: World, app: App, description: str) -> None:
    """A new release, and with it new dynos."""
    version = app.releases[-1].version + 1
    app.releases.append(Release(world.new_id("release"), version, description, world.now()))
    world.note("released", app, f"v{version}", description)
    for process in app.formation.values():
        restart_type(world, app, process)


def run_one_off(world: World, app: App, command: str, size: str, seconds: int) -> Dyno:
    """A one-off dyno that lives at most `seconds`."""
    name = f"run.{world.chance.randint(1000, 9999)}"
    now = world.now()
    dyno = Dyno(
        world.new_id("dyno"), name, "run", size, command, app.releases[-1].version, now, now + START_UP,
        now + timedelta(seconds=seconds), one_off=True,
    )  # fmt: skip
    app.dynos[name] = dyno
    world.note("created", app, name, command)
    return dyno


def _born(world: World, app: App, name: str, kind: str, at: datetime) -> Dyno:
    process = app.formation[kind]
    ends = at + DAY + timedelta(minutes=world.chance.uniform(0, SPREAD_MINUTES))
    version = app.releases[-1].version
    return Dyno(world.new_id("dyno"), name, kind, process.size, process.command, version, at, at + START_UP, ends)


def _number(name: str) -> int:
    return int(name.rpartition(".")[2])
