"""Memory in a database. Every statement may be carried out twice without harm: a lost answer is asked for again."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex

from autoscaler.core.memory import Closing, Due, Fact, Run, Started
from autoscaler.store.database import Database, Value
from autoscaler.store.rows import CLOSING, RUN, closing_of, fact, kept, key, run_of
from autoscaler.store.rows import closing as row_of

# The second claim of one claimant is the first one again, whose answer was lost on the way.
_CLAIM = """
insert into runs (app, job, due, attempt, claimant, claimed, command)
values (:app, :job, :due, :attempt, :claimant, :claimed, :command)
on conflict (app, job, due, attempt) do update set claimant = excluded.claimant
where runs.claimant = excluded.claimant
returning attempt
"""
_THIS = "app = :app and job = :job and due = :due and attempt = :attempt"
_STARTED = f"""
update runs set started = :at, dyno = :dyno, dyno_id = :dyno_id, request_id = :request_id,
  outcome = null, outcome_at = null, outcome_text = null
where {_THIS} and started is null and (outcome is null or outcome = 'lost')
returning attempt
"""
_OUTCOME = f"""
update runs set outcome = :outcome, outcome_at = :at, outcome_text = :text
where {_THIS} and (outcome is null or outcome = 'lost')
returning attempt
"""
# Whoever saw it start knows better than who does not know.
_LOST = f"""
update runs set outcome = :outcome, outcome_at = :at, outcome_text = :text
where {_THIS} and outcome is null and started is null
returning attempt
"""
_CLOSE = f"""
insert into closings ({CLOSING})
values (:app, :process_type, :window_name, :opened, :closed, :closed_by)
on conflict (app, process_type, window_name, opened) do nothing
returning app
"""


class Store:
    """The one Memory. It has to be closed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def name(self) -> str:
        """How people are told of it, without secrets."""
        return self._database.name

    async def claim(self, due: Due, command: str, at: datetime) -> bool:
        """Whether this attempt is the caller's. Raises StoreError."""
        values = {**key(due), "claimant": token_hex(8), "claimed": at, "command": kept(command)}
        return bool(await self._database.execute(_CLAIM, values))

    async def record(self, due: Due, fact_: Fact) -> bool:
        """Write down what became of a claimed attempt; False where that says nothing new. Raises StoreError."""
        values = {**key(due), **fact(fact_)}
        if isinstance(fact_, Started):
            return bool(await self._database.execute(_STARTED, values))
        sql = _LOST if values["outcome"] == "lost" else _OUTCOME
        return bool(await self._database.execute(sql, values))

    async def runs(
        self, app: str | None = None, since: datetime | None = None, unfinished: bool = False
    ) -> tuple[Run, ...]:
        """The claimed attempts by the instant at which they were due. Raises StoreError."""
        where = _where({"app = :app": app, "due >= :since": since, "outcome is null": unfinished})
        sql = f"select {RUN} from runs {where} order by due, app, job, attempt"
        return tuple(run_of(row) for row in await self._database.execute(sql, {"app": app, "since": since}))

    async def close(self, closing: Closing) -> bool:
        """End an opening; False where it has been ended already. Raises StoreError."""
        return bool(await self._database.execute(_CLOSE, row_of(closing)))

    async def closings(self, app: str | None = None, since: datetime | None = None) -> tuple[Closing, ...]:
        """What was closed at `since` or later, in that order. Raises StoreError."""
        where = _where({"app = :app": app, "closed >= :since": since})
        sql = f"select {CLOSING} from closings {where} order by closed, app, process_type, window_name, opened"
        return tuple(closing_of(row) for row in await self._database.execute(sql, {"app": app, "since": since}))

    async def forget(self, before: datetime) -> None:
        """Forget what is older. Raises StoreError."""
        await self._database.execute("delete from runs where due < :before", {"before": before})
        await self._database.execute("delete from closings where closed < :before", {"before": before})

    async def aclose(self) -> None:
        """Let go of the database."""
        await self._database.aclose()


def _where(conditions: Mapping[str, Value | bool]) -> str:
    """The conditions of which something is asked."""
    asked = [condition for condition, value in conditions.items() if value]
    return f"where {' and '.join(asked)}" if asked else ""
