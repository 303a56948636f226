"""What people write, as it stands in the file.

`None` for a `Written` is a key that is not there; a `Written` whose value is None is there and broken, and the
fault has been said.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from autoscaler.core.quantity import Quantity
from autoscaler.core.windows import Phrase
from autoscaler.core.zones import Zone
from autoscaler.policyfile.tree import Place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """A key's value with its place and path; `key` is the place of the key itself."""

    value: T | None
    place: Place
    path: str
    key: Place


@dataclass(frozen=True, slots=True)
class When:
    """The phrases of a `when`, None for one that cannot be read, and the text that a window is named after."""

    phrases: tuple[Phrase | None, ...]
    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class WrittenLimits:
    min: Written[int] | None
    max: Written[int] | None


@dataclass(frozen=True, slots=True)
class WrittenWindow:
    """`place` is that of its first key."""

    place: Place
    path: str
    name: Written[str] | None
    when: Written[When] | None
    quantity: Written[Quantity] | None
    size: Written[str] | None
    lead: Written[int] | None
    deferred: bool
    """Whether it uses what is not supported yet, so that its openings are not known."""


@dataclass(frozen=True, slots=True)
class WrittenType:
    """`place` is that of its name."""

    place: Place
    path: str
    name: str
    timezone: Written[Zone] | None
    quantity: Written[Quantity] | None
    size: Written[str] | None
    limits: Written[WrittenLimits] | None
    allow_zero: Written[bool] | None
    windows: Written[list[WrittenWindow]] | None


@dataclass(frozen=True, slots=True)
class WrittenApp:
    """`place` is that of its name."""

    place: Place
    path: str
    name: str
    timezone: Written[Zone] | None
    types: list[WrittenType]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    timezone: Written[Zone] | None
    apps: list[WrittenApp]
