"""The days ahead, drawn: for each process type a row of hours a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autoscaler.core.quantity import highest
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import Zone
from autoscaler.views.day_rows import AS_BEFORE, Row, day_rows, run_name
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview
from autoscaler.views.strip import SHORT, Style, drawn, short_size
from autoscaler.views.table import Cell, cut, plain, width, wrapped

_CELLS = (96, 72, 48, 24, 12, 8)
"""Cells a day, the most that fit: from a quarter of an hour to three hours each."""

_NOTES = 12
"""Columns that are left for notes at the right."""

_ROWS = 40
"""Rows of one process type; days beyond them are not drawn."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand in all drawings: after names of so many columns, so many cells a day; `now` is an instant."""

    names: int
    cells: int
    now: int
    paint: Paint

    @property
    def indent(self) -> str:
        return " " * (self.names + 4)


def days_text(preview: Preview, paint: Paint, facts: Sequence[str]) -> list[list[str]]:
    """A drawing for each process type that changes, a line for others; `facts` are told beside their names."""
    found = [(policy, spans, list(day_rows(policy, spans, preview))) for policy, spans in preview.formations()]
    told = [name for _, spans, rows in found if not _constant(spans) for name in _names(rows, paint)]
    names = min(max(map(width, told), default=0), paint.columns - 4 - _CELLS[-1])
    frame = _Frame(names, _cells(paint.columns - names - 4), preview.now, paint)
    zones = {policy.zone.name for policy, _, _ in found}
    drawings = []
    for (policy, spans, rows), fact in zip(found, facts, strict=True):
        said: list[Cell] = [(str(policy.target), "bold"), *([policy.zone.name] if len(zones) > 1 else [])]
        if _constant(spans):
            drawings.append(wrapped([*said, f"{spans[0].desired} all the time", (fact, "dim")], paint))
        else:
            drawings.append([*wrapped([*said, (fact, "dim")], paint), *_drawing(policy.zone, spans, rows, frame)])
    return drawings


def _constant(spans: Sequence[Stretch]) -> bool:
    return len({span.desired for span in spans}) == 1


def _names(rows: Sequence[Row], paint: Paint) -> Iterator[str]:
    before: int | None = None
    for row in rows[:_ROWS]:
        yield run_name(row.first, row.last, before, paint)
        before = row.last


def _cells(room: int) -> int:
    """As many cells as leave room for notes; as many as there is room for, if that is little."""
    roomy = next((cells for cells in _CELLS[:-3] if cells + _NOTES <= room), None)
    return roomy or next((cells for cells in _CELLS if cells <= room), _CELLS[-1])


def _drawing(zone: Zone, spans: Sequence[Stretch], rows: Sequence[Row], frame: _Frame) -> list[str]:
    paint = frame.paint
    running = [span.desired for span in spans if highest(span.desired.quantity)]
    peak = max((highest(desired.quantity) for desired in running), default=1)
    sizes = list(dict.fromkeys(desired.size for desired in running if desired.size))
    style = Style(frame.cells, peak, len(sizes) > 1, paint)
    lines = [frame.indent + paint(_ruler(frame.cells), "dim")]
    for row, name in zip(rows, _names(rows, paint), strict=False):
        lines += _lines(row, name, zone, style, frame)
    legend = [f"{short_size(size)} is {size}" for size in sorted(sizes) if style.sized and short_size(size) != size]
    legend += [f"{SHORT.of(paint)} too short to be drawn"] if any(SHORT.of(paint) in line for line in lines) else []
    lines += wrapped([(", ".join(legend), "dim")], paint, indent=frame.indent) if legend else []
    if len(rows) > _ROWS:
        lines.append(paint(f"  {paint.dots} and more days: --from and --until choose them", "dim"))
    return lines


def _ruler(cells: int) -> str:
    """The hours, as many of them as there is room for."""
    step = next(step for step in (3, 6, 12) if step * cells // 24 >= 3)
    return "".join(f"{hour:02}".ljust(step * cells // 24) for hour in range(0, 24, step)).rstrip()


def _lines(row: Row, name: str, zone: Zone, style: Style, frame: _Frame) -> list[str]:
    """A row with its notes beside it, or below where there is no room."""
    paint = frame.paint
    now = frame.now if row.day.start <= frame.now < row.day.end else None
    name = cut(name, frame.names, paint)
    if row.weekly and style.cells < len(AS_BEFORE):
        return wrapped([name, (AS_BEFORE, "dim"), *row.notes], paint)
    as_before = paint(AS_BEFORE.ljust(style.cells), "dim")
    strip = as_before if row.weekly else drawn(row.day, zone, row.parts, style, now)
    left = f"  {name}{' ' * (frame.names - width(name))}  {strip}"
    if not row.notes:
        return [left.rstrip()]
    notes: list[Cell] = [(f"{text}," if text is not row.notes[-1][0] else text, colour) for text, colour in row.notes]
    beside = frame.names + 4 + style.cells + 2
    if beside + sum(width(plain(note)) + 1 for note in notes) - 1 <= paint.columns:
        return [f"{left}  {wrapped(notes, paint, indent='', gap=' ')[0]}"]
    return [left.rstrip(), *wrapped(notes, paint, indent=frame.indent, gap=" ")]
