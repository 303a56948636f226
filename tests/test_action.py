"""The GitHub Action and the pre-commit hook, as those who run them do: the action's scripts in a shell, one after the
other, in a repository with a base branch, with a small GitHub on loopback."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.cli.running import ROOT, environ

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
MARKER = "<!-- autoscaler plan: policies.yaml -->\n"

missing = [program for program in ("bash", "git", "curl") if shutil.which(program) is None]
if missing:
    pytest.skip(f"NOT CHECKED: the action needs {', '.join(missing)}", allow_module_level=True)


@dataclass
class GitHub:
    """Comments, and what was asked for."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False
    url: str = ""

    def answer(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, object]:
        address = urlsplit(target)
        self.asked.append((method, address.path))
        if self.refuses and method != "GET":
            return 403, {"message": "Resource not accessible by integration"}
        if method == "GET":
            page = int(parse_qs(address.query)["page"][0])
            return 200, self.comments[(page - 1) * 100 : page * 100]
        if method == "POST":
            self.comments.append({"id": 1000 + len(self.comments), "user": {"type": "Bot"}, **body})
            return 201, self.comments[-1]
        [comment] = [one for one in self.comments if address.path.endswith(f"/issues/comments/{one['id']}")]
        comment.update(body)
        return 200, comment


@pytest.fixture
def github() -> Iterator[GitHub]:
    state = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            assert self.headers["Authorization"] == "Bearer its-token"
            status, told = state.answer(self.command, self.path, json.loads(content or b"{}"))
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 http.server's names

        def log_message(self, *told: object) -> None:
            """Nothing on the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Run:
    status: int
    out: str
    err: str
    summary: str


@dataclass
class Runner:
    """What runs a workflow: a checkout of depth 1, files for outputs, and variables."""

    folder: Path
    github: GitHub
    base: str
    number: str = "7"
    head: str = "acme/shop"
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    def run(self) -> Run:
        """Every script of the action but the installation, until one fails."""
        temp = self.folder / "temp"
        shutil.rmtree(temp, ignore_errors=True)
        temp.mkdir()
        for name in ("outputs", "summary"):
            (temp / name).touch()
        outputs: dict[str, str] = {}
        said = errors = ""
        for step in STEPS:
            if "run" not in step or step["name"] == "Install":
                continue
            done = self._step(step, temp, outputs)
            said += done.stdout
            errors += done.stderr
            for line in (temp / "outputs").read_text().splitlines():
                key, _, value = line.partition("=")
                outputs[f"steps.{step.get('id')}.outputs.{key}"] = value
            (temp / "outputs").write_text("")
            if done.returncode:
                return Run(done.returncode, said, errors, (temp / "summary").read_text())
        return Run(0, said, errors, (temp / "summary").read_text())

    def _step(self, step: dict[str, Any], temp: Path, outputs: dict[str, str]) -> subprocess.CompletedProcess[str]:
        known = {
            **{f"inputs.{name}": str(told["default"]) for name, told in ACTION["inputs"].items()},
            **{f"inputs.{name}": value for name, value in self.inputs.items()},
            **outputs,
            "github.token": "its-token",
            "github.event.pull_request.number": self.number,
            "github.event.pull_request.base.sha": self.base,
            "github.event.pull_request.head.repo.full_name": self.head,
        }
        env = environ(
            GITHUB_OUTPUT=str(temp / "outputs"),
            GITHUB_STEP_SUMMARY=str(temp / "summary"),
            GITHUB_API_URL=self.github.url,
            GITHUB_REPOSITORY="acme/shop",
            RUNNER_TEMP=str(temp),
        )
        env["PATH"] = f"{self.folder / 'bin'}:{env['PATH']}"
        for name, value in step.get("env", {}).items():
            env[name] = re.sub(r"\$\{\{ ([^}]+) \}\}", lambda found: known[found[1]], value)
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(
            shell, cwd=self.checkout, env=env, capture_output=True, text=True, timeout=60, check=False
        )


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", *who, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def policies(quantity: object) -> str:
    return f"timezone: UTC\napps:\n  shop:\n    formation:\n      worker:\n        quantity: {quantity}\n"


def put(folder: Path, text: str, file: str = "policies.yaml") -> str:
    """Commit a file; the commit."""
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "a change")
    return git(folder, "rev-parse", "HEAD")


def cloned(folder: Path) -> None:
    """As actions/checkout does: the last commit alone."""
    shutil.rmtree(folder / "checkout", ignore_errors=True)
    git(folder, "clone", "--quiet", "--depth=1", f"file://{folder / 'origin'}", "checkout")


@pytest.fixture
def runner(tmp_path: Path, github: GitHub) -> Runner:
    """A pull request that halves the workers, in a checkout that has not got the base."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, line in {"autoscaler": "-m autoscaler", "python": ""}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {line} "$@"\n')
        (programs / name).chmod(0o755)
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    base = put(origin, policies(4))
    put(origin, policies(2))
    cloned(tmp_path)
    return Runner(tmp_path, github, base)


def test_one_comment_is_made_and_the_next_run_changes_it(runner: Runner, github: GitHub) -> None:
    first = runner.run()
    assert (first.status, len(github.comments)) == (0, 1)
    body = github.comments[0]["body"]
    assert body.startswith(MARKER)
    assert body.removeprefix(MARKER) == first.summary
    assert "shop/worker" in body
    assert "warning" not in first.out
    assert first.err == ""
    compared = body
    (runner.checkout / "policies.yaml").write_text(policies(3))
    runner.run()
    assert len(github.comments) == 1
    assert github.comments[0]["body"] != compared
    assert [method for method, _ in github.asked] == ["GET", "POST", "GET", "PATCH"]


