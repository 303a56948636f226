"""Time for real processes: Debian's libfaketime lets both clocks of a process begin anywhere and go faster."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
MISSING = "" if _LIBRARY and shutil.which("faketime") else "faketime is not installed: apt-get install faketime"


@dataclass(frozen=True)
class Faked:
    """A clock that showed `start` when it was made, and goes `speed` times as fast as the machine's.

    `shared` is where processes find when it was made.
    """

    start: datetime
    speed: float = 1.0
    shared: str = ""
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.monotonic() - self.began) * self.speed)

    def environ(self, off: timedelta = timedelta(0)) -> dict[str, str]:
        """For a process whose clock is `off` by so much."""
        shown = f"@{self.start + off:%Y-%m-%d %H:%M:%S} x{self.speed:g}"
        return {**_environ(), "FAKETIME": shown, "FAKETIME_SHARED": self.shared, "FAKETIME_DONT_RESET": "1"}

    def until(self, moment: datetime) -> None:
        """Wait until it shows `moment`."""
        time.sleep(max(0.0, (moment - self.now()).total_seconds() / self.speed))


@contextmanager
def faked(start: datetime, speed: float) -> Iterator[Faked]:
    """A clock that several processes go by: when each of them came up does not matter."""
    asked = ["faketime", "-f", f"@{start:%Y-%m-%d %H:%M:%S} x{speed:g}", "sh", "-c"]
    tell = 'date -u +%s.%N; echo "$FAKETIME_SHARED"; read -r _'
    env = {"PATH": os.environ["PATH"], "TZ": "UTC", "FAKETIME_DONT_RESET": "1"}
    with subprocess.Popen([*asked, tell], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        shown = float(holder.stdout.readline())
        began = time.monotonic() - (shown - start.timestamp()) / speed
        try:
            yield Faked(start, speed, holder.stdout.readline().strip(), began)
        finally:
            assert holder.stdin is not None
            holder.stdin.close()


def jumping(file: Path) -> dict[str, str]:
    """For a process whose wall clock alone is off by what stands in `file`, which may be written anew."""
    steady = {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {**_environ(), "FAKETIME_TIMESTAMP_FILE": str(file), **steady}


def _environ() -> dict[str, str]:
    assert _LIBRARY is not None, MISSING
    return {"LD_PRELOAD": str(_LIBRARY), "TZ": "UTC", "NO_FAKE_STAT": "1"}


def at(text: str) -> datetime:
    """An instant of the sandbox's records."""
    return datetime.fromisoformat(text).astimezone(UTC)
