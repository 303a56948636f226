"""The ASGI rim: requests in, Heroku's headers and bodies out."""

import asyncio
import json
import time
from dataclasses import asdict
from hashlib import md5
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from autoscaler.sandbox import gate, world
from autoscaler.sandbox.errors import ApiError, bad_request
from autoscaler.sandbox.faults import Fault, next_fault
from autoscaler.sandbox.life import advance
from autoscaler.sandbox.ranges import page
from autoscaler.sandbox.routes import ROUTES, Answer, Call, Route
from autoscaler.sandbox.world import World


class Dropped(Exception):
    """The connection is to end without an answer."""


def create_app(state: World) -> Starlette:
    """The sandbox as an ASGI application."""
    paths: dict[str, list[Route]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, []).append(route)
    found = [Path(path, _endpoint(state, routes), methods=_METHODS) for path, routes in paths.items()]
    return Starlette(routes=[*controls(state), *found, Path("/{rest:path}", _endpoint(state, []), methods=_METHODS)])


_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def _endpoint(state: World, routes: list[Route]) -> Any:
    by_method = {route.method: route for route in routes}

    async def endpoint(request: Request) -> Response:
        received = time.perf_counter_ns()
        content = await request.body()
        fault = next_fault(state.faults, request.method, request.url.path)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)  # noqa: TID251 a fault's own purpose
        if fault is not None and fault.drop == "before":
            raise Dropped
        advance(state)
        response = _answer(state, request, content, by_method.get(request.method), fault)
        _log(state, request, content, response.status_code, received)
        if fault is not None and fault.drop == "after":
            raise Dropped
        return response

    return endpoint


def _answer(state: World, request: Request, content: bytes, route: Route | None, fault: Fault | None) -> Response:
    headers = _headers(state, request)
    try:
        if fault is not None and fault.status is not None:
            return Response(fault.body, fault.status, {**headers, "Content-Type": "application/json", **fault.headers})
        scope = gate.admit(state, request)
        headers["Ratelimit-Remaining"] = str(gate.remaining(state))
        if route is None:
            raise ApiError(
                404, "not_found", "The requested API endpoint was not found. Are you using the right HTTP verb?"
            )
        headers |= gate.demand(scope, route.access)
        call = Call(state, dict(request.path_params), _parsed(content))
        if fault is not None and fault.ignore and request.method != "GET":
            return _ignored(call, route, headers)
        return _found(route.answer(call), request, headers)
    except ApiError as error:
        return _json(error.body, error.status, {**headers, **error.headers})


def _found(answer: Answer, request: Request, headers: dict[str, str]) -> Response:
    body, status = answer.body, answer.status
    if isinstance(body, list) and request.method == "GET":
        part = page(body, request.headers.get("range"), answer.keys)
        body, status = part.rows, part.status
        headers |= part.headers
    response = _json(body, status, headers)
    tag = f'"{md5(bytes(response.body), usedforsecurity=False).hexdigest()}"'
    if request.method == "GET" and request.headers.get("if-none-match") == tag:
        return Response(None, 304, {**headers, "Etag": tag})
    response.headers["Etag"] = tag
    return response


def _ignored(call: Call, route: Route, headers: dict[str, str]) -> Response:
    """A write that is answered as if it had been done: the formation as it stays."""
    same = next(other for other in ROUTES if other.path == route.path and other.method == "GET")
    return _json(same.answer(call).body, 200, headers)


def _parsed(content: bytes) -> Any:
    if not content:
        return {}
    try:
        return json.loads(content)
    except ValueError:
        raise bad_request("Unable to parse the request body as JSON.") from None


def _headers(state: World, request: Request) -> dict[str, str]:
    own, theirs = str(uuid4()), request.headers.get("request-id")
    return {
        "Cache-Control": "private, no-cache",
        "Date": f"{state.now():%a, %d %b %Y %H:%M:%S} GMT",
        "Ratelimit-Multiplier": "1",
        "Request-Id": f"{theirs},{own}" if theirs else own,
        "Vary": "Authorization,Accept-Encoding",
        "Via": "1.1 sandbox",
    }


def _json(body: Any, status: int, headers: dict[str, str]) -> Response:
    return Response(json.dumps(body), status, headers, media_type="application/json")


def _log(state: World, request: Request, content: bytes, status: int, received: int) -> None:
    try:
        body = json.loads(content) if content else None
    except ValueError:
        body = None
    agent = request.headers.get("user-agent", "")
    path = request.url.path
    state.requests.append(world.Request(state.now(), received, request.method, path, body, status, agent))


def controls(state: World) -> list[Path]:
    """The sandbox's own controls: what was asked, what happened, and faults to come."""

    async def requests(request: Request) -> Response:
        if request.method == "DELETE":
            state.requests.clear()
        return _plain([asdict(one) for one in state.requests])

    async def happenings(_: Request) -> Response:
        advance(state)
        return _plain([asdict(one) for one in state.happenings])

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            state.faults.clear()
        elif request.method == "POST":
            try:
                state.fail(Fault(**json.loads(await request.body())))
            except (TypeError, ValueError) as error:
                return _plain({"error": str(error)}, 422)
        return _plain([asdict(one) for one in state.faults])

    return [
        Path("/_sandbox/requests", requests, methods=["GET", "DELETE"]),
        Path("/_sandbox/happenings", happenings, methods=["GET"]),
        Path("/_sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
    ]


def _plain(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, default=str), status, media_type="application/json")
