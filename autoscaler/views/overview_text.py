"""The time ahead of many process types: one strip each, under their apps."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from autoscaler.core.policies import Policy
from autoscaler.core.quantity import Desired, highest, lowest
from autoscaler.core.timeline import Stretch, given_at
from autoscaler.core.zones import DAY, calendar_day
from autoscaler.views import moments
from autoscaler.views.ahead import home_zone
from autoscaler.views.local_days import calendars_of, holidays
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview
from autoscaler.views.strip import NOW, glyph
from autoscaler.views.table import cut, width, wrapped

_CELLS = (24, 12, 8, 6, 4, 3, 2, 1)
"""Cells a day."""

_LONGEST_NAME = 20

_MOST_HOLIDAYS = 8

_Formations = Sequence[tuple[Policy, Sequence[Stretch]]]
"""Process types with what they want, by app."""


def overview_text(preview: Preview, paint: Paint) -> list[str]:
    """A ruler of days, and a strip for each process type; a cell shows the most that is wanted in it.

    Apps that want the same are drawn once.
    """
    formations = preview.formations()
    names = [cut(policy.target.type, _LONGEST_NAME, paint) for policy, _ in formations]
    wanted = [_now(policy, preview) for policy, _ in formations]
    counts = [_counts(spans, paint) for _, spans in formations]
    columns = [_column("", names), _column("now", wanted), _column("range", counts)]
    indent = 4 + sum(width(column[0]) + 2 for column in columns)
    scale = _Scale(preview, paint.columns - indent)
    strips = [scale.ruler(paint), *(scale.strip(policy, spans, paint) for policy, spans in formations)]
    lines = [f"    {'  '.join(row)}".rstrip() for row in zip(*columns, strips, strict=True)]
    told = [line for shown, apps in _alike(formations, lines[1:]) for line in (*_apps(apps, paint), *shown)]
    return [lines[0], *told, *_holidays(preview, paint)]


def _now(policy: Policy, preview: Preview) -> str:
    pin = preview.pins.get(policy.target)
    return str(given_at(policy, preview.now).desired.quantity if pin is None else pin.quantity)


def _alike(formations: _Formations, strips: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """The strips of an app, and every app of which they are true: to the second, not only as they are drawn."""
    found: dict[tuple[object, ...], tuple[list[str], list[str]]] = {}
    drawn = zip(formations, strips, strict=True)
    for app, run in groupby(drawn, key=lambda one: one[0][0].target.app):
        together = list(run)
        courses = [(span.start, span.desired) for (_, spans), _ in together for span in spans]
        shown = [strip for _, strip in together]
        found.setdefault((*shown, *courses), (shown, []))[1].append(app)
    return list(found.values())


def _apps(apps: Sequence[str], paint: Paint) -> list[str]:
    return wrapped([(", ".join(apps), "bold")], paint, hang="")


def _holidays(preview: Preview, paint: Paint) -> list[str]:
    """The days that calendars name."""
    zone = home_zone(preview.policies)
    calendars = tuple(dict.fromkeys(one for policy in preview.policies.policies for one in calendars_of(policy)))
    first, last = zone.reading(preview.start) // DAY, zone.reading(preview.until - 1) // DAY
    named = sorted(holidays(calendars, zone, first, last).items())
    told = [f"{moments.date(number)}: {name}" for number, name in named[:_MOST_HOLIDAYS]]
    told += [f"and {len(named) - len(told)} more"] if len(named) > len(told) else []
    return wrapped([(", ".join(told), "magenta")], paint) if told else []


def _column(heading: str, texts: list[str]) -> list[str]:
    columns = max(map(width, [heading, *texts]))
    return [text + " " * (columns - width(text)) for text in [heading, *texts]]


def _counts(spans: Sequence[Stretch], paint: Paint) -> str:
    low = min(lowest(span.desired.quantity) for span in spans)
    high = max(highest(span.desired.quantity) for span in spans)
    return str(low) if low == high else f"{low}{paint.to}{high}"


class _Scale:
    """Which time a cell stands for: days of the preview in so many cells each, or several days in one cell."""

    def __init__(self, preview: Preview, room: int) -> None:
        zones = [policy.zone for policy in preview.policies.policies]
        self._preview = preview
        self._first = min(zone.reading(preview.start) // DAY for zone in zones)
        self._days = max(zone.reading(preview.until - 1) // DAY for zone in zones) - self._first + 1
        self._cells = next((cells for cells in _CELLS if self._width(cells) <= room), 0)
        self._long = 1 if self._cells else -(-self._days // max(room, 1))

    def _width(self, cells: int) -> int:
        return self._days * cells + (self._days - 1 if cells > 1 else 0)

    def ruler(self, paint: Paint) -> str:
        """The names of the days, or of the months where a day is one cell or less."""
        if self._cells <= 1:
            return paint(self._months(), "dim")
        room = self._cells + 1
        return paint("".join(self._day(number).ljust(room)[:room] for number in range(self._days)).rstrip(), "dim")

    def _day(self, number: int) -> str:
        day = calendar_day(self._first + number)
        return next(
            (name for name in (f"{day:%a} {day.day}", f"{day:%a}", f"{day:%a}"[:2]) if len(name) <= self._cells), ""
        )

    def _months(self) -> str:
        """The first of each month, where it does not run into the one before."""
        line = ""
        for number in range(0, self._days, self._long):
            day, at = calendar_day(self._first + number), number // self._long
            if (not line or (day.day <= self._long and at > len(line))) and at + 3 <= -(-self._days // self._long):
                line = line.ljust(at) + f"{day:%b}"
        return line

    def strip(self, policy: Policy, spans: Sequence[Stretch], paint: Paint) -> str:
        """The cells of one process type, in its own local days."""
        peak = max(1, *(highest(span.desired.quantity) for span in spans))
        seconds = DAY // self._cells if self._cells else self._long * DAY
        count = self._days * self._cells if self._cells else -(-self._days // self._long)
        bounds = policy.zone.edges([self._first * DAY + cell * seconds for cell in range(count + 1)], 0)
        cells = _most(spans, bounds)
        shown = [
            paint(glyph(most, peak, paint), "cyan" if highest(most.quantity) else "dim") if most else " "
            for most in cells
        ]
        if self._preview.start <= self._preview.now < self._preview.until:
            before = sum(bound <= self._preview.now for bound in bounds) - 2
            if before >= 0 and cells[before] is None:
                shown[before] = paint(NOW.of(paint), "yellow")
        if self._cells <= 1:
            return "".join(shown)
        days = ["".join(shown[at : at + self._cells]) for at in range(0, count, self._cells)]
        return paint("│" if paint.unicode else ":", "dim").join(days)


def _most(spans: Sequence[Stretch], bounds: Sequence[int]) -> list[Desired | None]:
    """The most that is wanted between each bound and the next; None where nothing was asked for."""
    found: list[Desired | None] = []
    at = 0
    for start, end in pairwise(bounds):
        while at < len(spans) and spans[at].end <= start:
            at += 1
        here = at
        most: Desired | None = None
        while here < len(spans) and spans[here].start < end:
            desired = spans[here].desired
            if most is None or highest(desired.quantity) > highest(most.quantity):
                most = desired
            here += 1
        found.append(most)
    return found
