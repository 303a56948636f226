"""The local days of a process type as rows: those that are alike, one after the other or week by week, are one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autoscaler.core.policies import Policy
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import DAY, Zone, calendar_day
from autoscaler.views import moments
from autoscaler.views.folding import folded
from autoscaler.views.local_days import LocalDay, calendars_of, local_days
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.preview import Preview
from autoscaler.views.strip import Part, parts_of

AS_BEFORE = "as a week before"


@dataclass(frozen=True, slots=True)
class Row:
    """Days that are drawn as one, from the `first` to the `last`; `weekly` if each is as the one a week before.

    `day` is the first of them, `parts` what holds on it, `notes` what is special about them.
    """

    first: int
    last: int
    weekly: bool
    day: LocalDay
    parts: tuple[Part, ...]
    notes: tuple[tuple[str, Colour], ...]


def day_rows(policy: Policy, spans: Sequence[Stretch], preview: Preview) -> Iterator[Row]:
    """The rows of the whole preview, in order."""
    zone = policy.zone
    days = {day.number: day for day in local_days(zone, calendars_of(policy), preview.start, preview.until)}
    parts = {number: parts_of(day, spans) for number, day in days.items()}
    now = preview.now if preview.start <= preview.now < preview.until else None
    first, last = min(days), max(days)
    looks = [_look(days[at], parts[at], zone, now) if at in days else () for at in range(first, last + 1)]
    for run in folded(looks):
        inside = [days[at] for at in range(first + run.first, first + run.last + 1) if at in days]
        if inside:  # else a date that the zone skips
            notes = tuple(_notes(inside, zone, now, weekends=not run.weekly))
            number = inside[0].number
            yield Row(number, inside[-1].number, run.weekly, inside[0], parts[number], notes)


def run_name(first: int, last: int, before: int | None, paint: Paint) -> str:
    """Wed 25-Fri 27; month and year are told where they are others than those of the day `before`."""
    name = _day_name(first, before)
    return name if first == last else f"{name}{paint.to}{_day_name(last, first)}"


def _day_name(number: int, before: int | None) -> str:
    day = calendar_day(number)
    last = None if before is None else calendar_day(before)
    month = "" if last and (last.year, last.month) == (day.year, day.month) else f" {day:%b}"
    year = f" {day.year}" if last and last.year != day.year else ""
    return f"{day:%a} {day.day}{month}{year}"


def _look(day: LocalDay, parts: Sequence[Part], zone: Zone, now: int | None) -> tuple[object, ...]:
    """What tells a day's drawing from others."""
    midnight = day.number * DAY
    hours = tuple((zone.reading(part.start) - midnight, part.desired) for part in parts)
    today = now is not None and day.start <= now < day.end
    return hours, zone.reading(day.end - 1) - midnight, day.clocks, today


def _notes(days: Sequence[LocalDay], zone: Zone, now: int | None, *, weekends: bool) -> Iterator[tuple[str, Colour]]:
    if now is not None and days[0].start <= now < days[0].end:
        yield f"now {zone.local(now):%H:%M}", "yellow"
    if days[0].clocks is not None:
        change = days[0].clocks
        way = "forward" if change.after > change.before else "back"
        yield f"clocks go {way} {moments.length(abs(change.after - change.before))}", "magenta"
    free = [day for day in days if day.weekend]
    if free and weekends:
        yield "weekend" if len(free) == len(days) else "weekend too", "dim"
    for day in days:
        if day.holiday is not None:
            date = calendar_day(day.number)
            yield day.holiday if len(days) == 1 else f"{date:%a} {date.day}: {day.holiday}", "magenta"
