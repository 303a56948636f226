"""Crontab lines that set one process type's quantity: the windows that keep the same quantities.

A line is a point: what it sets stays until another line's point comes. A window has two ends. Where every line
names days of the week alone, the windows are those of the week that the lines make. Where some name days of the
month, each line that raises needs one that lowers after it, and the two are compared over four years.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from autoscaler.core.days import CronDays, Days, MonthDays, Weekdays, days_between
from autoscaler.core.drafts import DraftType, DraftWindow
from autoscaler.core.spoken import spoken_days, spoken_length
from autoscaler.core.zones import MINUTE
from autoscaler.policyfile.moving.lines import Due
from autoscaler.policyfile.moving.week import DAY, Setting, carried, clock, windowed
from autoscaler.policyfile.naming import anywhere

_FIRST, _COMPARED, _LAST = 19358, 19723, 21183
"""Day numbers: 2023-01-01, 2024-01-01 and 2027-12-31. The first year only says what there was at its end."""

_SAFE_MONTH_DAY = 27
"""The day after it is of the same month, whichever that is."""


class NotMoved(Exception):
    """No windows are the same as these lines; the text says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line that sets a quantity."""

    due: Due
    to: Setting

    @property
    def days(self) -> CronDays:
        return self.due.crontab.days

    @property
    def weekly(self) -> bool:
        return self.days.month_days is None and self.days.months is None

    @property
    def minutes(self) -> list[int]:
        """Its minutes of the day."""
        return sorted(hour * 60 + minute for hour in self.due.crontab.hours for minute in self.due.crontab.minutes)


def moved(name: str, changes: Sequence[Change]) -> DraftType:
    """The process type that has at every minute what the lines set. Raises NotMoved."""
    for change in changes:
        if _starred(change.due.fields):
            raise NotMoved(f"line {change.due.line}: crons do not agree on what its two day fields mean together")
    if len({(change.to.quantity, change.to.size) for change in changes}) == 1:
        raise NotMoved(
            f"its lines only ever set {changes[0].to.quantity}: what sets something else is not here. "
            "Should it always be so, write it as the quantity outside every window"
        )
    if all(change.weekly for change in changes):
        return windowed(name, carried(_in_a_week(changes)))
    process = _paired(name, changes)
    _compare(process, changes)
    return process


def remarks(changes: Sequence[Change]) -> Iterator[str]:
    """Where cron means something else than its user may have thought."""
    for change in changes:
        if change.days.month_days is not None and change.days.weekdays is not None:
            yield (
                f'line {change.due.line}: cron takes "{change.due.fields}" for days of the month OR of the week: '
                "it runs on both, and so does this file"
            )
    yield from _clashes(changes)
    for up in changes:
        for down in changes:
            if up.to.quantity > down.to.quantity and up.weekly and down.weekly:
                yield from _long_night(up, down)


def _starred(fields: str) -> bool:
    """Whether one day field is `*/2` and the other is restricted: cron takes that for AND, others for OR."""
    month_days, weekdays = fields.split()[2], fields.split()[4]
    return "*" not in {month_days, weekdays} and (month_days.startswith("*") or weekdays.startswith("*"))


def _in_a_week(changes: Sequence[Change]) -> dict[int, Setting]:
    """What is set in which minutes of the week; in the same minute the later line comes last."""
    found: dict[int, Setting] = {}
    for change in changes:
        for day in range(7) if change.days.weekdays is None else change.days.weekdays:
            for minute in (day * DAY + minute for minute in change.minutes):
                before = found.get(minute, change.to)
                found[minute] = replace(change.to, size=change.to.size or before.size)
    return found


def _clashes(changes: Sequence[Change]) -> Iterator[str]:
    for at, change in enumerate(changes):
        for other in changes[:at]:
            same = change.days == other.days and set(change.minutes) & set(other.minutes)
            if same and change.to != other.to:
                later = change.due.line
                yield (
                    f"lines {other.due.line} and {later} act in the same minute, and cron keeps no order: "
                    f"line {later} is taken as the later"
                )


def _long_night(up: Change, down: Change) -> Iterator[str]:
    """`0 22 * * 1-5` up and `0 6 * * 1-5` down: what goes up on Friday comes down on Monday."""
    days = up.days.weekdays
    if days is None or days != down.days.weekdays or len(days) == 7 or min(up.minutes) <= max(down.minutes):
        return
    lasts = [day for day in sorted(days) if (day + 1) % 7 not in days]
    for last in lasts:
        away = next(step for step in range(1, 8) if (last + step) % 7 in days)
        hours = (away * DAY + min(down.minutes) - min(up.minutes)) // 60
        start, end = clock(min(up.minutes)), clock(min(down.minutes))
        yield (
            f"lines {up.due.line} and {down.due.line}: what goes up on {_day(last)} at {start} comes down on "
            f"{_day(last + away)} at {end}, {hours} h later. This file keeps that; if the night should end on the "
            f"next morning, write `{spoken_days(Weekdays(days))} {start}-{end}` instead"
        )


def _day(day: int) -> str:
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day % 7]


def _paired(name: str, changes: Sequence[Change]) -> DraftType:
    base = min((change.to for change in changes), key=lambda to: to.quantity)
    ups = [change for change in changes if change.to.quantity > base.quantity]
    downs = [change for change in changes if change.to.quantity == base.quantity]
    sizes = {change.to.size for change in changes if change.to.size is not None}
    if len(sizes) > 1 or (sizes and any(up.to.size is None for up in ups)):
        raise NotMoved("its lines, on days of the month, set more than one size or sometimes none: write it by hand")
    windows = tuple(_window(up, downs) for up in ups)
    return DraftType(name, base.quantity, next(iter(sizes), None), windows)


def _window(up: Change, downs: Sequence[Change]) -> DraftWindow:
    lengths = [length for down in downs if (length := _length(up, down)) is not None]
    if not lengths:
        raise NotMoved(
            f"nothing lowers within a day what line {up.due.line} raises, on days of the month: write it by hand"
        )
    start, length = up.minutes[0], min(lengths)
    days = _plain(up.days)
    if days is None:
        return DraftWindow(up.to.quantity, cron=(up.due.fields, spoken_length(length * MINUTE)))
    return DraftWindow(up.to.quantity, (f"{spoken_days(days)} {clock(start)}-{clock((start + length) % DAY)}",))


def _length(up: Change, down: Change) -> int | None:
    """The minutes from the one to the other; None where they do not belong together."""
    if len(up.minutes) != 1 or len(down.minutes) != 1:
        return None
    start, end = up.minutes[0], down.minutes[0]
    if down.days == up.days and end > start:
        return end - start
    return DAY + end - start if down.days == _next_day(up.days) and end < start else None


def _next_day(days: CronDays) -> CronDays | None:
    """The days after these; None where that cannot be said in a crontab's fields."""
    if days.month_days is not None and (days.weekdays is not None or max(days.month_days) > _SAFE_MONTH_DAY):
        return None
    if days.month_days is None and days.months is not None:
        return None
    month_days = None if days.month_days is None else frozenset(day + 1 for day in days.month_days)
    weekdays = None if days.weekdays is None else frozenset((day + 1) % 7 for day in days.weekdays)
    return CronDays(month_days, days.months, weekdays)


