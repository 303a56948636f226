"""Who is told of what happens: chat rooms, other programs, and a watchman who raises the alarm at silence."""

from collections.abc import Mapping, Sequence
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


_TOPIC_OF: Mapping[str, Topic] = {
    "scaled": "scaled",
    "held": "held",
    "failed": "failed",
    "interrupted": "failed",
    "missed": "failed",
    "lost": "failed",
    "overrun": "overrun",
    "unconverged": "unconverged",
    "manual": "manual",
    "pinned": "manual",
    "unpinned": "manual",
    "budget": "budget",
}

OWN = "receiver"
"""The field of an event that tells of a receiver's own trouble: such an event goes to the log alone, or it would go in
circles."""


def topic_of(event: Event) -> Topic | None:
    """The topic under which people are told of an event; None where it is for the log alone.

    A degradation is one that stays until somebody does something, such as a token that was revoked: those that pass by
    themselves are warnings, and are told as unconverged if they do not. So is what is held for a few minutes alone.
    """
    if OWN in event.fields:
        return None
    if event.name == "degraded":
        return "failed" if event.level == "error" else None
    if event.name == "held" and event.level == "info":
        return None
    return _TOPIC_OF.get(event.name)


class Herald(Protocol):
    """Tells people. Nothing waits for it, and nothing that goes wrong with it is anybody else's trouble."""

    def take_up(self, notices: Sequence[Notice]) -> None:
        """The receivers of a new file, instead of those of the old one; globs are replaced by their apps."""

    def tell(self, at: datetime, event: Event) -> None:
        """Tell an event of `at` (UTC) to those who want its topic."""

    def converged(self, at: datetime, apps: Mapping[str, bool]) -> None:
        """For each app of the file, whether it was seen to be as wanted: heartbeats may go."""
