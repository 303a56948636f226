"""What an `unbroken` window may not be, by the text alone: nominal days of 24 hours, without clock changes.

What depends on calendars is left to `foresight`, which looks at real dates and warns.
"""

from collections.abc import Sequence

from autoscaler.core.days import Dates
from autoscaler.core.quantity import Quantity, lowest
from autoscaler.core.restarts import BOOT, LONGEST
from autoscaler.core.spoken import spoken_length
from autoscaler.core.windows import Opening
from autoscaler.policyfile.closings import check_number
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.nominal import looked_at, nominal, of_calendar
from autoscaler.policyfile.written import WrittenType, WrittenWindow, value_of


def check_unbroken(process: WrittenType, windows: Sequence[WrittenWindow], faults: Faults) -> None:
    """Faults of a process type's unbroken windows."""
    unbroken = [window for window in windows if value_of(window.unbroken) and window.phrases is not None]
    sound = [window for window in unbroken if check_number(window, window.unbroken, "an unbroken window", faults)]
    if not sound:
        return
    days = looked_at(windows)
    opened = {id(window): _held_open(window, nominal(window, days)) for window in windows}
    _check_length(sound, opened, faults)
    for window in sound:
        for other in windows:
            if other is not window and _meet(opened[id(window)], opened[id(other)]) and not _by_calendar(window, other):
                _check_pair(process, window, other, windows.index(other) < windows.index(window), faults)


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


def _held_open(window: WrittenWindow, openings: list[Opening]) -> list[Opening]:
    """The openings of an unbroken window to the latest instant to which they may be held open."""
    close = value_of(window.close)
    latest = value_of(close.latest) or 0 if close and value_of(window.unbroken) else 0
    return [(start, end + latest) for start, end in openings]


def _dynos(quantity: Quantity) -> str:
    return f"{quantity} dyno{'' if quantity == 1 else 's'}"


def _by_calendar(window: WrittenWindow, other: WrittenWindow) -> bool:
    """Whether it takes a calendar to know if the two meet: dates, and days that a calendar leaves out."""
    pair = (window, other)
    dated = any(isinstance(phrase.days, Dates) for one in pair for phrase in one.phrases or ())
    return dated and any(of_calendar(days) for one in pair for days in value_of(one.excluded) or ())


def _meet(some: list[Opening], others: list[Opening]) -> bool:
    """Whether an opening of one list overlaps one of the other; both in order."""
    at = 0
    for start, end in some:
        while at < len(others) and others[at][1] <= start:
            at += 1
        if at < len(others) and others[at][0] < end:
            return True
    return False
