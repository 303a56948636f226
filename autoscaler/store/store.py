"""Memory and Journal in a database, a subject a file.

Every statement may be carried out twice without harm: a lost answer is asked for again.
"""

from datetime import datetime

from autoscaler.store.closings import Closings
from autoscaler.store.events import Events
from autoscaler.store.formations import Formations
from autoscaler.store.pins import Pins
from autoscaler.store.policy_file import PolicyFile
from autoscaler.store.runs import Runs

_OLD = (
    "delete from runs where due < :before",
    "delete from closings where closed < :before",
    "delete from events where happened < :before",
    "delete from writes where asked < :before",
    "delete from pins where held_until < :before or ended < :before",
    "delete from alive where last_read is null or last_read < :before",
    # What a process type was seen to have counts for as long as its app is read, however long ago that was.
    "delete from verified where seen < :before and app not in (select app from alive)",
)


class Store(Runs, Closings, Events, Pins, Formations, PolicyFile):
    """The one Memory, and the one Journal. It has to be closed."""

    async def forget(self, before: datetime) -> None:
        """Forget what is older, all or nothing. Raises StoreError."""
        await self._database.execute(*((sql, {"before": before}) for sql in _OLD))

    async def aclose(self) -> None:
        """Let go of the database."""
        await self._database.aclose()
