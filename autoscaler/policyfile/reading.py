"""A policy file from its bytes to policies, or to every fault that is in it."""

from dataclasses import dataclass
from datetime import datetime

from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.policyfile import source
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


def load_policies(path: str, ourselves: Ourselves | None = None) -> Policies:
    """The policies of a file. Raises PolicyFileError with every fault of it.

    `ourselves` is the process type that this program runs in; where it is left out, a process type called
    `clock` is taken for it and refused.
    """
    faults = Faults(str(path))
    content = source.read(str(path), _refusing(faults))
    found = _compiled(content, faults, ourselves or Ourselves()) if content is not None else None
    if found is None:
        raise PolicyFileError(faults.in_order())
    return found[1]


def examine(path: str, ourselves: Ourselves, now: datetime) -> Examination:
    """Every error of a file or, where it has none, every warning as of `now` (aware)."""
    faults = Faults(path)
    content = source.read(path, _refusing(faults))
    if content is None:
        return Examination(None, faults.in_order())
    return examine_text(content, path, ourselves, now)


def examine_text(content: bytes, name: str, ourselves: Ourselves, now: datetime) -> Examination:
    """The same for bytes that were read already; `name` is the file's name in the faults."""
    faults = Faults(name)
    found = _compiled(content, faults, ourselves)
    if found is None:
        return Examination(None, faults.in_order())
    from autoscaler.policyfile.cautions import warn  # only `check` needs it

    warn(found[0], found[1], now, faults)
    return Examination(found[1], faults.in_order())


def _compiled(content: bytes, faults: Faults, ourselves: Ourselves) -> tuple[WrittenFile, Policies] | None:
    text = source.decode(content, _refusing(faults))
    if text is None:
        return None
    faults.lines = source.lines_of(text)
    root = parse(text, _refusing(faults))
    file = written_file(root, faults)
    if file is None:
        return None
    check(file, ourselves, faults)
    return None if faults.fatal else (file, policies(file, faults.file, _digest(content)))


def _digest(content: bytes) -> str:
    """Twelve hex digits that tell one version of the file from another."""
    from hashlib import sha256

    return sha256(content).hexdigest()[:12]


def _refusing(faults: Faults) -> source.Refuse:
    def refuse(place: Place, message: str, hint: str | None) -> None:
        faults.error(place, "", message, hint)

    return refuse
