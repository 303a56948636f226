"""`autoscaler close`: from inside the batch, by a person, and what plan makes of it."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from autoscaler.core.memory import Closing
from autoscaler.store import open_store
from tests.cli.running import run
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

FILE = """\
timezone: UTC
apps:
  example-shop:
    probes:
      unfinished: {postgres: SHOP_DATABASE_URL, query: select 1}
    formation:
      web: {quantity: 1}
      worker:
        quantity: 0
        windows:
          - {name: batch, when: "mon 22:00-06:00", quantity: 1, close: {when: idle, probe: unfinished, latest: 2h}}
"""
STATE = "autoscaler.sqlite3"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


def remembered(folder: Path, *closings: Closing) -> list[Closing]:
    """Make the store in a folder, put closings into it, and say what it holds."""

    async def main() -> list[Closing]:
        store = await open_store(str(folder / STATE), migrate=True)
        for closing in closings:
            await store.close(closing)
        found = list(await store.closings())
        await store.aclose()
        return found

    return asyncio.run(main())


def test_without_a_policy_file_whatever_is_open_is_ended(tmp_path: Path) -> None:
    remembered(tmp_path)
    ran = run("close", "example-shop", "worker", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "example-shop/worker: the opening that is present is ended; the daemon closes it within a minute\n"
    )
    [closing] = remembered(tmp_path)
    assert (closing.app, closing.type, closing.window, closing.by) == ("example-shop", "worker", "", "person")
    assert closing.opened == closing.closed


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("web", "policies.yaml has no window with `close` for example-shop/web"),
        ("mailer", "policies.yaml names no example-shop/mailer; it has: example-shop/web, example-shop/worker"),
    ],
)
def test_what_has_no_such_window_is_told_so_where_the_file_is_at_hand(tmp_path: Path, target: str, said: str) -> None:
    remembered(tmp_path)
    (tmp_path / "policies.yaml").write_text(FILE)
    ran = run("close", "example-shop", target, cwd=tmp_path)
    assert ran.status == 1
    assert said in ran.err
    assert remembered(tmp_path) == []


def test_what_is_not_open_cannot_be_ended(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(FILE.replace("mon 22:00-06:00", "2020-01-01 22:00-06:00"))
    ran = run("close", "example-shop", "worker", cwd=tmp_path)
    assert (ran.status, ran.err) == (1, "Error: no window of example-shop/worker with `close` is open now\n")


def test_a_store_that_is_not_there_is_told_and_never_made(tmp_path: Path) -> None:
    ran = run("close", "example-shop", "worker", cwd=tmp_path)
    assert ran.status == 1
    assert "has not been made yet: `autoscaler run` makes it" in ran.err
    assert not (tmp_path / STATE).exists()


def test_on_a_dyno_without_a_database_nothing_can_be_remembered(tmp_path: Path) -> None:
    ran = run("close", "example-shop", "worker", cwd=tmp_path, DYNO="worker.1")
    assert ran.status == 1
    assert "DATABASE_URL is not set" in ran.err
    secret = run(
        "close", "example-shop", "worker", cwd=tmp_path, DYNO="worker.1", DATABASE_URL="postgres://u:hush@127.0.0.1:1/x"
    )
    assert secret.status == 1
    assert "hush" not in secret.out + secret.err


def test_plan_knows_what_was_ended(url: str, tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(FILE)
    httpx.patch(f"{url}/apps/example-shop/formation/worker", headers=HEADERS, json={"quantity": 1})
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)

    def wanted(moment: str) -> tuple[int, str]:
        ran = run(
            "plan", "--at", moment, "--format", "json", cwd=tmp_path, HEROKU_API_URL=url, HEROKU_API_KEY="any-token"
        )
        row = json.loads(ran.out)["now"][1]
        return row["desired"]["quantity"], row["until"]

    assert wanted("2026-11-24T03:00:00Z") == (1, "2026-11-24T06:00:00Z")
    remembered(tmp_path, Closing("example-shop", "worker", "", at, at, "person"))
    assert wanted("2026-11-24T02:59:59Z") == (1, "2026-11-24T06:00:00Z")
    assert wanted("2026-11-24T03:00:00Z") == (0, "2026-11-30T22:00:00Z")
    assert wanted("2026-11-24T06:30:00Z") == (0, "2026-11-30T22:00:00Z")
    assert wanted("2026-11-30T22:00:00Z") == (1, "2026-12-01T06:00:00Z")
