"""The guards: what must not be sent is held, with its reason, and nothing is turned into another value."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.decide import decide
from autoscaler.core.guard import Ourselves, review
from autoscaler.core.journal import Pin, Verified, Written
from autoscaler.core.people import Known
from autoscaler.core.plan import Change, Hold, Observed, Plan, draft
from autoscaler.core.platform import Dyno, Dynos, Formation, Live, Transient, Write
from autoscaler.core.policies import Limits, OnManualChange, Policies, Policy, Target
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.restarts import Restarts
from autoscaler.core.windows import Phrase, WallSpan, Window
from autoscaler.core.zones import DAY, HOUR, Zone, instant

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


def test_what_is_held_still_tells_what_is_wanted_and_what_there_is() -> None:
    plan = reviewed(policy(limits=Limits(max=2)))
    [hold] = plan.holds
    assert (hold.decision, hold.live, hold.kind) == (decide(policy(), NOW), Live(1, "basic"), "trouble")


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
    ours = "behind" if way > 0 else "ahead"
    assert reason(reviewed(policy(), seen(date=NOW + far))) == (
        f"this machine's clock and Heroku's are 5 minutes apart: ours is {ours}"
    )
    assert "are 120 minutes apart" in reason(
        reviewed(policy(), seen(date=NOW + 24 * far - timedelta(seconds=24) * way))
    )
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


def test_a_restart_is_not_sent_during_a_pause() -> None:
    pause = Pin("*", "*", None, EVENING - timedelta(hours=1), EVENING + timedelta(minutes=1))
    observed = replace(looked(), known=Known((pause,)))
    assert due(observed, policy("worker", 1, windows=(NIGHTS,))) == []


def test_a_restart_is_sent_for_no_other_type_s_dyno_and_within_no_opening_whoever_planned_it() -> None:
    file = Policies("policies.yaml", (policy("worker", 1, windows=(NIGHTS,)),))
    plan = draft(file, looked(), EVENING)
    [ahead] = plan.restarts
    [(at, dyno)] = ahead.planned

    def allowed(planned: Restarts, now: datetime = EVENING) -> tuple[Restarts, ...]:
        return review(Plan(now, (), (planned,)), file, looked(), ELSEWHERE).restarts

    assert allowed(ahead) == (ahead,)
    assert allowed(replace(ahead, planned=((at, dyno), (at, replace(dyno, type="web"))))) == ()
    tomorrow = replace(ahead, opening=(ahead.opening[0] + DAY, ahead.opening[1] + DAY))
    assert allowed(tomorrow) == ()
    assert allowed(tomorrow, EVENING + timedelta(hours=1)) == ()


def dynos(*ages: tuple[int, int]) -> Dynos:
    """Web dynos as (release, age in seconds)."""
    born = [(release, NOW - timedelta(seconds=age)) for release, age in ages]
    listed = [
        Dyno(str(number), f"web.{number}", "web", "basic", "up", "bin/web", release, at, at)
        for number, (release, at) in enumerate(born, 1)
    ]
    return Dynos("shop", tuple(listed), NOW)


@pytest.mark.parametrize(
    ("ages", "held"),
    [
        ([(7, 299)], True),
        ([(7, 300)], False),
        ([(6, 90_000), (7, 299)], True),  # rolling out: the new release's oldest dyno counts
        ([(7, 10), (7, 900)], False),  # one was restarted, the release is older
        ([(6, 10), (7, 900)], False),
        ([], False),
    ],
)
def test_web_is_not_lowered_until_a_release_has_settled(ages: list[tuple[int, int]], held: bool) -> None:
    observed = replace(seen(live=5), released={"shop": dynos(*ages)})
    [step] = reviewed(policy(), observed).steps
    assert isinstance(step, Hold) == held
    if isinstance(step, Hold):
        assert "release v7 is new: web is not lowered before 12:00:01 UTC (settle)" in step.reason
        assert step.kind == "waiting"


def test_a_release_delays_nothing_else() -> None:
    new = {"shop": dynos((7, 1))}
    assert reviewed(policy(), replace(seen(live=1), released=new)).changes
    assert reviewed(policy(settle=0), replace(seen(live=5), released=new)).changes
    assert reviewed(policy(settle=0), replace(seen(live=5), dynos={"shop": Transient("shop: 503")})).changes
    assert reviewed(policy("worker"), replace(seen(live=5, kind="worker"), released=new)).changes


def test_a_release_shows_in_dynos_that_were_looked_at_for_another_reason_too() -> None:
    assert "release v7 is new" in reason(reviewed(policy(), replace(seen(live=5), dynos={"shop": dynos((7, 299))})))


def test_web_is_not_lowered_while_nobody_knows_about_releases() -> None:
    observed = replace(seen(live=5), released={"shop": Transient("shop: 503")})
    plan = reviewed(policy(), observed)
    assert "nobody knows whether a release is under way: shop: 503" in reason(plan)
    assert plan.holds[0].kind == "waiting"


@pytest.mark.parametrize("quantity", [3, Range(3, 9)], ids=str)
@pytest.mark.parametrize("live", [1, 12])
def test_web_that_heroku_scales_by_itself_is_held(quantity: int | Range, live: int) -> None:
    observed = replace(seen(live=live), autoscaled={"shop": True})
    assert reason(reviewed(policy(quantity=quantity), observed)) == (
        "Heroku's own autoscaling is on for web: switch it off there, or take web out of the file"
    )


@pytest.mark.parametrize("told", [False, Transient("no answer")], ids=str)
def test_web_goes_on_where_autoscaling_is_off_or_nobody_can_tell(told: bool | Transient) -> None:
    assert reviewed(policy(), replace(seen(), autoscaled={"shop": told})).changes


def lowering(*lives: int, room: int | None) -> Plan:
    """Process types of these live quantities, all of them wanted at 3."""
    chosen = tuple(policy(f"worker{number}") for number in range(len(lives)))
    types = {f"worker{number}": Live(live, "basic") for number, live in enumerate(lives)}
    observed = Observed(NOW, {"shop": Formation("shop", types, NOW)})
    file = Policies("policies.yaml", chosen, at_once=2)
    return review(draft(file, observed, NOW), file, observed, ELSEWHERE, room)


def test_no_more_process_types_are_lowered_at_once_than_the_file_allows() -> None:
    plan = lowering(5, 1, 9, 4, 8, room=2)
    assert [change.target.type for change in plan.changes] == ["worker0", "worker1", "worker2"]
    assert {hold.reason for hold in plan.holds} == {
        "it waits for its turn: at most 2 process types are lowered in a minute (at_once)"
    }
    assert lowering(5, 5, room=0).changes == ()
    assert lowering(5, 5, room=-1).changes == ()
    assert len(lowering(5, 5, room=None).changes) == 2


def known(**more: object) -> Observed:
    return replace(seen(live=5), known=Known(**more))  # type: ignore[arg-type]


def verified(quantity: int = 3, wanted: int = 3, size: str = "basic") -> dict[Target, Verified]:
    target = Target("shop", "web")
    return {target: Verified(target, Desired(wanted, None), quantity, size, NOW - timedelta(hours=1))}


@pytest.mark.parametrize(
    ("name", "pause", "release"),
    [
        ("Asia/Tokyo", "2026-11-23 22:00 JST (13:00 UTC)", "21:04:00 JST (12:04:00 UTC)"),
        ("Pacific/Auckland", "2026-11-24 02:00 NZDT (Mon 13:00 UTC)", "01:04:00 NZDT (Mon 12:04:00 UTC)"),
        ("Asia/Kathmandu", "2026-11-23 18:45 UTC+05:45 (13:00 UTC)", "17:49:00 UTC+05:45 (12:04:00 UTC)"),
    ],
)
def test_why_something_is_held_is_told_by_the_clock_of_the_file(name: str, pause: str, release: str) -> None:
    there = policy(zone=Zone(name, ZoneInfo(name)))
    pin = Pin("*", "*", None, NOW, NOW + timedelta(hours=1))
    assert reason(reviewed(there, known(pins=(pin,)))) == f"everything is paused until {pause}"
    released = replace(seen(live=5), released={"shop": dynos((7, 60))})
    assert reason(reviewed(there, released)) == f"release v7 is new: web is not lowered before {release} (settle)"


def test_a_pause_holds_every_change_until_its_end() -> None:
    pause = Pin("*", "*", None, NOW - timedelta(hours=1), NOW + timedelta(seconds=1), "incident", "ann")
    assert (
        reason(reviewed(policy(), known(pins=(pause,))))
        == "everything is paused by ann until 2026-11-23 12:00 UTC: incident"
    )
    nobody = replace(pause, reason="", by="", until=NOW + timedelta(hours=1))
    plan = reviewed(policy(), known(pins=(nobody,)))
    assert reason(plan) == "everything is paused until 2026-11-23 13:00 UTC"
    assert plan.holds[0].kind == "pin"
    assert reviewed(policy(), known(pins=(replace(pause, until=NOW),))).changes
    ahead = replace(pause, made=NOW + timedelta(minutes=2))  # by a clock that is ahead of ours
    assert not reviewed(policy(), known(pins=(ahead,))).changes


def test_a_pin_gives_the_quantity_and_not_more_than_the_limits() -> None:
    pin = Pin("shop", "web", 8, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    [step] = reviewed(policy(), known(pins=(pin,))).steps
    assert isinstance(step, Change)
    assert (step.write.quantity, step.decision.until) == (8, pin.until)
    assert "8 is outside the limits" in reason(reviewed(policy(limits=Limits(max=7)), known(pins=(pin,))))
    zero = replace(pin, quantity=0)
    assert "never scaled to 0" in reason(reviewed(policy(), known(pins=(zero,))))
    later = replace(pin, quantity=6, made=NOW - timedelta(minutes=1))
    [step] = reviewed(policy(), known(pins=(later, pin))).steps
    assert isinstance(step, Change)
    assert step.write.quantity == 6


def test_a_change_by_hand_is_held_as_its_rule_says() -> None:
    hand = known(verified=verified())
    [kept] = reviewed(policy(), hand).steps
    assert isinstance(kept, Hold)
    assert kept.kind == "person"
    assert reason(reviewed(policy(on_manual_change="report"), hand)).endswith("(on_manual_change: report)")
    assert reviewed(policy(on_manual_change="enforce"), hand).changes


def test_what_is_no_change_by_hand_is_not_held() -> None:
    assert reviewed(policy(), known(verified=verified(wanted=4))).changes  # an edge since
    assert reviewed(policy(), known(verified=verified(quantity=5))).changes  # nobody changed it
    ours = Written(Target("shop", "web"), 5, None, NOW - timedelta(minutes=1), "clock.1")
    assert reviewed(policy(), known(verified=verified(), written=(ours,))).changes
    before = replace(ours, at=NOW - timedelta(hours=2))
    assert not reviewed(policy(), known(verified=verified(), written=(before,))).changes
    other = replace(ours, quantity=6)
    assert not reviewed(policy(), known(verified=verified(), written=(other,))).changes


def test_two_of_our_daemons_with_different_files_do_not_fight_either() -> None:
    ours = Written(Target("shop", "web"), 5, None, NOW - timedelta(minutes=1), "clock.1")
    web = frozenset({Target("shop", "web")})
    told = reason(reviewed(policy(), known(verified=verified(), written=(ours,), returning=web)))
    assert (
        told
        == "3:basic was changed to 5:basic by another autoscaler three times in an hour: left alone until the next edge"
    )
    assert "by somebody three times" in reason(reviewed(policy(), known(verified=verified(), returning=web)))


@pytest.mark.parametrize("rule", ["keep", "enforce", "report"])
def test_a_change_that_returns_and_returns_is_not_fought(rule: OnManualChange) -> None:
    observed = known(verified=verified(), returning=frozenset({Target("shop", "web")}))
    assert "three times in an hour" in reason(reviewed(policy(on_manual_change=rule), observed))
