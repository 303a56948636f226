"""The guards: a plan in, a smaller or equal plan out. They turn a change into a hold, never into another value."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from autoscaler.core.people import foreign, paused, wished
from autoscaler.core.plan import Change, Hold, HoldKind, Observed, Plan, Step
from autoscaler.core.platform import Dynos, Formation, PlatformError
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.quantity import highest, lowest
from autoscaler.core.restarts import Restarts, next_opening, opening_at
from autoscaler.core.zones import Zone, instant

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


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a change must not be sent."""

    reason: str
    kind: HoldKind = "trouble"


def review(plan: Plan, policies: Policies, observed: Observed, ourselves: Ourselves, room: int | None = None) -> Plan:
    """The plan without the changes that must not be sent, each of them held with its reason.

    At most `room` process types are lowered, None for any number.
    """

    def reviewed(step: Step) -> Step:
        if not isinstance(step, Change):
            return step
        objection = _objection(step, plan, policies, observed, ourselves)
        return step if objection is None else _held(step, objection)

    steps = _lowering_at_most([reviewed(step) for step in plan.steps], room, policies.at_once)
    ahead = tuple(found for found in plan.restarts if _may_restart(found, plan, policies, observed, ourselves))
    return replace(plan, steps=tuple(steps), restarts=ahead)


def lowers(change: Change) -> bool:
    """Whether a change leaves a process type fewer dynos."""
    return change.write.quantity is not None and change.write.quantity < change.live.quantity


def _held(change: Change, objection: Objection) -> Hold:
    return Hold(change.target, change.decision, change.live, objection.reason, kind=objection.kind)


def _lowering_at_most(steps: list[Step], room: int | None, at_once: int | None) -> list[Step]:
    if room is None:
        return steps
    lowered = [step for step in steps if isinstance(step, Change) and lowers(step)]
    most = "one process type is" if at_once == 1 else f"{at_once} process types are"
    waiting = Objection(f"it waits for its turn: at most {most} lowered in a minute (at_once)", "waiting")
    late = set(map(id, lowered[max(0, room) :]))
    return [_held(step, waiting) if isinstance(step, Change) and id(step) in late else step for step in steps]


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
        and paused(observed.known, plan.now) is None
    )


def _objection(
    change: Change, plan: Plan, policies: Policies, observed: Observed, ourselves: Ourselves
) -> Objection | None:
    target = change.decision.target
    policy = policies.of(target)
    if ourselves.includes(target):
        return Objection(f"{target} is this program itself: it never scales itself")
    if policy is None:
        return Objection(f"{policies.file} does not name {target}")
    if change.decision.desired != wished(policy, plan.now, change.live, observed.heard, observed.known).desired:
        return Objection(f"{policies.file} does not want {change.decision.desired} at this instant")
    bad = _bad_quantity(change, policy) or _clocks_apart(observed, target.app)
    if bad is not None:
        return Objection(bad)
    return _overruled(change, policy, observed, plan.now, policies.zone or policy.zone) or _neighboured(
        change, policy, observed
    )


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
    ours = "ahead" if observed.at > seen.date else "behind"
    return f"this machine's clock and Heroku's are {apart} minutes apart: ours is {ours}"


def _overruled(change: Change, policy: Policy, observed: Observed, now: datetime, zone: Zone) -> Objection | None:
    """People come first: a pause, told in `zone`, a change by hand, and somebody who will not be told."""
    pause = paused(observed.known, now)
    if pause is not None:
        by, why = f" by {pause.by}" if pause.by else "", f": {pause.reason}" if pause.reason else ""
        until = f"{zone.local(instant(pause.until)):%Y-%m-%d} {_clock(pause.until, zone, '%H:%M')}"
        return Objection(f"everything is paused{by} until {until}{why}", "pin")
    made = foreign(policy, change.decision, change.live, observed.known, now)
    if made is None:
        return None
    before, after = made.verified, made.live
    told = f"{before.quantity}:{before.size} was changed to {after.quantity}:{after.size}"
    if policy.target in observed.known.returning:
        by = "another autoscaler" if made.ours else "somebody"
        return Objection(f"{told} by {by} three times in an hour: left alone until the next edge")
    if made.ours or policy.on_manual_change == "enforce":
        return None
    if policy.on_manual_change == "report":
        return Objection(f"{told} by hand or by another program: not put back (on_manual_change: report)")
    return Objection(f"{told} by hand or by another program: left alone until the next edge", "person")


def _neighboured(change: Change, policy: Policy, observed: Observed) -> Objection | None:
    """Web is left to Heroku's own autoscaling, and is not lowered while a release may still be rolling out.

    A write by the API switches that autoscaling off (Dev Center, "Scaling Your Dyno Formation"). Fewer dynos right
    after a release with preboot left none to route to (reports of H99).
    """
    target = policy.target
    if target.type != "web":
        return None
    if observed.autoscaled.get(target.app) is True:
        return Objection("Heroku's own autoscaling is on for web: switch it off there, or take web out of the file")
    dynos = observed.released.get(target.app) or observed.dynos.get(target.app)
    if not lowers(change) or policy.settle == 0 or dynos is None:
        return None
    if isinstance(dynos, PlatformError):
        return Objection(f"web is not lowered while nobody knows whether a release is under way: {dynos}", "waiting")
    return _unsettled(dynos, policy, observed.at)


def _unsettled(dynos: Dynos, policy: Policy, now: datetime) -> Objection | None:
    """A release is at least as old as the oldest dyno that runs it: to read releases takes a wider scope."""
    newest = max((dyno.release for dyno in dynos.listed if dyno.release is not None), default=None)
    began = min((dyno.created_at for dyno in dynos.listed if dyno.release == newest), default=None)
    settle = timedelta(seconds=policy.settle)
    if newest is None or began is None or now - began >= settle:
        return None
    end = _clock(began + settle, policy.zone, "%H:%M:%S")
    return Objection(f"release v{newest} is new: web is not lowered before {end} (settle)", "waiting")


def _clock(at: datetime, zone: Zone, form: str) -> str:
    """21:00 JST (12:00 UTC): as people read it, and as the rest of the log does."""
    local, there, name = zone.local(instant(at)), at.astimezone(UTC), zone.name_at(instant(at))
    day = "" if local.date() == there.date() else f"{there:%a} "
    return f"{local:{form}} {name}" + ("" if name == "UTC" else f" ({day}{there:{form}} UTC)")
