"""What receivers are told: an event with its time and topic, and how many others there was no room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autoscaler.core.events import Event


@dataclass(frozen=True, slots=True)
class Told:
    """`topic` is `recovered` for the end of a trouble that was told. `at` is aware."""

    at: datetime
    topic: str
    event: Event

    def text(self, name: str) -> str:
        """A field or a detail of the event in words, empty where there is none."""
        value = self.event.fields.get(name)
        if value is None:
            value = self.event.details.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is told in one go; `missing` is how many events were left out because too many waited."""

    told: Sequence[Told]
    missing: int = 0
