"""What became of a plan."""

from dataclasses import dataclass

from autoscaler.core.plan import Change, Plan
from autoscaler.core.platform import Live, PlatformError


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
class Report:
    """A plan as it was allowed to be carried out, and one outcome for each of its changes."""

    plan: Plan
    outcomes: tuple[Outcome, ...]

    @property
    def converged(self) -> bool:
        """Whether every process type was seen to be as wanted."""
        return not self.plan.holds and all(isinstance(outcome, Done) for outcome in self.outcomes)
