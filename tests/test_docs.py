"""The examples of the documentation print what stands under them.

AUTOSCALER_WRITE_DOCS=1 writes the outputs anew; look at the difference before you believe it.
"""

import os
import re
import shlex
from contextlib import chdir
from pathlib import Path

import pytest

from autoscaler.cli import cli

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "policies.md"
EXAMPLE = re.compile(r"```yaml\n(?P<yaml>.*?)```\n```text (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)

FILE = """\
timezone: Asia/Tokyo
business_calendar: closed
calendars:
  closed: {holidays: JP, dates: [2026-12-29..2027-01-03]}
apps:
  shop:
    formation:
      worker:
        quantity: 0
        windows:
          - quantity: 1
"""
"""What the windows are part of that stand alone."""


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("AUTOSCALER_POLICIES", raising=False)


def printed(source: str, command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `plan` prints for an example: of a window alone, the days ahead and their changes only."""
    window_alone = "apps:" not in source
    rows = [f"            {line}\n" for line in source.splitlines()]
    (folder / "policies.yaml").write_text(FILE + "".join(rows) if window_alone else source)
    start = "plan --offline --at 2026-11-23T00:00 --from 2026-11-23T00:00 " if window_alone else ""
    with chdir(folder):
        cli.main(shlex.split(start + command), standalone_mode=False)
    out = capsys.readouterr().out
    parts = [part for part in out.split("\n\n") if "warning" not in part.split("\n")[0]]
    if window_alone:
        drawn = next(part for part in parts if part.startswith("  shop/worker  ")).splitlines()[1:]
        changes = next(part for part in parts if part.startswith("Changes\n")).splitlines()[1:]
        parts = ["\n".join(drawn), "\n".join(changes)]
    chosen = "\n\n".join(parts).splitlines()
    return "\n".join(re.sub(r"^  ", "", line) if window_alone else line for line in chosen).rstrip() + "\n"


def examples() -> list[re.Match[str]]:
    return list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("number", range(len(examples())))
def test_an_example_prints_what_stands_under_it(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = examples()[number]
    now = printed(example["yaml"], example["command"], tmp_path, capsys)
    if os.environ.get("AUTOSCALER_WRITE_DOCS"):
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(text[: example.start("output")] + now + text[example.end("output") :], encoding="utf-8")
    else:
        assert example["output"] == now


def test_there_are_examples() -> None:
    assert len(examples()) >= 20


def simulated(example: re.Match[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `simulate` prints for an example."""
    (folder / "policies.yaml").write_text(example["yaml"])
    arguments = shlex.split(example["command"].removeprefix("autoscaler "))
    cli.main([*arguments, str(folder / "policies.yaml")], standalone_mode=False)
    return capsys.readouterr().out.replace(f"{folder}/", "")


@pytest.mark.parametrize("number", range(3))
def test_a_simulation_finds_what_stands_under_it(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = DOCS / "simulation.md"
    example = list(EXAMPLE.finditer(page.read_text(encoding="utf-8")))[number]
    now = simulated(example, tmp_path, capsys)
    if os.environ.get("AUTOSCALER_WRITE_DOCS"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text[: example.start("output")] + now + text[example.end("output") :], encoding="utf-8")
    else:
        assert example["output"] == now