def test_what_the_pull_request_changes_is_told_against_the_base(runner: Runner) -> None:
    with_base = runner.run().summary
    runner.base = ""
    alone = runner.run()
    assert alone.status == 0
    assert "has 2 instead of 4 at all times" in with_base
    assert "instead of" not in alone.summary


def test_the_comment_is_found_on_a_later_page_and_only_if_it_is_a_bot_s(runner: Runner, github: GitHub) -> None:
    forged = {"id": 1, "user": {"type": "User"}, "body": f"{MARKER}anything"}
    others = [{"id": 100 + at, "user": {"type": "User"}, "body": None} for at in range(150)]
    github.comments = [forged, *others, {"id": 2, "user": {"type": "Bot"}, "body": f"{MARKER}old"}]
    assert runner.run().status == 0
    assert len(github.comments) == 152
    assert "shop/worker" in github.comments[-1]["body"]
    assert github.comments[0]["body"].endswith("anything")


def test_from_a_fork_it_is_on_the_summary_and_nothing_is_asked(runner: Runner, github: GitHub) -> None:
    runner.head = "somebody/shop"
    ran = runner.run()
    assert (ran.status, github.asked) == (0, [])
    assert "shop/worker" in ran.summary
    assert "::notice::from a fork" in ran.out


def test_where_github_refuses_it_is_on_the_summary(runner: Runner, github: GitHub) -> None:
    github.refuses = True
    ran = runner.run()
    assert (ran.status, github.comments) == (0, [])
    assert "shop/worker" in ran.summary
    assert "pull-requests: write" in ran.out
    assert "its-token" not in ran.out + ran.err


def test_no_comment_where_none_is_wanted_or_there_is_no_pull_request(runner: Runner, github: GitHub) -> None:
    runner.inputs = {"comment": "false"}
    assert runner.run().status == 0
    runner.inputs, runner.number, runner.base = {}, "", ""
    assert runner.run().status == 0
    assert github.asked == []


def test_faults_are_marked_on_their_lines_and_fail_it_after_the_comment(runner: Runner, github: GitHub) -> None:
    (runner.checkout / "policies.yaml").write_text(policies("two"))
    ran = runner.run()
    assert ran.status == 1
    assert ran.out.startswith("::error file=policies.yaml,line=6,col=19,title=apps.shop.formation.worker.quantity::")
    assert "**policies.yaml cannot be used.**" in github.comments[0]["body"]


def test_a_file_of_another_folder_and_name_is_named_from_the_root(runner: Runner, github: GitHub) -> None:
    base = put(runner.folder / "origin", policies(4), "ops/dynos.yaml")
    put(runner.folder / "origin", policies("two"), "ops/dynos.yaml")
    cloned(runner.folder)
    runner.inputs, runner.base = {"working-directory": "./ops/", "file": "dynos.yaml"}, base
    assert runner.run().out.startswith("::error file=ops/dynos.yaml,line=6")
    (runner.checkout / "ops/dynos.yaml").write_text(policies(2))
    ran = runner.run()
    assert ran.status == 0
    assert "warning" not in ran.out
    assert len(github.comments) == 1
    assert github.comments[0]["body"].startswith("<!-- autoscaler plan: ops/dynos.yaml -->\n")


@pytest.mark.parametrize("text", [None, policies("four")])
def test_a_base_without_a_usable_file_is_no_failure(runner: Runner, text: str | None) -> None:
    origin = runner.folder / "origin"
    if text is None:
        git(origin, "rm", "--quiet", "policies.yaml")
        git(origin, "commit", "-m", "none")
        runner.base = git(origin, "rev-parse", "HEAD")
    else:
        runner.base = put(origin, text)
    put(origin, policies(2))
    cloned(runner.folder)
    ran = runner.run()
    assert ran.status == 0
    assert "shop/worker" in ran.summary
    assert ("the policy file of the base cannot be used" in ran.out) == (text is not None)


def test_what_others_can_name_reaches_no_script_as_its_text() -> None:
    assert [step["name"] for step in STEPS if "${{" in step.get("run", "")] == []
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)
    assert set(ACTION["inputs"]) == {"file", "working-directory", "python-version", "comment"}
    assert all(told["description"] and "default" in told for told in ACTION["inputs"].values())


def test_the_pre_commit_hook_checks_every_file_that_it_is_handed(tmp_path: Path) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for name in ("policies.yaml", "ops/policies.yml"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "mypolicies.yaml")
    (tmp_path / "policies.yaml").write_text(policies(1))
    (tmp_path / "policies.yml").write_text(policies("one"))
    program, *arguments = shlex.split(hook["entry"])
    assert program == "autoscaler"

    def checked(*names: str) -> subprocess.CompletedProcess[str]:
        whole = [sys.executable, "-m", program, *arguments, *names]
        return subprocess.run(whole, cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False)

    assert checked("policies.yaml").returncode == 0
    both = checked("policies.yaml", "policies.yml")
    assert both.returncode == 1
    assert "policies.yaml: ok" in both.stdout
    assert "policies.yml:6:19: apps.shop.formation.worker.quantity" in both.stdout
