"""The controls under /_sandbox/, from outside: work, counts, lives, and what a one-off's creation demands."""

import httpx
import pytest

from autoscaler.sandbox import Fault, Work, World
from autoscaler.sandbox.life import settle
from tests.sandbox.asking import Clock

SHOP = "/apps/example-shop"
JOBS = "/_sandbox/jobs"


async def test_work_is_given_and_looked_at_from_outside(api: httpx.AsyncClient, clock: Clock) -> None:
    job = {"app": "example-shop", "type": "web", "seconds": 60, "on_sigterm": "requeue"}
    assert (await api.post(JOBS, json=job)).json()["outcome"] == "waiting"
    later = await api.post(JOBS, json={**job, "at": "2026-11-23T22:00:00+09:00"})
    assert (later.json()["outcome"], later.json()["given"]) == ("planned", "2026-11-23 13:00:00+00:00")
    assert (await api.get(f"/_sandbox{SHOP}/unfinished/web")).json() == {"unfinished": 1}
    clock.go_on(seconds=30)
    await api.delete(f"{SHOP}/dynos/web.1")
    clock.go_on(hours=2)
    assert (await api.get(f"/_sandbox{SHOP}/unfinished/web")).json() == {"unfinished": 0}
    rows = (await api.get(JOBS)).json()
    shown = [(row["number"], row["attempt"], row["outcome"], row["cause"], row["seconds"]) for row in rows]
    assert shown == [
        (1, 1, "interrupted", "manual restart", 60),
        (2, 1, "finished", None, 60),
        (1, 2, "finished", None, 60),
    ]
    tally = (await api.get("/_sandbox/tallies")).json()["example-shop"]["web"]
    assert (tally["given"], tally["begun"], tally["finished"], tally["interrupted"]) == (2, 3, 2, {"manual restart": 1})


@pytest.mark.parametrize(
    "body",
    [
        {"app": "example-shop", "type": "web"},
        {"app": "example-shop", "seconds": 1},
        {"app": "example-shop", "type": "web", "command": "rake", "seconds": 1},
        {"app": "example-shop", "type": "clok", "seconds": 1},
        {"app": "nosuch", "type": "web", "seconds": 1},
        {"app": "nosuch", "command": "rake", "seconds": 1},
        {"app": "example-shop", "command": "", "seconds": 1},
        {"app": "example-shop", "command": "rake", "seconds": 1, "at": "2026-11-23T22:00:00Z"},
        {"app": "example-shop", "type": "web", "seconds": 1, "at": "2026-11-23T22:00:00"},
        {"app": "example-shop", "type": "web", "seconds": 1, "at": "tonight"},
        {"app": "example-shop", "type": "web", "seconds": 1, "at": 7},
        {"app": "example-shop", "type": "web", "seconds": 1, "lengh": 2},
        {"app": 7, "type": "web", "seconds": 1},
        [],
        7,
    ],
)
async def test_a_job_that_cannot_be_is_refused_and_harms_nothing(api: httpx.AsyncClient, body: object) -> None:
    answer = await api.post(JOBS, json=body)
    assert (answer.status_code, list(answer.json())) == (422, ["error"])
    assert (await api.get(JOBS)).json() == []


async def test_the_lives_of_dynos_are_told_with_what_heroku_does_not_tell(api: httpx.AsyncClient, world: World) -> None:
    rows = (await api.get("/_sandbox/dynos")).json()
    assert {(row["app"], row["name"], row["state"], row["crashes"]) for row in rows} == {
        ("example-shop", "web.1", "starting", 0),
        ("basic-blog", "web.1", "starting", 0),
    }
    ends = {app.name: str(app.dynos["web.1"].ends) for app in world.apps.values()}
    assert {row["app"]: row["ends"] for row in rows} == ends


async def test_creating_a_one_off_may_be_made_to_demand_more_than_write(api: httpx.AsyncClient) -> None:
    async def run() -> httpx.Response:
        headers = {"Authorization": "Bearer scope-write"}
        return await api.post(f"{SHOP}/dynos", json={"command": "rake"}, headers=headers)

    first = await run()
    assert (first.status_code, first.headers["Oauth-Scope-Accepted"]) == (201, "global write write-protected")
    answer = await api.put("/_sandbox/one-off-access", json={"access": "write-protected"})
    assert answer.json() == (await api.get("/_sandbox/one-off-access")).json() == {"access": "write-protected"}
    second = await run()
    assert (second.status_code, second.json()["id"]) == (403, "forbidden")
    assert second.headers["Oauth-Scope"] == "write"
    assert second.headers["Oauth-Scope-Accepted"] == "global write-protected"
    restart = await api.delete(f"{SHOP}/dynos/web.1", headers={"Authorization": "Bearer scope-write"})
    assert restart.status_code == 202


@pytest.mark.parametrize("body", [{"access": "everything"}, {"access": 1}, {}, 7])
async def test_an_access_that_there_is_not_is_refused(api: httpx.AsyncClient, body: object) -> None:
    assert (await api.put("/_sandbox/one-off-access", json=body)).status_code == 422
    assert (await api.get("/_sandbox/one-off-access")).json() == {"access": "write"}


async def test_an_ignored_restart_touches_neither_jobs_nor_lives(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    job = world.give("example-shop", "web", Work(3600, "requeue"))
    name = (await api.post(f"{SHOP}/dynos", json={"command": "rake"})).json()["name"]
    clock.go_on(seconds=10)

    async def seen() -> object:
        dynos = (await api.get("/_sandbox/dynos")).json()
        return dynos, len(world.jobs), len(world.exits), sorted(entry[:2] for entry in world.agenda)

    before = await seen()
    for path in ("/dynos", f"/dynos/{name}"):
        world.fail(Fault(method="DELETE", ignore=True))
        assert (await api.delete(SHOP + path)).status_code == 202
    assert await seen() == before
    clock.go_on(minutes=30)
    assert (world.unfinished("example-shop", "web"), job.outcome) == (1, "running")
    clock.go_on(minutes=30)
    assert (world.unfinished("example-shop", "web"), job.outcome) == (0, "finished")


def test_a_year_of_a_hundred_dynos_takes_one_step_for_each_life(clock: Clock) -> None:
    world = World.of({"shop": {"web": "standard-1x"}}, now=clock.now)
    world.apps["shop"].formation["web"].quantity = 100
    settle(world, world.apps["shop"])
    clock.go_on(days=365)
    tally = world.tally("shop", "web")
    assert 33_800 < sum(tally.ended.values()) < 34_100
    assert (tally.born, world.planned, len(world.agenda)) == (sum(tally.ended.values()) + 100, tally.born, 100)
