"""`cron`: the five fields of a crontab line, as crontab(5) reads them."""

import re
from dataclasses import dataclass, field

from autoscaler.core.days import CronDays
from autoscaler.core.spoken import DOWS, MONTHS
from autoscaler.policyfile.dayphrases import PhraseError
from autoscaler.policyfile.spelling import digits, lowered, shown

SHAPE = 'five fields such as "0 22 * * mon-fri"'

_STEP = re.compile(r"(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:/([0-9]{1,4}))?", re.ASCII)
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True, slots=True)
class Crontab:
    """When a crontab line is due: at these minutes of these hours on these days. `text` is what was written."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: CronDays
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()


_MINUTE = _Field("minute", 0, 59)
_HOUR = _Field("hour", 0, 23)
_MONTH_DAY = _Field("day of the month", 1, 31)
_MONTH = _Field("month", 1, 12, ("", *MONTHS))
_WEEKDAY = _Field("day of the week", 0, 7, ("sun", *DOWS[:6]))
_FIELDS = (_MINUTE, _HOUR, _MONTH_DAY, _MONTH, _WEEKDAY)


def crontab(text: str) -> Crontab:
    """A crontab line's five fields. Raises PhraseError."""
    found = [(match.start(), lowered(match[0])) for match in re.finditer(r"\S+", text)]
    if found and found[0][1].startswith("@"):
        raise PhraseError(found[0][0], f"expected {SHAPE}, read {shown(text.strip())}", "write the five fields out")
    if len(found) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise PhraseError(0, f"expected {SHAPE}, read {len(found)} fields", f"they are {names}")
    minutes, hours, month_days, months, weekdays = (
        _field(field, item, at) for field, (at, item) in zip(_FIELDS, found, strict=True)
    )
    days = CronDays(
        _restricted(month_days, found[2][1]),
        _restricted(months, found[3][1]),
        _restricted(frozenset((number - 1) % 7 for number in weekdays), found[4][1]),
    )
    _has_a_date(days, found[2][0])
    return Crontab(minutes, hours, days, " ".join(text.split()))


def _restricted(numbers: frozenset[int], item: str) -> frozenset[int] | None:
    """None for exactly `*`: only then does the field leave the choice of days to the other one."""
    return None if item == "*" else numbers


def _has_a_date(days: CronDays, at: int) -> None:
    if days.month_days is None or days.weekdays is not None:
        return
    if all(min(days.month_days) > _LONGEST_MONTH.get(month, 31) for month in days.months or range(1, 13)):
        raise PhraseError(at, f"no month of these has a day {min(days.month_days)}")


def _field(field: _Field, text: str, at: int) -> frozenset[int]:
    numbers: set[int] = set()
    for item in text.split(","):
        numbers.update(_numbers(field, item, at))
        at += len(item) + 1
    return frozenset(numbers)


def _numbers(field: _Field, item: str, at: int) -> range:
    found = _STEP.fullmatch(item)
    if not found:
        raise PhraseError(at, f"expected a {field.name}, read {shown(item)}")
    first, last = _bounds(field, found, at)
    if last < first:
        hint = f"write {item.split('/')[0].split('-')[0]}-{field.high},..." if field.words == () else "list both parts"
        raise PhraseError(at, f"{found[1]} runs backwards", hint)
    step = int(found[2]) if found[2] else 1
    if step == 0:
        raise PhraseError(at + found.start(2), "a step is 1 or more, read 0")
    return range(first, last + 1, step)


def _bounds(field: _Field, found: re.Match[str], at: int) -> tuple[int, int]:
    if found[1] == "*":
        return field.low, field.high
    first, dash, last = found[1].partition("-")
    low = _number(field, first, at)
    if dash:
        return low, _number(field, last, at + len(first) + 1, after=low)
    if found[2]:
        message = f"{found[0]} has a step but no range"
        raise PhraseError(at, message, f"write {first}-{field.high}/{found[2]} or */{found[2]}")
    return low, low


def _number(field: _Field, text: str, at: int, after: int = 0) -> int:
    """A number or a name of a field; `sun` at the end of a range is 7."""
    if text in field.words and text:
        number = field.words.index(text)
        return 7 if field is _WEEKDAY and number == 0 and after > 0 else number
    if text.isdigit() and field.low <= digits(text) <= field.high:
        return digits(text)
    expected = f"{field.low} to {field.high}" + (f" or {field.words[1]} ..." if field.words else "")
    raise PhraseError(at, f"expected a {field.name} ({expected}), read {shown(text)}")
