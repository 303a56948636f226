"""What a simulation hands the daemon's code in place of Heroku, of probes and of a store."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from autoscaler.core.clock import Clock
from autoscaler.core.memory import Closing, Due, Fact, Run
from autoscaler.core.platform import Dynos, Formation, MaySend, OneOff, Platform, PlatformError, Ran, Write
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Answer, Busy, Idle, Probe
from autoscaler.sandbox import World
from autoscaler.views.simulation import Calls


@dataclass(slots=True)
class Counted:
    """A platform whose requests are counted.

    What was read of a formation since the last write is not asked for again, only counted: here nobody else writes.
    """

    platform: Platform
    clock: Clock
    sent: Counter[str] = field(default_factory=Counter)
    trouble: str | None = None
    _known: dict[str, Formation] = field(default_factory=dict)

    @property
    def calls(self) -> Calls:
        return Calls(self.sent["read"], self.sent["write"], self.sent["restart"])

    def tell(self, trouble: str) -> None:
        """Keep the first thing that could not be done."""
        self.trouble = self.trouble or trouble

    async def formation(self, app: str, *, urgent: bool = False) -> Formation:
        self.sent["read"] += 1
        if app not in self._known:
            self._known[app] = await self.platform.formation(app, urgent=urgent)
        return replace(self._known[app], date=self.clock.now())

    async def dynos(self, app: str) -> Dynos:
        self.sent["read"] += 1
        return await self.platform.dynos(app)

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        self.sent["write"] += 1
        self._known.pop(app, None)
        try:
            return await self.platform.apply(app, writes, may_send)
        except PlatformError as error:
            self.tell(str(error))
            raise

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:
        self.sent["restart"] += 1
        return await self.platform.restart(app, dyno, may_send)

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:
        self.sent["restart"] += 1
        return await self.platform.restart_type(app, kind, may_send)

    async def run(self, app: str, one_off: OneOff, may_send: MaySend) -> Ran:
        self.sent["run"] += 1
        return await self.platform.run(app, one_off, may_send)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Probes, answered by the sandbox: a probe finds the batches of the process types whose windows close by it."""

    world: World
    policies: Policies

    async def ask(self, probe: Probe) -> Answer:
        count = sum(self.world.unfinished(app, kind) for app, kind in self._closed_by(probe))
        return Busy(count) if count else Idle()

    def _closed_by(self, probe: Probe) -> set[tuple[str, str]]:
        names = {name for name, other in self.policies.probes.items() if other == probe}
        return {
            (policy.target.app, policy.target.type)
            for policy in self.policies.policies
            for window in policy.windows
            if window.close is not None and (policy.target.app, window.close.probe) in names
        }


@dataclass(frozen=True, slots=True)
class Closings:
    """A store that remembers openings which were ended early. One-off jobs are not simulated: nobody may start one."""

    kept: list[Closing] = field(default_factory=list)

    async def close(self, closing: Closing) -> bool:
        self.kept.append(closing)
        return True

    async def closings(self, app: str | None = None, since: datetime | None = None) -> Sequence[Closing]:
        if since is not None:
            self.kept[:] = [closing for closing in self.kept if closing.closed >= since]
        return [closing for closing in self.kept if app in {None, closing.app}]

    async def claim(self, due: Due, command: str, at: datetime) -> bool:  # noqa: ARG002 the protocol's signature
        return False

    async def record(self, due: Due, fact: Fact) -> bool:  # noqa: ARG002
        return False

    async def runs(
        self,
        app: str | None = None,  # noqa: ARG002
        since: datetime | None = None,  # noqa: ARG002
        unfinished: bool = False,  # noqa: ARG002
    ) -> Sequence[Run]:
        return []

    async def forget(self, before: datetime) -> None:
        """Everything is kept for as long as it is asked for."""
