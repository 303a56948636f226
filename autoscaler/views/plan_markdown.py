"""`plan --format markdown`: for a pull request. What is drastic first, then what differs, then everything folded up."""

from collections.abc import Sequence

from autoscaler.core.cost import Amount
from autoscaler.core.difference import Difference, causes
from autoscaler.core.plan import Change, Hold
from autoscaler.core.policies import Policy, Target
from autoscaler.core.quantity import Desired
from autoscaler.core.timeline import Stretch
from autoscaler.views import moments, money
from autoscaler.views.cost_text import cost_notes, cost_rows, job_cost, process_cost
from autoscaler.views.difference_text import (
    cause_words,
    difference_head,
    job_words,
    more,
    process_words,
)
from autoscaler.views.markdown import Page, head, plain, row
from autoscaler.views.preview import Preview
from autoscaler.views.summary import kind, summary

_RESERVED = 2_000
"""Characters that are kept for what is said of the rest."""

_SPANS = 60
"""Rows of one process type's table."""

_WARNINGS = 5
"""More warnings than these are folded up: what a pull request changes is not pushed out of sight."""

_DRASTIC = {"zeroed": "⚠️ **down to zero:** ", "halved": "⚠️ **down to half or less:** ", None: ""}


def plan_markdown(preview: Preview) -> str:
    """The whole preview, under 60,000 characters; what does not fit is counted."""
    page = Page()
    page.room -= _RESERVED
    page.add([f"**{plain(summary(preview))}**", ""])
    _drops(preview, page)
    if preview.against is not None:
        _difference(preview.against, page)
    _now(preview, page)
    _warnings(preview, page)
    _cost(preview, page)
    left = _formations(preview, page)
    page.room += _RESERVED
    if left:
        rest = "1 more process type is" if left == 1 else f"{left:,} more process types are"
        page.add(["", f"{rest} left out here: `autoscaler plan --app APP` shows them."])
    return page.text


def _drops(preview: Preview, page: Page) -> None:
    """What loses half of its dynos or more: by the file, and now."""
    differing = preview.against.processes if preview.against else ()
    filed = [process.target for process in differing if process.drastic]
    live = [change.target for change in preview.plan.changes if _drops_live(change)] if preview.plan else []
    for targets, told in ((filed, "by this file"), (live, "now, against what lives")):
        if targets:
            page.add([f"⚠️ **Down to zero, to half or less {told}:** {_names(targets)}", ""])


def _drops_live(change: Change) -> bool:
    quantity = change.write.quantity
    return quantity is not None and change.live.quantity > 0 and 2 * quantity <= change.live.quantity


def _difference(found: Difference, page: Page) -> None:
    page.add([f"### {plain(difference_head(found))}", ""])
    if found.empty:
        return
    rows = [
        _differing(
            str(process.target),
            _DRASTIC[process.drastic] + plain(process_words(process, found)),
            _more(process.before, process.after, found) if process.pieces else "",
        )
        for process in found.processes
    ]
    rows += [
        _differing(f"{job.app} job {job.name}", plain(job_words(job)), _more(job.before, job.after, found))
        for job in found.jobs
    ]
    rows += [_differing("", plain(sentence), "") for sentence in found.rules]
    page.add(head("what", "how it changes", "time and cost"))
    _counted(page, rows, 26_000, "difference")


def _differing(name: str, words: str, amount: str) -> str:
    return row(plain(name), words, amount)


def _more(before: Amount, after: Amount, found: Difference) -> str:
    return "" if before == after else plain(more(before, after, found))


def _now(preview: Preview, page: Page) -> None:
    """What would be done now; drops first, and told apart from what the file changes."""
    plan = preview.plan
    if plan is None or not (plan.changes or plan.holds):
        return
    because = {}
    if preview.against is not None:
        name, told = preview.against.other.file, causes(plan, preview.against)
        because = {change.target: plain(cause_words(change, cause, name)) for change, cause in told}
    rows = []
    for change in sorted(plan.changes, key=lambda change: not _drops_live(change)):
        mark = "⚠️ " if _drops_live(change) else ""
        live = Desired(change.live.quantity, change.live.size)
        why = because.get(change.target) or plain(_why(change))
        rows.append(row(plain(str(change.target)), f"{mark}{kind(change)}", str(live), _wanted(change), why))
    rows += [_held(hold) for hold in plan.holds]
    page.add(["### What would change now", "", *head("process type", "", "live", "wanted", "why")])
    _counted(page, rows, 10_000, "process type")


