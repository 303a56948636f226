"""The account, dyno sizes, and what Heroku's own client asks beside an app: mostly that there is none."""

from autoscaler.sandbox import shapes
from autoscaler.sandbox.calls import APP, Answer, Call, Route
from autoscaler.sandbox.errors import not_found
from autoscaler.sandbox.gate import remaining
from autoscaler.sandbox.sizes import SIZES


def _nothing(_: Call) -> Answer:
    return Answer([])


def _account(call: Call) -> Answer:
    return Answer(shapes.account(call.world))


def _rate_limits(call: Call) -> Answer:
    return Answer({"remaining": remaining(call.world)})


def _quota(call: Call) -> Answer:
    return Answer(shapes.quota(call.world))


def _teams(call: Call) -> Answer:
    names = {app.team for app in call.world.apps.values() if app.team}
    return Answer([shapes.team(name, call.world) for name in sorted(names)], keys=("id", "name"))


def _team(call: Call) -> Answer:
    _team_apps(call)
    return Answer(shapes.team(call.path["team"], call.world))


def _team_apps(call: Call) -> Answer:
    """All of a team's apps, joined or not."""
    found = [shapes.team_app(app) for app in call.world.apps.values() if app.team and app.team == call.path["team"]]
    if not found:
        raise not_found("team")
    return Answer(found, keys=("id", "name"))


def _no_members(call: Call) -> Answer:
    _team_apps(call)
    return Answer([])


def _addons(call: Call) -> Answer:
    return Answer([shapes.addon(call.app, service) for service in call.app.addons])


def _no_slug(call: Call) -> Answer:
    call.app  # noqa: B018
    raise not_found("slug")


def _stacks(call: Call) -> Answer:
    return Answer([shapes.stack(call.world)], keys=("id", "name"))


def _no_pipeline(call: Call) -> Answer:
    call.app  # noqa: B018
    raise not_found("pipeline coupling")


def _collaborators(call: Call) -> Answer:
    return Answer([shapes.collaborator(call.app)])


def _none_of_the_app(call: Call) -> Answer:
    call.app  # noqa: B018 an unknown app is a 404 here too
    return Answer([])


def _sizes(_: Call) -> Answer:
    return Answer([shapes.size(one) for one in SIZES.values()], keys=("id", "name"))


def _size(call: Call) -> Answer:
    name = call.path["size"].lower()
    for one in SIZES.values():
        if name in {one.name.lower(), shapes.size(one)["id"]}:
            return Answer(shapes.size(one))
    raise not_found("dyno size")


def _sizes_of_app(call: Call) -> Answer:
    """Those of its platform: an app here is in a space, of Cedar or Fir, if it has a size for those."""
    tiers = {SIZES[process.size].tier for process in call.app.formation.values()}
    here = tiers & {"Private", "Fir"} or {"Eco", "Basic", "Production"}
    return Answer([shapes.size(one) for one in SIZES.values() if one.tier in here], keys=("id", "name"))


AROUND = (
    Route("GET", "/account", "identity", _account),
    Route("GET", "/account/rate-limits", "identity", _rate_limits),
    Route("GET", "/account/features", "identity", _nothing),
    Route("GET", "/accounts/{account}/actions/get-quota", "identity", _quota),
    Route("GET", f"{APP}/available-dyno-sizes", "read", _sizes_of_app),
    Route("GET", f"{APP}/collaborators", "read", _collaborators),
    Route("GET", f"{APP}/pipeline-couplings", "read", _no_pipeline),
    Route("GET", f"{APP}/slugs/{{slug}}", "read-protected", _no_slug),
    Route("GET", "/teams", "read", _teams),
    Route("GET", "/teams/{team}", "read", _team),
    Route("GET", "/teams/{team}/apps", "read", _team_apps),
    Route("GET", "/teams/{team}/members", "read", _no_members),
    Route("GET", f"{APP}/addons", "read", _addons),
    Route("GET", "/stacks", "read", _stacks),
    *(
        Route("GET", f"{APP}/{kind}", "read", _none_of_the_app)
        for kind in (
            "addon-attachments",
            "builds",
            "buildpack-installations",
            "domains",
            "log-drains",
            "sni-endpoints",
            "webhooks",
        )
    ),
    Route("GET", "/dyno-sizes", "read", _sizes),
    Route("GET", "/dyno-sizes/{size}", "read", _size),
    *(
        Route("GET", path, "read", _nothing)
        for path in (
            "/addons",
            "/users/{user}/addons",
            "/oauth/clients",
            "/organizations",
            "/spaces",
            "/pipelines",
            "/account/keys",
            "/addon-attachments",
        )
    ),
    Route("GET", "/oauth/authorizations", "write-protected", _nothing),
)
