"""What is remembered, as events in the order in which they happened."""

from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.core.events import Event, Level
from autoscaler.core.history import history, is_failure
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
    ],
)
def test_what_counts_as_a_failure(name: str, level: Level, failure: bool) -> None:
    assert is_failure(Event(name, {}, level)) is failure
