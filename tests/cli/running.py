"""Runs the command as a user does: another process, its own folder, an environment without surprises."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


def environ(**more: str) -> dict[str, str]:
    """What every run needs, and nothing of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "autoscaler", *arguments]


def run(*arguments: str, cwd: Path, **more: str) -> Ran:
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environ(**more), capture_output=True, text=True, timeout=60, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)
