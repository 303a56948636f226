"""`plan --format html` of 100 apps: how long it takes and how large the page is, alone and as a whole command."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autoscaler.core.policies import Policies
from autoscaler.core.zones import DAY, instant
from autoscaler.views.plan_html import plan_html
from autoscaler.views.preview import Preview
from benchmarks import workload

ROUNDS = 7
WEEK, MONTH = 7, 30
LIMIT = 2.0
"""Seconds that a page of 100 apps may take, and megabytes that it may have, for a week."""


def page(policies: Policies, days: int) -> str:
    """The page of so many days, offline."""
    start = instant(workload.START)
    return plan_html(Preview(policies, start, start + days * DAY, start, None))


def command(file: Path, days: int) -> str:
    """The same by the command, start-up and reading of the file included."""
    arguments = [
        "plan",
        "--offline",
        "--format",
        "html",
        "--from",
        "2026-01-01T00:00",
        "--until",
        f"{days}d",
        str(file),
    ]
    return subprocess.run(
        [sys.executable, "-m", "autoscaler", *arguments], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip


def main() -> None:
    windows = workload.windows()
    print(f"\nThe page of 100 apps, {len(windows):,} windows; {workload.load()}")
    print(f"{'':<28} {'s':>7} {'min-max':>13} {'MB':>7}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policies.yaml"
        file.write_text(workload.file(windows))
        policies = workload.policies(windows)
        for days in (WEEK, MONTH):
            _row(f"{days} days", partial(page, policies, days))
            _row(f"{days} days, whole command", partial(command, file, days))
    print(f"Aimed at: under {LIMIT:.0f} s and {LIMIT:.0f} MB for a week.")


def _row(name: str, run: Callable[[], str]) -> None:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        drawn = run()
        taken.append(time.perf_counter() - began)
    spread = f"{min(taken):.2f}-{max(taken):.2f}"
    print(f"{name:<28} {statistics.median(taken):>7.2f} {spread:>13} {len(drawn.encode()) / 1e6:>7.2f}")
