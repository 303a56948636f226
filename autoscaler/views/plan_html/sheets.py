"""The days under the drawings: each set of local days is drawn once, and used by every lane that lies over it."""

from collections.abc import Iterator

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import weekday
from autoscaler.core.zones import ClockChange, Zone, calendar_day
from autoscaler.views import moments
from autoscaler.views.local_days import LocalDay, local_days
from autoscaler.views.plan_html.course import NARROW, WIDE
from autoscaler.views.plan_html.marks import local_time
from autoscaler.views.plan_html.markup import Markup, cells_of, element, joined
from autoscaler.views.plan_html.scene import Scene

_NAMED, _BY_WEEK, _BY_MONTH = 10, 45, 430
"""Up to so many days each one is named, or each Monday, or each first of a month; above, the years."""

_DRAWN = 130
"""Up to so many days, days are seen at all."""

_LETTER = 6.8
"""Pixels a letter of an axis takes."""


_SHORTEST = 6
"""Letters; of a holiday's name less than that would tell nobody which one it is."""


class Sheets:
    """The sheets of a page, as they are asked for. Zones whose days look the same share one."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._days: dict[tuple[str, tuple[Calendar, ...]], list[LocalDay]] = {}
        self._drawn: dict[tuple[Markup, Markup], int] = {}
        self._numbers: dict[tuple[str, tuple[Calendar, ...]], int] = {}
        self._times: dict[tuple[int, str], tuple[Markup, Markup]] = {}

    def of_app(self, app: str, zone: Zone) -> int:
        """The number of the sheet for an app's lanes in this zone: `#d0` is its days, `#a0` its axis."""
        key = zone.name, self._scene.calendars.get(app, ())
        if key not in self._numbers:
            days = self.days(app, zone)
            drawn = joined(_ground(days, self._scene)), joined(_axis(days, self._scene))
            self._numbers[key] = self._drawn.setdefault(drawn, len(self._drawn))
        return self._numbers[key]

    def days(self, app: str, zone: Zone) -> list[LocalDay]:
        """The local days of the time that is drawn."""
        key = zone.name, self._scene.calendars.get(app, ())
        if key not in self._days:
            self._days[key] = local_days(zone, key[1], self._scene.preview.start, self._scene.preview.until)
        return self._days[key]

    def times(self, at: int, zone: Zone) -> tuple[Markup, Markup]:
        """An instant as cells of a table: the local time, and UTC."""
        key = at, zone.name
        if key not in self._times:
            utc = moments.clock_utc(at, zone).removesuffix(" UTC")
            self._times[key] = cells_of([local_time(at, zone)]), cells_of([utc])
        return self._times[key]

    def drawn(self) -> Markup:
        """All of them, for the page to use."""
        return joined(
            joined([element("symbol", days, id=f"d{number}"), element("symbol", axis, id=f"a{number}")])
            for (days, axis), number in self._drawn.items()
        )


def offset_change(change: ClockChange) -> str:
    """+1 h, as a clock that goes forward does."""
    sign = "+" if change.after > change.before else "\u2212"
    return f"{sign}{moments.length(abs(change.after - change.before))}"


def _ground(days: list[LocalDay], scene: Scene) -> Iterator[Markup]:
    """Weekends and holidays hatched, a line at each midnight (each Monday's where they are many), and at now."""
    few = len(days) <= _BY_WEEK
    for day in days if len(days) <= _DRAWN else ():
        if day.weekend or day.holiday is not None:
            name = "" if day.holiday is None else element("title", f"{moments.date(day.number)}: {day.holiday}")
            kind = "weekend" if day.holiday is None else "holiday"
            x, width, date = scene.percent(day.start), scene.share(day.start, day.end), calendar_day(day.number)
            yield element("rect", name, class_=kind, data_day=f"{date}", x=x, width=width, height="100%")
        if day.start > scene.preview.start and (few or weekday(day.number) == 0):
            yield _upright("night" if weekday(day.number) else "night week", day.start, scene)
    for day in days:
        if day.clocks:
            yield _upright("jump", day.clocks.at, scene, element("title", _clock_text(day)))


def _clock_text(day: LocalDay) -> str:
    assert day.clocks is not None
    return f"{moments.date(day.number)}: the clocks change, {offset_change(day.clocks)}"


def _upright(kind: str, at: int, scene: Scene, title: str = "") -> Markup:
    x = scene.percent(at)
    return element("line", title, class_=kind, x1=x, x2=x, y2="100%")


def _axis(days: list[LocalDay], scene: Scene) -> Iterator[Markup]:
    for day in days:
        if len(days) <= _NAMED:
            yield from _named(day, scene)
        elif label := _label(day, len(days), first=day is days[0]):
            yield from _at_its_midnight(label, day, scene)
        if day.clocks:
            yield element("text", offset_change(day.clocks), class_="jump wide", x=scene.percent(day.clocks.at), y=27)


def _named(day: LocalDay, scene: Scene) -> Iterator[Markup]:
    """Mon 23 in the day's middle, in two lines where it is narrow; under it what a holiday is called, if it fits."""
    share = (day.end - day.start) / scene.length
    date = calendar_day(day.number)
    free = " free" if day.weekend or day.holiday is not None else ""
    middle = scene.percent((day.start + day.end) // 2)
    if share * WIDE >= 6 * _LETTER:
        yield element("text", f"{date:%a} {date.day}", class_=f"day wide{free}", x=middle, y=13)
    if share * NARROW >= 3 * _LETTER:
        yield element("text", f"{date:%a}", class_=f"day narrow{free}", x=middle, y=11)
        yield element("text", f"{date.day}", class_=f"day narrow{free}", x=middle, y=25)
    room = int(share * WIDE / _LETTER)
    if day.holiday and not day.clocks and room >= _SHORTEST:
        yield element("text", _cut(day.holiday, room), class_="day free wide", x=middle, y=27)


def _label(day: LocalDay, days: int, *, first: bool) -> str:
    date = calendar_day(day.number)
    if days <= _BY_WEEK:
        return f"{date:%a} {date.day} {date:%b}" if weekday(day.number) == 0 else ""
    if date.day != 1 or first:
        return ""
    if days <= _BY_MONTH:
        return f"{date:%b %Y}" if date.month == 1 else f"{date:%b}"
    return f"{date.year}" if date.month == 1 else ""


def _at_its_midnight(label: str, day: LocalDay, scene: Scene) -> Iterator[Markup]:
    left = (scene.preview.until - day.start) / scene.length
    if left * WIDE >= len(label) * _LETTER:
        kind = "date" if left * NARROW >= len(label) * _LETTER else "date wide"
        yield element("text", label, class_=kind, x=scene.percent(day.start), y=13)


def _cut(said: str, letters: int) -> str:
    return said if len(said) <= letters else f"{said[: letters - 1].rstrip()}\u2026"
