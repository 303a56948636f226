"""`status` as text and json: what is, what is wanted, why and until when; how the daemon does; what is pinned."""

import json
from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any

from autoscaler.core.decide import Decision, decide
from autoscaler.core.journal import EVERYTHING, Alive, Pin
from autoscaler.core.plan import Hold, Step
from autoscaler.core.platform import Live
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.status import Status
from autoscaler.core.zones import MINUTE, Zone, instant
from autoscaler.views import moments
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.plan_json import step_name
from autoscaler.views.plan_text import home_zone
from autoscaler.views.table import Cell, rows

WIDE = 100
"""Columns of a terminal that the text keeps to."""

MANY = 8
"""Beyond so many apps nobody looks for a name where it is all of them."""

_STEPS: dict[str, tuple[str, Colour]] = {"keep": ("=", "dim"), "change": ("~", "yellow"), "hold": ("!", "yellow")}


def status_text(status: Status, paint: Paint) -> str:
    """Every process type, every app's last good news, the pins in force, and a sentence."""
    zone = home_zone(status.policies)
    title = f"{status.policies.file} {paint.dash} {moments.full(instant(status.now), zone)}"
    parts = [
        [paint(title, "bold")],
        _formations(status, zone, paint),
        _apps(status, zone, paint),
        _pins(status, zone, paint),
        [_summary(status, paint)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def status_json(status: Status) -> str:
    """The same for programs."""
    data = {
        "version": 1,
        "at": _utc(status.now),
        "policies": status.policies.file,
        "converged": not status.late,
        "apps": [_app_json(app, status) for app in status.policies.apps],
        "types": [_type_json(step) for step in _steps(status)],
        "pins": [_pin_json(pin) for pin in status.pins],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _steps(status: Status) -> Sequence[Step | Decision]:
    """What a look showed; what is wanted alone, where nothing live was read."""
    if status.plan is not None:
        return status.plan.steps
    steps: list[Hold | Decision] = [decide(policy, status.now) for policy in status.policies.policies]
    steps += [Hold(process.target, None, None, process.reason) for process in status.policies.unknown]
    return sorted(steps, key=lambda step: step.target)


def _formations(status: Status, zone: Zone, paint: Paint) -> list[str]:
    heading: list[Cell] = [(name, "dim") for name in ("", "process type", "now", "wanted", "why", "until")]
    steps = _steps(status)
    table = rows([heading, *(_row(step, status, zone, paint) for step in steps)], paint)
    held: dict[str, list[str]] = {}
    for step in steps:
        if isinstance(step, Hold):
            held.setdefault(step.reason, []).append(str(step.target))
    told = [f"held: {', '.join(who)}: {why}" for why, who in held.items()]
    lines = [line for one in told for line in wrap(one, WIDE, initial_indent="  ! ", subsequent_indent="    ")]
    return [*table, *(paint(line, "yellow") for line in lines)]


def _row(step: Step | Decision, status: Status, home: Zone, paint: Paint) -> list[Cell]:
    decision = step if isinstance(step, Decision) else step.decision
    mark: Cell = "" if isinstance(step, Decision) else _STEPS[step_name(step)]
    live = "not read" if isinstance(step, Decision) else _live(step.live, paint)
    if decision is None:
        return [mark, str(step.target), live, "unknown", paint.dash, paint.dash]
    policy = status.policies.of(step.target)
    zone = home if policy is None else policy.zone
    until = "no change ahead"
    if decision.until is not None:
        until = moments.soon(instant(decision.until), zone, instant(status.now))
    return [mark, str(step.target), live, str(decision.desired), decision.why, until]


def _live(live: Live | None, paint: Paint) -> str:
    return paint.dash if live is None else str(Desired(live.quantity, live.size))


def _apps(status: Status, zone: Zone, paint: Paint) -> list[str]:
    if not status.alive:
        return ["  What a daemon saw last is not known: none has told this store of it."]
    heading: list[Cell] = [(name, "dim") for name in ("", "app", "last read", "last as wanted", "by", "")]
    return rows([heading, *(_app_row(app, status, zone) for app in status.policies.apps)], paint)


def _app_row(app: str, status: Status, zone: Zone) -> list[Cell]:
    told, late = status.of(app), app in status.late
    mark: Cell = ("x", "red") if late else ("=", "dim")
    if told is None:
        return [mark, app, "never", "never", "", "no daemon has told of it"]
    if told.why and not late:
        mark = ("!", "yellow")
    read: Cell = _ago(told.read, status, zone)
    good: Cell = _ago(told.converged, status, zone)
    return [
        mark,
        app,
        read if status.recent(told.read) else (str(read), "red"),
        (str(good), "red") if late else good,
        told.daemon,
        told.why if len(told.why) <= 40 else told.why[:39] + "…",
    ]


def _ago(at: datetime | None, status: Status, zone: Zone) -> str:
    """12 s ago, 3 min ago; longer ago, when that was."""
    if at is None:
        return "never"
    seconds = max(0, round((status.now - at).total_seconds()))
    if seconds < 2 * MINUTE:
        return f"{seconds} s ago"
    if seconds < 60 * MINUTE:
        return f"{seconds // MINUTE} min ago"
    return f"{moments.date(zone.reading(instant(at)) // 86400)} {moments.clock(instant(at), zone)}"


def _pins(status: Status, home: Zone, paint: Paint) -> list[str]:
    return [paint(line, "magenta") for pin in status.pins for line in _pin_lines(pin, status, home)]


def _pin_lines(pin: Pin, status: Status, home: Zone) -> list[str]:
    what = "paused: everything stays as it is" if pin.app == EVERYTHING else f"pinned: {pin.app}/{pin.type} stays at"
    quantity = "" if pin.quantity is None else f" {pin.quantity}"
    zones = (policy.zone for policy in status.policies.policies if (policy.target.app, policy.target.type) == _of(pin))
    until = moments.both(instant(pin.until), next(zones, home), instant(status.now))
    told = [f"{what}{quantity} until {until}", *([f"by {pin.by}"] if pin.by else []), *filter(None, [pin.reason])]
    return wrap(", ".join(told), WIDE, initial_indent="  ", subsequent_indent="    ")


def _of(pin: Pin) -> tuple[str, str]:
    return pin.app, pin.type


def _summary(status: Status, paint: Paint) -> str:
    if status.late:
        return paint(_late(status), "red")
    if status.plan is None:
        amiss = [told.app for told in status.alive if told.why and told.app in status.policies.apps]
        some = f"not everything was as wanted, but not for long or only waiting: {', '.join(amiss)}"
        return f"When the daemon told last, {some if amiss else 'everything was as wanted'}."
    changing = [str(change.target) for change in status.plan.changes]
    held = [str(hold.target) for hold in status.plan.holds if not hold.meant]
    told = [f"On its way to what is wanted: {', '.join(changing)}."] if changing else []
    told += [f"Held, but not for long or only waiting: {', '.join(held)}."] if held else []
    return " ".join(told) or "Everything is as wanted."


def _late(status: Status) -> str:
    everything = len(status.late) == len(status.policies.apps) > MANY
    who = f"all {len(status.late)} apps" if everything else ", ".join(status.late)
    if not status.alive and status.plan is not None:
        return f"Not as wanted, and no daemon is known to see to it: {who}."
    if all((told := status.of(app)) is not None and told.well is None for app in status.late):
        return f"Never seen to be as wanted yet: {who}."
    minutes = round(status.patience.total_seconds() / MINUTE)
    return f"Not seen to be as wanted for more than {minutes} minutes: {who}."


def _app_json(app: str, status: Status) -> dict[str, Any]:
    told = status.of(app) or Alive(app, None, None, "", "")
    seen = {"read": _utc(told.read), "converged": _utc(told.converged), "untroubled": _utc(told.untroubled)}
    return {"app": app, "late": app in status.late, **seen, "why": told.why or None, "daemon": told.daemon or None}


def _type_json(step: Step | Decision) -> dict[str, Any]:
    decision = step if isinstance(step, Decision) else step.decision
    live = None if isinstance(step, Decision) else step.live
    return {
        "app": step.target.app,
        "type": step.target.type,
        "step": None if isinstance(step, Decision) else step_name(step),
        "reason": step.reason if isinstance(step, Hold) else decision.why if decision else None,
        "until": None if decision is None else _utc(decision.until),
        "live": None if live is None else {"quantity": live.quantity, "size": live.size},
        "desired": None if decision is None else _desired(decision.desired),
    }


def _desired(desired: Desired) -> dict[str, Any]:
    bounds = [desired.quantity.low, desired.quantity.high] if isinstance(desired.quantity, Range) else None
    return {"quantity": None if bounds else desired.quantity, "range": bounds, "size": desired.size}


def _pin_json(pin: Pin) -> dict[str, Any]:
    made = {"made": _utc(pin.made), "until": _utc(pin.until)}
    return {"app": pin.app, "type": pin.type, "quantity": pin.quantity, **made, "reason": pin.reason, "by": pin.by}


def _utc(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
