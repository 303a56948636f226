"""The work of a simulation: a batch at the start of each opening that is made for one."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.quantity import lowest
from autoscaler.core.timeline import given_at
from autoscaler.core.windows import Window, openings
from autoscaler.core.zones import MINUTE
from autoscaler.views.simulation import Workload

SETTLED = MINUTE
"""Seconds after the start of an opening."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Work of so many seconds for one dyno, from the instant `start` on; its opening ends at `end`."""

    target: Target
    window: str
    start: int
    end: int
    seconds: int


def batches(policies: Policies, start: int, until: int, lengths: tuple[int, int], seed: int) -> list[Batch]:
    """One batch for each opening of a batch window within [start, until), in order; its length is drawn.

    It begins after the window's lead, and not before the opening's own change is through: a new size restarts dynos.
    """
    chance = Random(f"batches {seed}")
    found = sorted(
        (opened + max(window.lead, SETTLED), closed, policy.target, window.name)
        for policy in policies.policies
        for window in policy.windows
        if _is_for_batches(policy, window)
        for opened, closed in openings(window, policy.zone, start, until)
        if start <= opened and closed <= until and _speaks(policy, window, opened)
    )
    return [Batch(target, name, at, end, chance.randint(*lengths)) for at, end, target, name in found]


def workload(found: list[Batch], lengths: tuple[int, int]) -> Workload:
    """The batches as they are told."""
    count = Counter((batch.target, batch.window) for batch in found)
    return Workload(*lengths, tuple((target, name, number) for (target, name), number in sorted(count.items())))


def _is_for_batches(policy: Policy, window: Window) -> bool:
    """Not for web; a window that says so (`unbroken`, `close`) or that has more dynos than there are outside."""
    more = window.quantity is not None and lowest(window.quantity) > lowest(policy.quantity)
    return policy.target.type != "web" and (window.unbroken or window.close is not None or more)


def _speaks(policy: Policy, window: Window, at: int) -> bool:
    """Whether the window is the one that speaks at an instant, and there is a dyno to do the work."""
    given = given_at(policy, at)
    return given.speaker is window and lowest(given.desired.quantity) > 0
