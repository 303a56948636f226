"""`plan` as text: what is, what is wanted, why and until when; then the changes ahead."""

from collections.abc import Sequence

from autoscaler.core.cost import cost, dyno_hours
from autoscaler.core.decide import Decision, decide
from autoscaler.core.jobs import Job
from autoscaler.core.masking import mask
from autoscaler.core.plan import Change, Hold, Keep, Step
from autoscaler.core.platform import Live
from autoscaler.core.policies import Policies
from autoscaler.core.quantity import Desired, highest, lowest
from autoscaler.core.spoken import spoken_length
from autoscaler.core.timeline import Edge
from autoscaler.core.windows import unopened
from autoscaler.core.zones import Zone, instant, moment
from autoscaler.views import moments
from autoscaler.views.dynos_text import dynos_text
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.preview import Preview
from autoscaler.views.table import Cell, rows

_WARNINGS = 5

_MARKS: dict[str, tuple[str, Colour]] = {
    "up": ("+", "green"),
    "down": ("-", "red"),
    "size": ("~", "yellow"),
    "keep": ("=", "dim"),
    "hold": ("!", "yellow"),
}


def plan_text(preview: Preview, paint: Paint) -> str:
    """The whole preview, a line each; ends with a sentence that sums it up."""
    zone = home_zone(preview.policies)
    title = f"{preview.policies.file} {paint.dash} {moments.full(preview.now, zone)}"
    parts = [
        [paint(title, "bold")],
        _now(preview, paint),
        dynos_text(preview, zone, paint),
        _ahead(preview, paint),
        _warnings(preview, paint),
        [_summary(preview)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def home_zone(policies: Policies) -> Zone:
    """The zone in which a page speaks of what concerns all: the file's, else that of its first process type."""
    zones = [policy.zone for policy in policies.policies] + [process.zone for process in policies.unknown]
    return policies.zone or zones[0]


def _now(preview: Preview, paint: Paint) -> list[str]:
    heading: list[Cell] = [(name, "dim") for name in ("", "process type", "now", "wanted", "why", "until")]
    steps = preview.plan.steps if preview.plan else _offline(preview)
    cells = [heading, *(_row(step, preview, paint) for step in steps)]
    if preview.plan is None:
        cells = [[row[1], *row[3:]] for row in cells]
    return [*rows(cells, paint), *_reasons(steps, paint)]


def _offline(preview: Preview) -> list[Decision | Hold]:
    """What is wanted, where nothing live was read."""
    steps: list[Decision | Hold] = [decide(policy, moment(preview.now)) for policy in preview.policies.policies]
    steps += [Hold(process.target, None, None, process.reason) for process in preview.policies.unknown]
    return sorted(steps, key=lambda step: step.target)


def _row(step: Step | Decision, preview: Preview, paint: Paint) -> list[Cell]:
    decision = step if isinstance(step, Decision) else step.decision
    kind = "keep" if isinstance(step, Decision) else _kind(step)
    mark, colour = _MARKS[kind]
    live = "" if isinstance(step, Decision) else _live(step.live, paint)
    first: list[Cell] = [(mark, colour), str(step.target), live]
    if decision is None:
        return [*first, ("unknown", colour), paint.dash, paint.dash]
    until = "no change ahead"
    if decision.until is not None:
        until = moments.soon(instant(decision.until), _zone_of(preview.policies, decision), preview.now)
    resized = isinstance(step, Change) and step.write.size is not None and _stays(step, decision)
    note = f" {paint('restarts', 'yellow')}" if resized else ""
    wanted = (str(decision.desired), colour) if kind != "keep" else str(decision.desired)
    return [*first, wanted, _why(decision) + note, until]


def _stays(step: Change, decision: Decision) -> bool:
    """Whether some of its dynos run before and after the change, and so are restarted by another size."""
    return restarts(Desired(step.live.quantity, step.live.size), decision.desired)


def _why(decision: Decision) -> str:
    speaker = decision.speaker
    if speaker is None:
        return f"no window open (line {decision.line})"
    held = f", {decision.held_open}" if decision.held_open else ""
    return f"{speaker.name} (line {speaker.line}){held}"


def _kind(step: Step) -> str:
    match step:
        case Hold():
            return "hold"
        case Keep():
            return "keep"
        case Change(write=write, live=live):
            if write.quantity is None:
                return "size"
            return "up" if write.quantity > live.quantity else "down"


def _live(live: Live | None, paint: Paint) -> str:
    return paint.dash if live is None else str(Desired(live.quantity, live.size))


def _reasons(steps: Sequence[Step | Decision], paint: Paint) -> list[str]:
    """Each reason to hold once, under the table: it is a sentence, and the columns are narrow."""
    held: dict[str, list[str]] = {}
    for step in steps:
        if isinstance(step, Hold):
            held.setdefault(step.reason, []).append(str(step.target))
    return [paint(f"  ! held: {', '.join(who)}: {why}", "yellow") for why, who in held.items()]


def _ahead(preview: Preview, paint: Paint) -> list[str]:
    zone = home_zone(preview.policies)
    span = moments.length(preview.until - preview.start)
    first = (
        f"The next {span.removeprefix('1 ')}"
        if preview.start == preview.now
        else f"{span} from {moments.full(preview.start, zone)}"
    )
    held = [
        paint(f"  ! {job.app} job {job.name} is held: {job.reason}", "yellow") for job in preview.policies.held_jobs
    ]
    lines = _dated_lines(preview, paint)
    if preview.policies.unknown:
        targets = ", ".join(str(process.target) for process in preview.policies.unknown)
        lines.append(paint(f"  not known: {targets}", "yellow"))
    if not lines:
        lines = [f"  no change {paint.dash} everything stays as it is wanted now"]
    return [paint(first, "bold"), *lines, *held]


def _dated_lines(preview: Preview, paint: Paint) -> list[str]:
    """The changes and the starts of jobs under their local days, and what the clocks do among them."""
    edges, starts = preview.edges(), preview.starts()
    points = [(edge.at, edge.policy.zone) for edge in edges] + [(at, job.zone) for at, job in starts]
    told = [
        *rows([_edge_row(edge, paint) for edge in edges], paint, indent=""),
        *(_start_text(job) for _, job in starts),
    ]
    cells = [[*_times(at, zone), text] for (at, zone), text in zip(points, told, strict=True)]
    drawn = rows(cells, paint, indent="    ")
    entries = [(at, zone, text) for (at, zone), text in zip(points, drawn, strict=True)]
    entries += [(at, zone, paint(f"    * {text}", "magenta")) for at, zone, text in clock_notes(preview)]
    lines: list[str] = []
    heading = ""
    for at, zone, text in sorted(entries, key=lambda entry: entry[0]):
        day = moments.day(at, zone)
        if day != heading:
            heading = day
            lines.append(f"  {paint(day, 'cyan')}")
        lines.append(text)
    return lines


def _times(at: int, zone: Zone) -> list[Cell]:
    return [moments.clock(at, zone), (moments.clock_utc(at, zone), "dim")]


def _start_text(job: Job) -> str:
    """example-shop job monthly-invoice: python invoice.py, standard-2x, at most 3h."""
    told = [mask(job.command), *([job.size] if job.size else []), f"at most {spoken_length(job.time_limit)}"]
    return f"{job.app} job {job.name}: {', '.join(told)}"


def _edge_row(edge: Edge, paint: Paint) -> list[Cell]:
    return [
        str(edge.policy.target),
        _step_text(edge.before, edge.after, paint),
        edge.speaker.name if edge.speaker else "no window open",
    ]


def _step_text(before: Desired, after: Desired, paint: Paint) -> Cell:
    colour: Colour = "yellow"
    if before.quantity != after.quantity:
        rises = (lowest(after.quantity), highest(after.quantity)) > (lowest(before.quantity), highest(before.quantity))
        colour = "green" if rises else "red"
    if before.size != after.size and restarts(before, after):
        return f"{before} {paint.arrow} {after} (restarts)", colour
    wanted = after if before.size != after.size else Desired(after.quantity, None)
    return f"{before.quantity} {paint.arrow} {wanted}", colour


def restarts(before: Desired, after: Desired) -> bool:
    """Whether running dynos are restarted: a change of size restarts those that stay (Dev Center, "Scaling")."""
    return before.size != after.size and highest(before.quantity) > 0 and highest(after.quantity) > 0


def clock_notes(preview: Preview) -> list[tuple[int, Zone, str]]:
    """When clocks change within the preview, and which openings fall away by it."""
    zones = {policy.zone.name: policy.zone for policy in preview.policies.policies}
    notes = [
        (change.at, zone, moments.clock_change(change, zone))
        for zone in zones.values()
        for change in zone.clock_changes(preview.start, preview.until)
    ]
    for policy in preview.policies.policies:
        for window in policy.windows:
            for at in unopened(window, policy.zone, preview.start, preview.until):
                notes.append((at, policy.zone, f"{policy.target}: {window.name} does not open, the clocks skip it"))
    return notes


def _warnings(preview: Preview, paint: Paint) -> list[str]:
    """The first few: `check` shows them all, with their lines."""
    told = preview.warnings
    if not told:
        return []
    lines = [f"  {fault.file}:{fault.line}: {fault.message}" for fault in told[:_WARNINGS]]
    if len(told) > _WARNINGS:
        lines.append(f"  ... and {len(told) - _WARNINGS} more")
    heading = f"{len(told)} warning{'' if len(told) == 1 else 's'} (`autoscaler check` shows what to write instead)"
    return [paint(heading, "bold"), *(paint(line, "yellow") for line in lines)]


def _summary(preview: Preview) -> str:
    spans = [spans for _, spans in preview.formations()]
    hours = sum(dyno_hours(stretches) for stretches in spans)
    dollars = [cost(stretches) for stretches in spans]
    known = sum(amount for amount in dollars if amount is not None)
    money = (
        f", ${known:,.2f}" if None not in dollars else f", ${known:,.2f} and what has no known price" if known else ""
    )
    told = f"{hours:,.0f} dyno-hours{money} in {moments.length(preview.until - preview.start)}"
    if preview.plan is None:
        return f"Offline: {told}. Nothing live was read."
    kinds = [_kind(step) for step in preview.plan.steps]
    count = {kind: kinds.count(kind) for kind in _MARKS}
    resized = f", {count['size']} resized" if count["size"] else ""
    steps = f"{count['up']} up, {count['down']} down{resized}, {count['keep']} unchanged, {count['hold']} held"
    return f"Plan: {steps}; {told}."


def _zone_of(policies: Policies, decision: Decision) -> Zone:
    policy = policies.of(decision.target)
    return policy.zone if policy else home_zone(policies)
