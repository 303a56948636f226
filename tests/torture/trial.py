"""A trial: the daemon and a sandbox with two apps, a fault between two quiet times, and all that was seen of it."""

import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.torture.faked import Faked, faked
from tests.torture.gate import Gate, certify, gate
from tests.torture.processes import Line, Running, Sandbox, daemon, poll, sandbox
from tests.torture.scenarios import Scenario
from tests.torture.wanted import FILE

SPEED = 20.0
"""A beat of 60 s is 3 s here; a hitch of this machine of 0.1 s looks like one of 2 s."""

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BEFORE = timedelta(seconds=60)
AFTER = timedelta(seconds=200)
_STARTS = threading.Semaphore(2)
"""So many begin at a time: loading Python is the only work here that fills a core."""


@dataclass
class Seen:
    """All that a trial left behind, in the sandbox's time."""

    scenario: Scenario
    started: datetime
    began: datetime
    ended: datetime
    stopped: datetime
    status: int
    took: float
    requests: list[dict[str, Any]]
    happenings: list[dict[str, Any]]
    lines: list[Line]
    errors: list[str] = field(default_factory=list)


def attempt(scenario: Scenario, speed: float = SPEED) -> Seen:
    """Run the scenario."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name, ExitStack() as stack:
        folder, clock = Path(name), stack.enter_context(faked(START, speed))
        (folder / "policies.yaml").write_text(FILE)
        with _STARTS:
            heroku = stack.enter_context(sandbox(folder, clock))
            door, url, more = _door(scenario, clock, (folder, heroku), stack)
            running = stack.enter_context(daemon(folder, clock, url, **more, **clock.environ(scenario.off)))
            assert poll(lambda: bool(running.said("tick")), 20), running.errors
        started = clock.now()
        clock.until(_break_time(started + BEFORE))
        began = _break(scenario, clock, heroku, door)
        clock.until(began + timedelta(seconds=scenario.seconds))
        _mend(heroku, door)
        ended = clock.now()
        clock.until(ended + AFTER + timedelta(seconds=scenario.waits + scenario.after))
        return _seen(scenario, (started, began, ended), clock, running, heroku)


def _door(
    scenario: Scenario, clock: Faked, there: tuple[Path, Sandbox], stack: ExitStack
) -> tuple[Gate | None, str, dict[str, str]]:
    """The way to the sandbox: none in between, unless the scenario is about it."""
    folder, heroku = there
    if not scenario.gate:
        return None, heroku.url, {}
    certificates = certify(folder, clock.environ()) if scenario.gate in {"plain", "untrusted"} else None
    door = stack.enter_context(gate(int(heroku.url.rpartition(":")[2]), certificates))
    if certificates is None:
        return door, f"http://127.0.0.1:{door.port}", {}
    return door, f"https://127.0.0.1:{door.port}", {"SSL_CERT_FILE": str(folder / "good.pem")}


def _break_time(after: datetime) -> datetime:
    """Ten seconds before an edge is prepared, so that the fault meets that first."""
    return after.replace(second=40, microsecond=0) + timedelta(minutes=after.second >= 40)


def _break(scenario: Scenario, clock: Faked, heroku: Sandbox, door: Gate | None) -> datetime:
    until = clock.now() + timedelta(seconds=scenario.waits)
    forms = {"{date}": format_datetime(until, usegmt=True), "{epoch}": str(int(until.timestamp()))}
    for fault in scenario.faults:
        headers = {key: forms.get(value, value) for key, value in fault.get("headers", {}).items()}
        heroku.fail(**{**fault, "headers": headers})
    if door is not None:
        door.turn(scenario.gate)
    return clock.now()


def _mend(heroku: Sandbox, door: Gate | None) -> None:
    heroku.heal()
    if door is not None:
        door.turn("")


def _seen(
    scenario: Scenario, moments: tuple[datetime, datetime, datetime], clock: Faked, running: Running, heroku: Sandbox
) -> Seen:
    alive, stopped = running.alive, clock.now()
    status, took = running.end()
    errors = running.errors + ([] if alive else ["it ended by itself"])
    return Seen(
        scenario, *moments, stopped, status, took, heroku.requests(), heroku.happenings(), running.lines, errors
    )
