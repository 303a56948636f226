"""What the next 400 days bring: warnings that depend on dates, on zones and on calendars."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from autoscaler.core.days import WORKING_WEEK, CalendarDays, Dates, Weekdays
from autoscaler.core.policies import Policy
from autoscaler.core.quantity import lowest
from autoscaler.core.spoken import spoken_length, spoken_time
from autoscaler.core.timeline import HORIZON, Stretch, stretches
from autoscaler.core.windows import CronSpan, Phrase, RealSpan, WallSpan, Window, openings, starting_days
from autoscaler.core.zones import DAY, MINUTE, ClockChange, Zone, calendar_day
from autoscaler.policyfile.calendars import Calendars
from autoscaler.policyfile.compiling import windows_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.holidays import Holidays
from autoscaler.policyfile.unbroken_ahead import warn_unbroken
from autoscaler.policyfile.written import WrittenCalendar, WrittenType, WrittenWindow, value_of
from autoscaler.policyfile.zones import countries

SEAM = 15 * MINUTE
"""A dip that is no longer than this, in seconds, is taken for a mistake at the seam of two windows."""

_PART = 40 * DAY

_MOST_WINDOWS = 200
"""Process types with more windows are not walked through: nobody waits for minutes for a warning."""

_NIGHTS = 364
"""Days in which holidays are counted: 52 whole weeks."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The time that is looked at, in instants, and the file's calendars."""

    start: int
    until: int
    calendars: Calendars
    written: Mapping[str, WrittenCalendar]


def ahead(now: int, calendars: Calendars, written: list[WrittenCalendar]) -> Ahead:
    """The 400 days from `now`."""
    return Ahead(now, now + HORIZON, calendars, {calendar.name: calendar for calendar in written})


def foresee(process: WrittenType, policy: Policy, ahead: Ahead, faults: Faults) -> None:
    """The warnings of one process type, which has no fault."""
    changes = policy.zone.clock_changes(ahead.start, ahead.until)
    few = len(policy.windows) <= _MOST_WINDOWS
    speaking = _speaking(policy, ahead) if few else set(policy.windows)
    for written, window in zip(windows_of(process), policy.windows, strict=True):
        if window not in speaking:
            if openings(window, policy.zone, ahead.start, ahead.until):
                message = "whenever it is open in the next 400 days, windows above it give all that it gives"
                faults.warning(written.place, written.path, message, "move it up, or remove it")
            else:
                _never_opens(written, window, ahead, faults)
        _clock_changes(written, window, policy, changes, faults)
        _holidays(written, window, policy, ahead, faults)
    if few:
        _seams(process, policy, ahead, faults)
    if few and policy.guarded:
        warn_unbroken(process, policy, ahead.start, ahead.until, faults)


def _never_opens(written: WrittenWindow, window: Window, ahead: Ahead, faults: Faults) -> None:
    dated = [phrase.days.ranges for phrase in window.phrases if isinstance(phrase.days, Dates)]
    last = max((high for ranges in dated for _, high in ranges), default=0)
    if len(dated) == len(window.phrases) and last * DAY < ahead.start and written.when:
        faults.warning(written.when.place, written.when.path, "all its dates are past", "remove the window")
        return
    named = [phrase.days.calendar.name for phrase in window.phrases if isinstance(phrase.days, CalendarDays)]
    why = f": {', '.join(named)} has no day in that time" if named else ""
    faults.warning(
        written.place, written.path, f"it never opens in the next 400 days{why}", "mend its days, or remove it"
    )


def _speaking(policy: Policy, ahead: Ahead) -> set[Window]:
    """The windows that give a quantity or a size at some instant."""
    givers = _givers(policy, ahead)
    return givers if len(givers) == len(policy.windows) else givers | _sizers(policy, ahead)


def _givers(policy: Policy, ahead: Ahead) -> set[Window]:
    """The windows that give the quantity at some instant; most do within days."""
    found: set[Window] = set()
    for part in _parts(policy, ahead):
        found |= {stretch.giver for stretch in part if stretch.giver is not None}
        if len(found) == len(policy.windows):
            break
    return found


def _sizers(policy: Policy, ahead: Ahead) -> set[Window]:
    """The windows that give the size at some instant: the same question, asked of stand-ins with a quantity."""
    stand_ins = {replace(window, quantity=1 if window.size else None): window for window in policy.windows}
    givers = _givers(replace(policy, windows=tuple(stand_ins)), ahead)
    return {stand_ins[window] for window in givers}


def _parts(policy: Policy, ahead: Ahead) -> Iterator[list[Stretch]]:
    """The stretches of the time ahead, some weeks at a time and overlapping by a day: whole they would fill memory."""
    for start in range(ahead.start, ahead.until, _PART):
        yield stretches(policy, max(start - DAY, ahead.start), min(start + _PART, ahead.until))


def _clock_changes(
    written: WrittenWindow, window: Window, policy: Policy, changes: list[ClockChange], faults: Faults
) -> None:
    """What clock changes do to a window's edges and lengths: each thing once, with its first date."""
    told: set[str] = set()
    lengths: list[str] = []
    for change in changes:
        odd = [(phrase, midnight) for phrase in window.phrases for midnight in _nearby(phrase, window, policy, change)]
        for what, message in (found for phrase, midnight in odd for found in _odd_edges(phrase, midnight, change)):
            if what not in told:
                told.add(what)
                faults.warning(written.place, written.path, message)
        lengths += [length for phrase, midnight in odd for length in _odd_length(phrase, midnight, policy, change)]
    if lengths:
        hint = "its hours go by the wall clock; `22:00 for 8h` lasts as long in every night"
        faults.warning(written.place, written.path, f"clocks change while it is open: {', '.join(lengths[:3])}", hint)


