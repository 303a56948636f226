"""Desired beside live: change, keep or hold."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.cost import cost, dyno_hours
from autoscaler.core.plan import Change, Hold, Keep, Observed, Step, draft
from autoscaler.core.platform import Formation, Gone, Live, PlatformError, Write
from autoscaler.core.policies import Policies, Policy, Target, Unknown
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.timeline import Given, Stretch
from autoscaler.core.zones import HOUR, Zone

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def step(quantity: int | Range, size: str | None, answer: Formation | PlatformError | None) -> Step:
    policy = Policy(Target("shop", "web"), Zone("UTC", ZoneInfo("UTC")), 5, quantity, size)
    [found] = draft(
        Policies("policies.yaml", (policy,)), Observed(NOW, {} if answer is None else {"shop": answer}), NOW
    ).steps
    return found


def live(quantity: int, size: str = "standard-1x", kind: str = "web") -> Formation:
    return Formation("shop", {kind: Live(quantity, size)})


@pytest.mark.parametrize(
    ("quantity", "size", "has", "write"),
    [
        (3, "standard-1x", (3, "standard-1x"), None),
        (3, None, (3, "performance-m"), None),
        (3, None, (2, "performance-m"), Write("web", quantity=3)),
        (3, "standard-2x", (3, "standard-1x"), Write("web", size="standard-2x")),
        (3, "standard-2x", (4, "standard-1x"), Write("web", 3, "standard-2x")),
        (0, None, (1, "basic"), Write("web", quantity=0)),
        (Range(2, 4), None, (2, "basic"), None),
        (Range(2, 4), None, (4, "basic"), None),
        (Range(2, 4), None, (1, "basic"), Write("web", quantity=2)),
        (Range(2, 4), None, (9, "basic"), Write("web", quantity=4)),
        (Range(2, 4), "standard-2x", (3, "standard-1x"), Write("web", size="standard-2x")),
    ],
)
def test_only_what_differs_is_asked_for(
    quantity: int | Range, size: str | None, has: tuple[int, str], write: Write | None
) -> None:
    found = step(quantity, size, live(*has))
    if write is None:
        assert isinstance(found, Keep)
    else:
        assert isinstance(found, Change)
        assert found.write == write


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "the app's formation was not read"),
        (Gone("shop: no such app"), "no such app"),
        (Gone("nobody answers"), "nobody answers"),
        (Formation("shop", {}), "Heroku answered with an empty formation: not deployed yet? Nothing is changed"),
        (live(1, kind="worker"), "shop has no process type web (it has: worker)"),
        (
            Formation("shop", {"worker": Live(1, "basic"), "clock": Live(1, "basic")}),
            "shop has no process type web (it has: clock, worker)",
        ),
    ],
)
def test_what_is_not_known_is_held(answer: Formation | PlatformError | None, reason: str) -> None:
    found = step(3, None, answer)
    assert isinstance(found, Hold)
    assert (found.reason, found.live) == (reason, None)


def test_what_nobody_knows_how_to_want_is_held_with_what_there_is() -> None:
    why = "the calendar shut cannot be read"
    file = Policies(
        "policies.yaml", (), unknown=(Unknown(Target("shop", "web"), Zone("UTC", ZoneInfo("UTC")), 5, why),)
    )

    def held(answers: dict[str, Formation | PlatformError]) -> tuple[Live | None, PlatformError | None]:
        [found] = draft(file, Observed(NOW, answers), NOW).steps
        assert isinstance(found, Hold)
        assert (found.target, found.decision, found.reason) == (Target("shop", "web"), None, why)
        return found.live, found.cause

    gone = Gone("shop: no such app")
    assert held({"shop": live(2)}) == (Live(2, "standard-1x"), None)
    assert held({"shop": live(2, kind="worker")}) == (None, None)
    assert held({"shop": gone}) == (None, gone)
    assert held({}) == (None, None)


def test_steps_are_sorted_by_app_and_type() -> None:
    policies = [
        Policy(Target(app, kind), Zone("UTC", ZoneInfo("UTC")), 5, 1)
        for app, kind in (("b", "a"), ("a", "b"), ("a", "a"))
    ]
    plan = draft(Policies("policies.yaml", tuple(policies)), Observed(NOW, {}), NOW)
    assert [str(step.target) for step in plan.steps] == ["a/a", "a/b", "b/a"]


def stretch(hours: int, quantity: int | Range, size: str | None) -> Stretch:
    return Stretch(0, hours * HOUR, Given(Desired(quantity, size), None, None))


def test_forty_hours_of_standard_2x_are_two_dollars_seventy_eight() -> None:
    spans = [stretch(40, 1, "standard-2x"), stretch(128, 0, "standard-1x")]
    assert dyno_hours(spans) == 40
    assert round(cost(spans) or 0, 2) == 2.78  # $50 a month of 720 hours


def test_a_range_counts_at_its_lower_bound() -> None:
    assert dyno_hours([stretch(10, Range(2, 9), "basic")]) == 20


@pytest.mark.parametrize("size", [None, "eco"])
def test_without_a_price_there_is_no_cost(size: str | None) -> None:
    assert cost([stretch(1, 1, "basic"), stretch(1, 1, size)]) is None
