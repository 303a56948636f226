"""What people want for a while, whatever the file says."""

from datetime import datetime

from autoscaler.core.journal import Pin
from autoscaler.store.database import Row, Value
from autoscaler.store.subject import Subject, at_of, told

_PIN = "app, process_type, quantity, made, held_until, reason, made_by"
_SET = f"""
insert into pins ({_PIN}) values (:app, :process_type, :quantity, :made, :held_until, :reason, :made_by)
on conflict (app, process_type) do update set quantity = excluded.quantity, made = excluded.made,
  held_until = excluded.held_until, reason = excluded.reason, made_by = excluded.made_by, ended = null
"""
# The second time of one caller is the first one again, whose answer was lost on the way.
_END = f"""
update pins set ended = :at
where app = :app and process_type = :process_type and held_until > :at and (ended is null or ended = :at)
returning {_PIN}
"""
_IN_FORCE = f"select {_PIN} from pins where held_until > :at and ended is null order by app, process_type"


class Pins(Subject):
    """The last pin of each process type, and the pause."""

    async def pin(self, *pins: Pin) -> None:
        """Put pins in force in place of those before, all or none. Raises StoreError."""
        await self._database.execute(*((_SET, _values(pin)) for pin in pins))

    async def unpin(self, app: str, kind: str, at: datetime) -> tuple[Pin, ...]:
        """End the pin of a process type; those that were in force. Raises StoreError."""
        rows = await self._database.execute((_END, {"app": app, "process_type": kind, "at": at}))
        return tuple(_pin(row) for row in rows)

    async def pins(self, at: datetime) -> tuple[Pin, ...]:
        """The pins that are in force. Raises StoreError."""
        return tuple(_pin(row) for row in await self._database.execute((_IN_FORCE, {"at": at})))


def _values(pin: Pin) -> dict[str, Value]:
    return {
        "app": pin.app, "process_type": pin.type, "quantity": pin.quantity, "made": pin.made, "held_until": pin.until,
        "reason": told(pin.reason), "made_by": told(pin.by),
    }  # fmt: skip


def _pin(row: Row) -> Pin:
    app, kind, quantity, made, until, reason, by = row
    return Pin(app, kind, quantity, at_of(made), at_of(until), reason, by)
