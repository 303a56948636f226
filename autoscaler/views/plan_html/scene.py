"""What the page draws: one lane for each process type, over the same stretch of time."""

from dataclasses import dataclass

from autoscaler.core.bill import Bill, ProcessCost
from autoscaler.core.calendars import Calendar
from autoscaler.core.cost import hourly
from autoscaler.core.decide import Decision, decide
from autoscaler.core.difference import Piece
from autoscaler.core.plan import Step
from autoscaler.core.platform import Live
from autoscaler.core.policies import Policies, Policy, Unknown
from autoscaler.core.quantity import Desired, Quantity, highest
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import Zone, moment
from autoscaler.views.local_days import calendars_of
from autoscaler.views.preview import Preview

COLOURS = 6
"""So many dyno sizes have a colour of their own; further ones take them again."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A process type with what is wanted of it; `old` is where another file wants something else.

    `step` is what would be done now, None offline. `number` makes the lane's names within the page.
    """

    number: int
    policy: Policy
    spans: list[Stretch]
    decision: Decision
    cost: ProcessCost
    step: Step | None = None
    old: tuple[Piece, ...] = ()

    @property
    def live(self) -> Live | None:
        return self.step.live if self.step else None

    @property
    def zone(self) -> Zone:
        return self.policy.zone

    @property
    def top(self) -> int:
        """The highest quantity that is drawn, at least 1."""
        wanted = [highest(span.desired.quantity) for span in self.spans]
        before = [highest(piece.before.quantity) for piece in self.old]
        return max(1, *wanted, *before, self.live.quantity if self.live else 0)

    @property
    def sizes(self) -> list[str]:
        """The sizes that it has in the time that is drawn, the cheapest first."""
        return by_price({span.desired.size for span in self.spans if span.desired.size})


@dataclass(frozen=True, slots=True)
class Scene:
    """All lanes by app and type, what they cost, and which colour each size has on this page.

    `calendars` are by app those whose days are holidays to one of its process types: the whole app lies over them.
    """

    preview: Preview
    home: Zone
    lanes: tuple[Lane, ...]
    bill: Bill
    colours: dict[str | None, int]
    calendars: dict[str, tuple[Calendar, ...]]

    @property
    def length(self) -> int:
        return self.preview.until - self.preview.start

    def percent(self, at: int) -> str:
        """How far along an instant is, as SVG takes it."""
        return f"{(at - self.preview.start) * 100 / self.length:.5g}%"

    def share(self, start: int, end: int) -> str:
        """The width of [start, end)."""
        return f"{(end - start) * 100 / self.length:.5g}%"

    def within(self, at: int) -> bool:
        return self.preview.start <= at < self.preview.until

    def lanes_of(self, app: str) -> list[Lane]:
        return [lane for lane in self.lanes if lane.policy.target.app == app]

    def unknown_of(self, app: str) -> list[Unknown]:
        return [process for process in self.preview.policies.unknown if process.target.app == app]

    @property
    def apps(self) -> tuple[str, ...]:
        """Every app of which something is drawn, those with nothing but jobs among them."""
        policies = self.preview.policies
        jobs = {job.app for job in policies.jobs} | {job.app for job in policies.held_jobs}
        return tuple(sorted({*policies.apps, *jobs}))


def scene(preview: Preview) -> Scene:
    """What is to be drawn of a preview."""
    steps = {step.target: step for step in preview.plan.steps} if preview.plan else {}
    bill = preview.bill()
    costs = {process.target: process for process in bill.processes}
    before = {process.target: process.pieces for process in preview.against.processes} if preview.against else {}
    lanes = []
    for number, (policy, spans) in enumerate(preview.formations()):
        step, old = steps.get(policy.target), before.get(policy.target, ())
        # The plan knows of openings that are held open, the file alone does not.
        decision = step.decision if step and step.decision else decide(policy, moment(preview.now))
        lanes.append(Lane(number, policy, spans, decision, costs[policy.target], step, old))
    sizes = by_price({size for lane in lanes for size in lane.sizes})
    colours: dict[str | None, int] = {size: number % COLOURS for number, size in enumerate(sizes)}
    return Scene(
        preview, _home(preview.policies), tuple(lanes), bill, {None: 0, **colours}, _calendars(preview.policies)
    )


def spoken(desired: Desired) -> str:
    """2 x standard-1x, or a range with its dash."""
    quantity = spoken_quantity(desired.quantity)
    return f"{quantity} \u00d7 {desired.size}" if desired.size else quantity


def spoken_quantity(quantity: Quantity) -> str:
    """2, or 2-10 with a dash between."""
    return str(quantity).replace("..", "\u2013")


def by_price(sizes: set[str]) -> list[str]:
    return sorted(sizes, key=lambda size: (hourly(size) or 0, size))


def _calendars(policies: Policies) -> dict[str, tuple[Calendar, ...]]:
    named: dict[str, dict[Calendar, None]] = {}
    for policy in policies.policies:
        named.setdefault(policy.target.app, {}).update(dict.fromkeys(calendars_of(policy)))
    return {app: tuple(calendars) for app, calendars in named.items()}


def _home(policies: Policies) -> Zone:
    """The zone in which the page speaks of what concerns all: the file's, else that of its first process type."""
    zones = [policy.zone for policy in policies.policies] + [process.zone for process in policies.unknown]
    zones += [job.zone for job in policies.jobs]
    return policies.zone or zones[0]
