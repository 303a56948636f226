"""The examples of docs/operations.md, one after another, against the sandbox; times and what depends on them aside."""

import asyncio
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autoscaler.core.journal import Alive
from autoscaler.store import open_store
from tests.cli.running import run
from tests.cli.test_online import online
from tests.sandbox.serving import serving

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
EXAMPLE = re.compile(r"```text autoscaler (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
POLICIES = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


async def told(folder: Path) -> None:
    """What a daemon tells of itself."""
    store = await open_store(str(folder / "autoscaler.sqlite3"), migrate=False)
    at = datetime.now(UTC) - timedelta(seconds=12)  # noqa: TID251 the commands ask a real clock, too
    await store.live([Alive("example-shop", at, at, "", "clock.1-a3f1")])
    await store.aclose()


def timeless(text: str) -> str:
    """Without weekdays, months, numbers of days and hours, and how wide they are."""
    text = re.sub(r"by \S+?(@\S+?)?(?=,|\n|$)", "by kate", text.replace("clock.1-a3f1\n", "daemon\n"))
    text = re.sub(r"\((?:\w{3} )?\d\d:\d\d UTC\)", "(UTC)", text)
    text = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b(?: \d+ \w{3})?(?: \d{4})?", "Day", text)
    return re.sub(r"[ ─]+", " ", re.sub(r"\d\d:\d\d(:\d\d)?|\d+ s ago", "00:00", text))


def test_they_print_what_stands_under_them(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    file = POLICIES.search(page)
    assert file is not None
    (tmp_path / "policies.yaml").write_text(file[1])
    with serving(tmp_path) as url:
        assert run("apply", cwd=tmp_path, **online(url)).status == 0
        asyncio.run(told(tmp_path))
        for example in EXAMPLE.finditer(page):
            ran = run(*shlex.split(example["command"]), cwd=tmp_path, USER="kate", **online(url))
            assert (ran.status, ran.err) == (0, ""), example["command"]
            assert timeless(ran.out) == timeless(example["output"]), ran.out
