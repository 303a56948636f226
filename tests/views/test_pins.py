"""A pin in force as every drawing of the plan shows it: until its end what a person wants, then what the file says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.core.difference import difference
from autoscaler.core.journal import EVERYTHING, Pin
from autoscaler.core.people import Known
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Formation, Live, Transient
from autoscaler.core.zones import DAY, instant
from autoscaler.views.apps_text import apps_text
from autoscaler.views.paint import Paint
from autoscaler.views.plan_html import plan_html
from autoscaler.views.plan_json import plan_json
from autoscaler.views.plan_markdown import plan_markdown
from autoscaler.views.plan_text import plan_text
from autoscaler.views.preview import Preview
from tests.views.comparing import loaded

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FILE = """\
timezone: UTC
apps:
  shop:
    formation:
      web:
        quantity: 5
        size: standard-1x
        windows:
          - {name: lunch, when: 13:00-14:00, quantity: 6}
          - {name: night, when: 20:00-24:00, quantity: 2}
"""
PIN = Pin("shop", "web", 8, NOW - timedelta(hours=1), NOW + timedelta(hours=6), "sale", "ann")


def preview(*pins: Pin, file: str = FILE, read: bool = True, start: datetime = NOW) -> Preview:
    policies = loaded(file)
    answer = Formation("shop", {"web": Live(8, "standard-1x")}) if read else Transient("Heroku did not answer")
    plan = draft(policies, Observed(NOW, {"shop": answer}, known=Known(pins)), NOW)
    return Preview(policies, instant(start), instant(start) + DAY, instant(NOW), plan)


def spans(shown: Preview) -> list[tuple[str, int, str | None]]:
    [formation] = json.loads(plan_json(shown))["formations"]
    return [(span["start"][11:16], span["quantity"], span.get("pinned")) for span in formation["spans"]]


PINNED = [("12:00", 8, "pinned by ann: sale"), ("18:00", 5, None), ("20:00", 2, None), ("00:00", 5, None)]


@pytest.mark.parametrize("read", [True, False])
def test_the_timeline_has_the_pin_until_its_end_and_then_the_file(read: bool) -> None:
    """Also where the app could not be read: the pin is in force all the same."""
    shown = preview(PIN, read=read)
    assert spans(shown) == PINNED
    assert [(change["at"][11:16], change["before"]["quantity"], change["after"]["quantity"]) for change in
            json.loads(plan_json(shown))["changes"]] == [("18:00", 8, 5), ("20:00", 5, 2), ("00:00", 2, 5)]  # fmt: skip


def test_the_text_draws_it_and_tells_its_end() -> None:
    text = plan_text(preview(PIN), Paint())
    assert "  Tue 24 Nov                         ┃8███████████5▅▅▅2▂▂▂▂▂▂▂  now 12:00\n" in text
    assert "    18:00 UTC  web  8 → 5  no window open (the pin ends)" in text
    assert "  with the pins in force: shop/web" in text
    assert "lunch" not in text.split("\nChanges\n")[1].split("Wed 25")[0]


def test_the_cost_counts_it_and_what_is_always_at_peak_stays_the_files() -> None:
    pinned, plain = (json.loads(plan_json(shown)) for shown in (preview(PIN), preview()))
    more = 3 * 6 - 1  # 8 instead of 5 for six hours, in one of which the file wants 6
    assert pinned["formations"][0]["dyno_hours"] - plain["formations"][0]["dyno_hours"] == more
    assert pinned["cost"]["formations"]["dyno_hours"] - plain["cost"]["formations"]["dyno_hours"] == more
    assert pinned["cost"]["peak"] == plain["cost"]["peak"]


def test_the_page_the_comment_and_the_summary_tell_it_too() -> None:
    shown = preview(PIN)
    assert "<td>8<td>standard-1x<td>pinned by ann: sale" in plan_html(shown)
    assert "| 8:standard-1x | pinned by ann: sale |" in plan_markdown(shown)
    assert "Tue 18:00 UTC web 8 → 5" in apps_text(shown, Paint(columns=120))


def test_what_a_file_changes_is_told_without_the_pin() -> None:
    shown = preview(PIN)
    before = loaded(FILE.replace("quantity: 5", "quantity: 4"), "git:main")
    found = difference(before, shown.policies, shown.start, shown.until)
    told = json.loads(plan_json(replace(shown, against=found)))
    assert [row["text"] for row in told["against"]["formations"]] == [
        row["text"] for row in json.loads(plan_json(replace(preview(), against=found)))["against"]["formations"]
    ]
    assert spans(replace(shown, against=found)) == PINNED


def test_before_it_was_made_and_after_its_end_the_file_speaks() -> None:
    early = preview(PIN, start=NOW - timedelta(hours=3))
    assert spans(early)[:3] == [("09:00", 5, None), ("11:00", 8, "pinned by ann: sale"), ("18:00", 5, None)]
    assert "11:00 UTC  web  5 → 8  pinned by ann: sale" in plan_text(early, Paint())
    assert spans(preview(PIN, start=NOW + timedelta(hours=7)))[0] == ("19:00", 5, None)


def test_a_clock_that_is_ahead_makes_no_gap_before_the_pin() -> None:
    assert spans(preview(replace(PIN, made=NOW + timedelta(seconds=9)))) == PINNED


def test_the_size_stays_the_files_and_a_pause_pins_nothing() -> None:
    file = FILE.replace("quantity: 6}", "size: standard-2x}")
    [formation] = json.loads(plan_json(preview(PIN, file=file)))["formations"]
    assert [(span["quantity"], span["size"]) for span in formation["spans"]][:4] == [
        (8, "standard-1x"), (8, "standard-2x"), (8, "standard-1x"), (5, "standard-1x"),
    ]  # fmt: skip
    pause = Pin(EVERYTHING, EVERYTHING, None, NOW, NOW + timedelta(hours=2))
    assert spans(preview(pause)) == spans(preview())
