"""What the names of calendars in phrases mean, and days that can never come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import BusinessDays, CalendarDays, Dates, Days, MonthDays, NthWeekday, Weekdays, days_between
from autoscaler.core.spoken import spoken_days
from autoscaler.core.windows import Phrase
from autoscaler.core.zones import Zone
from autoscaler.policyfile.calendars import Calendars
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import did_you_mean, shown
from autoscaler.policyfile.tree import Place
from autoscaler.policyfile.written import Written, WrittenWindow, value_of
from autoscaler.policyfile.zones import zone

_MOST_DATES = 2_000
"""Longer ranges are not looked through: they are not gone by an `except` that somebody wrote."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The calendars that the phrases of a process type mean; `business` is the name of its business calendar."""

    calendars: Calendars
    business: str | None

    def phrase(self, phrase: Phrase) -> Phrase:
        """The same phrase with its calendar."""
        days = self.days(phrase.days)
        return phrase if days is phrase.days else Phrase(days, phrase.span)

    def days(self, days: Days) -> Days:
        """The same days with their calendar, where the reader of phrases put a stand-in."""
        match days:
            case CalendarDays(stand_in):
                return CalendarDays(self._calendar(stand_in.name))
            case BusinessDays(_, nth):
                return BusinessDays(self._calendar(self.business), nth)
        return days

    def missing(self, windows: Sequence[WrittenWindow]) -> str | None:
        """Why the openings of these windows cannot be known: a calendar that they need is unavailable."""
        if not self.calendars.unavailable:
            return None
        return self.missing_for(days for window in windows for _, _, days in named_days(window))

    def missing_for(self, named: Iterable[Days]) -> str | None:
        """Why these days cannot be known."""
        for days in named:
            name = days.calendar.name or self.business if isinstance(days, CalendarDays | BusinessDays) else None
            if name in self.calendars.unavailable:
                return self.calendars.unavailable[name]
        return None

    def _calendar(self, name: str | None) -> Calendar:
        assert name is not None, "a file whose names were checked"
        return self.calendars.by_name[name]


def named_days(window: WrittenWindow) -> Iterator[tuple[Place, str, Days]]:
    """All the days that a window names, in `when` or `except`, with their place and path."""
    when = value_of(window.when)
    if when is not None and window.when is not None:
        for node, phrase in zip(when.nodes, when.phrases, strict=True):
            if phrase is not None:
                yield node.place, window.when.path, phrase.days
    for days in value_of(window.excluded) or ():
        if days is not None and window.excluded is not None:
            yield window.excluded.place, window.excluded.path, days


def check_business(written: Written[str] | None, calendars: Calendars, faults: Faults) -> None:
    """A `business_calendar` names one of the file's calendars."""
    if written is None or written.value is None or written.value in calendars.by_name:
        return
    hint = did_you_mean(written.value, calendars.by_name, "name it under `calendars`, such as closed: {holidays: JP}")
    faults.error(written.place, written.path, f"there is no calendar {shown(written.value)}", hint)


def check_days(window: WrittenWindow, business: str | None, faults: Faults) -> None:
    """Business days need a calendar; a phrase all of whose days are excepted can never come true."""
    excluded = [days for days in value_of(window.excluded) or () if days is not None]
    if business is not None and not excluded:
        return
    for place, path, days in named_days(window):
        check_business_days(days, place, path, business, faults)
        if excluded and days not in excluded and _all_gone(days, excluded):
            message = f"`{spoken_days(days)}` never comes: `except` takes all of its days"
            faults.error(place, path, message, "these days start no opening; leave some")


def check_business_days(days: Days, place: Place, path: str, business: str | None, faults: Faults) -> None:
    """Business days need a calendar."""
    if isinstance(days, BusinessDays) and business is None:
        hint = "say business_calendar: closed, and under `calendars` closed: {holidays: JP}, or {dates: []}"
        faults.error(place, path, f"`{spoken_days(days)}` needs a `business_calendar`", hint)


def _all_gone(days: Days, excluded: Sequence[Days]) -> bool:
    """Whether, by the text alone, no day is left."""
    if isinstance(days, Weekdays):
        gone = (other.which for other in excluded if isinstance(other, Weekdays))
        return days.which <= frozenset[int]().union(*gone)
    if not isinstance(days, Dates) or sum(high - low + 1 for low, high in days.ranges) > _MOST_DATES:
        return False
    by_text = [other for other in excluded if isinstance(other, Weekdays | Dates | MonthDays | NthWeekday)]
    return all(
        any(days_between(other, day, day, anywhere()) for other in by_text)
        for low, high in days.ranges
        for day in range(low, high + 1)
    )


def anywhere() -> Zone:
    """Dates are the same in every zone."""
    found = zone("UTC")
    assert found is not None
    return found
