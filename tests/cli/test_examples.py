"""The example in the help of each command works: every one is run in a shell, as it is printed."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import ROOT, environ, run
from tests.sandbox.serving import serving

COMMANDS = [
    line.split()[0]
    for line in run("--help", cwd=ROOT).out.split("Commands:\n")[1].splitlines()
    if line.startswith("  ") and line[2] != " "
]

UNTIL_SIGTERM = {"run": "event=started", "sandbox": "sandbox listening on"}
"""Commands that go on until they are told to end, and what they say once they are on the way."""

OPEN = """\
timezone: UTC
apps:
  example-shop:
    probes: {left: {http: "http://127.0.0.1:1/left", field: left}}
    formation:
      worker:
        quantity: 0
        windows:
          - {when: daily, quantity: 1, close: {when: idle, probe: left, latest: 2h}}
"""
"""A window that is open now, whenever that is, and may be closed."""

BEFORE = {"status": "apply", "unpin": "pin example-shop web=8 --until 2h"}
"""What has to be done before, so that there is something to end, or all is well."""

WITHOUT_A_FILE = {"init", "import"}
"""Commands that write the policy file."""


def example(name: str, folder: Path) -> str:
    """The example as `--help` prints it, on one line."""
    told = run(name, "--help", cwd=folder).out
    assert told.count("Example: ") == 1, told
    return " ".join(told.split("Example: ")[1].split("\n\n")[0].split())


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("sandbox")) as address:
        yield address


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, url: str) -> Path:
    """What is remembered where the program has run before."""
    folder = tmp_path_factory.mktemp("store")
    job = '    jobs: {monthly: {when: "day 1 03:00", run: "true", time_limit: 1h}}\n'
    (folder / "policies.yaml").write_text(OPEN.replace("    formation:", f"{job}    formation:"))
    assert run("apply", cwd=folder, HEROKU_API_URL=url, HEROKU_API_KEY="any").status == 0
    return folder / "autoscaler.sqlite3"


@pytest.fixture
def shop(tmp_path: Path, store: Path) -> Path:
    """A folder with what the examples name."""
    program = tmp_path / "bin" / "autoscaler"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m autoscaler "$@"\n')
    program.chmod(0o755)
    shutil.copy(ROOT / "policies.yaml", tmp_path)
    shutil.copy(store, tmp_path)
    (tmp_path / "crontab.txt").write_text(
        "0 22 * * 1-5 heroku ps:scale worker=1 -a example-shop\n0 6 * * 2-6 heroku ps:scale worker=0 -a example-shop\n"
    )
    return tmp_path


def started(line: str, folder: Path, url: str) -> "subprocess.Popen[str]":
    env = environ(HEROKU_API_URL=url, HEROKU_API_KEY="any")
    env["PATH"] = f"{folder / 'bin'}:{env['PATH']}"
    pipe = subprocess.PIPE
    return subprocess.Popen(["sh", "-c", f"exec env {line}"], cwd=folder, env=env, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in UNTIL_SIGTERM])
def test_the_example_of_a_command_exits_as_it_should(name: str, shop: Path, url: str) -> None:
    if name in WITHOUT_A_FILE:
        (shop / "policies.yaml").unlink()
    line = example(name, shop)
    if name in BEFORE:
        assert run(*shlex.split(BEFORE[name]), cwd=shop, HEROKU_API_URL=url, HEROKU_API_KEY="any").status == 0
    if name == "close":
        (shop / "policies.yaml").write_text(OPEN)
    with started(line, shop, url) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in err) == (0, False), f"{out}\n{err}"
    if name in WITHOUT_A_FILE:
        assert run("check", cwd=shop).status == 0


@pytest.mark.parametrize("name", UNTIL_SIGTERM)
def test_the_example_of_a_command_that_goes_on_ends_with_0_when_told(name: str, shop: Path, url: str) -> None:
    line = example(name, shop).replace("--port 5000", "--port 0")  # 5000 may be taken
    with started(line, shop, url) as process:
        try:
            assert process.stdout is not None
            assert UNTIL_SIGTERM[name] in process.stdout.readline()
            os.kill(process.pid, signal.SIGTERM)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, "Traceback" in err) == (0, False), f"{out}\n{err}"
