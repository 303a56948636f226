"""Whatever is wrong with the database, every call of the store says so soon, and is well again afterwards."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing, closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from autoscaler.core.journal import Journal
from autoscaler.core.memory import Memory, StoreError
from autoscaler.store import Store, migrating, open_store, store_when_needed
from autoscaler.store.migrating import migrations
from tests.servers import PASSWORD, PostgresServer
from tests.store.calls import CALLS, GROWING, WRITES
from tests.store.facts import NOON, PIN
from tests.store.test_postgres import backends


def test_every_call_that_is_promised_is_tried_here() -> None:
    promised = {name for protocol in (Memory, Journal) for name in vars(protocol) if not name.startswith("_")}
    assert set(CALLS) == promised


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state" / "autoscaler.sqlite3"


@pytest.fixture
async def local(file: Path) -> AsyncIterator[Store]:
    """A daemon's store in a file."""
    async with aclosing(store_when_needed(str(file), migrate=True)) as store:
        await store.pin(PIN)
        yield store


@pytest.fixture(params=["postgres", "pgbouncer"])
async def remote(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Store]:
    """A daemon's store in PostgreSQL."""
    postgres.execute("drop schema if exists autoscaler cascade")
    url = postgres.url(port=request.getfixturevalue("bouncer") if request.param == "pgbouncer" else 0)
    async with aclosing(store_when_needed(url, migrate=True)) as store:
        await store.pin(PIN)
        yield store


@contextmanager
def hurried(name: str, seconds: float) -> Iterator[None]:
    """The store's patience, shortened for a while: a busy machine needs all of it otherwise."""
    with pytest.MonkeyPatch.context() as shortened:
        shortened.setattr(f"autoscaler.store.database.{name}", seconds)
        yield


async def refused(store: Store, calls: Iterable[str] = CALLS, seconds: float = 5) -> set[str]:
    """What is said: every one of the calls raises StoreError within its time, and again when it is tried again."""
    said = set[str]()
    for name in calls:
        for number in (1, 2):
            with pytest.raises(StoreError) as told:
                async with asyncio.timeout(seconds):
                    await CALLS[name](store, number)
            said.add(str(told.value))
    for sentence in said:
        assert PASSWORD not in sentence
    return said


async def works(store: Store) -> None:
    for number, call in enumerate(CALLS.values()):
        await call(store, number + 100)
    assert len(await store.pins(NOON)) >= 1


async def well_again(store: Store) -> None:
    """PgBouncer does not try a server again at once."""
    async with asyncio.timeout(10):
        while True:
            with suppress(StoreError):
                return await store.forget(NOON)


async def test_a_locked_file(local: Store, file: Path) -> None:
    with hurried("BUSY", 0.05), closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        await local.aclose()
        said = await refused(local)
    assert all("another program holds it locked" in one for one in said)
    await works(local)


