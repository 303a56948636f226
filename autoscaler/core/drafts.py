"""A policy file before it is written: what `init` found running, or what `import` made of another tool's settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftWindow:
    """`when` are phrases of policies.yaml; where there are none, `cron` is a crontab's five fields and a length."""

    quantity: int | None
    when: tuple[str, ...] = ()
    cron: tuple[str, str] | None = None
    size: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DraftType:
    """A process type. `examples` are windows written as comments; `timezone` is None where it is the file's."""

    name: str
    quantity: int
    size: str | None = None
    windows: tuple[DraftWindow, ...] = ()
    timezone: str | None = None
    notes: tuple[str, ...] = ()
    examples: tuple[DraftWindow, ...] = ()

    @property
    def may_be_zero(self) -> bool:
        """Whether it is scaled to 0 at some time."""
        return 0 in (self.quantity, *(window.quantity for window in self.windows))


@dataclass(frozen=True, slots=True)
class DraftApp:
    """An app with at least one process type."""

    name: str
    types: tuple[DraftType, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy file with at least one app. `notes` are sentences for whoever reads the file."""

    timezone: str
    apps: tuple[DraftApp, ...]
    notes: tuple[str, ...] = ()
