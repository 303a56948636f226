"""The SCALING_SCHEDULE of torchbox/heroku-scheduled-scaling (89bb5e9, 2025-03-21): what it says, and what it did.

`0-4(0900-1700:2;1700-1900:1);0000-2359:0`: rules of hours, perhaps with days (0 is Monday) around some of them. The
first rule that covers the present holds; where none does, what is there stays.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autoscaler.policyfile.moving.week import DAY, WEEK, Setting, Week, carried, phrases

SHAPE = "0-4(0900-1700:2;1700-1900:1);0000-2359:0"

_RULE = r"[0-9]{4}-[0-9]{4}:[0-9]{1,4}"
_GROUP = rf"[0-6](?:-[0-6])?\({_RULE}(?:;{_RULE})*\)"
_SCHEDULE = re.compile(rf"(?:{_GROUP}|{_RULE})(?:;(?:{_GROUP}|{_RULE}))*;?")
_PART = re.compile(rf"(?:([0-6])(?:-([0-6]))?\(({_RULE}(?:;{_RULE})*)\)|{_RULE})")
_HOURS = re.compile(r"([0-9]{2})([0-9]{2})-([0-9]{2})([0-9]{2}):([0-9]+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """`first` and `last` are days as written; `start` and `end` minutes of the day."""

    first: int
    last: int
    start: int
    end: int
    quantity: int

    @property
    def days(self) -> frozenset[int]:
        """The days that are written; 5-1 goes around the end of the week."""
        return frozenset((self.first + step) % 7 for step in range((self.last - self.first) % 7 + 1))

    @property
    def overnight(self) -> bool:
        return self.start >= self.end

    @property
    def dropped(self) -> bool:
        """Whether the tool did not read it, and said nothing: 2400 was no time to it."""
        return DAY in {self.start, self.end}


def is_schedule(text: str) -> bool:
    """Whether the text is a schedule as a whole."""
    return _SCHEDULE.fullmatch(_bare(text)) is not None


def rules(text: str) -> tuple[Rule, ...] | None:
    """The rules of a schedule in order; None where it is none, or where one of its times is none."""
    if not is_schedule(text):
        return None
    found = tuple(_rules(_bare(text)))
    return None if any(minute > DAY for rule in found for minute in (rule.start, rule.end)) else found


def meant(written: Sequence[Rule]) -> Week:
    """The week as it is written: a night belongs to the day on which it starts."""
    return _week(_speaking(written, _means))


def did(written: Sequence[Rule]) -> Week | None:
    """The week as the tool kept it; None where it read no rule."""
    read = [rule for rule in written if not rule.dropped]
    return _week(_speaking(read, _covered)) if read else None


def gaps(written: Sequence[Rule]) -> int:
    """The minutes of the week about which no rule says anything, without the last minutes of days."""
    speaking = enumerate(_speaking(written, _means))
    return sum(rule is None for minute, rule in speaking if minute % DAY != DAY - 1)


def differences(old: Week, new: Week) -> list[str]:
    """mon 00:00-06:00: it kept 1, this file wants 0."""
    marks = [None if was == will else (was.quantity, will.quantity) for was, will in zip(old, new, strict=True)]
    return [f"{', '.join(when)}: it kept {was}, this file wants {will}" for (was, will), when in phrases(marks)]


def _bare(text: str) -> str:
    """The tool took no notice of blanks."""
    return re.sub(r"\s+", "", text)


def _rules(text: str) -> Iterator[Rule]:
    for part in _PART.finditer(text):
        first, last = int(part[1] or 0), int(part[2] or part[1] or 6)
        for hours in _HOURS.finditer(part[3] or part[0]):
            yield Rule(first, last, _minute(hours[1], hours[2]), _minute(hours[3], hours[4]), int(hours[5]))


def _minute(hour: str, minute: str) -> int:
    """A minute of the day; one that is beyond every day where the clock knows no such time."""
    return int(hour) * 60 + int(minute) if int(minute) < 60 else WEEK


def _means(rule: Rule, day: int, minute: int) -> bool:
    if not rule.overnight:
        return day in rule.days and rule.start <= minute < rule.end
    return (day in rule.days and minute >= rule.start) or ((day - 1) % 7 in rule.days and minute < rule.end)


def _covered(rule: Rule, day: int, minute: int) -> bool:
    """Its test of the weekday, `start_day < weekday > end_day`, keeps out only what comes after both; and it looks at
    the present weekday, also after midnight."""
    if day > max(rule.first, rule.last):
        return False
    if rule.overnight:
        return minute >= rule.start or minute < rule.end
    return rule.start <= minute < rule.end


def _speaking(written: Sequence[Rule], covers: Callable[[Rule, int, int], bool]) -> list[Rule | None]:
    """The first rule that covers each minute of the week; within a day that changes at the rules' hours alone."""
    hours = sorted({0, DAY, *(minute for rule in written for minute in (rule.start, rule.end))})
    speaking: list[Rule | None] = []
    for day in range(7):
        for start, end in pairwise(hours):
            speaking += [next((rule for rule in written if covers(rule, day, start)), None)] * (end - start)
    return speaking


def _week(speaking: Sequence[Rule | None]) -> Week:
    return carried(
        {
            minute: Setting(rule.quantity)
            for minute, rule in enumerate(speaking)
            if rule is not None and (minute == 0 or rule is not speaking[minute - 1])
        }
    )
