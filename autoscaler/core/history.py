"""What is remembered, as people read it: the same events that were lines of the log when they happened."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from autoscaler.core.events import Event
from autoscaler.core.journal import Entry
from autoscaler.core.memory import Closing, Due, Ended, Lost, Missed, Outcome, Refused, Run, Skipped, Started

Past = tuple[datetime, Event]
"""When it happened, and what."""


_UNDONE = {"held", "failed", "overrun", "interrupted"}
"""Events that are failures already where they are warnings: the file's wish was not brought about."""


def history(runs: Iterable[Run], closings: Iterable[Closing], entries: Iterable[Entry] = ()) -> list[Past]:
    """Everything in the order in which it happened. Which daemon told an entry is one of its details."""
    past = [*(event for run in runs for event in _of_run(run)), *(_of_closing(closing) for closing in closings)]
    told = [(one.at, replace(one.event, details={**one.event.details, "daemon": one.daemon})) for one in entries]
    return sorted([*past, *told], key=lambda event: event[0])


def is_failure(event: Event) -> bool:
    """Whether something that the file wants was not brought about; what only waits for its turn is none."""
    return event.level == "error" or (event.level == "warning" and event.name in _UNDONE)


def lowered(event: Event) -> bool:
    """Whether a process type was left with fewer dynos."""
    before, after = event.fields.get("from"), event.fields.get("to")
    return event.name == "scaled" and isinstance(before, int) and isinstance(after, int) and after < before


def started(due: Due, fact: Started) -> Event:
    """A one-off job's dyno was made."""
    late = f"{max(0.0, (fact.at - due.at).total_seconds()):.2f}s"
    return Event("ran", {**_of(due), "dyno": fact.dyno, "late": late, "request_id": fact.request_id or None})


def outcome(due: Due, fact: Outcome) -> Event:
    """What became of an attempt in the end."""
    match fact:
        case Ended():
            return Event("ended", {**_of(due), "result": fact.result or "unknown"})
        case Refused():
            return Event("failed", {**_of(due), "reason": fact.reason}, "error")
        case Lost():
            return Event("lost", {**_of(due), "reason": fact.reason}, "error")
        case Skipped():
            return Event("skipped", {**_of(due), "reason": fact.reason}, "warning")
        case Missed():
            return Event("missed", {**_of(due), "reason": fact.reason}, "error")
        case _:
            assert_never(fact)


def closed(closing: Closing) -> Event:
    """An opening was ended early."""
    named = {"app": closing.app, "type": closing.type, "window": closing.window}
    return Event("closed", {**named, "opened": _shown(closing.opened), "by": closing.by})


def _of_run(run: Run) -> Iterator[Past]:
    if run.started is not None:
        yield run.started.at, started(run.due, run.started)
    if run.outcome is not None:
        yield run.outcome.at, outcome(run.due, run.outcome)
    if run.started is None and run.outcome is None:
        yield run.claimed, Event("claimed", _of(run.due), "warning")


def _of_closing(closing: Closing) -> Past:
    return closing.closed, closed(closing)


def _of(due: Due) -> dict[str, object]:
    return {"app": due.app, "job": due.job, "due": _shown(due.at), "attempt": due.attempt}


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
