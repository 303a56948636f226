"""What should hold at one instant, why, since when and until when."""

from dataclasses import dataclass
from datetime import datetime

from autoscaler.core.policies import Policy, Target
from autoscaler.core.quantity import Desired
from autoscaler.core.timeline import next_edge, stretches
from autoscaler.core.windows import Window, openings
from autoscaler.core.zones import DAY, instant, moment

_REACH = 400 * DAY


@dataclass(frozen=True, slots=True)
class Decision:
    """What a process type should have.

    `giver` is the window that gives the quantity, None outside every window; `until` is the next instant (UTC)
    at which the desired values change, None if there is none in 400 days.
    """

    target: Target
    desired: Desired
    giver: Window | None
    line: int
    until: datetime | None

    @property
    def why(self) -> str:
        return (
            f'window "{self.giver.name}" (line {self.line})'
            if self.giver
            else f"outside every window (line {self.line})"
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """One window at one instant: open since and until when, or when it opens next (all UTC, within 400 days)."""

    window: Window
    open: bool
    since: datetime | None
    until: datetime | None
    opens: datetime | None


def decide(policy: Policy, now: datetime) -> Decision:
    """What should hold at `now` (aware). Total: every policy has an answer at every instant."""
    at = instant(now)
    stretch = stretches(policy, at, at + 1)[0]
    edge = next_edge(policy, at)
    line = stretch.giver.line if stretch.giver else policy.line
    return Decision(policy.target, stretch.desired, stretch.giver, line, None if edge is None else moment(edge))


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
    return Standing(window, False, None, None, moment(ahead[0][0]) if ahead else None)
