"""How everything does: what a look at the platform shows, beside what the daemon told of itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from autoscaler.core.journal import Alive, Pin
from autoscaler.core.plan import Hold, Keep, Plan, Step
from autoscaler.core.policies import Policies
from autoscaler.core.timeline import next_edge
from autoscaler.core.zones import instant

PATIENCE = timedelta(minutes=5)
"""An app may be otherwise than wanted for so long, or for two beats if they are longer."""


@dataclass(frozen=True, slots=True)
class Status:
    """Of the apps of `policies` at `now` (UTC). `beat` is what lies between two reads of an app, in seconds.

    `plan` is None where nothing live was read; `alive` and `pins` are empty where no store is known, or none answers.
    """

    policies: Policies
    now: datetime
    beat: float
    plan: Plan | None
    alive: tuple[Alive, ...] = ()
    pins: tuple[Pin, ...] = ()

    @property
    def late(self) -> tuple[str, ...]:
        """The apps that have not been as wanted, by the file or by a person, for longer than there is patience."""
        return tuple(app for app in self.policies.apps if self._late(app))

    def of(self, app: str) -> Alive | None:
        """What the daemon told of an app last."""
        return next((alive for alive in self.alive if alive.app == app), None)

    def recent(self, at: datetime | None) -> bool:
        """Whether something happened so short a while ago that the daemon need not have looked again since."""
        return at is not None and self.now - at <= self.patience

    @property
    def patience(self) -> timedelta:
        """How long an app may be otherwise than wanted before it is late."""
        return max(PATIENCE, timedelta(seconds=2 * self.beat))

    def _late(self, app: str) -> bool:
        """As the daemon's own alarm has it; where none has ever seen it well, a look decides."""
        told = self.of(app)
        if told is not None and told.well is not None:
            return not self.recent(told.well)
        silent = told is not None and told.read is not None and not self.recent(told.read)
        return silent or self.plan is None or any(not _well(step) and not self._new(step) for step in self._steps(app))

    def _steps(self, app: str) -> list[Step]:
        return [] if self.plan is None else [step for step in self.plan.steps if step.target.app == app]

    def _new(self, step: Step) -> bool:
        """Whether what is wanted has changed within the patience."""
        policy = self.policies.of(step.target)
        edge = None if policy is None else next_edge(policy, instant(self.now - self.patience) - 1)
        return edge is not None and edge <= instant(self.now)


def _well(step: Step) -> bool:
    """As wanted, as somebody wants it, or soon to be so by itself."""
    return isinstance(step, Keep) or (isinstance(step, Hold) and step.kind != "trouble")
