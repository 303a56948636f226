"""The page in a real browser: what is drawn is what the JSON says, nothing leaves it, everybody can read it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.views import browser as browsers
from tests.views.browser import Opened, browsing

if browsers.CHROMIUM is None:
    pytest.skip(f"NOT CHECKED in a browser; to check: {browsers.HINT}", allow_module_level=True)

from playwright.sync_api import Browser, Locator, Page

from autoscaler.core.difference import difference
from autoscaler.core.guard import Ourselves
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Dyno, Dynos, Formation, Live
from autoscaler.core.policies import Policies
from autoscaler.core.zones import instant
from autoscaler.policyfile import examine_text
from autoscaler.views.plan_html import plan_html
from autoscaler.views.plan_json import plan_json
from autoscaler.views.preview import Preview

FILE = """\
timezone: Europe/Berlin
business_calendar: closed
calendars:
  closed: {holidays: DE-BE, dates: [2027-03-24]}
apps:
  desk:
    timezone: Asia/Tokyo
    formation:
      web:
        quantity: 1
        allow_zero: true
        windows:
          - {when: weekends, quantity: 0}
  shop:
    formation:
      web:
        quantity: 2..4
        size: standard-1x
        windows:
          - {name: campaign, when: fri 08:00-20:00, quantity: 6..10, size: performance-m}
          - {name: night, when: 22:00-06:00, quantity: 1}
      worker:
        quantity: 1
        size: standard-1x
        windows:
          - name: nightly batch
            when: business days 22:00-06:00
            quantity: 3
            size: standard-2x
            unbroken: true
            close: {when: idle, probe: unfinished, latest: 2h}
          - {name: lunch, when: thu 12:00-13:00, quantity: 1, unbroken: true}
    probes:
      unfinished: {postgres: SHOP_DATABASE_URL, query: "select count(*) from jobs"}
    jobs:
      invoice: {when: "weekdays 03:00", run: python invoice.py, size: standard-2x, time_limit: 3h}
"""

HOSTILE = """\
timezone: America/New_York
apps:
  shop:
    formation:
      web:
        quantity: 1
        windows:
          - name: '<img src=http://evil.example/x onerror=alert(1)><script>alert(2)</script>&quot;"'
            when: 08:00-20:00
            quantity: 3
    jobs:
      clean: {when: "daily 03:00", run: "echo '</code><b>bold</b>' password=hunter2"}
"""

NOW = "2027-03-24T15:20:00+01:00"
FROM = "2027-03-22T00:00:00+01:00"
"""A week with a closed day, Good Friday, and on Sunday a night in which the clocks of Berlin go forward."""


def policies(text: str, name: str = "policies.yaml") -> Policies:
    found = examine_text(text.encode(), name, Ourselves("me", "clock"), datetime.fromisoformat(NOW)).policies
    assert found is not None
    return found


def preview(text: str = FILE, days: float = 7, **more: Any) -> Preview:
    start, now = instant(datetime.fromisoformat(FROM)), instant(datetime.fromisoformat(NOW))
    return Preview(policies(text), start, start + int(days * 86400), now, **{"plan": None, **more})


def online() -> Preview:
    now = datetime.fromisoformat(NOW)
    born = now - timedelta(hours=4)
    shop = Formation("shop", {"web": Live(7, "standard-1x"), "worker": Live(1, "standard-1x")})
    dyno = Dyno("an-id", "worker.1", "worker", "standard-1x", "up", "work", 1, born, born)
    seen = Observed(now, {"shop": shop, "desk": Formation("desk", {})}, {"shop": Dynos("shop", (dyno,))})
    return preview(plan=draft(policies(FILE), seen, now))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


Open = Callable[..., Opened]


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a preview; the context's options are Playwright's."""
    contexts = []

    def open_(shown: Preview, **options: Any) -> Opened:
        file = tmp_path / "plan.html"
        file.write_text(plan_html(shown), encoding="utf-8")
        context = chromium.new_context(**options)
        contexts.append(context)
        return Opened(context.new_page(), file)

    yield open_
    for context in contexts:
        context.close()


