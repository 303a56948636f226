"""The language of `when` and `cron` read a second time, from the grammar in docs/policies.md alone.

It shares no code with `autoscaler.policyfile` and says nothing about mistakes: a text means something, as plain
tuples, or it means nothing (None). What the program reads is told in the same tuples, so that the two can be compared.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from autoscaler.core.days import BusinessDays, CalendarDays, CronDays, Dates, Days, MonthDays, NthWeekday, Weekdays
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, Span, WallSpan

Meaning = tuple[Any, ...]

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
YEAR = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
SETS = {"daily": "mon-sun", "weekdays": "mon-fri", "weekends": "sat-sun"}

TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])"
HOURS = re.compile(rf"{TIME}\s*-\s*(?:{TIME}|24:00)|{TIME}\s+for\s+(\S+)")
LENGTH = re.compile(r"(?=.)(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?", re.DOTALL)
DOW = "|".join(WEEK)
DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"


def phrase(text: str, calendars: Collection[str] = ()) -> Meaning | None:
    """(days, hours) of a phrase."""
    text = _small(text).strip()
    found = re.search(rf"(?:^|\s)(?:{HOURS.pattern})$", text)
    named = text[: found.start()].strip() if found else text
    read_days = days(named, calendars) if named or not found else ("weekdays", (0, 1, 2, 3, 4, 5, 6))
    read_hours = _hours(found[0].strip()) if found else ("wall", 0, 1440)
    return (read_days, read_hours) if read_days and read_hours else None


def days(text: str, calendars: Collection[str] = ()) -> Meaning | None:
    """The days of a phrase, or of an `except`."""
    text = _small(text).strip()
    if text in calendars:
        return ("calendar", text)
    words = text.split()
    listed = [item.strip() for item in text.split(",")]
    match words:
        case [one] if one in SETS:
            return _weekdays([SETS[one]])
        case ["last", "day"]:
            return ("month days", (-1,))
        case ["day", _, *_] if words[1][0] != ",":
            return _month_days([item.strip() for item in text[3:].split(",")])
        case [ordinal, dow] if ordinal in ORDINALS and dow in WEEK:
            return ("nth", ORDINALS[ordinal], WEEK.index(dow))
        case ["business", "days"]:
            return ("business", None)
        case ["first" | "last" as ordinal, "business", "day"]:
            return ("business", ORDINALS[ordinal])
        case ["business", "day", number] if re.fullmatch("[0-9]+", number) and 1 <= int(number[:4000]) <= 23:
            return ("business", int(number))
    return _dates(listed) if text[:1].isdigit() else _weekdays(listed)


def length(text: str) -> int | None:
    """Minutes."""
    found = LENGTH.fullmatch(_small(text))
    if not found:
        return None
    days, hours, minutes = (int(number or 0) for number in found.groups())
    total = days * 1440 + hours * 60 + minutes
    return total if 1 <= total <= 31 * 1440 else None


def cron(text: str) -> Meaning | None:
    """(minutes, hours, days of the month, months, days of the week); a field that is exactly `*` is None."""
    fields = _small(text).split()
    if len(fields) != 5:
        return None
    bounds = [(0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, ["", *YEAR]), (0, 7, ["sun", *WEEK[:6]])]
    read = [_field(field, *bound) for field, bound in zip(fields, bounds, strict=True)]
    if None in read:
        return None
    minutes, hours, month_days, months, dows = (frozenset(numbers or ()) for numbers in read)
    dows = frozenset((number + 6) % 7 for number in dows)
    if fields[2] != "*" and fields[4] == "*":  # a date that no year has is refused
        leap = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
        if not any(day.day in month_days and day.month in months for day in leap):
            return None
    every = [field == "*" for field in fields]
    return (
        minutes, hours, None if every[2] else month_days, None if every[3] else months, None if every[4] else dows,
    )  # fmt: skip


def told(phrase: Phrase) -> Meaning:
    """What the program has read."""
    return (told_days(phrase.days), _told_span(phrase.span))


def told_days(days: Days) -> Meaning:
    match days:
        case Weekdays(which):
            return ("weekdays", tuple(sorted(which)))
        case Dates(ranges):
            return ("dates", ranges)
        case MonthDays(which):
            return ("month days", tuple(sorted(which)))
        case NthWeekday(nth, weekday):
            return ("nth", nth, weekday)
        case BusinessDays(_, nth):
            return ("business", nth)
        case CalendarDays(calendar):
            return ("calendar", calendar.name)
        case CronDays(month_days, months, weekdays):
            return ("cron", month_days, months, weekdays)


def _told_span(span: Span) -> Meaning:
    match span:
        case WallSpan(start, end):
            return ("wall", start // 60, end // 60)
        case RealSpan(start, length):
            return ("real", start // 60, length // 60)
        case CronSpan(minutes, hours, length):
            return ("cron", minutes, hours, length // 60)


def _small(text: str) -> str:
    """A-Z without case, and no other letters: a sign that looks like a K is none."""
    return re.sub("[A-Z]", lambda letter: chr(ord(letter[0]) + 32), text)


def _hours(text: str) -> Meaning | None:
    found = HOURS.fullmatch(text)
    assert found is not None
    first, last, for_first = found.group(1, 2), found.group(3, 4), found.group(5, 6)
    if for_first[0]:
        minutes = length(found[7])
        return None if minutes is None else ("real", _minutes(for_first), minutes)
    start, end = _minutes(first), _minutes(last) if last[0] else 1440
    if start == end or (last[0] and start == end % 1440) or (not last[0] and start == 1440):
        return None
    return ("wall", start, end if end > start else end + 1440)


def _minutes(time: tuple[str | Any, ...]) -> int:
    return int(time[0]) * 60 + int(time[1])


def _weekdays(items: list[str]) -> Meaning | None:
    which: set[int] = set()
    for item in items:
        found = re.fullmatch(rf"({DOW})(?:\s*-\s*({DOW}))?", item)
        if not found:
            return None
        day = WEEK.index(found[1])
        which.add(day)
        while found[2] and WEEK[day] != found[2]:
            day = (day + 1) % 7
            which.add(day)
    return ("weekdays", tuple(sorted(which)))


def _month_days(items: list[str]) -> Meaning | None:
    if not all(re.fullmatch("[0-9]+", item) and 1 <= int(item[:4000]) <= 31 for item in items):
        return None
    return ("month days", tuple(sorted({int(item) for item in items})))


def _dates(items: list[str]) -> Meaning | None:
    ranges = []
    for item in items:
        found = re.fullmatch(rf"{DATE}(?:\s*\.\.\s*{DATE})?", item)
        if not found:
            return None
        try:
            first, last = (date.fromisoformat(text) for text in (found[1], found[2] or found[1]))
        except ValueError:
            return None
        if not 1970 <= first.year <= last.year <= 2999 or last < first:
            return None
        ranges.append(tuple((day - date(1970, 1, 1)).days for day in (first, last)))
    return ("dates", tuple(ranges))


def _field(text: str, low: int, high: int, names: Collection[str]) -> set[int] | None:
    numbers: set[int] = set()
    for item in text.split(","):
        found = re.fullmatch(r"(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:/([0-9]{1,4}))?", item)
        if not found:
            return None
        first = low if found[1] else _number(found[2], low, high, names)
        last = high if found[1] else _number(found[3], low, high, names) if found[3] else first
        if first is None or last is None or (found[4] and not (found[1] or found[3])) or found[4] in ZEROS:
            return None
        if found[3] == "sun" and first > 0:
            last = 7
        if last < first:
            return None
        numbers |= set(range(first, last + 1, int(found[4] or 1)))
    return numbers


ZEROS = {"0" * length for length in range(1, 5)}


def _number(text: str, low: int, high: int, names: Collection[str]) -> int | None:
    if text and text in names:
        return list(names).index(text)
    if re.fullmatch("[0-9]+", text) and low <= int(text[:4000]) <= high:
        return int(text)
    return None
