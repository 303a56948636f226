"""Policies: what a policy file says, compiled into values that cannot be wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from autoscaler.core.quantity import Quantity
from autoscaler.core.windows import Window
from autoscaler.core.zones import Zone


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One process type of one app."""

    app: str
    type: str

    def __str__(self) -> str:
        return f"{self.app}/{self.type}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds that no written quantity may leave; None is unbounded."""

    min: int | None = None
    max: int | None = None

    def allows(self, quantity: int) -> bool:
        return (self.min is None or quantity >= self.min) and (self.max is None or quantity <= self.max)

    def __str__(self) -> str:
        return f"{0 if self.min is None else self.min}..{'' if self.max is None else self.max}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What one process type should have: its own values outside every window, and its windows in order.

    `line` is the line of the process type's name in the file.
    """

    target: Target
    zone: Zone
    line: int
    quantity: Quantity
    size: str | None = None
    windows: tuple[Window, ...] = ()
    limits: Limits = Limits()
    allow_zero: bool = False


@dataclass(frozen=True, slots=True)
class Policies:
    """A whole policy file: `policies` sorted by app and type, `file` as the user named it, `digest` of its text."""

    file: str
    policies: tuple[Policy, ...]
    zone: Zone | None = None
    digest: str = ""

    def of(self, target: Target) -> Policy | None:
        """The policy of a process type, None where the file does not name it."""
        return next((policy for policy in self.policies if policy.target == target), None)

    def only(self, apps: Iterable[str]) -> "Policies":
        """The same file's policies, of these apps only."""
        wanted = frozenset(apps)
        return replace(self, policies=tuple(policy for policy in self.policies if policy.target.app in wanted))

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps' names in code-point order, each once."""
        return tuple(dict.fromkeys(policy.target.app for policy in self.policies))
