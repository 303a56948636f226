"""What is around formations: apps and teams, dyno sizes, Heroku's own autoscaling, the token's scope."""

import json
from typing import Any

import httpx
import pytest
import respx

from autoscaler.core.platform import DynoSize, Neighbours, Refused, Transient, Unauthorised
from autoscaler.heroku import URL, Heroku, Hosts
from tests.heroku.support import GOOD, SHOP, TOKEN, WEB, WORKER, Clock, World, loopback

ID = "01234567-89ab-cdef-0123-456789abcdef"
MONITORS = f"https://api.metrics.heroku.com/apps/{ID}/formation/web/monitors"
SCALES = {"id": "m", "name": "LATENCY_SCALE", "is_active": True, "action_type": "scale", "process_type": "web"}


def named(*names: str) -> list[dict[str, Any]]:
    return [{"id": name, "name": name, "team": None} for name in names]


async def test_apps_are_those_of_the_account_and_of_its_teams(web: respx.MockRouter, world: World) -> None:
    second = httpx.Response(200, json=named("blog"))
    web.get(f"{URL}/apps").mock(
        side_effect=[httpx.Response(206, json=named("shop"), headers={"Next-Range": "id ]shop.."}), second]
    )
    web.get(f"{URL}/teams").respond(200, json=named("red", "green"))
    web.get(f"{URL}/teams/red/apps").respond(200, json=named("shop-pr-7", "shop"))
    web.get(f"{URL}/teams/green/apps").respond(403, json={"id": "forbidden"})
    neighbours: Neighbours = world.heroku
    assert await neighbours.apps() == ["blog", "shop", "shop-pr-7"]


async def test_apps_are_not_known_where_a_team_does_not_answer(web: respx.MockRouter, world: World) -> None:
    """Half a list would look as though apps had gone."""
    web.get(f"{URL}/apps").respond(200, json=named("shop"))
    web.get(f"{URL}/teams").respond(503)
    with pytest.raises(Transient, match="the account: Heroku could not list the teams"):
        await world.heroku.apps()


@pytest.mark.parametrize("body", [{}, [{}], [{"name": None}], [{"name": "a b"}], named("shop", "shop")], ids=str)
async def test_a_list_of_apps_is_read_strictly(body: Any, web: respx.MockRouter, world: World) -> None:
    web.get(f"{URL}/apps").respond(200, json=body)
    with pytest.raises(Transient, match="cannot be read"):
        await world.heroku.apps()


async def test_what_is_about_the_account_is_about_no_app(web: respx.MockRouter, world: World) -> None:
    web.get(f"{URL}/apps").respond(404, json={"id": "not_found", "message": "No."})
    with pytest.raises(Refused, match=r"the account: Heroku refused to list the apps \(404 not_found: No\)"):
        await world.heroku.apps()


async def test_sizes_tell_prices_and_places(web: respx.MockRouter, world: World) -> None:
    rows = [
        {"name": "Standard-1X", "cost": {"cents": 2500, "unit": "month"}, "generation": {"id": "c", "name": "cedar"}},
        {"name": "dyno-1c-0.5gb", "cost": None, "private_space_only": True, "generation": {"name": "fir"}},
        {"name": "eco", "cost": {"cents": 1, "unit": "hour"}},
    ]
    web.get(f"{URL}/dyno-sizes").respond(200, json=rows)
    assert await world.heroku.sizes() == [
        DynoSize("standard-1x", 2500, False, "cedar"),
        DynoSize("dyno-1c-0.5gb", None, True, "fir"),
        DynoSize("eco", None),
    ]


async def test_a_formation_tells_the_id_of_its_app(web: respx.MockRouter, world: World) -> None:
    app = {"app": {"id": ID, "name": "shop"}}
    web.get(SHOP).respond(200, json=[{**WEB, **app}, {**WORKER, **app}])
    assert (await world.formation()).app_id == ID
    web.get(SHOP).respond(200, content=GOOD)
    assert (await world.formation()).app_id == ""


