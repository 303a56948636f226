"""The plan for a pull request: never too long, never broken by a name, the worst first."""

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.difference import difference
from autoscaler.core.journal import Pin
from autoscaler.core.people import Known
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Formation, Live
from autoscaler.core.zones import WEEK, instant
from autoscaler.policyfile import Fault
from autoscaler.views.markdown import plain
from autoscaler.views.plan_markdown import plan_markdown
from autoscaler.views.preview import Preview
from tests.core.worlds import tried
from tests.views.comparing import MONDAY, loaded

LIMIT = 60_000
MARKUP = set("`*_[]<>|~\\@#$")

FILE = """\
timezone: Asia/Tokyo
apps:
  shop:
    formation:
      web:
        quantity: 4
        size: standard-1x
      worker:
        quantity: 0
        size: standard-1x
        windows:
          - {name: nightly batch, when: weekdays 22:00-06:00, quantity: 1}
"""
CHANGED = FILE.replace("quantity: 4", "quantity: 2").replace("when: weekdays", "when: mon-sat")


def preview(text: str, old: str | None = None, live: dict[str, Live] | None = None, now: datetime = MONDAY) -> Preview:
    policies, start = loaded(text), instant(now)
    differs = None if old is None else difference(loaded(old, "git:main"), policies, start, start + WEEK)
    answers = {app: Formation(app, live or {}) for app in policies.apps}
    plan = None if live is None else draft(policies, Observed(now, answers), now)
    return Preview(policies, start, start + WEEK, start, plan, against=differs)


def seen(markdown: str) -> str:
    """What a reader sees of text that has no markup of its own."""
    return html.unescape(markdown).replace("\u200b", "")


def test_the_page_begins_with_one_sentence_and_what_is_drastic() -> None:
    live = {"web": Live(4, "standard-1x"), "worker": Live(0, "standard-1x")}
    lines = seen(plan_markdown(preview(CHANGED, FILE, live))).splitlines()
    assert lines[:12] == [
        "**Plan: 0 up, 1 down, 1 unchanged, 0 held; $14.97 a week, 14 % less than always at peak.**",
        "",
        "⚠️ **Down to zero, to half or less by this file:** shop/web",
        "",
        "⚠️ **Down to zero, to half or less now, against what lives:** shop/web",
        "",
        "### Against git:main: 2 process types differ, 1 of them down to half or less; -328 h, -$11.39 a week",
        "",
        "| what | how it changes | time and cost |",
        "| --- | --- | --- |",
        "| shop/web | ⚠️ **down to half or less:** has 2 instead of 4 at all times | -336 h, -$11.67 a week |",
        "| shop/worker | now also runs on Saturdays 22:00-06:00 | +8 h, +$0.28 a week |",
    ]
    assert (
        "| shop/web | ⚠️ down | 4:standard-1x | 2:standard-1x | live is as git:main wants it: this file changes it |"
        in lines
    )


def test_what_lives_otherwise_is_told_apart_from_what_the_file_changes() -> None:
    live = {"web": Live(4, "standard-1x"), "worker": Live(3, "standard-1x")}
    page = seen(plan_markdown(preview(CHANGED, FILE, live)))
    assert "| shop/worker | ⚠️ down | 3:standard-1x | 0:standard-1x | not of this file: git:main wants" in page


def test_what_is_pinned_says_so() -> None:
    pin = Pin("shop", "worker", 3, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1), "big import", "ann")
    seen_now = Observed(
        MONDAY,
        {"shop": Formation("shop", {"web": Live(4, "standard-1x"), "worker": Live(0, "standard-1x")})},
        known=Known((pin,)),
    )
    plan = draft(loaded(FILE), seen_now, MONDAY)
    page = seen(plan_markdown(replace(preview(FILE), plan=plan)))
    assert "| shop/worker | up | 0:standard-1x | 3:standard-1x | pinned by ann: big import |" in page