def seconds(utc: str) -> int:
    return instant(datetime.fromisoformat(utc))


def lane(page: Page, app: str, kind: str) -> Locator:
    return page.locator(f'.lane[data-app="{app}"][data-type="{kind}"]')


Step = tuple[int, int, int]
"""Start and end in seconds after the page's start, and a quantity."""


def steps(paths: list[str], top: int) -> list[Step]:
    """The horizontal strokes of paths that are drawn in seconds and, downwards from `top`, in dynos."""
    found = []
    for path in paths:
        x = y = 0
        for letter, first, second in re.findall(r"([MVH])(\d+)(?: (\d+))?", path):
            match letter:
                case "M":
                    x, y = int(first), int(second)
                case "V":
                    y = int(first)
                case "H":
                    found.append((x, int(first), top - y))
                    x = int(first)
    return sorted(found)


def drawn(page: Page, app: str, kind: str, shape: str) -> dict[str, list[Step]]:
    """By size, what a lane's paths of a kind say."""
    plot = lane(page, app, kind).locator("svg.plot")
    box = (plot.get_attribute("viewBox") or "").split()
    found: dict[str, list[Step]] = {}
    for path in plot.locator(f"path.{shape}").all():
        found[path.get_attribute("data-size") or ""] = steps([path.get_attribute("d") or ""], int(box[3]))
    return found


def wanted(formation: Any, start: int, bound: int) -> dict[str, list[Step]]:
    """The same as the JSON has it: `bound` 0 is the lower, 1 the upper one of a range."""
    found: dict[str, list[Step]] = {}
    for span in formation["spans"]:
        if bound and span["range"] is None:
            continue
        quantity = span["range"][bound] if span["range"] else span["quantity"]
        step = seconds(span["start"]) - start, seconds(span["end"]) - start, quantity
        found.setdefault(span["size"] or "", []).append(step)
    return found


@pytest.mark.parametrize("days", [7, 30, 2.5])
def test_what_is_drawn_is_what_the_json_says(days: float, opened: Open) -> None:
    shown = preview(days=days)
    page, data = opened(shown).page, json.loads(plan_json(shown))
    assert len(data["formations"]) == page.locator("svg.chart").count() == 3
    for formation in data["formations"]:
        target = formation["app"], formation["type"]
        assert drawn(page, *target, "area") == wanted(formation, shown.start, 0)
        assert drawn(page, *target, "band") == wanted(formation, shown.start, 1)


def test_the_table_beside_a_drawing_has_the_same_figures(opened: Open) -> None:
    shown = preview()
    page, data = opened(shown).page, json.loads(plan_json(shown))
    for formation in data["formations"]:
        rows = lane(page, formation["app"], formation["type"]).locator("tbody tr")
        told = [[cell.text_content() for cell in row.locator("td").all()] for row in rows.all()]
        assert [row[1] for row in told] == [
            str(span["quantity"]) if span["range"] is None else "{}\u2013{}".format(*span["range"])
            for span in formation["spans"]
        ]
        assert [row[2] for row in told] == [span["size"] or "\u2013" for span in formation["spans"]]
        assert [row[3] for row in told] == [
            f"{span['window'] or 'no window'} (line {span['line']})" for span in formation["spans"]
        ]
        starts = [datetime.fromisoformat(span["start"]) for span in formation["spans"]]
        assert [str(row[4])[-5:] for row in told] == [f"{start:%H:%M}" for start in starts]
    first = lane(page, "desk", "web").locator("tbody tr").first.locator("td").first
    assert first.text_content() == "Mon 22 Mar 08:00"  # Tokyo's own time


