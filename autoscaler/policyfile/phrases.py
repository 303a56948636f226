"""`when`: a phrase of days and hours, read into what core evaluates.

phrase = days [SP span] | span
span   = time "-" end | time SP "for" SP length
"""

import re
from collections.abc import Collection
from functools import lru_cache

from autoscaler.core.days import EVERY_DAY, Days, Weekdays
from autoscaler.core.jobs import DayTime
from autoscaler.core.windows import Phrase, RealSpan, Span, WallSpan
from autoscaler.core.zones import DAY, HOUR, MINUTE
from autoscaler.policyfile.dayphrases import PhraseError, days_of
from autoscaler.policyfile.spelling import lowered, shown
from autoscaler.policyfile.values import LENGTH_SHAPE, seconds

SHAPE = "days and hours such as weekdays 22:00-06:00"

TIME_SHAPE = "days and one time such as weekdays 01:00"

HOURS = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_SPAN = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")
_FOR = re.compile(r"([0-9]{2}:[0-9]{2})\s+for\s+(\S.*)")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STRANGEHOURS = re.compile(r"\b([0-9]{1,2})(?:[.h]([0-9]{2}))?\s*(am|pm)\b|\b([0-9]{1,2})[.h]([0-9]{2})\b")


def phrase(text: str, calendars: Collection[str] = ()) -> Phrase:
    """One phrase; `calendars` are the names that it may use. Raises PhraseError."""
    days, hours, begin = _parts(text, calendars, SHAPE)
    return Phrase(days, _span(hours, begin) if hours else WallSpan(0, DAY))


def day_time(text: str, calendars: Collection[str] = ()) -> DayTime:
    """One phrase of a job's `when`: days and one time. Raises PhraseError."""
    days, time, begin = _parts(text, calendars, TIME_SHAPE)
    if not time:
        hint = f"did you mean {' '.join(text.split())} 01:00?"
        raise PhraseError(0, f"a job starts at one time, and none is given: expected {TIME_SHAPE}", hint)
    if not _TIME.fullmatch(time):
        raise _not_one_time(text, time, begin)
    return DayTime(days, _time(begin, time))


def _parts(text: str, calendars: Collection[str], shape: str) -> tuple[Days, str, int]:
    """The days of a phrase, what follows them, and where that begins."""
    if not text.strip():
        raise PhraseError(0, f"expected {shape}, read nothing")
    text = lowered(text)
    clock = HOURS.search(text)
    begin = clock.start() if clock else len(text)
    if clock is None:
        _no_strange_times(text)
    days_text = text[:begin]
    days = days_of(days_text, calendars) if days_text.strip() else Weekdays(EVERY_DAY)
    if clock and days_text and not days_text[-1].isspace():
        raise PhraseError(begin, f"a space is missing before {shown(text[begin:].split()[0])}")
    return days, text[begin:].rstrip(), begin


def _not_one_time(text: str, time: str, begin: int) -> PhraseError:
    first = HOURS.match(time)
    assert first is not None
    start = first[0].zfill(5)
    if not time[first.end() :]:
        return PhraseError(begin, f"a time is written HH:MM, read {first[0]}", f"did you mean {start}?")
    days = text[:begin].strip()
    hint = f"did you mean {days} {start}?" if days else f"did you mean {start}?"
    message = f"a job starts at one time, read {shown(time)}"
    return PhraseError(begin, message, f"{hint} how long it may run is its `time_limit`")


def _no_strange_times(text: str) -> None:
    """A phrase without HH:MM may still mean a time: 10pm, 22.00, 9h."""
    if _DATE.search(text):
        return
    found = _STRANGEHOURS.search(text)
    if not found:
        return
    hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
    hour += 12 if found[3] == "pm" and hour < 12 else -12 if found[3] == "am" and hour == 12 else 0
    hint = f"did you mean {hour:02}:{minute:02}?" if hour < 24 and minute < 60 else None
    raise PhraseError(found.start(), f"a time is written HH:MM, read {shown(found[0])}", hint)


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
    second = _second_of_day(text)
    if second is not None:
        return second
    hint = "only an end may be 24:00; a start is 00:00" if text == "24:00" else None
    raise PhraseError(at, f"expected a time from 00:00 to 23:59, read {text}", hint)


@lru_cache(maxsize=1440)
def _second_of_day(text: str) -> int | None:
    hour, minute = int(text[:2]), int(text[3:])
    return hour * HOUR + minute * MINUTE if hour < 24 and minute < 60 else None


def _bad_span(text: str, at: int) -> PhraseError:
    expected = "hours such as 22:00-06:00 or 22:00 for 8h"
    short = re.search(r"(?<![0-9:])[0-9]:[0-9]{2}", text)
    if short:
        message = f"a time is written HH:MM, read {short[0]}"
        return PhraseError(at + short.start(), message, f"did you mean 0{short[0]}?")
    mended = re.sub(r" ?(\u2013|\u2014|to|until|till|\.\.) ?", "-", " ".join(text.split()))
    hint = f"did you mean {mended}?" if mended != text and _SPAN.fullmatch(mended) else None
    if HOURS.fullmatch(text):
        hint = f"say when it ends: {text}-06:00, or {text} for 8h"
    return PhraseError(at, f"expected {expected}, read {shown(text)}", hint)
