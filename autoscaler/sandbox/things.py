"""What there is in the sandbox: apps with process types, dynos, releases, and the jobs that wait in them."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from autoscaler.sandbox.jobs import Cause, Job
from autoscaler.sandbox.tally import Tally

ONE_OFF = "run"
"""The process type of a one-off dyno for which no other was asked."""


@dataclass(slots=True)
class ProcessType:
    """One process type of a formation; `size` is a key of SIZES."""

    id: str
    type: str
    quantity: int
    size: str
    command: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, eq=False)
class Dyno:
    """A dyno since `born`, up from `up_at`; at `ends` it is cycled, or its time is over if it is a one-off.

    `crashes` counts those in a row that came before it in its place; `cause` is what ended it.
    """

    id: str
    name: str
    type: str
    size: str
    command: str
    release: int
    born: datetime
    up_at: datetime
    ends: datetime
    one_off: bool = False
    crashes: int = 0
    crashed_at: datetime | None = None
    sigterm_at: datetime | None = None
    cause: Cause | None = None
    job: Job | None = None

    @property
    def number(self) -> int:
        return int(self.name.rpartition(".")[2])

    def state(self, now: datetime) -> str:
        """crashed, starting or up (Platform API schema, dyno state)."""
        if self.crashed_at is not None:
            return "crashed"
        return "up" if now >= self.up_at else "starting"

    def changed_at(self, now: datetime) -> datetime:
        """When its state last changed."""
        if self.crashed_at is not None:
            return self.crashed_at
        return self.up_at if now >= self.up_at else self.born


@dataclass(slots=True)
class Release:
    id: str
    version: int
    description: str
    created_at: datetime


@dataclass(slots=True)
class Monitor:
    """One of Heroku's own monitors of web; `fields` are those that a client may set."""

    id: str
    fields: dict[str, Any]

    @property
    def scales(self) -> bool:
        """Whether it autoscales now, and does not only alert."""
        return bool(self.fields["is_active"]) and self.fields["action_type"] == "scale"


@dataclass(slots=True)
class App:
    """One app; `formation` by process type, `dynos` by name.

    `ending` has, by id, the dynos that got SIGTERM and still run: their names may have been given to others.
    `queues` has the jobs that wait, by process type; `errands` those that wait for a one-off. An app of a `team` may be
    one that the account has not `joined`. Until `preboot_until` its formation cannot be changed.
    """

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    maintenance: bool = False
    formation: dict[str, ProcessType] = field(default_factory=dict)
    dynos: dict[str, Dyno] = field(default_factory=dict)
    ending: dict[str, Dyno] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    config: dict[str, str] = field(default_factory=dict)
    features: dict[str, bool] = field(default_factory=dict)
    queues: dict[str, deque[Job]] = field(default_factory=dict)
    errands: deque[Job] = field(default_factory=deque)
    monitors: dict[str, Monitor] = field(default_factory=dict)
    addons: list[str] = field(default_factory=list)
    team: str = ""
    joined: bool = True
    preboot_until: datetime | None = None
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def has(self, dyno: Dyno) -> bool:
        """Whether this very dyno still stands under its name."""
        return self.dynos.get(dyno.name) is dyno


@dataclass(frozen=True, slots=True)
class Happening:
    """What befell a dyno or a formation: scaled, created, restarted, cycled, stopped, released, expired, exited,
    crashed or killed; `detail` is the cause, where there is one."""

    at: datetime
    kind: str
    app: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Exit:
    """The end of a one-off dyno. Heroku's API does not tell the exit status; 143 is SIGTERM, 137 SIGKILL."""

    app: str
    dyno: str
    dyno_id: str
    command: str
    born: datetime
    ended: datetime
    exit_status: int
    cause: Cause | None


@dataclass(slots=True)
class Request:
    """One request: `received_ns` by a steady clock, `at` and `ended` by the sandbox's. It ended when its answer had
    been sent or nobody waited for that any more, None before; `status` is 0 if there was none. `fault` is the name of
    the fault that it met."""

    at: datetime
    received_ns: int
    method: str
    path: str
    body: object
    status: int
    user_agent: str
    ended: datetime | None = None
    fault: str = ""
