"""How a store is made, brought up to date, and refused; and who says what about it."""

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from autoscaler.core.memory import Run, StoreError
from autoscaler.store import migrating, open_store
from autoscaler.store.migrating import LATEST, Migration, migrations
from tests.servers import PASSWORD
from tests.store.conftest import Opening
from tests.store.facts import CLOSING, COMMAND, NOON, PIN, RUN


def test_the_files_are_numbered_without_a_gap() -> None:
    assert [migration.version for migration in migrations()] == list(range(1, LATEST + 1))


async def test_who_only_looks_makes_nothing_and_says_who_does(address: str) -> None:
    for _ in range(2):
        with pytest.raises(StoreError, match="`autoscaler run` makes it") as told:
            await open_store(address, migrate=False)
        assert PASSWORD not in str(told.value)
    assert not Path(address).exists()


async def test_a_database_of_another_app_is_told_from_ours(postgres_url: str) -> None:
    with pytest.raises(StoreError, match="there is no autoscaler schema in the database that DATABASE_URL names"):
        await open_store(postgres_url, migrate=False)


async def test_it_is_made_once_by_many_at_once(opening: Opening) -> None:
    stores = await asyncio.gather(*(opening() for _ in range(8)))
    assert await stores[0].claim(RUN, COMMAND, NOON)
    assert [len(await store.runs()) for store in stores] == [1] * 8


async def test_what_is_in_it_outlives_being_opened_again(opening: Opening) -> None:
    await (await opening()).close(CLOSING)
    assert await (await opening()).closings() == (CLOSING,)


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that knows one more migration."""
    added = Migration(
        LATEST + 1, ("create table extras (app text not null)", "insert into extras (app) values ('shop')")
    )
    known = (*migrations(), added)
    monkeypatch.setattr(migrating, "migrations", lambda: known)
    monkeypatch.setattr("autoscaler.store.checked.LATEST", LATEST + 1)


async def test_a_later_program_adds_what_is_missing_and_keeps_what_is_there(
    opening: Opening, request: pytest.FixtureRequest
) -> None:
    await (await opening()).close(CLOSING)
    request.getfixturevalue("next_version")
    with pytest.raises(StoreError, match=rf"is of version {LATEST}, .*needs .*`autoscaler run`"):
        await opening(migrate=False)
    stores = await asyncio.gather(*(opening() for _ in range(4)))
    assert await stores[0].closings() == (CLOSING,)


async def test_a_store_of_the_first_version_is_brought_up_to_date_with_what_is_in_it(
    address: str, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = migrations()[:1]
    with monkeypatch.context() as earlier:
        earlier.setattr(migrating, "migrations", lambda: first)
        earlier.setattr("autoscaler.store.checked.LATEST", 1)
        async with aclosing(await open_store(address, migrate=True)) as old:
            assert await old.claim(RUN, COMMAND, NOON)
            assert await old.close(CLOSING)
            with pytest.raises(StoreError):
                await old.pins(NOON)
    with pytest.raises(StoreError, match=rf"is of version 1, and this program needs {LATEST}: its `autoscaler run`"):
        await opening(migrate=False)
    store = await opening()
    assert (await store.runs(), await store.closings()) == ((Run(RUN, COMMAND, NOON),), (CLOSING,))
    await store.pin(PIN)
    assert await store.pins(NOON) == (PIN,)


@pytest.mark.parametrize("migrate", [True, False])
async def test_a_store_that_a_later_program_used_is_left_alone(
    address: str, migrate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = (*migrations(), Migration(LATEST + 1, ()))
    with monkeypatch.context() as later:
        later.setattr(migrating, "migrations", lambda: known)
        later.setattr("autoscaler.store.checked.LATEST", LATEST + 1)
        await (await open_store(address, migrate=True)).aclose()
    with pytest.raises(StoreError, match=f"is of version {LATEST + 1}, and this program knows .* up to {LATEST}"):
        await open_store(address, migrate=migrate)


async def test_a_migration_that_fails_leaves_nothing_behind(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        half = Migration(1, ("create table runs (app text)", "create nonsense"))
        broken.setattr(migrating, "migrations", lambda: (half,))
        with pytest.raises(StoreError):
            await open_store(address, migrate=True)
    async with aclosing(await open_store(address, migrate=True)) as store:
        assert await store.claim(RUN, COMMAND, NOON)


@pytest.mark.parametrize("address", ["mysql://me:hush-hush-hush@host/shop", "https://hush-hush-hush@host"])
async def test_another_kind_of_database_is_refused_without_its_address(address: str) -> None:
    with pytest.raises(StoreError, match="expected postgres://") as told:
        await open_store(address, migrate=True)
    assert PASSWORD not in str(told.value)


async def test_a_driver_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for module in ("postgres", "postgres_errors"):
        monkeypatch.delitem(sys.modules, f"autoscaler.store.{module}", raising=False)
    with pytest.raises(StoreError, match=r"psycopg is not installed: pip install 'dyno-autoscaler\[postgres\]'"):
        await open_store("postgres://me:hush@host/store", migrate=True)
