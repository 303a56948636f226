"""What a file costs, for people and for programs."""

import pytest

from autoscaler.core.bill import bill
from autoscaler.core.zones import DAY, WEEK, instant
from autoscaler.views.cost_json import cost_json
from autoscaler.views.cost_text import cost_notes, cost_text
from autoscaler.views.money import rate
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview
from autoscaler.views.summary import summary
from tests.views.comparing import MONDAY, loaded, shop

START = instant(MONDAY)
JOB = "jobs:\n  invoice: {when: daily 01:00, run: python invoice.py, size: standard-2x, time_limit: 3h}\n"
NIGHT = """\
quantity: 4
size: standard-1x
windows:
  - {name: night, when: 20:00-08:00, quantity: 1}
"""


def test_the_lines_add_up() -> None:
    lines = cost_text(bill(loaded(shop(NIGHT, JOB)), START, START + WEEK), Paint())
    assert [line.split("  ") for line in lines[:1]] == [["Cost a week, USD at Heroku's list prices of 2026-05-13"]]
    assert [" ".join(line.split()) for line in lines[1:]] == [
        "process types 420 h $14.58",
        "one-off jobs, at most 21 h $1.46",
        "the clock dyno (basic) 168 h $1.63",
        "all 609 h $17.68",
        "always at peak 693 h $24.79",
    ]


def test_the_json_has_the_same_figures() -> None:
    found = cost_json(bill(loaded(shop(NIGHT, JOB)), START, START + WEEK))
    assert (found["currency"], found["prices"]) == ("USD", "Heroku's list prices of 2026-05-13")
    assert found["total"] == {
        "dyno_hours": 609.0,
        "usd": 17.68,
        "complete": True,
        "left_out": [],
        "counted_as_one_app": [],
    }
    assert found["saving"] == 0.2871
    assert found["jobs"] == [
        {"app": "shop", "job": "invoice", "starts": 7, "at_most": {"dyno_hours": 21.0, "usd": 1.46}}
    ]
    assert found["clock"] == {"size": "basic", "dyno_hours": 168.0, "usd": 1.63}
    assert found["eco"] is None


@pytest.mark.parametrize(
    ("text", "days", "sentence"),
    [
        (shop(NIGHT), 7, "Offline: $16.22 a week, 31 % less than always at peak. Nothing live was read."),
        (shop(NIGHT), 14, "Offline: $32.43 in 14 days, 31 % less than always at peak. Nothing live was read."),
        (shop("quantity: 2\nsize: standard-1x"), 1, "Offline: $1.90 a day, 14 % more than always at peak. Nothing"),
        (shop("quantity: 2"), 1, "Offline: 48 h of dynos a day, their price is not known. Nothing live was read."),
        (shop("quantity: 2", JOB), 1, "Offline: $0.44 a day and what has no known price. Nothing live was read."),
    ],
)
def test_the_last_sentence(text: str, days: int, sentence: str) -> None:
    preview = Preview(loaded(text), START, START + days * DAY, START, None)
    assert summary(preview).startswith(sentence)


def test_a_range_counts_at_its_lower_bound_and_says_so() -> None:
    found = bill(loaded(shop("quantity: 2..10\nsize: standard-1x")), START, START + WEEK)
    assert cost_notes(found) == ["ranges count at their lower bound: shop/worker"]
    assert found.formations.hours == 2 * 168
    assert cost_notes(bill(loaded(shop("quantity: 2\nsize: standard-1x")), START, START + WEEK)) == []


def test_an_eco_pool_that_is_too_small_and_what_is_left_out_are_said() -> None:
    eco = shop("quantity: 1\nsize: eco") + "      web: {quantity: 1, size: eco}\n      other: {quantity: 1}\n"
    found = bill(loaded(eco), START, START + WEEK)
    assert cost_notes(found) == [
        "the Eco pool has 1,000 h a month, this would take 1,440: once it is used up, every Eco dyno of the account "
        "sleeps until the next month",
        "left out: shop/other (no size named)",
    ]


@pytest.mark.parametrize(
    ("hours", "said"),
    [(36, "in 36 h"), (168, "a week"), (169, "in 7 days 1 h"), (745, "in 31 days 1 h")],
)
def test_a_month_in_which_clocks_change_is_told_in_days(hours: int, said: str) -> None:
    assert rate(hours * 3600) == said


def test_what_has_no_price_is_not_told_as_free() -> None:
    lines = cost_text(bill(loaded(shop("quantity: 2\n")), START, START + WEEK), Paint())
    assert " ".join(lines[1].split()) == "process types 336 h price not known"
    assert " ".join(lines[3].split()) == "all that has a price 504 h $1.63"
