"""One-off jobs as processes against the sandbox: two daemons, one that is killed, `apply`, `check` and `history`.

The job was due at the last midnight and may be a day late, so that it is due whenever the tests run.
"""

import csv
import io
import json
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.running import ROOT, run
from tests.cli.test_online import Running, online
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

FILE = """\
timezone: UTC
apps:
  example-shop:
    formation:
      web: {quantity: 1}
      worker: {quantity: 0}
    jobs:
      invoice: {when: 00:00, run: python invoice.py, size: standard-2x, time_limit: 3h, catch_up: 1d}
"""
LOST = {"method": "POST", "path": "/apps/example-shop/dynos"}


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    shutil.copy(ROOT / "policies.yaml", tmp_path / "shipped.yaml")
    (tmp_path / "policies.yaml").write_text(FILE)
    with serving(tmp_path) as address:
        yield address


def asked(url: str) -> list[Any]:
    """The bodies of the requests for one-off dynos."""
    rows = httpx.get(f"{url}/_sandbox/requests").json()
    return [row["body"] for row in rows if row["method"] == "POST"]


def one_offs(url: str) -> list[str]:
    rows = httpx.get(f"{url}/apps/example-shop/dynos", headers=HEADERS).json()
    return [row["name"] for row in rows if row["type"] == "run"]


def rows(folder: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "autoscaler.sqlite3")
    try:
        return connection.execute("select attempt, dyno, outcome from runs").fetchall()
    finally:
        connection.close()


def age(folder: Path, **by: int) -> None:
    """Let the claim be so much older than it is."""
    connection = sqlite3.connect(folder / "autoscaler.sqlite3")
    try:
        [(claimed,)] = connection.execute("select claimed from runs").fetchall()
        older = datetime.fromisoformat(claimed) - timedelta(**by)
        connection.execute("update runs set claimed = ?", [older.isoformat(timespec="microseconds")])
        connection.commit()
    finally:
        connection.close()


def test_the_daemon_starts_a_job_and_says_so(url: str, tmp_path: Path) -> None:
    daemon = Running(tmp_path, url)
    try:
        assert " jobs=1 " in daemon.until("event=started")
        line = daemon.until("event=ran")
    finally:
        assert daemon.end() == 0
    [name] = one_offs(url)
    assert line.startswith("at=info event=ran app=example-shop job=invoice due=")
    assert f" attempt=1 dyno={name} late=" in line
    assert " request_id=" in line
    assert asked(url) == [
        {"command": "python invoice.py", "attach": False, "time_to_live": 10800, "size": "standard-2x"}
    ]


def test_two_daemons_at_once_start_it_once(url: str, tmp_path: Path) -> None:
    daemons = [Running(tmp_path, url), Running(tmp_path, url)]
    try:
        for daemon in daemons:
            daemon.until("event=started")
        while not _claimed(tmp_path) or rows(tmp_path)[0][1] is None:
            pass
        third = Running(tmp_path, url, AUTOSCALER_BEAT="1")
        daemons.append(third)
        third.until("event=started")
    finally:
        assert [daemon.end() for daemon in daemons] == [0] * len(daemons)
    assert len(asked(url)) == 1
    assert len(one_offs(url)) == 1
    assert [(attempt, outcome) for attempt, _, outcome in rows(tmp_path)] == [(1, None)]


@pytest.mark.parametrize(
    ("fault", "minutes", "said", "made"),
    [
        ({**LOST, "drop": "before"}, 3, "event=lost", 0),
        ({**LOST, "drop": "after"}, 1, "event=ran", 1),
    ],
)
def test_a_daemon_killed_after_its_claim_leaves_it_to_the_next_one(
    fault: dict[str, Any], minutes: int, said: str, made: int, url: str, tmp_path: Path
) -> None:
    httpx.post(f"{url}/_sandbox/faults", json=fault)
    first = Running(tmp_path, url)
    first.until("it is not started again")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert [(row[1], row[2]) for row in rows(tmp_path)] == [(None, None)]
    age(tmp_path, minutes=minutes)
    second = Running(tmp_path, url)
    try:
        line = second.until(said)
    finally:
        assert second.end() == 0
    assert "job=invoice" in line
    assert len(asked(url)) == 1
    assert len(one_offs(url)) == made


def test_killed_while_the_request_is_under_way_it_is_not_asked_for_again(url: str, tmp_path: Path) -> None:
    httpx.post(f"{url}/_sandbox/faults", json={**LOST, "delay": 2, "drop": "before"})
    first = Running(tmp_path, url)
    while not _claimed(tmp_path):
        pass
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    ran = run("history", "--format", "json", cwd=tmp_path, **online(url))
    assert [event["event"] for event in json.loads(ran.out)["events"] if "job" in event] == ["claimed"]
    age(tmp_path, minutes=3)
    second = Running(tmp_path, url)
    try:
        second.until("event=lost")
    finally:
        assert second.end() == 0
    assert one_offs(url) == []
    assert len(asked(url)) <= 1