def _nearby(phrase: Phrase, window: Window, policy: Policy, change: ClockChange) -> Iterator[int]:
    """The midnights, as readings, of the days around a clock change on which the phrase starts an opening."""
    day = change.at // DAY
    for number in starting_days(phrase, window, policy.zone, day - 2, day + 1):
        yield number * DAY


def _odd_edges(phrase: Phrase, midnight: int, change: ClockChange) -> Iterator[tuple[str, str]]:
    """The edges of an opening that clocks skip, or show twice: which it is, and the same in words with the date."""
    low, high = sorted((change.at + change.before, change.at + change.after))
    inside = [midnight + at for at in _edges(phrase) if low <= midnight + at < high]
    if not inside:
        return
    date = calendar_day(inside[0] // DAY)
    times = " and ".join(spoken_time(reading % DAY) for reading in inside[:3])
    if change.after < change.before:
        yield f"twice {times}", f"on {date} the clocks show {times} twice: the first counts"
    elif isinstance(phrase.span, WallSpan) and len(inside) == 2:
        yield f"never {times}", f"it does not open on {date}: the clocks skip its hours"
    else:
        yield f"skipped {times}", f"on {date} the clocks skip {times}: the edge comes at {spoken_time(high % DAY)}"


def _edges(phrase: Phrase) -> list[int]:
    """The times of an opening's edges that go by the wall clock, in seconds after its day's midnight."""
    match phrase.span:
        case WallSpan(start, end):
            return [start, end]
        case RealSpan(start, _):
            return [start]
        case CronSpan():
            return phrase.span.starts


def _odd_length(phrase: Phrase, midnight: int, policy: Policy, change: ClockChange) -> list[str]:
    """The real length of an opening in which clocks change, if it differs from what is written."""
    span = phrase.span
    if not isinstance(span, WallSpan) or span == WallSpan(0, DAY):
        return []
    opened, closed = policy.zone.edge(midnight + span.start), policy.zone.edge(midnight + span.end)
    if not opened < change.at < closed or closed - opened == span.longest:
        return []
    date = calendar_day(midnight // DAY)
    return [f"{spoken_length(closed - opened)} instead of {spoken_length(span.longest)} from {date}"]


def _is_of(calendar: WrittenCalendar, zone: Zone) -> bool:
    """Whether a calendar has holidays that a zone's people may have: of their country, if the zone tells which."""
    codes = [code.strip().upper().partition("-")[0] for code, _ in value_of(calendar.holidays) or ()]
    here = countries(zone.name)
    return bool(codes) and (not here or not here.isdisjoint(codes))


def _holidays(written: WrittenWindow, window: Window, policy: Policy, ahead: Ahead, faults: Faults) -> None:
    """Working days that are holidays by a calendar that the file knows, and that nobody thought of."""
    phrases = [phrase for phrase in window.phrases if phrase.days == Weekdays(WORKING_WEEK)]
    known = next((calendar for calendar in ahead.written.values() if _is_of(calendar, policy.zone)), None)
    if window.excluded or not phrases or known is None or written.when is None:
        return
    first = ahead.start // DAY
    last = first + _NIGHTS - 1
    sources = [source for source in ahead.calendars.by_name[known.name].sources if isinstance(source, Holidays)]
    closed = {day for source in sources for day in source.days(first, last, policy.zone)}
    days = starting_days(phrases[0], window, policy.zone, first, last)
    struck = sum(day in closed for day in days)
    if struck:
        countries = ", ".join(code for code, _ in value_of(known.holidays) or ())
        noun = "nights" if isinstance(phrases[0].span, WallSpan) and phrases[0].span.end > DAY else "days"
        message = f"{struck} of the next {len(days)} {noun} are holidays in {countries}"
        faults.warning(written.when.place, written.when.path, message, f"`except: {known.name}` would skip them")


def _seams(process: WrittenType, policy: Policy, ahead: Ahead, faults: Faults) -> None:
    """Short dips between two windows: one of them ends a little too early."""
    places = dict(zip(policy.windows, windows_of(process), strict=True))
    told: set[tuple[Window, Window]] = set()
    for part in _parts(policy, ahead) if len(policy.windows) > 1 else ():
        short = [index for index, stretch in enumerate(part) if stretch.end - stretch.start <= SEAM]
        for index in short:
            before, dip, after = part[max(index - 1, 0)], part[index], part[min(index + 1, len(part) - 1)]
            seam = (before.giver, after.giver)
            if seam[0] is None or seam[1] is None or seam in told or not _dips(before, dip, after):
                continue
            told.add((seam[0], seam[1]))
            written = places[seam[0]]
            faults.warning(written.place, written.path, *_seam(before, dip, after, policy.zone))


def _seam(before: Stretch, dip: Stretch, after: Stretch, zone: Zone) -> tuple[str, str]:
    assert after.giver is not None
    quantities = f"{before.desired.quantity}, {dip.desired.quantity}, {after.desired.quantity}"
    message = (
        f"it leaves a gap of {spoken_length(dip.end - dip.start)} before {after.giver.name}: "
        f"{quantities} dynos around {zone.local(dip.start):%Y-%m-%d %H:%M}"
    )
    return message, f"an end is not part of the window: let it end at {zone.local(dip.end):%H:%M}"


def _dips(before: Stretch, dip: Stretch, after: Stretch) -> bool:
    low = lowest(dip.desired.quantity)
    return (
        dip.end - dip.start <= SEAM and low < lowest(before.desired.quantity) and low < lowest(after.desired.quantity)
    )
