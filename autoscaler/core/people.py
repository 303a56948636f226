"""What people want besides the file: pins with an end, and changes by hand that are left alone until the next edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoscaler.core.closing import Heard, decided
from autoscaler.core.decide import Decision
from autoscaler.core.journal import Pin, Verified, Written
from autoscaler.core.platform import Formation, Live, PlatformError
from autoscaler.core.policies import Policy, Target
from autoscaler.core.quantity import Desired, nearest
from autoscaler.core.timeline import Given, Stretch, given_at, next_edge
from autoscaler.core.zones import instant, moment

LATE = timedelta(minutes=5)
"""So long after it was asked for, a change may still take effect, over another that was asked for later."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered that bears on a tick.

    `verified` tells what each process type was last seen to have when it was as wanted, `written` what daemons asked
    for since, `returning` which changes somebody makes again and again.
    """

    pins: tuple[Pin, ...] = ()
    verified: Mapping[Target, Verified] = field(default_factory=dict)
    written: tuple[Written, ...] = ()
    returning: frozenset[Target] = frozenset()


@dataclass(frozen=True, slots=True)
class Foreign:
    """A live value that is not what was verified since the last edge; `ours` if a daemon like this one asked for it."""

    target: Target
    verified: Verified
    live: Live
    ours: bool


def wished(policy: Policy, now: datetime, live: Live, heard: Heard, known: Known) -> Decision:
    """What should hold at `now` with openings that were ended early or are held open, and with what is pinned."""
    decision, pin = decided(policy, now, live, heard), pinned(policy.target, known, now)
    if pin is None or pin.quantity is None:
        return decision
    desired = Desired(pin.quantity, decision.desired.size)
    until = _until(policy, instant(now), pin.until)
    return replace(decision, desired=desired, giver=None, speaker=None, held_open="", pin=pin, until=until)


def pinned(target: Target, known: Known, now: datetime) -> Pin | None:
    """The pin that gives a process type its quantity at `now`: of several the one that was made last."""
    here = [pin for pin in known.pins if pin.quantity is not None and _holds(pin, now) and pin.concerns(target)]
    return max(here, key=lambda pin: pin.made, default=None)


def overruled(spans: Sequence[Stretch], pin: Pin | None) -> list[Stretch]:
    """The spans with a pin's quantity in those that it is in force in; the size stays the file's, as in `wished`."""
    if pin is None or pin.quantity is None:
        return list(spans)
    begins, ends = instant(pin.made), instant(pin.until)
    found: list[Stretch] = []
    for start, end, given in spans:
        pinned = Given(Desired(pin.quantity, given.desired.size), None, None, pin)
        for first, last, holds in (
            (start, min(end, begins), given),
            (max(start, begins), min(end, ends), pinned),
            (max(start, ends), end, given),
        ):
            if first < last and found and found[-1].given == holds:
                found[-1] = Stretch(found[-1].start, last, holds)
            elif first < last:
                found.append(Stretch(first, last, holds))
    return found


def paused(known: Known, now: datetime) -> Pin | None:
    """The pause that is in force at `now`, the one that lasts longest."""
    here = [pin for pin in known.pins if pin.quantity is None and _holds(pin, now)]
    return max(here, key=lambda pin: pin.until, default=None)


def foreign(policy: Policy, decision: Decision, live: Live, known: Known, now: datetime) -> Foreign | None:
    """Whether somebody changed what a read had shown to be as wanted since the last edge; None if that is not known.

    An edge is an instant at which the wanted values change, so that a record of other wanted values is of before one.
    A range is there for others: a change that stays within it is nobody's concern.
    """
    record = known.verified.get(policy.target)
    if record is None or record.desired != decision.desired or edge_between(policy, record.at, now):
        return None
    quantity = decision.desired.quantity
    within = live.quantity == record.quantity or live.quantity == nearest(quantity, live.quantity)
    if within and (decision.desired.size is None or live.size == record.size):
        return None
    return Foreign(policy.target, record, live, any(_gave(written, record, live) for written in known.written))


def differing(
    policies: tuple[Policy, ...],
    answers: Mapping[str, Formation | PlatformError],
    heard: Heard,
    known: Known,
    now: datetime,
) -> list[Foreign]:
    """Every process type that somebody has changed since it was seen to be as wanted."""
    found = []
    for policy in policies:
        seen = answers.get(policy.target.app)
        live = seen.types.get(policy.target.type) if isinstance(seen, Formation) else None
        if live is not None:
            found.append(foreign(policy, wished(policy, now, live, heard, known), live, known, now))
    return [one for one in found if one is not None]


def edge_between(policy: Policy, after: datetime, now: datetime) -> bool:
    """Whether what the file gives changed after `after`, until now."""
    edge = next_edge(policy, instant(after))
    return edge is not None and edge <= instant(now)


def _holds(pin: Pin, now: datetime) -> bool:
    """When it was made is told by another machine's clock."""
    return now < pin.until


def _gave(written: Written, record: Verified, live: Live) -> bool:
    """Whether a request of a daemon, made since the record or a little before, could have led to the live values."""
    if written.target != record.target or written.at <= record.at - LATE:
        return False
    quantity = record.quantity if written.quantity is None else written.quantity
    return (quantity, written.size or record.size) == (live.quantity, live.size)


def _until(policy: Policy, at: int, end: datetime) -> datetime:
    """When the values change while a quantity is pinned: at the pin's end, or where the file's size changes."""
    if policy.size is None:
        return end
    size = given_at(policy, at).desired.size
    edge = next_edge(policy, at)
    while edge is not None and moment(edge) < end:
        if given_at(policy, edge).desired.size != size:
            return moment(edge)
        edge = next_edge(policy, edge)
    return end
