"""`calendars`: from what is written to core's calendars, each made once, with every fault in its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autoscaler.core.calendars import Calendar, DateList, DaySource, Unavailable
from autoscaler.policyfile import source
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import did_you_mean, shown
from autoscaler.policyfile.tree import Place
from autoscaler.policyfile.written import Texts, Written, WrittenCalendar, value_of

Fetch = Callable[[str], bytes]
"""The bytes behind an https URL. Raises Unavailable."""


_HERE = ("http://localhost", "http://127.0.0.1")


Beside = Callable[[str, source.Refuse], bytes | None]
"""The bytes of a file by its path from the policy file's folder; None where there is none, said to the second."""


def beside(file: str) -> Beside:
    """The files on the disk, seen from the policy file."""
    return lambda path, refuse: source.read(str(Path(file).parent / path), refuse)


def no_feeds(url: str) -> bytes:  # noqa: ARG001 the signature of Fetch
    """For who has no network: every feed is unavailable."""
    raise Unavailable("feeds are not fetched here")


@dataclass(slots=True)
class Calendars:
    """The calendars of a file by name, and why one has no days that can be relied on."""

    by_name: dict[str, Calendar] = field(default_factory=dict)
    unavailable: dict[str, str] = field(default_factory=dict)
    """By the calendar's name; also for those that include or except such a one."""


def calendars_of(written: Sequence[WrittenCalendar], near: Beside, fetch: Fetch, faults: Faults) -> Calendars:
    """Every calendar of a file. What is wrong goes to `faults`; feeds that do not answer are warnings."""
    maker = _Maker({calendar.name: calendar for calendar in written}, near, fetch, faults)
    for calendar in written:
        maker.make(calendar.name)
    return maker.made


@dataclass(slots=True)
class _Maker:
    """Makes each calendar once, the ones that it includes or excepts before it."""

    written: Mapping[str, WrittenCalendar]
    near: Beside
    fetch: Fetch
    faults: Faults
    made: Calendars = field(default_factory=Calendars)
    _making: list[str] = field(default_factory=list)

    def make(self, name: str) -> Calendar:
        if name in self.made.by_name:
            return self.made.by_name[name]
        self._making.append(name)
        calendar = self.written[name]
        sources = [*self._holidays(calendar), *self._dates(calendar), *self._ics(calendar)]
        includes, excepts = self._others(calendar, calendar.include), self._others(calendar, calendar.excepted)
        self._making.pop()
        made = self.made.by_name[name] = Calendar(name, tuple(sources), includes, excepts)
        return made

    def _holidays(self, calendar: WrittenCalendar) -> Iterator[DaySource]:
        if calendar.holidays is None or calendar.holidays.value is None:
            return
        from autoscaler.policyfile.holidays import HolidaysError, holidays_of

        categories = [text for text, _ in value_of(calendar.categories) or ()]
        observed = value_of(calendar.observed) is not False
        for code, place in calendar.holidays.value:
            try:
                yield holidays_of(code, categories, observed)
            except HolidaysError as error:
                self.faults.error(place, calendar.holidays.path, error.message, error.hint)

    def _dates(self, calendar: WrittenCalendar) -> Iterator[DaySource]:
        dates = value_of(calendar.dates)
        if dates is not None:
            yield DateList(dates.ranges)

    def _ics(self, calendar: WrittenCalendar) -> Iterator[DaySource]:
        if calendar.ics is None or calendar.ics.value is None:
            return
        from autoscaler.policyfile.ics import IcsError, ics_source

        where = calendar.ics.value
        if is_url(where) and not where.lower().startswith(("https://", *_HERE)):
            message = f"a feed's address begins with https://, read {shown(where.partition('://')[0] + '://')}"
            self.faults.error(calendar.ics.place, calendar.ics.path, message, "write https:// instead")
            return
        try:
            if is_url(where):
                yield ics_source(self.fetch(where))
            else:
                content = self.near(where, self._refusing(calendar.ics))
                if content is not None:
                    yield ics_source(content)
        except Unavailable as error:
            self._miss(calendar, calendar.ics, str(error))
        except IcsError as error:
            if is_url(where):
                self._miss(calendar, calendar.ics, str(error))
            else:
                self.faults.error(calendar.ics.place, calendar.ics.path, str(error))

    def _miss(self, calendar: WrittenCalendar, ics: Written[str], why: str) -> None:
        """What a feed says is not the file's fault: whoever needs it holds until it can be read."""
        self.made.unavailable[calendar.name] = f"the calendar {calendar.name} cannot be read: {why}"
        hint = "process types that need it are held as they are until it answers"
        self.faults.warning(ics.place, ics.path, f"the feed cannot be read: {why}", hint)

    def _refusing(self, ics: Written[str]) -> source.Refuse:
        def refuse(place: Place, message: str, hint: str | None) -> None:  # noqa: ARG001 a place in another file
            self.faults.error(ics.place, ics.path, f"{ics.value}: {message}", "paths begin at the policy file's folder")

        return refuse

    def _others(self, calendar: WrittenCalendar, named: Written[Texts] | None) -> tuple[Calendar, ...]:
        found: list[Calendar] = []
        for name, place in value_of(named) or ():
            assert named is not None
            if name in self._making:
                circle = " -> ".join([*self._making[self._making.index(name) :], name])
                message = "it contains itself" if circle.count("->") == 1 else f"it contains itself: {circle}"
                self.faults.error(place, named.path, message, "leave one of them out")
            elif name in self.written:
                found.append(self.make(name))
                if name in self.made.unavailable:
                    self.made.unavailable.setdefault(calendar.name, self.made.unavailable[name])
            else:
                hint = did_you_mean(name, self.written, "name one of this file's calendars")
                self.faults.error(place, named.path, f"there is no calendar {shown(name)}", hint)
        return tuple(found)


def is_url(where: str) -> bool:
    return "://" in where
