"""Work for dynos: who takes it, what SIGTERM does to it, and what is counted."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from autoscaler.sandbox import Cause, Job, Work, World
from autoscaler.sandbox.jobs import OnSigterm
from tests.sandbox.asking import Clock

SHOP = "/apps/example-shop"
DYNOS = f"{SHOP}/dynos"


async def workers(api: httpx.AsyncClient, quantity: int) -> None:
    assert (await api.patch(f"{SHOP}/formation/worker", json={"quantity": quantity})).status_code == 200


def give(world: World, seconds: float, on_sigterm: OnSigterm = "finish", exit_status: int = 0) -> Job:
    return world.give("example-shop", "worker", Work(seconds, on_sigterm, exit_status))


def record(job: Job) -> tuple[str, str, Cause | None]:
    return job.outcome, job.dyno, job.cause


async def test_a_job_waits_until_a_dyno_of_its_type_is_up(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    began, job = clock.at, give(world, 600)
    clock.go_on(minutes=5)
    assert (world.unfinished("example-shop", "worker"), job.outcome) == (1, "waiting")
    await workers(api, 1)
    clock.go_on(seconds=9)
    assert (world.unfinished("example-shop", "worker"), job.outcome) == (1, "waiting")
    clock.go_on(seconds=1)
    assert (world.unfinished("example-shop", "worker"), job.outcome) == (1, "running")
    clock.go_on(minutes=10)
    assert (world.unfinished("example-shop", "worker"), job.outcome) == (0, "finished")
    assert (job.given, job.begun, job.ended) == (
        began,
        began + timedelta(minutes=5, seconds=10),
        began + timedelta(minutes=15, seconds=10),
    )


async def test_a_job_for_later_is_not_there_before(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    await workers(api, 1)
    at = clock.at + timedelta(hours=2)
    job = world.give("example-shop", "worker", Work(60), at)
    clock.go_on(hours=1, minutes=59)
    assert (world.unfinished("example-shop", "worker"), job.outcome) == (0, "planned")
    clock.go_on(minutes=1, seconds=59)
    assert (world.unfinished("example-shop", "worker"), job.begun) == (1, at)
    clock.go_on(seconds=1)
    assert world.unfinished("example-shop", "worker") == 0


async def test_each_dyno_takes_one_job_at_a_time_in_the_order_in_which_they_were_given(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await workers(api, 2)
    jobs = [give(world, seconds) for seconds in (100, 10, 10, 10)]
    began = clock.at + timedelta(seconds=10)
    clock.go_on(minutes=10)
    assert world.unfinished("example-shop", "worker") == 0
    told = [(job.dyno, job.begun and (job.begun - began).total_seconds()) for job in jobs]
    assert told == [("worker.1", 0), ("worker.2", 0), ("worker.2", 10), ("worker.2", 20)]


async def test_the_lowest_idle_number_takes_a_job_although_it_is_the_younger(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await workers(api, 2)
    await api.delete(f"{DYNOS}/worker.1")
    clock.go_on(minutes=1)
    assert give(world, 60).dyno == "worker.1"


@pytest.mark.parametrize(
    ("on_sigterm", "seconds", "after", "outcome"),
    [
        ("finish", 60, 30, "killed"),
        ("finish", 30, 30, "finished"),
        ("finish", 29, 29, "finished"),
        ("die", 29, 0, "killed"),
        ("requeue", 29, 0, "interrupted"),
    ],
)
async def test_what_sigterm_does_to_a_job(
    api: httpx.AsyncClient, clock: Clock, world: World, on_sigterm: OnSigterm, seconds: int, after: int, outcome: str
) -> None:
    await workers(api, 1)
    clock.go_on(seconds=10)
    began, job = clock.at, give(world, seconds, on_sigterm)
    await workers(api, 0)
    clock.go_on(minutes=5)
    world.advance()
    assert (job.outcome, job.ended) == (outcome, began + timedelta(seconds=after))
    assert job.cause == (None if outcome == "finished" else Cause.SCALE_DOWN)
    assert world.unfinished("example-shop", "worker") == (1 if outcome == "interrupted" else 0)


async def test_an_interrupted_job_begins_again_before_those_that_wait(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await workers(api, 1)
    first, second = give(world, 600, "requeue"), give(world, 600, "requeue")
    clock.go_on(minutes=5)
    await api.delete(f"{DYNOS}/worker.1")
    clock.go_on(seconds=10)
    world.advance()
    again = world.jobs[-1]
    assert record(first) == ("interrupted", "worker.1", Cause.MANUAL_RESTART)
    assert (again.number, again.attempt, again.outcome, again.begun) == (first.number, 2, "running", clock.at)
    assert second.outcome == "waiting"
    assert world.unfinished("example-shop", "worker") == 2
    clock.go_on(minutes=20)
    assert world.unfinished("example-shop", "worker") == 0
    tally = world.tally("example-shop", "worker")
    assert (tally.given, tally.begun, tally.finished) == (2, 3, 2)
    assert tally.interrupted == {Cause.MANUAL_RESTART: 1}


async def test_an_idle_dyno_takes_over_at_once_what_another_had_to_put_back(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await workers(api, 2)
    clock.go_on(seconds=10)
    jobs = give(world, 20), give(world, 600, "requeue")
    clock.go_on(minutes=1)
    await workers(api, 1)
    world.advance()
    assert [record(job) for job in jobs] == [
        ("finished", "worker.1", None),
        ("interrupted", "worker.2", Cause.SCALE_DOWN),
    ]
    assert (world.jobs[-1].outcome, world.jobs[-1].dyno, world.jobs[-1].begun) == ("running", "worker.1", clock.at)


async def test_a_release_hands_a_job_to_no_dyno_that_it_is_about_to_end(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await workers(api, 3)
    clock.go_on(seconds=10)
    give(world, 600, "requeue")
    await api.patch(f"{SHOP}/config-vars", json={"A": "1"})
    clock.go_on(minutes=1)
    world.advance()
    assert [(job.attempt, job.outcome) for job in world.jobs] == [(1, "interrupted"), (2, "running")]


async def test_a_batch_longer_than_a_day_never_ends_by_daily_cycles_alone(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    await workers(api, 1)
    give(world, 28 * 3600, "requeue")
    clock.go_on(days=30)
    assert world.unfinished("example-shop", "worker") == 1
    tally = world.tally("example-shop", "worker")
    assert tally.interrupted[Cause.DAILY_CYCLE] == tally.ended[Cause.DAILY_CYCLE] == tally.begun - 1 > 20
    assert tally.finished == 0


async def test_a_crash_takes_the_job_with_it(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    await workers(api, 1)
    clock.go_on(seconds=10)
    job = give(world, 600, "requeue")
    world.crash("example-shop", "worker.1")
    assert record(job) == ("killed", "worker.1", Cause.CRASH)
    assert world.tally("example-shop", "worker").killed == {Cause.CRASH: 1}
    assert world.unfinished("example-shop", "worker") == 0


async def test_a_one_off_runs_its_work_and_vanishes(api: httpx.AsyncClient, clock: Clock, world: World) -> None:
    job = world.give_one_off("example-shop", "invoice.py", Work(3600, exit_status=3))
    assert world.unfinished("example-shop", "run") == 1
    other = (await api.post(DYNOS, json={"command": "python other.py", "time_to_live": 600})).json()["name"]
    name = (await api.post(DYNOS, json={"command": "python invoice.py --all", "time_to_live": 7200})).json()["name"]
    clock.go_on(hours=1, seconds=9)
    assert (await api.get(f"{DYNOS}/{name}")).json()["state"] == "up"
    clock.go_on(seconds=1)
    assert (await api.get(f"{DYNOS}/{name}")).status_code == 404
    assert name not in {row["name"] for row in (await api.get(DYNOS)).json()}
    assert record(job) == ("crashed", name, Cause.CRASH)
    clock.go_on(hours=2)
    exits = [(row["dyno"], row["exit_status"], row["cause"]) for row in (await api.get("/_sandbox/exits")).json()]
    assert exits == [(other, 143, "time_to_live"), (name, 3, "exit")]
    assert world.unfinished("example-shop", "run") == 0


@pytest.mark.parametrize(
    ("work", "ended", "outcome", "status"),
    [
        (Work(600), 90, "killed", 137),
        (Work(75), 85, "finished", 0),
        (Work(600, "die"), 60, "killed", 143),
        (Work(600, "requeue"), 60, "interrupted", 143),
    ],
)
async def test_a_one_off_whose_time_is_over_gets_sigterm_and_30_seconds(
    api: httpx.AsyncClient, clock: Clock, world: World, work: Work, ended: int, outcome: str, status: int
) -> None:
    began, job = clock.at, world.give_one_off("example-shop", "rake", work)
    name = (await api.post(DYNOS, json={"command": "rake", "time_to_live": 60})).json()["name"]
    clock.go_on(seconds=60)
    assert (await api.get(f"{DYNOS}/{name}")).status_code == 404
    clock.go_on(seconds=60)
    world.advance()
    assert (job.outcome, job.ended) == (outcome, began + timedelta(seconds=ended))
    assert job.cause == (None if outcome == "finished" else Cause.TIME_TO_LIVE)
    assert [(one.exit_status, one.ended) for one in world.exits] == [(status, began + timedelta(seconds=ended))]


async def test_an_interrupted_errand_is_done_by_the_next_one_off_of_its_command(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    world.give_one_off("example-shop", "rake", Work(100, "requeue"))
    for _ in range(2):
        await api.post(DYNOS, json={"command": "rake", "time_to_live": 60})
        clock.go_on(seconds=60)
    await api.post(DYNOS, json={"command": "rake", "time_to_live": 600})
    clock.go_on(seconds=110)
    assert world.unfinished("example-shop", "run") == 0
    assert [(job.attempt, job.outcome) for job in world.jobs] == [
        (1, "interrupted"),
        (2, "interrupted"),
        (3, "finished"),
    ]


async def test_a_one_off_of_a_process_type_takes_none_of_its_jobs_and_is_not_scaled_away(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    give(world, 60)
    name = (await api.post(DYNOS, json={"command": "bin/worker", "type": "worker"})).json()["name"]
    clock.go_on(minutes=5)
    late = world.give_one_off("example-shop", "bin/worker", Work(60))
    give(world, 60)
    clock.go_on(minutes=5)
    assert (world.unfinished("example-shop", "worker"), late.outcome) == (2, "waiting")
    await workers(api, 1)
    await workers(api, 0)
    assert (await api.get(f"{DYNOS}/{name}")).json()["state"] == "up"


async def test_a_dyno_that_was_replaced_before_it_was_up_takes_no_job(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    began, job = clock.at, give(world, 60)
    await workers(api, 1)
    clock.go_on(seconds=5)
    await api.delete(f"{DYNOS}/worker.1")
    clock.go_on(seconds=30)
    world.advance()
    assert job.begun == began + timedelta(seconds=15)


async def test_a_job_may_be_given_to_a_dyno_that_is_starting_where_others_were_done_before(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    give(world, 1)
    await workers(api, 1)
    clock.go_on(minutes=1)
    await api.delete(f"{DYNOS}/worker.1")
    clock.go_on(seconds=5)
    job = give(world, 60)
    clock.go_on(seconds=5)
    world.advance()
    assert job.begun == clock.at


async def test_two_jobs_that_come_in_the_moment_in_which_a_dyno_is_up_are_done_one_after_the_other(
    api: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    give(world, 1)
    up = clock.at + timedelta(seconds=10)
    jobs = [world.give("example-shop", "worker", Work(60), up) for _ in range(2)]
    await workers(api, 1)
    clock.go_on(minutes=5)
    world.advance()
    assert [job.begun for job in jobs] == [up + timedelta(seconds=1), up + timedelta(seconds=61)]


def test_a_job_for_an_instant_that_is_over_is_given_now(clock: Clock, world: World) -> None:
    job = world.give("example-shop", "worker", Work(60), clock.at - timedelta(hours=1))
    assert (job.given, job.outcome) == (clock.at, "waiting")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seconds": 0}, "seconds is more than 0"),
        ({"seconds": -1}, "seconds is more than 0"),
        ({"seconds": float("nan")}, "seconds is more than 0"),
        ({"seconds": 1e300}, "seconds is more than 0"),
        ({"seconds": "60"}, "seconds is a number, not '60'"),
        ({"seconds": True}, "seconds is a number, not True"),
        ({"seconds": 1, "on_sigterm": "ignore"}, "on_sigterm is one of finish, requeue, die, not 'ignore'"),
        ({"seconds": 1, "exit_status": 256}, "exit_status is an integer from 0 to 255, not 256"),
        ({"seconds": 1, "exit_status": True}, "exit_status is an integer from 0 to 255, not True"),
    ],
)
def test_work_that_cannot_be_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Work(**fields)


def test_names_that_there_are_not_are_refused_with_those_that_there_are(world: World) -> None:
    for refused in (
        lambda: world.give("shop", "worker", Work(1)),
        lambda: world.give_one_off("shop", "rake", Work(1)),
        lambda: world.unfinished("shop", "worker"),
        lambda: world.tally("shop", "worker"),
    ):
        with pytest.raises(ValueError, match="no such app: shop; there are example-shop, basic-blog"):
            refused()
    with pytest.raises(ValueError, match="no such process type in example-shop: wrker; there are web, worker"):
        world.give("example-shop", "wrker", Work(1))
    assert not world.jobs
