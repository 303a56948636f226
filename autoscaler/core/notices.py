"""Who is told of what happens: chat rooms, other programs, and a watchman who raises the alarm at silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from autoscaler.core.events import Event

Way = Literal["slack", "webhook", "heartbeat"]

Topic = Literal["scaled", "held", "failed", "overrun", "unconverged", "manual", "budget"]
"""What people are told: `unconverged` is an app that has not been as wanted for 5 minutes, `manual` a person's change,
`budget` that less than a fifth of the account's requests is left."""

TOPICS: tuple[Topic, ...] = ("scaled", "held", "failed", "overrun", "unconverged", "manual", "budget")


@dataclass(frozen=True, slots=True)
class Notice:
    """One receiver: `url` and `secret` are names of variables of the environment, whose values are secrets.

    `topics` is empty for a heartbeat, which is sent when every app of its part of the file was seen to be as wanted.
    `app` is the app (or glob) it is about, None for all.
    """

    way: Way
    url: str
    line: int
    topics: frozenset[Topic] = frozenset()
    secret: str | None = None
    app: str | None = None


class Herald(Protocol):
    """Tells people. Nothing waits for it, and nothing that goes wrong with it is anybody else's trouble."""

    def take_up(self, notices: Sequence[Notice]) -> None:
        """The receivers of a new file, instead of those of the old one."""

    def tell(self, at: datetime, event: Event) -> None:
        """Tell an event of `at` (UTC) to those who want its topic."""

    def converged(self, at: datetime) -> None:
        """Every app was seen to be as wanted: heartbeats may go."""
