"""What two versions of a file say that no timeline shows, word for word."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import EVERY_DAY, BusinessDays, CalendarDays, Weekdays
from autoscaler.core.notices import Notice
from autoscaler.core.policies import Limits, Policies, Policy, Target
from autoscaler.core.probes import HttpProbe, Probe
from autoscaler.core.rule_difference import file_changes, rule_changes, same_rules
from autoscaler.core.windows import Close, Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, MINUTE, Zone

UTC_ZONE, TOKYO = Zone("UTC", ZoneInfo("UTC")), Zone("Asia/Tokyo", ZoneInfo("Asia/Tokyo"))
HOURS = WallSpan(22 * HOUR, 30 * HOUR)
NIGHT = Window("night", 8, (Phrase(Weekdays(EVERY_DAY), HOURS),), 1)
SHOP = Policy(Target("shop", "worker"), UTC_ZONE, 5, 2, "basic", (NIGHT,))
LEAD = replace(NIGHT, lead=5 * MINUTE)
IDLE = replace(NIGHT, close=Close("queue", 2 * HOUR, 10 * MINUTE))
LATER = replace(NIGHT, close=Close("queue", HOUR))
WHEN_IDLE, WHEN_LATER = (
    "when queue is idle, at most 2h late, early after 10m idle",
    "when queue is idle, at most 1h late",
)


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        ({"zone": UTC_ZONE}, {"zone": TOKYO}, "its time zone is Asia/Tokyo instead of UTC",
         "its time zone is UTC instead of Asia/Tokyo"),
        ({}, {"limits": Limits(1, 9)}, "its limits are 1..9 instead of none", "its limits are none instead of 1..9"),
        ({}, {"allow_zero": True}, "it may be scaled to 0", "it may no longer be scaled to 0"),
        ({}, {"on_manual_change": "enforce"}, "on_manual_change is enforce instead of keep",
         "on_manual_change is keep instead of enforce"),
        ({}, {"settle": 0}, "it settles for 0m instead of 5m", "it settles for 5m instead of 0m"),
        ({}, {"windows": (LEAD,)}, "night has a lead of 5m instead of no lead",
         "night has no lead instead of a lead of 5m"),
        ({}, {"windows": (replace(NIGHT, unbroken=True),)}, "night is unbroken",
         "night is no longer unbroken: daily restarts may fall into it"),
        ({"windows": ()}, {"windows": (replace(NIGHT, unbroken=True),)}, "night is unbroken",
         "night, which was unbroken, is gone"),
        ({}, {"windows": (IDLE,)}, f"night closes {WHEN_IDLE} instead of at its end",
         f"night closes at its end instead of {WHEN_IDLE}"),
        ({"windows": (LATER,)}, {"windows": (IDLE,)}, f"night closes {WHEN_IDLE} instead of {WHEN_LATER}",
         f"night closes {WHEN_LATER} instead of {WHEN_IDLE}"),
        ({"windows": ()}, {"windows": (LATER,)}, f"night closes {WHEN_LATER}",
         f"night, which closed {WHEN_LATER}, is gone"),
    ],
)  # fmt: skip
def test_each_rule_has_its_sentence(old: dict[str, object], new: dict[str, object], there: str, back: str) -> None:
    before, after = replace(SHOP, **old), replace(SHOP, **new)  # type: ignore[arg-type]
    assert list(rule_changes(before, after)) == [there]
    assert list(rule_changes(after, before)) == [back]
    assert not same_rules(before, after)
    assert not same_rules(after, before)
    assert list(rule_changes(before, before)) == []


def test_windows_are_told_in_the_order_of_the_files_each_once() -> None:
    first, second = replace(NIGHT, name="first", unbroken=True), replace(LEAD, name="second")
    old, new = replace(SHOP, windows=(NIGHT, second)), replace(SHOP, windows=(first, replace(second, lead=0), LEAD))
    assert list(rule_changes(old, new)) == [
        "night has a lead of 5m instead of no lead", "second has no lead instead of a lead of 5m", "first is unbroken",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"name": "nights"},
        {"quantity": 2},
        {"size": "basic"},
        {"lead": 60},
        {"unbroken": True},
        {"close": Close("queue", 60)},
        {"phrases": (Phrase(Weekdays(EVERY_DAY), WallSpan(22 * HOUR, 31 * HOUR)),)},
        {"excluded": (Weekdays(frozenset({1})),)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_rules_are_the_same_where_every_value_of_their_windows_is(other: dict[str, object]) -> None:
    assert same_rules(SHOP, replace(SHOP, line=99, windows=(replace(NIGHT, line=9),)))
    assert not same_rules(SHOP, replace(SHOP, windows=(replace(NIGHT, **other),)))  # type: ignore[arg-type]
    assert not same_rules(SHOP, replace(SHOP, windows=(NIGHT, NIGHT)))


@pytest.mark.parametrize("other", [{"quantity": 3}, {"size": "eco"}], ids=["quantity", "size"])
def test_own_values_are_rules(other: dict[str, object]) -> None:
    assert not same_rules(SHOP, replace(SHOP, **other))  # type: ignore[arg-type]


def test_what_depends_on_a_calendar_is_never_taken_for_the_same() -> None:
    for days in (BusinessDays(Calendar("closed")), CalendarDays(Calendar("closed"))):
        named = replace(SHOP, windows=(replace(NIGHT, phrases=(Phrase(days, HOURS),)),))
        excepted = replace(SHOP, windows=(NIGHT, replace(NIGHT, excluded=(days,))))
        assert not same_rules(named, named)
        assert not same_rules(excepted, excepted)


def file(
    at_once: int | None = None, probes: dict[tuple[str, str], Probe] | None = None, notices: tuple[Notice, ...] = ()
) -> Policies:
    return Policies("policies.yaml", (SHOP,), at_once=at_once, probes=probes or {}, notices=notices)


QUEUE: dict[tuple[str, str], Probe] = {("shop", "queue"): HttpProbe("https://one.example", ("size",))}
SLACK = Notice("slack", "OPS_URL", 3, frozenset({"failed", "held"}))


@pytest.mark.parametrize(
    ("new", "there", "back"),
    [
        (file(at_once=3), "at_once is 3 instead of not given", "at_once is not given instead of 3"),
        (file(probes=QUEUE), "shop probe queue is new", "shop probe queue is gone"),
        (file(notices=(SLACK,)), "everything: slack OPS_URL is told of failed, held from now on",
         "everything: slack OPS_URL is told of failed, held no longer"),
        (file(notices=(replace(SLACK, topics=frozenset(), secret="KEY", app="shop"),)),
         "shop: slack OPS_URL, signed by KEY, is told from now on",
         "shop: slack OPS_URL, signed by KEY, is told no longer"),
    ],
)  # fmt: skip
def test_what_concerns_whole_apps_has_its_sentence(new: Policies, there: str, back: str) -> None:
    assert list(file_changes(file(), new)) == [there]
    assert list(file_changes(new, file())) == [back]
    assert list(file_changes(new, new)) == []


def test_what_a_probe_asks_is_not_shown_and_those_of_other_apps_are_nobody_s_concern() -> None:
    elsewhere: dict[tuple[str, str], Probe] = {("shop", "queue"): HttpProbe("https://two.example", ("size",))}
    told = ["shop probe queue asks something else, or is asked elsewhere"]
    assert list(file_changes(file(probes=QUEUE), file(probes=elsewhere))) == told
    strange: dict[tuple[str, str], Probe] = {("blog", "queue"): HttpProbe("https://two.example", ("size",))}
    assert list(file_changes(file(), file(probes={**strange, **QUEUE}))) == ["shop probe queue is new"]
