"""A dyno's life: birth, daily cycle, SIGTERM, 30 seconds, SIGKILL; and that looking does not change it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from autoscaler.sandbox import Cause, Work, World
from tests.sandbox.asking import Clock

SHOP = "/apps/example-shop"
DYNOS = f"{SHOP}/dynos"
FORMATION = f"{SHOP}/formation"


def births(world: World, app: str, dyno: str) -> list[datetime]:
    """When a dyno of a world was cycled, and so another born in its place."""
    return [one.at for one in world.happenings if (one.kind, one.app, one.subject) == ("cycled", app, dyno)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_a_year_a_dyno_is_cycled_every_24_hours_and_108_minutes_on_average(clock: Clock, seed: int) -> None:
    began = clock.at
    world = World.of({"shop": {"web": "standard-1x"}}, now=clock.now, seed=seed)
    clock.go_on(days=365)
    assert 339 <= world.tally("shop", "web").ended[Cause.DAILY_CYCLE] <= 341
    instants = [began, *births(world, "shop", "web.1")]
    lives = [(after - before) / timedelta(hours=1) for before, after in pairwise(instants)]
    assert min(lives) >= 24
    assert max(lives) <= 27.6
    assert (min(lives) < 24.1, max(lives) > 27.5) == (True, True)


def test_a_year_goes_the_same_way_whether_it_is_looked_at_once_or_every_hour(clock: Clock) -> None:
    began, lives = clock.at, []
    for looks in (1, 365 * 24):
        clock.at = began
        world = World.of({"shop": {"web": "standard-1x"}}, now=clock.now, seed=7)
        world.give("shop", "web", Work(3600, "requeue"), began + timedelta(days=100))
        for _ in range(looks):
            clock.go_on(days=365 / looks)
            world.advance()
        lives.append((list(world.happenings), world.tally("shop", "web"), world.jobs[0].ended))
    assert lives[0] == lives[1]


def test_nothing_befalls_before_it_is_due_and_what_is_due_leaves_something_later(clock: Clock) -> None:
    world = World.of({"shop": {"web": "standard-1x", "worker": "standard-1x"}}, now=clock.now, seed=3)
    world.give("shop", "web", Work(60), clock.at + timedelta(hours=5))
    until, seen = clock.at + timedelta(days=30), 0
    while world.due < until:
        clock.at = world.due - timedelta(microseconds=1)
        before = (len(world.happenings), world.jobs[0].outcome)
        world.advance()
        assert (len(world.happenings), world.jobs[0].outcome) == before
        clock.at = world.due
        world.advance()
        assert world.due > clock.at
        seen += (len(world.happenings), world.jobs[0].outcome) != before
    assert world.jobs[0].outcome == "finished"
    assert seen >= 28


async def test_each_dyno_of_a_process_type_has_its_own_hour(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    await api.patch(f"{FORMATION}/web", json={"quantity": 20})
    clock.go_on(hours=28)
    await api.get("/apps")
    instants = [one.at for one in world.happenings if (one.kind, one.app) == ("cycled", "example-shop")]
    assert len(set(instants)) == 20


@pytest.mark.parametrize(
    ("method", "path", "body", "cause"),
    [
        ("PATCH", f"{SHOP}/config-vars", {"A": "1"}, Cause.RELEASE),
        ("PATCH", f"{FORMATION}/web", {"dyno_size": {"name": "standard-2x"}}, Cause.RESIZE),
        ("DELETE", DYNOS, None, Cause.MANUAL_RESTART),
        ("DELETE", f"{DYNOS}/web.1", None, Cause.MANUAL_RESTART),
        ("DELETE", f"{SHOP}/formations/web", None, Cause.MANUAL_RESTART),
        ("POST", f"{DYNOS}/web.1/actions/stop", None, Cause.MANUAL_RESTART),
    ],
)
async def test_what_restarts_a_dyno_gives_it_a_new_life_under_its_name_and_leaves_one_offs_alone(
    api: httpx.AsyncClient, clock: Clock, world: World, method: str, path: str, body: Any, cause: Cause
) -> None:
    one_off = (await api.post(DYNOS, json={"command": "sleep 1"})).json()
    before = (await api.get(f"{DYNOS}/web.1")).json()
    clock.go_on(hours=1)
    assert (await api.request(method, path, json=body)).status_code in {200, 202}
    after = (await api.get(f"{DYNOS}/web.1")).json()
    assert after["id"] != before["id"]
    assert (after["created_at"], after["state"]) == ("2026-11-23T13:00:00Z", "starting")
    assert world.tally("example-shop", "web").ended == {cause: 1}
    assert (await api.get(f"{DYNOS}/{one_off['name']}")).json()["id"] == one_off["id"]
    clock.go_on(hours=23, minutes=59)
    assert (await api.get(f"{DYNOS}/web.1")).json()["id"] == after["id"]


async def test_a_resize_restarts_those_of_its_process_type_only_and_no_dyno_that_is_new(
    api: httpx.AsyncClient, world: World
) -> None:
    world.happenings.clear()
    updates = [{"type": "worker", "quantity": 1}, {"type": "web", "quantity": 2, "size": "standard-2x"}]
    await api.patch(FORMATION, json={"updates": updates})
    assert [(one.kind, one.subject) for one in world.happenings if one.kind != "scaled"] == [
        ("created", "worker.1"),
        ("restarted", "web.1"),
        ("created", "web.2"),
    ]
    assert {row["size"] for row in (await api.get(DYNOS)).json() if row["type"] == "web"} == {"Standard-2X"}


async def test_updated_at_is_when_the_state_last_changed(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    async def seen() -> tuple[str, str, str]:
        row = (await api.get(f"{DYNOS}/web.1")).json()
        return row["state"], row["created_at"][11:19], row["updated_at"][11:19]

    assert await seen() == ("starting", "12:00:00", "12:00:00")
    clock.go_on(minutes=5)
    assert await seen() == ("up", "12:00:00", "12:00:10")
    world.crash("example-shop", "web.1")
    clock.go_on(minutes=1)
    assert await seen() == ("up", "12:05:00", "12:05:10")
    world.crash("example-shop", "web.1")
    clock.go_on(minutes=1)
    assert await seen() == ("crashed", "12:05:00", "12:06:00")


async def busy_web(api: httpx.AsyncClient, clock: Clock, world: World, seconds: float) -> Callable[[], Any]:
    """web.1 has a job of this length, begun now; what the sandbox tells of the dynos of that name."""
    world.give("example-shop", "web", Work(seconds))
    clock.go_on(seconds=10)

    async def tell() -> list[tuple[str | None, bool]]:
        rows = (await api.get("/_sandbox/dynos")).json()
        mine = [row for row in rows if (row["app"], row["name"]) == ("example-shop", "web.1")]
        return [(row["cause"], row["job"] is not None) for row in mine]

    return tell


async def test_a_dyno_that_is_busy_runs_on_beside_the_new_one_for_30_seconds(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    tell = await busy_web(api, clock, world, 3600)
    await api.delete(f"{DYNOS}/web.1")
    clock.go_on(seconds=29.9)
    assert await tell() == [("manual restart", True), (None, False)]
    assert [row["name"] for row in (await api.get(DYNOS)).json()] == ["web.1"]
    clock.go_on(seconds=0.1)
    assert await tell() == [(None, False)]
    killed = [one for one in world.happenings if one.kind == "killed"]
    assert [(one.subject, one.detail, one.at) for one in killed] == [("web.1", "manual restart", clock.at)]
    assert world.tally("example-shop", "web").killed == {Cause.MANUAL_RESTART: 1}


async def test_a_dyno_that_is_done_within_30_seconds_is_not_killed(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    tell = await busy_web(api, clock, world, 25)
    await api.delete(f"{DYNOS}/web.1")
    clock.go_on(seconds=25)
    assert await tell() == [(None, False)]
    clock.go_on(minutes=1)
    await api.get("/apps")
    assert not [one for one in world.happenings if one.kind == "killed"]
    assert [(one.outcome, one.cause) for one in world.jobs] == [("finished", None)]


async def test_scaling_down_takes_the_highest_number_busy_or_not_and_puts_no_other_in_its_place(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await api.patch(f"{FORMATION}/worker", json={"quantity": 3})
    clock.go_on(seconds=10)
    for _ in range(3):
        world.give("example-shop", "worker", Work(600))
    await api.patch(f"{FORMATION}/worker", json={"quantity": 1})
    clock.go_on(minutes=1)
    rows = (await api.get("/_sandbox/dynos")).json()
    assert [row["name"] for row in rows if row["type"] == "worker"] == ["worker.1"]
    assert [one.subject for one in world.happenings if one.kind == "stopped"] == ["worker.3", "worker.2"]
    assert [(job.dyno, job.outcome, job.cause) for job in world.jobs] == [
        ("worker.1", "running", None),
        ("worker.2", "killed", Cause.SCALE_DOWN),
        ("worker.3", "killed", Cause.SCALE_DOWN),
    ]


async def test_dyno_seconds_are_counted_by_size_and_for_as_long_as_a_process_runs(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await api.patch(f"{FORMATION}/web", json={"quantity": 2})
    clock.go_on(seconds=100)
    world.give("example-shop", "web", Work(3600))
    await api.patch(f"{FORMATION}/web", json={"quantity": 1, "size": "standard-2x"})
    clock.go_on(seconds=15)
    for _ in range(2):
        ran = world.tally("example-shop", "web").ran
        assert ran == {"standard-1x": timedelta(seconds=100 + 15 + 100), "standard-2x": timedelta(seconds=15)}
    clock.go_on(seconds=45)
    row = (await api.get("/_sandbox/tallies")).json()["example-shop"]["web"]
    assert row["dyno_seconds"] == {"Standard-1X": 100 + 30 + 100, "Standard-2X": 60}
    assert (row["born"], row["ended"]) == (3, {"scale-down": 1, "resize": 1})
