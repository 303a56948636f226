"""What both stores remember, through the one door that the program knows."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from autoscaler.core.memory import Due, Ended, Fact, Lost, Memory, Missed, Refused, Run, Skipped, Started
from autoscaler.store import Store
from tests.cli.running import ROOT, environ
from tests.store.conftest import Opening
from tests.store.facts import CLOSING, COMMAND, NIGHT, NOON, RUN, later

STARTED = Started(later(seconds=1), "run.1234", "01234567-89ab-cdef-0123-456789abcdef", "request-1")


async def test_a_claimed_run_is_remembered_with_all_that_is_known(store: Store, opening: Opening) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    assert await store.record(RUN, STARTED)
    assert await store.record(RUN, Ended(later(hours=1), "expired"))
    again = await opening(migrate=False)
    assert await again.runs() == (Run(RUN, COMMAND, NOON, STARTED, Ended(later(hours=1), "expired")),)


async def test_a_store_is_a_memory(store: Store) -> None:
    memory: Memory = store
    assert await memory.runs() == ()
    assert await memory.closings() == ()


async def test_a_start_is_claimed_once(store: Store, opening: Opening) -> None:
    other = await opening()
    assert await store.claim(RUN, COMMAND, NOON)
    assert not await store.claim(RUN, COMMAND, NOON)
    assert not await other.claim(RUN, "another", later(days=1))
    assert await other.runs() == (Run(RUN, COMMAND, NOON),)


@pytest.mark.parametrize(
    "different",
    [
        replace(RUN, app="shop2"),
        replace(RUN, job="other"),
        replace(RUN, at=NIGHT + timedelta(seconds=1)),
        replace(RUN, attempt=2),
    ],
)
async def test_what_differs_is_another_start(store: Store, different: Due) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    assert await store.claim(different, COMMAND, NOON)


async def test_the_same_instant_of_another_zone_is_the_same_start(store: Store) -> None:
    there = NIGHT.astimezone(timezone(timedelta(hours=9)))
    assert await store.claim(RUN, COMMAND, NOON)
    assert not await store.claim(replace(RUN, at=there), COMMAND, NOON)
    (run,) = await store.runs()
    assert (run.due.at.tzinfo, run.claimed.tzinfo) == (UTC, UTC)


async def test_of_many_claims_at_once_one_wins(opening: Opening) -> None:
    stores = [await opening() for _ in range(4)]
    dues = [replace(RUN, attempt=attempt) for attempt in range(1, 11)]
    for due in dues:
        won = await asyncio.gather(*(store.claim(due, COMMAND, NOON) for store in stores for _ in range(3)))
        assert sorted(won) == [False] * 11 + [True]


CLAIMS = """
import asyncio, sys
from autoscaler.store import open_store
from tests.store.facts import COMMAND, NOON, RUN
from dataclasses import replace

async def main():
    store = await open_store(sys.argv[1], migrate=True)
    for attempt in range(1, 21):
        print(int(await store.claim(replace(RUN, attempt=attempt), COMMAND, NOON)))
    await store.aclose()

asyncio.run(main())
"""


def test_of_many_processes_that_start_at_once_one_wins_each_claim(address: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", CLAIMS, address], cwd=ROOT, env=environ(), stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    won = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert [sum(map(int, each)) for each in zip(*won, strict=True)] == [1] * 20


CRASH = """
import asyncio, os, signal, sys
from autoscaler.store import open_store
from tests.store.facts import COMMAND, NOON, RUN

async def main():
    store = await open_store(sys.argv[1], migrate=True)
    await store.claim(RUN, COMMAND, NOON)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_crash_between_claim_and_start_leaves_a_run_of_which_nothing_is_known(
    address: str, opening: Opening
) -> None:
    crashed = subprocess.run([sys.executable, "-c", CRASH, address], cwd=ROOT, env=environ(), timeout=60, check=False)
    assert crashed.returncode == -9
    store = await opening()
    assert not await store.claim(RUN, COMMAND, later(minutes=1))
    assert await store.runs(unfinished=True) == (Run(RUN, COMMAND, NOON),)


