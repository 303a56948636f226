"""Tokens, versions, the rate limit, conditional requests and ranges."""

import base64

import httpx
import pytest

from autoscaler.sandbox import Fault, World
from tests.sandbox.asking import HEADERS, Clock


async def test_a_request_without_heroku_s_accept_header_is_not_acceptable(api: httpx.AsyncClient) -> None:
    answer = await api.get("/apps", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.json()["id"]) == (406, "not_acceptable")


@pytest.mark.parametrize("header", ["", "Bearer revoked", "Bearer", "Basic !", "Token x"])
async def test_a_request_without_a_good_token_is_unauthorized(api: httpx.AsyncClient, header: str) -> None:
    answer = await api.get("/apps", headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (
        401,
        {"id": "unauthorized", "message": "Invalid credentials provided."},
    )


async def test_the_token_may_be_the_password_of_basic(api: httpx.AsyncClient) -> None:
    basic = base64.b64encode(b":anything").decode()
    assert (await api.get("/apps", headers={"Authorization": f"Basic {basic}"})).status_code == 200


@pytest.mark.parametrize(
    ("token", "method", "path", "status"),
    [
        ("scope-read", "GET", "/apps/example-shop/formation", 200),
        ("scope-read", "PATCH", "/apps/example-shop/formation", 403),
        ("scope-write", "PATCH", "/apps/example-shop/formation", 200),
        ("scope-write", "DELETE", "/apps/example-shop/dynos/web.1", 202),
        ("scope-write", "GET", "/apps/example-shop/releases", 403),
        ("scope-write", "GET", "/apps/example-shop/config-vars", 403),
        ("anything", "GET", "/apps/example-shop/config-vars", 200),
    ],
)
async def test_a_token_reaches_as_far_as_its_scope(
    api: httpx.AsyncClient, token: str, method: str, path: str, status: int
) -> None:
    answer = await api.request(method, path, json={"updates": []}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status
    assert answer.headers["Oauth-Scope"] == token.removeprefix("scope-").replace("anything", "global")
    assert "global" in answer.headers["Oauth-Scope-Accepted"].split()


async def test_patching_a_formation_accepts_what_heroku_says_that_it_accepts(api: httpx.AsyncClient) -> None:
    answer = await api.patch("/apps/example-shop/formation", json={"updates": []})
    assert answer.headers["Oauth-Scope-Accepted"] == "global write write-protected"


async def test_the_rate_budget_is_counted_and_refills_by_75_a_minute(
    api: httpx.AsyncClient, world: World, clock: Clock
) -> None:
    assert (await api.get("/apps")).headers["Ratelimit-Remaining"] == "4499"
    world.remaining = 1
    assert (await api.get("/apps")).headers["Ratelimit-Remaining"] == "0"
    refused = await api.get("/apps")
    assert (refused.status_code, refused.json()["id"]) == (429, "rate_limit")
    clock.go_on(minutes=1)
    assert (await api.get("/account/rate-limits")).json() == {"remaining": 74}


async def test_dates_follow_the_sandbox_s_clock_and_request_ids_are_chained(
    api: httpx.AsyncClient, clock: Clock
) -> None:
    clock.go_on(days=1)
    answer = await api.get("/apps", headers={"Request-Id": "mine"})
    assert answer.headers["Date"] == "Tue, 24 Nov 2026 12:00:00 GMT"
    assert answer.headers["Request-Id"].startswith("mine,")


async def test_what_has_not_changed_is_not_sent_again(api: httpx.AsyncClient) -> None:
    tag = (await api.get("/apps/example-shop/formation")).headers["Etag"]
    again = await api.get("/apps/example-shop/formation", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    await api.patch("/apps/example-shop/formation/web", json={"quantity": 2})
    assert (await api.get("/apps/example-shop/formation", headers={"If-None-Match": tag})).status_code == 200


async def test_a_long_list_comes_in_pages(api: httpx.AsyncClient) -> None:
    for number in range(5):
        await api.patch("/apps/example-shop/config-vars", json={"A": str(number)})
    versions, wanted = [], "version ..; max=2, order=desc"
    while wanted:
        answer = await api.get("/apps/example-shop/releases", headers={"Range": wanted})
        versions.append([row["version"] for row in answer.json()])
        wanted = answer.headers.get("Next-Range", "")
        assert answer.status_code == (206 if wanted else 200)
    assert versions == [[6, 5], [4, 3], [2, 1]]


async def test_a_range_that_cannot_be_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.get("/apps", headers={"Range": "colour .."})).status_code == 416


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "kind"),
    [
        ("PATCH", "/apps/example-shop/formation", b"{", 400, "bad_request"),
        ("PATCH", "/apps/example-shop/formation", b"[]", 400, "bad_request"),
        ("PATCH", "/apps/example-shop/formation", b'{"updates": 1}', 400, "bad_request"),
        ("PATCH", "/apps/example-shop", b'{"name": "other"}', 403, "forbidden"),
        ("POST", "/apps/example-shop/dynos", b"{}", 422, "invalid_params"),
        ("POST", "/apps/example-shop/dynos", b'{"command": "a", "time_to_live": 86401}', 422, "invalid_params"),
        ("GET", "/nowhere", b"", 404, "not_found"),
        ("PUT", "/apps/example-shop/formation", b"", 404, "not_found"),
        ("GET", "/apps/example-shop/formation/clock", b"", 404, "not_found"),
    ],
)
async def test_a_bad_request_is_told_what_is_bad(
    api: httpx.AsyncClient, method: str, path: str, content: bytes, status: int, kind: str
) -> None:
    answer = await api.request(method, path, content=content)
    assert (answer.status_code, answer.json()["id"]) == (status, kind)


async def test_faults_are_answered_as_often_as_asked(api: httpx.AsyncClient, world: World) -> None:
    world.fail(Fault(method="PATCH", path="/apps/example-shop", times=2, status=503, body="<html>"))
    updates = {"updates": [{"type": "worker", "quantity": 1}]}
    answers = [await api.patch("/apps/example-shop/formation", json=updates) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]


async def test_a_write_may_be_answered_and_not_done(api: httpx.AsyncClient, world: World) -> None:
    world.fail(Fault(method="PATCH", ignore=True))
    updates = {"updates": [{"type": "worker", "quantity": 1}]}
    assert (await api.patch("/apps/example-shop/formation", json=updates)).status_code == 200
    assert world.quantity("example-shop", "worker") == 0


async def test_the_controls_tell_what_was_asked(api: httpx.AsyncClient) -> None:
    await api.patch("/apps/example-shop/formation", json={"updates": []})
    rows = (await api.get("/_sandbox/requests")).json()
    assert [(row["method"], row["path"], row["status"]) for row in rows] == [
        ("PATCH", "/apps/example-shop/formation", 200)
    ]
    assert HEADERS["Authorization"] not in str(rows)
