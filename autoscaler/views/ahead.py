"""What every drawing of a plan says of the time ahead: in which zone, and what clocks and sizes do to it."""

from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Desired, highest
from autoscaler.core.spoken import spoken_length
from autoscaler.core.timeline import Edge
from autoscaler.core.windows import openings, unopened
from autoscaler.core.zones import Zone
from autoscaler.views import moments
from autoscaler.views.preview import Preview


def home_zone(policies: Policies) -> Zone:
    """The zone in which a page speaks of what concerns all: the file's, else that of its first process type."""
    zones = [policy.zone for policy in policies.policies] + [process.zone for process in policies.unknown]
    return policies.zone or zones[0]


def restarts(before: Desired, after: Desired) -> bool:
    """Whether running dynos are restarted: a change of size restarts those that stay (Dev Center, "Scaling")."""
    return before.size != after.size and highest(before.quantity) > 0 and highest(after.quantity) > 0


def late_by(edge: Edge) -> str:
    """At most 2h later while unfinished is busy; empty where no opening that could be held open ends at the edge."""
    for window in edge.policy.windows:
        close = window.close
        if close and any(end == edge.at for _, end in openings(window, edge.policy.zone, edge.at - 1, edge.at)):
            return f"at most {spoken_length(close.latest)} later while {close.probe} is busy"
    return ""


def clock_notes(preview: Preview, policy: Policy) -> list[tuple[int, Zone, str]]:
    """When clocks change within the preview, and which openings of a process type fall away by it."""
    zone, start, until = policy.zone, preview.start, preview.until
    notes = [(change.at, zone, moments.clock_change(change, zone)) for change in zone.clock_changes(start, until)]
    for window in policy.windows:
        for at in unopened(window, zone, start, until):
            notes.append((at, zone, f"{policy.target}: {window.name} does not open, the clocks skip it"))
    return notes
