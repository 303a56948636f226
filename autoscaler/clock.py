"""The one place that asks the time: the real clock, a fast one for the demo, and one that is moved by hand."""

import time
from datetime import UTC, datetime, timedelta


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def steady(self) -> float:
        return time.monotonic()

    def machine_time(self, moment: datetime) -> datetime:
        return moment

    def real_seconds(self, seconds: float) -> float:
        return seconds


class FastClock:
    """A clock that starts at `start` and goes `speed` times as fast as the machine's."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._began = datetime.now(UTC)
        self._began_steady = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.steady())

    def steady(self) -> float:
        return (time.monotonic() - self._began_steady) * self._speed

    def machine_time(self, moment: datetime) -> datetime:
        return self._began + (moment - self._start) / self._speed

    def real_seconds(self, seconds: float) -> float:
        return seconds / self._speed


class StillClock:
    """A clock that stands at `start` (UTC) until it is moved: a simulation goes from one instant to the next."""

    def __init__(self, start: datetime) -> None:
        self._start = self._now = start

    def move_to(self, moment: datetime) -> None:
        """Show `moment`, which is not earlier than what it shows."""
        self._now = moment

    def now(self) -> datetime:
        return self._now

    def steady(self) -> float:
        return (self._now - self._start).total_seconds()

    def machine_time(self, moment: datetime) -> datetime:
        return moment

    def real_seconds(self, seconds: float) -> float:
        return seconds
