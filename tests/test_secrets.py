"""No secret comes out of any command: planted in the environment, `.env`, the policy file, and in what others answer.

What is planted must be found nowhere in an output, in a file that a command writes, or in the log of the daemon. What
stands in the policy file may be kept in the store, which holds the last good file, and nowhere else.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import httpx
import pytest

from autoscaler.cli import cli
from tests.cli.running import Ran, run
from tests.cli.test_online import Running
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

TOKEN = "HRKU-AAplanted0token0of0the0new0form_1234567890"
UUID = "01234567-89ab-4def-8123-456789abcdef"
OLD_TOKEN = f"HRKU-{UUID}"
PASSWORD = "planted-password"
NOBODY = "127.0.0.1:9"
"""The port of `discard`, at which nobody listens."""

ENVIRONMENT = {
    "HEROKU_API_KEY": TOKEN,
    "SHOP_DATABASE_URL": f"postgres://planted-user:{PASSWORD}@{NOBODY}/shop",
    "SHOP_REDIS_URL": f"redis://:{PASSWORD}@{NOBODY}/0",
    "SHOP_API_TOKEN": "planted-bearer",
    "OPS_SLACK_URL": f"http://{NOBODY}/services/planted-slack",
    "OPS_HOOK_URL": f"http://{NOBODY}/planted-hook?key=planted-key",
    "OPS_HOOK_SECRET": "planted-hmac-secret",
    "HEALTHCHECKS_URL": f"http://{NOBODY}/planted-ping",
}
DOTENV = f"HEROKU_API_KEY={OLD_TOKEN}\nOTHER_TOKEN=planted-in-dotenv\n"

GOOD = f"""\
timezone: UTC
business_calendar: closed
calendars:
  closed: {{ics: "https://{NOBODY}/written-feed.ics?key=written-key"}}
notify:
  - slack: OPS_SLACK_URL
  - webhook: OPS_HOOK_URL
    secret: OPS_HOOK_SECRET
  - heartbeat: HEALTHCHECKS_URL
apps:
  example-shop:
    probes:
      rows: {{postgres: SHOP_DATABASE_URL, query: select 1}}
      queue: {{redis: SHOP_REDIS_URL, key: n}}
      field: {{http: "http://{NOBODY}/written-probe?key=written-key", field: n, token: SHOP_API_TOKEN}}
    jobs:
      sweep: {{when: "01:00", run: "sweep --token=written-command"}}
    formation:
      web: {{quantity: 3}}
      worker:
        quantity: 0
        windows:
          - {{name: a, when: "00:00-12:00", quantity: 2, close: {{when: idle, probe: rows, latest: 1h}}}}
          - {{name: b, when: "12:00-24:00", quantity: 2, close: {{when: idle, probe: field, latest: 1h}}}}
"""
BAD = f"""\
timezone: {TOKEN}
business_calendar: {OLD_TOKEN}
calendars:
  closed: {{ics: "https://planted-user:{PASSWORD}@host/planted-feed", holidays: {UUID}}}
  {UUID}: {{dates: [{UUID}]}}
