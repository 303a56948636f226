"""One local day of a process type as a row of cells, quantities written where they begin."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from autoscaler.core.quantity import Desired, Range, highest
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import DAY, Zone
from autoscaler.views.local_days import LocalDay
from autoscaler.views.paint import Colour, Paint

_BLOCKS = "▁▂▃▄▅▆▇█"
_STEPS = "-=#"
"""What heights are in ASCII."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a cell shows in which no one thing holds."""

    unicode: str
    ascii: str
    colour: Colour

    def of(self, paint: Paint) -> str:
        return self.unicode if paint.unicode else self.ascii


OUTSIDE = Mark(" ", " ", "dim")
"""Not asked for."""
SKIPPED = Mark("╱", "/", "magenta")  # noqa: RUF001 it stands for a slash
"""Not on this day's clock."""
SHORT = Mark("↕", "!", "yellow")
"""Something that is shorter than a cell."""
NOW = Mark("┃", "|", "yellow")


@dataclass(frozen=True, slots=True)
class Part:
    """[start, end) in instants, in which the same holds."""

    start: int
    end: int
    desired: Desired


@dataclass(frozen=True, slots=True)
class Style:
    """So many `cells` a day, heights as parts of `peak`; `sized` where a size must be told with a quantity."""

    cells: int
    peak: int
    sized: bool
    paint: Paint

    def label(self, desired: Desired, room: int) -> str:
        """5, or 5:2x; nothing where it does not fit."""
        told = str(desired.quantity)
        sized = f"{told}:{short_size(desired.size)}"
        if self.sized and desired.size and highest(desired.quantity) and len(sized) <= room:
            return sized
        return told if len(told) <= room else ""


def glyph(desired: Desired, peak: int, paint: Paint) -> str:
    """A block as high as the quantity is of the peak; zero is a dot, a range a shade."""
    quantity = desired.quantity
    if isinstance(quantity, Range):
        return "░" if paint.unicode else "~"
    if quantity == 0:
        return "·" if paint.unicode else "."
    heights = _BLOCKS if paint.unicode else _STEPS
    return heights[(quantity * len(heights) - 1) // max(peak, quantity)]


def short_size(size: str | None) -> str:
    """2x for standard-2x, l for performance-l: the ends of Heroku's names, where they suffice."""
    return (size or "").removeprefix("standard-").removeprefix("performance-")


def parts_of(day: LocalDay, stretches: Sequence[Stretch]) -> tuple[Part, ...]:
    """What holds on a day; neighbours of the same values are one."""
    first = bisect_right(stretches, day.start, key=lambda stretch: stretch.end)
    last = bisect_left(stretches, day.end, key=lambda stretch: stretch.start)
    found = []
    for desired, alike in groupby(stretches[first:last], key=lambda stretch: stretch.desired):
        together = list(alike)
        found.append(Part(max(together[0].start, day.start), min(together[-1].end, day.end), desired))
    return tuple(found)


def drawn(day: LocalDay, zone: Zone, parts: Sequence[Part], style: Style, now: int | None) -> str:
    """The day's cells; each shows what holds in its middle. `now` is where the line is, None on other days."""
    midnight, cells = day.number * DAY, style.cells
    shown = [_at(midnight + DAY * (2 * cell + 1) // (2 * cells), zone, parts) for cell in range(cells)]
    for part in parts:
        if part not in shown:
            shown[min(max((zone.reading(part.start) - midnight) * cells // DAY, 0), cells - 1)] = SHORT
    if now is not None:
        before = round((zone.reading(now) - midnight) * cells / DAY) - 1
        shown[max(before, 0)] = NOW if before >= 0 else shown[0]
    told = []
    full = False
    for what, run in groupby(shown):
        text, full = _run(what, len(list(run)), full, style)
        told.append(text)
    return "".join(told)


def _at(reading: int, zone: Zone, parts: Sequence[Part]) -> Part | Mark:
    """What holds where the clock shows `reading`, the first time that it does."""
    at = zone.edge(reading)
    if zone.reading(at) != reading:
        return SKIPPED
    return next((part for part in parts if part.start <= at < part.end), OUTSIDE)


def _run(what: Part | Mark, length: int, after_number: bool, style: Style) -> tuple[str, bool]:
    """So many cells, and whether they end with a number: the next one stands apart, as 12 and 5 would be 125."""
    paint = style.paint
    if isinstance(what, Mark):
        return " " * length if what is OUTSIDE else paint(what.of(paint) * length, what.colour), False
    fill = glyph(what.desired, style.peak, paint)
    colour: Colour = "cyan" if highest(what.desired.quantity) else "dim"
    label = style.label(what.desired, length - after_number)
    emphasis: Colour = "yellow" if ":" in label else "bold"  # another size restarts dynos
    before = fill if after_number and label else ""
    rest = fill * (length - len(label) - len(before))
    return paint(before, colour) + paint(label, emphasis) + paint(rest, colour), bool(label) and not rest
