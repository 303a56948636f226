"""What happened, as one line for whoever reads the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """`details` are for the journal and for alarms, not for the line in the log.

    `name` is one of started, tick, scaled, held, manual, pinned, unpinned, matched, unconverged, budget, restarted,
    interrupted, closed, held_open, overrun, failed, degraded, recovered, reloaded, stopped; of one-off jobs: ran,
    ended, skipped, missed, lost, failed, and claimed in a history.
    """

    name: str
    fields: Mapping[str, object] = field(default_factory=dict)
    level: Level = "info"
    details: Mapping[str, object] = field(default_factory=dict)


Emit = Callable[[Event], None]
