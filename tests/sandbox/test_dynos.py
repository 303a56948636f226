"""The lives of dynos: names, ends, one-offs, and what is remembered of them."""

import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from autoscaler.sandbox import World, create_app
from tests.sandbox.asking import HEADERS, Clock

DYNOS = "/apps/example-shop/dynos"
SHOP = "/apps/example-shop"


async def names(api: httpx.AsyncClient) -> set[str]:
    return {row["name"] for row in (await api.get(DYNOS)).json()}


async def run(api: httpx.AsyncClient, **more: Any) -> str:
    answer = await api.post(DYNOS, json={"command": "sleep 1", **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["name"])


async def test_what_happened_meanwhile_is_dated_and_ordered_by_when_it_happened(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await run(api, time_to_live=3600)
    began = clock.at
    clock.go_on(days=3)
    await api.get("/apps")
    seen = [(one.kind, one.at) for one in world.happenings if one.kind in {"expired", "cycled"}]
    assert seen[0] == ("expired", began + timedelta(hours=1))
    assert [at for _, at in seen] == sorted(at for _, at in seen)
    assert all(at < clock.at for _, at in seen)
    shop = [
        one.at for one in world.happenings if (one.kind, one.subject, one.app) == ("cycled", "web.1", "example-shop")
    ]
    assert len(shop) == 2
    assert timedelta(hours=24) <= shop[1] - shop[0] <= timedelta(hours=27, minutes=36)


async def test_a_release_puts_off_the_daily_cycle(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    clock.go_on(hours=23)
    await api.patch(f"{SHOP}/config-vars", json={"A": "1"})
    clock.go_on(hours=23, minutes=59)
    await api.get("/apps")
    assert not [one for one in world.happenings if (one.kind, one.app) == ("cycled", "example-shop")]


async def test_the_same_seed_gives_the_same_lives(clock: Clock) -> None:
    worlds = [World.of({"shop": {"web": "eco"}}, now=clock.now, seed=seed) for seed in (1, 1, 2)]
    lives = [[(one.id, one.ends) for one in world.apps["shop"].dynos.values()] for world in worlds]
    assert lives[0] == lives[1] != lives[2]


async def test_no_two_one_offs_have_one_name(api: httpx.AsyncClient, world: World) -> None:
    class Stubborn(random.Random):
        def randint(self, a: int, b: int) -> int:
            return min(b, a + (self.random() < 0.5))

    world.chance = Stubborn(0)
    assert {await run(api), await run(api)} == {"run.1000", "run.1001"}


async def test_a_one_off_may_have_a_type_of_its_own(api: httpx.AsyncClient) -> None:
    name = await run(api, type="scheduler", size="STANDARD-2x")
    row = (await api.get(f"{DYNOS}/{name}")).json()
    assert (row["type"], row["size"], name.split(".")[0]) == ("scheduler", "Standard-2X", "scheduler")


@pytest.mark.parametrize(
    ("kind", "method", "path", "left"),
    [
        ("run", "POST", "/dynos/{name}/actions/stop", False),
        ("run", "POST", "/formations/run/actions/stop", False),
        ("run", "DELETE", "/dynos/{name}", False),
        ("run", "DELETE", "/formations/run", False),
        ("test", "DELETE", "/dynos/{name}", True),
        ("test", "POST", "/dynos/{name}/actions/stop", False),
        ("run", "DELETE", "/dynos", True),
    ],
)
async def test_how_a_one_off_is_ended(api: httpx.AsyncClient, kind: str, method: str, path: str, left: bool) -> None:
    name = await run(api, type=kind)
    answer = await api.request(method, SHOP + path.format(name=name))
    assert (answer.status_code, answer.json()) == (202, {})
    assert (name in await names(api)) is left


async def test_stopping_a_dyno_of_the_formation_replaces_it(api: httpx.AsyncClient) -> None:
    before = (await api.get(f"{DYNOS}/web.1")).json()["id"]
    assert (await api.post(f"{DYNOS}/web.1/actions/stop")).status_code == 202
    assert (await api.get(f"{DYNOS}/web.1")).json()["id"] != before


async def test_a_type_that_no_dyno_and_no_formation_has_is_not_found(api: httpx.AsyncClient) -> None:
    for method, path in (("DELETE", "/formations/clok"), ("POST", "/formations/clok/actions/stop")):
        answer = await api.request(method, SHOP + path)
        assert (answer.status_code, answer.json()["id"]) == (404, "not_found")


async def test_an_app_without_process_types_can_run_a_one_off(clock: Clock) -> None:
    transport = httpx.ASGITransport(create_app(World.of({"bare": {}}, now=clock.now)))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=HEADERS) as api:
        assert (await api.post("/apps/bare/dynos", json={"command": "true"})).status_code == 201


@pytest.mark.parametrize(
    ("size", "spelled"), [("private-xl", "Private-XL"), ("shield-s", "Private-S"), ("Dyno-1c-0.5gb", "dyno-1c-0.5gb")]
)
def test_a_world_may_have_any_size_that_heroku_has(clock: Clock, size: str, spelled: str) -> None:
    assert World.of({"shop": {"web": size}}, now=clock.now).size("shop", "web") == spelled


def test_a_world_with_another_size_is_refused(clock: Clock) -> None:
    with pytest.raises(ValueError, match="no such dyno size: standard-3x"):
        World.of({"shop": {"web": "standard-3x"}}, now=clock.now)


async def test_releases_say_what_was_set_and_removed(api: httpx.AsyncClient) -> None:
    await api.patch(f"{SHOP}/config-vars", json={"A": "1", "B": "2"})
    assert (await api.patch(f"{SHOP}/config-vars", json={"A": None})).json() == {"B": "2"}
    said = [row["description"] for row in (await api.get(f"{SHOP}/releases", headers={"Range": "version ..3"})).json()]
    assert said == ["Initial release", "Set A, B config vars", "Remove A config vars"]
