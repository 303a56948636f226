"""The sandbox's one state: apps with their formations, dynos, releases and config vars, and what was asked of it.

Time comes from the clock that it is handed and chance from a seed, so a world can be run again. Dynos are not driven
by timers: `life.advance` brings them to the present whenever somebody looks.
"""

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from autoscaler.sandbox.faults import Fault
from autoscaler.sandbox.sizes import SIZES

Now = Callable[[], datetime]

NEVER = datetime.max.replace(tzinfo=UTC)
REQUESTS_AN_HOUR = 4500
"""Dev Center, "Limits": refilled by 75 a minute."""


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


@dataclass(slots=True)
class Dyno:
    """A dyno since `born`; it is up `starts` seconds later, and cycled at `cycles` or gone then if it is a one-off."""

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


@dataclass(slots=True)
class Release:
    id: str
    version: int
    description: str
    created_at: datetime


@dataclass(slots=True)
class App:
    """One app; `formation` by process type, `dynos` by name."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    maintenance: bool = False
    formation: dict[str, ProcessType] = field(default_factory=dict)
    dynos: dict[str, Dyno] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    config: dict[str, str] = field(default_factory=dict)
    features: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """What befell a dyno or a formation: scaled, created, restarted, cycled, stopped, released."""

    at: datetime
    kind: str
    app: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was received: `received_ns` by a steady clock, `at` by the sandbox's; `status` 0 if dropped."""

    at: datetime
    received_ns: int
    method: str
    path: str
    body: object
    status: int
    user_agent: str


@dataclass(slots=True)
class World:
    """Everything. `remaining` is the account's rate budget as of `counted_at`; nothing befalls a dyno before `due`."""

    now: Now
    chance: random.Random
    apps: dict[str, App]
    remaining: float
    counted_at: datetime
    seed: int = 0
    faults: list[Fault] = field(default_factory=list)
    requests: deque[Request] = field(default_factory=lambda: deque(maxlen=200_000))
    happenings: deque[Happening] = field(default_factory=lambda: deque(maxlen=10_000))
    made: int = 0
    due: datetime = NEVER

    @classmethod
    def of(cls, apps: Mapping[str, Mapping[str, str]], *, now: Now, seed: int = 0) -> "World":
        """A world with these apps, each a mapping of process types to sizes: web at 1, everything else at 0.

        Raises ValueError for a size that Heroku does not have.
        """
        from autoscaler.sandbox.life import settle  # life needs the types above

        began = now()
        world = cls(now, random.Random(seed), {}, REQUESTS_AN_HOUR, began, seed)
        for name, types in apps.items():
            app = App(world.new_id(f"app:{name}"), name, began, began)
            app.releases.append(Release(world.new_id("release"), 1, "Initial release", began))
            for kind, size in types.items():
                quantity, key = 1 if kind == "web" else 0, _size_key(size)
                app.formation[kind] = ProcessType(
                    world.new_id("formation"), kind, quantity, key, f"bin/{kind}", began, began
                )
            world.apps[name] = app
            settle(world, app)
        return world

    def new_id(self, kind: str) -> str:
        """A UUID that the same seed gives again."""
        self.made += 1
        return str(uuid5(NAMESPACE_URL, f"sandbox:{self.seed}:{kind}:{self.made}"))

    def quantity(self, app: str, kind: str) -> int:
        """How many dynos a process type has been given."""
        return self.apps[app].formation[kind].quantity

    def size(self, app: str, kind: str) -> str:
        """A process type's size in Heroku's spelling."""
        return SIZES[self.apps[app].formation[kind].size].name

    def fail(self, fault: Fault) -> None:
        """Answer the requests that `fault` is about as it says."""
        self.faults.append(fault)

    def note(self, kind: str, app: App, subject: str, detail: str = "", at: datetime | None = None) -> None:
        """Remember what befell a dyno or a formation: now, or at an instant that has passed since."""
        self.happenings.append(Happening(at or self.now(), kind, app.name, subject, detail))


def _size_key(name: str) -> str:
    """A size as a key of SIZES: in a Shield space too the API speaks of Private sizes (Heroku CLI, `ps:scale`)."""
    key = name.lower().replace("shield-", "private-")
    if key not in SIZES:
        raise ValueError(f"no such dyno size: {name}")
    return key