def _why(change: Change) -> str:
    if change.decision.pin is not None:
        return change.decision.why
    speaker = change.decision.speaker
    return speaker.name if speaker else "no window open"


def _wanted(change: Change) -> str:
    return plain(str(change.decision.desired))


def _held(hold: Hold) -> str:
    live = plain(str(Desired(hold.live.quantity, hold.live.size))) if hold.live else ""
    return row(plain(str(hold.target)), "held", live, "", plain(hold.reason))


def _warnings(preview: Preview, page: Page) -> None:
    told = [f"- {plain(f'{fault.file}:{fault.line}: {fault.message}')}" for fault in preview.warnings]
    told += [f"- {plain(f'{job.app} job {job.name} is held: {job.reason}')}" for job in preview.policies.held_jobs]
    told += [f"- {plain(f'{process.target} is held: {process.reason}')}" for process in preview.policies.unknown]
    if not told:
        return
    folded = len(told) > _WARNINGS
    page.add([f"<details><summary>{len(told)} warnings</summary>", ""] if folded else ["### Warnings", ""])
    _counted(page, told, 5_000, "warning")
    page.add(["</details>", ""] if folded else [])


def _cost(preview: Preview, page: Page) -> None:
    bill = preview.bill()
    seconds = bill.until - bill.start
    rows = [row(*map(plain, cells)) for cells in cost_rows(bill)]
    heading = plain(f"Cost {money.rate(seconds)}")
    page.add([f"### {heading}", "", f"In US dollars, at {plain(bill.prices.source)}.", ""])
    page.add([*head("", "time", "cost"), *rows])
    notes = [f"- {plain(note)}" for note in cost_notes(bill)]
    notes += [f"- {plain(f'{job.app} job {job.name}: {job_cost(job, seconds)}')}" for job in bill.jobs if job.starts]
    page.add([""])
    _counted(page, notes, 3_000, "note")


def _formations(preview: Preview, page: Page) -> int:
    """A table for each process type, folded up; how many did not fit."""
    bill = preview.bill()
    costs = {process.target: process_cost(process, bill.until - bill.start) for process in bill.processes}
    formations = preview.formations()
    for number, (policy, spans) in enumerate(formations):
        title = f"{plain(str(policy.target))}: {plain(costs[policy.target])}"
        if not page.add(_folded(title, _table(policy, spans))):
            return len(formations) - number
    return 0


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>", ""]


def _table(policy: Policy, spans: Sequence[Stretch]) -> list[str]:
    rows = [
        row(
            plain(f"{moments.day(span.start, policy.zone)} {moments.clock(span.start, policy.zone)}"),
            plain(moments.clock_utc(span.start, policy.zone)),
            plain(str(span.desired)),
            plain(span.pin.why if span.pin else span.giver.name if span.giver else ""),
        )
        for span in spans[:_SPANS]
    ]
    rest = len(spans) - len(rows)
    more_rows = ["", f"and {rest:,} more"] if rest else []
    return [*head("from", "", "wanted", "window"), *rows, *more_rows]


def _counted(page: Page, lines: Sequence[str], most: int, what: str) -> None:
    """Some of the lines, and how many there are besides."""
    left = page.add_some(lines, most)
    if left:
        page.add(["", f"... and {left:,} more {what}{'' if left == 1 else 's'}."])
    page.add([""])


def _names(targets: Sequence[Target]) -> str:
    some = ", ".join(plain(str(target)) for target in targets[:20])
    return some if len(targets) <= 20 else f"{some} and {len(targets) - 20:,} more"
