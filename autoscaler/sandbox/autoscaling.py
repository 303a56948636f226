"""What Heroku's own autoscaling does to web, and what ends it.

That any scaling of web through the API switches it off: heroku/cli issue 924, which quotes Dev Center of 2018, and is
not confirmed since.
"""

from autoscaler.sandbox.life import settle
from autoscaler.sandbox.state import State
from autoscaler.sandbox.things import App


def scaled_by_hand(world: State, app: App) -> None:
    """A client has scaled web through the API."""
    for monitor in app.monitors.values():
        if monitor.scales:
            monitor.fields["is_active"] = False
            world.note("autoscaling off", app, "web", "scaled through the API")


def autoscale(world: State, app: App, quantity: int) -> None:
    """Heroku's own autoscaling moves web. Raises ValueError where it is not on, or for a quantity out of its range."""
    active = [monitor for monitor in app.monitors.values() if monitor.scales]
    if not active:
        raise ValueError(f"autoscaling is not on for web of {app.name}")
    least, most = active[0].fields["min_quantity"], active[0].fields["max_quantity"]
    if not least <= quantity <= most:
        raise ValueError(f"web of {app.name} is autoscaled from {least} to {most}, not to {quantity}")
    move(world, app, quantity)


def move(world: State, app: App, quantity: int) -> None:
    """Give web so many dynos, as Heroku itself."""
    web = app.formation["web"]
    if web.quantity != quantity:
        world.note("autoscaled", app, "web", f"{web.quantity} to {quantity}")
        web.quantity, web.updated_at = quantity, world.now()
        settle(world, app)