def test_a_day_is_as_wide_as_it_is_long_and_marked_as_what_it_is(opened: Open) -> None:
    page = opened(preview()).page
    marked = {
        rect.get_attribute("data-day"): rect.get_attribute("class")
        for rect in page.locator("symbol").nth(2).locator("rect").all()
    }
    assert marked == {
        "2027-03-24": "holiday",
        "2027-03-26": "holiday",
        "2027-03-27": "weekend",
        "2027-03-28": "weekend",
        "2027-03-29": "holiday",
    }
    sunday = page.locator('symbol rect[data-day="2027-03-28"]').nth(1)
    assert float((sunday.get_attribute("width") or "").rstrip("%")) == pytest.approx(100 * 23 / (7 * 24), abs=0.001)
    jump = page.locator("symbol line.jump")
    assert jump.count() == 1  # Tokyo's clocks stay
    assert float((jump.get_attribute("x1") or "").rstrip("%")) == pytest.approx(100 * 6 / 7 + 100 * 2 / 168, abs=0.001)
    assert "Fri 26 Mar Karfreitag / Good Friday (Europe/Berlin)" in page.locator(".marked").inner_text().splitlines()
    year = opened(preview(days=370)).page.locator(".marked")
    assert "Fri 26 Mar 2027 Karfreitag / Good Friday (Europe/Berlin)" in year.inner_text().splitlines()


def test_jobs_restarts_and_openings_are_marked_when_they_are(opened: Open) -> None:
    shown = online()
    page, data = opened(shown).page, json.loads(plan_json(shown))
    starts = [int(dot.get_attribute("data-at") or "") for dot in page.locator("use.start").all()]
    assert starts == [seconds(job["at"]) - shown.start for job in data["jobs"]] != []
    [restart] = [seconds(dyno["restart_at"]) - shown.start for dyno in data["dynos"] if dyno["restart_at"]]
    assert page.locator("use.restart").get_attribute("data-at") == str(restart)
    worker = lane(page, "shop", "worker")
    resized = [int(mark.get_attribute("data-at") or "") for mark in worker.locator("use.resized").all()]
    [spans] = [row["spans"] for row in data["formations"] if row["type"] == "worker"]
    assert resized == [seconds(b["start"]) - shown.start for a, b in pairwise(spans) if a["size"] != b["size"]]
    assert worker.locator("rect.unbroken").count() == 4
    held = [line.locator("title").text_content() or "" for line in worker.locator("line.held").all()]
    assert held[0].startswith("nightly batch may be held open Tue 23 Mar 06:00 to Tue 23 Mar 08:00")


def test_online_live_stands_beside_wanted_and_a_hold_says_why(opened: Open) -> None:
    shown = online()
    page, data = opened(shown).page, json.loads(plan_json(shown))
    rows = page.locator("#now tbody tr")
    told = [tuple(row.get_attribute(f"data-{name}") for name in ("app", "type", "step")) for row in rows.all()]
    assert told == [(row["app"], row["type"], row["step"]) for row in data["now"]]
    assert "empty formation" in rows.first.inner_text()
    assert rows.nth(1).locator("td").all_inner_texts()[:3] == [
        "down",
        "7 \u00d7 standard-1x",
        "2\u20134 \u00d7 standard-1x",
    ]
    assert lane(page, "shop", "web").locator("circle.live").get_attribute("data-live") == "7"
    assert "1 down" in page.locator(".summary").inner_text()


def test_offline_there_is_no_now_and_outside_the_time_no_line(opened: Open) -> None:
    page = opened(preview()).page
    assert page.locator("#now").count() == 0
    assert page.locator("svg.chart line.now").count() == 3
    shown = preview()
    later = Preview(shown.policies, shown.start, shown.until, shown.until, None)
    assert opened(later).page.locator("line.now").count() == 0


