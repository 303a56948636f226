"""What is asked of an app, and what it does: one function for each call of the Platform API."""

import re

from autoscaler.sandbox import gate, life, scaling, shapes
from autoscaler.sandbox.around import AROUND
from autoscaler.sandbox.births import OneOff, run_one_off
from autoscaler.sandbox.calls import APP, Answer, Call, Route
from autoscaler.sandbox.errors import ApiError, bad_request, invalid, not_found
from autoscaler.sandbox.monitors import MONITORS
from autoscaler.sandbox.things import ONE_OFF

LONGEST_ONE_OFF = 24 * 3600
_WORD = re.compile(r"\w+")
_TYPE = re.compile(r"[-\w]{1,128}")


def _apps(call: Call) -> Answer:
    """Those of the account, and those of its teams that it has joined."""
    found = [shapes.app(app) for app in call.world.apps.values() if app.joined]
    return Answer(found, keys=("id", "name", "updated_at"))


def _apps_of_user(call: Call) -> Answer:
    found = [shapes.app(app) for app in call.world.apps.values() if not app.team]
    return Answer(found, keys=("id", "name", "updated_at"))


def _app(call: Call) -> Answer:
    return Answer(shapes.app(call.app))


def _change_app(call: Call) -> Answer:
    app = call.app
    if call.fields.get("name", app.name) != app.name:
        raise ApiError(403, "forbidden", "The sandbox does not rename apps.")
    maintenance = call.fields.get("maintenance", app.maintenance)
    if not isinstance(maintenance, bool):
        raise invalid("Maintenance must be true or false.")
    app.maintenance, app.updated_at = maintenance, call.world.now()
    return Answer(shapes.app(app))


def _formation(call: Call) -> Answer:
    return Answer([shapes.formation(call.app, found) for found in call.app.formation.values()], keys=("id", "type"))


def _process_type(call: Call) -> Answer:
    return Answer(shapes.formation(call.app, scaling.process_type(call.app, call.path["type"])))


def _scale(call: Call) -> Answer:
    updates = call.fields.get("updates")
    if not isinstance(updates, list):
        raise bad_request("The request body must have a list of updates.")
    return Answer([shapes.formation(call.app, found) for found in scaling.scale(call.world, call.app, updates)])


def _scale_one(call: Call) -> Answer:
    update = {**call.fields, "type": call.path["type"]}
    return Answer(shapes.formation(call.app, scaling.scale(call.world, call.app, [update])[0]))


def _dynos(call: Call) -> Answer:
    now = call.world.now()
    return Answer([shapes.dyno(call.app, one, now) for one in call.app.dynos.values()], keys=("id", "name"))


def _dyno(call: Call) -> Answer:
    return Answer(shapes.dyno(call.app, call.dyno, call.world.now()))


def _run(call: Call) -> Answer:
    command, seconds = call.fields.get("command"), call.fields.get("time_to_live", LONGEST_ONE_OFF)
    if not isinstance(command, str) or not command:
        raise invalid("Command is required.")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds <= LONGEST_ONE_OFF:
        raise invalid(f"Time to live must be an integer from 1 to {LONGEST_ONE_OFF}.")
    kind = call.fields.get("type") or ONE_OFF
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise invalid("Type must be the name of a process type.")
    sizes = [process.size for process in call.app.formation.values()]
    size = scaling.size_key(call.fields.get("size") or next(iter(sizes), "basic"))
    one = run_one_off(call.world, call.app, OneOff(command, size, seconds, kind))
    return Answer(shapes.dyno(call.app, one, call.world.now()), 201)


def _restart(call: Call) -> Answer:
    life.restart(call.world, call.app, call.dyno)
    return Answer({}, 202)


def _restart_type(call: Call) -> Answer:
    life.restart_type(call.world, call.app, _running_type(call))
    return Answer({}, 202)


def _stop(call: Call) -> Answer:
    life.stop(call.world, call.app, call.dyno)
    return Answer({}, 202)


def _stop_type(call: Call) -> Answer:
    for dyno in life.of_type(call.app, _running_type(call)):
        life.stop(call.world, call.app, dyno)
    return Answer({}, 202)


