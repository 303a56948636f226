"""A policy file that is read again when it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autoscaler.cli.policies import remembering
from autoscaler.control.surroundings import Unreadable
from autoscaler.core.guard import Ourselves
from autoscaler.core.journal import KeptFile
from autoscaler.core.policies import Policies
from autoscaler.policyfile import PolicyFileError, examine_text

_Mark = tuple[int, int, int] | None


class WatchedFile:
    """Reads a policy file when its place on the disk shows a change, when one of its calendar feeds has changed, or
    when told to forget what it saw."""

    def __init__(self, file: str, load: Callable[[], Policies], feeds_changed: Callable[[], bool]) -> None:
        self._path = Path(file)
        self._load = load
        self._feeds_changed = feeds_changed
        self._seen: _Mark | str = "never"
        self._digest: str | None = None
        self._bad: Unreadable | None = None

    def forget(self) -> None:
        """Read the file at the next look, and take it for new, whether or not it changed."""
        self._seen = "never"
        self._digest = None

    def read(self) -> Policies | Unreadable | None:
        """The policies if they are new, why there are none (each time), None where nothing changed."""
        if self._feeds_changed():
            self.forget()
        mark = self._mark()
        if mark == self._seen:
            return self._bad
        self._seen = mark
        try:
            policies = self._load()
        except PolicyFileError as error:
            self._bad = Unreadable(_told(error))
            return self._bad
        self._bad = None
        if policies.digest == self._digest:
            return None
        self._digest = policies.digest
        return policies

    def _mark(self) -> _Mark:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


@dataclass(frozen=True, slots=True)
class Reviving:
    """Policies of a file that the journal kept; its calendars are looked for beside the file as it is named now."""

    ourselves: Ourselves
    environ: Mapping[str, str]

    def __call__(self, kept: KeptFile) -> Policies | Unreadable:
        found = examine_text(kept.text.encode(), kept.name, self.ourselves, kept.at)
        if found.policies is None:
            return Unreadable(f"the file of {kept.at:%Y-%m-%d %H:%M}Z that was kept has faults, too")
        return remembering(found.policies, self.environ)


def _told(error: PolicyFileError) -> str:
    """The first fault, and how many more there are: a log line is for one fault, `check` for all."""
    errors = [fault for fault in error.faults if fault.severity == "error"]
    first = errors[0]
    path = f"{first.path}: " if first.path else ""
    more = f" (and {len(errors) - 1} more: see `autoscaler check`)" if len(errors) > 1 else ""
    return f"{first.file}:{first.line}:{first.column}: {path}{first.message}{more}"
