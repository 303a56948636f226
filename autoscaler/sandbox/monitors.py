"""Heroku's own autoscaling of web: monitors, as its command-line client asks for them.

The host that serves them is documented nowhere. Calls, fields and statuses: heroku/cli, `ps:autoscale`, and
davidji99/terraform-provider-herokux.
"""

from typing import Any
from uuid import UUID

from autoscaler.sandbox.autoscaling import move
from autoscaler.sandbox.calls import Answer, Call, Route
from autoscaler.sandbox.errors import ApiError, invalid, not_found
from autoscaler.sandbox.shapes import fixed_id
from autoscaler.sandbox.sizes import SIZES
from autoscaler.sandbox.things import App, Monitor

PATH = "/apps/{app}/formation/{type}/monitors"
_DEFAULTS = {"name": "LATENCY_SCALE", "action_type": "scale", "op": "GREATER_OR_EQUAL", "period": 1, "value": 1000}
_ABLE = ("Performance", "Private")


def _app(call: Call) -> App:
    """By its id alone: a name is not known at this host."""
    try:
        UUID(call.path["app"])
    except ValueError:
        raise not_found("app") from None
    return call.app


def _monitors(call: Call) -> Answer:
    app = _app(call)
    found = app.monitors.values() if call.path["type"] == "web" else ()
    return Answer([_shape(app, one) for one in found])


def _add(call: Call) -> Answer:
    app = _app(call)
    fields = {**_DEFAULTS, "is_active": True, "min_quantity": 1, "max_quantity": 1, **call.fields}
    if any(one.fields["name"] == fields["name"] for one in app.monitors.values()):
        raise ApiError(409, "conflict", "A monitor of this name exists already.")
    monitor = Monitor(call.world.new_id("monitor"), {})
    _change(call, app, monitor, fields)
    app.monitors[monitor.id] = monitor
    return Answer({"id": monitor.id}, 201)


def _change_one(call: Call) -> Answer:
    app = _app(call)
    monitor = app.monitors.get(call.path["monitor"])
    if monitor is None:
        raise not_found("monitor")
    _change(call, app, monitor, {**monitor.fields, **call.fields})
    return Answer(None, 202)


def _change(call: Call, app: App, monitor: Monitor, fields: dict[str, Any]) -> None:
    """Web is brought into the range at once (Dev Center, "Autoscaling"). Raises ApiError."""
    web = app.formation.get("web")
    if call.path["type"] != "web" or web is None:
        raise not_found(f"process type ({call.path['type']})")
    least, most = fields["min_quantity"], fields["max_quantity"]
    if not (type(least) is type(most) is int and 1 <= least <= most):
        raise invalid("Quantities must be integers from 1, the minimum not above the maximum.")
    if not isinstance(fields["is_active"], bool):
        raise invalid("Is active must be true or false.")
    if fields["is_active"] and not SIZES[web.size].name.startswith(_ABLE):
        raise ApiError(403, "forbidden", f"{SIZES[web.size].name} dynos cannot be autoscaled.")
    monitor.fields = fields
    if monitor.scales:
        move(call.world, app, min(max(web.quantity, least), most))


def _shape(app: App, one: Monitor) -> dict[str, Any]:
    return {
        "id": one.id,
        "app_id": app.id,
        "metric_uuid": fixed_id(f"metric:{one.id}"),
        "process_type": "web",
        "state": "OK",
        "notification_channels": [],
        "notification_period": 1440,
        "forecast_period": None,
        **one.fields,
    }


MONITORS = (
    Route("GET", PATH, "read", _monitors),
    Route("POST", PATH, "write", _add),
    Route("PATCH", f"{PATH}/{{monitor}}", "write", _change_one),
)
