"""Time for real processes: Debian's libfaketime lets both clocks of a process begin anywhere and go faster."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
MISSING = "" if _LIBRARY else "faketime is not installed: apt-get install faketime"


@dataclass(frozen=True)
class Faked:
    """A clock that showed `start` when it was made, and goes `speed` times as fast as the machine's."""

    start: datetime
    speed: float = 1.0
    _began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    def environ(self, off: timedelta = timedelta(0)) -> dict[str, str]:
        """For a process that is started now, whose clock is `off` by so much."""
        assert _LIBRARY is not None, MISSING
        shown = f"@{self.now() + off:%Y-%m-%d %H:%M:%S.%f} x{self.speed:g}"
        return {"LD_PRELOAD": str(_LIBRARY), "FAKETIME": shown, "TZ": "UTC", "NO_FAKE_STAT": "1"}

    def jumping(self, file: Path) -> dict[str, str]:
        """For a process whose wall clock alone is faked, and follows what `jump` writes into `file`."""
        assert _LIBRARY is not None, MISSING
        return {
            "LD_PRELOAD": str(_LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC", "NO_FAKE_STAT": "1",
        }  # fmt: skip

    def until(self, moment: datetime) -> None:
        """Wait until it shows `moment`."""
        time.sleep(max(0.0, (moment - self.now()).total_seconds() / self.speed))


def at(text: str) -> datetime:
    """An instant of the sandbox's records."""
    return datetime.fromisoformat(text).astimezone(UTC)
