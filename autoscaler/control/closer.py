"""What a keeper remembers of openings that end when their work is done: idle since when, held open until when."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoscaler.core.closing import Asked, ProbeName, questions
from autoscaler.core.memory import Closing, Memory, StoreError
from autoscaler.core.plan import Observed, Plan
from autoscaler.core.policies import Policies, Target
from autoscaler.core.probes import Failed, Idle
from autoscaler.core.zones import moment

ASK = timedelta(minutes=1)
"""Between two questions to a probe."""

_NEW = timedelta(minutes=5)
"""Closings that were made longer ago are no news to anybody, even if we have just started."""

_REACH = timedelta(days=63)
"""No opening is longer, held open included: closings from before are of none that is open."""


@dataclass(frozen=True, slots=True)
class Overrun:
    """An opening that was closed at its latest although its probe still found work; `why` says what it found."""

    target: Target
    window: str
    why: str


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of the openings at one tick, and what went wrong in finding out."""

    early: tuple[Closing, ...] = ()
    overruns: tuple[Overrun, ...] = ()
    failed: tuple[tuple[ProbeName, str], ...] = ()
    answered: tuple[ProbeName, ...] = ()
    store: StoreError | None = None


@dataclass(slots=True)
class Closer:
    """Asks nothing and remembers nothing where no window of its app has a `close`."""

    policies: Policies
    memory: Memory | None = None
    next_ask: datetime | None = None
    _closings: tuple[Closing, ...] = ()
    _idle: dict[tuple[Target, str], datetime] = field(default_factory=dict)
    _held: dict[Target, tuple[datetime, Overrun]] = field(default_factory=dict)
    _store: StoreError | None = None

    @property
    def known(self) -> tuple[Closing, ...]:
        """The openings that are known to have ended early."""
        return self._closings

    def due(self, now: datetime) -> bool:
        return self.next_ask is not None and now >= self.next_ask

    async def closings(self, now: datetime) -> tuple[Closing, ...]:
        """The openings that were ended early. What was once known stays known when the store does not answer."""
        self._store = None
        if self.memory is not None and self._closes():
            try:
                found = [c for app in self.policies.apps for c in await self.memory.closings(app, now - _REACH)]
                self._closings = tuple(found)
            except StoreError as error:
                self._store = error
        return self._closings

    async def heard(self, observed: Observed, now: datetime) -> Observed:
        """The same, with the openings that end now because their probes have been idle for long enough."""
        asked = questions(self.policies, observed.answers, now, observed.heard) if self._closes() else []
        self.next_ask = now + ASK if asked else None
        idle = [one for one in asked if isinstance(observed.heard.answers.get(one.probe), Idle)]
        self._idle = {_key(one): self._idle.get(_key(one), now) for one in idle if not one.late}
        early = [one for one in idle if not one.late and now - self._idle[_key(one)] >= _early(one)]
        ended = [closing for one in early if (closing := await self._end(one, now)) is not None]
        if not ended:
            return observed
        self._closings = (*self._closings, *ended)
        return replace(observed, heard=replace(observed.heard, closings=self._closings))

    async def _end(self, asked: Asked, now: datetime) -> Closing | None:
        """Write down that an opening ends now: only then it may stay closed. None where that cannot be."""
        target = asked.policy.target
        closing = Closing(target.app, target.type, asked.window.name, moment(asked.opening[0]), now, "idle")
        if self.memory is None:
            return None
        try:
            await self.memory.close(closing)
        except StoreError as error:
            self._store = error
            return None
        return closing

    def closed(self, plan: Plan, observed: Observed, known: tuple[Closing, ...]) -> Closed:
        """What a tick with this plan has come to; `known` are the closings of before it."""
        overruns = [run for latest, run in self._held.values() if plan.now >= latest]
        self._held = {
            step.target: (step.decision.until, Overrun(step.target, step.decision.giver.name, step.decision.held_open))
            for step in plan.steps
            if step.decision and step.decision.held_open and step.decision.giver and step.decision.until
        }
        answers = observed.heard.answers
        return Closed(
            early=tuple(c for c in observed.heard.closings if c not in known and plan.now - c.closed < _NEW),
            overruns=tuple(run for run in overruns if run.target not in self._held),
            failed=tuple((name, said.reason) for name, said in answers.items() if isinstance(said, Failed)),
            answered=tuple(name for name, said in answers.items() if not isinstance(said, Failed)),
            store=self._store,
        )

    def _closes(self) -> bool:
        return any(policy.closes for policy in self.policies.policies)


def _key(asked: Asked) -> tuple[Target, str]:
    return asked.policy.target, asked.window.name


def _early(asked: Asked) -> timedelta:
    assert asked.window.close is not None
    assert asked.window.close.early is not None
    return timedelta(seconds=asked.window.close.early)
