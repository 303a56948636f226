"""A course through a nominal week, minute by minute from Monday 00:00, and the fewest windows that say the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from autoscaler.core.days import Weekdays
from autoscaler.core.drafts import DraftType, DraftWindow
from autoscaler.core.spoken import spoken_days

DAY = 1440
WEEK = 7 * DAY
"""Minutes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """What an old tool sets; `size` is None where it leaves it as it is."""

    quantity: int
    size: str | None = None


Week = Sequence[Setting]
"""What holds in each of its 10,080 minutes."""

_Piece = tuple[int, int, int]
"""A day of the week, and the minutes after its midnight at which something begins and ends."""


def carried(changes: Mapping[int, Setting]) -> Week:
    """The week in which each change holds until the next; a size stays until another comes. `changes` is not empty."""
    now = changes[max(changes)]
    for minute in sorted(changes):  # the sizes that the week before has left
        now = replace(changes[minute], size=changes[minute].size or now.size)
    week: list[Setting] = []
    for minute in range(WEEK):
        if minute in changes:
            now = replace(changes[minute], size=changes[minute].size or now.size)
        week.append(now)
    return week


def windowed(name: str, week: Week) -> DraftType:
    """The process type that follows `week`: of all quantities outside the windows, that with the fewest phrases."""
    drafts = [(_windows(week, base), base) for base in dict.fromkeys(week)]
    windows, base = min(drafts, key=lambda draft: (_phrases(draft[0]), -week.count(draft[1])))
    return DraftType(name, base.quantity, base.size, windows)


def phrases(marks: Sequence[T | None]) -> Iterator[tuple[T, tuple[str, ...]]]:
    """Each mark of a week, and when it is there, in phrases of policies.yaml; None is no mark."""
    days: dict[tuple[T, int, int], set[int]] = {}
    for mark, start, end in _runs(marks):
        for day, begins, ends in _pieces(start, end):
            days.setdefault((mark, begins, ends), set()).add(day)
    for mark in dict.fromkeys(mark for mark, _, _ in days):
        mine = sorted((sorted(named), key[1], key[2]) for key, named in days.items() if key[0] == mark)
        yield mark, tuple(_phrase(frozenset(named), begins, ends) for named, begins, ends in mine)


def _windows(week: Week, base: Setting) -> tuple[DraftWindow, ...]:
    return tuple(
        DraftWindow(setting.quantity, when, size=None if setting.size == base.size else setting.size)
        for setting, when in phrases([None if setting == base else setting for setting in week])
    )


def _phrases(windows: Sequence[DraftWindow]) -> int:
    return sum(len(window.when) for window in windows)


def _runs(marks: Sequence[T | None]) -> Iterator[tuple[T, int, int]]:
    """Each longest stretch with one mark: its first minute, and its end, which may lie in the next week."""
    starts = [at for at in range(WEEK) if marks[at] != marks[at - 1]] or [0]
    for at, start in enumerate(starts):
        mark = marks[start]
        end = starts[at + 1] if at + 1 < len(starts) else starts[0] + WEEK
        if mark is not None:
            yield mark, start, end


def _pieces(start: int, end: int) -> Iterator[_Piece]:
    """A stretch as openings of at most a day: a shorter one is one of the day on which it begins."""
    day, begins = divmod(start, DAY)
    if end - start < DAY:
        yield day % 7, begins, end - day * DAY
        return
    while start < end:
        day, begins = divmod(start, DAY)
        stop = min(end, (day + 1) * DAY)
        yield day % 7, begins, stop - day * DAY
        start = stop


def _phrase(days: frozenset[int], start: int, end: int) -> str:
    said = spoken_days(Weekdays(days))
    if (start, end) == (0, DAY):
        return said
    return f"{said} {clock(start)}-{'24:00' if end == DAY else clock(end % DAY)}"


def clock(minute: int) -> str:
    """22:00 for a minute of the day."""
    return f"{minute // 60:02}:{minute % 60:02}"
