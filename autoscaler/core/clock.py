"""The time, as the daemon is handed it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two hands: the wall clock decides what should hold, the steady one paces beats and retries."""

    def now(self) -> datetime:
        """The wall clock: an aware instant in UTC. It may be set back or forward at any moment."""

    def steady(self) -> float:
        """Seconds that only ever grow, at the wall clock's pace."""

    def machine_time(self, moment: datetime) -> datetime:
        """What the machine's own clock will show when `now()` is `moment` (they differ in a demo)."""

    def real_seconds(self, seconds: float) -> float:
        """How long the machine waits while this clock goes on by `seconds`."""
