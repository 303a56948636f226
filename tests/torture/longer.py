"""What the long trials share: a world on a fast clock, and checks of what was written and when it was right."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.torture.faked import Faked, at, faked
from tests.torture.processes import Sandbox, sandbox
from tests.torture.wanted import FILE, TYPES, given, wanted

START = datetime(2026, 11, 24, 12, 0, 50, tzinfo=UTC)


@dataclass
class Result:
    """What did not hold in a long trial, and what was measured, in words."""

    broken: list[str] = field(default_factory=list)
    measured: str = ""
    skipped: str = ""

    def demand(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.broken.append(otherwise)


@dataclass(frozen=True)
class Long:
    """A long trial; `known` is a defect that is not mended yet."""

    name: str
    run: Callable[[], Result]
    quick: bool = False
    known: str = ""


@dataclass(frozen=True)
class Place:
    """A folder with a policy file, a clock and a sandbox."""

    folder: Path
    clock: Faked
    heroku: Sandbox

    @property
    def right(self) -> bool:
        """Whether every process type has what FILE gives now."""
        now, had = self.clock.now(), self.heroku.quantities()
        return all(had[one] == wanted(*one, now) for one in TYPES)

    def wait(self, seconds: float) -> None:
        """In the time of the clock."""
        self.clock.until(self.clock.now() + timedelta(seconds=seconds))

    def wrong_values(self, slack: float = 6) -> list[str]:
        """The values written that the file does not give for an instant within the last tick."""
        return [
            f"{when:%T} {app}/{update['type']}={update['quantity']}, which the file does not give then"
            for when, app, update in self.writes()
            if update["quantity"] not in given(app, update["type"], when - timedelta(seconds=slack), when + _SECOND)
        ]

    def writes(self) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
        for row in self.heroku.requests():
            if row["method"] == "PATCH" and row["user_agent"].startswith("dyno-autoscaler"):
                for update in row["body"]["updates"]:
                    yield at(row["at"]), row["path"].split("/")[2], update

    def late(self, since: datetime, until: datetime) -> float:
        """The longest time, in seconds, that a formation was not as the file wants it."""
        return max(self._longest(app, kind, since, until) for app, kind in TYPES)

    def _longest(self, app: str, kind: str, since: datetime, until: datetime) -> float:
        scaled = [
            (at(row["at"]), int(row["detail"].split(" to ")[1].split(":")[0]))
            for row in self.heroku.happenings()
            if (row["kind"], row["app"], row["subject"]) == ("scaled", app, kind)
        ]
        longest, wrong, when = 0, 0, since
        while when <= until:
            had = next((quantity for moment, quantity in reversed(scaled) if moment <= when), 1 if kind == "web" else 0)
            wrong = 0 if had == wanted(app, kind, when) else wrong + 1
            longest, when = max(longest, wrong), when + _SECOND
        return float(longest)


_SECOND = timedelta(seconds=1)


@contextmanager
def place(speed: float, file: str = FILE, start: datetime = START) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="torture-") as name, faked(start, speed) as clock:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "policies.yaml").write_text(file)
        with sandbox(folder, clock) as heroku:
            yield Place(folder, clock, heroku)
