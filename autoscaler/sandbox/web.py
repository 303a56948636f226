"""The ASGI rim: requests in, Heroku's headers and bodies out."""

import asyncio
import json
import time
from collections import deque
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from hashlib import md5
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path
from starlette.types import Receive, Scope, Send

from autoscaler.sandbox import gate
from autoscaler.sandbox.broken import ABORT, broken, never
from autoscaler.sandbox.calls import Answer, Call, Route
from autoscaler.sandbox.controls import controls
from autoscaler.sandbox.errors import ApiError, bad_request, changed
from autoscaler.sandbox.faults import Fault, next_fault
from autoscaler.sandbox.ranges import page
from autoscaler.sandbox.routes import ROUTES
from autoscaler.sandbox.state import Coming
from autoscaler.sandbox.things import Request as Received
from autoscaler.sandbox.world import World

__all__ = ["ABORT", "create_app"]


class _Noted:
    """An answer whose end is noted in the request's record."""

    def __init__(self, answer: Response, received: Received, state: World) -> None:
        self._answer = answer
        self._received = received
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        finally:
            self._received.ended = self._received.ended or self._state.now()


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

    async def endpoint(request: Request) -> Any:
        steady = time.perf_counter_ns()
        content = await request.body()
        fault = next_fault(state.faults, request.method, request.url.path)
        received = _log(state, request, content, steady)
        received.fault = fault.name if fault is not None else ""
        if fault is not None and fault.delay:
            await _wait(request, fault.delay, received, state)
        if fault is not None and "before" in {fault.drop, fault.hang}:
            return _Noted(never(fault), received, state)
        state.advance()
        response = _answer(state, request, content, by_method.get(request.method), fault)
        received.status = response.status_code
        return _Noted(broken(response, fault), received, state)

    return endpoint


async def _wait(request: Request, seconds: float, received: Received, state: World) -> None:
    """Wait, whether or not somebody still waits for the answer; when they went is noted."""
    gone = asyncio.ensure_future(request.receive())
    try:
        async with asyncio.timeout(seconds):
            while (await asyncio.shield(gone))["type"] != "http.disconnect":
                gone = asyncio.ensure_future(request.receive())
            received.ended = state.now()
            await asyncio.Event().wait()
    except TimeoutError:
        gone.cancel()


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
        if fault is not None:
            call = _astray(state, call, route, fault)
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


def _astray(state: World, call: Call, route: Route, fault: Fault) -> Call:
    """The call as the fault lets it see the world: a write without its effect, or with one that comes later; a read of
    what was."""
    if fault.stale and route.method == "GET" and state.past is not None:
        return replace(call, world=replace(state, apps=state.past))
    if fault.late and route.method != "GET":
        state.plan(state.now() + timedelta(seconds=fault.late), Coming.LATE, call.app, lambda: _later(route, call))
    if fault.ignore or (fault.late and route.method != "GET"):
        return replace(call, world=_elsewhere(state))
    return call


def _later(route: Route, call: Call) -> None:
    with suppress(ApiError):
        route.answer(call)


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


def _log(state: World, request: Request, content: bytes, steady: int) -> Received:
    try:
        body = _parsed(content) if content else None
    except ApiError:
        body = None
    agent = request.headers.get("user-agent", "")
    received = Received(state.now(), steady, request.method, request.url.path, body, 0, agent)
    state.requests.append(received)
    return received
