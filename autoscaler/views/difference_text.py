"""What another version of a policy file would change, in sentences."""

from collections.abc import Iterator, Sequence

from autoscaler.core.cost import Amount
from autoscaler.core.days import EVERY_DAY, WORKING_WEEK
from autoscaler.core.difference import Cause, Difference, ProcessDifference, Shift
from autoscaler.core.job_difference import JobDifference
from autoscaler.core.patterns import Once, Pattern, Weekly
from autoscaler.core.plan import Change
from autoscaler.core.quantity import Desired, highest
from autoscaler.core.spoken import spoken_time
from autoscaler.core.zones import DAY, Zone, calendar_day
from autoscaler.views import moments, money
from autoscaler.views.paint import Paint
from autoscaler.views.table import Cell, wrapped

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

_ALWAYS = "at all times"

_MOST = 4
"""So many single dates are told; more of them are counted."""


def difference_text(found: Difference, paint: Paint) -> list[str]:
    """A heading and a sentence for whatever differs, what is drastic first and marked."""
    told: list[Cell] = []
    for process in found.processes:
        sentence = process_sentence(process, found)
        told.append((f"! {sentence}", "red") if process.drastic else f"~ {sentence}")
    told += [f"~ {job_sentence(job, found)}" for job in found.jobs]
    told += [f"~ {sentence}" for sentence in found.rules]
    lines = wrapped([(difference_head(found), "bold")], paint, indent="")
    return lines + [line for sentence in told for line in wrapped([sentence], paint)]


def difference_head(found: Difference) -> str:
    """Against git:main: 2 process types and 1 job differ; +8 h, +$0.28 a week."""
    if found.empty:
        return f"Against {found.other.file}: no difference"
    counts = [
        _counted(len(found.processes), "process type"),
        _counted(len(found.jobs), "job"),
        _counted(len(found.rules), "rule"),
    ]
    told = [count for count in counts if count]
    verb = "differs" if len(found.processes) + len(found.jobs) + len(found.rules) == 1 else "differ"
    drastic = sum(process.drastic is not None for process in found.processes)
    worst = f", {drastic} of them down to half or less" if drastic else ""
    who = " and ".join(told) if len(told) < 3 else ", ".join(told[:-1]) + f" and {told[-1]}"
    return f"Against {found.other.file}: {who} {verb}{worst}; {more(found.before, found.after, found)}"


def process_sentence(process: ProcessDifference, found: Difference) -> str:
    """shop/worker now also runs on Saturdays 22:00-06:00; +8 h, +$0.28 a week."""
    drastic = {"zeroed": "DOWN TO ZERO: ", "halved": "DOWN TO HALF OR LESS: ", None: ""}[process.drastic]
    amount = f"; {more(process.before, process.after, found)}" if process.pieces else ""
    of = " " if process.shifts or process.kind != "changed" else ": "
    return f"{drastic}{process.target}{of}{process_words(process, found)}{amount}"


def process_words(process: ProcessDifference, found: Difference) -> str:
    """now also runs on Saturdays 22:00-06:00."""
    match process.kind:
        case "unknown":
            return f"cannot be compared: {process.reason}"
        case "new":
            takes = f"{money.hours(process.after)}, {money.price(process.after, found.until - found.start)}"
            return f"is named now: {takes}; until now its dynos were left as they were"
        case "removed":
            return "is no longer named: its dynos stay as they are"
        case "changed":
            there = "" if process.zone == found.policies.zone or not process.shifts else f" ({process.zone.name})"
            return "; ".join(_told(process, found)) + there


def job_sentence(job: JobDifference, found: Difference) -> str:
    """shop job invoice is new: it runs `python invoice.py` last day 01:00 (Asia/Tokyo); at most +3 h, +$0.21 a week."""
    amount = "" if job.before == job.after else f"; at most {more(job.before, job.after, found)}"
    return f"{job.app} job {job.name} {job_words(job)}{amount}"


def job_words(job: JobDifference) -> str:
    """is new: it runs `python invoice.py` last day 01:00 (Asia/Tokyo)."""
    what = {"unknown": "cannot be compared", "new": "is new", "removed": "is no longer started", "changed": "changes"}
    return f"{what[job.kind]}: {', '.join(job.changes)}"


def cause_words(change: Change, cause: Cause, other: str) -> str:
    """Where a change of now comes from: the file, or what lives."""
    match cause:
        case "file":
            return f"live is as {other} wants it: this file changes it"
        case "live":
            return f"not of this file: {other} wants the same, and live is another"
        case "person":
            return change.decision.why
        case "both":
            return f"live is as neither {other} nor this file wants it"


def more(before: Amount, after: Amount, found: Difference) -> str:
    """+8 h, +$0.28 a week."""
    rate = money.rate(found.until - found.start)
    hours = money.more_hours(after.seconds - before.seconds)
    if before.unpriced or after.unpriced:
        return f"{hours} {rate}, price not known"
    if before.eco or after.eco:
        eco = f", {money.more_hours(after.eco - before.eco)} of them of the Eco pool"
        return f"{hours}{eco}, {money.more_dollars(after.priced - before.priced)} {rate}"
    if (before.seconds, before.charge) == (after.seconds, after.charge):
        return "same hours, same cost"
    return f"{hours}, {money.more_dollars(after.priced - before.priced)} {rate}"


