"""What a keeper remembers of who changed what: values that were seen to be as wanted, and changes by others."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from autoscaler.control.pins import Pins
from autoscaler.control.scribe import Scribe
from autoscaler.core.journal import Verified, Written
from autoscaler.core.memory import StoreError
from autoscaler.core.people import LATE, Foreign, Known, differing, edge_between
from autoscaler.core.plan import Change, Keep, Observed, Plan
from autoscaler.core.policies import Policies, Target
from autoscaler.core.quantity import nearest
from autoscaler.core.report import Done, Report
from autoscaler.core.returning import HOUR, Told, changes_told, keeps_coming_back


@dataclass(slots=True)
class People:
    """Of the apps of `policies`. What the journal remembers of the time before this process is read at first."""

    policies: Policies
    scribe: Scribe
    pins: Pins
    _verified: dict[Target, Verified] = field(default_factory=dict)
    _once: dict[Target, Verified] = field(default_factory=dict)
    _written: list[Written] = field(default_factory=list)
    _well: set[Target] = field(default_factory=set)
    _foreign: dict[Target, Foreign] = field(default_factory=dict)
    _changes: dict[Target, list[Told]] = field(default_factory=dict)
    _read: bool = False
    _changes_read: set[str] = field(default_factory=set)

    async def met(self, observed: Observed, now: datetime) -> tuple[Observed, tuple[Foreign, ...]]:
        """The same with what is remembered that bears on it, and the changes by others that are new."""
        await self._remember()
        known = Known(self.pins.now, dict(self._verified), tuple(self._written))
        found = self._differing(observed, known, now)
        if any(not one.ours for one in found):
            await self._ask_who(found)
            known = replace(known, written=tuple(self._written))
            found = self._differing(observed, known, now)
        await self._recall_changes(found, now)
        new = tuple(one for one in found if self._is_new(one))
        returning = self._count(found, new, now)
        return replace(observed, known=replace(known, returning=returning)), new

    def sends(self, plan: Plan) -> None:
        """These changes are about to be asked for."""
        for change in plan.changes:
            written = Written(change.target, change.write.quantity, change.write.size, plan.now, self.scribe.daemon)
            self._written.append(written)
            self.scribe.writes(written)

    def saw(self, report: Report, now: datetime) -> None:
        """Remember what this tick has seen to be as wanted."""
        for step in report.plan.steps:
            if isinstance(step, Keep):
                self._verify(step, now)
        for outcome in report.outcomes:
            if isinstance(outcome, Done):
                self._verify(outcome.change, now)
        since = min((one.at for one in self._verified.values()), default=now) - LATE
        self._written = [written for written in self._written if written.at > since]

    def _verify(self, step: Keep | Change, now: datetime) -> None:
        """A record lasts from one edge to the next, so that a change is told from a missed edge.

        What is as the edge wants it without a request of ours has to be seen twice: a read may be older than the edge.
        """
        self._well.add(step.target)
        quantity, size = step.live.quantity, step.live.size
        if isinstance(step, Change):
            quantity, size = nearest(step.decision.desired.quantity, quantity), step.write.size or size
        found = Verified(step.target, step.decision.desired, quantity, size, now)
        known = self._verified.get(step.target)
        if known is not None and known.desired == found.desired and not self._edge_since(known, step, now):
            if (known.quantity, known.size) == (quantity, size):
                return
        elif known is not None and isinstance(step, Keep) and not self._seen_twice(found):
            return
        self._verified[step.target] = found
        self._once.pop(step.target, None)
        self.scribe.verified(found)

    def _seen_twice(self, found: Verified) -> bool:
        before = self._once.get(found.target)
        self._once[found.target] = found
        return before is not None and replace(before, at=found.at) == found

    def _edge_since(self, known: Verified, step: Keep | Change, now: datetime) -> bool:
        """Whether the process type's values changed, and changed back, since."""
        policy = self.policies.of(step.target)
        return policy is not None and edge_between(policy, known.at, now)

    def _differing(self, observed: Observed, known: Known, now: datetime) -> list[Foreign]:
        return differing(self.policies.policies, observed.answers, observed.heard, known, now)

    def _is_new(self, one: Foreign) -> bool:
        """A change that stands since before this process, and was told then, is not."""
        told = [] if one.target in self._well else self._changes.get(one.target, [])
        return one.target not in self._foreign and not (told and told[-1].is_still(one))

    def _count(self, found: list[Foreign], new: tuple[Foreign, ...], now: datetime) -> frozenset[Target]:
        """The process types whose changes come back again and again."""
        self._foreign = {one.target: one for one in found}
        for one in new:
            told = Told(one.live.quantity, one.live.size, now, self.scribe.daemon, left_alone=False)
            self._changes.setdefault(one.target, []).append(told)
        for one in found:
            since = min(one.verified.at, now - HOUR)
            self._changes[one.target] = [told for told in self._changes.get(one.target, []) if told.at > since]
        return frozenset(target for target in self._foreign if keeps_coming_back(self._changes[target]))

    async def _remember(self) -> None:
        journal = self.scribe.journal
        if self._read or journal is None:
            return
        try:
            for app in self.policies.apps:
                for one in await journal.verified(app):
                    self._verified.setdefault(one.target, one)
        except StoreError as error:
            self.scribe.trouble(error)
        else:
            self._read = True

    async def _ask_who(self, found: list[Foreign]) -> None:
        """Whether another of our daemons asked for it. Where nobody can tell, it was not us."""
        if self.scribe.journal is None:
            return
        since = min(one.verified.at for one in found) - LATE
        try:
            for app in sorted({one.target.app for one in found}):
                told = await self.scribe.journal.written(app, since)
                self._written += [one for one in told if one not in self._written]
        except StoreError as error:
            self.scribe.trouble(error)

    async def _recall_changes(self, found: list[Foreign], now: datetime) -> None:
        """What was told of changes before this process saw one, once an app."""
        journal = self.scribe.journal
        apps = {one.target.app for one in found} - self._changes_read
        if journal is None or not apps:
            return
        since = min(now - HOUR, *(one.verified.at for one in found))
        try:
            for app in sorted(apps):
                for target, told in changes_told(await journal.entries(app, since, "manual")).items():
                    seen = self._changes.get(target, [])
                    self._changes[target] = [one for one in told if not seen or one.at < seen[0].at] + seen
                self._changes_read.add(app)
        except StoreError as error:
            self.scribe.trouble(error)
