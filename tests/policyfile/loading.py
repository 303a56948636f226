"""Policy files as texts, for the tests."""

from datetime import UTC, datetime

from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.policyfile import Examination, Fault, PolicyFileError, examine_text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURSELVES = Ourselves("my-autoscaler", "clock")


def examined(text: str | bytes, ourselves: Ourselves = OURSELVES) -> Examination:
    content = text.encode() if isinstance(text, str) else text
    return examine_text(content, "policies.yaml", ourselves, NOW)


def loaded(text: str) -> Policies:
    found = examined(text)
    if found.policies is None:
        raise PolicyFileError(found.faults)
    return found.policies


def errors(text: str | bytes) -> list[Fault]:
    return [fault for fault in examined(text).faults if fault.severity == "error"]


def shop(process: str, name: str = "worker") -> str:
    """A file with one process type, whose keys (from line 6 on) are `process`."""
    keys = "".join(f"        {line}\n" for line in process.splitlines())
    return f"timezone: Asia/Tokyo\napps:\n  shop:\n    formation:\n      {name}:\n{keys}"


def window(when: str, more: str = "quantity: 1") -> str:
    """A file with one window, whose `when` begins at line 9, column 19."""
    return shop(f"quantity: 0\nwindows:\n  - {more}\n    when: {when}")
