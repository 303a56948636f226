"""Starts of one-off jobs: who claimed them, and what became of them."""

from datetime import datetime
from secrets import token_hex

from autoscaler.core.memory import Due, Fact, Run, Started
from autoscaler.store.rows import RUN, fact, key, run_of
from autoscaler.store.subject import Subject, kept, where

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


class Runs(Subject):
    """The attempts of one-off jobs."""

    async def claim(self, due: Due, command: str, at: datetime) -> bool:
        """Whether this attempt is the caller's. Raises StoreError."""
        values = {**key(due), "claimant": token_hex(8), "claimed": at, "command": kept(command)}
        return bool(await self._database.execute((_CLAIM, values)))

    async def record(self, due: Due, fact_: Fact) -> bool:
        """Write down what became of a claimed attempt; False where that says nothing new. Raises StoreError."""
        values = {**key(due), **fact(fact_)}
        if isinstance(fact_, Started):
            return bool(await self._database.execute((_STARTED, values)))
        sql = _LOST if values["outcome"] == "lost" else _OUTCOME
        return bool(await self._database.execute((sql, values)))

    async def runs(
        self, app: str | None = None, since: datetime | None = None, unfinished: bool = False
    ) -> tuple[Run, ...]:
        """The claimed attempts by the instant at which they were due. Raises StoreError."""
        chosen = where({"app = :app": app, "due >= :since": since, "outcome is null": unfinished})
        sql = f"select {RUN} from runs {chosen} order by due, app, job, attempt"
        return tuple(run_of(row) for row in await self._database.execute((sql, {"app": app, "since": since})))
