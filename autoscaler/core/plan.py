"""Desired beside live: the steps that a tick would take, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from autoscaler.core.decide import Decision, decide
from autoscaler.core.platform import Formation, Live, PlatformError, Write
from autoscaler.core.policies import Policies, Policy, Target, Unknown
from autoscaler.core.quantity import nearest


@dataclass(frozen=True, slots=True)
class Observed:
    """What each app's read gave, by the app's name, and our own clock (UTC) when they were asked."""

    at: datetime
    answers: Mapping[str, Formation | PlatformError]


@dataclass(frozen=True, slots=True)
class Change:
    """Bring `live` to what `decision` wants by `write`."""

    decision: Decision
    live: Live
    write: Write

    @property
    def target(self) -> Target:
        return self.decision.target


@dataclass(frozen=True, slots=True)
class Keep:
    """Live is as wanted."""

    decision: Decision
    live: Live

    @property
    def target(self) -> Target:
        return self.decision.target


@dataclass(frozen=True, slots=True)
class Hold:
    """Leave live values alone, and say why.

    `live` is None where it could not be read, `decision` where what is wanted could not be worked out.
    """

    target: Target
    decision: Decision | None
    live: Live | None
    reason: str
    cause: PlatformError | None = None


Step = Change | Keep | Hold


@dataclass(frozen=True, slots=True)
class Plan:
    """What a tick at `now` (UTC) would do: one step a process type, sorted by app and type."""

    now: datetime
    steps: tuple[Step, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(step for step in self.steps if isinstance(step, Change))

    @property
    def holds(self) -> tuple[Hold, ...]:
        return tuple(step for step in self.steps if isinstance(step, Hold))


def draft(policies: Policies, observed: Observed, now: datetime) -> Plan:
    """What would bring each process type to what its policy wants at `now`."""
    steps = [_step(policy, observed, now) for policy in policies.policies]
    steps += [_unknown(process, observed) for process in policies.unknown]
    return Plan(now, tuple(sorted(steps, key=lambda step: step.target)))


def _unknown(process: Unknown, observed: Observed) -> Hold:
    seen = observed.answers.get(process.target.app)
    live = seen.types.get(process.target.type) if isinstance(seen, Formation) else None
    return Hold(process.target, None, live, process.reason, seen if isinstance(seen, PlatformError) else None)


def _step(policy: Policy, observed: Observed, now: datetime) -> Step:
    decision = decide(policy, now)
    seen = observed.answers.get(policy.target.app)
    if seen is None:
        return Hold(policy.target, decision, None, "the app's formation was not read")
    if isinstance(seen, PlatformError):
        return Hold(policy.target, decision, None, str(seen), seen)
    live = seen.types.get(policy.target.type)
    if live is None:
        return Hold(policy.target, decision, None, _missing(policy.target, seen))
    write = _difference(decision, live)
    return Keep(decision, live) if write is None else Change(decision, live, write)


def _missing(target: Target, formation: Formation) -> str:
    if not formation.types:
        return "Heroku answered with an empty formation: not deployed yet? Nothing is changed"
    has = ", ".join(sorted(formation.types))
    return f"{target.app} has no process type {target.type} (it has: {has})"


def _difference(decision: Decision, live: Live) -> Write | None:
    desired = decision.desired
    quantity = nearest(desired.quantity, live.quantity)
    resized = desired.size is not None and desired.size != live.size
    if quantity == live.quantity and not resized:
        return None
    return Write(
        decision.target.type,
        quantity if quantity != live.quantity else None,
        desired.size if resized else None,
    )