def _claimed(folder: Path) -> bool:
    if not (folder / "autoscaler.sqlite3").exists():
        return False
    try:
        return bool(rows(folder))
    except sqlite3.OperationalError:  # not made yet
        return False


def test_a_token_of_too_small_a_scope_is_told_what_heroku_answered(url: str, tmp_path: Path) -> None:
    httpx.put(f"{url}/_sandbox/one-off-access", json={"access": "write-protected"})
    daemon = Running(tmp_path, url, HEROKU_API_KEY="scope-write")
    try:
        line = daemon.until("event=failed")
    finally:
        assert daemon.end() == 0
    assert "the token's scope is write, one of global, write-protected is needed" in line
    assert "heroku authorizations:create -s write-protected" in line


def test_apply_starts_what_is_due_once(url: str, tmp_path: Path) -> None:
    first = run("apply", cwd=tmp_path, **online(url))
    assert (first.status, first.err) == (0, "")
    assert "event=ran app=example-shop job=invoice" in first.out
    assert first.out.endswith("0 changed, 2 unchanged, 0 held, 0 failed.\n")
    second = run("apply", cwd=tmp_path, **online(url))
    assert (second.status, second.out) == (0, "0 changed, 2 unchanged, 0 held, 0 failed.\n")
    assert len(asked(url)) == 1


def test_apply_says_by_its_status_that_a_job_was_not_started(url: str, tmp_path: Path) -> None:
    httpx.post(f"{url}/_sandbox/faults", json={**LOST, "status": 422, "body": "{}"})
    ran = run("apply", cwd=tmp_path, **online(url))
    assert ran.status == 1
    assert "at=error event=failed app=example-shop job=invoice" in ran.out


def test_on_a_dyno_without_a_database_jobs_are_errors_and_scaling_goes_on(url: str, tmp_path: Path) -> None:
    checked = run("check", "--format", "json", cwd=tmp_path, DYNO="release.1", AUTOSCALER_APP="auto")
    [fault] = json.loads(checked.out)["faults"]
    assert checked.status == 1
    assert (fault["line"], fault["column"], fault["path"]) == (8, 7, "apps.example-shop.jobs.invoice")
    assert "DATABASE_URL is not set" in fault["message"]
    (tmp_path / "policies.yaml").write_text(FILE.replace("worker: {quantity: 0}", "worker: {quantity: 2}"))
    daemon = Running(tmp_path, url, DYNO="clock.1", AUTOSCALER_APP="auto")
    try:
        assert "at=error event=held app=example-shop job=invoice" in daemon.until("DATABASE_URL is not set")
        daemon.until("event=scaled")
    finally:
        assert daemon.end() == 0
    assert asked(url) == []
    applied = run("apply", cwd=tmp_path, DYNO="run.1", AUTOSCALER_APP="auto", **online(url))
    assert (applied.status, asked(url)) == (1, [])
    assert run("history", cwd=tmp_path, DYNO="run.1").status == 1


def test_history_tells_it_in_three_forms(url: str, tmp_path: Path) -> None:
    missing = run("history", cwd=tmp_path)
    assert (missing.status, "has not been made yet" in missing.err) == (1, True)
    httpx.post(f"{url}/_sandbox/faults", json={**LOST, "status": 422, "body": '{"id": "no", "message": "Full"}'})
    (tmp_path / "policies.yaml").write_text(FILE.replace("catch_up: 1d", "catch_up: 1d, overlap: allow"))
    run("apply", cwd=tmp_path, **online(url))
    events = json.loads(run("history", "--format", "json", cwd=tmp_path).out)["events"]
    assert [(event["event"], event["level"], event["app"], event["job"]) for event in events] == [
        ("failed", "error", "example-shop", "invoice")
    ]
    assert "422 no: Full" in events[0]["reason"]
    [row] = csv.DictReader(io.StringIO(run("history", "--format", "csv", "--failures", cwd=tmp_path).out))
    assert (row["event"], row["job"], row["reason"]) == ("failed", "invoice", events[0]["reason"])
    text = run("history", "--since", "2d", cwd=tmp_path).out
    assert "failed  example-shop job invoice" in text
    assert text.endswith("1 event, 1 of them failures.\n")
    assert run("history", "--app", "other", cwd=tmp_path).out == "Nothing is remembered of that time.\n"
    assert run("history", "--since", "soon", cwd=tmp_path).status == 64
