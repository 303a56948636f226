"""The sandbox as other programs meet it: another process on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.running import ROOT, environ


@contextmanager
def serving(cwd: Path) -> Iterator[str]:
    """The address of a sandbox with the shipped policies' apps."""
    command = [sys.executable, "-m", "autoscaler", "sandbox", "--port", "0", "--policies", str(ROOT / "policies.yaml")]
    with subprocess.Popen(command, cwd=cwd, env=environ(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("sandbox listening on http://127.0.0.1:"), line
            yield line.split()[-1]
        finally:
            process.terminate()
            assert process.wait(10) == 0
