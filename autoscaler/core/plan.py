"""Desired beside live: the steps that a tick would take, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from autoscaler.core.closing import Heard
from autoscaler.core.decide import Decision, decide
from autoscaler.core.journal import Pin
from autoscaler.core.people import Known, pinned, wished
from autoscaler.core.platform import Dynos, Formation, Live, PlatformError, Write
from autoscaler.core.policies import Policies, Policy, Target, Unknown
from autoscaler.core.quantity import nearest
from autoscaler.core.restarts import Outlook, Restarts, outlook, restarts
from autoscaler.core.zones import instant


@dataclass(frozen=True, slots=True)
class Observed:
    """What each app's read gave, by the app's name, and our own clock (UTC) when they were asked.

    `dynos` has the apps whose dynos were looked at; `asked` tells by a dyno's id when we asked for its restart. `heard`
    is what the probes said, `known` what is remembered of pins and changes by hand. Of the apps whose web is about to
    change, `autoscaled` tells whether Heroku's own autoscaling is on, and `released` has the dynos, by which a release
    shows.
    """

    at: datetime
    answers: Mapping[str, Formation | PlatformError]
    dynos: Mapping[str, Dynos | PlatformError] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    known: Known = field(default_factory=Known)
    autoscaled: Mapping[str, bool | PlatformError] = field(default_factory=dict)
    released: Mapping[str, Dynos | PlatformError] = field(default_factory=dict)


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


HoldKind = Literal["trouble", "person", "pin", "waiting"]
"""What it takes to end a hold: somebody who looks into it, the next edge, a pin's end, or a few minutes."""


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
    kind: HoldKind = "trouble"

    @property
    def meant(self) -> bool:
        """Whether leaving it alone is what somebody wants."""
        return self.kind in {"person", "pin"}


Step = Change | Keep | Hold


@dataclass(frozen=True, slots=True)
class Plan:
    """What a tick at `now` (UTC) would do: one step a process type, sorted by app and type.

    `restarts` are those ahead of the next unbroken openings; a tick does the ones that are due. `outlook` tells what
    is ahead of each dyno that was looked at. `pins` are those in force at `now`, by what they pin.
    """

    now: datetime
    steps: tuple[Step, ...]
    restarts: tuple[Restarts, ...] = ()
    outlook: tuple[Outlook, ...] = ()
    pins: Mapping[Target, Pin] = field(default_factory=dict)

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
    looked = [(policy, seen.listed) for policy in policies.policies if (seen := _seen(policy, observed)) is not None]
    at, asked = instant(now), observed.asked
    ahead = [found for policy, dynos in looked if (found := restarts(policy, dynos, at, asked)) is not None]
    lives = [found for policy, dynos in looked for found in outlook(policy, dynos, at, asked)]
    steps.sort(key=lambda step: step.target)
    return Plan(now, tuple(steps), tuple(ahead), tuple(lives), _pins(policies, observed.known, now))


def _pins(policies: Policies, known: Known, now: datetime) -> dict[Target, Pin]:
    """What is pinned at `now`, and was before it: when a pin was made is told by another machine's clock."""
    found = ((policy.target, pinned(policy.target, known, now)) for policy in policies.policies)
    return {target: replace(pin, made=min(pin.made, now)) for target, pin in found if pin is not None}


def _seen(policy: Policy, observed: Observed) -> Dynos | None:
    seen = observed.dynos.get(policy.target.app)
    return seen if isinstance(seen, Dynos) else None


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
        told = str(seen).removeprefix(f"{policy.target.app}: ")  # so that one cause of many apps reads the same
        return Hold(policy.target, decision, None, told, seen)
    live = seen.types.get(policy.target.type)
    if live is None:
        return Hold(policy.target, decision, None, _missing(policy.target, seen))
    decision = wished(policy, now, live, observed.heard, observed.known)
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
