"""Crashes: the first restart at once, then longer and longer cool-off periods."""

from datetime import timedelta

import httpx
import pytest

from autoscaler.sandbox import Cause, Work, World
from tests.sandbox.asking import Clock

SHOP = "/apps/example-shop"
WEB = f"{SHOP}/dynos/web.1"


async def state(api: httpx.AsyncClient) -> str:
    return str((await api.get(WEB)).json()["state"])


async def test_the_first_crash_is_followed_by_a_new_dyno_at_once(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    before = (await api.get(WEB)).json()["id"]
    clock.go_on(hours=1)
    world.crash("example-shop", "web.1")
    after = (await api.get(WEB)).json()
    assert after["id"] != before
    assert (after["state"], after["created_at"]) == ("starting", "2026-11-23T13:00:00Z")
    crashes = [(one.at, one.subject, one.detail) for one in world.happenings if one.kind == "crashed"]
    assert crashes == [(clock.at, "web.1", "status 1")]


async def test_each_further_crash_is_followed_by_a_longer_cool_off(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    world.crash("example-shop", "web.1")
    for minutes in (20, 40, 60, 180, 320, 320):
        crashed = (await api.get(WEB)).json()["id"]
        world.crash("example-shop", "web.1")
        clock.go_on(minutes=minutes, seconds=-1)
        assert (await state(api), (await api.get(WEB)).json()["id"]) == ("crashed", crashed)
        clock.go_on(seconds=1)
        assert await state(api) == "starting"
        assert (await api.get(WEB)).json()["id"] != crashed
    assert world.tally("example-shop", "web").ended == {Cause.CRASH: 7}


@pytest.mark.parametrize(
    "calls",
    [
        [("PATCH", "/config-vars", {"A": "1"})],
        [("DELETE", "/dynos/web.1", None)],
        [("PATCH", "/formation/web", {"quantity": 0}), ("PATCH", "/formation/web", {"quantity": 1})],
    ],
)
async def test_a_release_a_restart_and_scaling_to_zero_end_the_cool_off_and_the_row_of_crashes(
    api: httpx.AsyncClient, clock: Clock, world: World, calls: list[tuple[str, str, object]]
) -> None:
    world.crash("example-shop", "web.1")
    world.crash("example-shop", "web.1")
    assert await state(api) == "crashed"
    for method, path, body in calls:
        await api.request(method, SHOP + path, json=body)
    assert await state(api) == "starting"
    ours = (await api.get(WEB)).json()["id"]
    clock.go_on(hours=1)
    assert (await api.get(WEB)).json()["id"] == ours, "the cool-off of the crashed one is over for nobody"
    world.crash("example-shop", "web.1")
    assert await state(api) == "starting"
    assert world.tally("example-shop", "web").ended == {Cause.CRASH: 3}


async def test_a_dyno_that_has_crashed_is_not_cycled(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    world.crash("example-shop", "web.1")
    world.advance()
    day_is_over = world.apps["example-shop"].dynos["web.1"].ends
    clock.at = day_is_over - timedelta(minutes=5)
    world.crash("example-shop", "web.1")
    clock.at = day_is_over + timedelta(minutes=14)
    assert await state(api) == "crashed"
    clock.at = day_is_over + timedelta(minutes=16)
    assert await state(api) == "up"
    assert not [one for one in world.happenings if (one.kind, one.app) == ("cycled", "example-shop")]


async def test_a_job_that_crashes_takes_its_dyno_with_it_and_the_next_job_waits_for_the_next_dyno(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await api.patch(f"{SHOP}/formation/worker", json={"quantity": 1})
    clock.go_on(seconds=10)
    began = clock.at
    jobs = [world.give("example-shop", "worker", Work(60, exit_status=status)) for status in (1, 7, 0)]
    clock.go_on(hours=1)
    world.advance()
    assert [(job.outcome, job.cause) for job in jobs] == [
        ("crashed", Cause.CRASH),
        ("crashed", Cause.CRASH),
        ("finished", None),
    ]
    begun = [job.begun and job.begun - began for job in jobs]
    assert begun == [timedelta(), timedelta(seconds=70), timedelta(minutes=20, seconds=140)]
    tally = world.tally("example-shop", "worker")
    assert (tally.crashed, tally.finished, tally.ended) == (2, 1, {Cause.CRASH: 2})


def test_a_dyno_in_its_cool_off_takes_no_job_and_counts_as_running(clock: Clock, world: World) -> None:
    world.give("example-shop", "web", Work(1))
    world.crash("example-shop", "web.1")
    world.crash("example-shop", "web.1")
    clock.go_on(minutes=19)
    assert world.unfinished("example-shop", "web") == 1
    assert world.tally("example-shop", "web").ran == {"standard-1x": timedelta(minutes=19)}


async def test_a_one_off_that_crashes_is_gone(api: httpx.AsyncClient, world: World) -> None:
    name = (await api.post(f"{SHOP}/dynos", json={"command": "rake"})).json()["name"]
    answer = await api.post(f"/_sandbox{SHOP}/dynos/{name}/crash")
    assert (answer.status_code, answer.json()) == (200, {})
    assert (await api.get(f"{SHOP}/dynos/{name}")).status_code == 404
    assert [(one.dyno, one.exit_status, one.cause) for one in world.exits] == [(name, 1, Cause.CRASH)]


async def test_what_cannot_crash_is_refused(api: httpx.AsyncClient) -> None:
    async def crash(dyno: str) -> tuple[int, str]:
        answer = await api.post(f"/_sandbox{SHOP}/dynos/{dyno}/crash")
        return answer.status_code, answer.json().get("error", "")

    assert await crash("web.2") == (422, "no such dyno in example-shop: web.2")
    assert await crash("web.1") == await crash("web.1") == (200, "")
    assert await crash("web.1") == (422, "web.1 of example-shop has crashed already")
