"""The ASGI rim: requests in, Heroku's headers and bodies out."""

import asyncio
import json
import time
from collections import deque
from copy import deepcopy
from dataclasses import replace
from hashlib import md5
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path
from starlette.types import Receive, Scope, Send

from autoscaler.sandbox import gate
from autoscaler.sandbox.calls import Answer, Call, Route
from autoscaler.sandbox.controls import controls
from autoscaler.sandbox.errors import ApiError, bad_request, changed
from autoscaler.sandbox.faults import Fault, next_fault
from autoscaler.sandbox.ranges import page
from autoscaler.sandbox.routes import ROUTES
from autoscaler.sandbox.things import Request as Received
from autoscaler.sandbox.world import World

ABORT = "sandbox.abort"
"""Where the ASGI scope holds what ends the connection; without it a dropped request raises ConnectionResetError."""


class _Drop(Response):
    """No answer: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        abort = scope.get(ABORT)
        if abort is None:
            raise ConnectionResetError("the connection was dropped by a fault")
        abort()
        while (await receive())["type"] != "http.disconnect":
            pass


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
            _log(state, request, content, 0, received)
            return _Drop()
        state.advance()
        response = _answer(state, request, content, by_method.get(request.method), fault)
        _log(state, request, content, response.status_code, received)
        if fault is not None and fault.drop == "after":
            return _Drop()
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
        headers |= gate.demand(state, scope, route.access)
        call = Call(state, dict(request.path_params), _parsed(content))
        _match(call, route, request.headers.get("if-match", "*"))
        if fault is not None and fault.ignore:
            call = replace(call, world=_elsewhere(state))
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
    tag = _tag(body)
    if request.method == "GET" and request.headers.get("if-none-match") == tag:
        return Response(None, 304, {**headers, "Etag": tag})
    response.headers["Etag"] = tag
    return response


def _match(call: Call, route: Route, wanted: str) -> None:
    """Raises ApiError 412 for a write to what is no longer as `wanted` (Platform API Reference, "Data Integrity")."""
    reading = next((other for other in ROUTES if (other.method, other.path) == ("GET", route.path)), None)
    if wanted == "*" or route.method == "GET" or reading is None:
        return
    if _tag(_rows(reading.answer(call))) != wanted:
        raise changed()


def _rows(answer: Answer) -> Any:
    return page(answer.body, None, answer.keys).rows if isinstance(answer.body, list) else answer.body


def _elsewhere(state: World) -> World:
    """A world just like `state`, where a write can have its answer and no effect."""
    records: dict[str, Any] = {"happenings": deque(), "jobs": deque(), "exits": deque(), "agenda": []}
    return replace(state, apps=deepcopy(state.apps), chance=deepcopy(state.chance), **records)


def _tag(body: Any) -> str:
    return f'"{md5(json.dumps(body).encode(), usedforsecurity=False).hexdigest()}"'


def _parsed(content: bytes) -> Any:
    if not content:
        return {}
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
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
    content = None if body is None else json.dumps(body)
    return Response(content, status, headers, media_type="application/json")


def _log(state: World, request: Request, content: bytes, status: int, received: int) -> None:
    try:
        body = _parsed(content) if content else None
    except ApiError:
        body = None
    agent = request.headers.get("user-agent", "")
    path = request.url.path
    state.requests.append(Received(state.now(), received, request.method, path, body, status, agent))
