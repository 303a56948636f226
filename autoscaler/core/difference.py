"""What another version of a policy file would change: when, by how much, and what else than the timeline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from autoscaler.core.cost import LISTED, NOTHING, Amount, Prices, amount, total
from autoscaler.core.decide import decide
from autoscaler.core.globs import matched
from autoscaler.core.job_difference import JobDifference, job_differences
from autoscaler.core.patterns import Pattern, Scope, patterns
from autoscaler.core.plan import Change, Plan
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.quantity import Desired, highest, lowest, nearest
from autoscaler.core.rule_difference import file_changes, rule_changes, same_rules
from autoscaler.core.timeline import HORIZON, Stretch, stretches
from autoscaler.core.zones import Zone

Kind = Literal["changed", "new", "removed", "unknown"]
Drastic = Literal["zeroed", "halved"]
Cause = Literal["file", "live", "both", "person"]

_RANKS: dict[Drastic | None, int] = {"zeroed": 0, "halved": 1, None: 2}


@dataclass(frozen=True, slots=True)
class Piece:
    """[start, end), instants, in which the other file wants `before` and this one `after`."""

    start: int
    end: int
    before: Desired
    after: Desired

    @property
    def drastic(self) -> Drastic | None:
        """Whether it takes away all, or half or more, of what may run."""
        before, after = self.before.quantity, self.after.quantity
        if highest(after) == 0 < highest(before):
            return "zeroed"
        floor = 2 * lowest(after) <= lowest(before) and lowest(before) > 0
        return "halved" if floor or 2 * highest(after) <= highest(before) > 0 else None


@dataclass(frozen=True, slots=True)
class Shift:
    """The pieces with the same values, and when they are: what repeats every week is one pattern."""

    before: Desired
    after: Desired
    when: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class ProcessDifference:
    """How a process type differs. `zone` is that of this file, of the other one where this one does not name it.

    `rules` is in words what changed besides the timeline, or `reason` why the two cannot be compared. `later` is the
    first instant at which they differ where that is after the period. `ran` tells whether the other file wants any dyno
    in the weeks around the period.
    """

    target: Target
    zone: Zone
    kind: Kind
    pieces: tuple[Piece, ...] = ()
    shifts: tuple[Shift, ...] = ()
    before: Amount = NOTHING
    after: Amount = NOTHING
    rules: tuple[str, ...] = ()
    later: int | None = None
    ran: bool = False
    reason: str = ""

    @property
    def drastic(self) -> Drastic | None:
        """The worst of its pieces."""
        return min((piece.drastic for piece in self.pieces), key=_RANKS.__getitem__, default=None)


@dataclass(frozen=True, slots=True)
class Difference:
    """What `policies` change in [start, until), instants, against `other`; what is drastic comes first.

    `rules` is in words what changes besides process types and jobs.
    """

    other: Policies
    policies: Policies
    start: int
    until: int
    processes: tuple[ProcessDifference, ...]
    jobs: tuple[JobDifference, ...]
    rules: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.processes or self.jobs or self.rules)

    @property
    def before(self) -> Amount:
        """What the other file takes for what differs and is still named; jobs at most."""
        return total(process.before for process in self.processes if process.kind == "changed") + total(
            job.before for job in self.jobs
        )

    @property
    def after(self) -> Amount:
        """What this file takes for what differs, new process types among it."""
        return total(process.after for process in self.processes) + total(job.after for job in self.jobs)


def difference(other: Policies, policies: Policies, start: int, until: int, prices: Prices = LISTED) -> Difference:
    """What `policies` change against `other` in [start, until)."""
    targets = sorted({*other.targets, *policies.targets})
    compared = (_process(target, other, policies, (start, until), prices) for target in targets)
    found = [process for process in compared if process is not None]
    return Difference(
        other,
        policies,
        start,
        until,
        tuple(sorted(found, key=lambda process: (_RANKS[process.drastic], process.target))),
        job_differences(other, policies, start, until, prices),
        tuple(file_changes(other, policies)),
    )


def causes(plan: Plan, found: Difference) -> list[tuple[Change, Cause]]:
    """Why each change of now would be made.

    `file`: live is as the other file wants it. `live`: both files want the same, so that something unfinished or
    somebody's change is put right. `both`: neither. `person`: somebody has pinned it.
    """
    apps = {step.target.app for step in plan.steps}
    old, new = matched(found.other, apps), matched(found.policies, apps)
    return [(change, _cause(change, old, new, plan)) for change in plan.changes]


def _cause(change: Change, old: Policies, new: Policies, plan: Plan) -> Cause:
    before, after = old.of(change.target), new.of(change.target)
    if change.decision.pin is not None:
        return "person"
    if before is None or after is None:
        return "file"
    wanted = decide(before, plan.now).desired
    if wanted == decide(after, plan.now).desired:
        return "live"
    as_before = nearest(wanted.quantity, change.live.quantity) == change.live.quantity
    return "file" if as_before and wanted.size in {None, change.live.size} else "both"


def _process(
    target: Target, other: Policies, policies: Policies, period: tuple[int, int], prices: Prices
) -> ProcessDifference | None:
    old, new = other.of(target), policies.of(target)
    for file in (policies, other):
        for process in file.unknown:
            if process.target == target:
                return ProcessDifference(target, process.zone, "unknown", reason=f"{file.file}: {process.reason}")
    if old is not None and new is not None:
        return None if same_rules(old, new) else _changed(old, new, period, prices)
    if new is not None:
        return ProcessDifference(target, new.zone, "new", after=amount(stretches(new, *period), prices))
    assert old is not None
    return ProcessDifference(target, old.zone, "removed", before=amount(stretches(old, *period), prices))


def _changed(old: Policy, new: Policy, period: tuple[int, int], prices: Prices) -> ProcessDifference | None:
    scope = Scope(*period, new.zone)
    before, after = (stretches(policy, scope.first, scope.last) for policy in (old, new))
    around = list(pieces(before, after))
    here = tuple(_within(around, *period))
    later = None if here else _later(old, new, scope)
    rules = tuple(rule_changes(old, new))
    if not (here or rules or later is not None):
        return None
    return ProcessDifference(
        new.target,
        new.zone,
        "changed",
        here,
        tuple(_shifts(around, here, scope)),
        amount(stretches(old, *period), prices),
        amount(stretches(new, *period), prices),
        rules,
        later,
        any(highest(stretch.desired.quantity) for stretch in before),
    )


def pieces(before: Sequence[Stretch], after: Sequence[Stretch]) -> Iterator[Piece]:
    """Where two courses over the same time want different things: pieces that differ from what they touch."""
    last: Piece | None = None
    for piece in _overlaps(before, after):
        if last and (last.end, last.before, last.after) == (piece.start, piece.before, piece.after):
            last = Piece(last.start, piece.end, last.before, last.after)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _overlaps(before: Sequence[Stretch], after: Sequence[Stretch]) -> Iterator[Piece]:
    old, new = 0, 0
    while old < len(before) and new < len(after):
        one, two = before[old], after[new]
        if one.desired != two.desired:
            yield Piece(max(one.start, two.start), min(one.end, two.end), one.desired, two.desired)
        old += one.end <= two.end
        new += two.end <= one.end


def _within(found: Iterable[Piece], start: int, until: int) -> Iterator[Piece]:
    for piece in found:
        if piece.start < until and piece.end > start:
            yield Piece(max(piece.start, start), min(piece.end, until), piece.before, piece.after)


def _shifts(around: Sequence[Piece], here: Sequence[Piece], scope: Scope) -> Iterator[Shift]:
    for before, after in dict.fromkeys((piece.before, piece.after) for piece in here):
        same = [(piece.start, piece.end) for piece in around if (piece.before, piece.after) == (before, after)]
        yield Shift(before, after, tuple(patterns(same, scope)))


def _later(old: Policy, new: Policy, scope: Scope) -> int | None:
    """The first instant after the period, within 400 days, at which they differ."""
    ahead = scope.until, scope.until + HORIZON
    return next((piece.start for piece in pieces(stretches(old, *ahead), stretches(new, *ahead))), None)
