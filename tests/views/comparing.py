"""Two policy files as texts, and what the second changes."""

from datetime import UTC, datetime

from autoscaler.core.difference import Difference, difference
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.core.zones import WEEK, instant
from autoscaler.policyfile import examine_text

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def loaded(text: str, name: str = "policies.yaml") -> Policies:
    found = examine_text(text.encode(), name, Ourselves("me", "clock"), MONDAY)
    assert found.policies is not None, found.faults
    return found.policies


def shop(worker: str, more: str = "", zone: str = "UTC") -> str:
    """A file with one process type, whose keys are `worker`; `more` are other keys of the app."""
    keys = "".join(f"        {line}\n" for line in worker.splitlines())
    others = "".join(f"    {line}\n" for line in more.splitlines())
    return f"timezone: {zone}\napps:\n  shop:\n    formation:\n      worker:\n{keys}{others}"


def against(old: str, new: str, seconds: int = WEEK, start: datetime = MONDAY) -> Difference:
    policies = loaded(new)
    return difference(loaded(old, "git:main"), policies, instant(start), instant(start) + seconds)
