"""`when`: a phrase of days and hours, read into what core evaluates.

phrase = days [SP span] | span
span   = time "-" end | time SP "for" SP length
"""

import re
from datetime import date

from autoscaler.core.days import EVERY_DAY, Dates, Days, Weekdays
from autoscaler.core.windows import Phrase, RealSpan, Span, WallSpan
from autoscaler.core.zones import DAY, HOUR, MINUTE, day_number
from autoscaler.policyfile.spelling import nearest, shown
from autoscaler.policyfile.values import LENGTH_SHAPE, seconds

DOWS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1970, 2999

_WORDS = {
    "daily": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
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
    "tues": "tue",
    "thur": "thu",
    "thurs": "thu",
    "wednes": "wed",
}
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_SPAN = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})", re.ASCII)
_FOR = re.compile(r"([0-9]{2}:[0-9]{2})\s+for\s+(\S.*)", re.ASCII)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*(?:\.\.\s*([0-9]{4}-[0-9]{2}-[0-9]{2}))?", re.ASCII)
_DOWS = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)\s*(?:-\s*(mon|tue|wed|thu|fri|sat|sun))?")
_LATER = re.compile(
    r"(day\s+[0-9]+|last\s+day|(first|second|third|fourth|fifth|last)\s+(mon|tue|wed|thu|fri|sat|sun)"
    r"|business\s+days|(first|last)\s+business\s+day|business\s+day\s+[0-9]+)$"
)
_CALENDAR = re.compile(r"[a-z][a-z0-9_-]*$", re.ASCII)

SHAPE = "days and hours such as weekdays 22:00-06:00"


