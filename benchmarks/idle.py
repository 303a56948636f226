"""The daemon with nothing to do: memory, CPU and API calls over some minutes, with 1 app and with 200."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]


def policies(apps: int) -> str:
    rows = ["timezone: UTC", "apps:"]
    for app in range(apps):
        rows += [f"  shop-{app}: {{formation: {{worker: {{quantity: 0, size: standard-1x, windows: "]
        rows[-1] += "[{when: '2999-01-01 22:00-06:00', quantity: 1}]}}}"
    return "\n".join(rows) + "\n"


def started(stack: ExitStack, folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-m", "autoscaler", *arguments]
    process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def memory(process: subprocess.Popen[str]) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def cpu(process: subprocess.Popen[str]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def calls(url: str) -> int:
    with urllib.request.urlopen(f"{url}/_sandbox/requests") as answer:
        return int(answer.read().count(b'"received_ns"'))


def main(minutes: float = 1.0) -> None:
    print(f"\nidle for {minutes:g} minutes     memory MB   CPU s at start   CPU s idle   API calls")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        running = []
        for apps in (1, 200):
            folder = Path(name) / str(apps)
            folder.mkdir()
            (folder / "policies.yaml").write_text(policies(apps))
            sandbox = started(stack, folder, "sandbox", "--port", "0")
            assert sandbox.stdout is not None
            url = sandbox.stdout.readline().split()[-1]
            running.append((apps, url, started(stack, folder, "run", HEROKU_API_URL=url, HEROKU_API_KEY="x")))
        time.sleep(8)
        before = [(cpu(daemon), calls(url)) for _, url, daemon in running]
        time.sleep(minutes * 60)
        for (apps, url, daemon), (spent, asked) in zip(running, before, strict=True):
            idle, more = cpu(daemon) - spent, calls(url) - asked
            print(f"{apps:>4} apps           {memory(daemon):12.1f} {spent:14.2f} {idle:14.2f} {more:9}")
