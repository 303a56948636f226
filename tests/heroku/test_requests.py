"""What we send, and what we make of a good answer."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import respx

from autoscaler import __version__
from autoscaler.core.platform import Formation, Live, Platform
from tests.heroku.support import SHOP, TOKEN, WEB, WORKER, WRITES, World

SCHEMA = Path(__file__).parents[3] / "shared/reference/platform-api-schema.json"


async def test_a_formation_is_read(web: respx.MockRouter, world: World) -> None:
    headers = {"Date": "Mon, 23 Nov 2026 22:00:01 GMT", "RateLimit-Remaining": "4497"}
    web.get(SHOP).respond(200, json=[WEB, WORKER], headers=headers)
    platform: Platform = world.heroku
    seen = await platform.formation("shop")
    assert seen.types == {"web": Live(2, "standard-2x"), "worker": Live(0, "basic")}
    assert seen.date == datetime(2026, 11, 23, 22, 0, 1, tzinfo=UTC)
    assert seen.app == "shop"
    assert world.heroku.remaining == 4497


async def test_an_app_with_no_process_types_has_an_empty_formation(web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).respond(200, json=[])
    assert await world.formation() == Formation("shop", {}, None, sent(web).headers["Request-Id"])


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 22:00:01 GMT", "Fri, 31 Dec 9999 23:59:59 -2300"])
async def test_a_date_that_cannot_be_read_is_none(date: str, web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).respond(200, json=[WEB], headers={"Date": date})
    assert (await world.formation()).date is None


@pytest.mark.parametrize(
    ("size", "live"),
    [
        ({"dyno_size": {"name": "Performance-L-RAM"}}, "performance-l-ram"),
        ({"size": "Private-S"}, "private-s"),
        ({"dyno_size": {"name": "dyno-1c-0.5gb"}, "size": None}, "dyno-1c-0.5gb"),
        ({"dyno_size": {"name": "Eco"}, "size": "Basic"}, "eco"),
    ],
)
async def test_sizes_are_in_lower_case(size: dict[str, Any], live: str, web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).respond(200, json=[{"type": "web", "quantity": 1, **size}])
    assert (await world.formation()).types == {"web": Live(1, live)}


async def test_the_headers_are_those_that_heroku_asks_for(web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).respond(200, json=[])
    web.patch(SHOP).respond(200, json=[])
    await world.formation()
    read = sent(web).headers
    assert read["Accept"] == "application/vnd.heroku+json; version=3"
    assert read["Accept-Encoding"] == "identity"
    assert read["Authorization"] == f"Bearer {TOKEN}"
    assert read["User-Agent"] == f"dyno-autoscaler/{__version__}"
    assert "Content-Type" not in read
    await world.apply()
    assert sent(web).headers["Content-Type"] == "application/json"
    assert uuid.UUID(sent(web).headers["Request-Id"]) != uuid.UUID(read["Request-Id"])


async def test_writes_go_in_one_request_with_only_what_is_given(web: respx.MockRouter, world: World) -> None:
    web.patch(SHOP).respond(200, json=[WEB])
    await world.apply()
    assert len(web.calls) == 1
    assert json.loads(sent(web).content) == {
        "updates": [
            {"type": "web", "quantity": 3},
            {"type": "worker", "quantity": 1, "dyno_size": {"name": "standard-1x"}},
            {"type": "clock", "dyno_size": {"name": "basic"}},
            {"type": "batch", "quantity": 0},
        ]
    }


async def test_an_app_name_cannot_leave_its_place_in_the_path(web: respx.MockRouter, world: World) -> None:
    web.get().respond(200, json=[])
    await world.heroku.formation("a/../b?c#d")
    assert sent(web).url.raw_path == b"/apps/a%2F..%2Fb%3Fc%23d/formation"


@pytest.mark.parametrize(
    ("chain", "known"),
    [("", "ours"), ("{ours}", "ours"), ("a,{ours} ,b", "ours"), ("a , b", "a"), (" , ", "ours")],
)
async def test_the_request_id_is_ours_where_heroku_has_it(
    chain: str, known: str, web: respx.MockRouter, world: World
) -> None:
    ours: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        ours.append(request.headers["Request-Id"])
        return httpx.Response(200, json=[], headers={"Request-Id": chain.format(ours=ours[-1])})

    web.route().mock(side_effect=answer)
    for got in (await world.apply(), (await world.formation()).request_id):
        assert got == (known if known != "ours" else ours.pop(0))


async def test_a_list_in_parts_is_followed_to_its_end(web: respx.MockRouter, world: World) -> None:
    first = httpx.Response(206, json=[WEB], headers={"Next-Range": "type ]web..; max=1"})
    last = httpx.Response(200, json=[WORKER], headers={"Date": "Mon, 23 Nov 2026 22:00:02 GMT"})
    web.get(SHOP).mock(side_effect=[first, last])
    seen = await world.formation()
    assert set(seen.types) == {"web", "worker"}
    assert seen.date == datetime(2026, 11, 23, 22, 0, 2, tzinfo=UTC)
    assert [call.request.headers.get("Range") for call in web.calls] == [None, "type ]web..; max=1"]


async def test_no_cookie_is_kept_and_no_netrc_read(
    web: respx.MockRouter, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.heroku.com login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    web.get(SHOP).respond(200, json=[], headers={"Set-Cookie": "a=b; Path=/"})
    await world.formation()
    await world.formation()
    assert "Cookie" not in sent(web).headers
    assert sent(web).headers["Authorization"] == f"Bearer {TOKEN}"


async def test_a_name_in_the_address_does_not_stand_in_for_the_token(web: respx.MockRouter) -> None:
    web.get(SHOP).respond(200, json=[])
    async with World("https://somebody:else@api.heroku.com/") as world:
        await world.formation()
    assert sent(web).headers["Authorization"] == f"Bearer {TOKEN}"
    assert sent(web).url == SHOP


@pytest.mark.parametrize("url", ["", "api.heroku.com", "ftp://api.heroku.com", "https://", "https://a:b", "/apps"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="the address of Heroku's API"):
        World(url)


async def test_requests_and_answers_are_those_of_herokus_schema(web: respx.MockRouter, world: World) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"NOT VALIDATED against Heroku's schema: there is no {SCHEMA.name} beside the project")
    schema = json.loads(SCHEMA.read_text())
    links = {link["title"]: link for link in schema["definitions"]["formation"]["links"]}
    web.route().respond(200, json=[])
    await world.formation()
    assert_link(links["List"], sent(web))
    await world.apply()
    assert_link(links["Batch Update"], sent(web))
    # The schema's own word on additional properties is only in the definition of an update.
    body = json.loads(sent(web).content)
    jsonschema.validate(body, {"definitions": schema["definitions"], **links["Batch Update"]["schema"]})
    update = schema["definitions"]["formation"]["definitions"]["update"]
    assert all(entry.keys() <= update["properties"].keys() for entry in body["updates"])
    assert len(body["updates"]) == len(WRITES)


def assert_link(link: dict[str, Any], request: httpx.Request) -> None:
    before, _, after = link["href"].partition("/{(%23%2Fdefinitions%2Fapp%2Fdefinitions%2Fidentity)}")
    assert (request.method, request.url.path) == (link["method"], f"{before}/shop{after}")


def sent(web: respx.MockRouter) -> httpx.Request:
    request = web.calls.last.request
    assert isinstance(request, httpx.Request)
    return request
