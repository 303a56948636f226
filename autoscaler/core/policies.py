"""Policies: what a policy file says, compiled into values that cannot be wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from autoscaler.core.jobs import HeldJob, Job
from autoscaler.core.notices import Notice
from autoscaler.core.probes import Probe
from autoscaler.core.quantity import Quantity
from autoscaler.core.windows import Window
from autoscaler.core.zones import Zone

OnManualChange = Literal["keep", "enforce", "report"]
"""What becomes of a person's change: it stays until the next edge, is put back, or stays and is complained of."""

SETTLE = 5 * 60
"""Seconds after a release in which web is not scaled down, unless the file says otherwise."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What one process type should have: its own values outside every window, and its windows in order.

    `line` is the line of the process type's name in the file; `settle` is in seconds; `weeks` is where the timeline
    keeps what it has worked out.
    """

    target: Target
    zone: Zone
    line: int
    quantity: Quantity
    size: str | None = None
    windows: tuple[Window, ...] = ()
    limits: Limits = Limits()
    allow_zero: bool = False
    on_manual_change: OnManualChange = "keep"
    settle: int = SETTLE
    weeks: dict[int, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def constant(self) -> bool:
        """Whether it wants the same at all times: no window gives anything else."""
        return all(
            window.quantity in {None, self.quantity} and window.size in {None, self.size} for window in self.windows
        )

    @property
    def closes(self) -> bool:
        """Whether one of its windows ends when its work is done."""
        return any(window.close is not None for window in self.windows)

    @property
    def guarded(self) -> bool:
        """Whether one of its windows is unbroken."""
        return any(window.unbroken for window in self.windows)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A process type of which nobody can say now what it should have, and why."""

    target: Target
    zone: Zone
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Policies:
    """A whole policy file: `policies` sorted by app and type, `file` as the user named it, `digest` of its text.

    `unknown` are its process types that need a calendar which cannot be read; `probes` are by app and name; `jobs` are
    by app and name, without those that are held, for the same or another reason. At most `at_once` process types are
    lowered in one minute, None for any number. An app's name may be a glob: `globs` are those, in the file's order.
    """

    file: str
    policies: tuple[Policy, ...]
    zone: Zone | None = None
    digest: str = ""
    unknown: tuple[Unknown, ...] = ()
    probes: Mapping[tuple[str, str], Probe] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    held_jobs: tuple[HeldJob, ...] = ()
    at_once: int | None = None
    notices: tuple[Notice, ...] = ()
    globs: tuple[str, ...] = ()
    text: str = field(default="", repr=False)

    def of(self, target: Target) -> Policy | None:
        """The policy of a process type, None where the file does not name it."""
        return next((policy for policy in self.policies if policy.target == target), None)

    def only(self, apps: Iterable[str]) -> "Policies":
        """The same file's policies, of these apps only."""
        wanted = frozenset(apps)
        return replace(
            self,
            policies=tuple(policy for policy in self.policies if policy.target.app in wanted),
            unknown=tuple(unknown for unknown in self.unknown if unknown.target.app in wanted),
            jobs=tuple(job for job in self.jobs if job.app in wanted),
            held_jobs=tuple(job for job in self.held_jobs if job.app in wanted),
            notices=tuple(notice for notice in self.notices if notice.app is None or notice.app in wanted),
            globs=tuple(glob for glob in self.globs if glob in wanted),
        )

    def holding_jobs(self, reason: str) -> "Policies":
        """The same with every job held: for this reason, unless there was one before."""
        held = [*(HeldJob(job.app, job.name, job.line, reason) for job in self.jobs), *self.held_jobs]
        return replace(self, jobs=(), held_jobs=tuple(sorted(held, key=lambda job: (job.app, job.name))))

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps' names in code-point order, each once."""
        return tuple(sorted({target.app for target in self.targets}))

    @property
    def guarded_apps(self) -> tuple[str, ...]:
        """The apps that have an unbroken window, in code-point order."""
        return tuple(sorted({policy.target.app for policy in self.policies if policy.guarded}))

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every process type of the file, by app and type."""
        found = [policy.target for policy in self.policies] + [unknown.target for unknown in self.unknown]
        return tuple(sorted(found))