def _running_type(call: Call) -> str:
    """A type of the formation, or one that only one-off dynos have, such as `run`. Raises ApiError."""
    kind = call.path["type"]
    return kind if life.of_type(call.app, kind) else scaling.process_type(call.app, kind).type


def _restart_all(call: Call) -> Answer:
    life.restart_formation(call.world, call.app)
    return Answer({}, 202)


def _releases(call: Call) -> Answer:
    return Answer([shapes.release(call.app, one) for one in call.app.releases], keys=("id", "version"))


def _release(call: Call) -> Answer:
    name = call.path["release"]
    for one in call.app.releases:
        if name in {one.id, str(one.version)} or (name == "current" and one is call.app.releases[-1]):
            return Answer(shapes.release(call.app, one))
    raise not_found("release")


def _config(call: Call) -> Answer:
    return Answer(call.app.config)


def _config_of_release(call: Call) -> Answer:
    """What the current release has; of earlier ones the sandbox keeps no record."""
    _release(call)
    return Answer(call.app.config)


def _change_config(call: Call) -> Answer:
    """A null deletes; whatever changes makes a release, and that restarts every dyno."""
    app = call.app
    if not all(_WORD.fullmatch(key) for key in call.fields):
        raise invalid("Config vars must have names of letters, digits and underscores.")
    if not all(value is None or isinstance(value, str) for value in call.fields.values()):
        raise invalid("Config vars must be strings.")
    after = {key: value for key, value in {**app.config, **call.fields}.items() if value is not None}
    if after != app.config:
        app.config = after
        verb = "Remove" if all(value is None for value in call.fields.values()) else "Set"
        life.release(call.world, app, f"{verb} {', '.join(call.fields)} config vars")
    return Answer(app.config)


def _features(call: Call) -> Answer:
    return Answer([shapes.feature(call.app, name) for name in ("preboot",)], keys=("id", "name"))


def _feature(call: Call) -> Answer:
    if call.path["feature"] != "preboot":
        raise not_found("feature")
    return Answer(shapes.feature(call.app, "preboot"))


def _change_feature(call: Call) -> Answer:
    _feature(call)
    enabled = call.fields.get("enabled")
    if not isinstance(enabled, bool):
        raise invalid("Enabled must be true or false.")
    call.app.features["preboot"] = enabled
    return _feature(call)


ROUTES = (
    Route("GET", "/users/{user}/apps", "read", _apps_of_user),
    Route("GET", "/apps", "read", _apps),
    Route("GET", APP, "read", _app),
    Route("PATCH", APP, "write", _change_app),
    Route("GET", f"{APP}/formation", "read", _formation),
    Route("PATCH", f"{APP}/formation", "write", _scale),
    Route("GET", f"{APP}/formation/{{type}}", "read", _process_type),
    Route("PATCH", f"{APP}/formation/{{type}}", "write", _scale_one),
    Route("GET", f"{APP}/dynos", "read", _dynos),
    Route("POST", f"{APP}/dynos", gate.ONE_OFF, _run),
    Route("DELETE", f"{APP}/dynos", "write", _restart_all),
    Route("GET", f"{APP}/dynos/{{dyno}}", "read", _dyno),
    Route("DELETE", f"{APP}/dynos/{{dyno}}", "write", _restart),
    Route("POST", f"{APP}/dynos/{{dyno}}/actions/stop", "write", _stop),
    Route("DELETE", f"{APP}/formations/{{type}}", "write", _restart_type),
    Route("POST", f"{APP}/formations/{{type}}/actions/stop", "write", _stop_type),
    Route("GET", f"{APP}/releases", "read-protected", _releases),
    Route("GET", f"{APP}/releases/{{release}}", "read-protected", _release),
    Route("GET", f"{APP}/releases/{{release}}/config-vars", "read-protected", _config_of_release),
    Route("GET", f"{APP}/config-vars", "read-protected", _config),
    Route("PATCH", f"{APP}/config-vars", "write-protected", _change_config),
    Route("GET", f"{APP}/features", "read", _features),
    Route("GET", f"{APP}/features/{{feature}}", "read", _feature),
    Route("PATCH", f"{APP}/features/{{feature}}", "write", _change_feature),
    *MONITORS,
    *AROUND,
)
