"""The course of a quantity as SVG: one unit to the right is a second, one unit up is a dyno.

The drawing is stretched to whatever room there is, so paths keep whole numbers and can be read back exactly.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from autoscaler.core.difference import Piece
from autoscaler.core.quantity import Range, highest, lowest
from autoscaler.core.timeline import Stretch
from autoscaler.views.plan_html.markup import Markup, element, joined
from autoscaler.views.plan_html.scene import Lane, Scene, spoken_quantity

ROOM = 18
PLOT = 56
FOOT = 8
"""Pixels above the plot (for labels), of the plot itself, and below it (for what is unbroken)."""

HEIGHT = ROOM + PLOT + FOOT

_DIGIT, _GAP = 7.0, 5.0
WIDE, NARROW = 860, 330
"""Pixels: a digit's width and what a label wants around it; a chart's width on a desk and on a phone."""


def plot(lane: Lane, scene: Scene) -> Markup:
    """The areas, bands and the old course of a lane, in seconds and dynos."""
    start, top = scene.preview.start, lane.top
    parts = [*_areas(lane, scene), *_bands(lane, scene)]
    if lane.old:
        parts.append(element("path", class_="old", d="".join(_before(lane.old, start, top))))
    return element(
        "svg", joined(parts), class_="plot", viewBox=f"0 0 {scene.length} {top}", preserveAspectRatio="none",
        y=ROOM, width="100%", height=PLOT,
    )  # fmt: skip


def labels(lane: Lane, scene: Scene) -> Markup:
    """The quantities, each over its span where it has room; some have room on wide screens only."""
    return joined(_labels(lane, scene))


def height(quantity: int, top: int) -> float:
    """Where a quantity is, in pixels from the drawing's upper edge."""
    return round(ROOM + PLOT * (1 - quantity / top), 1)


def _areas(lane: Lane, scene: Scene) -> Iterator[Markup]:
    """One path for each size, of as many pieces as it is wanted in."""
    pieces: dict[str | None, list[str]] = {}
    for size, run in groupby(lane.spans, key=lambda span: span.desired.size):
        pieces.setdefault(size, []).append(_area(list(run), scene.preview.start, lane.top))
    for size, drawn in pieces.items():
        yield element("path", class_=f"area s{scene.colours[size]}", data_size=size or "", d="".join(drawn))


def _area(spans: Sequence[Stretch], start: int, top: int) -> str:
    """From the ground up, along the lower bounds, and down again."""
    return f"M{spans[0].start - start} {top}{_steps(spans, start, top)}V{top}"


def _before(pieces: Sequence[Piece], start: int, top: int) -> Iterator[str]:
    """What another file wants where it wants something else, from this file's level and back; a range's two bounds."""
    for piece in pieces:
        before, after = piece.before.quantity, piece.after.quantity
        begins, ends, here = piece.start - start, piece.end - start, top - lowest(after)
        yield f"M{begins} {here}V{top - lowest(before)}H{ends}V{here}"
        if isinstance(before, Range):
            yield f"M{begins} {top - before.high}H{ends}"


def _steps(spans: Iterable[Stretch], start: int, top: int) -> str:
    return "".join(f"V{top - lowest(span.desired.quantity)}H{span.end - start}" for span in spans)


def _bands(lane: Lane, scene: Scene) -> Iterator[Markup]:
    """What a range leaves to another program, above its lower bound."""
    start, top = scene.preview.start, lane.top
    pieces: dict[str | None, list[str]] = {}
    for span in lane.spans:
        if isinstance(span.desired.quantity, Range):
            low, high = span.desired.quantity.low, span.desired.quantity.high
            drawn = f"M{span.start - start} {top - low}V{top - high}H{span.end - start}V{top - low}z"
            pieces.setdefault(span.desired.size, []).append(drawn)
    for size, pieces_of_size in pieces.items():
        yield element("path", class_=f"band s{scene.colours[size]}", data_size=size or "", d="".join(pieces_of_size))


def _labels(lane: Lane, scene: Scene) -> Iterator[Markup]:
    top = lane.top
    for quantity, run in groupby(lane.spans, key=lambda span: span.desired.quantity):
        spans = list(run)
        start, end = spans[0].start, spans[-1].end
        said = spoken_quantity(quantity)
        share, wants = (end - start) / scene.length, _DIGIT * len(said) + _GAP
        if share * WIDE < wants:
            continue
        kind = "n" if share * NARROW >= wants else "n wide"
        x, y = scene.percent((start + end) // 2), f"{height(highest(quantity), top) - 5:g}"
        yield element("text", said, class_=kind, x=x, y=y)