def _told(process: ProcessDifference, found: Difference) -> Iterator[str]:
    yield from (_shift(shift, process, found) for shift in process.shifts)
    yield from process.rules
    if process.later is not None:
        at = moments.full(process.later, process.zone)
        yield f"the same in this time, another from {at} on"


def _shift(shift: Shift, process: ProcessDifference, found: Difference) -> str:
    before, after = shift.before, shift.after
    when = _times(shift.when, process.zone, found)
    if not highest(before.quantity) and not highest(after.quantity):
        return f"has size {after.size or 'as it is'} instead of {before.size or 'as it is'} {when}, with no dyno"
    if not highest(before.quantity):
        with_ = f" with {after}" if after != Desired(1, before.size) else ""
        return f"now {'also ' if process.ran else ''}runs {when}{with_}"
    if not highest(after.quantity):
        return "no longer runs at all" if when == _ALWAYS else f"no longer runs {when}"
    if before.size == after.size:
        return f"has {after.quantity} instead of {before.quantity} {when}"
    if before.quantity == after.quantity:
        return f"has {after.size or 'no size'} instead of {before.size or 'no size'} {when}"
    return f"has {after} instead of {before} {when}"


def _times(when: Sequence[Pattern], zone: Zone, found: Difference) -> str:
    weekly = [_weekly(pattern) for pattern in when if isinstance(pattern, Weekly)]
    single = [_once(pattern, zone, found) for pattern in when if isinstance(pattern, Once)]
    if len(single) > _MOST:
        single = [*single[: _MOST - 1], f"{len(single) - _MOST + 1} more times"]
    excepting = any(isinstance(pattern, Weekly) and pattern.missing for pattern in when)
    return _and([*weekly, *single], ", and " if excepting else " and ")


def _weekly(pattern: Weekly) -> str:
    """on Saturdays 22:00-06:00, except Sat 28 Nov."""
    days = _weekdays(pattern.days)
    hours = "" if (pattern.opens, pattern.closes) == (0, DAY) else f" {_hours(pattern.opens, pattern.closes)}"
    text = f"{days}{hours}"
    if pattern.closes - pattern.opens > DAY:
        text = _and([_long(day, pattern) for day in sorted(pattern.days)])
    if pattern.missing:
        some = [moments.date(number) for number in pattern.missing[: _MOST - 1]]
        rest = len(pattern.missing) - len(some)
        text += f", except {_and([*some, *([f'{rest} more days'] if rest else [])])}"
    return text


def _long(day: int, pattern: Weekly) -> str:
    last = _DAYS[(day + pattern.closes // DAY) % 7]
    return f"from {_DAYS[day]} {spoken_time(pattern.opens)} to {last} {spoken_time(pattern.closes % DAY)}"


def _weekdays(days: frozenset[int]) -> str:
    """daily; on weekdays; on Mondays to Thursdays and Saturdays; on every day but Sundays."""
    named = {EVERY_DAY: "daily", WORKING_WEEK: "on weekdays", EVERY_DAY - WORKING_WEEK: "on weekends"}
    if days in named:
        return named[days]
    if len(days) == len(EVERY_DAY) - 1:
        return f"on every day but {_DAYS[min(EVERY_DAY - days)]}"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = ([f"{_DAYS[run[0]]} to {_DAYS[run[-1]]}"] if len(run) > 2 else [_DAYS[day] for day in run] for run in runs)
    return f"on {_and([word for some in words for word in some])}"


def _once(once: Once, zone: Zone, found: Difference) -> str:
    """on Sat 28 Nov 22:00-06:00; from Sat 28 Nov 22:00 to Mon 30 Nov 06:00."""
    if once.start is None or once.end is None:
        if once.start is None and once.end is None:
            return _ALWAYS
        begins = f"from {_moment(once.start, zone, found)} on" if once.start is not None else ""
        return begins or f"until {_moment(once.end or 0, zone, found)}"
    opens, closes = zone.reading(once.start), zone.reading(once.end)
    midnight = opens // DAY * DAY
    day = _date(opens // DAY, zone, found)
    if (opens, closes) == (midnight, midnight + DAY):
        return f"on {day}"
    if closes - opens <= DAY and opens < closes:
        return f"on {day} {_hours(opens - midnight, closes - midnight)}"
    return f"from {_moment(once.start, zone, found)} to {_moment(once.end, zone, found)}"


def _hours(opens: int, closes: int) -> str:
    return f"{spoken_time(opens)}-{'24:00' if closes == DAY else spoken_time(closes % DAY)}"


def _moment(at: int, zone: Zone, found: Difference) -> str:
    return f"{_date(zone.reading(at) // DAY, zone, found)} {zone.local(at):%H:%M}"


def _date(number: int, zone: Zone, found: Difference) -> str:
    """Sat 28 Nov; with its year where that is not the one in which the comparison begins."""
    year = calendar_day(number).year
    return moments.date(number) if year == zone.local(found.start).year else f"{moments.date(number)} {year}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def _and(parts: Sequence[str], last: str = " and ") -> str:
    """one; one and two; one, two and three."""
    return last.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
