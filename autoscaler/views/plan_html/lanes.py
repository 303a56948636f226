"""A process type on the page: what it is, its drawing, and the same figures in a table."""

from collections.abc import Iterator

from autoscaler.core.policies import Unknown
from autoscaler.core.quantity import highest, lowest
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import instant
from autoscaler.views import moments
from autoscaler.views.cost_text import process_cost
from autoscaler.views.plan_html import course, marks
from autoscaler.views.plan_html.markup import Markup, cells_of, element, joined
from autoscaler.views.plan_html.scene import Lane, Scene, spoken_quantity
from autoscaler.views.plan_html.sheets import Sheets


def lane(shown: Lane, scene: Scene, sheets: Sheets) -> Markup:
    """One process type."""
    drawn = element("div", _drawing(shown, scene, sheets), _figures(shown, scene, sheets), class_="drawn")
    target = shown.policy.target
    return element("article", _side(shown, scene), drawn, class_="lane", data_app=target.app, data_type=target.type)


def unknown_lane(process: Unknown) -> Markup:
    """A process type of which nobody can tell what it should have."""
    side = element("header", element("h4", process.target.type), class_="side")
    reason = element("p", f"Not known: {process.reason}", class_="unknown")
    return element("article", side, reason, class_="lane", data_app=process.target.app, data_type=process.target.type)


def axis(shown: Lane, sheets: Sheets) -> Markup:
    """The days over the drawings below it. Tables tell them too: nothing here for those who listen."""
    number = sheets.of_app(shown.policy.target.app, shown.zone)
    drawn = element("use", href=f"#a{number}", width="100%", height="100%")
    return element("svg", drawn, class_="axis", aria_hidden="true")


def _side(shown: Lane, scene: Scene) -> Markup:
    """What is wanted now and until when, what it comes to, the sizes and their colours."""
    sizes = [
        element("span", element("i", class_=f"s{scene.colours[size]}"), size, class_="key") for size in shown.sizes
    ]
    return element(
        "header",
        element("h4", shown.policy.target.type),
        element("p", *_wanted(shown, scene), class_="wanted"),
        element("p", process_cost(shown.cost, scene.length), class_="sum"),
        element("p", *sizes, class_="sizes") if sizes else "",
        class_="side",
    )


def _wanted(shown: Lane, scene: Scene) -> Iterator[str]:
    decision = shown.decision
    yield element("b", spoken_quantity(decision.desired.quantity))
    if decision.until is None:
        yield " at all times" if shown.policy.constant else " for now"
    else:
        yield f" until {moments.soon(instant(decision.until), shown.zone, scene.preview.now)}"


def _drawing(shown: Lane, scene: Scene, sheets: Sheets) -> Markup:
    number = sheets.of_app(shown.policy.target.app, shown.zone)
    return element(
        "svg",
        element("use", href=f"#d{number}", y=course.ROOM, width="100%", height=course.PLOT),
        course.plot(shown, scene),
        marks.marks(shown, scene),
        course.labels(shown, scene),
        class_="chart", height=course.HEIGHT, role="img", aria_label=_spoken(shown), data_figures=f"t{shown.number}",
        data_at=" ".join(str(span.start - scene.preview.start) for span in shown.spans),
    )  # fmt: skip


def _spoken(shown: Lane) -> str:
    lows = min(lowest(span.desired.quantity) for span in shown.spans)
    highs = max(highest(span.desired.quantity) for span in shown.spans)
    dynos = f"{lows} dynos" if lows == highs else f"{lows} to {highs} dynos"
    changes = len(shown.spans) - 1
    return f"{shown.policy.target}: {dynos}, {changes} change{'' if changes == 1 else 's'}; figures below"


def _figures(shown: Lane, scene: Scene, sheets: Sheets) -> Markup:
    """A row for each span. UTC comes last, so that columns keep their places in a zone that is UTC itself."""
    beside = shown.zone.name != "UTC"
    names = ["From", "Dynos", "Size", "Window", *(["UTC"] if beside else [])]
    head = element("tr", joined(element("th", name, scope="col") for name in names))
    rows = Markup("".join(_rows(shown, sheets, beside=beside)))
    caption = element("caption", f"{shown.policy.target}, times in {shown.zone.name}")
    table = element("table", caption, element("thead", head), element("tbody", rows), id=f"t{shown.number}")
    end = element("p", f"to {moments.full(scene.preview.until, shown.zone)}", class_="end")
    return element("details", element("summary", "Figures"), table, end, class_="figures")


def _rows(shown: Lane, sheets: Sheets, *, beside: bool) -> Iterator[str]:
    """Spans by the thousand want the same few things at the same few times: each of both is written once."""
    wanted: dict[int, Markup] = {}
    for span in shown.spans:
        given = id(span.given)
        if given not in wanted:
            wanted[given] = cells_of(_wants(span, shown))
        begins, utc = sheets.times(span.start, shown.zone)
        yield f"<tr>{begins}{wanted[given]}{utc if beside else ''}"


def _wants(span: Stretch, shown: Lane) -> Iterator[str]:
    """The quantity, the size, and who gives them."""
    yield spoken_quantity(span.desired.quantity)
    yield span.desired.size or "\u2013"
    if span.pin:
        yield span.pin.why
    else:
        yield f"{span.giver.name} (line {span.giver.line})" if span.giver else f"no window (line {shown.policy.line})"
