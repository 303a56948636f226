"""The page as a whole: head, sections in the order in which one asks, and nothing from anywhere else."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from autoscaler.views import moments
from autoscaler.views.faults import Fault
from autoscaler.views.plan_html.against import against
from autoscaler.views.plan_html.cards import cards
from autoscaler.views.plan_html.markup import Markup, element, joined
from autoscaler.views.plan_html.scene import Scene, scene
from autoscaler.views.plan_html.sheets import Sheets
from autoscaler.views.plan_html.steps import steps
from autoscaler.views.plan_html.timeline import timeline
from autoscaler.views.preview import Preview
from autoscaler.views.summary import summary

_WARNINGS = 5
"""So many warnings are seen at once."""

_SHAPES = (
    '<pattern id="hw" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hw" d="M0 0V6"/></pattern>'
    '<pattern id="hh" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<path class="hh" d="M0 0V5"/></pattern>'
    '<circle id="start" r="5"/><circle id="often" r="2"/><circle id="resized" r="2.8"/>'
    '<g id="restart"><circle r="7"/><path d="M2.8-1.6A3.3 3.3 0 1 0 3.3.7M3.1-3.6v2.2h-2.2"/></g>'
)
"""What every drawing uses: two hatchings, a job's start, restarts."""


def plan_html(preview: Preview) -> str:
    """One page that needs nothing else. Every text on it is escaped, and it may neither load nor send anything."""
    shown = scene(preview)
    sheets = Sheets(shown)
    style, script = _own("page.css"), _own("page.js")
    sections = [cards(shown.bill), against(preview.against), steps(shown), _warnings(preview), timeline(shown, sheets)]
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
    """The first few; the others are folded away, so that the timeline is not pushed out of sight."""
    if not preview.warnings:
        return Markup("")
    rows = [_warning(fault) for fault in preview.warnings]
    first, rest = rows[:_WARNINGS], rows[_WARNINGS:]
    more = element("details", element("summary", f"{len(rest)} more"), element("ul", *rest, class_="warnings"))
    return element(
        "section",
        element("h2", f"{len(rows)} warning{'' if len(rows) == 1 else 's'}"),
        element("ul", *first, class_="warnings"),
        more if rest else "",
        id="warnings",
    )


def _warning(fault: Fault) -> Markup:
    hint = element("small", fault.hint) if fault.hint else Markup("")
    return element("li", element("code", f"{fault.file}:{fault.line}"), " ", fault.message, hint)
