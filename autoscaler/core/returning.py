"""Changes by others that come back again and again, as daemons told of them: somebody means them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from autoscaler.core.journal import Entry
from autoscaler.core.people import Foreign
from autoscaler.core.policies import Target

HOUR = timedelta(hours=1)

TOO_OFTEN = 3
"""So many changes in an hour to one process type are not put back any more."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change by others that a daemon saw at `at` (UTC): what it left live, and whether it was left alone then.

    `size` is None where only the quantity was changed.
    """

    quantity: object
    size: object
    at: datetime
    daemon: str
    left_alone: bool

    def is_still(self, found: Foreign) -> bool:
        """Whether `found` is this change, which stands, and not another one like it."""
        return self.left_alone and (self.quantity, self.size or found.verified.size) == (
            found.live.quantity,
            found.live.size,
        )


def keeps_coming_back(changes: Sequence[Told]) -> bool:
    """Whether too many of them, given in their order, lie within an hour."""
    return any(last.at - first.at < HOUR for first, last in zip(changes, changes[TOO_OFTEN - 1 :], strict=False))


def changes_told(entries: Iterable[Entry]) -> dict[Target, list[Told]]:
    """The changes of which the journal knows, in their order. One that stands, and that several daemons saw, is one."""
    found: dict[Target, list[Told]] = {}
    for entry in entries:
        if entry.event.name == "manual":
            target, told = _told(entry)
            before = found.setdefault(target, [])
            if not before or not _same(before[-1], told):
                before.append(told)
    return found


def _told(entry: Entry) -> tuple[Target, Told]:
    fields = entry.event.fields
    left_alone = fields.get("rule") == "left alone"
    told = Told(fields.get("to"), fields.get("to_size"), entry.at, entry.daemon, left_alone)
    return Target(str(fields.get("app")), str(fields.get("type"))), told


def _same(one: Told, other: Told) -> bool:
    """Whether two daemons saw one change that stands; what was put back and is there again is another one."""
    alike = (one.quantity, one.size) == (other.quantity, other.size)
    return alike and one.left_alone and one.daemon != other.daemon
