"""`plan --summary`: a line for each app, and the totals."""

from collections import Counter
from collections.abc import Sequence

from autoscaler.core.bill import Bill
from autoscaler.core.cost import Amount
from autoscaler.core.plan import Step
from autoscaler.core.timeline import Edge
from autoscaler.views import moments, money
from autoscaler.views.paint import Paint
from autoscaler.views.plan_text import title_text, warnings_text
from autoscaler.views.preview import Preview
from autoscaler.views.summary import kind, summary
from autoscaler.views.table import Cell, fitted, plain, wrapped

_WORDS = {"up": "up", "down": "down", "size": "resized", "keep": "unchanged", "hold": "held"}
_NEXT = 3

_HEADING = ("app", "types", "now", "next change", "changes", "hours", "cost")


def apps_text(preview: Preview, paint: Paint) -> str:
    """What is done now, what comes next and what it takes, app by app; ends with the sentence of the whole plan."""
    bill = preview.bill()
    edges = preview.edges()
    table = [
        _row(app, [e for e in edges if e.policy.target.app == app], preview, bill, paint) for app in _apps(preview)
    ]
    table += [_clock(bill), _totals(len(edges), preview, bill, paint)]
    span = money.rate(preview.until - preview.start)
    parts = [
        title_text(preview, paint),
        [
            *wrapped([(f"Changes, hours and dollars {span}", "bold")], paint, indent="", hang=""),
            *_table(table, preview, paint),
        ],
        warnings_text(preview, paint),
        wrapped([summary(preview)], paint, indent="", hang=""),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _table(table: list[list[Cell]], preview: Preview, paint: Paint) -> list[str]:
    columns = [at for at, name in enumerate(_HEADING) if name != "now" or preview.plan is not None]
    cells: list[list[Cell]] = [[(name, "dim") for name in _HEADING], *table]
    found = fitted([[row[at] for at in columns] for row in cells], paint, columns.index(_NEXT))
    if found is not None:
        return [line for row in found for line in row]
    return [line for row in table for line in _paragraph(row, paint)]


def _paragraph(row: Sequence[Cell], paint: Paint) -> list[str]:
    app, _, now, ahead, changes, hours, cost = row
    counted = f"{plain(changes)} change{'' if changes == '1' else 's'}," if changes else ""
    told = [f"{plain(app)}:", now if plain(now) != paint.dash else "", counted, f"{plain(hours)},", cost]
    more = wrapped([f"next {plain(ahead)}"], paint, indent="    ") if plain(ahead) not in {"", paint.dash} else []
    return [*wrapped(told, paint, gap=" "), *more]


def _apps(preview: Preview) -> list[str]:
    """Those with process types, and those with jobs alone."""
    policies = preview.policies
    jobs = {job.app for job in policies.jobs} | {job.app for job in policies.held_jobs}
    return sorted({*policies.apps} | jobs)


def _row(app: str, edges: Sequence[Edge], preview: Preview, bill: Bill, paint: Paint) -> list[Cell]:
    types = sum(target.app == app for target in preview.policies.targets)
    amount = next((cost.amount for cost in bill.apps if cost.app == app), None)
    spent = [money.hours(amount), _price(amount)] if amount else [paint.dash, "not known"]
    now = _now([step for step in _steps(preview) if step.target.app == app], paint)
    return [app, str(types), now, _next(edges, preview, paint), str(len(edges)), *spent]


def _steps(preview: Preview) -> Sequence[Step]:
    return preview.plan.steps if preview.plan else ()


def _now(steps: Sequence[Step], paint: Paint) -> Cell:
    """2 up, 1 held; unchanged is said only where nothing else is."""
    count = Counter(kind(step) for step in steps)
    told = [f"{count[name]} {word}" for name, word in _WORDS.items() if count[name] and name != "keep"]
    if not told:
        return ("as wanted", "dim") if steps else paint.dash
    return ", ".join(told), "yellow"


def _next(edges: Sequence[Edge], preview: Preview, paint: Paint) -> str:
    ahead = next((edge for edge in edges if edge.at > preview.now), None)
    if ahead is None:
        return paint.dash
    when = moments.soon(ahead.at, ahead.policy.zone, preview.now)
    return f"{when} {ahead.policy.target.type} {ahead.before.quantity} {paint.arrow} {ahead.after.quantity}"


def _clock(bill: Bill) -> list[Cell]:
    return ["clock dyno", "", "", "", "", money.hours(bill.clock), money.dollars(bill.clock.priced)]


def _totals(changes: int, preview: Preview, bill: Bill, paint: Paint) -> list[Cell]:
    """Everything together; `+` where some of it has no known price."""
    types = str(len(preview.policies.targets))
    spent: Cell = (f"{money.dollars(bill.usd)}{'' if bill.complete else '+'}", "bold")
    hours = money.hours(bill.everything)
    return [("all", "bold"), types, _now(_steps(preview), paint), "", f"{changes:,}", hours, spent]


def _price(amount: Amount) -> str:
    """The dollars alone: the heading says for how long."""
    if amount.unpriced:
        return f"{money.dollars(amount.priced)}+" if amount.charge else "not known"
    return money.dollars(amount.priced) if amount.charge or not amount.eco else "Eco pool"
