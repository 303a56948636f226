"""Every command in the documentation works: a page's console blocks are run in one shell, from top to bottom.

Commands that need Heroku meet the sandbox. A block that cannot be run has `<!-- not run: REASON -->` above it, and is
listed as skipped. Output that stands under a command is compared; AUTOSCALER_WRITE_DOCS=1 writes it anew.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click
import pytest
import yaml

from autoscaler.cli import cli
from autoscaler.core.guard import Ourselves
from autoscaler.policyfile import examine_text
from tests.cli.running import ROOT, environ
from tests.pages import DOCS, PAGES, Block, Typed, blocks, typed
from tests.policyfile.loading import NOW
from tests.sandbox.serving import serving

PROGRAMS = re.compile(r"^\$? ?(autoscaler|heroku|make|pip|git|curl|docker|openssl|\.) ", re.MULTILINE)
COMMANDS = [block for page in PAGES for block in blocks(page) if block.kind == "console"]
RUN = {page: [block for block in COMMANDS if block.page == page and block.reason is None] for page in PAGES}
NOT_RUN = [block for block in COMMANDS if block.reason is not None]

CRONTAB = (
    "0 22 * * 1-5 heroku ps:scale worker=1 -a example-shop\n0 6 * * 2-6 heroku ps:scale worker=0 -a example-shop\n"
)
PORT = "5000"
"""The sandbox's port on every page; the tests take one that is free."""


def test_commands_stand_in_console_blocks() -> None:
    shells = {"", "sh", "bash", "shell"}
    plain = [block for page in PAGES for block in blocks(page) if block.kind in shells]
    wrong = [str(block) for block in plain if PROGRAMS.search(block.body)]
    assert wrong == [], "write ```console and `$ ` before each command"


@pytest.mark.parametrize("block", NOT_RUN, ids=str)
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    assert typed(block)
    pytest.skip(f"{block}: {block.reason}")


def folder_of(page: Path, folder: Path) -> Path:
    """A git repository with the shipped file on main, and the command on the PATH."""
    program = folder / "bin" / "autoscaler"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m autoscaler "$@"\n')
    program.chmod(0o755)
    here = folder / page.stem
    here.mkdir()
    shutil.copy(ROOT / "policies.yaml", here)
    (here / "crontab.txt").write_text(CRONTAB)
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "policies"]):
        subprocess.run(["git", *who, *arguments], cwd=here, check=True)
    return here


def script(commands: Sequence[Typed]) -> str:
    """A shell's script that marks where each command's output begins, and how it ended."""
    rows = ["trap 'kill $(jobs -p) 2>/dev/null' EXIT"]
    for typed_ in commands:
        rows.append("printf '\\036'")
        if typed_.command.endswith("&"):
            rows.append(f"{typed_.command[:-1]} > background.txt 2>&1 &")
            rows.append(
                "for wait in $(seq 200); do [ -s background.txt ] && break; sleep 0.05; done; [ -s background.txt ]"
            )
        else:
            rows.append(typed_.command)
        rows.append("printf '\\037%s' $?")
    return "\n".join(rows)


def ran(commands: Sequence[Typed], here: Path, url: str) -> list[tuple[str, int]]:
    """The output of each command, and its status."""
    env = environ(HEROKU_API_URL=url, HEROKU_API_KEY="any", COLUMNS="80")
    env["PATH"] = f"{here.parent / 'bin'}:{env['PATH']}"
    port = url.rpartition(":")[2]
    whole = script(commands).replace(f":{PORT}", f":{port}").replace(f"--port {PORT}", f"--port {port}")
    done = subprocess.run(
        ["bash", "-c", whole], cwd=here, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    parts = [part.partition("\037") for part in done.stdout.split("\036")[1:]]
    return [(out.replace(f":{port}", f":{PORT}"), int(status or -1)) for out, _, status in parts]


@pytest.fixture
def free() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("page", [page for page in PAGES if RUN[page]], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_works(page: Path, free: str, tmp_path: Path) -> None:
    here = folder_of(page, tmp_path)
    commands = [each for block in RUN[page] for each in typed(block)]
    brings_its_own = any(each.command.startswith("autoscaler sandbox") for each in commands)
    with nullcontext(free) if brings_its_own else serving(here) as url:
        results = ran(commands, here, url)
    for each, (out, status) in zip(commands, results, strict=True):
        assert status == each.status, f"{each.command}\n{out}"
    if os.environ.get("AUTOSCALER_WRITE_DOCS"):
        write(page, [out for out, _ in results])
    else:
        told = [(each.command, each.output) for each in commands if each.output]
        assert told == [(each.command, out) for each, (out, _) in zip(commands, results, strict=True) if each.output]


def write(page: Path, outputs: list[str]) -> None:
    """Put what was printed under the commands that have an output."""
    text, left = page.read_text(encoding="utf-8"), list(outputs)
    pieces, last = [], 0
    for block in RUN[page]:
        body = ""
        for each in typed(block):
            printed = left.pop(0)
            body += f"$ {each.command}\n" + (printed if each.output else "")
        start, end = block.span
        pieces += [text[last:start], "".join(f"{block.indent}{line}" for line in body.splitlines(keepends=True))]
        last = end
    page.write_text("".join(pieces) + text[last:], encoding="utf-8")


def spans() -> list[tuple[Path, str]]:
    """What stands as `autoscaler ...` within a sentence or a table."""
    found = [(page, span) for page in PAGES for span in re.findall(r"`(autoscaler [a-z][^`]*)`", _prose(page))]
    assert len(found) > 30
    return found


def _prose(page: Path) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def test_commands_and_options_in_sentences_exist() -> None:
    wrong = []
    context = click.Context(cli)
    for page, span in spans():
        name, *rest = span.split()[1:]
        command = cli.get_command(context, name)
        options = [word.partition("=")[0] for word in rest if word.startswith("--") and word != "--"]
        known = {option for each in command.params for option in each.opts} if command else set()
        if command is None or not {*options} <= known | {"--help"}:
            wrong.append((page.name, span))
    assert wrong == []


def whole_files() -> list[Block]:
    """Policy files that pages show in full."""
    return [
        block
        for page in PAGES
        for block in blocks(page)
        if block.kind == "yaml" and re.search("^timezone:", block.body, re.M) and re.search("^apps:", block.body, re.M)
    ]


@pytest.mark.parametrize("block", whole_files(), ids=str)
def test_a_policy_file_of_a_page_can_be_used(block: Block) -> None:
    found = examine_text(block.body.encode(), "policies.yaml", Ourselves("my-autoscaler", "clock"), NOW)
    assert [fault.message for fault in found.faults if fault.severity == "error"] == []


def test_the_quick_start_shows_the_file_that_is_shipped() -> None:
    [shown] = [block for block in whole_files() if block.page == DOCS / "quick-start.md"]
    assert yaml.safe_load(shown.body) == yaml.safe_load((ROOT / "policies.yaml").read_text())
