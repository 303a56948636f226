"""What an `unbroken` window may not be, by the text alone: nominal days of 24 hours, without clock changes.

What depends on calendars is left to `foresight`, which looks at real dates and warns.
"""

from collections.abc import Iterator, Sequence

from autoscaler.core.days import BusinessDays, CalendarDays, Dates, Days, days_between
from autoscaler.core.quantity import Quantity, Range, lowest
from autoscaler.core.restarts import BOOT, LONGEST
from autoscaler.core.spoken import spoken_length
from autoscaler.core.windows import CronSpan, Opening, Phrase, RealSpan, WallSpan
from autoscaler.core.zones import DAY
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.naming import anywhere
from autoscaler.policyfile.weeks import every_week
from autoscaler.policyfile.written import WrittenType, WrittenWindow, value_of

_WEEKS = (20458, 20458 + 28)
"""Day numbers: four weeks from a Monday, in which days of the week show all that they can do."""

_YEARS = (20458, 20458 + 8 * 366)
"""Eight years, with all months and two leap days, for days of the month and dates."""

_MOST_DATES = 400


def check_unbroken(process: WrittenType, windows: Sequence[WrittenWindow], faults: Faults) -> None:
    """Faults of a process type's unbroken windows."""
    unbroken = [window for window in windows if value_of(window.unbroken) and window.phrases is not None]
    sound = [window for window in unbroken if _check_quantity(window, faults)]
    if not sound:
        return
    days = _looked_at(windows)
    opened = {id(window): _nominal(window, days) for window in windows}
    _check_length(sound, opened, faults)
    for window in sound:
        for other in windows:
            if other is not window and _meet(opened[id(window)], opened[id(other)]) and not _by_calendar(window, other):
                _check_pair(process, window, other, windows.index(other) < windows.index(window), faults)


def _check_quantity(window: WrittenWindow, faults: Faults) -> bool:
    """Whether it says how many dynos there are to keep whole."""
    assert window.unbroken is not None
    if window.quantity is not None and window.quantity.value is None:
        return False
    quantity = value_of(window.quantity)
    if isinstance(quantity, int) and quantity > 0:
        return True
    if window.quantity is None:
        faults.error(window.unbroken.key, window.unbroken.path, "an unbroken window needs a `quantity`", "say it here")
    elif isinstance(quantity, Range):
        message = f"an unbroken window needs one number, read {quantity}: dynos that may come and go are not kept whole"
        faults.error(window.quantity.place, window.quantity.path, message, f"such as {max(quantity.high, 1)}")
    else:
        faults.error(window.unbroken.key, window.unbroken.path, "0 dynos cannot be broken", "remove `unbroken`")
    return False


def _check_length(windows: list[WrittenWindow], opened: dict[int, list[Opening]], faults: Faults) -> None:
    """Openings that touch are one, and none may be longer than a dyno lives for certain."""
    joined: list[tuple[Opening, WrittenWindow]] = []
    openings = [(opening, window) for window in windows for opening in opened[id(window)]]
    for opening, window in sorted(openings, key=lambda found: found[0]):
        if joined and opening[0] < joined[-1][0][1] + BOOT:
            (first, last), _ = joined[-1]
            joined[-1] = (first, max(last, opening[1])), window
        else:
            joined.append((opening, window))
    told: set[int] = set()
    for (first, last), window in joined:
        if last - first > LONGEST and id(window) not in told and window.unbroken is not None:
            told.add(id(window))
            message = (
                f"an opening of {spoken_length(last - first)} cannot be kept whole: Heroku restarts a dyno"
                f" after 24h, and one that is restarted before the opening lives {spoken_length(LONGEST)} of it"
            )
            hint = "openings that touch count as one; make it shorter, or leave a gap in which dynos may restart"
            faults.error(window.unbroken.key, window.unbroken.path, message, hint)


