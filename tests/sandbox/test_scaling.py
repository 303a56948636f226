"""Formation updates as Heroku takes and refuses them."""

from itertools import pairwise
from typing import Any

import httpx
import pytest

from autoscaler.sandbox import World
from tests.sandbox.asking import Clock

SHOP = "/apps/example-shop/formation"


async def scale(api: httpx.AsyncClient, *updates: dict[str, Any], app: str = "example-shop") -> httpx.Response:
    return await api.patch(f"/apps/{app}/formation", json={"updates": list(updates)})


async def test_a_new_world_has_web_at_one_and_everything_else_at_zero(api: httpx.AsyncClient) -> None:
    rows = (await api.get(SHOP)).json()
    assert {row["type"]: (row["quantity"], row["size"]) for row in rows} == {
        "web": (1, "Standard-1X"),
        "worker": (0, "Standard-1X"),
    }


@pytest.mark.parametrize(
    ("update", "quantity", "size"),
    [
        ({"quantity": 3}, 3, "Standard-1X"),
        ({"quantity": "3"}, 3, "Standard-1X"),
        ({"quantity": "+2"}, 2, "Standard-1X"),
        ({"quantity": 1, "size": "standard-2x"}, 1, "Standard-2X"),
        ({"dyno_size": {"name": "PERFORMANCE-m"}}, 0, "Performance-M"),
        ({"quantity": "2", "dyno_size": "Standard-2X"}, 2, "Standard-2X"),
    ],
)
async def test_quantities_and_sizes_are_taken_in_every_form(
    api: httpx.AsyncClient, world: World, update: dict[str, Any], quantity: int, size: str
) -> None:
    answer = await scale(api, {"type": "worker", **update})
    assert answer.status_code == 200
    assert [(row["type"], row["quantity"], row["size"]) for row in answer.json()] == [("worker", quantity, size)]
    assert (world.quantity("example-shop", "worker"), world.size("example-shop", "worker")) == (quantity, size)


@pytest.mark.parametrize(
    ("app", "updates", "status", "message"),
    [
        ("nosuch", [], 404, "Couldn't find that app."),
        ("example-shop", [{"type": "clok", "quantity": 1}], 404, "Couldn't find that process type (clok)."),
        (
            "example-shop",
            [{"type": "worker", "size": "basic"}],
            422,
            "Cannot use the following dyno types in the same app: Basic and Standard-1X",
        ),
        (
            "basic-blog",
            [{"type": "web", "quantity": 2}],
            422,
            "Cannot update to more than 1 Basic size dynos per process type.",
        ),
        (
            "example-shop",
            [{"type": "web", "quantity": 11, "size": "performance-m"}],
            422,
            "Cannot update to more than 10 Performance-M size dynos per process type.",
        ),
        ("example-shop", [{"type": "web", "quantity": 101}], 422, "Cannot update to more than 100 dynos in total."),
        ("example-shop", [{"type": "web", "quantity": -1}], 422, "Quantity must be greater than or equal to 0."),
        ("example-shop", [{"type": "web", "quantity": "two"}], 422, "Quantity must be an integer, not 'two'."),
        ("example-shop", [{"type": "web", "quantity": True}], 422, "Quantity must be an integer, not True."),
        ("example-shop", [{"type": "web", "quantity": 1.5}], 422, "Quantity must be an integer, not 1.5."),
    ],
)
async def test_what_heroku_refuses_is_refused_in_its_words(
    api: httpx.AsyncClient, app: str, updates: list[dict[str, Any]], status: int, message: str
) -> None:
    answer = await scale(api, *updates, app=app)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


async def test_an_unknown_size_is_answered_with_those_that_there_are(api: httpx.AsyncClient) -> None:
    answer = await scale(api, {"type": "web", "size": "standard-3x"})
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("No such size as standard-3x. Available dyno sizes are Eco, Basic, ")


async def test_a_batch_is_done_whole_or_not_at_all(api: httpx.AsyncClient, world: World) -> None:
    answer = await scale(api, {"type": "worker", "quantity": 4}, {"type": "web", "quantity": 97})
    assert answer.status_code == 422
    assert (world.quantity("example-shop", "worker"), world.quantity("example-shop", "web")) == (0, 1)


async def test_all_process_types_may_change_their_tier_in_one_batch(api: httpx.AsyncClient, world: World) -> None:
    answer = await scale(api, {"type": "web", "size": "basic"}, {"type": "worker", "size": "basic", "quantity": 1})
    assert answer.status_code == 200
    assert world.size("example-shop", "web") == "Basic"


async def test_scaling_down_takes_the_highest_numbers(api: httpx.AsyncClient) -> None:
    await scale(api, {"type": "web", "quantity": 3})
    before = {row["name"]: row["id"] for row in (await api.get("/apps/example-shop/dynos")).json()}
    await scale(api, {"type": "web", "quantity": 1})
    after = {row["name"]: row["id"] for row in (await api.get("/apps/example-shop/dynos")).json()}
    assert (set(before), after) == ({"web.1", "web.2", "web.3"}, {"web.1": before["web.1"]})


async def test_dynos_start_and_are_up_ten_seconds_later(api: httpx.AsyncClient, clock: Clock) -> None:
    async def states() -> set[str]:
        return {row["state"] for row in (await api.get("/apps/example-shop/dynos")).json()}

    assert await states() == {"starting"}
    clock.go_on(seconds=9.9)
    assert await states() == {"starting"}
    clock.go_on(seconds=0.1)
    assert await states() == {"up"}


async def test_a_change_of_size_or_config_gives_new_dynos_and_one_of_quantity_does_not(
    api: httpx.AsyncClient, clock: Clock
) -> None:
    async def first() -> str:
        return str((await api.get("/apps/example-shop/dynos/web.1")).json()["id"])

    seen = [await first()]
    for change in (
        scale(api, {"type": "web", "quantity": 2}),
        scale(api, {"type": "web", "size": "standard-2x"}),
        api.patch("/apps/example-shop/config-vars", json={"A": "1"}),
        api.patch("/apps/example-shop/config-vars", json={"A": "1"}),
        api.delete("/apps/example-shop/dynos/web.1"),
    ):
        clock.go_on(minutes=1)
        await change
        seen.append(await first())
    changed = [before != after for before, after in pairwise(seen)]
    assert changed == [False, True, True, False, True]


async def test_every_dyno_is_cycled_between_24_hours_and_27_hours_36_after_its_birth(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await scale(api, {"type": "web", "quantity": 50})
    clock.go_on(hours=24)
    await api.get("/apps")
    assert not [happening for happening in world.happenings if happening.kind == "cycled"]
    clock.go_on(hours=3, minutes=36)
    await api.get("/apps")
    assert len([happening for happening in world.happenings if happening.kind == "cycled"]) == 51


async def test_a_one_off_dyno_is_gone_after_its_time(api: httpx.AsyncClient, clock: Clock) -> None:
    made = await api.post("/apps/example-shop/dynos", json={"command": "echo hi", "time_to_live": 60})
    assert (made.status_code, made.json()["type"]) == (201, "run")
    name = made.json()["name"]
    assert (await api.get(f"/apps/example-shop/dynos/{name}")).status_code == 200
    clock.go_on(seconds=60)
    assert (await api.get(f"/apps/example-shop/dynos/{name}")).status_code == 404
