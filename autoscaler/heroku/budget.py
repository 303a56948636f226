"""The account's rate limit: reads keep to a tenth of it, and stop short of its end so that writes still get through."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from autoscaler.core.pace import BEATS_AN_HOUR, reads_of_each

RESERVE = 100
"""Requests kept for writes: 50 may be on the way already when the account's state becomes known, 50 are left."""
REFILL = 75 / 60
"""Requests a second that Heroku gives back (4,500 an hour; Dev Center, "Limits", and the Platform API reference)."""
HOUR = 3600.0

LOOKS = 40
"""Reads an hour that what can wait longer, such as second attempts, leaves for looks at dynos and lists of apps."""

Need = Literal["beat", "look", "more", "urgent"]
"""What a read is for: the `beat` of an app, a `look` at its dynos or at which apps there are, or `more`: second
attempts and whatever else can wait. An `urgent` one is never put off."""


def loop_time() -> float:
    """Seconds of the event loop's clock, which nobody sets."""
    return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    about: str
    need: Need


class Hour:
    """The reads sent within the last hour: at most `most` of them, urgent ones aside, which are counted all the same.

    Beats come first: what those of the apps that are read may take in an hour is kept back from all others. So a
    failing Heroku, at which every read would be tried three times, cannot use up what its return needs.
    """

    def __init__(self, most: int | None, steady: Callable[[], float]) -> None:
        self._most = most
        self._steady = steady
        self._sent: deque[_Sent] = deque()
        self._beats: Counter[str] = Counter()
        """How many beats of each app are among those sent."""

    def wait(self, need: Need) -> float:
        """Seconds until such a read may go; 0.0 for at once."""
        if self._most is None or need == "urgent":
            return 0.0
        self._forget()
        beats = self._beats.total()
        counted = len(self._sent) if need == "beat" else len(self._sent) - beats
        room = self._most - self._kept_back(need)
        if counted < room:
            return 0.0
        return max(1.0, self._frees(need, counted - room) + HOUR - self._steady())

    def note(self, about: str, need: Need) -> None:
        """A read is being sent."""
        if self._most is None:
            return
        self._sent.append(_Sent(self._steady(), about, need))
        if need == "beat":
            self._beats[about] += 1

    def _kept_back(self, need: Need) -> int:
        """The reads that must be left to others. Apps may become more, so it is no smaller for many than for few."""
        if need == "beat":
            return 0
        beats = max(self._beats.total(), min(BEATS_AN_HOUR, len(self._beats) * reads_of_each(1)))
        return beats if need == "look" else beats + LOOKS

    def _frees(self, need: Need, too_many: int) -> float:
        """When the last of those that are too many was sent; now where nothing that was sent is in the way."""
        counted = [sent.at for sent in self._sent if need == "beat" or sent.need != "beat"]
        return counted[too_many] if too_many < len(counted) else self._steady()

    def _forget(self) -> None:
        while self._sent and self._sent[0].at <= self._steady() - HOUR:
            sent = self._sent.popleft()
            if sent.need == "beat":
                self._beats[sent.about] -= 1
                self._beats += Counter()  # without those of none


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
