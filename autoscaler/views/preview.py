"""What `plan` shows, before it is drawn: the timeline ahead and, online, the steps that would be taken now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoscaler.core.bill import Bill, bill
from autoscaler.core.cost import LISTED, Prices
from autoscaler.core.jobs import Job, due_between
from autoscaler.core.journal import Pin
from autoscaler.core.people import overruled
from autoscaler.core.plan import Plan
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.timeline import Edge, Stretch, edges_between, stretches
from autoscaler.views.faults import Fault

if TYPE_CHECKING:  # only a comparison needs it
    from autoscaler.core.difference import Difference


@dataclass(frozen=True, slots=True)
class Preview:
    """`start` and `until` are instants; `now` is the instant that the steps are for; `plan` is None offline.

    `warnings` are what `check` would say of the file; costs are at `prices`; `against` is what differs from
    another file, if that was asked for.
    """

    policies: Policies
    start: int
    until: int
    now: int
    plan: Plan | None
    warnings: Sequence[Fault] = ()
    prices: Prices = LISTED
    against: "Difference | None" = None

    def formations(self) -> list[tuple[Policy, list[Stretch]]]:
        """Each process type with its spans, as the file and the pins in force want them."""
        found = ((policy, stretches(policy, self.start, self.until)) for policy in self.policies.policies)
        return [(policy, overruled(spans, self.pins.get(policy.target))) for policy, spans in found]

    @property
    def pins(self) -> Mapping[Target, Pin]:
        """Those that are in force now; none where nothing live was read."""
        return self.plan.pins if self.plan else {}

    def bill(self) -> Bill:
        """What all of it takes."""
        return bill(self.policies, self.start, self.until, self.prices, self.pins)

    def starts(self) -> list[tuple[int, Job]]:
        """Every start of a job ahead, by instant, app and name."""
        found = [(at, job) for job in self.policies.jobs for at in due_between(job, self.start, self.until)]
        return sorted(found, key=lambda start: (start[0], start[1].app, start[1].name))

    def edges(self) -> list[Edge]:
        """Every change ahead, by instant, app and type."""
        found = [edge for policy, spans in self.formations() for edge in edges_between(policy, spans)]
        return sorted(found, key=lambda edge: (edge.at, edge.policy.target))
