"""Dynos listed and restarted over the wire."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from autoscaler.core.platform import Dyno, NotSent, Refused, Transient
from autoscaler.heroku import URL
from tests.heroku.support import MaySend, World

DYNOS = f"{URL}/apps/shop/dynos"
ENTRY: dict[str, Any] = {
    "attach_url": None,
    "command": "bin/work",
    "created_at": "2026-11-23T20:00:00Z",
    "id": "01234567-89ab-cdef-0123-456789abcdef",
    "name": "worker.1",
    "release": {"id": "r", "version": 7},
    "app": {"name": "shop", "id": "a"},
    "size": "Standard-1X",
    "state": "up",
    "type": "worker",
    "updated_at": "2026-11-23T21:00:10+01:00",
}
WORKER = Dyno(
    ENTRY["id"], "worker.1", "worker", "standard-1x", "up", "bin/work", 7,
    datetime(2026, 11, 23, 20, tzinfo=UTC), datetime(2026, 11, 23, 20, 0, 10, tzinfo=UTC),
)  # fmt: skip


async def test_dynos_are_listed_over_all_pages(web: respx.MockRouter, world: World) -> None:
    second = {**ENTRY, "id": "2", "name": "run.1234", "type": "run"}
    web.get(DYNOS, headers={"Range": "id 2.."}).respond(200, json=[second])
    web.get(DYNOS).respond(206, json=[ENTRY], headers={"Next-Range": "id 2..", "Date": "Mon, 23 Nov 2026 22:00:01 GMT"})
    found = await world.heroku.dynos("shop")
    assert [dyno.name for dyno in found.listed] == ["worker.1", "run.1234"]
    assert found.of_type("worker") == (WORKER,)


@pytest.mark.parametrize(
    "change",
    [
        {"created_at": None},
        {"created_at": "yesterday"},
        {"created_at": "2026-11-23T20:00:00"},
        {"updated_at": 1},
        {"type": None},
        {"id": ""},
        {"release": {"version": "7"}},
    ],
    ids=str,
)
async def test_a_list_that_cannot_be_read_is_no_list(
    change: dict[str, Any], web: respx.MockRouter, world: World
) -> None:
    web.get(DYNOS).respond(200, json=[{**ENTRY, **change}])
    error = await world.transient(lambda: world.heroku.dynos("shop"))
    assert "cannot be read" in str(error)


async def test_a_dyno_that_is_told_twice_is_no_list(web: respx.MockRouter, world: World) -> None:
    web.get(DYNOS).respond(200, json=[ENTRY, ENTRY])
    assert "is in it twice" in str(await world.transient(lambda: world.heroku.dynos("shop")))


async def test_one_dyno_is_restarted_by_its_id(web: respx.MockRouter, world: World) -> None:
    route = web.delete(f"{DYNOS}/{ENTRY['id']}").respond(202, json={})
    request_id = await world.heroku.restart("shop", ENTRY["id"], lambda: True)
    assert route.calls.last.request.headers["Request-Id"] == request_id


async def test_a_process_type_is_restarted_as_a_whole(web: respx.MockRouter, world: World) -> None:
    route = web.delete(f"{URL}/apps/shop/formations/worker").respond(202, json={})
    await world.heroku.restart_type("shop", "worker", lambda: True)
    assert route.call_count == 1


@pytest.mark.parametrize("trouble", [500, 503, httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("gone")], ids=str)
async def test_a_restart_is_asked_for_once_whatever_becomes_of_it(
    trouble: Any, web: respx.MockRouter, world: World
) -> None:
    route = web.delete(f"{DYNOS}/1")
    route.mock(
        return_value=httpx.Response(trouble) if isinstance(trouble, int) else None,
        side_effect=None if isinstance(trouble, int) else trouble,
    )
    error = await world.refused(lambda: world.heroku.restart("shop", "1", lambda: True))
    assert isinstance(error, Transient)
    assert route.call_count == 1
    assert world.naps == []


async def test_a_restart_that_may_not_go_is_not_sent(web: respx.MockRouter, world: World) -> None:
    route = web.delete(f"{DYNOS}/1").respond(202, json={})
    error = await world.refused(lambda: world.heroku.restart("shop", "1", MaySend(False)))
    assert isinstance(error, NotSent)
    assert route.call_count == 0


async def test_a_token_that_may_not_restart_is_told_which_scope_is_needed(web: respx.MockRouter, world: World) -> None:
    headers = {"Oauth-Scope": "read", "Oauth-Scope-Accepted": "global write write-protected"}
    body = {"id": "forbidden", "message": "You do not have access"}
    web.delete(f"{DYNOS}/1").respond(403, json=body, headers=headers)
    error = await world.refused(lambda: world.heroku.restart("shop", "1", lambda: True))
    assert isinstance(error, Refused)
    assert "Heroku refused to restart a dyno (403 forbidden: You do not have access)" in str(error)
    assert "the token's scope is read, one of global, write, write-protected is needed" in str(error)