@pytest.mark.parametrize(
    "outcome",
    [
        Ended(NOON),
        Ended(NOON, "vanished"),
        Refused(NOON, "over the limit"),
        Lost(NOON, "no answer"),
        Skipped(NOON, "the last run goes on"),
        Missed(NOON, "too late"),
    ],
)
async def test_every_outcome_is_told_as_it_was_recorded(store: Store, outcome: Fact) -> None:
    await store.claim(RUN, COMMAND, NOON)
    assert await store.record(RUN, outcome)
    (run,) = await store.runs()
    assert run.outcome == outcome
    assert await store.runs(unfinished=True) == ()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (STARTED, replace(STARTED, dyno="run.2")),
        (STARTED, Lost(NOON, "not in the list")),
        (Ended(NOON, "vanished"), Ended(NOON, "expired")),
        (Ended(NOON), Lost(NOON, "?")),
        (Lost(NOON, "first"), Lost(NOON, "second")),
        (Skipped(NOON, "the last run goes on"), STARTED),
        (Refused(NOON, "over the limit"), Lost(NOON, "?")),
    ],
)
async def test_the_first_word_stands(store: Store, first: Fact, then: Fact) -> None:
    await store.claim(RUN, COMMAND, NOON)
    assert await store.record(RUN, first)
    before = await store.runs()
    assert not await store.record(RUN, then)
    assert await store.runs() == before


@pytest.mark.parametrize("better", [STARTED, Ended(NOON, "vanished"), Refused(NOON, "over the limit")])
async def test_lost_gives_way_to_whoever_knows_better(store: Store, better: Fact) -> None:
    await store.claim(RUN, COMMAND, NOON)
    await store.record(RUN, Lost(NOON, "no answer"))
    assert await store.record(RUN, better)
    (run,) = await store.runs()
    assert better in (run.started, run.outcome)
    assert not isinstance(run.outcome, Lost)


async def test_what_nobody_claimed_cannot_be_recorded(store: Store) -> None:
    assert not await store.record(RUN, STARTED)
    assert await store.runs() == ()


async def test_runs_come_by_due_instant_and_are_asked_for_by_app_time_and_end(store: Store) -> None:
    early, late = replace(RUN, at=NIGHT - timedelta(days=1)), replace(RUN, app="blog", at=NIGHT + timedelta(days=1))
    for due in (late, RUN, early):
        await store.claim(due, COMMAND, NOON)
    await store.record(RUN, Ended(NOON))
    assert [run.due for run in await store.runs()] == [early, RUN, late]
    assert [run.due for run in await store.runs(app="shop")] == [early, RUN]
    assert [run.due for run in await store.runs(since=NIGHT)] == [RUN, late]
    assert [run.due for run in await store.runs(unfinished=True)] == [early, late]
    assert [run.due for run in await store.runs("blog", NIGHT, unfinished=True)] == [late]


async def test_an_opening_is_closed_once(store: Store, opening: Opening) -> None:
    assert await store.close(CLOSING)
    assert not await store.close(replace(CLOSING, closed=CLOSING.closed + timedelta(hours=1), by="idle"))
    next_night = replace(CLOSING, opened=NIGHT + timedelta(days=1), closed=CLOSING.closed + timedelta(days=1))
    assert await store.close(next_night)
    other = await opening(migrate=False)
    assert await other.closings() == (CLOSING, next_night)
    assert await other.closings(since=next_night.closed) == (next_night,)
    assert await other.closings(app="blog") == ()


async def test_what_is_old_is_forgotten(store: Store) -> None:
    old, new = replace(RUN, at=NIGHT - timedelta(days=91)), RUN
    for due in (old, new):
        await store.claim(due, COMMAND, NOON)
    await store.close(CLOSING)
    await store.close(replace(CLOSING, type="old", closed=NIGHT - timedelta(days=91)))
    await store.forget(NIGHT - timedelta(days=90))
    assert [run.due for run in await store.runs()] == [new]
    assert await store.closings() == (CLOSING,)


@pytest.mark.parametrize("at", [datetime(1, 1, 2, tzinfo=NIGHT.tzinfo), datetime(9999, 12, 30, tzinfo=NIGHT.tzinfo)])
async def test_instants_of_any_age_come_back(store: Store, at: datetime) -> None:
    assert await store.claim(replace(RUN, at=at), COMMAND, at)
    assert [(run.due.at, run.claimed) for run in await store.runs()] == [(at, at)]


async def test_any_text_of_others_is_taken_and_none_of_any_length(store: Store) -> None:
    await store.claim(RUN, COMMAND, NOON)
    await store.record(RUN, Refused(NOON, "a\0b \ud800 ' \" :app %s %(app)s 日本 " + "x" * 100_000))
    (run,) = await store.runs()
    assert isinstance(run.outcome, Refused)
    assert run.outcome.reason.startswith("ab ? ' \" :app %s %(app)s 日本 xxx")
    assert len(run.outcome.reason) < 1001