def _check_pair(process: WrittenType, window: WrittenWindow, other: WrittenWindow, above: bool, faults: Faults) -> None:
    """A window above it may not lower its quantity, and none that is open beside it may change its size."""
    quantity = value_of(window.quantity)
    theirs = value_of(other.quantity)
    assert isinstance(quantity, int)
    if above and other.quantity is not None and theirs is not None and lowest(theirs) < quantity:
        hint = "put it below the unbroken window, or apart from it"
        message = f"it would lower {_dynos(quantity)} to {theirs} within {window.called}, which is unbroken"
        faults.error(other.quantity.place, other.quantity.path, message, hint)
    size = value_of(window.size)
    speaks = above or size is None
    if speaks and other.size is not None and other.size.value not in {None, size or value_of(process.size)}:
        message = f"it would change the size, and so restart dynos, within {window.called}, which is unbroken"
        hint = "put it below, or apart from it" if size else f"say `size` in {window.called}, and put this below it"
        faults.error(other.size.place, other.size.path, message, hint)


def _dynos(quantity: Quantity) -> str:
    return f"{quantity} dyno{'' if quantity == 1 else 's'}"


def _by_calendar(window: WrittenWindow, other: WrittenWindow) -> bool:
    """Whether it takes a calendar to know if the two meet: dates, and days that a calendar leaves out."""
    pair = (window, other)
    dated = any(isinstance(phrase.days, Dates) for one in pair for phrase in one.phrases or ())
    return dated and any(_of_calendar(days) for one in pair for days in value_of(one.excluded) or ())


def _of_calendar(days: Days | None) -> bool:
    return isinstance(days, CalendarDays | BusinessDays)


def _meet(some: list[Opening], others: list[Opening]) -> bool:
    """Whether an opening of one list overlaps one of the other; both in order."""
    at = 0
    for start, end in some:
        while at < len(others) and others[at][1] <= start:
            at += 1
        if at < len(others) and others[at][0] < end:
            return True
    return False


def _looked_at(windows: Sequence[WrittenWindow]) -> list[tuple[int, int]]:
    """Ranges of days in which windows show whether they meet: as few as their days need."""
    phrases = [phrase for window in windows for phrase in window.phrases or ()]
    weekly = all(isinstance(phrase.days, Dates) or every_week(phrase.days) for phrase in phrases)
    dates = [pair for phrase in phrases if isinstance(phrase.days, Dates) for pair in phrase.days.ranges]
    ranges = sorted([_WEEKS if weekly else _YEARS, *((low - 33, high + 33) for low, high in dates[:_MOST_DATES])])
    apart: list[tuple[int, int]] = []
    for first, last in ranges:
        if apart and first <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(last, apart[-1][1])
        else:
            apart.append((first, last))
    return apart


def _nominal(window: WrittenWindow, ranges: list[tuple[int, int]]) -> list[Opening]:
    """Its openings as if all days had 24 hours, with lead and latest, in order and merged where they overlap."""
    excluded = [days for days in value_of(window.excluded) or () if days is not None and not _of_calendar(days)]
    found: list[Opening] = []
    for phrase in window.phrases or ():
        if _of_calendar(phrase.days):
            continue
        for first, last in ranges:
            gone = {day for days in excluded for day in days_between(days, first, last, anywhere())}
            starts = (day for day in days_between(phrase.days, first, last, anywhere()) if day not in gone)
            found += [opening for day in starts for opening in _on_day(phrase, day * DAY)]
    lead, latest = value_of(window.lead) or 0, 0
    return _merged((start - lead, end + latest) for start, end in sorted(found))


def _on_day(phrase: Phrase, midnight: int) -> Iterator[Opening]:
    match phrase.span:
        case WallSpan(start, end):
            yield midnight + start, midnight + end
        case RealSpan(start, length):
            yield midnight + start, midnight + start + length
        case CronSpan(length=length) as span:
            for start in span.starts:
                yield midnight + start, midnight + start + length


def _merged(openings: Iterator[Opening]) -> list[Opening]:
    merged: list[Opening] = []
    for start, end in openings:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
