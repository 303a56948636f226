"""The account's rate limit: reads stop short of its end so that writes still get through."""

from collections.abc import Callable
from datetime import datetime

RESERVE = 100
"""Requests kept for writes: 50 may be on the way already when the account's state becomes known, 50 are left."""
REFILL = 75 / 60
"""Requests a second that Heroku gives back (4,500 an hour; Dev Center, "Limits", and the Platform API reference)."""


class Budget:
    """What is left of the account's requests, as the last answer told it and as time refills it.

    The pool is one for the whole account: dashboards, CI and other programs draw on it as well, so nothing is
    counted here; each answer's RateLimit-Remaining is the truth. When it falls below the reserve, reads wait for
    as long as the refill takes to make it good, and then ask again; writes always go. A clock that is set back
    cannot stretch that wait, because the answer then counts as new.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.remaining: int | None = None
        self._now = now
        self._told = now()

    def note(self, remaining: str | None) -> None:
        """Remember a RateLimit-Remaining header; what is no count is passed over."""
        text = (remaining or "").strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            self.remaining = int(text)
            self._told = self._now()

    def wait(self) -> float:
        """Seconds until a read may go; 0.0 for at once."""
        if self.remaining is None:
            return 0.0
        self._told = min(self._told, self._now())
        refilled = (self._now() - self._told).total_seconds() * REFILL
        return max(0.0, RESERVE - self.remaining - refilled) / REFILL
