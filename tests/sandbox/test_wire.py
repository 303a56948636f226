"""Ranges, versions, conditional writes and hostile bodies: what clients other than ours send."""

import httpx
import pytest

from autoscaler.sandbox import World

SHOP = "/apps/example-shop"


@pytest.mark.parametrize(
    ("asked", "versions"),
    [
        ("version ..", [1, 2, 3, 4]),
        ("version 2..3", [2, 3]),
        ("version ]2..", [3, 4]),
        ("version ..; max=1000;", [1, 2, 3, 4]),
        ("version ..; order=desc,max=1;", [4]),
        ("version ..; max=1; order=desc", [4]),
        ("version 3..2; order=desc", [3, 2]),
        ("version ..;", [1, 2, 3, 4]),
    ],
)
async def test_ranges_as_clients_write_them(api: httpx.AsyncClient, asked: str, versions: list[int]) -> None:
    for number in range(3):
        await api.patch(f"{SHOP}/config-vars", json={"A": str(number)})
    answer = await api.get(f"{SHOP}/releases", headers={"Range": asked})
    assert [row["version"] for row in answer.json()] == versions
    assert answer.headers["Content-Range"] == f"version {versions[0]}..{versions[-1]}"


async def test_the_end_of_a_range_holds_on_the_next_page(api: httpx.AsyncClient) -> None:
    for number in range(4):
        await api.patch(f"{SHOP}/config-vars", json={"A": str(number)})
    first = await api.get(f"{SHOP}/releases", headers={"Range": "version 1..3; max=2"})
    second = await api.get(f"{SHOP}/releases", headers={"Range": first.headers["Next-Range"]})
    assert [row["version"] for row in (*first.json(), *second.json())] == [1, 2, 3]
    assert (first.status_code, second.status_code) == (206, 200)


@pytest.mark.parametrize(
    "asked", ["version x..", "id ..; max=0", "id ..; max=-1", "id ..; max=" + "9" * 5000, "id ..; order=up", "id"]
)
async def test_a_range_that_cannot_be_is_416(api: httpx.AsyncClient, asked: str) -> None:
    answer = await api.get(f"{SHOP}/releases", headers={"Range": asked})
    assert (answer.status_code, answer.json()["id"]) == (416, "requested_range_not_satisfiable")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/vnd.heroku+json; version=3", 200),
        ("application/vnd.heroku+json;version=3", 200),
        ("application/vnd.heroku+json; version=3.sdk", 200),
        ("application/vnd.heroku+json; version=3.cedar-acm", 200),
        ("*/*, application/vnd.heroku+json; version=3", 200),
        ("application/vnd.heroku+json; version=34", 406),
        ("application/vnd.heroku+json", 406),
        ("application/json", 406),
    ],
)
async def test_the_version_may_be_asked_for_in_several_ways(api: httpx.AsyncClient, accept: str, status: int) -> None:
    assert (await api.get("/account", headers={"Accept": accept})).status_code == status


@pytest.mark.parametrize("path", [f"{SHOP}/formation", f"{SHOP}/formation/web"])
async def test_a_write_to_what_has_changed_meanwhile_is_412(api: httpx.AsyncClient, world: World, path: str) -> None:
    tag = (await api.get(path)).headers["Etag"]
    body = {"updates": [{"type": "web", "quantity": 2}], "quantity": 2}
    assert (await api.patch(path, json=body, headers={"If-Match": tag})).status_code == 200
    again = await api.patch(path, json=body, headers={"If-Match": tag})
    assert (again.status_code, world.quantity("example-shop", "web")) == (412, 2)


async def test_a_size_may_be_named_by_its_id(api: httpx.AsyncClient, world: World) -> None:
    wanted = (await api.get("/dyno-sizes/standard-2x")).json()["id"]
    answer = await api.patch(f"{SHOP}/formation/web", json={"dyno_size": {"id": wanted}})
    assert answer.json()["dyno_size"] == {"id": wanted, "name": "Standard-2X"}
    assert world.size("example-shop", "web") == "Standard-2X"


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff\xfe", b"9" * 5000, b"nul", b'"text"', b"[1]"])
async def test_no_body_is_too_strange_for_an_answer(api: httpx.AsyncClient, content: bytes) -> None:
    answer = await api.patch(f"{SHOP}/formation", content=content)
    assert (answer.status_code, answer.json()["id"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/config-vars", {"A-B": "1"}),
        ("/config-vars", {"A": 1}),
        ("/features/preboot", {"enabled": "maybe"}),
        ("/features/preboot", {}),
        ("", {"maintenance": "on"}),
    ],
)
async def test_a_write_that_makes_no_sense_is_422_and_changes_nothing(
    api: httpx.AsyncClient, path: str, body: object
) -> None:
    before = (await api.get(SHOP + path)).json()
    answer = await api.patch(SHOP + path, json=body)
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid_params")
    assert (await api.get(SHOP + path)).json() == before


@pytest.mark.parametrize(
    ("path", "answered"),
    [
        ("/apps/example-shop/webhooks", (200, [])),
        ("/apps/example-shop/sni-endpoints", (200, [])),
        ("/apps/example-shop/releases/1/config-vars", (200, {})),
        ("/users/~/addons", (200, [])),
        ("/oauth/clients", (200, [])),
        ("/teams/x", (404, {"id": "not_found", "message": "Couldn't find that team."})),
        ("/apps/example-shop/slugs/x", (404, {"id": "not_found", "message": "Couldn't find that slug."})),
    ],
)
async def test_what_stands_beside_an_app_is_empty_or_not_found(
    api: httpx.AsyncClient, path: str, answered: tuple[int, object]
) -> None:
    answer = await api.get(path)
    assert (answer.status_code, answer.json()) == answered
