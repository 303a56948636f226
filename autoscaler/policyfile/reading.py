"""A policy file from its bytes to policies, or to every fault that is in it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from autoscaler.core.account import Account
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.policyfile import source
from autoscaler.policyfile.calendars import Beside, Calendars, Fetch, beside, calendars_of, no_feeds
from autoscaler.policyfile.compiling import check, policies
from autoscaler.policyfile.faults import Fault, Faults, PolicyFileError
from autoscaler.policyfile.readers import written_file
from autoscaler.policyfile.tree import Place, parse
from autoscaler.policyfile.written import WrittenFile


@dataclass(frozen=True, slots=True)
class Examination:
    """What `check` tells: `policies` is None where a fault is an error."""

    policies: Policies | None
    faults: tuple[Fault, ...]
    _kept: "tuple[WrittenFile, Faults] | None" = field(default=None, repr=False)

    def against(self, account: Account) -> "Examination":
        """The same with the faults that show once the file is held against what the platform told."""
        if self._kept is None:
            return self
        from autoscaler.policyfile.live import hold_against

        written, faults = self._kept
        hold_against(written, account, faults)
        return replace(self, faults=faults.in_order(), _kept=None)


@dataclass(frozen=True, slots=True)
class _Compiled:
    written: WrittenFile
    calendars: Calendars
    policies: Policies


def load_policies(path: str, ourselves: Ourselves | None = None, fetch: Fetch = no_feeds) -> Policies:
    """The policies of a file. Raises PolicyFileError with every fault of it.

    `ourselves` is the process type that this program runs in; where it is left out, a process type called
    `clock` is taken for it and refused. `fetch` brings the calendar feeds that it names.
    """
    faults = Faults(str(path))
    content = source.read(str(path), _refusing(faults))
    if content is None:
        raise PolicyFileError(faults.in_order())
    return load_text(content, str(path), ourselves or Ourselves(), fetch, beside(str(path)))


def load_text(content: bytes, name: str, ourselves: Ourselves, fetch: Fetch, near: Beside) -> Policies:
    """The same for bytes that were read already, from wherever; `near` reads the calendar files that they name.

    `name` is what the file is called in faults.
    """
    faults = Faults(name)
    with _collector_paused():
        found = _compiled(content, faults, ourselves, fetch, near)
        policies = found.policies if found else None
        del found  # what was written goes while nobody looks for garbage
    if policies is None:
        raise PolicyFileError(faults.in_order())
    return policies


def examine(path: str, ourselves: Ourselves, now: datetime, fetch: Fetch = no_feeds) -> Examination:
    """Every error of a file or, where it has none, every warning as of `now` (aware)."""
    faults = Faults(path)
    content = source.read(path, _refusing(faults))
    if content is None:
        return Examination(None, faults.in_order())
    return examine_text(content, path, ourselves, now, fetch)


def examine_text(
    content: bytes, name: str, ourselves: Ourselves, now: datetime, fetch: Fetch = no_feeds
) -> Examination:
    """The same for bytes that were read already; `name` is the file's name in the faults."""
    faults = Faults(name)
    with _collector_paused():
        found = _compiled(content, faults, ourselves, fetch, beside(name))
    if found is None:
        return Examination(None, faults.in_order())
    from autoscaler.policyfile.cautions import warn  # only who looks at a file needs it

    warn(found.written, found.policies, found.calendars, now, faults)
    return Examination(found.policies, faults.in_order(), (found.written, faults))


def _compiled(content: bytes, faults: Faults, ourselves: Ourselves, fetch: Fetch, near: Beside) -> _Compiled | None:
    text = source.decode(content, _refusing(faults))
    if text is None:
        return None
    faults.text = text
    file = written_file(parse(text, _refusing(faults)), faults)
    if file is None:
        return None
    calendars = calendars_of(file.calendars, near, fetch, faults)
    check(file, calendars, ourselves, faults)
    if faults.fatal:
        return None
    found = policies(file, calendars, faults.file, _digest(content))
    return _Compiled(file, calendars, replace(found, text=text))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nearly all that is made while loading stays: looking for garbage would take longer than parsing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _digest(content: bytes) -> str:
    """Twelve hex digits that tell one version of the file from another."""
    from hashlib import sha256

    return sha256(content).hexdigest()[:12]


def _refusing(faults: Faults) -> source.Refuse:
    def refuse(place: Place, message: str, hint: str | None) -> None:
        faults.error(place, "", message, hint)

    return refuse
