"""The days of a phrase: `weekdays`, `mon-wed,sat`, `day 1,15`, `last fri`, `business day 3`, dates, a calendar."""

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import (
    EVERY_DAY,
    LAST,
    WORKING_WEEK,
    BusinessDays,
    CalendarDays,
    Dates,
    Days,
    MonthDays,
    NthWeekday,
    Weekdays,
)
from autoscaler.core.spoken import DOWS, ORDINALS
from autoscaler.core.zones import day_number
from autoscaler.policyfile.spelling import digits, nearest, shown

FIRST_YEAR, LAST_YEAR = 1970, 2999
MOST_BUSINESS_DAYS = 23
"""No month has more days from Monday to Friday."""

BUSINESS = Calendar("")
"""Stands for the nearest `business_calendar` until the file is compiled."""

_WORDS = {
    "daily": Weekdays(EVERY_DAY),
    "weekdays": Weekdays(WORKING_WEEK),
    "weekends": Weekdays(EVERY_DAY - WORKING_WEEK),
}
_FULL_NAMES = dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DOWS, strict=True)
)
_SAME = {
    "everyday": "daily",
    "every day": "daily",
    "always": "daily",
    "weekday": "weekdays",
    "weekend": "weekends",
    "business day": "business days",
    "workdays": "business days",
    "working days": "business days",
    "tues": "tue",
    "thur": "thu",
    "thurs": "thu",
    "wednes": "wed",
}
_KNOWN = "days are daily, weekdays, weekends, mon,wed or mon-fri, day 1,15, last day, first mon, business days, dates"
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*(?:\.\.\s*([0-9]{4}-[0-9]{2}-[0-9]{2}))?")
_DOWS = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)\s*(?:-\s*(mon|tue|wed|thu|fri|sat|sun))?")
_ORDINAL = re.compile(r"(first|second|third|fourth|fifth|last)\s+(mon|tue|wed|thu|fri|sat|sun)")
_BUSINESS = re.compile(r"(?:(first|last)\s+business\s+day|business\s+days|business\s+day\s+([0-9]+))")
_DAY = re.compile(r"day(?=[\s,]|$)")
_LAST_DAY = re.compile(r"last\s+day")
_NAME = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)


