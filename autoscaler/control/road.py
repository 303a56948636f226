"""One road: policies + what the platform says + now -> a plan -> the changes of that plan.

`plan` walks it up to the plan, `apply` and the daemon to its end. Nothing below knows whether it is a preview.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from autoscaler.control.neighbourhood import Neighbourhood
from autoscaler.core.closing import Heard, questions
from autoscaler.core.guard import Ourselves, lowers, review
from autoscaler.core.memory import Closing
from autoscaler.core.plan import Change, Observed, Plan, draft
from autoscaler.core.platform import Dynos, Formation, MaySend, Platform, PlatformError
from autoscaler.core.policies import Policies, Target
from autoscaler.core.probes import Prober
from autoscaler.core.quantity import highest, lowest
from autoscaler.core.report import Done, Failed, Outcome, Report, Restart, Unshown
from autoscaler.core.restarts import Restarts
from autoscaler.core.zones import instant


@dataclass(frozen=True, slots=True)
class Look:
    """A look at dynos: `asked` tells by a dyno's id when its restart was asked for."""

    asked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """The instant for which probes are asked, and the openings that are known to have ended early."""

    at: datetime
    closings: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class Road:
    """Whom to ask, what should hold, and which process type is this program itself.

    Without a `prober` no probe is asked, and openings that depend on one are held open; without a `neighbourhood`
    nobody asks about Heroku's own autoscaling, about releases, and how much was lowered at once. `read` is told
    of each app whose formation was read, or could not be.
    """

    platform: Platform
    policies: Policies
    ourselves: Ourselves
    prober: Prober | None = None
    neighbourhood: Neighbourhood | None = None
    read: Callable[[str], None] | None = None

    async def observe(
        self, now: datetime, look: Look | None = None, asking: Asking | None = None, *, urgent: bool = False
    ) -> Observed:
        """Every app's formation, read side by side at `now`; what could not be read is in it as its error.

        `look` has the dynos looked at, too, of the apps that have unbroken windows. The probes that matter at the
        instant of `asking`, `now` if left out, are asked once the formations are known. What is for an edge is
        `urgent`.
        """
        apps = self.policies.apps
        guarded = [] if look is None else self.policies.guarded_apps
        answers, dynos = await asyncio.gather(
            asyncio.gather(*(self._formation(app, urgent=urgent) for app in apps)),
            asyncio.gather(*(self._dynos(app) for app in guarded)),
        )
        asked = {} if look is None else look.asked
        told = dict(zip(apps, answers, strict=True))
        heard = await self._hear(told, asking or Asking(now))
        return Observed(now, told, dict(zip(guarded, dynos, strict=True)), asked, heard)

    async def around(self, observed: Observed, now: datetime) -> Observed:
        """The same, with what has to be known before web is changed as it would be for `now`.

        Whether Heroku's own autoscaling is on is asked before any change of web, dynos before fewer of them.
        """
        if self.neighbourhood is None:
            return observed
        web = [change for change in self.propose(observed, now).changes if change.target.type == "web"]
        lowered = sorted({change.target.app for change in web if lowers(change)} - set(observed.dynos))
        seen = [seen for change in web if isinstance(seen := observed.answers[change.target.app], Formation)]
        dynos, autoscaled = await asyncio.gather(
            asyncio.gather(*(self._dynos(app) for app in lowered if self._settles(app))),
            asyncio.gather(*(self.neighbourhood.autoscaled(one) for one in seen)),
        )
        released = dict(zip((app for app in lowered if self._settles(app)), dynos, strict=True))
        told = {one.app: on for one, on in zip(seen, autoscaled, strict=True) if on is not None}
        return replace(observed, released=released, autoscaled=told)

    def propose(self, observed: Observed, now: datetime) -> Plan:
        """What should be done about it for `now`, as far as the guards allow."""
        return self._reviewed(draft(self.policies, observed, now), observed)

    async def carry_out(self, plan: Plan, observed: Observed, may_send: MaySend, *, urgent: bool = False) -> Report:
        """Send the plan's changes, one request an app and the apps side by side, and read them back.

        What is for an edge is `urgent`: it is read back whatever was read in this hour.
        The guards stand here too, where requests are sent: no plan comes past them, whoever made it.
        """
        allowed = self._reviewed(plan, observed)
        if self.neighbourhood is not None:
            self.neighbourhood.lowers(sum(lowers(change) for change in allowed.changes))
        batches = [list(batch) for _, batch in groupby(allowed.changes, key=lambda c: c.decision.target.app)]
        outcomes = await asyncio.gather(*(self._change(batch, may_send, urgent=urgent) for batch in batches))
        restarted = [done for ahead in allowed.restarts for done in await self._restart(ahead, plan.now, may_send)]
        return Report(allowed, tuple(outcome for batch in outcomes for outcome in batch), tuple(restarted))

    def _reviewed(self, plan: Plan, observed: Observed) -> Plan:
        at_once = self.policies.at_once
        room = at_once if self.neighbourhood is None else self.neighbourhood.room(at_once)
        return review(plan, self.policies, observed, self.ourselves, room)

    def _settles(self, app: str) -> bool:
        policy = self.policies.of(Target(app, "web"))
        return policy is not None and policy.settle > 0

    async def _formation(self, app: str, *, urgent: bool) -> Formation | PlatformError:
        try:
            return await self.platform.formation(app, urgent=urgent)
        except PlatformError as error:
            return error
        finally:
            if self.read is not None:
                self.read(app)

    async def _hear(self, told: Mapping[str, Formation | PlatformError], asking: Asking) -> Heard:
        heard = Heard(closings=asking.closings)
        if self.prober is None:
            return heard
        names = sorted({asked.probe for asked in questions(self.policies, told, asking.at, heard)})
        answers = await asyncio.gather(*(self.prober.ask(self.policies.probes[name]) for name in names))
        return Heard(dict(zip(names, answers, strict=True)), asking.closings)

    async def _dynos(self, app: str) -> Dynos | PlatformError:
        try:
            return await self.platform.dynos(app)
        except PlatformError as error:
            return error

    async def _restart(self, ahead: Restarts, now: datetime, may_send: MaySend) -> list[Restart]:
        """Ask for the restarts that are due, one request a dyno or one for all."""
        due, target = ahead.due(instant(now)), ahead.target
        if due and ahead.together:
            told = await _asked(self.platform.restart_type(target.app, target.type, may_send))
            return [Restart(target, dyno, ahead.opening, *told) for dyno in due]
        done = []
        for dyno in due:
            told = await _asked(self.platform.restart(target.app, dyno.id, may_send))
            done.append(Restart(target, dyno, ahead.opening, *told))
        return done

    async def _change(self, batch: list[Change], may_send: MaySend, *, urgent: bool) -> list[Outcome]:
        app = batch[0].decision.target.app
        try:
            request_id = await self.platform.apply(app, [change.write for change in batch], may_send)
        except PlatformError as error:
            return [Failed(change, error) for change in batch]
        after = await self._formation(app, urgent=urgent)
        return [_outcome(change, request_id, after) for change in batch]


def _outcome(change: Change, request_id: str, after: Formation | PlatformError) -> Outcome:
    live = after.types.get(change.write.type) if isinstance(after, Formation) else None
    desired = change.decision.desired
    shown = (
        live is not None
        and lowest(desired.quantity) <= live.quantity <= highest(desired.quantity)
        and desired.size in {None, live.size}
    )
    return Done(change, request_id) if shown else Unshown(change, request_id, live)


async def _asked(asking: Awaitable[str]) -> tuple[str, PlatformError | None]:
    """The Request-Id of what was asked for, and why it was not taken."""
    try:
        return await asking, None
    except PlatformError as error:
        return error.request_id, error
