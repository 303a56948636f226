"""What is around the formations, asked seldom: whether Heroku's own autoscaling is on, and room to lower some more."""

from collections import deque
from dataclasses import dataclass, field

from autoscaler.core.clock import Clock
from autoscaler.core.platform import Formation, Neighbours, PlatformError, Transient

STALE = 15 * 60.0
"""Seconds for which an answer about autoscaling is good."""

MINUTE = 60.0


@dataclass(slots=True)
class Neighbourhood:
    """Shared by all apps. Without `neighbours` nobody is asked."""

    clock: Clock
    neighbours: Neighbours | None = None
    _told: dict[str, tuple[float, bool]] = field(default_factory=dict)
    _lowered: deque[float] = field(default_factory=deque)

    async def autoscaled(self, formation: Formation) -> bool | PlatformError | None:
        """Whether Heroku's own autoscaling is on for the app's web; None where there is nobody to ask."""
        if self.neighbours is None:
            return None
        now = self.clock.steady()
        asked, on = self._told.get(formation.app, (float("-inf"), False))
        if now - asked < STALE:
            return on
        if not formation.app_id:
            return Transient(f"{formation.app}: whether autoscaling is on cannot be asked: its id is not known")
        try:
            on = await self.neighbours.autoscaled(formation.app, formation.app_id)
        except PlatformError as error:
            return error
        self._told[formation.app] = (now, on)
        return on

    def room(self, at_once: int | None) -> int | None:
        """How many process types may be lowered now, at most `at_once` in a minute; None for any number."""
        if at_once is None:
            return None
        while self._lowered and self.clock.steady() - self._lowered[0] >= MINUTE:
            self._lowered.popleft()
        return max(0, at_once - len(self._lowered))

    def lowers(self, count: int) -> None:
        """So many are being lowered now."""
        self._lowered.extend([self.clock.steady()] * count)
