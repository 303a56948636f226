"""What was seen and asked of formations: as wanted when, asked for by whom, and how each app does."""

from collections.abc import Sequence
from datetime import datetime

from autoscaler.core.journal import Alive, Verified, Written
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired, Range, highest, lowest
from autoscaler.store.database import Row, Statement, Value
from autoscaler.store.subject import Subject, at_of, inserts, kept, told

# Of two daemons the later word stands, whichever of them is slower to write it down.
_LATER = """(app, process_type) do update set wanted_low = excluded.wanted_low, wanted_high = excluded.wanted_high,
  wanted_size = excluded.wanted_size, quantity = excluded.quantity, dyno_size = excluded.dyno_size, seen = excluded.seen
where excluded.seen >= verified.seen"""
_VERIFIED = """
select app, process_type, wanted_low, wanted_high, wanted_size, quantity, dyno_size, seen
from verified where app = :app order by process_type
"""
_ONCE = "(app, process_type, asked, daemon) do nothing"
_WRITTEN = """
select app, process_type, quantity, dyno_size, asked, daemon
from writes where app = :app and asked >= :since order by asked, process_type, daemon
"""
# A daemon that has just started does not know yet what the one before it saw.
_LAST = """(app) do update set last_read = coalesce(excluded.last_read, alive.last_read),
  converged = coalesce(excluded.converged, alive.converged), why = excluded.why, daemon = excluded.daemon,
  untroubled = coalesce(excluded.untroubled, alive.untroubled)"""
_LIVES = "select app, last_read, converged, why, daemon, untroubled from alive order by app"


class Formations(Subject):
    """Verified values, writes, and how the apps do. Many at once are written all or none."""

    async def verify(self, verified: Sequence[Verified]) -> None:
        """Remember what was seen to be as wanted: the latest of each process type. Raises StoreError."""
        latest = {one.target: _verified_values(one) for one in sorted(verified, key=lambda one: (one.target, one.at))}
        await self._all(inserts("verified", list(latest.values()), _LATER))

    async def verified(self, app: str) -> tuple[Verified, ...]:
        """What is remembered of an app's process types. Raises StoreError."""
        return tuple(_verified(row) for row in await self._database.execute((_VERIFIED, {"app": app})))

    async def write(self, written: Sequence[Written]) -> None:
        """Remember what is asked for. Raises StoreError."""
        await self._all(inserts("writes", [_written_values(one) for one in written], _ONCE))

    async def written(self, app: str, since: datetime) -> tuple[Written, ...]:
        """What any daemon asked for at `since` or later, in that order. Raises StoreError."""
        rows = await self._database.execute((_WRITTEN, {"app": app, "since": since}))
        return tuple(_written(row) for row in rows)

    async def live(self, alive: Sequence[Alive]) -> None:
        """Remember how the apps do. Raises StoreError."""
        latest = {one.app: _alive_values(one) for one in sorted(alive, key=lambda one: one.app)}
        await self._all(inserts("alive", list(latest.values()), _LAST))

    async def lives(self) -> tuple[Alive, ...]:
        """How each app did when a daemon told last. Raises StoreError."""
        return tuple(_alive(row) for row in await self._database.execute((_LIVES, {})))

    async def _all(self, statements: Sequence[Statement]) -> None:
        if statements:
            await self._database.execute(*statements)


def _verified_values(one: Verified) -> dict[str, Value]:
    wanted = one.desired
    return {
        "app": one.target.app, "process_type": one.target.type, "wanted_low": lowest(wanted.quantity),
        "wanted_high": highest(wanted.quantity), "wanted_size": wanted.size, "quantity": one.quantity,
        "dyno_size": kept(one.size), "seen": one.at,
    }  # fmt: skip


def _verified(row: Row) -> Verified:
    app, kind, low, high, wanted, quantity, size, seen = row
    desired = Desired(low if low == high else Range(low, high), wanted)
    return Verified(Target(app, kind), desired, quantity, size, at_of(seen))


def _written_values(one: Written) -> dict[str, Value]:
    return {
        "app": one.target.app, "process_type": one.target.type, "asked": one.at, "daemon": kept(one.daemon),
        "quantity": one.quantity, "dyno_size": one.size,
    }  # fmt: skip


def _written(row: Row) -> Written:
    app, kind, quantity, size, asked, daemon = row
    return Written(Target(app, kind), quantity, size, at_of(asked), daemon)


def _alive_values(one: Alive) -> dict[str, Value]:
    return {
        "app": one.app, "last_read": one.read, "converged": one.converged, "why": told(one.why),
        "daemon": kept(one.daemon), "untroubled": one.untroubled,
    }  # fmt: skip


def _alive(row: Row) -> Alive:
    app, *instants, why, daemon, last = row
    read, converged, untroubled = (None if at is None else at_of(at) for at in (*instants, last))
    return Alive(app, read, converged, why, daemon, untroubled)
