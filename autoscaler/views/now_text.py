"""What is, what is wanted, why and until when: the top of `plan`'s text."""

from collections import Counter
from collections.abc import Mapping, Sequence

from autoscaler.core.decide import Decision, decide
from autoscaler.core.plan import Change, Hold, Keep, Step
from autoscaler.core.policies import Policies, Target
from autoscaler.core.quantity import Desired
from autoscaler.core.zones import Zone, instant, moment
from autoscaler.views import moments
from autoscaler.views.ahead import home_zone, restarts
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.preview import Preview
from autoscaler.views.summary import kind
from autoscaler.views.table import Cell, fitted, plain, wrapped

_MARKS: dict[str, tuple[str, Colour]] = {
    "up": ("+", "green"),
    "down": ("-", "red"),
    "size": ("~", "yellow"),
    "keep": ("=", "dim"),
    "hold": ("!", "yellow"),
}

_HEADING = ("", "process type", "now", "wanted", "why", "until")
_WHY = 4


def now_text(preview: Preview, paint: Paint, *, many: bool) -> list[str]:
    """A row for each process type; of `many` only what changes or differs: the rest is counted, or told once."""
    if preview.plan is None:
        return _offline(preview, paint, many=many)
    if not many:
        rows = _rows(preview.plan.steps, preview, paint)
        return [*rows, *_reasons(preview.plan.steps, paint), *_causes(preview, paint)]
    apart = [step for step in preview.plan.steps if not isinstance(step, Keep)]
    alike = _alike(apart)
    steps = [step for step in apart if step.target not in {hold.target for holds in alike.values() for hold in holds}]
    lines = _rows(sorted(steps, key=lambda step: isinstance(step, Hold)), preview, paint)
    lines += [*_reasons(steps, paint, preview.policies), *_held_alike(alike, preview.policies, paint)]
    kept = len(preview.plan.steps) - len(apart)
    told = f"= {kept} {'more ' if lines else ''}process types are as wanted (--app APP shows an app's)"
    lines += wrapped([(told, "dim")], paint) if kept else []
    return [*lines, *_causes(preview, paint)]


def _rows(steps: Sequence[Step], preview: Preview, paint: Paint) -> list[str]:
    return _table([_row(step, preview, paint) for step in steps], paint, live=True) if steps else []


def _alike(steps: Sequence[Step | Decision]) -> dict[str, list[Hold]]:
    """The holds of which nothing is known but a reason, by that reason, where it is the same for several apps."""
    found: dict[str, list[Hold]] = {}
    for step in steps:
        if isinstance(step, Hold) and step.live is None:
            found.setdefault(step.reason, []).append(step)
    return {why: holds for why, holds in found.items() if len({hold.target.app for hold in holds}) > 1}


def _held_alike(alike: Mapping[str, Sequence[Hold]], policies: Policies, paint: Paint) -> list[str]:
    """Each reason once, and under it whom it holds; nobody looks for a name where it is all of them."""
    lines: list[str] = []
    for why, holds in alike.items():
        held = [hold.target for hold in holds]
        everything = len(held) == len(policies.targets)
        apps = f"{len({target.app for target in held})} apps"
        who = f"all {apps}" if everything else f"{len(held)} process types of {apps}"
        lines += wrapped([(f"! held: {who}: {why}", "yellow")], paint)
        lines += [] if everything else wrapped([", ".join(_names(held, policies))], paint, indent="    ", hang="")
    return lines


def _names(held: Sequence[Target], policies: Policies) -> list[str]:
    """shop for all of an app's process types, shop/web for one of them."""
    here, there = (Counter(target.app for target in targets) for targets in (held, policies.targets))
    return list(dict.fromkeys(one.app if here[one.app] == there[one.app] else str(one) for one in held))


def _causes(preview: Preview, paint: Paint) -> list[str]:
    """Which changes come from the file, where it is compared with another, and which from what lives."""
    if preview.plan is None or preview.against is None:
        return []
    from autoscaler.core.difference import causes  # only a comparison needs it
    from autoscaler.views.difference_text import cause_words

    other = preview.against.other
    told: dict[str, list[str]] = {}
    for change, cause in causes(preview.plan, preview.against):
        told.setdefault(cause_words(change, cause, other.file), []).append(str(change.target))
    return [line for words, who in told.items() for line in wrapped([f"{', '.join(who)}: {words}"], paint)]


