"""What the platform told of an account and of its apps, for a policy file to be held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autoscaler.core.platform import DynoSize, Formation, PlatformError


@dataclass(frozen=True, slots=True)
class Seen:
    """One app, each thing as it was told or as the error instead of it; None is what nobody asked."""

    formation: Formation | PlatformError
    sizes: Sequence[DynoSize] | PlatformError | None = None
    autoscaled: bool | PlatformError | None = None
    addons: Sequence[str] | PlatformError | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """`scope` is the token's, None where it was not told; `apps` are all that it may see, None where that was not told.

    `globs` has the apps that each glob of the file matches now, `seen` each app that the file is about.
    """

    scope: str | None = None
    apps: Sequence[str] | None = None
    globs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