class PhraseError(Exception):
    """What is wrong with a phrase, and at which character of it (from 0)."""

    def __init__(self, at: int, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.hint = hint


def days_of(text: str, calendars: Collection[str] = ()) -> Days:
    """The days that a text in lower case names; `calendars` are the names it may use.

    The calendar of what it gives is a stand-in that has nothing but its name. Raises PhraseError.
    """
    word = text.strip()
    if word in _WORDS:
        return _WORDS[word]
    begin = len(text) - len(text.lstrip())
    named = _DAY.match(word)
    if named:
        return _month_days(text[begin + named.end() :], begin + named.end())
    return _phrase_of_words(word, begin, calendars) or _listed(text, calendars)


def is_taken(name: str) -> bool:
    """Whether a calendar cannot be called this, because the words of a phrase would mean something else."""
    words = {*_WORDS, *DOWS, *ORDINALS, "day", "last", "business", "for", "except", "cron"}
    return name in words or bool(_DOWS.fullmatch(name))


def is_name(name: str) -> bool:
    """Whether it is made as a calendar's name must be."""
    return bool(_NAME.fullmatch(name))


def date_ranges(text: str) -> Dates:
    """Dates and ranges of dates between commas. Raises PhraseError."""
    return Dates(tuple(_dates(at, item) for at, item in _items(text)))


def _phrase_of_words(word: str, at: int, calendars: Collection[str]) -> Days | None:
    if _LAST_DAY.fullmatch(word):
        return MonthDays(frozenset({LAST}))
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal:
        return NthWeekday(ORDINALS[ordinal[1]], DOWS.index(ordinal[2]))
    business = _BUSINESS.fullmatch(word)
    if business:
        return BusinessDays(BUSINESS, _business_day(business, at))
    return CalendarDays(Calendar(word)) if word in calendars else None


def _business_day(found: re.Match[str], at: int) -> int | None:
    if found[1]:
        return ORDINALS[found[1]]
    if found[2] is None:
        return None
    number = digits(found[2])
    if 1 <= number <= MOST_BUSINESS_DAYS:
        return number
    message = f"no month has a business day {number}"
    raise PhraseError(at + found.start(2), message, f"business day 1 ... {MOST_BUSINESS_DAYS}, or last business day")


def _month_days(text: str, begin: int) -> MonthDays:
    """What follows the word `day`: numbers between commas."""
    found: set[int] = set()
    for at, item in _items(text):
        if not item:
            raise PhraseError(begin + at, "a day of the month is missing", "such as day 1,15")
        if not (item.isascii() and item.isdigit() and 1 <= digits(item) <= 31):
            hint = "months end on their last day: last day" if item.isdigit() or item == "last" else None
            raise PhraseError(begin + at, f"expected a day of the month from 1 to 31, read {shown(item)}", hint)
        found.add(digits(item))
    return MonthDays(frozenset(found))


def _listed(text: str, calendars: Collection[str]) -> Days:
    items = _items(text)
    dates = [item for item in items if item[1][:1].isdigit()]
    if dates and len(dates) < len(items):
        stranger = next(item for item in items if item not in dates)
        raise PhraseError(stranger[0], "dates and days of the week cannot be mixed in one phrase", "make it a list")
    if dates:
        return date_ranges(text)
    return Weekdays(frozenset[int]().union(*(_weekdays(at, item, calendars) for at, item in items)))


def _items(text: str) -> list[tuple[int, str]]:
    """The parts between commas, each with where it begins."""
    items: list[tuple[int, str]] = []
    at = 0
    for part in text.split(","):
        items.append((at + len(part) - len(part.lstrip()), part.strip()))
        at += len(part) + 1
    return items


def _weekdays(at: int, item: str, calendars: Collection[str]) -> frozenset[int]:
    found = _DOWS.fullmatch(item)
    if not found:
        raise _unknown_days(at, item, calendars)
    first = DOWS.index(found[1])
    length = (DOWS.index(found[2]) - first) % 7 if found[2] else 0
    return frozenset((first + step) % 7 for step in range(length + 1))


def _unknown_days(at: int, item: str, calendars: Collection[str]) -> PhraseError:
    if not item:
        return PhraseError(at, "a day is missing beside a comma")
    words = " ".join(item.split())
    if words in _WORDS or words in calendars or _ORDINAL.fullmatch(words) or _BUSINESS.fullmatch(words):
        return PhraseError(at, f"{words} stands alone, not in a list with commas", "make it a list: [..., ...]")
    near = _near(words, calendars)
    if near:
        return PhraseError(at, f"there are no days called {shown(item)}", f"did you mean {near}?")
    if is_name(words):
        has = f"the file has {', '.join(sorted(calendars)[:5])}" if calendars else "the file has none"
        return PhraseError(at, f"there are no days and no calendar called {shown(item)}", f"{_KNOWN}; {has}")
    return PhraseError(at, f"expected days such as weekdays, read {shown(item)}", _KNOWN)


@lru_cache(maxsize=64)
def _phrases_known() -> tuple[str, ...]:
    ordinals = [f"{ordinal} {dow}" for ordinal in ORDINALS for dow in DOWS]
    return (*_WORDS, *DOWS, "last day", "business days", "first business day", "last business day", *ordinals)


def _near(item: str, calendars: Collection[str]) -> str | None:
    dashed = re.sub(r" ?(?:\u2013|\u2014|-|\bto\b|\buntil\b|\bthrough\b) ?", "-", item)
    parts = re.split(r"(-| )", _SAME.get(dashed, dashed))
    plain = "".join(_FULL_NAMES.get(_SAME.get(part, part), _SAME.get(part, part)) for part in parts)
    if plain != item and (plain in _WORDS or any(shape.fullmatch(plain) for shape in (_DOWS, _ORDINAL, _BUSINESS))):
        return plain
    counted = re.fullmatch(r"(?:the )?([0-9]{1,2})(st|nd|rd|th)( day)?( of the month)?", item)
    if counted:
        return f"day {counted[1]}"
    near = nearest(item, [*_phrases_known(), *_FULL_NAMES, *calendars], 0.7)
    return _FULL_NAMES.get(near, near) if near else None


def _dates(at: int, item: str) -> tuple[int, int]:
    found = _DATES.fullmatch(item)
    if not found:
        raise PhraseError(at, f"expected a date such as 2026-11-27 or 2026-12-29..2027-01-03, read {shown(item)}")
    first = _date(at, found[1])
    last = _date(at + found.start(2), found[2]) if found[2] else first
    if last < first:
        raise PhraseError(at, f"{found[1]}..{found[2]} runs backwards", f"did you mean {found[2]}..{found[1]}?")
    return first, last


def _date(at: int, text: str) -> int:
    year, month, day = (int(part) for part in text.split("-"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PhraseError(at, f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, read {text}")
    try:
        return day_number(date(year, month, day))
    except ValueError:
        raise PhraseError(at, f"there is no {text} in the calendar") from None