def _plain(days: CronDays) -> Days | None:
    """The same in a phrase's words; None where there are none."""
    if days.months is not None or (days.month_days is not None and days.weekdays is not None):
        return None
    if days.month_days is not None:
        return MonthDays(days.month_days)
    return Weekdays(frozenset(range(7)) if days.weekdays is None else days.weekdays)


def _compare(process: DraftType, changes: Sequence[Change]) -> None:
    """Raises NotMoved at the first minute at which the lines and the windows are not the same."""
    points = {minute: change.to for change in changes for minute in _points(change)}
    spans = [(start, start + length, to) for start, length, to in _spans(process, changes)]
    now = Setting(process.quantity, process.size)
    for minute in sorted({*points, *(end for _, end, _ in spans)}):
        if minute in points:
            now = replace(points[minute], size=points[minute].size or now.size)
        wanted = next((to for start, end, to in spans if start <= minute < end), process.quantity)
        if minute >= _COMPARED * DAY and wanted != now.quantity:
            lines = numbered(change.due.line for change in changes)
            raise NotMoved(f"{lines} overlap in a way that no windows do: write it by hand")


def numbered(numbers: Iterable[int]) -> str:
    """line 3; lines 3, 4 and 7."""
    told = [str(number) for number in sorted(set(numbers))]
    return f"line {told[0]}" if len(told) == 1 else f"lines {', '.join(told[:-1])} and {told[-1]}"


def _points(change: Change) -> Iterator[int]:
    for day in days_between(change.days, _FIRST, _LAST, anywhere()):
        yield from (day * DAY + minute for minute in change.minutes)


def _spans(process: DraftType, changes: Sequence[Change]) -> Iterator[tuple[int, int, int]]:
    ups = [change for change in changes if change.to.quantity > process.quantity]
    downs = [change for change in changes if change.to.quantity == process.quantity]
    for up in ups:
        length = min(length for down in downs if (length := _length(up, down)) is not None)
        yield from ((start, length, up.to.quantity) for start in _points(up))
