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


def _no_team(_: Call) -> Answer:
    raise not_found("team")


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
    call.app  # noqa: B018
    return _sizes(call)


AROUND = (
    Route("GET", "/account", "identity", _account),
    Route("GET", "/account/rate-limits", "identity", _rate_limits),
    Route("GET", "/account/features", "identity", _nothing),
    Route("GET", "/accounts/{account}/actions/get-quota", "identity", _quota),
    Route("GET", f"{APP}/available-dyno-sizes", "read", _sizes_of_app),
    Route("GET", f"{APP}/collaborators", "read", _collaborators),
    Route("GET", f"{APP}/pipeline-couplings", "read", _no_pipeline),
    Route("GET", f"{APP}/slugs/{{slug}}", "read-protected", _no_slug),
    Route("GET", "/teams/{team}", "read", _no_team),
    Route("GET", "/teams/{team}/apps", "read", _no_team),
    Route("GET", "/teams/{team}/members", "read", _no_team),
    Route("GET", "/stacks", "read", _stacks),
    *(
        Route("GET", f"{APP}/{kind}", "read", _none_of_the_app)
        for kind in (
            "addons",
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