class PhraseError(Exception):
    """What is wrong with a phrase, and at which character of it (from 0)."""

    def __init__(self, at: int, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.hint = hint


def phrase(text: str) -> Phrase:
    """One phrase. Raises PhraseError."""
    if not text.strip():
        raise PhraseError(0, f"expected {SHAPE}, read nothing")
    lowered = text.lower() if len(text.lower()) == len(text) else text
    clock = _TIME.search(lowered)
    begin = clock.start() if clock else len(text)
    if clock is None:
        _no_strange_times(lowered)
    days_text = lowered[:begin]
    days = _days(days_text) if days_text.strip() else Weekdays(EVERY_DAY)
    if clock is None:
        return Phrase(days, WallSpan(0, DAY))
    if days_text and not days_text[-1].isspace():
        raise PhraseError(begin, f"a space is missing before {shown(lowered[begin:].split()[0])}")
    return Phrase(days, _span(lowered[begin:].rstrip(), begin))


def _no_strange_times(text: str) -> None:
    """A phrase without HH:MM may still mean a time: 10pm, 22.00, 9h."""
    if _DATE.search(text):
        return
    found = re.search(r"\b([0-9]{1,2})(?:[.h]([0-9]{2}))?\s*(am|pm)\b|\b([0-9]{1,2})[.h]([0-9]{2})\b", text)
    if not found:
        return
    hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
    hour += 12 if found[3] == "pm" and hour < 12 else -12 if found[3] == "am" and hour == 12 else 0
    hint = f"did you mean {hour:02}:{minute:02}?" if hour < 24 and minute < 60 else None
    raise PhraseError(found.start(), f"a time is written HH:MM, read {shown(found[0])}", hint)


def _days(text: str) -> Days:
    if text.strip() in _WORDS:
        return Weekdays(_WORDS[text.strip()])
    items = _items(text)
    for at, item in items:
        if _LATER.match(" ".join(item.split())):
            raise _unknown_days(at, item)
    dates = [item for item in items if item[1][:1].isdigit()]
    if dates and len(dates) < len(items):
        stranger = next(item for item in items if item not in dates)
        raise PhraseError(stranger[0], "dates and days of the week cannot be mixed in one phrase", "make `when` a list")
    if dates:
        return Dates(tuple(_dates(at, item) for at, item in items))
    return Weekdays(frozenset[int]().union(*(_weekdays(at, item) for at, item in items)))


def _items(text: str) -> list[tuple[int, str]]:
    """The parts between commas, each with where it begins."""
    items: list[tuple[int, str]] = []
    at = 0
    for part in text.split(","):
        items.append((at + len(part) - len(part.lstrip()), part.strip()))
        at += len(part) + 1
    return items


def _weekdays(at: int, item: str) -> frozenset[int]:
    found = _DOWS.fullmatch(item)
    if not found:
        raise _unknown_days(at, item)
    first = DOWS.index(found[1])
    length = (DOWS.index(found[2]) - first) % 7 if found[2] else 0
    return frozenset((first + step) % 7 for step in range(length + 1))


def _unknown_days(at: int, item: str) -> PhraseError:
    if not item:
        return PhraseError(at, "a day is missing beside a comma")
    if item in _WORDS:
        return PhraseError(at, f"{item} stands alone, not in a list", "make `when` a list of phrases")
    if _LATER.match(" ".join(item.split())):
        return PhraseError(at, f"{shown(item)} is not supported yet", "use days of the week or dates for now")
    near = _near(item)
    if near:
        return PhraseError(at, f"there are no days called {shown(item)}", f"did you mean {near}?")
    if _CALENDAR.match(item):
        message = f"there are no days called {shown(item)}; names of calendars are not supported yet"
        return PhraseError(at, message, "days are daily, weekdays, weekends, mon ... sun, or dates")
    hint = "days are daily, weekdays, weekends, mon,wed or mon-fri"
    return PhraseError(at, f"expected {SHAPE}, read {shown(item)}", hint)


def _near(item: str) -> str | None:
    item = " ".join(item.split())
    for dash in ("\u2013", "\u2014", " to ", " until ", " through "):
        if dash in item:
            return re.sub(r"\s+", "", item.replace(dash, "-"))
    parts = re.split(r"( ?- ?)", item)
    plain = "".join(_FULL_NAMES.get(_SAME.get(part, part), _SAME.get(part, part)) for part in parts)
    if plain != item:
        return plain
    return nearest(item, [*_WORDS, *DOWS], 0.7)


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


def _span(text: str, at: int) -> Span:
    walled = _SPAN.fullmatch(text)
    if walled:
        return _wall_span(walled, at)
    lasting = _FOR.fullmatch(text)
    if lasting:
        start = _time(at, lasting[1])
        length = seconds(lasting[2])
        if length is None:
            raise PhraseError(at + lasting.start(2), f"expected {LENGTH_SHAPE}, read {shown(lasting[2])}")
        return RealSpan(start, length)
    raise _bad_span(text, at)


def _wall_span(found: re.Match[str], at: int) -> WallSpan:
    start = _time(at, found[1])
    end_at = at + found.start(2)
    end = DAY if found[2] == "24:00" else _time(end_at, found[2])
    if start == end % DAY and not (start == 0 and end == DAY):
        raise PhraseError(end_at, f"{found[1]}-{found[2]} ends where it starts", "for whole days name the days alone")
    return WallSpan(start, end if end > start else end + DAY)


def _time(at: int, text: str) -> int:
    hour, minute = int(text[:2]), int(text[3:])
    if hour < 24 and minute < 60:
        return hour * HOUR + minute * MINUTE
    hint = "only an end may be 24:00; a start is 00:00" if text == "24:00" else None
    raise PhraseError(at, f"expected a time from 00:00 to 23:59, read {text}", hint)


def _bad_span(text: str, at: int) -> PhraseError:
    expected = "hours such as 22:00-06:00 or 22:00 for 8h"
    short = re.search(r"(?<![0-9:])[0-9]:[0-9]{2}", text)
    if short:
        message = f"a time is written HH:MM, read {short[0]}"
        return PhraseError(at + short.start(), message, f"did you mean 0{short[0]}?")
    mended = re.sub(r" ?(\u2013|\u2014|to|until|till|\.\.) ?", "-", " ".join(text.split()))
    hint = f"did you mean {mended}?" if mended != text and _SPAN.fullmatch(mended) else None
    if _TIME.fullmatch(text):
        hint = f"say when it ends: {text}-06:00, or {text} for 8h"
    return PhraseError(at, f"expected {expected}, read {shown(text)}", hint)
