"""What the daemon is handed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autoscaler.core.clock import Clock
from autoscaler.core.events import Emit
from autoscaler.core.guard import Ourselves
from autoscaler.core.journal import Journal, KeptFile
from autoscaler.core.memory import Memory
from autoscaler.core.notices import Herald
from autoscaler.core.platform import Neighbours, Platform
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Prober


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A policy file that cannot be used, in words for the log."""

    error: str


Read = Callable[[], Policies | Unreadable | None]
"""The policy file if it changed since the last call (or on the first), None if it did not."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the daemon is handed: whom to ask, the time, where policies come from, where events go.

    Without a `prober` no probe is asked, without a `memory` no opening is ended early and no job is started; without a
    `journal` nothing outlives this process, without `neighbours` nobody is asked what is around the formations, and
    without a `herald` nobody is told. `name` tells this daemon from others, `about` goes with what the journal is
    told; `revive` makes policies of a file that the journal kept; `remaining` is what is left of the account's
    requests, as far as it is known.
    """

    platform: Platform
    clock: Clock
    read: Read
    emit: Emit
    ourselves: Ourselves
    beat: float | None = None
    prober: Prober | None = None
    memory: Memory | None = None
    journal: Journal | None = None
    neighbours: Neighbours | None = None
    herald: Herald | None = None
    name: str = ""
    about: Mapping[str, object] = field(default_factory=dict)
    revive: Callable[[KeptFile], Policies | Unreadable] | None = None
    remaining: Callable[[], int | None] = lambda: None
