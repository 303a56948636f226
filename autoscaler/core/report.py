"""What became of a plan."""

from dataclasses import dataclass, replace

from autoscaler.core.plan import Change, Plan
from autoscaler.core.platform import Dyno, Live, PlatformError
from autoscaler.core.policies import Target
from autoscaler.core.windows import Opening


@dataclass(frozen=True, slots=True)
class Done:
    """A later read shows the change."""

    change: Change
    request_id: str


@dataclass(frozen=True, slots=True)
class Unshown:
    """The platform accepted the change, but what was read afterwards does not show it; `live` is None if unread."""

    change: Change
    request_id: str
    live: Live | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The change was not accepted, or nobody knows."""

    change: Change
    error: PlatformError


Outcome = Done | Unshown | Failed


@dataclass(frozen=True, slots=True)
class Restart:
    """A dyno whose restart was asked for, ahead of an unbroken opening; `error` if the platform did not take it.

    That it was done shows at a later look.
    """

    target: Target
    dyno: Dyno
    opening: Opening
    request_id: str
    error: PlatformError | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A plan as it was allowed to be carried out, one outcome for each of its changes, and what was restarted."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    restarts: tuple[Restart, ...] = ()

    def of(self, app: str) -> "Report":
        """The part that is about one app."""
        steps = tuple(step for step in self.plan.steps if step.target.app == app)
        return Report(
            replace(self.plan, steps=steps),
            tuple(one for one in self.outcomes if one.change.target.app == app),
            tuple(one for one in self.restarts if one.target.app == app),
        )

    @property
    def converged(self) -> bool:
        """Whether every process type was seen to be as wanted, by the file or by a person."""
        return all(hold.meant for hold in self.plan.holds) and all(isinstance(one, Done) for one in self.outcomes)

    @property
    def troubled(self) -> bool:
        """Whether something is not as wanted that waiting a few minutes may not mend."""
        return any(hold.kind == "trouble" for hold in self.plan.holds) or not all(
            isinstance(one, Done) for one in self.outcomes
        )
