"""The sandbox's own controls, under /_sandbox/: what was asked, what happened, faults and work to come."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from autoscaler.sandbox.faults import Fault
from autoscaler.sandbox.gate import SCOPES
from autoscaler.sandbox.jobs import Job, Work
from autoscaler.sandbox.sizes import SIZES
from autoscaler.sandbox.tally import Tally
from autoscaler.sandbox.things import App, Dyno
from autoscaler.sandbox.world import World

Control = Callable[[World, Request, Any], Any]


def controls(world: World) -> list[Path]:
    """One path for each control; what cannot be done is a 422 with the reason as `error`."""
    return [
        _path(world, "/_sandbox/requests", GET=_requests, DELETE=_forget_requests),
        _path(world, "/_sandbox/happenings", GET=_happenings),
        _path(world, "/_sandbox/formations", GET=_formations),
        _path(world, "/_sandbox/faults", GET=_faults, POST=_add_fault, DELETE=_drop_faults),
        _path(world, "/_sandbox/jobs", GET=_jobs, POST=_give),
        _path(world, "/_sandbox/dynos", GET=_dynos),
        _path(world, "/_sandbox/exits", GET=_exits),
        _path(world, "/_sandbox/tallies", GET=_tallies),
        _path(world, "/_sandbox/one-off-access", GET=_one_off_access, PUT=_set_one_off_access),
        _path(world, "/_sandbox/apps", GET=_apps, POST=_create),
        _path(world, "/_sandbox/apps/{app}", DELETE=_delete),
        _path(world, "/_sandbox/apps/{app}/releases", POST=_release),
        _path(world, "/_sandbox/apps/{app}/autoscale", POST=_autoscale),
        _path(world, "/_sandbox/apps/{app}/addons", PUT=_set_addons),
        _path(world, "/_sandbox/apps/{app}/unfinished/{type}", GET=_unfinished),
        _path(world, "/_sandbox/apps/{app}/dynos/{dyno}/crash", POST=_crash),
    ]


def _path(world: World, path: str, **by_method: Control) -> Path:
    async def endpoint(request: Request) -> Response:
        try:
            content = await request.body()
            world.advance()
            body = by_method[request.method](world, request, json.loads(content) if content else {})
        except (TypeError, ValueError, RecursionError) as error:
            return _plain({"error": str(error)}, 422)
        return _plain(body)

    return Path(path, endpoint, methods=list(by_method))


def _requests(world: World, *_: Any) -> Any:
    return [asdict(one) for one in world.requests]


def _forget_requests(world: World, *_: Any) -> Any:
    world.requests.clear()
    return []


def _happenings(world: World, *_: Any) -> Any:
    return [asdict(one) for one in world.happenings]


def _formations(world: World, *_: Any) -> Any:
    return {
        app.name: {one.type: [one.quantity, SIZES[one.size].name] for one in app.formation.values()}
        for app in world.apps.values()
    }


def _faults(world: World, *_: Any) -> Any:
    return [asdict(one) for one in world.faults]


def _add_fault(world: World, _: Request, body: Any) -> Any:
    world.fail(Fault(**body))
    return _faults(world)


def _drop_faults(world: World, *_: Any) -> Any:
    world.faults.clear()
    return []


def _jobs(world: World, *_: Any) -> Any:
    return [_job(one) for one in world.jobs]


def _give(world: World, _: Request, body: Any) -> Any:
    fields = dict(body)
    app, kind, command, at = (fields.pop(key, None) for key in ("app", "type", "command", "at"))
    if not isinstance(app, str) or isinstance(kind, str) == isinstance(command, str):
        raise ValueError("a job has an app, and either a type or the command of a one-off")
    work = Work(**fields)
    if kind is not None:
        return _job(world.give(app, kind, work, None if at is None else _instant(at)))
    if at is not None:
        raise ValueError("a job for a one-off has no `at`: it begins when the one-off does")
    return _job(world.give_one_off(app, command, work))


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"at is an instant with an offset, such as 2026-11-23T22:00:00Z, not {text}")
    return moment.astimezone(UTC)


def _job(one: Job) -> dict[str, Any]:
    row = asdict(one)
    return {**row, **row.pop("work")}


def _dynos(world: World, *_: Any) -> Any:
    """Those that the API lists, and those that have got SIGTERM and still run."""
    return [
        _dyno(world, app, one)
        for app in world.apps.values()
        for one in sorted((*app.dynos.values(), *app.ending.values()), key=lambda one: (one.born, one.name))
    ]


def _dyno(world: World, app: App, one: Dyno) -> dict[str, Any]:
    return {
        "app": app.name,
        "name": one.name,
        "id": one.id,
        "type": one.type,
        "size": SIZES[one.size].name,
        "state": one.state(world.now()),
        "born": one.born,
        "ends": one.ends,
        "one_off": one.one_off,
        "crashes": one.crashes,
        "sigterm_at": one.sigterm_at,
        "cause": one.cause,
        "job": one.job and one.job.number,
    }


def _exits(world: World, *_: Any) -> Any:
    return [asdict(one) for one in world.exits]


def _tallies(world: World, *_: Any) -> Any:
    return {
        app.name: {kind: _tally(world.tally(app.name, kind)) for kind in sorted({*app.formation, *app.tallies})}
        for app in world.apps.values()
    }


def _tally(one: Tally) -> dict[str, Any]:
    jobs = {"given": one.given, "begun": one.begun, "finished": one.finished, "crashed": one.crashed}
    causes = {"killed": dict(one.killed), "interrupted": dict(one.interrupted)}
    ran = {SIZES[size].name: length.total_seconds() for size, length in one.ran.items()}
    return {**jobs, **causes, "born": one.born, "ended": dict(one.ended), "dyno_seconds": ran}


def _one_off_access(world: World, *_: Any) -> Any:
    return {"access": world.one_off_access}


def _set_one_off_access(world: World, _: Request, body: Any) -> Any:
    access = dict(body).get("access")
    if access not in SCOPES:
        raise ValueError(f"access is one of {', '.join(SCOPES)}, not {access!r}")
    world.one_off_access = access
    return _one_off_access(world)


def _unfinished(world: World, request: Request, _: Any) -> Any:
    return {"unfinished": world.unfinished(request.path_params["app"], request.path_params["type"])}


def _crash(world: World, request: Request, _: Any) -> Any:
    world.crash(request.path_params["app"], request.path_params["dyno"])
    return {}


def _apps(world: World, *_: Any) -> Any:
    return [
        {"name": app.name, "id": app.id, "team": app.team, "joined": app.joined, "addons": app.addons}
        for app in world.apps.values()
    ]


def _create(world: World, _: Request, body: Any) -> Any:
    fields = dict(body)
    name, types, team = fields.pop("name", None), fields.pop("types", {"web": "standard-1x"}), fields.pop("team", "")
    if not isinstance(name, str) or not isinstance(team, str):
        raise ValueError("an app has a name, and may have a team")
    if not isinstance(types, dict) or not all(isinstance(size, str) for size in types.values()):
        raise ValueError('types are process types with sizes, such as {"web": "standard-1x"}')
    world.create(name, types, team, **fields)
    return _apps(world)


def _delete(world: World, request: Request, _: Any) -> Any:
    world.delete(request.path_params["app"])
    return _apps(world)


def _release(world: World, request: Request, body: Any) -> Any:
    return {"version": world.release(request.path_params["app"], **body)}


def _autoscale(world: World, request: Request, body: Any) -> Any:
    world.autoscale(request.path_params["app"], **body)
    return {}


def _set_addons(world: World, request: Request, body: Any) -> Any:
    services = dict(body).get("services")
    if not isinstance(services, list) or not all(isinstance(service, str) for service in services):
        raise ValueError("services are a list of names such as heroku-postgresql")
    world.app(request.path_params["app"]).addons = services
    return _apps(world)


def _plain(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, default=str), status, media_type="application/json")
