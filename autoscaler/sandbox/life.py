"""What a client does to dynos: scale, restart, stop, release.

Facts: Dev Center, "Dyno Restarts": a release or a config change restarts them all, and a dyno of the formation that is
stopped is replaced. "One-Off Dynos": they are never restarted.
"""

from datetime import timedelta

from autoscaler.sandbox.births import born
from autoscaler.sandbox.endings import end, renew
from autoscaler.sandbox.jobs import Cause
from autoscaler.sandbox.state import State
from autoscaler.sandbox.things import ONE_OFF, App, Dyno, Release

PREBOOT = timedelta(minutes=3)
"""How long a release's preboot takes by default (Dev Center, "Preboot": boot timeout and 2 minutes)."""


def settle(world: State, app: App) -> None:
    """Give each process type as many dynos of its size as its quantity: the highest numbers go first."""
    now = world.now()
    for process in app.formation.values():
        have = {dyno.number: dyno for dyno in of_formation(app) if dyno.type == process.type}
        for number in sorted(have, reverse=True):
            if number > process.quantity:
                end(world, app, have[number], Cause.SCALE_DOWN, now)
            elif have[number].size != process.size:
                renew(world, app, have[number], Cause.RESIZE, now)
        for number in range(1, process.quantity + 1):
            if number not in have:
                born(world, app, f"{process.type}.{number}", now)
                world.note("created", app, f"{process.type}.{number}")


def restart(world: State, app: App, dyno: Dyno) -> None:
    """A dyno of the formation is born anew under its name; a `run` dyno is stopped; a one-off of another type stays
    (heroku/platform-api issues 52 and 57)."""
    if not dyno.one_off or dyno.type == ONE_OFF:
        stop(world, app, dyno)


def stop(world: State, app: App, dyno: Dyno) -> None:
    """A one-off ends; a dyno of the formation is replaced at once."""
    if dyno.one_off:
        end(world, app, dyno, Cause.STOP, world.now())
    else:
        renew(world, app, dyno, Cause.MANUAL_RESTART, world.now())


def restart_type(world: State, app: App, kind: str) -> None:
    for dyno in of_type(app, kind):
        restart(world, app, dyno)


def of_type(app: App, kind: str) -> list[Dyno]:
    """An app's dynos of a process type, one-offs among them."""
    return [dyno for dyno in app.dynos.values() if dyno.type == kind]


def of_formation(app: App) -> list[Dyno]:
    """An app's dynos but the one-offs."""
    return [dyno for dyno in app.dynos.values() if not dyno.one_off]


def restart_formation(world: State, app: App, cause: Cause = Cause.MANUAL_RESTART) -> None:
    """Every dyno but the one-offs is born anew."""
    for dyno in of_formation(app):
        renew(world, app, dyno, cause, world.now())


def release(world: State, app: App, description: str, preboot: timedelta = PREBOOT) -> None:
    """A new release, and with it new dynos.

    Where preboot is on, the formation cannot be changed for as long as it takes. The old dynos go on, but are in no
    list ("Preboot": they "won't appear in `heroku ps`").
    """
    version = app.releases[-1].version + 1
    app.releases.append(Release(world.new_id("release"), version, description, world.now()))
    world.note("released", app, f"v{version}", description)
    if app.features.get("preboot"):
        app.preboot_until = world.now() + preboot
    restart_formation(world, app, Cause.RELEASE)
