"""The guards: what must not be sent is held, with its reason, and nothing is turned into another value."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.decide import decide
from autoscaler.core.guard import Ourselves, review
from autoscaler.core.plan import Change, Hold, Observed, Plan, draft
from autoscaler.core.platform import Dyno, Dynos, Formation, Live, Write
from autoscaler.core.policies import Limits, Policies, Policy, Target
from autoscaler.core.quantity import Range
from autoscaler.core.windows import Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, Zone, instant

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ELSEWHERE = Ourselves("my-autoscaler", "clock")


def policy(kind: str = "web", quantity: int | Range = 3, **more: object) -> Policy:
    return replace(Policy(Target("shop", kind), Zone("UTC", ZoneInfo("UTC")), 5, quantity), **more)  # type: ignore[arg-type]


def seen(live: int = 1, kind: str = "web", date: datetime | None = NOW) -> Observed:
    return Observed(NOW, {"shop": Formation("shop", {kind: Live(live, "basic")}, date)})


def reviewed(chosen: Policy, observed: Observed | None = None, ourselves: Ourselves = ELSEWHERE) -> Plan:
    file = Policies("policies.yaml", (chosen,))
    observed = observed or seen(kind=chosen.target.type)
    return review(draft(file, observed, NOW), file, observed, ourselves)


def reason(plan: Plan) -> str:
    [step] = plan.steps
    assert isinstance(step, Hold), step
    return step.reason


def test_a_change_that_nothing_speaks_against_goes_through_unchanged() -> None:
    [step] = reviewed(policy()).steps
    assert isinstance(step, Change)
    assert step.write == Write("web", quantity=3)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(max=2), "3 is outside the limits 0..2"),
        (Limits(min=4), "3 is outside the limits 4.."),
        (Limits(4, 9), "3 is outside the limits 4..9"),
    ],
)
def test_a_quantity_outside_the_limits_is_held(limits: Limits, told: str) -> None:
    assert reason(reviewed(policy(limits=limits))) == told


@pytest.mark.parametrize("limits", [Limits(3, 3), Limits(min=3), Limits(max=3), Limits()], ids=str)
def test_limits_include_their_bounds(limits: Limits) -> None:
    assert reviewed(policy(limits=limits)).holds == ()


def test_web_is_not_scaled_to_zero_without_leave() -> None:
    assert reason(reviewed(policy(quantity=0))) == "web is never scaled to 0 without `allow_zero: true`"
    assert reviewed(policy(quantity=0, allow_zero=True)).holds == ()
    assert reviewed(policy("worker", quantity=0)).holds == ()


def test_what_the_file_does_not_name_is_held() -> None:
    observed = seen()
    plan = draft(Policies("policies.yaml", (policy(),)), observed, NOW)
    other = Policies("policies.yaml", (policy("worker"),))
    assert reason(review(plan, other, observed, ELSEWHERE)) == "policies.yaml does not name shop/web"


def test_a_value_that_the_file_does_not_give_at_that_instant_is_held() -> None:
    observed = seen()
    plan = draft(Policies("policies.yaml", (policy(quantity=4),)), observed, NOW)
    file = Policies("policies.yaml", (policy(quantity=3),))
    assert reason(review(plan, file, observed, ELSEWHERE)) == "policies.yaml does not want 4 at this instant"


@pytest.mark.parametrize(("quantity", "wanted"), [(5, 3), (1, Range(2, 4)), (5, Range(2, 4))], ids=str)
def test_a_request_for_another_number_than_wanted_is_held(quantity: int, wanted: int | Range) -> None:
    chosen = policy(quantity=wanted)
    change = Change(decide(chosen, NOW), Live(9, "basic"), Write("web", quantity=quantity))
    plan = Plan(NOW, (change,))
    told = reason(review(plan, Policies("policies.yaml", (chosen,)), seen(), ELSEWHERE))
    assert told == f"{quantity} is not the {wanted} that is wanted"


@pytest.mark.parametrize(
    ("ourselves", "kind", "held"),
    [
        (Ourselves("shop", "web"), "web", True),
        (Ourselves("shop", "web"), "worker", False),
        (Ourselves("shop", None), "clock", True),
        (Ourselves("shop", None), "web", False),
        (Ourselves("other", "web"), "web", False),
        (Ourselves(None, "web"), "web", True),
        (Ourselves(None, "web"), "clock", True),
        (Ourselves(None, None), "clock", True),
        (Ourselves(None, None), "web", False),
    ],
)
def test_it_never_scales_itself(ourselves: Ourselves, kind: str, held: bool) -> None:
    plan = reviewed(policy(kind), ourselves=ourselves)
    assert [step.reason for step in plan.holds] == [
        f"shop/{kind} is this program itself: it never scales itself"
    ] * held


@pytest.mark.parametrize("way", [1, -1])
def test_clocks_may_differ_by_five_minutes_and_no_more(way: int) -> None:
    near, far = timedelta(minutes=5) * way, timedelta(minutes=5, seconds=1) * way
    assert reviewed(policy(), seen(date=NOW + near)).holds == ()
    assert "5 minutes apart" in reason(reviewed(policy(), seen(date=NOW + far)))
    assert reviewed(policy(), seen(date=None)).holds == ()


NIGHTS = Window("nights", 8, (Phrase(Weekdays(EVERY_DAY), WallSpan(22 * HOUR, 30 * HOUR)),), 1, unbroken=True)
EVENING = datetime(2026, 11, 23, 21, 54, tzinfo=UTC)


def looked(kind: str = "worker", date: datetime | None = EVENING) -> Observed:
    """A dyno whose cycle is due in the night, looked at shortly before it."""
    born = EVENING - timedelta(hours=26)
    dyno = Dyno("id", f"{kind}.1", kind, "basic", "up", "bin/run", 1, born, born)
    return Observed(
        EVENING, {"shop": Formation("shop", {"worker": Live(1, "basic")}, date)}, {"shop": Dynos("shop", (dyno,))}
    )


def due(observed: Observed, reviewing: Policy, now: datetime = EVENING, ourselves: Ourselves = ELSEWHERE) -> list[str]:
    """Which dynos the plan for the evening may restart, as `reviewing` and `now` allow."""
    file = Policies("policies.yaml", (policy("worker", 1, windows=(NIGHTS,)),))
    plan = draft(file, observed, EVENING)
    assert plan.restarts
    allowed = review(replace(plan, now=now), Policies("policies.yaml", (reviewing,)), observed, ourselves)
    return [dyno.name for ahead in allowed.restarts for dyno in ahead.due(instant(EVENING))]


def test_a_restart_that_nothing_speaks_against_goes_through() -> None:
    assert due(looked(), policy("worker", 1, windows=(NIGHTS,))) == ["worker.1"]


def test_a_restart_is_not_sent_within_an_opening_for_another_type_or_for_ourselves() -> None:
    same = policy("worker", 1, windows=(NIGHTS,))
    assert due(looked(), same, now=EVENING + timedelta(minutes=6)) == []
    assert due(looked(), policy("web", 1, windows=(NIGHTS,))) == []
    assert due(looked(), policy("worker", 1)) == []
    assert due(looked(), same, ourselves=Ourselves("shop", "worker")) == []


def test_a_restart_is_not_sent_by_a_clock_that_differs_from_heroku_s() -> None:
    assert due(looked(date=EVENING + timedelta(minutes=6)), policy("worker", 1, windows=(NIGHTS,))) == []