def test_the_cost_has_its_parts() -> None:
    lines = seen(plan_markdown(preview(FILE))).splitlines()
    at = lines.index("### Cost a week")
    assert lines[at + 2] == "In US dollars, at Heroku's list prices of 2026-05-13."
    assert lines[at + 6 : at + 10] == [
        "| process types | 712 h | $24.72 |",
        "| the clock dyno (basic) | 168 h | $1.63 |",
        "| all | 880 h | $26.36 |",
        "| always at peak | 840 h | $29.17 |",
    ]


@pytest.mark.parametrize("number", [5, 6])
def test_many_warnings_are_folded_up(number: int) -> None:
    told = tuple(Fault("policies.yaml", n, 1, "apps", f"look at {n}", None, "warning") for n in range(number))
    page = plan_markdown(replace(preview(FILE), warnings=told))
    assert ("### Warnings" in page) is (number == 5)
    assert ("<details><summary>6 warnings</summary>\n\n- policies.yaml:0: look at 0\n" in page) is (number == 6)
    assert page.count("<details>") == page.count("</details>")
    assert page.count(": look at ") == number


def test_each_process_type_has_its_table_folded_up() -> None:
    page = seen(plan_markdown(preview(FILE)))
    assert page.count("<details>") == page.count("</details>") == 2
    assert "<details><summary>shop/worker: 40 h, $1.39 a week</summary>\n\n| from |" in page
    assert "| Mon 23 Nov 2026 22:00 JST | 13:00 UTC | 1:standard-1x | nightly batch |" in page


@pytest.mark.parametrize("apps", [1, 40, 1000])
def test_it_fits_into_a_comment_whatever_the_number_of_apps(apps: int) -> None:
    def text(quantity: int) -> str:
        formation = f"    formation: {{web: {{quantity: {quantity}, size: standard-1x}}}}\n"
        return "timezone: UTC\napps:\n" + "".join(f"  shop-{number}:\n{formation}" for number in range(apps))

    live = {"web": Live(9, "standard-1x")}
    page = plan_markdown(preview(text(2), text(4), live))
    assert len(page) < LIMIT
    shown = page.count("<details>")
    rest = re.search(r"^([\d,]+) more process types? (is|are) left out", page, re.M)
    assert shown + (int(rest[1].replace(",", "")) if rest else 0) == apps
    assert page.count("⚠️ **down to half or less:**") + counted(page, "difference") == apps
    assert page.count("| ⚠️ down |") + counted(page, "process type") == apps


def counted(page: str, what: str) -> int:
    found = re.search(rf"^\.\.\. and ([\d,]+) more {what}s?\.$", page, re.M)
    return int(found[1].replace(",", "")) if found else 0


HOSTILE = [
    "a | b | c",
    "`code` ``` fence",
    "</details><script>alert(1)</script>",
    "<!-- hidden",
    "@everyone and @octo/team",
    "fixes #1 and GH-2",
    "[click](javascript:alert(1)) ![i](http://x/y.png)",
    "**bold** _em_ ~~gone~~ $x^2$ &lt;b&gt; \\| end\\",
    "https://evil.example www.evil.example",
    "x" * 100,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_windows_name_cannot_break_out(name: str) -> None:
    quoted = '"' + name.replace("\\", "\\\\") + '"'
    hostile = FILE.replace("nightly batch", quoted)
    usual, page = plan_markdown(preview(FILE)), plan_markdown(preview(hostile))
    assert len(page.splitlines()) == len(usual.splitlines())
    for line, other in zip(usual.splitlines(), page.splitlines(), strict=True):
        assert line.count("|") == other.count("|")
        assert re.findall(r"</?\w+", line) == re.findall(r"</?\w+", other)
    assert not re.search(r"@\w|#\d", html.unescape(page)), "a mention or a reference"
    assert not re.search(r"\w://|www\.", html.unescape(page)), "a link"


@tried(300)
@given(st.text())
def test_a_text_is_shown_as_it_is_and_marks_nothing_up(text: str) -> None:
    told = plain(text)
    assert not MARKUP & set(re.sub(r"&#\d+;", "", told))
    shown = "".join(character for character in " ".join(text.split()) if character.isprintable())
    if len(shown) <= 400:
        assert seen(told) == seen(re.sub("&", "&amp;", shown))
    assert "\n" not in told
