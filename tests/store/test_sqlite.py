"""The file, and what can be wrong with it: one sentence soon, never a wrong answer, well again afterwards."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from autoscaler.core.memory import StoreError
from autoscaler.store import Store, open_store
from tests.cli.running import ROOT, environ
from tests.store.facts import COMMAND, NOON, RUN

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can look into."""
    path = Path(tempfile.mkdtemp(prefix="autoscaler-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "a store #1?.sqlite3"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[Store]:
    async with aclosing(await open_store(str(file), migrate=True)) as store:
        yield store


class Disk:
    """What every statement has to get through: `well` is not set while it hangs, `pages` is its size."""

    def __init__(self) -> None:
        self.well = Event()
        self.well.set()
        self.pages = 1000


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk with troubles, made before the store on it."""
    disk, connect = Disk(), sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            disk.well.wait(10)
            super().execute(f"pragma max_page_count = {disk.pages}")
            return super().execute(sql, *values)

    monkeypatch.setattr(sqlite3, "connect", partial(connect, factory=Connection))
    yield disk
    disk.well.set()


@pytest.fixture
def unprivileged(folder: Path) -> Iterator[None]:  # noqa: ARG001 made by whoever may
    """No longer root, to whom every file is open."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


async def test_the_file_is_where_it_is_said_to_be(store: Store, file: Path) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    assert file.is_file()
    with closing(sqlite3.connect(file)) as reader:
        assert reader.execute("select app, due from runs").fetchall() == [("shop", "2026-11-23T22:00:00.000000+00:00")]


async def test_a_reader_that_stays_keeps_nobody_from_writing(store: Store, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("begin")
        assert reader.execute("select count(*) from runs").fetchone() == (0,)
        assert await store.claim(RUN, COMMAND, NOON)


async def test_a_locked_file_is_told_and_is_well_afterwards(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoscaler.store.database.BUSY", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreError, match="another program holds it locked"):
            await store.claim(RUN, COMMAND, NOON)
    assert await store.claim(RUN, COMMAND, NOON)


async def test_a_disk_that_hangs_is_told_in_time_and_is_well_afterwards(
    disk: Disk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr("autoscaler.store.database.SECONDS", 0.05)
        disk.well.clear()
        for _ in range(2):
            with pytest.raises(StoreError, match=r"no answer within 0\.05 seconds"):
                await store.runs()
        disk.well.set()
    assert await store.claim(RUN, COMMAND, NOON)


async def test_a_full_disk_is_told_and_nothing_is_half_written(disk: Disk, store: Store) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    disk.pages = 1  # not less than it has
    with pytest.raises(StoreError, match="the disk is full"):  # noqa: PT012 one of them does not fit
        for attempt in range(2, 50):
            await store.claim(replace(RUN, attempt=attempt), "y" * 1000, NOON)
    assert {run.command for run in await store.runs()} == {COMMAND, "y" * 1000}
    disk.pages = 1000
    assert await store.claim(replace(RUN, attempt=50), COMMAND, NOON)


@pytest.mark.usefixtures("store", "unprivileged")
async def test_a_file_that_may_not_be_written_is_told(file: Path) -> None:
    with pytest.raises(StoreError, match=r"it (may not be written|cannot be opened)"):
        await (await open_store(str(file), migrate=True)).claim(RUN, COMMAND, NOON)


@pytest.mark.usefixtures("unprivileged")
async def test_a_folder_that_may_not_be_written_is_told(file: Path) -> None:
    with pytest.raises(StoreError, match="it cannot be opened; is its folder there"):
        await open_store(str(file), migrate=True)


async def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(StoreError, match="it cannot be opened; is its folder there"):
        await open_store(str(folder / "none" / "store"), migrate=True)


async def test_a_folder_is_no_store(folder: Path) -> None:
    with pytest.raises(StoreError, match="it cannot be opened"):
        await open_store(str(folder), migrate=True)


@pytest.mark.parametrize("migrate", [True, False])
@pytest.mark.parametrize("content", [b"Dear diary, " * 1000, b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_any_other_file_is_refused_and_left_as_it_is(file: Path, content: bytes, migrate: bool) -> None:
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"no SQLite database|damaged"):
        await open_store(str(file), migrate=migrate)
    assert file.read_bytes() == content


async def test_an_empty_file_is_no_store_yet(file: Path) -> None:
    file.touch()
    with pytest.raises(StoreError, match="has not been made yet"):
        await open_store(str(file), migrate=False)
    assert await (await open_store(str(file), migrate=True)).claim(RUN, COMMAND, NOON)


async def test_a_file_that_goes_in_mid_run_is_missed_and_not_made_anew(store: Store, file: Path) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    for each in file.parent.iterdir():
        each.unlink()
    with pytest.raises(StoreError, match="cannot be opened"):
        await store.claim(RUN, COMMAND, NOON)
    assert list(file.parent.iterdir()) == []


async def test_a_file_that_another_took_the_place_of_is_let_go(store: Store, file: Path) -> None:
    assert await store.claim(RUN, COMMAND, NOON)
    for each in file.parent.iterdir():
        each.unlink()
    async with aclosing(await open_store(str(file), migrate=True)) as other:
        assert await store.claim(RUN, COMMAND, NOON)
        assert not await other.claim(RUN, COMMAND, NOON)


async def test_nothing_but_the_file_stays_when_it_is_closed(file: Path) -> None:
    async with aclosing(await open_store(str(file), migrate=True)) as store:
        await store.claim(RUN, COMMAND, NOON)
    assert list(file.parent.iterdir()) == [file]


LIGHT = """
import sys
import autoscaler.store, autoscaler.store.sqlite
print(sorted({"psycopg", "pydantic", "httpx"} & set(sys.modules)))
"""


def test_psycopg_is_imported_only_where_it_is_used() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LIGHT], cwd=ROOT, env=environ(), capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout == "[]\n"
