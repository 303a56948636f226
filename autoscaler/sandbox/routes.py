"""What is asked of an app or the account, and what it does: one function for each call of the Platform API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autoscaler.sandbox import life, scaling, shapes
from autoscaler.sandbox.errors import ApiError, bad_request, invalid, not_found
from autoscaler.sandbox.gate import remaining
from autoscaler.sandbox.sizes import SIZES
from autoscaler.sandbox.world import App, Dyno, World

LONGEST_ONE_OFF = 24 * 3600


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the names in its path, and its body."""

    world: World
    path: dict[str, str]
    body: Any

    @property
    def app(self) -> App:
        """The app of the path, by name or id. Raises ApiError."""
        name = self.path["app"]
        found = self.world.apps.get(name) or next((a for a in self.world.apps.values() if a.id == name), None)
        if found is None:
            raise not_found("app")
        return found

    @property
    def dyno(self) -> Dyno:
        """The dyno of the path, by name or id. Raises ApiError."""
        name, dynos = self.path["dyno"], self.app.dynos
        found = dynos.get(name) or next((one for one in dynos.values() if one.id == name), None)
        if found is None:
            raise not_found("dyno")
        return found

    @property
    def fields(self) -> dict[str, Any]:
        """The body as an object. Raises ApiError."""
        if not isinstance(self.body, dict):
            raise bad_request("The request body must be a JSON object.")
        return self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; a list may be asked for in ranges by `keys`."""

    body: Any
    status: int = 200
    keys: tuple[str, ...] = field(default=("id",))


@dataclass(frozen=True, slots=True)
class Route:
    """`access` is a key of gate.SCOPES."""

    method: str
    path: str
    access: str
    answer: Callable[[Call], Answer]


def _nothing(_: Call) -> Answer:
    return Answer([])


def _account(call: Call) -> Answer:
    return Answer(shapes.account(call.world))


def _rate_limits(call: Call) -> Answer:
    return Answer({"remaining": remaining(call.world)})


def _quota(call: Call) -> Answer:
    return Answer(shapes.quota(call.world))


def _apps(call: Call) -> Answer:
    return Answer([shapes.app(found) for found in call.world.apps.values()], keys=("id", "name", "updated_at"))


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
    sizes = [process.size for process in call.app.formation.values()]
    size = scaling.size_key(call.fields["size"]) if call.fields.get("size") else sizes[0]
    one = life.run_one_off(call.world, call.app, command, size, seconds)
    return Answer(shapes.dyno(call.app, one, call.world.now()), 201)


def _restart(call: Call) -> Answer:
    life.restart(call.world, call.app, call.dyno)
    return Answer({}, 202)


def _restart_type(call: Call) -> Answer:
    life.restart_type(call.world, call.app, scaling.process_type(call.app, call.path["type"]))
    return Answer({}, 202)


def _restart_all(call: Call) -> Answer:
    for process in call.app.formation.values():
        life.restart_type(call.world, call.app, process)
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


def _change_config(call: Call) -> Answer:
    """A null deletes; whatever changes makes a release, and that restarts every dyno."""
    app = call.app
    if not all(value is None or isinstance(value, str) for value in call.fields.values()):
        raise invalid("Config vars must be strings.")
    after = {key: value for key, value in {**app.config, **call.fields}.items() if value is not None}
    if after != app.config:
        app.config = after
        life.release(call.world, app, f"Set {', '.join(call.fields)} config vars")
    return Answer(app.config)


def _features(call: Call) -> Answer:
    return Answer([shapes.feature(call.app, name) for name in ("preboot",)], keys=("id", "name"))


def _feature(call: Call) -> Answer:
    if call.path["feature"] != "preboot":
        raise not_found("feature")
    return Answer(shapes.feature(call.app, "preboot"))


def _change_feature(call: Call) -> Answer:
    answer = _feature(call)
    call.app.features["preboot"] = bool(call.fields.get("enabled"))
    return Answer({**answer.body, "enabled": call.app.features["preboot"]})


def _collaborators(call: Call) -> Answer:
    return Answer([shapes.collaborator(call.app)])


def _none_of_the_app(call: Call) -> Answer:
    call.app  # noqa: B018 an unknown app is a 404 here too
    return Answer([])


def _no_pipeline(call: Call) -> Answer:
    call.app  # noqa: B018
    raise not_found("pipeline coupling")


def _sizes(_: Call) -> Answer:
    return Answer([shapes.size(one) for one in SIZES.values()], keys=("id", "name"))


def _size(call: Call) -> Answer:
    name = call.path["size"].lower()
    for one in SIZES.values():
        if name in {one.name.lower(), shapes.size(one)["id"]}:
            return Answer(shapes.size(one))
    raise not_found("dyno size")


def _sizes_of_app(call: Call) -> Answer:
    call.app  # noqa: B018
    return _sizes(call)


_APP = "/apps/{app}"

ROUTES = (
    Route("GET", "/account", "identity", _account),
    Route("GET", "/account/rate-limits", "identity", _rate_limits),
    Route("GET", "/account/features", "identity", _nothing),
    Route("GET", "/accounts/{account}/actions/get-quota", "identity", _quota),
    Route("GET", "/users/{user}/apps", "read", _apps),
    Route("GET", "/apps", "read", _apps),
    Route("GET", _APP, "read", _app),
    Route("PATCH", _APP, "write", _change_app),
    Route("GET", f"{_APP}/formation", "read", _formation),
    Route("PATCH", f"{_APP}/formation", "write", _scale),
    Route("GET", f"{_APP}/formation/{{type}}", "read", _process_type),
    Route("PATCH", f"{_APP}/formation/{{type}}", "write", _scale_one),
    Route("GET", f"{_APP}/dynos", "read", _dynos),
    Route("POST", f"{_APP}/dynos", "write", _run),
    Route("DELETE", f"{_APP}/dynos", "write", _restart_all),
    Route("GET", f"{_APP}/dynos/{{dyno}}", "read", _dyno),
    Route("DELETE", f"{_APP}/dynos/{{dyno}}", "write", _restart),
    Route("POST", f"{_APP}/dynos/{{dyno}}/actions/stop", "write", _restart),
    Route("DELETE", f"{_APP}/formations/{{type}}", "write", _restart_type),
    Route("POST", f"{_APP}/formations/{{type}}/actions/stop", "write", _restart_type),
    Route("GET", f"{_APP}/releases", "read-protected", _releases),
    Route("GET", f"{_APP}/releases/{{release}}", "read-protected", _release),
    Route("GET", f"{_APP}/config-vars", "read-protected", _config),
    Route("PATCH", f"{_APP}/config-vars", "write-protected", _change_config),
    Route("GET", f"{_APP}/features", "read", _features),
    Route("GET", f"{_APP}/features/{{feature}}", "read", _feature),
    Route("PATCH", f"{_APP}/features/{{feature}}", "write", _change_feature),
    Route("GET", f"{_APP}/available-dyno-sizes", "read", _sizes_of_app),
    Route("GET", f"{_APP}/collaborators", "read", _collaborators),
    Route("GET", f"{_APP}/pipeline-couplings", "read", _no_pipeline),
    *(
        Route("GET", f"{_APP}/{kind}", "read", _none_of_the_app)
        for kind in ("addons", "addon-attachments", "builds", "buildpack-installations", "domains", "log-drains")
    ),
    Route("GET", "/dyno-sizes", "read", _sizes),
    Route("GET", "/dyno-sizes/{size}", "read", _size),
    *(
        Route("GET", path, "read", _nothing)
        for path in (
            "/addons",
            "/teams",
            "/organizations",
            "/spaces",
            "/pipelines",
            "/account/keys",
            "/addon-attachments",
        )
    ),
    Route("GET", "/oauth/authorizations", "write-protected", _nothing),
)
