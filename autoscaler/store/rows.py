"""Runs and closings as values of a row, and back."""

from datetime import datetime
from typing import assert_never

from autoscaler.core.memory import (
    Closing,
    Due,
    Ended,
    Fact,
    Lost,
    Missed,
    Outcome,
    Refused,
    Run,
    Skipped,
    Started,
    StoreError,
)
from autoscaler.store.database import Row, Value
from autoscaler.store.subject import at_of, kept, told

RUN = "app, job, due, attempt, command, claimed, started, dyno, dyno_id, request_id, outcome, outcome_at, outcome_text"
CLOSING = "app, process_type, window_name, opened, closed, closed_by"


def key(due: Due) -> dict[str, Value]:
    """What a run is found by."""
    return {"app": due.app, "job": due.job, "due": due.at, "attempt": due.attempt}


def fact(fact: Fact) -> dict[str, Value]:
    """What is written down of a fact."""
    match fact:
        case Started(at, dyno, dyno_id, request_id):
            return {"at": at, "dyno": kept(dyno), "dyno_id": kept(dyno_id), "request_id": kept(request_id)}
        case Ended(at, result):
            return {"outcome": "ended", "at": at, "text": None if result is None else told(result)}
        case Refused(at, reason):
            return {"outcome": "refused", "at": at, "text": told(reason)}
        case Lost(at, reason):
            return {"outcome": "lost", "at": at, "text": told(reason)}
        case Skipped(at, reason):
            return {"outcome": "skipped", "at": at, "text": told(reason)}
        case Missed(at, reason):
            return {"outcome": "missed", "at": at, "text": told(reason)}
        case _:
            assert_never(fact)


def closing(closing: Closing) -> dict[str, Value]:
    """A whole row."""
    values: tuple[Value, ...] = (
        closing.app, closing.type, closing.window, closing.opened, closing.closed, kept(closing.by)
    )  # fmt: skip
    return dict(zip(CLOSING.split(", "), values, strict=True))


def run_of(row: Row) -> Run:
    """A row of RUN's columns. Raises StoreError where a newer program wrote what this one does not know."""
    app, job, due, attempt, command, claimed, started, dyno, dyno_id, request_id, outcome, at, text = row
    began = None if started is None else Started(at_of(started), dyno, dyno_id, request_id)
    ended = None if outcome is None else _outcome(outcome, at_of(at), text)
    return Run(Due(app, job, at_of(due), attempt), command, at_of(claimed), began, ended)


def closing_of(row: Row) -> Closing:
    """A row of CLOSING's columns."""
    app, process_type, window, opened, closed, by = row
    return Closing(app, process_type, window, at_of(opened), at_of(closed), by)


def _outcome(outcome: str, at: datetime, text: str | None) -> Outcome:
    if outcome == "ended":
        return Ended(at, text)
    kinds: dict[str, type[Refused | Lost | Skipped | Missed]] = {
        "refused": Refused, "lost": Lost, "skipped": Skipped, "missed": Missed
    }  # fmt: skip
    if outcome not in kinds:
        raise StoreError(f"the store has a run whose outcome is {outcome!r}, which this program does not know")
    return kinds[outcome](at, text or "")
