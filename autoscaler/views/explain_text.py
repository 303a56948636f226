"""`explain` as text: every window of a process type at one instant, and which of them spoke."""

from datetime import datetime

from autoscaler.core.decide import Decision, Standing, decide, standings
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.zones import instant
from autoscaler.views import moments
from autoscaler.views.paint import Paint
from autoscaler.views.table import Cell, rows


def explain_text(policies: Policies, policy: Policy, at: datetime, paint: Paint) -> str:
    """What is wanted at `at` (aware), and how each window took part in it."""
    decision = decide(policy, at)
    now = instant(at)
    title = f"{policy.target} at {moments.full(now, policy.zone)}"
    until = "no change within 400 days"
    if decision.until is not None:
        until = f"until {moments.full(instant(decision.until), policy.zone)}"
    wanted = f"wanted: {paint(str(decision.desired), 'bold', 'green')}, {until}"
    cells = [_row(standing, decision, policy, now) for standing in standings(policy, at)]
    own: list[Cell] = [f"line {policy.line}", "outside windows", str(_own(policy)), _own_part(decision)]
    return "\n".join(
        [
            paint(title, "bold"),
            wanted,
            "",
            f"{policies.file}, first open window first:",
            *rows([*cells, own], paint),
        ]
    )


def _own(policy: Policy) -> str:
    return f"{policy.quantity}:{policy.size}" if policy.size else str(policy.quantity)


def _own_part(decision: Decision) -> Cell:
    return ("gives the quantity", "green") if decision.giver is None else ("not reached", "dim")


def _row(standing: Standing, decision: Decision, policy: Policy, now: int) -> list[Cell]:
    window = standing.window
    gives = ":".join(str(value) for value in (window.quantity, window.size) if value is not None)
    return [f"line {window.line}", window.name, gives, _part(standing, decision, policy, now)]


def _part(standing: Standing, decision: Decision, policy: Policy, now: int) -> Cell:
    zone = policy.zone
    if not standing.open:
        opens = standing.opens
        ahead = "not within 400 days" if opens is None else f"opens {moments.soon(instant(opens), zone, now)}"
        return f"closed, {ahead}", "dim"
    since = "for more than 400 days" if standing.since is None else f"since {_when(standing.since, policy, now)}"
    until = "" if standing.until is None else f" until {_when(standing.until, policy, now)}"
    if standing.window == decision.giver:
        return f"open {since}{until}: gives the quantity", "green"
    return f"open {since}{until}", "yellow"


def _when(at: datetime, policy: Policy, now: int) -> str:
    return moments.soon(instant(at), policy.zone, now)