notify:
  - slack: https://hooks.slack.com/services/planted-slack
  - webhook: planted-hook
    secret: planted-hmac-secret
  - {{heartbeat: OPS, url: https://host/planted-ping}}
  - https://host/planted-ping
https://host/planted-key: 1
apps:
  {TOKEN}: {{formation: {{web: {{quantity: 1}}}}}}
  example-shop:
    settle: {TOKEN}
    on_manual_change: {OLD_TOKEN}
    notify: https://host/planted-slack
    probes:
      rows: {{postgres: "postgres://u:{PASSWORD}@host/db", query: select 1}}
      queue: {{redis: "redis://:{PASSWORD}@host/0", key: n}}
      field: {{http: "https://host/planted-probe", field: n, token: planted-bearer}}
      other: {{redsi: "redis://:{PASSWORD}@host/0"}}
      text: planted-bearer
    jobs:
      sweep: {{when: {TOKEN}, run: "token={UUID} ", size: {OLD_TOKEN}}}
    formation:
      web: {{quantity: {TOKEN}, size: {UUID}}}
      worker: {{quantity: 1, windows: [{{when: "{TOKEN} 22:00", quantity: "https://u:{PASSWORD}@h/planted-key"}}]}}
"""
SETTINGS = f"""\
=== example-shop Config Vars
DATABASE_URL:     postgres://planted-user:{PASSWORD}@host/shop
SCALING_SCHEDULE: 09:00-17:00:2
SECRET_KEY_BASE:  planted-secret-key-base
TOKEN:            {TOKEN}
0 8 * * * HEROKU_API_KEY={OLD_TOKEN} heroku ps:scale web=2 -a example-shop
0 9 * * * HEROKU_API_KEY={OLD_TOKEN} heroku ps:scale web=two -a example-shop # {TOKEN}
0 9 * * * curl https://u:{PASSWORD}@host/planted-hook
"""
"""What `heroku config` prints, and a crontab."""

TOKENS = (TOKEN, TOKEN[8:30], OLD_TOKEN, UUID, UUID[:18])
PLANTED = re.compile("|".join([*map(re.escape, TOKENS), "planted-[-a-z]+"]))
WRITTEN = re.compile("written-(?:feed|probe|key|command)")
"""What stands in a good file, which the store may keep."""

COMMANDS: dict[str, list[list[str]]] = {
    "check": [["--format", form] for form in ("text", "json", "github")],
    "plan": [[], ["--offline"], ["--format", "json"], ["--offline", "--format", "json"]],
    "explain": [
        ["example-shop", "worker"],
        ["example-shop", "nobody"],
        ["example-shop", "web", "--around", "2026-11-27"],
    ],
    "apply": [[]],
    "close": [["example-shop", "worker"]],
    "status": [[], ["--format", "json"]],
    "history": [[], ["--format", "json"], ["--format", "csv"]],
    "pin": [["example-shop", "web=2", "--until", "1h", "--reason", "sale"]],
    "unpin": [["example-shop", "web"]],
    "simulate": [["--for", "1d"]],
    "demo": [["--speed", "20000"]],
    "schema": [[]],
    "import": [
        ["settings.txt", "--timezone", "UTC"],
        ["settings.txt", "--timezone", "UTC", "--app", "example-shop", "--type", "web"],
    ],
    "init": [[], ["example-shop", "--force"]],
    "completion": [["bash"]],
}
ASKING = ("check", "plan", "explain", "apply", "close", "status", "history", "pin", "unpin")
"""Those that read the file, ask Heroku, or the store."""

ELSEWHERE = {"run", "sandbox"}
"""Those that go on until they are told to stop, and have tests of their own below."""

ANSWER = f"{TOKEN} {OLD_TOKEN} {UUID} postgres://planted-user:{PASSWORD}@host/db token=planted-bearer"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("sandbox")) as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text(DOTENV)
    (tmp_path / "policies.yaml").write_text(GOOD)
    (tmp_path / "settings.txt").write_text(SETTINGS)
    return tmp_path


NO_CONTEXT = click.Context(cli)


def given(command: str) -> list[list[str]]:
    return [[command, *arguments] for arguments in COMMANDS.get(command, [[]])]


def known(*commands: str) -> list[str]:
    """Those of the commands that there are."""
    there = cli.list_commands(NO_CONTEXT)
    return [command for command in commands if command in there]


def looked_through(folder: Path, *texts: str) -> None:
    """Fails where something planted came out, in the words before it: those are no secret."""
    for text in texts:
        for pattern in (PLANTED, WRITTEN):
            found = pattern.search(text)
            assert found is None, f"{found[0][:9]!r} is shown after {text[: found.start()][-200:]!r}"
        assert "Traceback" not in text, text
    for file in folder.iterdir():
        if file.is_file() and file.name not in {".env", "policies.yaml", "settings.txt"}:
            found = PLANTED.search(file.read_bytes().decode("latin-1"))
            assert found is None, f"{file.name} holds what begins with {found[0][:9]!r}"


def environment(url: str, **more: str) -> dict[str, str]:
    return {**ENVIRONMENT, "HEROKU_API_URL": url, **more}


def tried(folder: Path, command: str, **environ: str) -> None:
    """Every form of a command; what should not have happened would show its traceback."""
    for arguments in given(command):
        looked_through(folder, *said(run("--debug", *arguments, cwd=folder, **environ)))


@pytest.mark.parametrize("command", [name for name in known(*cli.list_commands(NO_CONTEXT)) if name not in ELSEWHERE])
def test_no_command_shows_or_keeps_a_secret(command: str, sandbox: str, folder: Path) -> None:
    tried(folder, command, **environment(sandbox))


@pytest.mark.parametrize("command", known(*ASKING))
def test_no_command_shows_what_a_bad_file_has_of_secrets(command: str, sandbox: str, folder: Path) -> None:
    (folder / "policies.yaml").write_text(BAD)
    tried(folder, command, **environment(sandbox))


@pytest.mark.parametrize("command", known(*ASKING))
def test_no_command_shows_the_url_of_a_store_that_is_not_reached(command: str, sandbox: str, folder: Path) -> None:
    tried(folder, command, **environment(sandbox, DATABASE_URL=ENVIRONMENT["SHOP_DATABASE_URL"]))


@pytest.mark.parametrize(
    "variables",
    [
        {"HEROKU_API_URL": f"http://planted-user:{PASSWORD}@a.example"},
        {"HEROKU_API_URL": f"https://{TOKEN}@127.0.0.1:9"},
        {"DATABASE_URL": f"postgres://planted-user:{PASSWORD}@[bad/planted-db"},
        {"DATABASE_URL": f"mysql://planted-user:{PASSWORD}@host/shop"},
        {"DATABASE_URL": TOKEN},
        {"AUTOSCALER_BEAT": TOKEN},
        {"HEROKU_API_KEY": f"{TOKEN}\n{OLD_TOKEN}"},
        {"HEROKU_API_KEY": f"planted-ünicode-{TOKEN}"},
    ],
)
def test_no_command_shows_a_setting_that_is_wrong(variables: dict[str, str], sandbox: str, folder: Path) -> None:
    for command in known("plan", "apply", "history", "status"):
        looked_through(folder, *said(run(command, cwd=folder, **{**environment(sandbox), **variables})))


def said(ran: Ran) -> tuple[str, str]:
    return ran.out, ran.err


def fail(sandbox: str, **fault: object) -> None:
    httpx.delete(f"{sandbox}/_sandbox/faults").raise_for_status()
    httpx.post(f"{sandbox}/_sandbox/faults", json={"times": 1000, **fault}).raise_for_status()


FAULTS: list[Mapping[str, object]] = [
    *(
        {"status": status, "body": json.dumps({"id": ANSWER, "message": ANSWER})}
        for status in (401, 403, 404, 422, 429, 503)
    ),
    {"status": 500, "body": f"<html>{ANSWER}</html>", "headers": {"Content-Type": "text/html"}},
    {"status": 200, "body": ANSWER},
    {"status": 200, "body": json.dumps([{"type": TOKEN, "quantity": ANSWER, "size": OLD_TOKEN}])},
    {"status": 302, "headers": {"Location": f"https://u:{PASSWORD}@planted-host/{TOKEN}"}},
    {"status": 403, "body": "{}", "headers": {"Request-Id": TOKEN, "Oauth-Scope": TOKEN, "Oauth-Scope-Accepted": UUID}},
]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_command_repeats_a_secret_that_an_answer_has(
    fault: Mapping[str, object], sandbox: str, folder: Path
) -> None:
    fail(sandbox, **fault)
    try:
        for command in known("plan", "apply", "status", "history", "init"):
            looked_through(folder, *said(run("--debug", command, cwd=folder, **environment(sandbox))))
    finally:
        httpx.delete(f"{sandbox}/_sandbox/faults")


@pytest.mark.parametrize("store", ["", ENVIRONMENT["SHOP_DATABASE_URL"]], ids=["sqlite", "postgres away"])
def test_the_daemon_logs_and_keeps_no_secret(sandbox: str, folder: Path, store: str) -> None:
    scaled = httpx.patch(f"{sandbox}/apps/example-shop/formation/web", headers=HEADERS, json={"quantity": 1})
    scaled.raise_for_status()
    fail(sandbox, status=422, body=json.dumps({"id": "invalid", "message": ANSWER}), method="PATCH", times=2)
    more = {"DATABASE_URL": store} if store else {}
    daemon = Running(folder, sandbox, **{**environment(sandbox), **more, "AUTOSCALER_BEAT": "1"})
    seen: list[str] = []
    try:
        for part in ("event=failed", "event=scaled"):
            seen += until(daemon, part)
        (folder / "policies.yaml").write_text(BAD)
        seen += until(daemon, "policies.yaml:1:11")
    finally:
        assert daemon.end() == 0
    while not daemon.lines.empty():
        seen.append(daemon.lines.get())
    looked_through(folder, *seen)


def until(daemon: Running, part: str) -> list[str]:
    """The lines up to one with `part`."""
    lines = [daemon.until("")]
    while part not in lines[-1]:
        lines.append(daemon.until(""))
    return lines


def test_what_is_planted_would_be_found(folder: Path) -> None:
    (folder / "out").write_text(f"x {TOKEN}")
    with pytest.raises(AssertionError):
        looked_through(folder)
    (folder / "out").unlink()
    for text in (*ENVIRONMENT.values(), ANSWER, "written-feed.ics"):
        with pytest.raises(AssertionError):
            looked_through(folder, text)
