"""What is remembered, as events in the order in which they happened."""

from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.core.events import Event, Level
from autoscaler.core.history import history, is_failure, lowered, started
from autoscaler.core.journal import Entry
from autoscaler.core.memory import Closing, Due, Ended, Lost, Missed, Outcome, Refused, Run, Skipped, Started
from autoscaler.views.logs import logfmt

NIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)
DUE = Due("shop", "invoice", NIGHT)
STARTED = Started(NIGHT + timedelta(seconds=1), "run.1234", "id", "request-1")
JOB = "app=shop job=invoice due=2026-11-23T22:00:00Z attempt=1"


def lines(runs: list[Run], closings: list[Closing]) -> list[str]:
    return [logfmt(event) for _, event in history(runs, closings)]


def test_runs_and_closings_come_in_one_order() -> None:
    run = Run(DUE, "python invoice.py", NIGHT, STARTED, Ended(NIGHT + timedelta(hours=2), "expired"))
    closing = Closing("shop", "worker", "nightly batch", NIGHT, NIGHT + timedelta(hours=1), "idle")
    assert lines([run], [closing]) == [
        f"at=info event=ran {JOB} dyno=run.1234 late=1.00s request_id=request-1",
        'at=info event=closed app=shop type=worker window="nightly batch" opened=2026-11-23T22:00:00Z by=idle',
        f"at=info event=ended {JOB} result=expired",
    ]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Ended(NIGHT), f"at=info event=ended {JOB} result=unknown"),
        (Refused(NIGHT, "over the limit"), f'at=error event=failed {JOB} reason="over the limit"'),
        (Lost(NIGHT, "no answer"), f'at=error event=lost {JOB} reason="no answer"'),
        (Skipped(NIGHT, "still on"), f'at=warning event=skipped {JOB} reason="still on"'),
        (Missed(NIGHT, "too late"), f'at=error event=missed {JOB} reason="too late"'),
    ],
)
def test_every_outcome_has_its_line(outcome: Outcome, line: str) -> None:
    assert lines([Run(DUE, "python invoice.py", NIGHT, None, outcome)], []) == [line]


def test_a_claim_of_which_nothing_is_known_is_shown_too() -> None:
    assert lines([Run(DUE, "python invoice.py", NIGHT)], []) == [f"at=warning event=claimed {JOB}"]


def test_what_daemons_told_is_among_it_and_says_which_of_them_did() -> None:
    told = Event("scaled", {"app": "shop"}, "info", {"line": 8})
    entries = [
        Entry(NIGHT + timedelta(seconds=after), told, name) for after, name in ((2, "clock.2"), (0.5, "clock.1"))
    ]
    past = history([Run(DUE, "python invoice.py", NIGHT, STARTED)], [], entries)
    assert [at for at, _ in past] == [NIGHT + timedelta(seconds=after) for after in (0.5, 1, 2)]
    assert past[0][1] == Event("scaled", {"app": "shop"}, "info", {"line": 8, "daemon": "clock.1"})
    assert past[2][1].details == {"line": 8, "daemon": "clock.2"}


def test_what_happened_at_the_same_instant_stays_in_its_order() -> None:
    entries = [Entry(NIGHT, Event(name), "clock.1") for name in ("scaled", "manual", "held")]
    assert [event.name for _, event in history([], [], entries)] == ["scaled", "manual", "held"]


def test_a_start_before_its_instant_is_not_late_and_one_without_a_request_s_id_tells_none() -> None:
    early = Started(NIGHT - timedelta(seconds=3), "run.1", "id", "")
    fields = {"app": "shop", "job": "invoice", "due": "2026-11-23T22:00:00Z", "attempt": 1}
    assert started(DUE, early) == Event("ran", {**fields, "dyno": "run.1", "late": "0.00s", "request_id": None})


@pytest.mark.parametrize(
    ("name", "before", "after", "fewer"),
    [
        ("scaled", 2, 1, True),
        ("scaled", 1, 1, False),
        ("scaled", 1, 2, False),
        ("scaled", None, 1, False),
        ("scaled", 2, None, False),
        ("failed", 2, 1, False),
    ],
)
def test_fewer_dynos_are_what_a_change_left(name: str, before: int | None, after: int | None, fewer: bool) -> None:
    assert lowered(Event(name, {"from": before, "to": after})) is fewer


@pytest.mark.parametrize(
    ("name", "level", "failure"),
    [
        ("held", "warning", True),
        ("failed", "warning", True),
        ("overrun", "warning", True),
        ("held", "info", False),  # it only waits for its turn
        ("skipped", "warning", False),
        ("degraded", "error", True),
        ("scaled", "info", False),
        ("interrupted", "warning", True),
        ("scaled", "error", True),
        ("interrupted", "info", False),
    ],
)
def test_what_counts_as_a_failure(name: str, level: Level, failure: bool) -> None:
    assert is_failure(Event(name, {}, level)) is failure
