"""`autoscaler status` against the sandbox, and with nothing but the store."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from autoscaler.core.journal import Alive
from autoscaler.store import open_store
from tests.cli.running import Ran, run
from tests.cli.test_online import online
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

FILE = """\
timezone: UTC
apps:
  example-shop:
    formation:
      web: {quantity: 3}
      worker: {quantity: 0}
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "policies.yaml").write_text(FILE)
    with serving(tmp_path) as address:
        yield address


def tell(folder: Path, *alive: Alive) -> None:
    """As a daemon does."""

    async def main() -> None:
        store = await open_store(str(folder / "autoscaler.sqlite3"), migrate=True)
        await store.live(alive)
        await store.aclose()

    asyncio.run(main())


def ago(**length: float) -> datetime:
    return datetime.now(UTC) - timedelta(**length)  # noqa: TID251 the command asks a real clock, too


def status(folder: Path, url: str, *options: str) -> tuple[int, Any]:
    ran = run("status", "--format", "json", *options, cwd=folder, **online(url))
    return ran.status, json.loads(ran.out)


def test_before_anything_was_done_it_is_not_as_wanted(url: str, tmp_path: Path) -> None:
    code, found = status(tmp_path, url)
    assert (code, found["converged"]) == (1, False)
    never = {"read": None, "converged": None, "untroubled": None}
    assert found["apps"] == [{"app": "example-shop", "late": True, **never, "why": None, "daemon": None}]
    assert found["types"][0] == {
        "app": "example-shop",
        "type": "web",
        "step": "change",
        "reason": "outside every window (line 5)",
        "until": None,
        "live": {"quantity": 1, "size": "standard-1x"},
        "desired": {"quantity": 3, "range": None, "size": None},
    }
    assert not (tmp_path / "autoscaler.sqlite3").exists()


def test_what_is_as_wanted_is_well(url: str, tmp_path: Path) -> None:
    run("apply", cwd=tmp_path, **online(url))
    ran = run("status", cwd=tmp_path, **online(url))
    assert (ran.status, ran.err) == (0, "")
    assert "=  example-shop/web     3:standard-1x  3       outside every window (line 5)" in ran.out
    assert ran.out.endswith("Everything is as wanted.\n")


def test_how_the_daemon_does_decides(url: str, tmp_path: Path) -> None:
    tell(tmp_path, Alive("example-shop", ago(seconds=30), ago(seconds=30), "", "clock.1-a3f1"))
    assert status(tmp_path, url)[0] == 0
    tell(tmp_path, Alive("example-shop", ago(seconds=30), ago(minutes=6), "web: accepted, but not seen yet", "clock.1"))
    ran = run("status", cwd=tmp_path, **online(url))
    assert ran.status == 1
    assert "x  example-shop  30 s ago   6 min ago       clock.1  web: accepted, but not seen yet" in ran.out.replace(
        "31 s", "30 s"
    )
    assert ran.out.endswith("Not seen to be as wanted for more than 5 minutes: example-shop.\n")
    assert status(tmp_path, url)[1]["apps"][0]["late"] is True


WAITS = "web: it waits for its turn: at most one process type is lowered in a minute (at_once)"


