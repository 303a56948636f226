"""The doors that talk to Heroku, as processes, against the sandbox on loopback: plan, apply, run."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import httpx
import pytest

from tests.cli.running import ROOT, command, environ, run
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

ALWAYS = """\
timezone: UTC
apps:
  example-shop:
    formation:
      web:
        quantity: {web}
        size: standard-1x
      worker:
        quantity: {worker}
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    shutil.copy(ROOT / "policies.yaml", tmp_path / "shipped.yaml")
    with serving(tmp_path) as address:
        yield address


def formation(url: str) -> dict[str, int]:
    rows = httpx.get(f"{url}/apps/example-shop/formation", headers=HEADERS).json()
    return {row["type"]: row["quantity"] for row in rows}


def patches(url: str) -> list[dict[str, object]]:
    rows = httpx.get(f"{url}/_sandbox/requests").json()
    return [row["body"] for row in rows if row["method"] == "PATCH"]


def online(url: str, **more: str) -> dict[str, str]:
    return {"HEROKU_API_URL": url, "HEROKU_API_KEY": "any-token-at-all", **more}


def write(folder: Path, web: object, worker: object) -> None:
    """As an editor saves: the whole file at once."""
    (folder / "new").write_text(ALWAYS.format(web=web, worker=worker))
    (folder / "new").replace(folder / "policies.yaml")


def test_a_plan_shows_live_beside_wanted_and_changes_nothing(url: str, tmp_path: Path) -> None:
    write(tmp_path, 5, 0)
    ran = run("plan", "--format", "json", "--detailed-exitcode", cwd=tmp_path, **online(url))
    assert ran.status == 2
    web, worker = json.loads(ran.out)["now"]
    assert web == {
        "app": "example-shop",
        "type": "web",
        "step": "change",
        "reason": "outside every window (line 5)",
        "until": None,
        "live": {"quantity": 1, "size": "standard-1x"},
        "desired": {"quantity": 5, "range": None, "size": "standard-1x"},
    }
    assert (worker["step"], worker["live"]) == ("keep", {"quantity": 0, "size": "standard-1x"})
    assert patches(url) == []


def test_at_another_time_other_values_are_wanted(url: str, tmp_path: Path) -> None:
    (tmp_path / "shipped.yaml").rename(tmp_path / "policies.yaml")
    ran = run("plan", "--at", "2026-11-27T23:00", "--format", "json", cwd=tmp_path, **online(url))
    plan = json.loads(ran.out)
    assert (ran.status, plan["from"]) == (0, "2026-11-27T14:00:00Z")
    web, worker = plan["now"]
    assert (web["step"], web["reason"], web["desired"]["quantity"]) == ("change", 'window "night" (line 13)', 2)
    assert (worker["live"]["quantity"], worker["desired"]) == (0, {"quantity": 1, "range": None, "size": "standard-2x"})
    assert worker["until"] == "2026-11-27T21:00:00Z"
    assert patches(url) == []


def test_apply_sends_absolute_values_of_what_differs_in_one_request(url: str, tmp_path: Path) -> None:
    write(tmp_path, 5, 2)
    ran = run("apply", cwd=tmp_path, **online(url))
    assert (ran.status, ran.err) == (0, "")
    assert "changed  example-shop/web: 1:standard-1x → 5:standard-1x" in ran.out
    assert ran.out.endswith("2 changed, 0 unchanged, 0 held, 0 failed.\n")
    assert formation(url) == {"web": 5, "worker": 2}
    assert patches(url) == [{"updates": [{"type": "web", "quantity": 5}, {"type": "worker", "quantity": 2}]}]
    assert run("apply", cwd=tmp_path, **online(url)).out == "0 changed, 2 unchanged, 0 held, 0 failed.\n"
    assert len(patches(url)) == 1


def test_what_is_not_there_is_held_and_the_rest_is_done(url: str, tmp_path: Path) -> None:
    write(tmp_path, 3, 1)
    with (tmp_path / "policies.yaml").open("a") as file:
        file.write(
            "      mailer:\n        quantity: 1\n  other-shop:\n    formation:\n      web:\n        quantity: 1\n"
        )
    ran = run("apply", cwd=tmp_path, **online(url))
    assert ran.status == 1
    assert "held     example-shop/mailer: example-shop has no process type mailer (it has: web, worker)" in ran.out
    assert "held     other-shop/web: " in ran.out
    assert formation(url) == {"web": 3, "worker": 1}


