"""One app's turns: when it is due, and its walk along the road. Apps never wait for one another."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from autoscaler.control.closer import Closed, Closer
from autoscaler.control.people import People
from autoscaler.control.road import Asking, Look, Road
from autoscaler.control.watch import Looked, Watch
from autoscaler.core.clock import Clock
from autoscaler.core.memory import Memory
from autoscaler.core.people import Foreign
from autoscaler.core.plan import Observed, Plan
from autoscaler.core.platform import MaySend, PlatformError
from autoscaler.core.report import Report
from autoscaler.core.zones import moment

EVE = timedelta(seconds=10)
"""So long before an edge the app is read, so that at the edge itself only the change has to be sent."""

_STALE = 3 * EVE


class Keeper:
    """Keeps one app as its policies want it."""

    def __init__(
        self, app: str, road: Road, clock: Clock, memory: Memory | None = None, people: People | None = None
    ) -> None:
        self.app = app
        self.road = road
        self.edge: datetime | None = None
        self.turn: float = clock.steady()
        """The steady time of the next read on a beat."""
        self._not_before = float("-inf")
        self.converged = False
        self.task: asyncio.Task[None] | None = None
        self.looked: Looked | None = None
        """What the last tick saw of the dynos, if it looked."""
        self._clock = clock
        self._watch = Watch(road.policies)
        self._watch.begin(clock.now())
        self.closed = Closed()
        """What became of openings that close when idle, at the last tick."""
        self._closer = Closer(road.policies, memory)
        self.people = people
        self.changed: tuple[Foreign, ...] = ()
        """The changes by others that the last tick saw for the first time."""
        self.autoscaled: Mapping[str, bool | PlatformError] = {}
        """What the last tick was told of Heroku's own autoscaling."""
        self._prepared: tuple[Plan, Observed] | None = None

    @property
    def busy(self) -> bool:
        return self.task is not None and not self.task.done()

    def due(self, now: datetime) -> bool:
        """Whether the app's edge has come, a look at its dynos or a question is due, or its turn on the beat."""
        if self._clock.steady() < self._not_before:
            return False
        wanted = self.edge_has_come(now) or self._watch.due(now) or self._closer.due(now)
        return wanted or self._clock.steady() >= self.turn

    def edge_has_come(self, now: datetime) -> bool:
        return self.edge is not None and now >= self.edge

    def on_the_eve(self, now: datetime) -> bool:
        """Whether the edge is so near that its plan should be made ready, and is not yet."""
        if self.edge is None or self._prepared is not None or self._clock.steady() < self._not_before:
            return False
        return self.edge - EVE <= now < self.edge

    def next_wake(self, now: datetime) -> datetime | None:
        """The next instant at which this app needs more than the beat."""
        edge = self.edge
        if edge is not None and self._prepared is None:
            edge = max(edge - EVE, now)
        wakes = (edge, self._watch.next_look, self._closer.next_ask)
        first = min((wake for wake in wakes if wake is not None), default=None)
        asked = self._not_before - self._clock.steady()
        return first if first is None or asked <= 0 else max(first, now + timedelta(seconds=asked))

    def wait(self, seconds: float) -> None:
        """Send nothing for so long, edge or not: the platform asked for it."""
        self._not_before = max(self._not_before, self._clock.steady() + seconds)

    def rest(self, began: float, wait: float) -> None:
        """Set the next turn on the beat, `wait` seconds after one that began at the steady time `began`.

        A beat that rings a moment earlier than the last one did must still find the app due.
        """
        self.turn = began + wait - min(1.0, wait / 10)

    def hurry(self) -> None:
        """What a person wants has changed: have the turn now, and forget what was drafted without knowing it."""
        self.turn, self._prepared = self._clock.steady(), None

    def pass_over(self, until: datetime, same_until: datetime) -> tuple[list[int], list[int]]:
        """Leave out looks and questions before `until` that could lead to nothing: the instants at which they were due.

        Probes would answer until `same_until` as they did last. For a simulation, which counts them.
        """
        return self._watch.pass_over(until), self._closer.pass_over(min(until, same_until))

    async def prepare(self) -> Sequence[PlatformError]:
        """Read the app on the eve and draft for the edge: the errors. What is not read now is read at the edge."""
        edge = self.edge
        if edge is None:
            return ()
        prepared = await self._drafted(edge, urgent=True)
        if self.edge == edge:
            self._prepared = prepared
        return [hold.cause for hold in prepared[0].holds if hold.cause is not None]

    async def tick(self, now: datetime, may_send: MaySend) -> Report:
        """Bring the app to what should hold at `now`: level-triggered, whatever happened before."""
        known, urgent = self._closer.known, self.edge_has_come(now)
        plan, observed = await self._proposal(now)
        untils = [step.decision.until for step in plan.steps if step.decision and step.decision.until is not None]
        self.edge = min(untils, default=None)
        # No restart may slip into the opening that it is to keep whole.
        ends = [moment(ahead.opening[0]) for ahead in plan.restarts] + untils
        last = min(ends, default=None)

        def still_right() -> bool:
            return may_send() and (last is None or self._clock.now() < last)

        self.looked = self._watch.looked(observed)
        self.autoscaled = observed.autoscaled
        if self.people is not None:
            self.people.sends(plan)
        report = await self.road.carry_out(plan, observed, still_right, urgent=urgent)
        if self.people is not None:
            self.people.saw(report, self._clock.now())
        self._watch.done(report, self.looked, now)
        self.closed = self._closer.closed(plan, observed, known)
        self.converged = report.converged
        return report

    async def _proposal(self, now: datetime) -> tuple[Plan, Observed]:
        prepared, self._prepared = self._prepared, None
        if prepared and prepared[0].now <= now < prepared[0].now + _STALE and not prepared[0].holds:
            return prepared
        return await self._drafted(now, urgent=self.edge_has_come(now))

    async def _drafted(self, at: datetime, *, urgent: bool) -> tuple[Plan, Observed]:
        """Read the app, ask its probes, and draft for `at`."""
        look = Look(self._watch.asked) if self._watch.due(self._clock.now()) else None
        asking = Asking(at, await self._closer.closings(at))
        observed = await self._closer.heard(await self.road.observe(self._clock.now(), look, asking, urgent=urgent), at)
        if self.people is not None:
            observed, self.changed = await self.people.met(observed, at)
        observed = await self.road.around(observed, at)
        return self.road.propose(observed, at), observed
