"""Openings that were ended early."""

from datetime import datetime

from autoscaler.core.memory import Closing
from autoscaler.store.rows import CLOSING, closing_of
from autoscaler.store.rows import closing as row_of
from autoscaler.store.subject import Subject, where

_CLOSE = f"""
insert into closings ({CLOSING})
values (:app, :process_type, :window_name, :opened, :closed, :closed_by)
on conflict (app, process_type, window_name, opened) do nothing
returning app
"""


class Closings(Subject):
    """What was closed, by whom."""

    async def close(self, closing: Closing) -> bool:
        """End an opening; False where it has been ended already. Raises StoreError."""
        return bool(await self._database.execute((_CLOSE, row_of(closing))))

    async def closings(self, app: str | None = None, since: datetime | None = None) -> tuple[Closing, ...]:
        """What was closed at `since` or later, in that order. Raises StoreError."""
        chosen = where({"app = :app": app, "closed >= :since": since})
        sql = f"select {CLOSING} from closings {chosen} order by closed, app, process_type, window_name, opened"
        return tuple(closing_of(row) for row in await self._database.execute((sql, {"app": app, "since": since})))
