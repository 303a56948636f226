"""What the daemon's own machine does to it: full disks, closed outputs, a store that stops, a name not found."""

import fcntl
import os
import resource
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest

from tests.cli.running import command, environ
from tests.servers import postgres_server
from tests.torture.longer import Long, Place, Result, place
from tests.torture.processes import TOKEN, Running, daemon, poll
from tests.torture.wanted import FILE

JOBS = """\
    jobs:
      tidy: {when: ["daily 12:02", "daily 12:03", "daily 12:05", "daily 12:06"], run: bin/tidy, overlap: allow}
"""
"""It makes the daemon use its store. It stands under `blog`, the last app of the file."""


def _go_on(here: Place, running: Running | None, result: Result, seconds: float = 300) -> None:
    """Scaling is as punctual as ever."""
    result.demand(poll(lambda: here.right, 20), "it did not converge")
    began = here.clock.now()
    here.wait(seconds)
    late = here.late(began, here.clock.now())
    result.demand(late <= 10, f"something was not as wanted for {late:.0f} s")
    result.broken += here.wrong_values()
    if running is not None:
        status, took = running.end()
        result.demand(status == 0 and took <= 5, f"exit {status} after {took:.1f} s: {''.join(running.errors)[-400:]}")
        result.demand(not running.errors, f"stderr: {''.join(running.errors)[-400:]}")
    result.measured = f"never {late + 1:.0f} s late"


def _started(here: Place, stdout: int, limit: Callable[[], None] | None = None) -> "subprocess.Popen[bytes]":
    env = environ(HEROKU_API_URL=here.heroku.url, HEROKU_API_KEY=TOKEN, **here.clock.environ())
    return subprocess.Popen(
        command("run"), cwd=here.folder, env=env, stdout=stdout, stderr=subprocess.PIPE, preexec_fn=limit
    )


def _ends_well(process: "subprocess.Popen[bytes]", result: Result) -> None:
    result.demand(process.poll() is None, f"it ended by itself: {process.poll()}")
    process.terminate()
    try:
        errors = process.communicate(timeout=10)[1].decode()
    except subprocess.TimeoutExpired:
        process.kill()
        errors = "it had to be killed"
    result.demand(process.returncode == 0, f"exit {process.returncode}")
    result.demand(not errors, f"stderr: {errors[-400:]}")


def _stdout_full() -> Result:
    """stdout is /dev/full: each line fails with ENOSPC."""
    result = Result()
    with place(20) as here, open("/dev/full", "wb") as full:
        process = _started(here, full.fileno())
        _go_on(here, None, result)
        _ends_well(process, result)
    return result


def _stdout_closed() -> Result:
    """Whoever reads the log goes away: each line fails with EPIPE."""
    result = Result()
    with place(20) as here:
        reading, writing = os.pipe()
        process = _started(here, writing)
        os.close(writing)
        result.demand(poll(lambda: here.right, 20), "it did not converge")
        os.close(reading)
        _go_on(here, None, result)
        _ends_well(process, result)
    return result


def _stdout_not_read() -> Result:
    """Whoever reads the log stays and does not read: the pipe is full, and a write would wait for ever."""
    result = Result()
    with place(20) as here:
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b"\n" * 4096)
        process = _started(here, writing)
        os.close(writing)
        _go_on(here, None, result)
        _ends_well(process, result)
        os.close(reading)
    return result


def _disk_full() -> Result:
    """No file of the daemon may grow (RLIMIT_FSIZE): the store cannot be written, jobs cannot be claimed."""
    result = Result()
    with place(20, FILE + JOBS) as here:
        reading, writing = os.pipe()
        limits = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (4096, 4096))
        process = _started(here, writing, limits)
        os.close(writing)
        _go_on(here, None, result, 360)
        _ends_well(process, result)
        with open(reading, encoding="utf-8") as log:
            said = [line for line in log if "store" in line or "disk" in line]
        result.demand(bool(said), "nothing is said about the store")
        result.demand(len(said) <= 4, f"it is said {len(said)} times")
        runs = [row for row in here.heroku.requests() if row["method"] == "POST"]
        result.demand(not runs, "a job was started that nobody could claim")
        result.measured += f"; no job started, said {len(said)} times for 4 jobs that were due"
    return result


def _store_stopped() -> Result:
    """PostgreSQL stops for 90 s and comes back: scaling goes on, jobs are claimed again.

    Five times as fast only: the store gets 4 s for an answer, and the server has no faster clock.
    """
    result = Result()
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except pytest.skip.Exception as missing:
            return Result(skipped=str(missing))
        url = stack.enter_context(server.new_database())
        here = stack.enter_context(place(5, FILE + JOBS))
        running = stack.enter_context(daemon(here.folder, here.clock, here.heroku.url, DATABASE_URL=url))
        result.demand(poll(lambda: here.right, 20), "it did not converge")
        here.clock.until(here.clock.start + timedelta(seconds=100))
        server.stop("immediate")
        here.wait(90)
        server.start()
        _go_on(here, running, result, 140)
        runs = [row["at"][11:19] for row in here.heroku.requests() if row["method"] == "POST"]
        result.demand(len(runs) >= 3, f"only {len(runs)} jobs were started")
        result.demand(len(runs) <= 4, "a job was started twice")
        result.measured += f"; jobs started at {', '.join(runs)}, PostgreSQL was away from 12:02:30 to 12:04:00"
    return result


def _no_such_name() -> Result:
    """HEROKU_API_URL is a name that no server knows: nothing is done, it is said once an app, and it ends well."""
    result = Result()
    with place(20) as here, daemon(here.folder, here.clock, "https://no-such-host.invalid") as running:
        result.demand(poll(lambda: bool(running.said("degraded")), 20), "nothing was said")
        here.wait(300)
        # On so fast a clock a slow disk is a store that did not answer in time, which is not what is tried here.
        said = [line for line in running.lines if line.pairs.get("at") != "info" and "store" not in line.pairs]
        status, took = running.end()
        result.demand(status == 0 and took <= 5, f"exit {status} after {took:.1f} s")
        result.demand(all("DNS" in line.text for line in said), f"it is not said what is wrong: {said}")
        result.demand(len(said) == 2, f"it was said {len(said)} times for 2 apps")
        result.measured = f"said {len(said)} times for 2 apps; exit {status} in {took:.1f} s"
    return result


TRIALS = (
    Long("stdout is a full disk", _stdout_full),
    Long("stdout closed", _stdout_closed, quick=True),
    Long("stdout stays and is not read", _stdout_not_read),
    Long("disk full: the store cannot grow", _disk_full),
    Long("PostgreSQL stops and comes back", _store_stopped),
    Long("DNS: the host's name is not found", _no_such_name),
)