def test_what_waits_for_its_turn_is_shown_as_the_daemon_has_it(url: str, tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text("at_once: 1\n" + FILE.replace("web: {quantity: 3}", "web: {quantity: 1}"))
    for kind in ("web", "worker"):
        httpx.patch(f"{url}/apps/example-shop/formation/{kind}", headers=HEADERS, json={"quantity": 2})
    run("apply", cwd=tmp_path, **online(url))
    waits = WAITS.replace("web", "worker")
    tell(tmp_path, Alive("example-shop", ago(seconds=3), None, waits, "clock.1", ago(seconds=3)))
    ran = run("status", cwd=tmp_path, **online(url))
    assert (ran.status, ran.err) == (0, "")
    assert "=  example-shop/web" in ran.out
    assert "!  example-shop/worker  2:standard-1x  0" in ran.out
    assert "! held: example-shop/worker: it waits for its turn: at most one process type is lowered" in ran.out
    assert "!  example-shop " in ran.out
    assert ran.out.endswith("Held, but not for long or only waiting: example-shop/worker.\n")


def test_without_a_token_too_it_is_not_said_that_all_is_well_while_something_waits(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(FILE)
    tell(tmp_path, Alive("example-shop", ago(seconds=3), ago(hours=1), WAITS, "clock.1", ago(seconds=3)))
    ran = run("status", cwd=tmp_path)
    assert ran.status == 0
    assert ran.out.endswith("not everything was as wanted, but not for long or only waiting: example-shop.\n")


def test_what_was_never_seen_to_be_well_is_not_said_to_have_lasted(url: str, tmp_path: Path) -> None:
    tell(tmp_path, Alive("example-shop", ago(seconds=3), None, "web: 422: over a limit", "clock.1"))
    ran = run("status", cwd=tmp_path, **online(url))
    assert (ran.status, ran.out.endswith("Never seen to be as wanted yet: example-shop.\n")) == (1, True)


def test_a_daemon_that_is_silent_is_not_well_though_all_is_as_wanted(url: str, tmp_path: Path) -> None:
    run("apply", cwd=tmp_path, **online(url))
    tell(tmp_path, Alive("example-shop", ago(hours=3), ago(hours=3), "", "clock.1-a3f1"))
    assert status(tmp_path, url)[0] == 1


def test_pins_and_changes_by_hand_are_shown_and_count_as_wanted(url: str, tmp_path: Path) -> None:
    run("apply", cwd=tmp_path, **online(url))
    httpx.patch(f"{url}/apps/example-shop/formation/worker", headers=HEADERS, json={"quantity": 2})
    ran = run("status", cwd=tmp_path, **online(url))
    assert ran.status == 0
    assert "held: example-shop/worker: 0:standard-1x was changed to 2:standard-1x by hand" in ran.out
    run("pin", "example-shop", "web=5", "--until", "2h", "--reason", "sale", cwd=tmp_path, USER="kate")
    code, found = status(tmp_path, url)
    assert (code, found["types"][0]["desired"]["quantity"]) == (1, 5), "no daemon is there to do it"
    run("apply", cwd=tmp_path, **online(url))
    ran = run("status", cwd=tmp_path, **online(url))
    assert ran.status == 0
    assert "  pinned: example-shop/web stays at 5 until " in ran.out
    assert ", sale\n" in ran.out


def test_without_a_token_it_tells_what_the_store_knows(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(FILE)
    nothing = run("status", cwd=tmp_path)
    assert (nothing.status, "there is no store here" in nothing.err) == (1, True)
    tell(tmp_path, Alive("example-shop", ago(seconds=1), ago(seconds=1), "", "clock.1-a3f1"))
    ran = run("status", cwd=tmp_path)
    assert (ran.status, "HEROKU_API_KEY is not set" in ran.err, "not read" in ran.out) == (0, True, True)
    tell(tmp_path, Alive("example-shop", ago(seconds=1), ago(minutes=6), "Heroku does not answer", "clock.1-a3f1"))
    assert run("status", cwd=tmp_path).status == 1


def test_one_app_alone_can_be_asked_for(url: str, tmp_path: Path) -> None:
    glob = "  example-s*:\n    formation:\n      web: {quantity: 1}\n"
    (tmp_path / "policies.yaml").write_text("timezone: UTC\napps:\n" + glob)
    code, found = status(tmp_path, url, "--app", "example-shop")
    assert (code, [row["app"] for row in found["types"]]) == (0, ["example-shop"])
    assert [row["app"] for row in status(tmp_path, url)[1]["types"]] == ["example-shop"]
    ran: Ran = run("status", "--app", "blog", cwd=tmp_path, **online(url))
    assert (ran.status, "names no app 'blog'" in ran.err) == (1, True)


def test_a_store_that_cannot_be_read_is_told_once(url: str, tmp_path: Path) -> None:
    (tmp_path / "autoscaler.sqlite3").write_bytes(b"no database" * 500)
    ran = run("status", cwd=tmp_path, **online(url))
    assert ran.out.endswith("Not as wanted, and no daemon is known to see to it: example-shop.\n")
    assert ran.err.count("Warning: ") == 1
    assert "no SQLite database" in ran.err
    assert "scaling goes on" not in ran.err