def test_a_difference_is_drawn_and_told(opened: Open) -> None:
    old = policies(
        FILE.replace("quantity: 3\n", "quantity: 8\n").replace("22:00-06:00, q", "23:00-06:00, q"), "old.yaml"
    )
    shown = preview()
    found = difference(old, shown.policies, shown.start, shown.until)
    shown = preview(against=found)
    page, data = opened(shown).page, json.loads(plan_json(shown))
    assert {row["type"] for row in data["against"]["formations"]} == {"web", "worker"}
    for row in data["against"]["formations"]:
        lines = {(start, end, quantity) for start, end, quantity in drawn(page, "shop", row["type"], "old")[""]}
        ranges = [(span, span["before"]["range"] or [span["before"]["quantity"]]) for span in row["spans"]]
        assert lines == {
            (seconds(span["start"]) - shown.start, seconds(span["end"]) - shown.start, quantity)
            for span, quantities in ranges
            for quantity in quantities
        }
    assert page.locator("#against li").all_inner_texts() == [row["text"] for row in data["against"]["formations"]]
    assert page.locator("#against li.drastic").count() == sum(
        row["drastic"] is not None for row in data["against"]["formations"]
    ) == 2  # fmt: skip
    assert lane(page, "desk", "web").locator(".old").count() == 0


def test_the_cards_have_the_figures_of_the_json(opened: Open) -> None:
    shown = preview()
    page, cost = opened(shown).page, json.loads(plan_json(shown))["cost"]
    cards = {card.get_attribute("data-card"): card.inner_text() for card in page.locator(".card").all()}
    assert f"${cost['total']['usd']:,.2f}" in cards["total"]
    assert f"{cost['saving'] * 100:.0f} % less" in cards["peak"]
    assert f"at most ${sum(job['at_most']['usd'] for job in cost['jobs']):.2f}" in cards["jobs"]
    assert f"${cost['clock']['usd']:.2f}" in cards["clock"]
    assert "desk/web (no size named)" in page.locator(".notes").inner_text()


def test_pointer_and_arrow_keys_tell_the_span(opened: Open) -> None:
    page = opened(preview(), viewport={"width": 1200, "height": 1400}).page
    chart, tip = lane(page, "shop", "web").locator("svg.chart"), page.locator("#tip")
    assert chart.get_attribute("role") == "slider"
    box = chart.bounding_box()
    assert box is not None
    chart.hover(position={"x": box["width"] * (4 + 12 / 24) / 7, "y": 40})  # Friday noon
    assert tip.inner_text().splitlines() == [
        "2\u20134 → 6\u201310 dynos of performance-m",
        "Fri 26 Mar 08:00 to Fri 26 Mar 20:00 (from 07:00 UTC)",
        "campaign (line 20)",
    ]
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    chart.focus()
    page.keyboard.press("Home")
    assert (chart.get_attribute("aria-valuetext") or "").startswith("1 dyno of standard-1x, Mon 22 Mar 00:00 to Mon")
    page.keyboard.press("ArrowRight")
    assert tip.inner_text().startswith("1 → 2\u20134 dynos of standard-1x")
    assert chart.locator(".cursor").count() == 1
    page.keyboard.press("Escape")
    assert not tip.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_leaves_the_page_and_it_fits_a_phone(scheme: Any, opened: Open) -> None:
    for shown in (online(), preview(days=30)):
        seen = opened(shown, viewport={"width": 390, "height": 844}, color_scheme=scheme)
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
        seen.page.locator("summary").first.click()
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
        assert len(seen.asked) == 1
        assert seen.asked[0].startswith("file:")
        assert seen.said == []


def test_the_policy_of_the_page_forbids_what_it_does_not_hold(opened: Open) -> None:
    seen = opened(preview())
    seen.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x'}))")
    seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p onclick=alert(1) id=x>x</p>')")
    seen.page.locator("#x").click()
    assert ["violates" in said for said in seen.said] == [True, True]


