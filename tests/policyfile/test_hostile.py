"""Files that want to hurt: each is checked by another process, which may take 5 seconds and 300 MB."""

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import command, environ

MB = 1024 * 1024
HEAD = "timezone: UTC\napps:\n  shop:\n    formation:\n      worker:\n        quantity: 1\n"


def confined() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    resource.setrlimit(resource.RLIMIT_DATA, (300 * MB, 300 * MB))


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("check", str(path)), cwd=path.parent, env=environ(AUTOSCALER_APP="other"), preexec_fn=confined,
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def windows(count: int, when: str) -> str:
    rows = "".join(f"          - {{when: {when}, quantity: {number % 50}}}\n" for number in range(count))
    return f"{HEAD}        windows:\n{rows}"


CASES: dict[str, Callable[[], bytes]] = {
    "an alias bomb": lambda: (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 50))
    ).encode(),
    "100,000 brackets": lambda: b"a: " + b"[" * 100_000,
    "100,000 braces": lambda: b"{a: " * 100_000,
    "100,000 dashes": lambda: b"- " * 100_000,
    "5,000 indented levels": lambda: "".join(" " * level + "a:\n" for level in range(2500)).encode(),
    "50 MB of comments": lambda: b"# nothing\n" * (5 * MB),
    "7 MB of comments": lambda: b"# nothing\n" * 700_000,
    "7 MB of one list": lambda: b"a: [" + b"a," * 3_500_000 + b"]",
    "7 MB of keys": lambda: b"".join(b"k%d: 1\n" % number for number in range(650_000)),
    "7 MB of one word": lambda: b"a: " + b"x" * (7 * MB),
    "7 MB of one key": lambda: b"x" * (7 * MB) + b": 1",
    "a fault on every line": lambda: (
        HEAD + "".join(f"      w{n}:\n        quantity: x\n" for n in range(50_000))
    ).encode(),
    "100 kB of digits": lambda: HEAD.replace("quantity: 1", "quantity: " + "1" * 100_000).encode(),
    "100 kB of a phrase": lambda: windows(1, "mon" + ",tue" * 25_000).encode(),
    "100 kB of spaces": lambda: windows(1, "mon" + " " * 100_000 + "x").encode(),
    "2,000 windows": lambda: windows(2_000, "2026-01-01..2999-12-31 22:00-06:00").encode(),
    "20,000 weekly windows": lambda: windows(20_000, "mon 22:00-06:00").encode(),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_answered_in_time_and_in_words(tmp_path: Path, case: str) -> None:
    path = tmp_path / "policies.yaml"
    path.write_bytes(CASES[case]())
    done = checked(path)
    assert done.returncode in {0, 1}, done.stderr[-500:]
    assert "Traceback" not in done.stderr
    assert "should not have happened" not in done.stderr
    assert len(done.stdout) < 2 * MB


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: os.mkfifo(path), "this is a FIFO, not a file"),
        (lambda path: path.mkdir(), "this is a directory, not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "this is a device or a socket, not a file"),
        (lambda path: path.symlink_to(path), "the file cannot be read: Too many levels of symbolic links"),
        (lambda _: None, "there is no such file"),
    ],
    ids=["FIFO", "directory", "device", "cycle", "nothing"],
)
def test_what_is_no_file_is_never_opened(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "policies.yaml"
    make(path)
    done = checked(path)
    assert done.returncode == 1
    assert said in done.stdout