def _offline(preview: Preview, paint: Paint, *, many: bool) -> list[str]:
    """What is wanted, where nothing live was read; of many it stands in the overview."""
    steps: list[Decision | Hold] = [decide(policy, moment(preview.now)) for policy in preview.policies.policies]
    steps = [] if many else steps
    steps += [Hold(process.target, None, None, process.reason) for process in preview.policies.unknown]
    alike = _alike(steps) if many else {}
    steps = [step for step in steps if not isinstance(step, Hold) or step.reason not in alike]
    steps.sort(key=lambda step: step.target)
    lines = _table([_row(step, preview, paint) for step in steps], paint, live=False) if steps else []
    return [*lines, *_reasons(steps, paint), *_held_alike(alike, preview.policies, paint)]


def _table(table: list[list[Cell]], paint: Paint, *, live: bool) -> list[str]:
    """The rows in columns; under their apps where that is too wide, and each in a paragraph where that is, too."""
    columns = list(range(len(_HEADING)) if live else (1, 3, 4, 5))
    wrap = columns.index(_WHY)
    cells: list[list[Cell]] = [[(name, "dim") for name in _HEADING], *table]
    found = fitted([[row[at] for at in columns] for row in cells], paint, wrap)
    if found is not None:
        return [line for row in found for line in row]
    short = [[*row[:1], plain(row[1]).partition("/")[2], *row[2:]] for row in table]
    cells = [[(name, "dim") for name in ("", "", *_HEADING[2:])], *short]
    found = fitted([[row[at] for at in columns] for row in cells], paint, wrap)
    if found is None:
        return [line for row in table for line in _paragraph(row, paint, live=live)]
    lines, app = found[0], ""
    for row, drawn in zip(table, found[1:], strict=True):
        name = plain(row[1]).partition("/")[0]
        lines += [f"  {paint(name, 'bold')}"] if name != app else []
        lines, app = lines + drawn, name
    return lines


def _paragraph(row: Sequence[Cell], paint: Paint, *, live: bool) -> list[str]:
    mark, target, now, wanted, why, until = row
    first = [mark, f"{plain(target)}:", now, paint.arrow, wanted] if live else [f"{plain(target)}:", wanted]
    end = "" if plain(until) == paint.dash else f"until {plain(until)}"
    end = plain(until) if plain(until).startswith("no ") else end
    return [
        *wrapped(first, paint, gap=" "),
        *wrapped([f"{plain(why)},", end] if end else [why], paint, indent="    ", gap=" "),
    ]


def _row(step: Step | Decision, preview: Preview, paint: Paint) -> list[Cell]:
    decision = step if isinstance(step, Decision) else step.decision
    done = "keep" if isinstance(step, Decision) else kind(step)
    mark, colour = _MARKS[done]
    first: list[Cell] = [(mark, colour), str(step.target), "" if isinstance(step, Decision) else _live(step, paint)]
    if decision is None:
        return [*first, ("unknown", colour), paint.dash, paint.dash]
    until = "no change ahead"
    if decision.until is not None:
        until = moments.soon(instant(decision.until), _zone_of(preview.policies, decision), preview.now)
    wanted: Cell = (str(decision.desired), colour) if done != "keep" else str(decision.desired)
    return [*first, wanted, _why(step, decision), until]


def _why(step: Step | Decision, decision: Decision) -> Cell:
    """Which window, and whether dynos are restarted: some of those that run stay, and get another size."""
    speaker = decision.speaker
    told = f"no window open (line {decision.line})" if speaker is None else f"{speaker.name} (line {speaker.line})"
    told += f", {decision.held_open}" if speaker is not None and decision.held_open else ""
    told = told if decision.pin is None else decision.why
    if isinstance(step, Change) and step.write.size is not None:
        live = Desired(step.live.quantity, step.live.size)
        if restarts(live, decision.desired):
            return f"{told} {RESTARTS}", "yellow"
    return told


RESTARTS = "restarts"
"""Said of a change of size that running dynos live through as a restart."""


def _live(step: Step, paint: Paint) -> str:
    return paint.dash if step.live is None else str(Desired(step.live.quantity, step.live.size))


def _reasons(steps: Sequence[Step | Decision], paint: Paint, policies: Policies | None = None) -> list[str]:
    """Each reason to hold once, under the table: it is a sentence, and the columns are narrow.

    With the `policies`, apps of which all is held are named, not each of their process types.
    """
    held: dict[str, list[Target]] = {}
    for step in steps:
        if isinstance(step, Hold):
            held.setdefault(step.reason, []).append(step.target)
    names = {why: _names(who, policies) if policies else list(map(str, who)) for why, who in held.items()}
    told = [f"! held: {', '.join(who)}: {why}" for why, who in names.items()]
    return [line for sentence in told for line in wrapped([(sentence, "yellow")], paint)]


def _zone_of(policies: Policies, decision: Decision) -> Zone:
    policy = policies.of(decision.target)
    return policy.zone if policy else home_zone(policies)
