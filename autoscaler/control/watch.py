"""What a keeper remembers of its app's dynos between two looks: the restarts it asked for, and who was there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from autoscaler.core.plan import Observed, Plan
from autoscaler.core.platform import Dyno, Dynos, PlatformError
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.report import Report, Restart
from autoscaler.core.restarts import BOOT, PACE, READY, opening_ahead, opening_at
from autoscaler.core.windows import Opening
from autoscaler.core.zones import DAY, MINUTE, instant, moment

GLANCE = 5 * MINUTE
"""Seconds between two looks at the dynos within an unbroken opening."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A restart that was asked for, and that a later look shows."""

    restart: Restart


@dataclass(frozen=True, slots=True)
class Broken:
    """A dyno that was replaced within an unbroken opening, by whomever: nobody can keep Heroku or a release from it."""

    target: Target
    opening: Opening
    before: Dyno
    after: Dyno


Finding = Shown | Broken


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at an app's dynos showed, or why it failed."""

    findings: tuple[Finding, ...] = ()
    error: PlatformError | None = None


@dataclass(slots=True)
class Watch:
    """When to look at dynos, and what a look says beside the one before. It looks only where a window is unbroken."""

    policies: Policies
    next_look: datetime | None = None
    asked: dict[str, int] = field(default_factory=dict)
    _pending: dict[str, Restart] = field(default_factory=dict)
    _seen: dict[Target, dict[str, Dyno]] = field(default_factory=dict)

    def begin(self, now: datetime) -> None:
        """Set the first look."""
        self.next_look = self._first_look(instant(now))

    def due(self, now: datetime) -> bool:
        return self.next_look is not None and now >= self.next_look

    def looked(self, observed: Observed) -> Looked | None:
        """What a look shows beside the one before; None where nobody looked."""
        dynos = next(iter(observed.dynos.values()), None)
        if isinstance(dynos, Dynos):
            return Looked((*self._shown(dynos), *self._broken(dynos, instant(observed.at))))
        return None if dynos is None else Looked(error=dynos)

    def done(self, report: Report, looked: Looked | None, now: datetime) -> None:
        """Remember what was asked for and, after a look, set the next one."""
        for restart in report.restarts:
            if restart.error is None:
                self.asked[restart.dyno.id] = instant(now)
                self._pending[restart.dyno.id] = restart
        if looked is not None:
            again = looked.error is not None or bool(self._pending)
            self.next_look = self._later_look(report.plan, instant(now), again=again)

    def pass_over(self, until: datetime) -> list[int]:
        """Leave out the looks before `until` that could lead to nothing: the instants at which they were due.

        Within an opening a look only tells who was replaced, and after it nothing. One that is to show a restart, or
        that is near an opening that comes, is not left out.
        """
        if self.next_look is None or self._pending:
            return []
        at = instant(self.next_look)
        within = any(opening_at(policy, at) is not None for policy in self._guarded())
        last = min([instant(until), *(_idle_until(policy, at) for policy in self._guarded())])
        passed = list(range(at, last if within else min(at + 1, last), GLANCE))
        if passed:
            looks = [look for policy in self._guarded() if (look := _look_after(policy, passed[-1])) is not None]
            self.next_look = moment(min(looks))
        return passed

    def _shown(self, dynos: Dynos) -> list[Shown]:
        """A restarted dyno has another id, or at least has changed since."""
        here = {dyno.id: dyno for dyno in dynos.listed}
        shown = [one for one in self._pending if one not in here or instant(here[one].updated_at) >= self.asked[one]]
        found = [Shown(self._pending.pop(one)) for one in shown]
        self.asked = {one: at for one, at in self.asked.items() if one in here}
        return found

    def _broken(self, dynos: Dynos, now: int) -> Iterator[Broken]:
        for policy in self._guarded():
            opening, target = opening_at(policy, now), policy.target
            before = self._seen.pop(target, {})
            if opening is None:
                continue
            here = self._seen[target] = {dyno.name: dyno for dyno in dynos.of_type(target.type)}
            for name, dyno in here.items():
                if name in before and dyno.id != before[name].id:
                    yield Broken(target, opening, before[name], dyno)

    def _first_look(self, now: int) -> datetime | None:
        looks = [look for policy in self._guarded() if (look := _look(policy, now)) is not None]
        return moment(min(looks)) if looks else None

    def _later_look(self, plan: Plan, now: int, *, again: bool) -> datetime | None:
        """Soon, while something is to be restarted, to be shown or to be read; else as the openings come."""
        looks = [now + PACE] if again else []
        looks += [at if at > now else now + PACE for ahead in plan.restarts for at, _ in ahead.planned]
        looks += [look for policy in self._guarded() if (look := _look_after(policy, now)) is not None]
        return moment(min(looks)) if looks else None

    def _guarded(self) -> Iterator[Policy]:
        return (policy for policy in self.policies.policies if policy.guarded)


def _look(policy: Policy, now: int) -> int | None:
    """The first instant, `now` or later, at which dynos should be looked at."""
    if opening_at(policy, now) is not None:
        return now
    ahead = opening_ahead(policy, now)
    return None if ahead is None else max(ahead[0] - READY, now)


def _look_after(policy: Policy, now: int) -> int | None:
    """The next one after a look at `now`."""
    if opening_at(policy, now) is not None:
        return now + GLANCE
    ahead = opening_ahead(policy, now)
    if ahead is None:
        return None
    return ahead[0] - READY if now < ahead[0] - READY else ahead[0] + BOOT


def _idle_until(policy: Policy, now: int) -> int:
    """The first instant, `now` or later, at which a look could lead to a restart."""
    within = opening_at(policy, now)
    if within is not None:
        return within[1]
    ahead = opening_ahead(policy, now)
    return now + DAY if ahead is None else ahead[0] - READY
