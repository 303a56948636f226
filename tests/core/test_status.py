"""Which apps are late, by what the daemon told and by what a look shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.core.journal import Alive
from autoscaler.core.plan import Hold, HoldKind, Keep, Observed, Plan, draft
from autoscaler.core.platform import Formation, Live
from autoscaler.core.status import Status
from tests.policyfile.loading import loaded

FILE = loaded("""\
timezone: UTC
apps:
  shop:
    formation:
      web:
        quantity: 5
        windows: [{name: night, when: "22:00-06:00", quantity: 2}]
""")
NOW = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
JUST = NOW - timedelta(minutes=1)
LONG = NOW - timedelta(minutes=6)


def look(quantity: int, now: datetime = NOW) -> Plan:
    return draft(FILE, Observed(now, {"shop": Formation("shop", {"web": Live(quantity, "basic")})}), now)


def held(kind: HoldKind) -> Plan:
    [step] = look(2).steps
    assert isinstance(step, Keep)
    return Plan(NOW, (Hold(step.target, step.decision, step.live, "so it is", kind=kind),))


def told(read: datetime | None, converged: datetime | None, untroubled: datetime | None = None) -> tuple[Alive, ...]:
    return (Alive("shop", read, converged, "", "clock.1", untroubled),)


def late(plan: Plan | None, alive: tuple[Alive, ...] = (), beat: float = 60, now: datetime = NOW) -> bool:
    return Status(FILE, now, beat, plan, alive).late == ("shop",)


@pytest.mark.parametrize(
    ("plan", "expected"), [(look(2), False), (look(5), True), (held("person"), False), (held("trouble"), True)]
)
def test_where_no_daemon_told_a_look_decides(plan: Plan, expected: bool) -> None:
    assert late(plan) == expected
    assert late(plan, told(None, None)) == expected, "one that has just started knows nothing yet"


@pytest.mark.parametrize(("minutes", "expected"), [(0, False), (5, False), (6, True)])
def test_after_an_edge_there_is_time_to_follow(minutes: int, expected: bool) -> None:
    now = datetime(2026, 11, 25, 22, minutes, tzinfo=UTC)
    assert late(look(5, now), now=now) == expected


def test_of_what_nobody_knows_it_is_not_said_that_it_is_well() -> None:
    assert late(None)
    assert late(None, told(None, None))


@pytest.mark.parametrize("plan", [None, look(2), look(5), held("trouble")])
def test_what_the_daemon_saw_as_wanted_just_now_is_not_late(plan: Plan | None) -> None:
    assert not late(plan, told(JUST, JUST))


@pytest.mark.parametrize("read", [None, JUST, LONG])
@pytest.mark.parametrize("plan", [None, look(5), held("trouble")])
def test_what_it_has_not_seen_as_wanted_for_long_is_late(plan: Plan | None, read: datetime | None) -> None:
    assert late(plan, told(read, LONG))


def test_a_daemon_that_is_silent_is_late_whatever_a_look_shows() -> None:
    assert late(look(2), told(LONG, LONG))


@pytest.mark.parametrize("plan", [None, look(2), look(5), held("waiting"), held("trouble")])
@pytest.mark.parametrize("converged", [None, LONG])
def test_what_only_waits_by_the_daemons_word_is_not_late(plan: Plan | None, converged: datetime | None) -> None:
    assert not late(plan, told(JUST, converged, JUST))
    assert late(plan, told(JUST, converged, LONG)), "one alarm, and status says the same"


@pytest.mark.parametrize(("plan", "expected"), [(look(2), False), (held("waiting"), False), (look(5), True)])
def test_what_a_daemon_reads_and_has_never_seen_well_is_as_a_look_shows(plan: Plan, expected: bool) -> None:
    assert late(plan, told(JUST, None)) == expected
    assert late(plan, told(LONG, None)), "it is silent"


def test_two_beats_are_waited_for_where_they_are_longer() -> None:
    at = NOW - timedelta(minutes=19)
    late_after: Callable[[float], bool] = lambda beat: late(None, told(at, at), beat)  # noqa: E731
    assert [late_after(beat) for beat in (60, 9 * 60, 10 * 60)] == [True, True, False]


def test_one_that_could_not_read_since_but_was_well_just_now_is_not_late() -> None:
    assert not late(look(5), told(None, JUST))
    assert late(look(5), told(JUST, None))


@pytest.mark.parametrize(("beat", "seconds"), [(60, 300), (150, 300), (200, 400)])
def test_an_app_is_late_after_its_patience_and_not_at_its_end(beat: float, seconds: int) -> None:
    end = NOW - timedelta(seconds=seconds)
    assert not late(look(5), told(JUST, end), beat)
    assert late(look(5), told(JUST, end - timedelta(seconds=1)), beat)
