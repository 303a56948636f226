"""What a keeper remembers of openings that end when their work is done: idle since when, held open until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoscaler.core.closing import BEFORE, LONGEST_OPENING, Asked, ProbeName, present, questions
from autoscaler.core.memory import Closing, Memory, StoreError
from autoscaler.core.plan import Keep, Observed, Plan
from autoscaler.core.platform import Formation
from autoscaler.core.policies import Policies, Target
from autoscaler.core.probes import Answer, Failed, Idle
from autoscaler.core.windows import Opening
from autoscaler.core.zones import instant, moment

ASK = timedelta(minutes=1)
"""Between two questions to a probe."""

SURE = timedelta(seconds=15)
"""For so long a probe must have been idle to be believed: Sidekiq tells every 10 seconds what it is working on."""

_NEW = timedelta(minutes=5)
"""Closings that were made longer ago are no news to anybody, even if we have just started."""

_NO_MEMORY = StoreError("nothing can be remembered here, and so nothing ended early: DATABASE_URL is not set")


@dataclass(frozen=True, slots=True)
class Overrun:
    """An opening that was closed at its latest although its probe still found work; `why` says what it found."""

    target: Target
    window: str
    why: str


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of the openings at one tick, and what went wrong in finding out.

    `held` are those that begin to be held open, each with the latest instant.
    """

    early: tuple[Closing, ...] = ()
    held: tuple[tuple[datetime, Overrun], ...] = ()
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
    _unwritten: tuple[Closing, ...] = ()
    _idle: dict[ProbeName, datetime] = field(default_factory=dict)
    _busy: bool = False
    _held: dict[Target, tuple[datetime, Overrun]] = field(default_factory=dict)
    _ran: dict[Target, Opening] = field(default_factory=dict)
    _store: StoreError | None = None

    @property
    def known(self) -> tuple[Closing, ...]:
        """The openings that are known to have ended early."""
        return self._closings

    def due(self, now: datetime) -> bool:
        return self.next_ask is not None and now >= self.next_ask

    async def closings(self, now: datetime) -> tuple[Closing, ...]:
        """The openings that were ended early. What was once known stays known when the store does not answer."""
        self._store = _NO_MEMORY if self.memory is None and self._ends_early() else None
        if self.memory is not None and self._closes():
            try:
                found = [
                    c for app in self.policies.apps for c in await self.memory.closings(app, now - LONGEST_OPENING)
                ]
                self._closings = (*found, *self._unwritten)
            except StoreError as error:
                self._store = error
        return self._closings

    async def heard(self, observed: Observed, now: datetime) -> Observed:
        """The same, with what it takes time to know: who is idle for certain, and which openings end now for it."""
        if not self._closes():
            return observed
        heard = replace(observed.heard, unsure=self._unsure(observed.heard.answers, now))
        asked = questions(self.policies, observed.answers, now, heard)
        early = [one for one in asked if not one.late and self._idle_enough(one, now)]
        ended = [closing for one in early if (closing := await self._end(one, now, "idle")) is not None]
        ended += [await self._stopped(one, now) for one in self._at_zero(observed, now)]
        self._closings = (*self._closings, *ended)
        self.next_ask = self._next_ask(now, asking=bool(asked))
        self._busy = bool(asked) and not self._idle
        return replace(observed, heard=replace(heard, closings=self._closings))

    def pass_over(self, until: datetime) -> list[int]:
        """Leave out the questions before `until` if the last ones found all busy, and these would, too: when they
        were due."""
        if self.next_ask is None or not self._busy:
            return []
        at = instant(self.next_ask)
        ends = [asked.opening[1] - BEFORE for policy in self.policies.policies for asked in present(policy, at)]
        ends = [end for end in ends if end > at]
        passed = list(range(at, min([instant(until), *ends]), int(ASK.total_seconds())))
        if passed:
            self.next_ask = min([moment(passed[-1]) + ASK, *map(moment, ends)])
        return passed

    def _unsure(self, answers: Mapping[ProbeName, Answer], now: datetime) -> frozenset[ProbeName]:
        """The probes that have not said for long enough that they are idle; for how long they have is remembered."""
        idle = [name for name, answer in answers.items() if isinstance(answer, Idle)]
        self._idle = {name: self._idle.get(name, now) for name in idle}
        return frozenset(name for name, since in self._idle.items() if now - since < SURE)

    def _idle_enough(self, asked: Asked, now: datetime) -> bool:
        early = asked.window.close.early if asked.window.close else None
        since = self._idle.get(asked.probe)
        if early is None or since is None:
            return False
        return now - max(since, moment(asked.opening[0])) >= timedelta(seconds=early)

    def _next_ask(self, now: datetime, *, asking: bool) -> datetime | None:
        """Shortly before an opening ends, and soon while there is something to ask."""
        at = instant(now)
        ends = [asked.opening[1] - BEFORE for policy in self.policies.policies for asked in present(policy, at)]
        asks = [moment(end) for end in ends if end > at] + ([now + ASK] if asking else [])
        return min(asks, default=None)

    def _at_zero(self, observed: Observed, now: datetime) -> list[Asked]:
        """The openings whose dynos ran, and which somebody else has scaled to 0 since: the batch, or a person."""
        found: list[Asked] = []
        for policy in self.policies.policies:
            seen = observed.answers.get(policy.target.app)
            live = seen.types.get(policy.target.type) if isinstance(seen, Formation) else None
            if live is not None and live.quantity == 0:
                found += [one for one in present(policy, instant(now)) if self._ran.get(policy.target) == one.opening]
        return found

    async def _stopped(self, asked: Asked, now: datetime) -> Closing:
        """The end of an opening that has been scaled to 0. Where it cannot be written down, it is known to us alone."""
        written = await self._end(asked, now, "batch")
        if written is not None:
            return written
        closing = _closing(asked, now, "batch")
        self._unwritten = (*self._unwritten, closing)
        return closing

    async def _end(self, asked: Asked, now: datetime, by: str) -> Closing | None:
        """Write down that an opening ends now: only then it may stay closed. None where that cannot be."""
        closing = _closing(asked, now, by)
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
        before = self._held
        overruns = [run for latest, run in before.values() if plan.now >= latest]
        self._held = {
            step.target: (step.decision.until, Overrun(step.target, step.decision.giver.name, step.decision.held_open))
            for step in plan.steps
            if step.decision and step.decision.held_open and step.decision.giver and step.decision.until
        }
        self._ran = {
            step.target: opening
            for step in plan.steps
            if isinstance(step, Keep) and step.live.quantity > 0 and (opening := self._opening(step, plan.now))
        }
        answers = observed.heard.answers
        return Closed(
            early=tuple(c for c in observed.heard.closings if c not in known and plan.now - c.closed < _NEW),
            held=tuple(held for target, held in self._held.items() if target not in before),
            overruns=tuple(run for run in overruns if run.target not in self._held),
            failed=tuple((name, said.reason) for name, said in answers.items() if isinstance(said, Failed)),
            answered=tuple(name for name, said in answers.items() if not isinstance(said, Failed)),
            store=self._store,
        )

    def _opening(self, step: Keep, now: datetime) -> Opening | None:
        """The opening with a `close` that gives a process type its quantity."""
        policy, giver = self.policies.of(step.target), step.decision.giver
        here = present(policy, instant(now)) if policy is not None and giver is not None else ()
        return next((one.opening for one in here if one.window is giver), None)

    def _ends_early(self) -> bool:
        windows = (window for policy in self.policies.policies for window in policy.windows)
        return any(window.close is not None and window.close.early is not None for window in windows)

    def _closes(self) -> bool:
        return any(policy.closes for policy in self.policies.policies)


def _closing(asked: Asked, now: datetime, by: str) -> Closing:
    target = asked.policy.target
    return Closing(target.app, target.type, asked.window.name, moment(asked.opening[0]), now, by)