def opened(folder: Path) -> list[str]:
    """The files of a folder that this process has open."""
    links = [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    targets = [os.readlink(link) for link in links if link.is_symlink()]
    return [target for target in targets if target.startswith(str(folder))]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB; only root may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=400k", "none", str(folder)], check=False)
    if not made or made.returncode != 0:
        pytest.skip("a small disk cannot be made here")
    yield folder
    left = opened(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    assert left == []


@pytest.mark.parametrize("name", GROWING)
async def test_a_full_disk(small_disk: Path, name: str) -> None:
    ballast = small_disk / "ballast"
    async with aclosing(store_when_needed(str(small_disk / "autoscaler.sqlite3"), migrate=True)) as store:
        await store.pin(PIN)
        free = os.statvfs(small_disk)
        ballast.write_bytes(b"x" * (free.f_bavail * free.f_frsize))
        said = set()
        for number in range(500):
            try:
                await CALLS[name](store, number)
            except StoreError as error:
                said.add(str(error).rpartition(": ")[2])
        assert said
        assert said <= {"the disk is full", "the disk does not read or write it"}
        ballast.unlink()
        await works(store)


async def test_a_disk_that_is_full_from_the_start(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    ballast.write_bytes(b"x" * (free.f_bavail * free.f_frsize))
    async with aclosing(store_when_needed(str(small_disk / "autoscaler.sqlite3"), migrate=True)) as store:
        await refused(store)
        ballast.unlink()
        await works(store)


async def test_a_disk_that_may_only_be_read(small_disk: Path) -> None:
    def remount(way: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{way}", str(small_disk)], check=True)

    async with aclosing(store_when_needed(str(small_disk / "autoscaler.sqlite3"), migrate=True)) as store:
        await store.pin(PIN)
        await store.aclose()
        remount("ro")
        try:
            said = await refused(store, WRITES)
        finally:
            remount("rw")
        assert all("may not be written" in one or "cannot be opened" in one for one in said)
        await works(store)


async def test_a_file_that_is_gone_until_it_is_put_back(local: Store, file: Path) -> None:
    away = file.parent.rename(file.parent.with_name("away"))
    file.parent.mkdir()
    assert any("cannot be opened" in one for one in await refused(local))
    assert list(file.parent.iterdir()) == [], "a new one would let jobs start twice"
    file.parent.rmdir()
    away.rename(file.parent)
    assert await local.pins(NOON) == (PIN,)
    await works(local)


async def test_a_file_that_is_gone_is_made_by_the_next_start(local: Store, file: Path) -> None:
    for each in file.parent.iterdir():
        each.unlink()
    [*said] = await refused(local)
    assert any("was there and is gone: put it back, or start `autoscaler run` again" in one for one in said)
    async with aclosing(store_when_needed(str(file), migrate=True)) as other:
        await works(other)
    await works(local)


async def test_a_file_in_whose_place_there_is_something_else(local: Store, file: Path) -> None:
    kept = file.read_bytes()
    for content in (b"Dear diary, " * 1000, b""):
        for each in file.parent.iterdir():
            each.unlink()
        file.write_bytes(content)
        await refused(local)
        assert file.read_bytes() == content
    async with aclosing(store_when_needed(str(file), migrate=True)) as other:
        await works(other)
    await works(local)
    assert kept[:15] == file.read_bytes()[:15]


async def test_an_older_store_in_its_place_is_brought_up_to_date(
    local: Store, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, old = migrations()[:1], tmp_path / "old.sqlite3"
    with monkeypatch.context() as earlier:
        earlier.setattr(migrating, "migrations", lambda: first)
        earlier.setattr("autoscaler.store.checked.LATEST", 1)
        await (await open_store(str(old), migrate=True)).aclose()
    await local.aclose()
    old.replace(file)
    await works(local)


async def test_a_server_that_stops_between_calls_and_comes_back(remote: Store, postgres: PostgresServer) -> None:
    await works(remote)
    postgres.stop()
    try:
        await refused(remote)
    finally:
        postgres.start()
    await well_again(remote)
    await works(remote)


async def test_a_server_that_comes_back_unnoticed(remote: Store, postgres: PostgresServer) -> None:
    for call in CALLS.values():
        postgres.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'autoscaler'")
        with suppress(StoreError):  # PgBouncer tells whoever comes next
            await call(remote, 1)
        await call(remote, 1)


async def test_a_server_that_hangs(postgres: PostgresServer, postgres_url: str) -> None:
    async with aclosing(store_when_needed(postgres_url, migrate=True)) as store:
        await store.pin(PIN)
        for name in CALLS:
            stopped = backends(postgres)
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            try:
                with hurried("SECONDS", 0.2), pytest.raises(StoreError, match=r"no answer within 0\.2 seconds"):
                    await CALLS[name](store, 1)
                await CALLS[name](store, 1)
            finally:
                for pid in stopped:
                    os.kill(pid, signal.SIGCONT)
        await works(store)


async def test_tables_that_another_holds_locked(remote: Store, postgres: PostgresServer) -> None:
    with hurried("BUSY", 0.05), psycopg.connect(postgres.url()) as other:
        for table in ("runs", "closings", "events", "pins", "verified", "writes", "alive", "policy_file"):
            other.execute(f"lock table autoscaler.{table}".encode())
        said = await refused(remote)
    assert all("another program may hold it locked" in one for one in said)
    await works(remote)


async def test_a_server_that_may_only_be_read(postgres: PostgresServer, postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    async with aclosing(store_when_needed(postgres_url, migrate=True)) as store:
        await store.pin(PIN)
        await store.aclose()
        postgres.execute(f"alter database {database} set default_transaction_read_only = on")
        assert any("it can only be read" in one for one in await refused(store, WRITES))
        assert await store.pins(NOON) == (PIN,)
        postgres.execute(f"alter database {database} reset default_transaction_read_only")
        await store.aclose()
        await works(store)


async def test_a_schema_that_is_gone(postgres: PostgresServer, postgres_url: str) -> None:
    async with aclosing(store_when_needed(postgres_url, migrate=True)) as store:
        await store.pin(PIN)
        postgres.execute("drop schema autoscaler cascade", postgres_url)
        assert any("was there and is gone" in one for one in await refused(store))
        async with aclosing(store_when_needed(postgres_url, migrate=True)) as other:
            await works(other)
        await works(store)


async def test_opening_has_no_more_time_than_any_other_call(
    postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of its parts takes too long, both together do."""
    from autoscaler.store.postgres import Postgres

    version = Postgres.version

    async def late(database: Postgres) -> int | None:
        found = await version(database)
        for _ in range(2):
            await database.execute(("select pg_sleep(0.2)", {}))
        return found

    monkeypatch.setattr(Postgres, "version", late)
    monkeypatch.setattr("autoscaler.store.database.SECONDS", 0.3)
    async with aclosing(store_when_needed(postgres_url, migrate=True)) as store:
        with pytest.raises(StoreError, match=r"no answer within 0\.3 seconds"):
            async with asyncio.timeout(2):
                await store.runs()
        monkeypatch.setattr(Postgres, "version", version)
        monkeypatch.setattr("autoscaler.store.database.SECONDS", 4.0)
        await works(store)
    assert postgres.execute("select 1") == [(1,)]
