"""Bars of long work: on a terminal only, and gone when it is done."""

import io
import os
import pty
import re
import select
import subprocess
from pathlib import Path

import pytest

from autoscaler.cli.progress import progress
from tests.cli.running import command, environ
from tests.sandbox.serving import serving


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_bars_are_for_terminals_that_can_move_their_cursor(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", term)
    with progress([("reading", 4), ("writing", 2)]) as (reading, writing):
        reading(4)
        writing(1)
    assert ("reading" in terminal.getvalue()) == (term != "dumb")


def test_where_nobody_looks_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.StringIO()
    monkeypatch.setattr("sys.stderr", piped)
    with progress([("reading", 4)]) as (reading,):
        reading(4)
    assert piped.getvalue() == ""


def fleet(apps: int) -> str:
    rows = "".join(f"  shop-{app}: {{formation: {{web: {{quantity: 1}}}}}}\n" for app in range(apps))
    return f"timezone: UTC\napps:\n{rows}"


@pytest.mark.parametrize(("apps", "colours"), [(6, True), (6, False), (2, True)])
def test_a_plan_of_many_apps_tells_how_many_it_has_read(apps: int, colours: bool, tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(fleet(apps))
    with serving(tmp_path) as url:
        more = {} if colours else {"NO_COLOR": "1"}
        variables = environ(HEROKU_API_URL=url, HEROKU_API_KEY="any", TERM="xterm", COLUMNS="80", **more)
        ours, theirs = pty.openpty()
        done = subprocess.Popen(command("plan"), cwd=tmp_path, env=variables, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
        out, _ = done.communicate(timeout=30)
        os.close(ours)
    assert (f"reading {apps} apps" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())) == (apps > 4)
    assert (b"\x1b[3" in shown) == (colours and apps > 4)
    assert b"\x1b" not in out
    assert b"\nPlan: 0 up, 0 down, 0 unchanged, " in out  # the sandbox has none of them: all are held
