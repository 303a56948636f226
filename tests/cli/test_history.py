"""`autoscaler history` of formations and people, as people and programs read it."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from autoscaler.core.events import Event, Level
from autoscaler.core.history import Past, history
from autoscaler.core.journal import Entry
from autoscaler.core.memory import Closing, Due, Ended, Run, Started
from autoscaler.policyfile import zone
from autoscaler.store import open_store
from autoscaler.views.history import history_csv, history_json, history_text
from autoscaler.views.paint import Paint
from tests.cli.running import run
from tests.cli.test_online import Running, online
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

NOON = datetime(2026, 11, 24, 13, tzinfo=UTC)
WEB = {"app": "example-shop", "type": "web"}
WORKER = {"app": "example-shop", "type": "worker"}
REQUEST = "01234567-89ab-cdef-0123-456789abcdef"
DETAILS = {
    "line": 13, "why": 'window "night" (line 13)', "until": "2026-11-24T21:00:00Z", "before": "5:standard-1x",
    "after": "2:standard-1x", "edge": "2026-11-24T13:00:00Z", "digest": "4d1f0e2b9c", "revision": "a1b2c3d",
}  # fmt: skip


def entry(
    minutes: int, name: str, fields: Mapping[str, object], level: Level = "info", details: Mapping[str, object] = {}
) -> Entry:
    return Entry(NOON + timedelta(minutes=minutes), Event(name, fields, level, details), "clock.1-a3f1")


def night() -> list[Past]:
    """What can happen in one."""
    skew = "this machine's clock says 10:00:00Z, Heroku's 10:09:00Z: 9 minutes apart"
    scaled = {**WEB, "from": 5, "to": 2, "window": "night", "late": "0.21s", "request_id": REQUEST}
    resized = {**WORKER, "from_size": "standard-1x", "to_size": "standard-2x", "window": None}
    entries = [
        entry(0, "scaled", scaled, details=DETAILS),
        entry(1, "scaled", resized, details={"line": 20, "why": "outside every window (line 20)"}),
        entry(39, "manual", {**WEB, "from": 2, "to": 8, "by": "a person or another program", "rule": "left alone"}),
        entry(60, "held", {**WORKER, "live": "0:standard-1x", "reason": skew}, "warning"),
        entry(61, "held", {**WEB, "reason": "release v7 is new"}),
        entry(200, "unconverged", {"app": "example-shop", "reason": skew}, "error"),
    ]
    due = Due("example-shop", "invoice", NOON + timedelta(hours=3))
    started = Started(due.at + timedelta(seconds=1), "run.1234", "id", "request-1")
    runs = [Run(due, "python x", NOON, started, Ended(NOON + timedelta(hours=4), "expired"))]
    closings = [Closing("example-shop", "worker", "batch", NOON, NOON + timedelta(hours=5), "idle")]
    return history(runs, closings, entries)


def test_people_read_it_by_local_day_in_a_hundred_columns() -> None:
    tokyo = zone("Asia/Tokyo")
    assert tokyo is not None
    text = history_text(night(), tokyo, Paint())
    assert (
        text
        == """\
Tue 24 Nov 2026, JST
  22:00:00  scaled       example-shop/web          5 → 2, night (line 13), 0.21s late
  22:01:00  scaled       example-shop/worker       standard-1x → standard-2x, outside every window
                                                   (line 20)
  22:39:00  manual       example-shop/web          2 → 8, by a person or another program, rule left
                                                   alone
  23:00:00  held         example-shop/worker       live 0:standard-1x, this machine's clock says
                                                   10:00:00Z, Heroku's 10:09:00Z: 9 minutes apart
  23:01:00  held         example-shop/web          release v7 is new
Wed 25 Nov 2026, JST
  01:00:01  ran          example-shop job invoice  1.00s late, due Wed 01:00 JST, dyno run.1234
  01:20:00  unconverged  example-shop              this machine's clock says 10:00:00Z, Heroku's
                                                   10:09:00Z: 9 minutes apart
  02:00:00  ended        example-shop job invoice  due Wed 01:00 JST, result expired
  03:00:00  closed       example-shop/worker       window batch, opened Tue 22:00 JST, by idle

9 events, 2 of them failures."""
    )
    assert max(map(len, text.splitlines())) <= 100


def test_programs_get_every_field_and_detail() -> None:
    first = json.loads(history_json(night()))["events"][0]
    assert first == {
        "at": "2026-11-24T13:00:00Z", "event": "scaled", "level": "info", **WEB, "from": 5, "to": 2, "window": "night",
        "late": "0.21s", "request_id": REQUEST, **DETAILS, "daemon": "clock.1-a3f1",
    }  # fmt: skip
    table = list(csv.DictReader(io.StringIO(history_csv(night()))))
    assert len(table) == 9
    assert {key: value for key, value in table[0].items() if value} == {key: str(first[key]) for key in first}
    assert json.loads(table[2]["more"]) == {"rule": "left alone"}


POLICIES = """\
timezone: UTC
apps:
  example-shop:
    formation:
      web: {quantity: 3}
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "policies.yaml").write_text(POLICIES)
    with serving(tmp_path) as address:
        yield address


def test_what_the_daemon_and_people_did_is_told_by_app_time_and_failure(url: str, tmp_path: Path) -> None:
    daemon = Running(tmp_path, url, AUTOSCALER_BEAT="1")
    try:
        line = daemon.until("event=scaled")
        httpx.patch(f"{url}/apps/example-shop/formation/web", headers=HEADERS, json={"quantity": 9})
        daemon.until("event=manual")
    finally:
        assert daemon.end() == 0

    async def add() -> None:
        store = await open_store(str(tmp_path / "autoscaler.sqlite3"), migrate=False)
        await store.note([Entry(NOON, Event("failed", {"app": "other", "error": "no"}, "error"), "x")])
        await store.aclose()

    asyncio.run(add())

    def told(*options: str) -> list[str]:
        ran = run("history", *options, "--format", "json", cwd=tmp_path, **online(url))
        assert (ran.status, ran.err) == (0, "")
        return [event["event"] for event in json.loads(ran.out)["events"]]

    assert told("--app", "example-shop", "--since", "1d") == ["started", "scaled", "manual", "stopped"]
    assert told("--since", "2026-11-24T12:59", "--failures") == ["failed"]
    assert "failed" not in told("--app", "example-shop", "--since", "2026-11-24T12:59")
    text = run("history", "--since", "1d", cwd=tmp_path).out
    assert "scaled   example-shop/web  1 → 3, outside every window (line 5)" in text
    assert "manual   example-shop/web  3 → 9, outside every window (line 5)" in text
    assert line.partition("request_id=")[2].split()[0] in run("history", "--format", "csv", cwd=tmp_path).out
