"""The daemon's log where nobody reads it, and where stdout is closed: scaling goes on, and nothing hangs."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from autoscaler.cli.log import MOST, Log
from autoscaler.core.events import Event
from tests.cli.running import command, environ
from tests.cli.test_online import formation, online, url, write
from tests.torture.processes import poll

__all__ = ["url"]

PIPE = 4096


@pytest.fixture
def full() -> Iterator[tuple[IO[bytes], IO[str]]]:
    """A pipe that takes no byte more until somebody reads it: both ends."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE)
    os.write(writing, b"\n" * PIPE)
    with os.fdopen(reading, "rb") as out, os.fdopen(writing, "w", encoding="utf-8") as into:
        yield out, into


@contextmanager
def scaling(
    folder: Path, url: str, out: IO[str] | None = None, close: Callable[[], None] | None = None
) -> "Iterator[subprocess.Popen[bytes]]":
    """A daemon that has brought about what its file wants."""
    write(folder, 4, 1)
    env = environ(**online(url))
    with subprocess.Popen(
        command("run"), cwd=folder, env=env, stdout=out, stderr=subprocess.PIPE, preexec_fn=close
    ) as process:
        try:
            assert poll(lambda: formation(url) == {"web": 4, "worker": 1}, 20)
            yield process
        finally:
            process.kill()


def shut(numbers: tuple[int, ...]) -> None:
    for number in numbers:
        os.close(number)


def test_a_log_that_nobody_reads_stops_neither_scaling_nor_the_end(
    url: str, tmp_path: Path, full: tuple[IO[bytes], IO[str]]
) -> None:
    with scaling(tmp_path, url, full[1]) as process:
        write(tmp_path, 2, 1)
        process.send_signal(signal.SIGHUP)
        assert poll(lambda: formation(url) == {"web": 2, "worker": 1}, 20)
        process.terminate()
        assert process.wait(6) == 0


def test_a_reader_who_comes_late_gets_the_lines_that_waited(
    url: str, tmp_path: Path, full: tuple[IO[bytes], IO[str]]
) -> None:
    with scaling(tmp_path, url, full[1]) as process:
        full[1].close()
        process.terminate()
        told = full[0].read().decode()
        assert process.wait(6) == 0
    assert [line.split(" ")[1] for line in told.splitlines() if line][:3] == [
        "event=started", "event=scaled", "event=scaled",
    ]  # fmt: skip
    assert "event=stopped" in told


@pytest.mark.parametrize("closed", [(1,), (1, 2), (0, 1, 2)], ids=str)
def test_where_stdout_is_closed_it_scales_all_the_same(url: str, tmp_path: Path, closed: tuple[int, ...]) -> None:
    with scaling(tmp_path, url, close=partial(shut, closed)) as process:
        process.terminate()
        assert process.wait(6) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_lines_beyond_what_can_wait_are_lost_and_that_is_said(
    full: tuple[IO[bytes], IO[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = full
    monkeypatch.setattr("sys.stdout", writing)
    log = Log()
    for number in range(1500):
        log(Event("tick", {"apps": number}))
    lines: list[str] = []
    while not (lines and "apps=1499 " in lines[-1]):
        lines.append(reading.readline().decode())
    ticks = [line for line in lines if "event=tick" in line]
    lost = [int(line.split("lines_lost=")[1].split()[0]) for line in lines if "event=degraded" in line]
    assert 1 <= len(lost) <= 2
    assert len(ticks) <= MOST + 1  # one more may have been under way
    assert len(ticks) + sum(lost) == 1500