def test_what_a_file_calls_things_cannot_speak(opened: Open) -> None:
    shown = preview(HOSTILE)
    named = Preview(
        policies(HOSTILE, "</title><script>alert(3)</script>\u202e.yaml"), shown.start, shown.until, 0, None
    )
    seen = opened(named)
    assert seen.said == []
    assert len(seen.asked) == 1
    assert seen.page.locator("img, b:has-text('bold')").count() == 0
    assert seen.page.locator("script").count() == 1
    assert seen.page.locator("h1").inner_text() == "</title><script>alert(3)</script>\ufffd.yaml"
    text = seen.page.locator("body").text_content() or ""
    assert "<img src=http://evil.example/x onerror=alert(1)><script>alert(2)</script>" in text
    assert "hunter2" not in seen.page.content()


def test_of_many_warnings_the_first_are_seen_and_the_others_unfolded(opened: Open) -> None:
    many = "".join(f"      w{n}: {{quantity: 1, windows: [{{when: 22:00-06:00, quantity: 2}}]}}\n" for n in range(9))
    text = f"timezone: Europe/Berlin\napps:\n  shop:\n    formation:\n{many}"
    found = examine_text(text.encode(), "policies.yaml", Ourselves("me", "clock"), datetime.fromisoformat(NOW))
    page = opened(preview(text, warnings=found.faults)).page
    assert len(found.faults) == 9  # clocks change while each of them is open
    shown = page.locator("#warnings li")
    assert [row.is_visible() for row in shown.all()] == [True] * 5 + [False] * 4
    page.locator("#warnings summary").click()
    assert [row.is_visible() for row in shown.all()] == [True] * 9
    assert shown.nth(0).inner_text().startswith(f"policies.yaml:{found.faults[0].line} {found.faults[0].message}")


CONTRAST = """
() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, at) =>
    sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
  };
  const texts = [...document.querySelectorAll("body *")].filter((node) => node.checkVisibility() &&
    [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  return texts.map((node) => {
    const style = getComputedStyle(node);
    const colour = parse(node instanceof SVGElement ? style.fill : style.color);
    const [one, two] = [light(colour), light(behind(node))].sort((a, b) => b - a);
    return [(one + 0.05) / (two + 0.05), node.className.baseVal ?? node.className, node.textContent.slice(0, 40)];
  });
}
"""
"""The contrast of each text with what is behind it, as WCAG 2 reckons it."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_what_is_behind_it(scheme: Any, opened: Open) -> None:
    old = policies(FILE.replace("quantity: 3\n", "quantity: 8\n"), "old.yaml")
    shown = online()
    found = difference(old, shown.policies, shown.start, shown.until)
    full = Preview(shown.policies, shown.start, shown.until, shown.now, shown.plan, against=found)
    page = opened(full, color_scheme=scheme, viewport={"width": 1200, "height": 3000}).page
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    contrasts = page.evaluate(CONTRAST)
    assert len(contrasts) > 100
    assert [told for told in contrasts if told[0] < 4.5] == []


def test_those_who_listen_find_their_way(opened: Open) -> None:
    page = opened(online()).page
    assert page.locator("html").get_attribute("lang") == "en"
    assert [heading.text_content() for heading in page.locator("h1, h2").all()] == [
        "policies.yaml", "Cost", "Now", "Timeline",
    ]  # fmt: skip
    for drawing in page.locator("main svg[role]").all():
        assert drawing.get_attribute("aria-label")
    assert page.locator("main svg:not([role]):not([aria-hidden]):not(.plot)").count() == 0
    for table in page.locator("table").all():
        assert table.locator("thead th[scope=col]").count() >= 2
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the timeline"


def test_it_prints_in_ink_on_paper_also_from_a_dark_screen(opened: Open) -> None:
    page = opened(preview(), color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 28, 32)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light only"
    assert not page.locator(".skip").is_visible()
    assert lane(page, "shop", "web").locator("svg.chart").is_visible()


def test_without_its_script_everything_is_still_there(opened: Open) -> None:
    page = opened(preview(), java_script_enabled=False).page
    chart = lane(page, "shop", "web").locator("svg.chart")
    assert chart.get_attribute("role") == "img"
    page.locator(".lane[data-type=worker] summary").click()
    assert page.locator(".lane[data-type=worker] table").is_visible()
