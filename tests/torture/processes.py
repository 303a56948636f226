"""The daemon and the sandbox as processes, met from outside only."""

import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.cli.running import command, environ
from tests.torture.faked import Faked

TOKEN = "HRKU-torture-6f1c7f6e-2f0b-4a53"
"""Planted: no line may show it."""

_PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')


@dataclass(frozen=True)
class Line:
    """A line of the daemon's log, and when it was read."""

    at: datetime
    text: str

    @property
    def pairs(self) -> dict[str, str]:
        return {key: value.strip('"') for key, value in _PAIR.findall(self.text)}


@dataclass
class Running:
    """A process whose lines are read as they come."""

    process: subprocess.Popen[str]
    clock: Faked
    lines: list[Line] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _readers: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        for read in (self._read_lines, self._read_errors):
            self._readers.append(threading.Thread(target=read, daemon=True))
            self._readers[-1].start()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def said(self, event: str, **fields: str) -> list[Line]:
        """The lines of an event with these fields."""
        asked = {"event": event, **fields}.items()
        return [line for line in list(self.lines) if asked <= line.pairs.items()]

    def end(self, signum: int = signal.SIGTERM, within: float = 15.0) -> tuple[int, float]:
        """The exit status, and the real seconds that it took."""
        began = time.monotonic()
        if self.alive:
            self.process.send_signal(signum)
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait(5)
        took = time.monotonic() - began
        for reader in self._readers:
            reader.join(5)
        return status, took

    def _read_lines(self) -> None:
        if self.process.stdout is not None:
            for text in self.process.stdout:
                self.lines.append(Line(self.clock.now(), text.rstrip("\n")))

    def _read_errors(self) -> None:
        if self.process.stderr is not None:
            self.errors.extend(self.process.stderr)


@dataclass
class Sandbox:
    """The sandbox's controls."""

    url: str
    client: httpx.Client

    def requests(self) -> list[dict[str, Any]]:
        return self._get("requests")  # type: ignore[no-any-return]

    def happenings(self) -> list[dict[str, Any]]:
        return self._get("happenings")  # type: ignore[no-any-return]

    def quantities(self) -> dict[tuple[str, str], int]:
        rows = self._get("formations")
        return {(app, kind): one[0] for app, types in rows.items() for kind, one in types.items()}

    def fail(self, **fault: Any) -> None:
        answer = self.client.post(f"{self.url}/_sandbox/faults", json={"times": 1_000_000, "name": "fault", **fault})
        assert answer.status_code == 200, answer.text

    def heal(self) -> None:
        self.client.delete(f"{self.url}/_sandbox/faults")

    def scale(self, app: str, kind: str, quantity: int) -> None:
        """As a person would."""
        headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": "Bearer person"}
        body = {"updates": [{"type": kind, "quantity": quantity}]}
        answer = self.client.patch(f"{self.url}/apps/{app}/formation", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def _get(self, what: str) -> Any:
        return self.client.get(f"{self.url}/_sandbox/{what}").json()


@contextmanager
def sandbox(folder: Path, clock: Faked, file: str = "policies.yaml") -> Iterator[Sandbox]:
    """A sandbox with the apps of the file in `folder`."""
    asked = command("sandbox", "--port", "0", "--policies", file)
    env = environ(**clock.environ())
    with subprocess.Popen(
        asked, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("sandbox listening on "), line
            with httpx.Client(trust_env=False, timeout=30) as client:
                yield Sandbox(line.split()[-1], client)
        finally:
            process.kill()


@contextmanager
def daemon(folder: Path, clock: Faked, url: str, **more: str) -> Iterator[Running]:
    """The daemon with the file in `folder`; `more` goes into its environment."""
    env = environ(HEROKU_API_URL=url, HEROKU_API_KEY=TOKEN, **{**clock.environ(), **more})
    process = subprocess.Popen(
        command("run"), cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    running = Running(process, clock)
    try:
        yield running
    finally:
        running.end(signal.SIGKILL)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def poll(what: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true within so many real seconds."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True
