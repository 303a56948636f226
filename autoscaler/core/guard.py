"""The guards: a plan in, a smaller or equal plan out. They turn a change into a hold, never into another value."""

from dataclasses import dataclass, replace
from datetime import timedelta

from autoscaler.core.closing import decided
from autoscaler.core.plan import Change, Hold, Observed, Plan, Step
from autoscaler.core.platform import Formation
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.quantity import highest, lowest
from autoscaler.core.restarts import Restarts, next_opening, opening_at
from autoscaler.core.zones import instant

CLOCK_DIFFERENCE = timedelta(minutes=5)
"""Our clock and the platform's may differ by so much; beyond it nobody knows which window is open."""


@dataclass(frozen=True, slots=True)
class Ourselves:
    """The process type in which this program runs; None where it cannot be known.

    `forgetful` is why nothing that has to outlive a restart may be begun here, None where it may.
    """

    app: str | None = None
    type: str | None = None
    forgetful: str | None = None

    def includes(self, target: Target) -> bool:
        """Whether scaling `target` could scale this program; a type called `clock` is taken for it when in doubt."""
        if self.app is None:
            return target.type in {self.type, "clock"}
        return target == Target(self.app, self.type or "clock")


def review(plan: Plan, policies: Policies, observed: Observed, ourselves: Ourselves) -> Plan:
    """The plan without the changes that must not be sent, each of them held with its reason."""

    def reviewed(step: Step) -> Step:
        if not isinstance(step, Change):
            return step
        reason = _objection(step, plan, policies, observed, ourselves)
        return step if reason is None else Hold(step.target, step.decision, step.live, reason)

    ahead = tuple(found for found in plan.restarts if _may_restart(found, plan, policies, observed, ourselves))
    return replace(plan, steps=tuple(reviewed(step) for step in plan.steps), restarts=ahead)


def _may_restart(found: Restarts, plan: Plan, policies: Policies, observed: Observed, ourselves: Ourselves) -> bool:
    """Never ourselves, nothing outside the file, no dyno of another process type, never within an unbroken opening."""
    policy, now = policies.of(found.target), instant(plan.now)
    return (
        policy is not None
        and not ourselves.includes(found.target)
        and all(dyno.type == found.target.type for _, dyno in found.planned)
        and opening_at(policy, now) is None
        and found.opening == next_opening(policy, now)
        and _clocks_apart(observed, found.target.app) is None
    )


def _objection(change: Change, plan: Plan, policies: Policies, observed: Observed, ourselves: Ourselves) -> str | None:
    target = change.decision.target
    policy = policies.of(target)
    if ourselves.includes(target):
        return f"{target} is this program itself: it never scales itself"
    if policy is None:
        return f"{policies.file} does not name {target}"
    if change.decision.desired != decided(policy, plan.now, change.live, observed.heard).desired:
        return f"{policies.file} does not want {change.decision.desired} at this instant"
    return _bad_quantity(change, policy) or _clocks_apart(observed, target.app)


def _bad_quantity(change: Change, policy: Policy) -> str | None:
    quantity, desired = change.write.quantity, change.decision.desired.quantity
    if quantity is None:
        return None
    if not lowest(desired) <= quantity <= highest(desired):
        return f"{quantity} is not the {desired} that is wanted"
    if not policy.limits.allows(quantity):
        return f"{quantity} is outside the limits {policy.limits}"
    if quantity == 0 and policy.target.type == "web" and not policy.allow_zero:
        return "web is never scaled to 0 without `allow_zero: true`"
    return None


def _clocks_apart(observed: Observed, app: str) -> str | None:
    """Which window is open depends on the clock: two that disagree leave nothing to act on."""
    seen = observed.answers.get(app)
    if not isinstance(seen, Formation) or seen.date is None or abs(seen.date - observed.at) <= CLOCK_DIFFERENCE:
        return None
    apart = round(abs(seen.date - observed.at).total_seconds() / 60)
    return f"this machine's clock says {observed.at:%H:%M:%S}Z, Heroku's {seen.date:%H:%M:%S}Z: {apart} minutes apart"
