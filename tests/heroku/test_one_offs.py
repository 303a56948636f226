"""One-off dynos over the wire: what is sent, once, and what an answer is worth."""

import json
from typing import Any

import httpx
import pytest
import respx

from autoscaler.core.platform import Gone, NotSent, OneOff, Ran, Refused, Transient, Unauthorised
from tests.heroku.support import MaySend, World
from tests.heroku.test_dynos import DYNOS, ENTRY

INVOICE = OneOff("python invoice.py", 10_800, "standard-2x")
RUN = {**ENTRY, "name": "run.1234", "type": "run", "command": "python invoice.py", "size": "Standard-2X"}


async def test_it_is_asked_for_with_its_command_size_and_time_to_live(web: respx.MockRouter, world: World) -> None:
    route = web.post(DYNOS).respond(201, json=RUN)
    ran = await world.heroku.run("shop", INVOICE, lambda: True)
    sent = route.calls.last.request
    assert json.loads(sent.content) == {
        "command": "python invoice.py",
        "attach": False,
        "time_to_live": 10_800,
        "size": "standard-2x",
    }
    assert (ran.dyno.name, ran.dyno.type, ran.dyno.size) == ("run.1234", "run", "standard-2x")
    assert ran.request_id == sent.headers["Request-Id"]


async def test_a_size_that_nobody_named_is_not_sent(web: respx.MockRouter, world: World) -> None:
    route = web.post(DYNOS).respond(201, json=RUN)
    assert isinstance(await world.heroku.run("shop", OneOff("rake", 60), lambda: True), Ran)
    assert set(json.loads(route.calls.last.request.content)) == {"command", "attach", "time_to_live"}


@pytest.mark.parametrize(
    "trouble",
    [500, 503, httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("gone"), httpx.ConnectError("no")],
    ids=str,
)
async def test_it_is_asked_for_once_whatever_becomes_of_it(trouble: Any, web: respx.MockRouter, world: World) -> None:
    route = web.post(DYNOS)
    route.mock(
        return_value=httpx.Response(trouble) if isinstance(trouble, int) else None,
        side_effect=None if isinstance(trouble, int) else trouble,
    )
    error = await world.transient(lambda: world.heroku.run("shop", INVOICE, lambda: True))
    assert not error.everywhere
    assert route.call_count == 1
    assert world.naps == []


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", json.dumps({**RUN, "id": ""}).encode(), json.dumps({**RUN, "created_at": 1}).encode()]
)
async def test_an_answer_that_cannot_be_read_leaves_open_whether_it_started(
    body: bytes, web: respx.MockRouter, world: World
) -> None:
    route = web.post(DYNOS).respond(201, content=body)
    error = await world.transient(lambda: world.heroku.run("shop", INVOICE, lambda: True))
    assert "cannot be read" in str(error)
    assert (route.call_count, error.everywhere) == (1, False)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Unauthorised), (404, Gone), (402, Refused), (422, Refused), (429, Transient)]
)
async def test_a_refusal_is_one(status: int, kind: type[Exception], web: respx.MockRouter, world: World) -> None:
    web.post(DYNOS).respond(status, json={"id": "no", "message": "No"})
    error = await world.refused(lambda: world.heroku.run("shop", INVOICE, lambda: True))
    assert isinstance(error, kind)
    assert not isinstance(error, Transient) or error.everywhere


async def test_it_is_not_sent_where_it_may_not_be(web: respx.MockRouter, world: World) -> None:
    route = web.post(DYNOS).respond(201, json=RUN)
    error = await world.refused(lambda: world.heroku.run("shop", INVOICE, MaySend(False)))
    assert isinstance(error, NotSent)
    assert route.call_count == 0


@pytest.mark.parametrize(
    ("accepted", "advised"),
    [("global write write-protected", "write"), ("global write-protected", "write-protected"), ("global", "global")],
)
async def test_a_token_of_too_small_a_scope_is_told_the_one_that_heroku_named(
    accepted: str, advised: str, web: respx.MockRouter, world: World
) -> None:
    headers = {"Oauth-Scope": "read", "Oauth-Scope-Accepted": accepted}
    body = {"id": "forbidden", "message": "You do not have access"}
    web.post(DYNOS).respond(403, json=body, headers=headers)
    error = await world.refused(lambda: world.heroku.run("shop", INVOICE, lambda: True))
    assert isinstance(error, Refused)
    assert "Heroku refused to start a one-off dyno (403 forbidden: You do not have access)" in str(error)
    assert f"one of {', '.join(accepted.split())} is needed" in str(error)
    assert f"`heroku authorizations:create -s {advised}`" in str(error)
