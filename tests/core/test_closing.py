"""What should hold while openings are past their end, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.closing import Heard, decided, questions
from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.memory import Closing
from autoscaler.core.platform import Formation, Live
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.probes import Answer, Busy, Failed, Idle
from autoscaler.core.quantity import Desired
from autoscaler.core.windows import Close, Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, Zone

BUSY, IDLE = Busy(1), Idle()


def window(name: str, start: int, end: int, quantity: int, latest: int) -> Window:
    hours = (Phrase(Weekdays(EVERY_DAY), WallSpan(start * HOUR, end * HOUR)),)
    return Window(name, 8, hours, quantity, close=Close(f"probe {name}", latest * HOUR))


POLICY = Policy(
    Target("shop", "worker"),
    Zone("UTC", ZoneInfo("UTC")),
    5,
    0,
    windows=(window("small", 0, 5, 2, 4), window("large", 1, 6, 5, 1)),
)
"""From 05:00 `small` may be held open until 09:00, from 06:00 `large` until 07:00."""


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def held(now: datetime, live: int, small: Answer, large: Answer) -> tuple[object, str, datetime | None]:
    answers = {("shop", "probe small"): small, ("shop", "probe large"): large}
    decision = decided(POLICY, now, Live(live, "basic"), Heard(answers))
    return decision.desired.quantity, decision.giver.name if decision.giver else "", decision.until


@pytest.mark.parametrize(
    ("now", "live", "small", "large", "expected"),
    [
        (at(6, 30), 5, BUSY, BUSY, (5, "large", at(9))),  # the larger of two
        (at(6, 30), 5, BUSY, IDLE, (2, "small", at(9))),
        (at(6, 30), 5, IDLE, BUSY, (5, "large", at(7))),
        (at(6, 30), 5, IDLE, IDLE, (0, "", datetime(2026, 11, 25, tzinfo=UTC))),
        (at(6, 30), 3, BUSY, BUSY, (3, "large", at(9))),  # never raised
        (at(6, 30), 9, BUSY, BUSY, (5, "large", at(9))),  # no more than the window's
        (at(6, 30), 0, BUSY, BUSY, (0, "", datetime(2026, 11, 25, tzinfo=UTC))),
        (at(7), 5, BUSY, BUSY, (2, "small", at(9))),  # large is at its latest
        (at(9), 2, BUSY, BUSY, (0, "", datetime(2026, 11, 25, tzinfo=UTC))),
        (at(5, 30), 5, BUSY, IDLE, (5, "large", at(6))),  # open, not held
    ],
)
def test_what_is_held_open(
    now: datetime, live: int, small: Answer, large: Answer, expected: tuple[object, str, datetime | None]
) -> None:
    assert held(now, live, small, large) == expected


@pytest.mark.parametrize(
    ("opened", "app", "kind", "name", "ends"),
    [
        (at(0), "shop", "worker", "small", True),
        (at(8, 59), "shop", "worker", "", True),
        (at(9), "shop", "worker", "", False),
        (at(0), "shop", "worker", "other", False),
        (at(0), "shop", "mailer", "small", False),
        (at(0), "store", "worker", "small", False),
        (datetime(2026, 11, 23, 4, tzinfo=UTC), "shop", "worker", "small", False),
    ],
)
def test_a_closing_ends_the_opening_that_it_names_and_no_other(
    opened: datetime, app: str, kind: str, name: str, ends: bool
) -> None:
    closing = Closing(app, kind, name, opened, at(0, 30), "person")
    only = Policy(POLICY.target, POLICY.zone, 5, 0, windows=POLICY.windows[:1])
    now = at(0, 30)
    assert decided(only, now, Live(2, "basic"), Heard(closings=(closing,))).desired.quantity == (0 if ends else 2)
    before = decided(only, at(0, 29), Live(2, "basic"), Heard(closings=(closing,)))
    assert before.desired.quantity == 2


NIGHTLY = window("small", 0, 5, 2, 4)
MORNING = Window("morning", 9, (Phrase(Weekdays(EVERY_DAY), WallSpan(7 * HOUR, 8 * HOUR)),), 1)
AFTER = Heard({("shop", "probe small"): BUSY})


def sized(own: int, size: str | None, *windows: Window) -> Policy:
    return Policy(POLICY.target, POLICY.zone, 5, own, size, windows)


@pytest.mark.parametrize(
    ("own", "size", "live", "desired", "holds"),
    [
        (0, None, Live(1, "basic"), Desired(1, None), True),
        (0, None, Live(2, "standard-2x"), Desired(2, None), True),
        (0, "basic", Live(2, "standard-2x"), Desired(2, "standard-2x"), True),
        (2, "basic", Live(2, "standard-2x"), Desired(2, "standard-2x"), True),  # to resize would restart what works
        (2, "basic", Live(2, "basic"), Desired(2, "basic"), False),
        (1, None, Live(1, "basic"), Desired(1, None), False),
        (3, "basic", Live(2, "standard-2x"), Desired(3, "standard-2x"), True),
        (0, "basic", Live(0, "standard-2x"), Desired(0, "basic"), False),
    ],
)
def test_nothing_of_what_works_is_lowered_or_resized(
    own: int, size: str | None, live: Live, desired: Desired, holds: bool
) -> None:
    decision = decided(sized(own, size, NIGHTLY), at(6, 30), live, AFTER)
    assert decision.desired == desired
    assert decision.why == (
        'window "small" (line 8), held open: probe small says 1 unfinished'
        if holds
        else "outside every window (line 5)"
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Idle(), "held open: probe small is idle, and asked once more"),
        (Failed("no answer"), "held open: probe small cannot be asked (no answer)"),
        (None, "held open: probe small was not asked"),
    ],
)
def test_who_is_not_known_to_be_idle_counts_as_busy(answer: Answer | None, why: str) -> None:
    probe = ("shop", "probe small")
    heard = Heard({} if answer is None else {probe: answer}, unsure=frozenset({probe}))
    decision = decided(sized(0, None, NIGHTLY), at(6, 30), Live(2, "basic"), heard)
    assert (decision.desired.quantity, decision.held_open) == (2, why)


def test_an_edge_while_it_is_held_open_is_an_edge() -> None:
    policy = sized(0, None, NIGHTLY, MORNING)
    assert [decided(policy, now, Live(2, "basic"), AFTER).until for now in (at(6), at(7, 30), at(8, 30))] == [
        at(7),
        at(8),
        at(9),
    ]
    assert decided(sized(0, None, NIGHTLY), at(6), Live(2, "basic"), AFTER).until == at(9)


def test_what_is_held_open_tells_its_window_and_line() -> None:
    later = replace(window("large", 1, 6, 5, 1), line=12)
    policy = replace(POLICY, windows=(NIGHTLY, later))
    decision = decided(policy, at(6, 30), Live(5, "basic"), Heard({("shop", "probe large"): BUSY}))
    assert (decision.giver, decision.speaker, decision.line) == (later, later, 12)


ENDED = Closing("shop", "worker", "small", at(0), at(0, 30), "idle")
TOMORROW = datetime(2026, 11, 25, tzinfo=UTC)
NINE = Window("nine", 9, (Phrase(Weekdays(EVERY_DAY), WallSpan(9 * HOUR, 10 * HOUR)),), 1)


@pytest.mark.parametrize(
    ("policy", "until"),
    [
        (sized(0, None, NIGHTLY), TOMORROW),  # at 09:00, when it would have ended, nothing changes
        (sized(0, None, NIGHTLY, MORNING), at(7)),
        (sized(0, None, replace(NIGHTLY, close=Close("probe small", 19 * HOUR))), TOMORROW),  # the next one is open
        (sized(0, None, NIGHTLY, NINE), at(9)),
    ],
)
def test_what_is_wanted_after_an_early_end_lasts_to_the_next_change(policy: Policy, until: datetime) -> None:
    decision = decided(policy, at(1), Live(2, "basic"), Heard(closings=(ENDED,)))
    assert (decision.desired.quantity, decision.until) == (0, until)


def test_an_opening_that_follows_at_once_is_not_ended_with_the_one_before() -> None:
    policy = sized(0, None, replace(NIGHTLY, close=Close("probe small", 19 * HOUR)))
    heard = Heard(closings=(ENDED,))
    second = timedelta(seconds=1)
    assert decided(policy, TOMORROW - second, Live(2, "basic"), heard).desired.quantity == 0
    assert decided(policy, TOMORROW, Live(2, "basic"), heard).desired.quantity == 2


def test_an_opening_that_is_ended_at_its_first_instant_never_speaks() -> None:
    policy = sized(0, None, NIGHTLY)
    heard = Heard(closings=(replace(ENDED, closed=at(0)),))
    assert decided(policy, at(0), Live(2, "basic"), heard).desired.quantity == 0


def test_where_no_window_closes_a_closing_ends_nothing() -> None:
    policy = sized(0, None, replace(NIGHTLY, close=None))
    assert decided(policy, at(1), Live(2, "basic"), Heard(closings=(ENDED,))).desired.quantity == 2


@pytest.mark.parametrize(
    ("now", "early", "asked"),
    [
        (at(4, 59) + timedelta(seconds=29), None, []),
        (at(4, 59) + timedelta(seconds=30), None, [False]),
        (at(5), None, [True]),
        (at(9) - timedelta(seconds=1), None, [True]),
        (at(9), None, []),
        (at(0) - timedelta(seconds=1), 600, []),
        (at(0), 600, [False]),
        (at(5), 600, [True]),
    ],
)
def test_when_a_probe_matters(now: datetime, early: int | None, asked: list[bool]) -> None:
    """Half a minute before the end and until the latest, or all the time where the opening may end early."""
    closing = replace(NIGHTLY, close=Close("probe small", 4 * HOUR, early))
    file = Policies("policies.yaml", (sized(0, None, MORNING, closing),))
    found = questions(file, {"shop": Formation("shop", {"worker": Live(2, "basic")})}, now, Heard())
    assert [(one.late, one.probe) for one in found] == [(late, ("shop", "probe small")) for late in asked]
    assert questions(file, {"shop": Formation("shop", {})}, now, Heard()) == []
    assert questions(file, {}, now, Heard()) == []
