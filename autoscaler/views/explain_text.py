"""`explain` as text: every window of a process type at one instant, and which of them spoke."""

from datetime import datetime

from autoscaler.core.closing import Asked, late
from autoscaler.core.decide import Decision, Missed, Standing, decide, missed, standings
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Desired
from autoscaler.core.spoken import spoken_window
from autoscaler.core.timeline import stretches
from autoscaler.core.windows import Window
from autoscaler.core.zones import DAY, instant
from autoscaler.views import moments
from autoscaler.views.paint import Paint
from autoscaler.views.table import Cell, rows

_AROUND = 7 * DAY // 2


def explain_text(policies: Policies, policy: Policy, at: datetime, paint: Paint) -> str:
    """What is wanted at `at` (aware), and how each window took part in it."""
    decision = decide(policy, at)
    now = instant(at)
    parts = standings(policy, at)
    sizer = next((part.window for part in parts if part.open and part.window.size), None)
    own: list[Cell] = [
        f"line {policy.line}",
        "outside windows",
        str(Desired(policy.quantity, policy.size)),
        _gives(None, decision, sizer, policy) or ("not reached", "dim"),
    ]
    lines = [
        paint(f"{policy.target} at {moments.full(now, policy.zone)}", "bold"),
        f"wanted: {paint(str(decision.desired), 'bold', 'green')}, {_until(decision, policy)}",
        "",
        f"{policies.file}, first open window first:",
    ]
    cells = [_row(part, decision, sizer, policy) for part in parts]
    drawn = rows([*cells, own], paint)
    held = {asked.window: asked for asked in late(policy, now)}
    for part, line in zip(parts, drawn, strict=False):
        lines += [line, *_notes(part, policy, now, paint)]
        if part.window in held:
            lines.append(paint(f"            {_past_its_end(held[part.window], policy, now)}", "yellow"))
    return "\n".join([*lines, drawn[-1]])


def week_text(policy: Policy, at: datetime, paint: Paint) -> str:
    """What is wanted in the week about an instant, and which days were left out of it."""
    now = instant(at)
    start, until = now - _AROUND, now + _AROUND
    cells: list[list[Cell]] = []
    for stretch in stretches(policy, start, until):
        here = stretch.start <= now < stretch.end
        why = f"{stretch.giver.name} (line {stretch.giver.line})" if stretch.giver else "no window open"
        wanted = str(stretch.desired)
        begin = f"{moments.date(policy.zone.reading(stretch.start) // DAY)} {moments.clock(stretch.start, policy.zone)}"
        mark: Cell = (">", "green") if here else ""
        utc: Cell = (moments.clock_utc(stretch.start, policy.zone), "dim")
        cells.append([mark, begin, utc, (wanted, "green") if here else wanted, why])
    lines = [paint(f"The week around {moments.full(now, policy.zone)}", "bold"), *rows(cells, paint)]
    first, last = policy.zone.reading(start) // DAY, policy.zone.reading(until) // DAY
    for window in policy.windows:
        for reason in missed(window, policy.zone, first, last):
            lines.append(paint(f"  * {window.name}: {_missed(reason)}", "magenta"))
    for change in policy.zone.clock_changes(start, until):
        day, told = moments.day(change.at, policy.zone), moments.clock_change(change, policy.zone)
        lines.append(paint(f"  * {day}: {told}", "magenta"))
    return "\n".join(lines)


def _past_its_end(asked: Asked, policy: Policy, now: int) -> str:
    """Whether it is held open nobody is asked here: that takes the probe's answer and what runs."""
    latest = moments.soon(asked.opening[1] + asked.window.latest, policy.zone, now)
    return (
        f"its end has passed; it may be held open until {latest} while {asked.probe[1]} is busy: see `autoscaler plan`"
    )


def _until(decision: Decision, policy: Policy) -> str:
    if decision.until is None:
        return "no change within 400 days"
    return f"until {moments.full(instant(decision.until), policy.zone)}"


def _row(part: Standing, decision: Decision, sizer: Window | None, policy: Policy) -> list[Cell]:
    window = part.window
    gives = ":".join(str(value) for value in (window.quantity, window.size) if value is not None)
    standing: Cell = ("closed", "dim")
    if part.open:
        standing = _gives(window, decision, sizer, policy) or ("open, but windows above it give that", "yellow")
    return [f"line {window.line}", window.name, gives, standing]


def _gives(window: Window | None, decision: Decision, sizer: Window | None, policy: Policy) -> Cell | None:
    """What a window gives, or with None the process type itself."""
    what = ["the quantity"] if decision.giver is window else []
    if sizer is window and policy.size is not None:
        what.append("the size")
    return (f"gives {' and '.join(what)}", "green") if what else None


def _notes(part: Standing, policy: Policy, now: int, paint: Paint) -> list[str]:
    """Under a window: its words, and since and until when it is open, or why it is not and when it will be."""
    said = spoken_window(part.window)
    lines = [said] if said != part.window.name else []
    if part.open:
        since = "for more than 400 days" if part.since is None else f"since {_when(part.since, policy, now)}"
        until = "" if part.until is None else f", until {_when(part.until, policy, now)}"
        lines.append(f"open {since}{until}")
    else:
        if part.missed is not None:
            lines.append(_missed(part.missed))
        opens = "not within 400 days" if part.opens is None else _when(part.opens, policy, now)
        lines.append(f"opens {opens}")
    return [paint(f"            {line}", "dim") for line in lines]


def _missed(reason: Missed) -> str:
    day = moments.date(reason.day)
    match reason.kind:
        case "excepted":
            named = f": {reason.name}" if reason.name else ""
            return f"{day} is excepted by {reason.by}{named}"
        case "no business day":
            named = f": {reason.name}" if reason.name else ""
            return f"{day} is no business day, by {reason.by}{named}"
        case "not named":
            return f"{day} is not one of its days ({reason.by})"


def _when(at: datetime, policy: Policy, now: int) -> str:
    return moments.both(instant(at), policy.zone, now)
