"""The changes ahead in local time with UTC beside, day by day; days that are alike are told once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from autoscaler.core.zones import calendar_day
from autoscaler.views.change_days import Course, Entry, courses
from autoscaler.views.folding import Run, folded
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview
from autoscaler.views.table import Cell, fitted, rows, width, wrapped

MOST = 80
"""Rows in all; changes beyond them are counted."""

_FEWEST = 10
"""Rows of each zone, where there are many zones."""

_WEEK = 7

_INDENT = "    "

_Day = tuple[str, list[Entry]]
"""A heading, and what stands under it."""


def changes_text(preview: Preview, paint: Paint, *, together: bool) -> list[str]:
    """A part for each app; `together`, what comes next in any of them. Each zone has a part of its own."""
    found = courses(preview, paint, together=together)
    zones = len({course.zone.name for course in found})
    lines: list[str] = []
    for course in found:
        names = [course.app, course.zone.name if zones > 1 else ""]
        if len(found) > 1:
            lines += wrapped([(name, "bold") for name in names], paint)
        shown, left = _shown(course, max(_FEWEST, MOST // len(found)), paint)
        lines += _drawn(shown, paint)
        if left:
            told = f"{paint.dots} and {left:,} more changes: --app APP or --until narrow it down, --format json has all"
            lines += wrapped([(told, "dim")], paint)
    return lines


def _shown(course: Course, most: int, paint: Paint) -> tuple[list[_Day], int]:
    """So many rows under the headings of their days, and how many changes are left out."""
    shown: list[_Day] = []
    left = sum(not entry.note for day in course.days for entry in day)
    for run in folded(course.days):
        days = course.days[run.first : run.last + 1]
        if not any(days) or most <= 0:
            continue
        entries = [] if run.weekly else [_told(entry, course.first, run) for entry in days[0][:most]]
        shown.append((_heading(course.first, run, paint), entries))
        most -= len(entries)
        counted = days if run.weekly else [tuple(entries)] * len(days)
        left -= sum(not entry.note for day in counted for entry in day)
    return shown, left


def _told(entry: Entry, first: int, run: Run) -> Entry:
    """With the UTC day where it is another than the local one: Mon 21:00 UTC, Mon-Thu 21:00 UTC."""
    if not entry.shift:
        return entry
    days = [f"{calendar_day(first + number + entry.shift):%a}" for number in (run.first, run.last)]
    name = days[0] if run.first == run.last else "-".join(days)
    if run.last - run.first >= _WEEK - 1:
        name = "day before" if entry.shift < 0 else "day after"
    return replace(entry, utc=f"{name} {entry.utc}")


def _heading(first: int, run: Run, paint: Paint) -> str:
    """Wed 25 - Fri 27 Nov 2026, each day."""
    start, end = calendar_day(first + run.first), calendar_day(first + run.last)
    last = f"{end:%a} {end.day} {end:%b} {end.year}"
    if start == end:
        return last
    month = "" if (start.year, start.month) == (end.year, end.month) else f" {start:%b}"
    year = "" if start.year == end.year else f" {start.year}"
    how = "as a week before" if run.weekly else "each day"
    return f"{start:%a} {start.day}{month}{year} {paint.to} {last}, {how}"


def _drawn(shown: Sequence[_Day], paint: Paint) -> list[str]:
    entries = [entry for _, day in shown for entry in day if not entry.note]
    in_utc = all(entry.clock == entry.utc for entry in entries)
    drawn = iter(_entries(shown, paint, in_utc=in_utc))
    lines: list[str] = []
    for heading, day in shown:
        lines += wrapped([(heading, "cyan")], paint)
        for entry in day:
            lines += wrapped([(f"* {entry.why}", "magenta")], paint, indent=_INDENT) if entry.note else next(drawn)
    return lines


def _entries(shown: Sequence[_Day], paint: Paint, *, in_utc: bool) -> Iterator[list[str]]:
    """The lines of each change: a table, without the rows that are too long for it, or paragraphs alone."""
    cells = [_cells(entry, in_utc=in_utc) for _, day in shown for entry in day if not entry.note]
    marked = [entry for _, day in shown for entry in (None, *day)]
    again = [
        before is not None and not before.note and (before.clock, before.utc) == (entry.clock, entry.utc)
        for before, entry in pairwise(marked)
        if entry is not None and not entry.note
    ]
    times = 1 if in_utc else 2
    blanked = [[*[""] * times, *row[times:]] if same else row for row, same in zip(cells, again, strict=True)]
    found = fitted(blanked, paint, indent=_INDENT)
    if found is not None:
        yield from found
        return
    long = [width(rows([row], Paint(), indent=_INDENT)[0]) > paint.columns for row in cells]
    rest = iter(
        fitted([row for row, is_long in zip(blanked, long, strict=True) if not is_long], paint, indent=_INDENT) or ()
    )
    for row, is_long in zip(cells, long, strict=True):
        paragraph = wrapped(row, paint, indent=_INDENT)
        yield paragraph if is_long else next(rest, paragraph)


def _cells(entry: Entry, *, in_utc: bool) -> list[Cell]:
    times: list[Cell] = [entry.clock] if in_utc else [entry.clock, (entry.utc, "dim")]
    return [*times, entry.who, entry.step, entry.why]
