"""What a policy file means."""

from datetime import date

import pytest

from autoscaler.core.days import EVERY_DAY, Dates, Days, Weekdays
from autoscaler.core.policies import Limits, Target
from autoscaler.core.quantity import Quantity, Range
from autoscaler.core.windows import Phrase, RealSpan, Span, WallSpan
from autoscaler.core.zones import DAY, HOUR, day_number
from tests.policyfile.loading import examined, loaded, shop, window

WORKDAYS = Weekdays(frozenset(range(5)))
NIGHT = WallSpan(22 * HOUR, 30 * HOUR)
WHOLE = WallSpan(0, DAY)


def on(*ranges: tuple[str, str]) -> Dates:
    return Dates(tuple((day_number(date.fromisoformat(a)), day_number(date.fromisoformat(b))) for a, b in ranges))


@pytest.mark.parametrize(
    ("when", "days", "span"),
    [
        ("weekdays 22:00-06:00", WORKDAYS, NIGHT),
        ("WeekDays   22:00 -  06:00", WORKDAYS, NIGHT),
        ("22:00-06:00", Weekdays(EVERY_DAY), NIGHT),
        ("daily 22:00-06:00", Weekdays(EVERY_DAY), NIGHT),
        ("weekends", Weekdays(frozenset({5, 6})), WHOLE),
        ("mon,wed,fri 09:00-17:30", Weekdays(frozenset({0, 2, 4})), WallSpan(9 * HOUR, 17 * HOUR + 1800)),
        ("mon - wed , sat", Weekdays(frozenset({0, 1, 2, 5})), WHOLE),
        ("fri-mon", Weekdays(frozenset({4, 5, 6, 0})), WHOLE),
        ("fri-fri", Weekdays(frozenset({4})), WHOLE),
        ("sun 00:00-24:00", Weekdays(frozenset({6})), WHOLE),
        ("sun 20:00-24:00", Weekdays(frozenset({6})), WallSpan(20 * HOUR, DAY)),
        ("sun 20:00-00:00", Weekdays(frozenset({6})), WallSpan(20 * HOUR, DAY)),
        ("daily 22:00 for 8h", Weekdays(EVERY_DAY), RealSpan(22 * HOUR, 8 * HOUR)),
        ("22:00 for 1h30m", Weekdays(EVERY_DAY), RealSpan(22 * HOUR, 5400)),
        ("22:00 for 90m", Weekdays(EVERY_DAY), RealSpan(22 * HOUR, 5400)),
        ("mon 22:00 for 2d", Weekdays(frozenset({0})), RealSpan(22 * HOUR, 2 * DAY)),
        ("2026-11-27", on(("2026-11-27", "2026-11-27")), WHOLE),
        ("2026-11-27 08:00 for 40h", on(("2026-11-27", "2026-11-27")), RealSpan(8 * HOUR, 40 * HOUR)),
        (
            "2026-12-29 .. 2027-01-03, 2026-11-27",
            on(("2026-12-29", "2027-01-03"), ("2026-11-27", "2026-11-27")),
            WHOLE,
        ),
    ],
)
def test_a_phrase_means_its_days_and_hours(when: str, days: Days, span: Span) -> None:
    found = loaded(window(when)).policies[0].windows[0]
    assert found.phrases == (Phrase(days, span),)


def test_a_list_of_phrases_is_one_window_named_after_them() -> None:
    found = loaded(window('[weekdays 22:00-06:00, "weekends"]')).policies[0].windows[0]
    assert [phrase.days for phrase in found.phrases] == [WORKDAYS, Weekdays(frozenset({5, 6}))]
    assert found.name == "weekdays 22:00-06:00, weekends"


@pytest.mark.parametrize(
    ("written", "quantity"),
    [("0", 0), ("7", 7), ("010", 10), ("2..10", Range(2, 10)), ('"2 .. 10"', Range(2, 10)), ("3..3", Range(3, 3))],
)
def test_quantities_are_read_as_they_look(written: str, quantity: Quantity) -> None:
    assert loaded(shop(f"quantity: {written}")).policies[0].quantity == quantity


def test_everything_of_a_process_type_arrives() -> None:
    text = """\
# a comment
timezone: UTC
apps:
  zoo:
    timezone: Europe/Berlin
    formation:
      web:
        quantity: 5
        size: Standard-1X
        limits: {min: 1, max: 20}
        windows:
          - name: sale
            when: weekends
            quantity: 10
            size: PERFORMANCE-M
            lead: 15m
          - {quantity: 2, when: 22:00-06:00}
  ape:
    formation:
      worker: {quantity: 0, timezone: Asia/Kathmandu}
      web: {quantity: 0, allow_zero: true}
"""
    found = loaded(text)
    assert [policy.target for policy in found.policies] == [
        Target("ape", "web"),
        Target("ape", "worker"),
        Target("zoo", "web"),
    ]
    assert found.zone is not None
    assert found.zone.name == "UTC"
    ape_web, ape_worker, zoo = found.policies
    assert (ape_web.allow_zero, ape_web.zone.name, ape_web.line) == (True, "UTC", 21)
    assert (ape_worker.zone.name, ape_worker.line) == ("Asia/Kathmandu", 20)
    assert (zoo.zone.name, zoo.line, zoo.size, zoo.limits) == ("Europe/Berlin", 7, "standard-1x", Limits(1, 20))
    sale, night = zoo.windows
    assert (sale.name, sale.line, sale.quantity, sale.size, sale.lead) == ("sale", 12, 10, "performance-m", 900)
    assert (night.name, night.line, night.quantity, night.size, night.lead) == ("22:00-06:00", 17, 2, None, 0)


@pytest.mark.parametrize("ends", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_of_other_systems_are_accepted(ends: str) -> None:
    assert loaded(window("weekends").replace("\n", ends)).policies[0].windows[0].line == 8


def test_an_alias_stands_for_what_it_names() -> None:
    text = shop("quantity: &some 3\nlimits: {max: *some}")
    assert loaded(text).policies[0].limits == Limits(None, 3)


def test_the_digest_tells_one_text_from_another() -> None:
    one, two = loaded(shop("quantity: 1")), loaded(shop("quantity: 2"))
    assert one.digest != two.digest
    assert len(one.digest) == 12


@pytest.mark.parametrize(
    ("text", "path", "part"),
    [
        (window("2026-01-05"), "windows[0].when", "all its dates are past"),
        (shop("quantity: 2\nsize: basic"), "worker.quantity", "at most 1 basic dyno of a process type"),
        (shop("quantity: 101"), "apps.shop", "Heroku allows an app 100"),
        (
            shop("quantity: 1\nsize: basic\nwindows:\n  - {when: weekends, size: standard-1x}"),
            "apps.shop",
            "Heroku does not mix these in one app: basic, standard-1x",
        ),
        (
            shop("quantity: 0\nwindows:\n  - {name: a, when: mon, quantity: 1}\n  - {name: a, when: tue, quantity: 1}"),
            "windows[1].name",
            "two windows are called a",
        ),
    ],
)
def test_what_depends_on_dates_or_heroku_is_a_warning(text: str, path: str, part: str) -> None:
    found = examined(text)
    assert found.policies is not None
    assert [(fault.severity, part in fault.message, fault.path.endswith(path)) for fault in found.faults] == [
        ("warning", True, True)
    ]
