"""The life of dynos, derived from their births and the present.

Facts: Dev Center, "Dyno Restarts": a dyno is cycled 24 hours plus up to 216 minutes after its birth, each by itself;
a release or a config change restarts them all. "One-Off Dynos": they are never restarted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from autoscaler.sandbox.world import NEVER, App, Dyno, Release, World

START_UP = timedelta(seconds=10)
DAY = timedelta(hours=24)
SPREAD_MINUTES = 216
ONE_OFF = "run"


def advance(world: World) -> None:
    """Bring every dyno to the present, in the order of time: cycle those whose day is over, end one-offs."""
    now = world.now()
    if now < world.due:  # most requests: no need to look at the dynos of a thousand apps
        return
    ends = [(one.ends, app.name, name) for app in world.apps.values() for name, one in app.dynos.items()]
    heapify(ends)
    while ends and ends[0][0] <= now:
        at, app_name, name = heappop(ends)
        reborn = _end(world, world.apps[app_name], name, at)
        if reborn is not None:
            heappush(ends, (reborn.ends, app_name, name))
    world.due = ends[0][0] if ends else NEVER


def _end(world: World, app: App, name: str, at: datetime) -> Dyno | None:
    """The dyno in the place of one whose time was over at `at`; none in that of a one-off."""
    ended = app.dynos.pop(name)
    world.note("expired" if ended.one_off else "cycled", app, name, at=at)
    if ended.one_off:
        return None
    app.dynos[name] = _born(world, app, name, ended.type, at)
    return app.dynos[name]


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
    """A dyno of the formation is born anew under its name; a `run` dyno is stopped; a one-off of another type stays
    (heroku/platform-api issues 52 and 57)."""
    if not dyno.one_off or dyno.type == ONE_OFF:
        stop(world, app, dyno)


def stop(world: World, app: App, dyno: Dyno) -> None:
    """A one-off is gone; a dyno of the formation is replaced at once (Dev Center, "Dyno Restarts")."""
    if dyno.one_off:
        del app.dynos[dyno.name]
        world.note("stopped", app, dyno.name)
        return
    app.dynos[dyno.name] = _born(world, app, dyno.name, dyno.type, world.now())
    world.note("restarted", app, dyno.name)


def restart_type(world: World, app: App, kind: str) -> None:
    for dyno in of_type(app, kind):
        restart(world, app, dyno)


def of_type(app: App, kind: str) -> list[Dyno]:
    """An app's dynos of a process type, one-offs among them."""
    return [dyno for dyno in app.dynos.values() if dyno.type == kind]


def restart_formation(world: World, app: App) -> None:
    """Every dyno but the one-offs is born anew."""
    for dyno in [dyno for dyno in app.dynos.values() if not dyno.one_off]:
        stop(world, app, dyno)


def release(world: World, app: App, description: str) -> None:
    """A new release, and with it new dynos."""
    version = app.releases[-1].version + 1
    app.releases.append(Release(world.new_id("release"), version, description, world.now()))
    world.note("released", app, f"v{version}", description)
    restart_formation(world, app)


@dataclass(frozen=True, slots=True)
class OneOff:
    """What a one-off dyno is to run; it lives at most `seconds`, and its `size` is a key of SIZES."""

    command: str
    size: str
    seconds: int
    type: str = ONE_OFF


def run_one_off(world: World, app: App, asked: OneOff) -> Dyno:
    """A one-off dyno, with a number that no other of the app has."""
    name = _free_name(world, app, asked.type)
    now, version = world.now(), app.releases[-1].version
    dyno = Dyno(
        world.new_id("dyno"), name, asked.type, asked.size, asked.command, version, now, now + START_UP,
        now + timedelta(seconds=asked.seconds), one_off=True,
    )  # fmt: skip
    app.dynos[name] = dyno
    world.due = min(world.due, dyno.ends)
    world.note("created", app, name, asked.command)
    return dyno


def _free_name(world: World, app: App, kind: str) -> str:
    while True:
        number = world.chance.randint(1000, 9999 + 10 * len(app.dynos))
        if f"{kind}.{number}" not in app.dynos:
            return f"{kind}.{number}"


def _born(world: World, app: App, name: str, kind: str, at: datetime) -> Dyno:
    process = app.formation[kind]
    ends = at + DAY + timedelta(minutes=world.chance.uniform(0, SPREAD_MINUTES))
    version = app.releases[-1].version
    world.due = min(world.due, ends)
    return Dyno(world.new_id("dyno"), name, kind, process.size, process.command, version, at, at + START_UP, ends)


def _number(name: str) -> int:
    return int(name.rpartition(".")[2])
