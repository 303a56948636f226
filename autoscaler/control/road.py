"""One road: policies + what the platform says + now -> a plan -> the changes of that plan.

`plan` walks it up to the plan, `apply` and the daemon to its end. Nothing below knows whether it is a preview.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from autoscaler.core.guard import Ourselves, review
from autoscaler.core.plan import Change, Observed, Plan, draft
from autoscaler.core.platform import Formation, MaySend, Platform, PlatformError
from autoscaler.core.policies import Policies
from autoscaler.core.quantity import highest, lowest
from autoscaler.core.report import Done, Failed, Outcome, Report, Unshown


@dataclass(frozen=True, slots=True)
class Road:
    """Whom to ask, what should hold, and which process type is this program itself."""

    platform: Platform
    policies: Policies
    ourselves: Ourselves

    async def observe(self, now: datetime) -> Observed:
        """Every app's formation, read side by side at `now`; what could not be read is in it as its error."""
        apps = self.policies.apps
        answers = await asyncio.gather(*(self._formation(app) for app in apps))
        return Observed(now, dict(zip(apps, answers, strict=True)))

    def propose(self, observed: Observed, now: datetime) -> Plan:
        """What should be done about it for `now`, as far as the guards allow."""
        return review(draft(self.policies, observed, now), self.policies, observed, self.ourselves)

    async def carry_out(self, plan: Plan, observed: Observed, may_send: MaySend) -> Report:
        """Send the plan's changes, one request an app and the apps side by side, and read them back.

        The guards stand here too, where requests are sent: no plan comes past them, whoever made it.
        """
        allowed = review(plan, self.policies, observed, self.ourselves)
        batches = [list(batch) for _, batch in groupby(allowed.changes, key=lambda c: c.decision.target.app)]
        outcomes = await asyncio.gather(*(self._change(batch, may_send) for batch in batches))
        return Report(allowed, tuple(outcome for batch in outcomes for outcome in batch))

    async def _formation(self, app: str) -> Formation | PlatformError:
        try:
            return await self.platform.formation(app)
        except PlatformError as error:
            return error

    async def _change(self, batch: list[Change], may_send: MaySend) -> list[Outcome]:
        app = batch[0].decision.target.app
        try:
            request_id = await self.platform.apply(app, [change.write for change in batch], may_send)
        except PlatformError as error:
            return [Failed(change, error) for change in batch]
        after = await self._formation(app)
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