@pytest.mark.parametrize(
    ("token", "said"), [("revoked", "authorizations:create"), ("scope-read-1", "write")], ids=["revoked", "read only"]
)
def test_a_token_that_may_not_scale_is_said_and_never_shown(url: str, tmp_path: Path, token: str, said: str) -> None:
    write(tmp_path, 5, 0)
    ran = run("apply", cwd=tmp_path, **online(url, HEROKU_API_KEY=token))
    assert ran.status == 1
    assert said in ran.out
    assert token not in ran.out + ran.err
    assert formation(url) == {"web": 1, "worker": 0}


class Running:
    """A daemon process; its lines arrive in `lines`."""

    def __init__(self, folder: Path, url: str, **more: str) -> None:
        env = environ(**online(url, **more))
        self.process = subprocess.Popen(command("run"), cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
        self.lines: Queue[str] = Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, part: str) -> str:
        """The next line with `part` in it; queue.Empty after 20 seconds without a line."""
        while True:
            line = self.lines.get(timeout=20)
            if part in line:
                return line

    def end(self, signum: int = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        try:
            return self.process.wait(6)
        finally:
            self.process.kill()
            self.reader.join(5)
            if self.process.stdout is not None:
                self.process.stdout.close()


def test_the_daemon_scales_says_so_and_ends_at_once_on_sigterm(url: str, tmp_path: Path) -> None:
    write(tmp_path, 4, 1)
    daemon = Running(tmp_path, url)
    try:
        started = daemon.until("event=started")
        assert "at=info event=started policies=policies.yaml digest=" in started
        line = daemon.until("type=worker")
        told = "at=info event=scaled app=example-shop type=worker from=0 to=1 request_id="
        assert re.match(told + "[0-9a-f]{8}-[0-9a-f-]{27} ", line)
        assert formation(url) == {"web": 4, "worker": 1}
    finally:
        assert daemon.end() == 0
    assert "event=stopped" in daemon.until("event=stopped")


def test_a_changed_file_is_taken_up_and_a_bad_one_leaves_the_last_good_one_in_force(url: str, tmp_path: Path) -> None:
    write(tmp_path, 4, 0)
    daemon = Running(tmp_path, url, AUTOSCALER_BEAT="1")
    try:
        daemon.until("event=scaled")
        write(tmp_path, "four", 0)
        bad = daemon.until("event=degraded")
        assert "policies.yaml:6:19" in bad
        assert 'note="the last good file stays in force"' in bad
        httpx.patch(f"{url}/apps/example-shop/formation/web", headers=HEADERS, json={"quantity": 9})
        manual = daemon.until("event=manual")
        assert 'from=4 to=9 wanted=4:standard-1x by="a person or another program" rule="left alone"' in manual
        write(tmp_path, 2, 0)
        daemon.until("event=recovered")
        daemon.until("event=reloaded")
        assert "from=9 to=2" in daemon.until("event=scaled")
    finally:
        assert daemon.end() == 0


def test_sighup_reads_the_file_at_once(url: str, tmp_path: Path) -> None:
    write(tmp_path, 4, 0)
    daemon = Running(tmp_path, url)
    try:
        daemon.until("event=scaled")
        write(tmp_path, 3, 0)
        daemon.process.send_signal(signal.SIGHUP)
        assert "from=4 to=3" in daemon.until("event=scaled")
    finally:
        assert daemon.end(signal.SIGINT) == 0


def test_it_starts_without_a_file_holds_still_and_takes_one_up_later(url: str, tmp_path: Path) -> None:
    daemon = Running(tmp_path, url, AUTOSCALER_BEAT="1")
    try:
        line = daemon.until("event=degraded")
        assert "there is no such file" in line
        assert 'note="every formation is left as it is"' in line
        write(tmp_path, 2, 0)
        daemon.until("event=scaled")
        assert formation(url) == {"web": 2, "worker": 0}
    finally:
        assert daemon.end() == 0


def test_a_bad_token_does_not_end_it_and_is_said_once(url: str, tmp_path: Path) -> None:
    write(tmp_path, 4, 0)
    daemon = Running(tmp_path, url, HEROKU_API_KEY="revoked", AUTOSCALER_BEAT="1")
    try:
        assert "heroku authorizations:create" in daemon.until("event=degraded")
        seen = len(httpx.get(f"{url}/_sandbox/requests").json())
        while len(httpx.get(f"{url}/_sandbox/requests").json()) < seen + 2:
            pass
    finally:
        assert daemon.end() == 0
    later = [daemon.lines.get_nowait() for _ in range(daemon.lines.qsize())]
    assert [line for line in later if "degraded" in line] == []


def test_sigterm_while_heroku_does_not_answer_ends_it_within_five_seconds(url: str, tmp_path: Path) -> None:
    write(tmp_path, 4, 0)
    fault = {"path": "/apps", "times": 100, "delay": 30}
    httpx.post(f"{url}/_sandbox/faults", json=fault)
    daemon = Running(tmp_path, url)
    daemon.until("event=started")
    assert daemon.end() == 0
    assert patches(url) == []


def test_the_demo_ends_at_once_on_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(command("demo"), cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert "the daemon started" in demo.stdout.readline()
        os.kill(demo.pid, signal.SIGINT)
        assert demo.wait(5) == 130


def test_a_whole_demo_shows_the_night_and_sums_it_up(tmp_path: Path) -> None:
    ran = run("demo", "--speed", "20000", cwd=tmp_path, HEROKU_API_KEY="never-used", HEROKU_API_URL="http://nowhere")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert [line.split("  ", 2)[2] for line in lines if "worker  " in line] == [
        "example-shop/worker  0 → 1  standard-2x  nightly batch",
        "example-shop/worker  1 → 0  standard-1x  no window open",
    ]
    assert "  with these windows     104.0 dyno-hours  $3.89" in lines
    assert "  always at the peak     144.0 dyno-hours  $5.83" in lines


def test_without_a_calendar_only_what_needs_it_is_held(url: str, tmp_path: Path) -> None:
    text = ALWAYS.format(web=4, worker=7) + '        windows: [{when: "shut 09:00-17:00", quantity: 3}]\n'
    feed = 'calendars: {shut: {ics: "https://127.0.0.1:1/hush-hush.ics"}}\n'
    (tmp_path / "policies.yaml").write_text(text.replace("apps:", feed + "apps:", 1))
    before = formation(url)
    applied = run("apply", cwd=tmp_path, **online(url))
    assert applied.status == 1
    assert "the calendar shut cannot be read: https://127.0.0.1: it is not reached" in applied.out
    assert "hush-hush" not in applied.out + applied.err
    assert formation(url) == {**before, "web": 4}
    planned = json.loads(run("plan", "--format", "json", cwd=tmp_path, **online(url)).out)
    assert [(row["type"], row["step"], row["desired"] is None) for row in planned["now"]] == [
        ("web", "keep", False),
        ("worker", "hold", True),
    ]


def test_an_opening_is_held_open_while_the_sandbox_s_work_is_unfinished(url: str, tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(f"""\
timezone: UTC
apps:
  example-shop:
    probes:
      unfinished: {{http: "{url}/_sandbox/apps/example-shop/unfinished/worker", field: unfinished}}
    formation:
      worker:
        quantity: 0
        windows:
          - {{name: batch, when: "22:00-06:00", quantity: 1, close: {{when: idle, probe: unfinished, latest: 2h}}}}
""")
    httpx.patch(f"{url}/apps/example-shop/formation/worker", headers=HEADERS, json={"quantity": 1})

    def now(at: str) -> tuple[str, str, int, str]:
        ran = run("plan", "--at", at, "--format", "json", cwd=tmp_path, **online(url))
        [row] = json.loads(ran.out)["now"]
        return row["step"], row["reason"], row["desired"]["quantity"], row["until"]

    opened = ("keep", 'window "batch" (line 10)', 1, "2026-11-28T06:00:00Z")
    closed = ("change", "outside every window (line 7)", 0, "2026-11-28T22:00:00Z")
    held = 'window "batch" (line 10), held open: unfinished says 1 unfinished'
    assert now("2026-11-28T06:00:00Z") == closed
    httpx.post(f"{url}/_sandbox/jobs", json={"app": "example-shop", "type": "worker", "seconds": 86400})
    assert now("2026-11-28T05:59:29Z") == opened
    assert now("2026-11-28T06:00:00Z") == ("keep", held, 1, "2026-11-28T08:00:00Z")
    assert now("2026-11-28T07:59:59Z") == ("keep", held, 1, "2026-11-28T08:00:00Z")
    assert now("2026-11-28T08:00:00Z") == closed
    text = run("plan", "--at", "2026-11-28T06:00:00Z", cwd=tmp_path, COLUMNS="160", **online(url)).out
    assert "batch (line 10), held open: unfinished says 1 unfinished" in text
