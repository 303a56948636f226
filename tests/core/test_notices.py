"""Of which events people are told, and under which topic."""

import pytest

from autoscaler.core.events import Event, Level
from autoscaler.core.notices import OWN, topic_of


@pytest.mark.parametrize(
    ("name", "level", "topic"),
    [
        ("scaled", "info", "scaled"),
        ("held", "warning", "held"),
        ("held", "info", None),  # it only waits for its turn
        ("failed", "error", "failed"),
        ("interrupted", "warning", "failed"),
        ("missed", "error", "failed"),
        ("lost", "error", "failed"),
        ("degraded", "error", "failed"),
        ("degraded", "warning", None),  # it passes by itself
        ("overrun", "warning", "overrun"),
        ("unconverged", "error", "unconverged"),
        ("manual", "info", "manual"),
        ("pinned", "info", "manual"),
        ("unpinned", "info", "manual"),
        ("budget", "warning", "budget"),
        ("tick", "info", None),
        ("recovered", "info", None),
    ],
)
def test_each_event_has_its_topic_or_is_for_the_log_alone(name: str, level: Level, topic: str | None) -> None:
    assert topic_of(Event(name, {"app": "shop"}, level)) == topic
    assert topic_of(Event(name, {OWN: "slack"}, level)) is None
