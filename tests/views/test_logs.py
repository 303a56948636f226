"""logfmt: one line an event, from which every value can be had back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoscaler.core.events import Event
from autoscaler.views.logs import log_line, logfmt


def parsed(line: str) -> dict[str, str]:
    """A small reader of logfmt, written from the convention."""
    found: dict[str, str] = {}
    rest = line
    while rest:
        key, _, rest = rest.partition("=")
        if rest.startswith('"'):
            value, end = json.JSONDecoder().raw_decode(rest)
            found[key], rest = value, rest[end:].removeprefix(" ")
        else:
            found[key], _, rest = rest.partition(" ")
    return found


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            Event("scaled", {"app": "shop", "from": 0, "to": 1, "window": "nightly batch", "late": "0.21s"}),
            'at=info event=scaled app=shop from=0 to=1 window="nightly batch" late=0.21s',
        ),
        (Event("held", {"window": None, "reason": ""}, "warning"), 'at=warning event=held reason=""'),
        (
            Event("held", {"a": 'say "no"\n', "b": "a=b", "c": "夜"}),
            r'at=info event=held a="say \"no\"\n" b="a=b" c="夜"',
        ),
        (Event("held", {"a": "\x1b[31m"}), r'at=info event=held a="\u001b[31m"'),
    ],
)
def test_a_line_is_what_heroku_s_tools_read(event: Event, line: str) -> None:
    assert logfmt(event) == line


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=60))
def test_every_value_survives_and_stays_on_one_line(value: str) -> None:
    line = logfmt(Event("held", {"reason": value, "last": "1"}))
    assert parsed(line) == {"at": "info", "event": "held", "reason": value, "last": "1"}
    assert len(line.splitlines()) == 1


def test_a_value_of_any_length_fits_a_line_of_heroku_s_log() -> None:
    assert len(logfmt(Event("failed", {"error": "x" * 50_000})).encode()) < 10_000


@pytest.mark.parametrize(
    ("event", "figures"),
    [
        (Event("scaled", {"app": "shop", "late": "0.21s"}), "count#autoscaler.scaled=1 measure#autoscaler.late=0.21s"),
        (Event("scaled", {"app": "shop"}), "count#autoscaler.scaled=1"),
        (Event("unconverged", {"app": "shop"}, "error"), "count#autoscaler.unconverged=1"),
        (
            Event("tick", {"apps": 3, "converged": 2, "troubles": 1, "requests_left": 4321, "next": "2026"}),
            "sample#autoscaler.apps=3 sample#autoscaler.converged=2 sample#autoscaler.troubles=1 "
            "sample#autoscaler.requests_left=4321",
        ),
        (Event("started", {"apps": 3}), ""),
    ],
)
def test_figures_follow_the_line_for_whoever_counts_lines(event: Event, figures: str) -> None:
    assert log_line(event) == " ".join([logfmt(event), *filter(None, [figures])])
