"""The page as a whole: head, sections in the order in which one asks, and nothing from anywhere else."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from autoscaler.views import moments
from autoscaler.views.plan_html.against import against
from autoscaler.views.plan_html.cards import cards
from autoscaler.views.plan_html.lanes import axis, lane, unknown_lane
from autoscaler.views.plan_html.marks import held_job, job_lane
from autoscaler.views.plan_html.markup import Markup, element, joined
from autoscaler.views.plan_html.scene import Lane, Scene, scene
from autoscaler.views.plan_html.sheets import Sheets
from autoscaler.views.plan_html.steps import steps
from autoscaler.views.preview import Preview
from autoscaler.views.summary import summary

_MANY = 6
"""From so many apps on there is a list of them to jump by."""

_SHAPES = (
    '<pattern id="hw" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hw" d="M0 0V6"/></pattern>'
    '<pattern id="hh" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<path class="hh" d="M0 0V5"/></pattern>'
    '<circle id="start" r="5"/><circle id="resized" r="2.8"/>'
    '<g id="restart"><circle r="7"/><path d="M2.8-1.6A3.3 3.3 0 1 0 3.3.7M3.1-3.6v2.2h-2.2"/></g>'
)
"""What every drawing uses: two hatchings, a job's start, restarts."""


def plan_html(preview: Preview) -> str:
    """One page that needs nothing else. Every text on it is escaped, and it may neither load nor send anything."""
    shown = scene(preview)
    sheets = Sheets(shown)
    apps = joined(_app(app, shown, sheets) for app in shown.apps)
    style, script = _own("page.css"), _own("page.js")
    sections = [cards(shown.bill), against(preview.against), steps(shown), _warnings(preview)]
    sections.append(_timeline(shown, apps, sheets))
    title = f"{preview.policies.file}: plan"
    body = element(
        "body",
        element("a", "Skip to the timeline", class_="skip", href="#timeline"),
        element("svg", element("defs", Markup(_SHAPES), sheets.drawn()), class_="defs", aria_hidden="true"),
        _header(shown),
        element("main", *sections, data_seconds=shown.length, data_now=preview.now - preview.start),
        element("footer", "Made by ", element("code", "autoscaler plan --format html"), ". It changes nothing."),
        element("div", id="tip", hidden="", aria_hidden="true"),
        element("script", Markup(script)),
    )  # fmt: skip
    head = element("head", joined(_meta(style, script)), element("title", title), element("style", Markup(style)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}"


def _own(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _meta(style: str, script: str) -> Iterator[Markup]:
    """Only this very style and this very script count; all else is forbidden."""
    own = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    allowed = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    yield element("meta", charset="utf-8")
    yield element("meta", http_equiv="Content-Security-Policy", content=allowed)
    yield element("meta", name_="viewport", content="width=device-width, initial-scale=1")
    yield element("meta", name_="color-scheme", content="light dark")
    yield element("meta", name_="referrer", content="no-referrer")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _header(shown: Scene) -> Markup:
    preview, zone = shown.preview, shown.home
    span = moments.length(shown.length)
    seen = "Live values were read" if preview.plan else "Wanted values are"
    times = f"{span} from {moments.full(preview.start, zone)}. {seen} as of {moments.full(preview.now, zone)}."
    return element(
        "header",
        element("p", "autoscaler plan", class_="kind"),
        element("h1", preview.policies.file),
        element("p", summary(preview), class_="summary"),
        element("p", times, class_="note"),
        class_="head",
    )


def _warnings(preview: Preview) -> Markup:
    if not preview.warnings:
        return Markup("")
    rows = [
        element(
            "li", element("code", f"{fault.file}:{fault.line}"), " ", fault.message,
            element("small", fault.hint) if fault.hint else "",
        )
        for fault in preview.warnings
    ]  # fmt: skip
    count = len(rows)
    heading = element("h2", f"{count} warning{'' if count == 1 else 's'}")
    return element("section", heading, element("ul", *rows, class_="warnings"), id="warnings")


def _timeline(shown: Scene, apps: Markup, sheets: Sheets) -> Markup:
    jumps = [element("a", app, href=f"#app-{number}") for number, app in enumerate(shown.apps)]
    return element(
        "section",
        element("h2", "Timeline"),
        _legend(shown, apps + sheets.drawn()),
        element("nav", *jumps, class_="apps", aria_label="Apps") if len(jumps) >= _MANY else "",
        apps,
        _marked_days(shown, sheets),
        id="timeline",
    )


_KEYS = (
    ("weekend", "weekend"), ("holiday", "holiday"), ("jump", "clock change"), ("now", "now"), ("live", "live"),
    ("band", "room of a range"), ("unbroken", "unbroken"), ("held", "may be held open"),
    ("resized", "dynos restart: another size"), ("restart", "restart ahead of an unbroken opening"),
    ("start", "start of a job"), ("old", "before"),
)  # fmt: skip
"""What a drawing may hold, by its class, and what it is called."""


def _legend(shown: Scene, drawn: str) -> Markup:
    """The sizes and their colours; of all else what is on this page."""
    keys = [(f"s{colour}", size) for size, colour in shown.colours.items() if size]
    keys += [(f"k-{kind}", name) for kind, name in _KEYS if f'class="{kind}"' in drawn or f'class="{kind} ' in drawn]
    items = [element("li", element("i", class_=kind), name) for kind, name in keys]
    return element("ul", *items, class_="legend", aria_label="Legend")


def _app(app: str, shown: Scene, sheets: Sheets) -> Markup:
    """An app's process types, the days over each run of them that lies over the same days; then its jobs."""
    lanes: list[Markup] = []
    for _, run in groupby(shown.lanes_of(app), key=lambda each: sheets.of_app(app, each.zone)):
        together = list(run)
        lanes.append(_days_over(together[0], sheets))
        lanes += [lane(each, shown, sheets) for each in together]
    policies = shown.preview.policies
    lanes += [unknown_lane(process) for process in shown.unknown_of(app)]
    lanes += [job_lane(job, shown, sheets) for job in policies.jobs if job.app == app]
    lanes += [held_job(job) for job in policies.held_jobs if job.app == app]
    number = shown.apps.index(app)
    return element("section", element("h3", app), *lanes, class_="app", id=f"app-{number}")


def _days_over(first: Lane, sheets: Sheets) -> Markup:
    zone = element("span", first.zone.name, class_="zone")
    return element("div", zone, axis(first, sheets), class_="over")


def _marked_days(shown: Scene, sheets: Sheets) -> Markup:
    """Holidays and clock changes in words: a hatching tells nothing to those who listen."""
    told: dict[tuple[int, str], None] = {}
    for each in shown.lanes:
        for day in sheets.days(each.policy.target.app, each.zone):
            if day.holiday:
                told[day.number, f"{day.holiday} ({each.zone.name})"] = None
            if day.clocks:
                told[day.number, moments.clock_change(day.clocks, each.zone)] = None
    if not told:
        return Markup("")
    lines = [element("li", element("b", moments.date(day)), f" {said}") for day, said in sorted(told)]
    return element("aside", element("h3", "Marked days"), element("ul", *lines), class_="marked")