@pytest.mark.parametrize(
    ("monitors", "on"),
    [
        ([], False),
        ([SCALES], True),
        ([{**SCALES, "action_type": "alert"}], False),
        ([{**SCALES, "is_active": False}], False),
        ([{"is_active": True, "name": "ERROR_RATE", "action_type": "alert"}, SCALES], True),
    ],
)
async def test_an_active_monitor_that_scales_is_autoscaling(
    monitors: list[Any], on: bool, web: respx.MockRouter, world: World
) -> None:
    route = web.get(MONITORS).respond(200, json=monitors)
    assert await world.heroku.autoscaled("shop", ID) is on
    assert route.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"id": "unauthorized"}),
        httpx.Response(403),
        httpx.Response(404),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[{"is_active": None}]),
        httpx.ReadTimeout("slow"),
    ],
    ids=str,
)
async def test_no_usable_answer_of_the_metrics_host_is_one_failure(
    answer: Any, web: respx.MockRouter, world: World
) -> None:
    route = web.get(MONITORS).mock(side_effect=[answer])
    elsewhere = web.route(host="elsewhere.example").respond(200, json=[])
    error = await world.transient(lambda: world.heroku.autoscaled("shop", ID))
    assert (error.everywhere, route.call_count, world.naps, elsewhere.called) == (False, 1, [], False)


async def test_an_app_whose_id_is_unknown_is_not_asked_about(web: respx.MockRouter, world: World) -> None:
    error = await world.transient(lambda: world.heroku.autoscaled("shop", ""))
    assert "its id is not known" in str(error)
    assert not web.calls


async def test_the_metrics_host_has_its_own_short_deadline() -> None:
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    async with World(transport=httpx.MockTransport(answer), deadline=15.0) as world:
        seen.append(str(await world.transient(lambda: world.heroku.autoscaled("shop", ID))))
    assert "Heroku's answer was not there within 3 s" in seen[0]


@pytest.mark.parametrize(
    ("hosts", "asked"),
    [
        (Hosts(), "https://api.metrics.heroku.com"),
        (Hosts(metrics="https://m.example/"), "https://m.example"),
        (Hosts("http://127.0.0.1:5000"), "http://127.0.0.1:5000"),
        (Hosts("http://127.0.0.1:5000", "http://127.0.0.1:5001"), "http://127.0.0.1:5001"),
    ],
    ids=str,
)
async def test_a_token_for_another_api_does_not_go_to_herokus_metrics(
    hosts: Hosts, asked: str, web: respx.MockRouter
) -> None:
    route = web.get(f"{asked}/apps/{ID}/formation/web/monitors").respond(200, json=[])
    heroku = Heroku(TOKEN, hosts, now=Clock())
    assert await heroku.autoscaled("shop", ID) is False
    assert route.call_count == 1
    await heroku.aclose()


async def test_the_tokens_scope_is_what_the_last_answer_told(web: respx.MockRouter, world: World) -> None:
    assert world.heroku.scope is None
    headers = {"Oauth-Scope": "write\tread"}
    web.get(SHOP).mock(side_effect=[httpx.Response(200, content=GOOD, headers=headers), httpx.Response(404)])
    await world.formation()
    await world.refused()
    assert world.heroku.scope == "write read"


async def test_a_refused_token_is_no_missing_team(web: respx.MockRouter, world: World) -> None:
    web.get(f"{URL}/apps").respond(200, json=[])
    web.get(f"{URL}/teams").respond(401)
    with pytest.raises(Unauthorised):
        await world.heroku.apps()


async def test_a_metrics_host_over_a_socket() -> None:
    async with loopback(lambda visit: visit.answer(json.dumps([SCALES]).encode())) as server:
        heroku = Heroku(TOKEN, Hosts(metrics=server.url), now=Clock())
        assert await heroku.autoscaled("shop", ID) is True
        await heroku.aclose()
