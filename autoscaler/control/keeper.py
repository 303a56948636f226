"""One app's turns: when it is due, and its walk along the road. Apps never wait for one another."""

import asyncio
from datetime import datetime, timedelta

from autoscaler.control.road import Road
from autoscaler.core.clock import Clock
from autoscaler.core.plan import Observed, Plan
from autoscaler.core.platform import MaySend
from autoscaler.core.report import Report

EVE = timedelta(seconds=10)
"""So long before an edge the app is read, so that at the edge itself only the change has to be sent."""

_STALE = 3 * EVE


class Keeper:
    """Keeps one app as its policies want it."""

    def __init__(self, app: str, road: Road, clock: Clock) -> None:
        self.app = app
        self.road = road
        self.edge: datetime | None = None
        self.turn: float = clock.steady()
        """The steady time of the next read on a beat."""
        self.converged = False
        self.task: asyncio.Task[None] | None = None
        self._clock = clock
        self._prepared: tuple[Plan, Observed] | None = None

    @property
    def busy(self) -> bool:
        return self.task is not None and not self.task.done()

    def due(self, now: datetime) -> bool:
        """Whether the app's edge has come, or its turn on the beat."""
        return self.edge_has_come(now) or self._clock.steady() >= self.turn

    def edge_has_come(self, now: datetime) -> bool:
        return self.edge is not None and now >= self.edge

    def on_the_eve(self, now: datetime) -> bool:
        """Whether the edge is so near that its plan should be made ready, and is not yet."""
        return self.edge is not None and self._prepared is None and self.edge - EVE <= now < self.edge

    def next_wake(self, now: datetime) -> datetime | None:
        """The next instant at which this app needs more than the beat."""
        if self.edge is None or self._prepared is not None:
            return self.edge
        return max(self.edge - EVE, now)

    async def prepare(self) -> None:
        """Read the app on the eve and draft for the edge; what cannot be read now is read at the edge itself."""
        edge = self.edge
        if edge is None:
            return
        observed = await self.road.observe(self._clock.now())
        plan = self.road.propose(observed, edge)
        if self.edge == edge:
            self._prepared = (plan, observed)

    async def tick(self, now: datetime, may_send: MaySend) -> Report:
        """Bring the app to what should hold at `now`: level-triggered, whatever happened before."""
        plan, observed = await self._proposal(now)
        untils = [step.decision.until for step in plan.steps if step.decision and step.decision.until is not None]
        self.edge = next_edge = min(untils, default=None)

        def still_right() -> bool:
            return may_send() and (next_edge is None or self._clock.now() < next_edge)

        report = await self.road.carry_out(plan, observed, still_right)
        self.converged = report.converged
        return report

    async def _proposal(self, now: datetime) -> tuple[Plan, Observed]:
        prepared, self._prepared = self._prepared, None
        if prepared and prepared[0].now <= now < prepared[0].now + _STALE and not prepared[0].holds:
            return prepared
        observed = await self.road.observe(self._clock.now())
        return self.road.propose(observed, now), observed
