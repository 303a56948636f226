"""What should hold at one instant, why, since when and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from autoscaler.core.days import WORKING_WEEK, BusinessDays, CalendarDays, Dates, days_between, weekday
from autoscaler.core.journal import Pin
from autoscaler.core.policies import Policy, Target
from autoscaler.core.quantity import Desired
from autoscaler.core.spoken import spoken_days
from autoscaler.core.timeline import given_at, next_edge
from autoscaler.core.windows import Phrase, Window, openings
from autoscaler.core.zones import DAY, Zone, instant, moment

_REACH = 400 * DAY


@dataclass(frozen=True, slots=True)
class Decision:
    """What a process type should have.

    `giver` is the window that gives the quantity, None outside every window; `speaker` is that window, or one that
    is open for its size alone; `until` is the next instant (UTC) at which the desired values change, None if there is
    none in 400 days. `held_open` says why a window that is past its end still speaks, empty for all others; `pin` is
    what a person wants instead of what the file says.
    """

    target: Target
    desired: Desired
    giver: Window | None
    line: int
    until: datetime | None
    speaker: Window | None = None
    held_open: str = ""
    pin: Pin | None = None

    @property
    def why(self) -> str:
        if self.pin is not None:
            return self.pin.why
        if self.speaker is None:
            return f"outside every window (line {self.line})"
        said = f'window "{self.speaker.name}" (line {self.speaker.line})'
        return f"{said}, {self.held_open}" if self.held_open else said


@dataclass(frozen=True, slots=True)
class Missed:
    """A day on which a window starts no opening although its hours come round.

    `day` is a day number; `by` says, in the file's words, which days are excepted, which calendar takes the day from
    the business days, or which days the window names; `name` is what the calendar calls the day, if it has a name.
    """

    day: int
    kind: Literal["excepted", "no business day", "not named"]
    by: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One window at one instant: open since and until when, or when it opens next (all UTC, within 400 days).

    `missed` is the day because of which it is not open, None where its hours have not come or are over.
    """

    window: Window
    open: bool
    since: datetime | None
    until: datetime | None
    opens: datetime | None
    missed: Missed | None = None


def decide(policy: Policy, now: datetime) -> Decision:
    """What should hold at `now` (aware). Total: every policy has an answer at every instant."""
    at = instant(now)
    given = given_at(policy, at)
    edge = next_edge(policy, at)
    line = given.giver.line if given.giver else policy.line
    until = None if edge is None else moment(edge)
    return Decision(policy.target, given.desired, given.giver, line, until, given.giver or given.speaker)


def standings(policy: Policy, now: datetime) -> list[Standing]:
    """Every window of a policy at `now`, in the file's order."""
    return [_standing(window, policy, instant(now)) for window in policy.windows]


def _standing(window: Window, policy: Policy, at: int) -> Standing:
    here = openings(window, policy.zone, at, at + 1)
    if here:
        nearby = next(o for o in openings(window, policy.zone, at - _REACH, at + _REACH) if o[0] <= at < o[1])
        since = moment(nearby[0]) if nearby[0] > at - _REACH else None
        until = moment(nearby[1]) if nearby[1] < at + _REACH else None
        return Standing(window, True, since, until, None)
    ahead = openings(window, policy.zone, at, at + _REACH)
    opens = moment(ahead[0][0]) if ahead else None
    return Standing(window, False, None, None, opens, _missed_at(window, policy.zone, at))


def missed(window: Window, zone: Zone, first: int, last: int) -> list[Missed]:
    """The days in [first, last] that the window's phrases name and its `except`, or a calendar, takes away."""
    found = [
        reason
        for phrase in window.phrases
        for day in range(first, last + 1)
        if (reason := _reason(phrase, window, zone, day)) is not None and reason.kind != "not named"
    ]
    return sorted(dict.fromkeys(found), key=lambda reason: reason.day)


def _missed_at(window: Window, zone: Zone, at: int) -> Missed | None:
    """The day whose opening would hold at an instant, if the window started one on it.

    Of several, one that is taken away tells more than one that is not named, and then the last.
    """
    found = [reason for phrase in window.phrases for reason in _missing(phrase, window, zone, at)]
    return next((reason for reason in found if reason.kind != "not named"), found[0] if found else None)


def _missing(phrase: Phrase, window: Window, zone: Zone, at: int) -> Iterator[Missed]:
    """With a lead, an opening of a day to come may hold now."""
    reach = -(-phrase.span.longest // DAY)
    first, last = zone.reading(at) // DAY - reach, zone.reading(at + window.lead) // DAY
    for day in range(last, first - 1, -1):
        hours = Window("", 0, (Phrase(Dates(((day, day),)), phrase.span),), lead=window.lead)
        reason = _reason(phrase, window, zone, day)
        if reason is not None and openings(hours, zone, at, at + 1):
            yield reason


def _reason(phrase: Phrase, window: Window, zone: Zone, day: int) -> Missed | None:
    """Why no opening starts on a day; None if one does."""
    if not days_between(phrase.days, day, day, zone):
        named = phrase.days
        if isinstance(named, BusinessDays) and weekday(day) in WORKING_WEEK:
            closed = named.calendar.days(day, day, zone)
            if day in closed:
                return Missed(day, "no business day", named.calendar.name, closed[day])
        return Missed(day, "not named", spoken_days(named))
    for other in window.excluded:
        if days_between(other, day, day, zone):
            name = other.calendar.days(day, day, zone)[day] if isinstance(other, CalendarDays) else ""
            return Missed(day, "excepted", spoken_days(other), name)
    return None
