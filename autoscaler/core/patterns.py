"""Times that repeat every week, recognised as such: "on Saturdays 22:00-06:00" in place of a list of dates."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from autoscaler.core.days import weekday
from autoscaler.core.zones import DAY, WEEK, Zone

WEEKS = 4
"""What repeats is looked at for at least so many weeks: what comes once in one week does not repeat."""

AROUND = 2 * WEEK
"""Seconds before and after which are looked at as well, so that nothing is cut where the period begins or ends."""

_MOSTLY, _OFTEN = 3 / 4, 1 / 2
"""Of the days on which it could be; the others are exceptions, such as holidays. Where hours are mostly there on one
day of the week, it is enough that they are often there on another."""

Stint = tuple[int, int]
"""[start, end) in instants."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these days of the week (Monday being 0) from `opens` to `closes`, seconds after that day's midnight by the
    local clock, but not on the days `missing` (day numbers)."""

    days: frozenset[int]
    opens: int
    closes: int
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """[start, end) in instants; None where it is further away than anybody looked."""

    start: int | None
    end: int | None


Pattern = Weekly | Once


@dataclass(frozen=True, slots=True)
class Scope:
    """A period [start, until) in a zone, and how far around it one has to look to tell what repeats."""

    start: int
    until: int
    zone: Zone

    @property
    def horizon(self) -> int:
        """The end of the weeks in which it has to repeat."""
        return max(self.until, self.start + WEEKS * WEEK)

    @property
    def first(self) -> int:
        return self.start - AROUND

    @property
    def last(self) -> int:
        return self.horizon + AROUND

    def meets(self, stint: Stint) -> bool:
        return stint[0] < self.until and stint[1] > self.start


def patterns(stints: Iterable[Stint], scope: Scope) -> list[Pattern]:
    """What these stints, which lie within [scope.first, scope.last) and do not touch, are within the period.

    Together they say exactly what the stints that meet the period say.
    """
    whole: set[Stint] = set()
    found: list[Pattern] = []
    for start, end in stints:
        if start <= scope.first or end >= scope.last:
            if scope.meets((start, end)):
                found.append(Once(start if start > scope.first else None, end if end < scope.last else None))
        else:
            whole.update(_days_apart(start, end, scope.zone))
    found += _together(list(_weekly(whole, scope)))
    singles = [stint for stint in whole if scope.meets(stint)]
    return found + [Once(*stint) for stint in _joined(sorted(singles))]


def _weekly(whole: set[Stint], scope: Scope) -> Iterator[tuple[Weekly, bool]]:
    """What repeats, and whether it does so within the period; it is taken out of `whole`."""
    counts = Counter(_shape(stint, scope.zone) for stint in whole if stint[1] > scope.start)
    shapes = {shape: _due(shape, scope) for shape, _ in sorted(counts.items(), key=lambda count: (-count[1], count[0]))}
    mostly = {shape[1:] for shape, due in shapes.items() if _share(due, whole) >= _MOSTLY}
    for (day, opens, closes), due in shapes.items():
        there = {number for number, at in due.items() if at in whole}
        if (opens, closes) not in mostly or len(there) < 2 or _share(due, whole) < _OFTEN:
            continue
        whole.difference_update(due[number] for number in there)
        missing = (number for number, at in due.items() if number not in there and scope.meets(at))
        seen = any(scope.meets(due[number]) for number in there)
        yield Weekly(frozenset({day}), opens, closes, tuple(sorted(missing))), seen


def _due(shape: "_Shape", scope: Scope) -> dict[int, Stint]:
    """The days, by number, on which it would be if it were there every week."""
    day, opens, closes = shape
    due = {number: _stint(number, opens, closes, scope.zone) for number in _numbers(day, closes, scope)}
    return {number: at for number, at in due.items() if at[1] > scope.start and at[0] < scope.horizon}


def _share(due: Mapping[int, Stint], whole: Set[Stint]) -> float:
    return sum(at in whole for at in due.values()) / len(due)


def _together(weekly: Sequence[tuple[Weekly, bool]]) -> list[Pattern]:
    """The days of the week with the same hours as one.

    Of a period that has no Monday, or only one that is missing, it is still true that the hours are daily; hours of
    which nothing falls into the period are none of its business.
    """
    hours: dict[tuple[int, int], list[Weekly]] = {}
    for one, _ in weekly:
        hours.setdefault((one.opens, one.closes), []).append(one)
    seen = {(one.opens, one.closes) for one, met in weekly if met}
    return [
        Weekly(
            frozenset(day for one in same for day in one.days),
            opens,
            closes,
            tuple(sorted(number for one in same for number in one.missing)),
        )
        for (opens, closes), same in sorted(hours.items())
        if (opens, closes) in seen
    ]


_Shape = tuple[int, int, int]


def _shape(stint: Stint, zone: Zone) -> _Shape:
    """The day of the week on which it starts, and its two ends in seconds after that day's midnight."""
    opens, closes = zone.reading(stint[0]), zone.reading(stint[1])
    midnight = opens // DAY * DAY
    return weekday(opens // DAY), opens - midnight, closes - midnight


def _stint(number: int, opens: int, closes: int, zone: Zone) -> Stint:
    start, end = zone.edge(number * DAY + opens), zone.edge(number * DAY + closes)
    return start, end


def _numbers(day: int, closes: int, scope: Scope) -> Iterator[int]:
    """The day numbers of such days whose stint may meet the weeks that are looked at."""
    first = (scope.start - closes) // DAY - 2
    return (number for number in range(first, scope.horizon // DAY + 3) if weekday(number) == day)


def _days_apart(start: int, end: int, zone: Zone) -> Iterator[Stint]:
    """Several whole days one by one, anything else as it is; so are those of a week and more: they do not repeat."""
    opens, closes = zone.reading(start), zone.reading(end)
    if opens % DAY or closes % DAY or not DAY < closes - opens < WEEK:
        yield start, end
        return
    for number in range(opens // DAY, closes // DAY):
        day = _stint(number, 0, DAY, zone)
        if day[0] < day[1]:  # a date that the zone skips has no time
            yield day


def _joined(stints: Sequence[Stint]) -> list[Stint]:
    """Whole days that were taken apart, and touch, as one again."""
    joined: list[Stint] = []
    for start, end in stints:
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined
