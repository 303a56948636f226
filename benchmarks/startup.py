"""Whole processes: what a command costs beside bare Python, in pairs one after the other."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 15


def ten_policies(folder: Path) -> None:
    """A policy file with ten process types, two windows each."""
    rows = ["timezone: Asia/Tokyo", "apps:"]
    for app in range(5):
        rows += [f"  shop-{app}:", "    formation:"]
        for kind in ("web", "worker"):
            rows += [f"      {kind}:", "        quantity: 2", "        size: standard-1x", "        windows:"]
            rows += ["          - {name: night, when: weekdays 22:00-06:00, quantity: 1}"]
            rows += ["          - {name: rest, when: weekends 08:00-20:00, quantity: 4}"]
    (folder / "policies.yaml").write_text("\n".join(rows) + "\n")


def seconds(*arguments: str, cwd: str) -> float:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled once, as on anybody's machine
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=cwd, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    print("command                          median ms   bare ms   ratio (min-max)")
    with tempfile.TemporaryDirectory() as folder:
        ten_policies(Path(folder))
        for name, arguments in {
            "autoscaler --help": ("-m", "autoscaler", "--help"),
            "autoscaler plan --offline": ("-m", "autoscaler", "plan", "--offline"),
            "autoscaler check": ("-m", "autoscaler", "check"),
        }.items():
            seconds(*arguments, cwd=folder)
            pairs = [(seconds(*arguments, cwd=folder), seconds("-c", "pass", cwd=folder)) for _ in range(PAIRS)]
            ratios = [ours / bare for ours, bare in pairs]
            ours, bare = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
            spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})"
            print(f"{name:<32} {ours:9.0f} {bare:9.0f}   {spread}")
