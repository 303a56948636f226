"""What a report says of a plan that was carried out: of all of it, and of one app."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.decide import decide
from autoscaler.core.plan import Change, Hold, HoldKind, Keep, Plan, Step
from autoscaler.core.platform import Dyno, Live, Refused, Write
from autoscaler.core.policies import Policy, Target
from autoscaler.core.report import Done, Failed, Outcome, Report, Restart, Unshown
from autoscaler.core.zones import Zone

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def change(app: str) -> Change:
    policy = Policy(Target(app, "web"), Zone("UTC", ZoneInfo("UTC")), 5, 3)
    return Change(decide(policy, NOW), Live(1, "basic"), Write("web", quantity=3))


def hold(app: str, kind: HoldKind) -> Hold:
    return Hold(Target(app, "worker"), None, None, "for a reason", kind=kind)


def restart(app: str) -> Restart:
    return Restart(Target(app, "worker"), Dyno("1", "worker.1", "worker", "basic", "up", "x", 1, NOW, NOW), (0, 1), "")


def test_the_report_of_one_app_is_that_app_s_part_of_it() -> None:
    apps = ("shop", "store")
    steps: tuple[Step, ...] = (*map(change, apps), *(hold(app, "pin") for app in apps))
    report = Report(
        Plan(NOW, steps), tuple(Done(change(app), "request") for app in apps), tuple(restart(app) for app in apps)
    )
    part = report.of("shop")
    assert part.plan == Plan(NOW, (steps[0], steps[2]))
    assert [outcome.change.target.app for outcome in part.outcomes] == ["shop"]
    assert [one.target.app for one in part.restarts] == ["shop"]


@pytest.mark.parametrize(
    ("end", "converged", "troubled"),
    [
        (Done(change("shop"), "request"), True, False),
        (Unshown(change("shop"), "request", None), False, True),
        (Failed(change("shop"), Refused("422")), False, True),
        (hold("shop", "person"), True, False),
        (hold("shop", "pin"), True, False),
        (hold("shop", "waiting"), False, False),
        (hold("shop", "trouble"), False, True),
    ],
)
def test_an_app_is_as_wanted_or_troubled_or_waits(end: Outcome | Hold, converged: bool, troubled: bool) -> None:
    fine = change("store")
    keep = Keep(fine.decision, fine.live)
    steps = (keep, end if isinstance(end, Hold) else end.change)
    report = Report(Plan(NOW, steps), () if isinstance(end, Hold) else (end,))
    assert (report.converged, report.troubled) == (converged, troubled)
