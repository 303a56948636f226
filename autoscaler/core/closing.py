"""Openings that end when their work is done: held open past their end while a probe finds work, or ended early.

Past its end an opening only keeps what runs: it never raises a quantity. So nothing has to be remembered of one that
has closed, and whoever scales down first, a person or the batch itself, has the last word.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoscaler.core.decide import Decision, decide
from autoscaler.core.memory import Closing
from autoscaler.core.platform import Formation, Live
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.probes import Answer, Busy, Failed, Idle
from autoscaler.core.quantity import Desired, nearest
from autoscaler.core.windows import Opening, Window, openings
from autoscaler.core.zones import instant, moment

BEFORE = 30
"""Seconds before its end at which an opening's probe is asked for the first time: what is idle then, and still at the
end, has been so for long enough."""

LONGEST_OPENING = timedelta(days=63)
"""No opening is longer, held open included: what was ended before that ends none that is open now."""

ProbeName = tuple[str, str]
"""An app's name and the name of one of its probes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the probes said, by app and probe, and which openings were ended early.

    Probes in `unsure` have said that they are idle for too short a time to be believed.
    """

    answers: Mapping[ProbeName, Answer] = field(default_factory=dict)
    closings: tuple[Closing, ...] = ()
    unsure: frozenset[ProbeName] = frozenset()

    def idle(self, probe: ProbeName) -> bool:
        return isinstance(self.answers.get(probe), Idle) and probe not in self.unsure


@dataclass(frozen=True, slots=True)
class Asked:
    """An opening whose probe is to be asked: it is `late`, past its end, or it is about to end, or may end early."""

    policy: Policy
    window: Window
    opening: Opening
    late: bool

    @property
    def probe(self) -> ProbeName:
        assert self.window.close is not None
        return self.policy.target.app, self.window.close.probe


def decided(policy: Policy, now: datetime, live: Live, heard: Heard) -> Decision:
    """What should hold at `now`, with openings that were ended early and those that are held open.

    `late` openings hold the larger of what runs, up to the window's quantity, and what the file wants next; the size
    stays. A probe that failed, or was not asked, counts as busy.
    """
    at = instant(now)
    rest, ended = _in_force(policy, at, heard.closings)
    decision = decide(rest, now)
    if ended is not None and (decision.until is None or moment(ended) < decision.until):
        after = decide(policy, moment(ended))  # the next opening is like any other
        decision = replace(decision, until=after.until if after.desired == decision.desired else moment(ended))
    held = [asked for asked in late(rest, at) if _holds(asked.window, decision, live)]
    busy = [asked for asked in held if not heard.idle(asked.probe)]
    return _held_open(decision, busy, live, heard) if busy else decision


def questions(policies: Policies, answers: Mapping[str, object], now: datetime, heard: Heard) -> list[Asked]:
    """The openings whose probes matter at `now`, given what each app's read gave."""
    found: list[Asked] = []
    for policy in policies.policies:
        seen = answers.get(policy.target.app)
        live = seen.types.get(policy.target.type) if isinstance(seen, Formation) else None
        if live is not None and policy.closes:
            found += _questions(policy, live, now, heard.closings)
    return found


def _questions(policy: Policy, live: Live, now: datetime, closings: Iterable[Closing]) -> Iterator[Asked]:
    at = instant(now)
    rest, _ = _in_force(policy, at, closings)
    decision = decide(rest, now)
    yield from (asked for asked in late(rest, at) if _holds(asked.window, decision, live))
    for asked in present(rest, at):
        close = asked.window.close
        if close is not None and (close.early is not None or at >= asked.opening[1] - BEFORE):
            yield asked


def present(policy: Policy, at: int) -> Iterator[Asked]:
    """The openings of windows with a `close` that are open at an instant."""
    for window in policy.windows:
        if window.close is not None:
            yield from (Asked(policy, window, found, late=False) for found in openings(window, policy.zone, at, at + 1))


def _in_force(policy: Policy, at: int, closings: Iterable[Closing]) -> tuple[Policy, int | None]:
    """The policy without the windows whose present opening was ended early, and when the first of those would end."""
    closed: dict[Window, int] = {}
    for window in policy.windows if policy.closes else ():
        for opening in openings(window, policy.zone, at - window.latest, at + 1):
            if opening[0] <= at < opening[1] + window.latest and any(
                _is_of(closing, policy, window, opening) and instant(closing.closed) <= at for closing in closings
            ):
                closed[window] = opening[1] + window.latest
    if not closed:
        return policy, None
    return replace(policy, windows=tuple(w for w in policy.windows if w not in closed)), min(closed.values())


def _is_of(closing: Closing, policy: Policy, window: Window, opening: Opening) -> bool:
    target = policy.target
    same = (closing.app, closing.type) == (target.app, target.type) and closing.window in {window.name, ""}
    return same and opening[0] <= instant(closing.opened) < opening[1] + window.latest


def late(policy: Policy, at: int) -> Iterator[Asked]:
    """The openings that are past their end by no more than their `latest`."""
    for window in policy.windows:
        if window.close is None:
            continue
        for opening in openings(window, policy.zone, at - window.latest, at):
            if opening[1] <= at < opening[1] + window.latest:
                yield Asked(policy, window, opening, late=True)


def _holds(window: Window, decision: Decision, live: Live) -> bool:
    """Whether closing now would lower or resize what runs of the window."""
    size = decision.desired.size
    return live.quantity > 0 and (
        nearest(decision.desired.quantity, live.quantity) < min(live.quantity, _number(window))
        or size not in {None, live.size}
    )


def _number(window: Window) -> int:
    """The window's quantity: one that closes has one number."""
    assert isinstance(window.quantity, int)
    return window.quantity


def _held_open(decision: Decision, busy: list[Asked], live: Live, heard: Heard) -> Decision:
    first = max(busy, key=lambda asked: _number(asked.window))
    keeps = max(min(live.quantity, _number(first.window)), nearest(decision.desired.quantity, live.quantity))
    latest = moment(max(asked.opening[1] + asked.window.latest for asked in busy))
    until = latest if decision.until is None else min(latest, decision.until)
    size = None if decision.desired.size is None else live.size
    return replace(
        decision,
        desired=Desired(keeps, size),
        giver=first.window,
        speaker=first.window,
        line=first.window.line,
        until=until,
        held_open=_why(first, heard.answers.get(first.probe)),
    )


def _why(asked: Asked, answer: Answer | None) -> str:
    name = asked.probe[1]
    match answer:
        case Busy(count):
            return f"held open: {name} says {count} unfinished"
        case Idle():
            return f"held open: {name} is idle, and asked once more"
        case Failed(reason):
            return f"held open: {name} cannot be asked ({reason})"
        case _:
            return f"held open: {name} was not asked"
