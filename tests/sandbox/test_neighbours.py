"""What is around an app: Heroku's own autoscaling, teams, deploys, apps that come and go, add-ons."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft4Validator

from autoscaler.sandbox import World
from tests.sandbox.asking import Clock

SHOP = "/apps/example-shop"
SCALE = {"name": "LATENCY_SCALE", "action_type": "scale", "min_quantity": 2, "max_quantity": 5, "value": 500}
SCHEMA = Path(__file__).parents[3] / "shared" / "reference" / "platform-api-schema.json"


@pytest.fixture
def monitors(world: World) -> str:
    """The address of the monitors of an app whose web can be autoscaled."""
    app = world.create("big-shop", {"web": "performance-m", "worker": "standard-1x"})
    return f"/apps/{app.id}/formation/web/monitors"


async def test_autoscaling_is_switched_on_once_and_brings_web_into_its_range(
    api: httpx.AsyncClient, world: World, monitors: str
) -> None:
    assert (await api.get(monitors)).json() == []
    first = await api.post(monitors, json=SCALE)
    assert (first.status_code, world.quantity("big-shop", "web")) == (201, 2)
    assert (await api.post(monitors, json=SCALE)).status_code == 409
    [row] = (await api.get(monitors)).json()
    assert (row["id"], row["is_active"], row["action_type"], row["max_quantity"]) == (
        first.json()["id"],
        True,
        "scale",
        5,
    )
    off = await api.patch(f"{monitors}/{row['id']}", json={"is_active": False, "op": "GREATER_OR_EQUAL", "period": 1})
    assert (off.status_code, off.content) == (202, b"")
    assert (await api.get(monitors)).json()[0]["is_active"] is False


@pytest.mark.parametrize(
    "change",
    [{"min_quantity": 0}, {"min_quantity": 6}, {"max_quantity": "many"}, {"min_quantity": True}, {"is_active": 1}],
    ids=str,
)
async def test_a_monitor_that_cannot_be_is_refused(
    api: httpx.AsyncClient, monitors: str, change: dict[str, Any]
) -> None:
    assert (await api.post(monitors, json={**SCALE, **change})).status_code == 422
    assert (await api.get(monitors)).json() == []


async def test_a_size_that_cannot_be_autoscaled_is_forbidden(api: httpx.AsyncClient, world: World) -> None:
    path = f"/apps/{world.apps['example-shop'].id}/formation/web/monitors"
    assert (await api.post(path, json=SCALE)).status_code == 403


async def test_monitors_know_apps_by_their_id_alone(api: httpx.AsyncClient, world: World, monitors: str) -> None:
    assert (await api.get("/apps/big-shop/formation/web/monitors")).status_code == 404
    assert (await api.get(monitors.replace(world.apps["big-shop"].id, world.apps["basic-blog"].id))).json() == []


@pytest.mark.parametrize("path", ["/formation", "/formation/web"])
async def test_scaling_web_through_the_api_switches_autoscaling_off(
    api: httpx.AsyncClient, monitors: str, path: str
) -> None:
    await api.post(monitors, json=SCALE)
    await api.patch("/apps/big-shop/formation/worker", json={"quantity": 3})
    assert (await api.get(monitors)).json()[0]["is_active"] is True
    body: dict[str, Any] = {"quantity": 3} if path.endswith("web") else {"updates": [{"type": "web", "quantity": 3}]}
    assert (await api.patch(f"/apps/big-shop{path}", json=body)).status_code == 200
    assert (await api.get(monitors)).json()[0]["is_active"] is False


async def test_autoscaling_itself_moves_web_within_its_range(
    api: httpx.AsyncClient, world: World, monitors: str
) -> None:
    control = "/_sandbox/apps/big-shop/autoscale"
    assert (await api.post(control, json={"quantity": 3})).status_code == 422
    await api.post(monitors, json=SCALE)
    assert (await api.post(control, json={"quantity": 4})).status_code == 200
    assert (await api.post(control, json={"quantity": 6})).status_code == 422
    assert world.quantity("big-shop", "web") == 4
    assert (await api.get(monitors)).json()[0]["is_active"] is True


async def test_a_team_lists_apps_that_the_account_has_not_joined(api: httpx.AsyncClient, world: World) -> None:
    world.create("red-api", {"web": "basic"}, "red")
    world.create("red-secret", {"web": "basic"}, "red", joined=False)

    async def names(path: str) -> list[str]:
        return sorted(row["name"] for row in (await api.get(path)).json())

    assert await names("/apps") == ["basic-blog", "example-shop", "red-api"]
    assert await names("/users/~/apps") == ["basic-blog", "example-shop"]
    assert await names("/teams") == ["red"]
    assert await names("/teams/red/apps") == ["red-api", "red-secret"]
    assert (await api.get("/teams/blue/apps")).status_code == 404


@pytest.mark.parametrize(
    ("path", "definition"),
    [("/teams", "team"), ("/teams/red/apps", "team-app"), ("/apps/red-api/addons", "add-on")],
)
async def test_what_is_around_an_app_is_valid(api: httpx.AsyncClient, world: World, path: str, definition: str) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"NOT CHECKED: Heroku's schema is not at {SCHEMA.name}")
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    world.create("red-api", {"web": "basic"}, "red").addons.append("judoscale")
    [row] = (await api.get(path)).json()
    assert set(row) == set(document["definitions"][definition]["properties"])
    validator = Draft4Validator({**document, "$ref": f"#/definitions/{definition}"})
    assert [error.message for error in validator.iter_errors(row)] == []


async def test_apps_come_and_go(api: httpx.AsyncClient, clock: Clock) -> None:
    body = {"name": "shop-pr-7", "types": {"web": "basic", "worker": "basic"}, "team": "red"}
    assert (await api.post("/_sandbox/apps", json=body)).status_code == 200
    assert (await api.post("/_sandbox/apps", json=body)).status_code == 422
    assert len((await api.get("/apps/shop-pr-7/formation")).json()) == 2
    job = {"app": "shop-pr-7", "type": "web", "seconds": 3600}
    await api.post("/_sandbox/jobs", json=job)
    clock.go_on(minutes=1)
    await api.get("/apps")
    assert (await api.delete("/_sandbox/apps/shop-pr-7")).status_code == 200
    clock.go_on(days=3)
    assert (await api.get("/apps/shop-pr-7/formation")).status_code == 404
    assert (await api.get("/apps")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"name": 7}, {"name": "a-b", "types": ["web"]}, {"name": "a-b", "types": {"web": 1}}, {"name": "a", "x": 1}],
)
async def test_an_app_that_cannot_be_is_refused(api: httpx.AsyncClient, body: object) -> None:
    assert (await api.post("/_sandbox/apps", json=body)).status_code == 422
    assert len((await api.get("/apps")).json()) == 2


async def test_a_deploy_restarts_dynos_under_a_new_version(api: httpx.AsyncClient) -> None:
    async def versions() -> set[int]:
        return {row["release"]["version"] for row in (await api.get(f"{SHOP}/dynos")).json()}

    assert await versions() == {1}
    answer = await api.post(f"/_sandbox{SHOP}/releases", json={"description": "Deploy 1a2b3c4"})
    assert answer.json() == {"version": 2}
    assert await versions() == {2}
    assert (await api.patch(f"{SHOP}/formation/web", json={"quantity": 2})).status_code == 200


async def test_with_preboot_the_formation_waits_for_the_release(api: httpx.AsyncClient, clock: Clock) -> None:
    await api.patch(f"{SHOP}/features/preboot", json={"enabled": True})
    await api.post(f"/_sandbox{SHOP}/releases", json={"seconds": 240})
    for path, body in (("/web", {"quantity": 2}), ("", {"updates": [{"type": "worker", "quantity": 1}]})):
        answer = await api.patch(f"{SHOP}/formation{path}", json=body)
        assert (answer.status_code, answer.json()["message"]) == (
            422,
            "Cannot change formation for a preboot app until release phase and preboot complete",
        )
    clock.go_on(seconds=239)
    assert (await api.patch(f"{SHOP}/formation/web", json={"quantity": 2})).status_code == 422
    clock.go_on(seconds=1)
    assert (await api.patch(f"{SHOP}/formation/web", json={"quantity": 2})).status_code == 200


async def test_an_app_has_the_sizes_of_its_platform(api: httpx.AsyncClient, world: World) -> None:
    world.create("vault", {"web": "private-s"})

    async def sizes(app: str) -> set[str]:
        return {row["name"] for row in (await api.get(f"/apps/{app}/available-dyno-sizes")).json()}

    assert "Private-S" in await sizes("vault")
    assert "Standard-1X" not in await sizes("vault")
    assert await sizes("example-shop") >= {"Eco", "Basic", "Standard-2X", "Performance-2XL"}
    assert not {size for size in await sizes("example-shop") if size.startswith(("Private", "dyno"))}


async def test_too_many_dynos_are_refused_with_the_limit(api: httpx.AsyncClient) -> None:
    answer = await api.patch(f"{SHOP}/formation/web", json={"quantity": 101})
    assert (answer.json()["id"], answer.json()["limit"]) == ("cannot_update_above_limit", 100)


@pytest.mark.parametrize("services", [None, "judoscale", [7]])
async def test_addons_are_names(api: httpx.AsyncClient, services: object) -> None:
    assert (await api.put(f"/_sandbox{SHOP}/addons", json={"services": services})).status_code == 422
    assert (await api.put(f"/_sandbox{SHOP}/addons", json={"services": ["judoscale"]})).status_code == 200
    assert [row["addon_service"]["name"] for row in (await api.get(f"{SHOP}/addons")).json()] == ["judoscale"]
