"""What people write, as it stands in the file.

`None` for a `Written` is a key that is not there; a `Written` whose value is None is there and broken, and the
fault has been said. These are not frozen: a file makes thousands, and a frozen one takes three times as long.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from autoscaler.core.days import Dates, Days
from autoscaler.core.jobs import DayTime, Overlap
from autoscaler.core.notices import Topic, Way
from autoscaler.core.policies import OnManualChange
from autoscaler.core.probes import Probe
from autoscaler.core.quantity import Quantity
from autoscaler.core.spoken import spoken_length
from autoscaler.core.windows import Phrase
from autoscaler.core.zones import Zone
from autoscaler.policyfile.crontab import Crontab
from autoscaler.policyfile.tree import Node, Place, Scalar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Written(Generic[T]):
    """A key's value with its place and path; `key` is the place of the key itself."""

    value: T | None
    place: Place
    path: str
    key: Place


def value_of(written: Written[T] | None) -> T | None:
    """A key's value; None where it is not there, or broken."""
    return written.value if written else None


Texts = tuple[tuple[str, Place], ...]
"""One text or a list of them, each with its place."""

Excluded = tuple[Days | None, ...]
"""The days of an `except`, None for those that cannot be read."""


@dataclass(slots=True, eq=False)
class WrittenCalendar:
    """`place` is that of its name."""

    place: Place
    path: str
    name: str
    holidays: Written[Texts] | None
    categories: Written[Texts] | None
    observed: Written[bool] | None
    dates: Written[Dates] | None
    ics: Written[str] | None
    include: Written[Texts] | None
    excepted: Written[Texts] | None


@dataclass(slots=True, eq=False)
class When:
    """The phrases of a `when`, None for one that cannot be read, and the nodes in which they are written."""

    phrases: tuple[Phrase | None, ...]
    nodes: tuple[Node, ...]

    @property
    def text(self) -> str:
        """What a window without a name is called."""
        return ", ".join(" ".join(node.text.split()) for node in self.nodes if isinstance(node, Scalar))


@dataclass(slots=True, eq=False)
class WrittenLimits:
    min: Written[int] | None
    max: Written[int] | None


@dataclass(slots=True, eq=False)
class WrittenClose:
    probe: Written[str] | None
    latest: Written[int] | None
    early: Written[int] | None


@dataclass(slots=True, eq=False)
class WrittenWindow:
    """`place` is that of its first key."""

    place: Place
    path: str
    name: Written[str] | None
    when: Written[When] | None
    cron: Written[Crontab] | None
    length: Written[int] | None
    """What is written as `for`, in seconds."""
    quantity: Written[Quantity] | None
    size: Written[str] | None
    lead: Written[int] | None
    excluded: Written[Excluded] | None
    unbroken: Written[bool] | None
    close: Written[WrittenClose] | None
    phrases: tuple[Phrase, ...] | None
    """What `when`, or `cron` and `for`, say; None where that could not be read whole, or is not supported yet."""

    @property
    def called(self) -> str:
        """Its name; a window without one is named after what it says."""
        name, when = value_of(self.name), value_of(self.when)
        line, length = value_of(self.cron), value_of(self.length)
        if name or when:
            return name or (when.text if when else "")
        return f"cron {line.text} for {spoken_length(length)}" if line and length else self.path


@dataclass(slots=True, eq=False)
class WrittenType:
    """`place` is that of its name."""

    place: Place
    path: str
    name: str
    timezone: Written[Zone] | None
    business: Written[str] | None
    quantity: Written[Quantity] | None
    size: Written[str] | None
    limits: Written[WrittenLimits] | None
    allow_zero: Written[bool] | None
    on_manual_change: Written[OnManualChange] | None
    settle: Written[int] | None
    windows: Written[list[WrittenWindow]] | None


@dataclass(slots=True, eq=False)
class WrittenProbe:
    """`place` is that of its name; `probe` is None where it is broken, and the fault has been said."""

    place: Place
    path: str
    name: str
    probe: Probe | None


@dataclass(slots=True, eq=False)
class Times:
    """The phrases of a job's `when`, None for one that cannot be read, each with its place."""

    phrases: tuple[DayTime | None, ...]
    places: tuple[Place, ...]


@dataclass(slots=True, eq=False)
class WrittenJob:
    """`place` is that of its name."""

    place: Place
    path: str
    name: str
    when: Written[Times] | None
    run: Written[str] | None
    size: Written[str] | None
    time_limit: Written[int] | None
    overlap: Written[Overlap] | None
    retries: Written[int] | None
    catch_up: Written[int] | None


@dataclass(slots=True, eq=False)
class WrittenNotice:
    """One receiver; `place` is that of its first key, `url` and `secret` are names of variables."""

    place: Place
    path: str
    way: Way
    url: str
    secret: str | None
    topics: frozenset[Topic]


@dataclass(slots=True, eq=False)
class WrittenApp:
    """`place` is that of its name."""

    place: Place
    path: str
    name: str
    timezone: Written[Zone] | None
    business: Written[str] | None
    on_manual_change: Written[OnManualChange] | None
    settle: Written[int] | None
    notices: list[WrittenNotice]
    types: list[WrittenType]
    probes: list[WrittenProbe]
    jobs: Written[list[WrittenJob]] | None


@dataclass(slots=True, eq=False)
class WrittenFile:
    timezone: Written[Zone] | None
    business: Written[str] | None
    on_manual_change: Written[OnManualChange] | None
    settle: Written[int] | None
    at_once: Written[int] | None
    notices: list[WrittenNotice]
    calendars: list[WrittenCalendar]
    apps: list[WrittenApp]
