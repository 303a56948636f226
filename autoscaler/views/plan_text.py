"""`plan` as text: what is, what is wanted, why and until when; then the days ahead, drawn, and their changes."""

from autoscaler.core.bill import Bill
from autoscaler.views import moments
from autoscaler.views.ahead import home_zone as home_zone
from autoscaler.views.ahead import restarts as restarts
from autoscaler.views.changes_text import changes_text
from autoscaler.views.cost_text import cost_text, process_cost
from autoscaler.views.days_text import days_text
from autoscaler.views.dynos_text import dynos_text
from autoscaler.views.now_text import now_text
from autoscaler.views.overview_text import overview_text
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview
from autoscaler.views.summary import summary
from autoscaler.views.table import wrapped

MANY = 12
"""More process types than these are drawn as a strip each instead of a row a day."""

_WARNINGS = 5


def plan_text(preview: Preview, paint: Paint) -> str:
    """The whole preview; ends with a sentence that sums it up. No line is wider than the terminal."""
    zone = home_zone(preview.policies)
    bill = preview.bill()
    many = len(preview.policies.policies) > MANY
    parts = [
        title_text(preview, paint),
        now_text(preview, paint, many=many),
        dynos_text(preview, zone, paint),
        _difference(preview, paint),
        *_days(preview, bill, paint, many=many),
        _changes(preview, paint, many=many),
        warnings_text(preview, paint),
        cost_text(bill, paint),
        wrapped([summary(preview)], paint, indent="", hang=""),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def title_text(preview: Preview, paint: Paint) -> list[str]:
    """The file, and the instant that is now."""
    title = f"{preview.policies.file} {paint.dash} {moments.full(preview.now, home_zone(preview.policies))}"
    return wrapped([(title, "bold")], paint, indent="", hang="")


def _difference(preview: Preview, paint: Paint) -> list[str]:
    if preview.against is None:
        return []
    from autoscaler.views.difference_text import difference_text  # only a comparison needs it

    return difference_text(preview.against, paint)


def _days(preview: Preview, bill: Bill, paint: Paint, *, many: bool) -> list[list[str]]:
    zone = home_zone(preview.policies)
    span = moments.length(preview.until - preview.start)
    begins = f"{span} from {moments.full(preview.start, zone)}"
    first = f"The next {span.removeprefix('1 ')}" if preview.start == preview.now else begins
    zones = {policy.zone.name for policy in preview.policies.policies}
    where = f"in {', '.join(zones)}" if len(zones) == 1 else "each in its own time zone"
    heading = wrapped([(f"{first}, {where}", "bold")], paint, indent="")
    if many:
        return [[*heading, *overview_text(preview, paint)]]
    facts = [process_cost(process, bill.until - bill.start) for process in bill.processes]
    drawings = days_text(preview, paint, facts)
    return [heading, *drawings]


def _changes(preview: Preview, paint: Paint, *, many: bool) -> list[str]:
    lines = changes_text(preview, paint, together=many)
    if preview.policies.unknown:
        targets = ", ".join(str(process.target) for process in preview.policies.unknown)
        lines += wrapped([(f"not known: {targets}", "yellow")], paint)
    if not lines:
        lines = wrapped([f"none {paint.dash} everything stays as it is wanted now"], paint)
    for job in preview.policies.held_jobs:
        lines += wrapped([(f"! {job.app} job {job.name} is held: {job.reason}", "yellow")], paint)
    return [paint("Changes", "bold"), *lines]


def warnings_text(preview: Preview, paint: Paint) -> list[str]:
    """The first few: `check` shows them all, with their lines."""
    told = preview.warnings
    if not told:
        return []
    heading = f"{len(told)} warning{'' if len(told) == 1 else 's'} (`autoscaler check` shows what to write instead)"
    lines = wrapped([(heading, "bold")], paint, indent="")
    for fault in told[:_WARNINGS]:
        lines += wrapped([(f"{fault.file}:{fault.line}: {fault.message}", "yellow")], paint)
    if len(told) > _WARNINGS:
        lines.append(paint(f"  ... and {len(told) - _WARNINGS} more", "yellow"))
    return lines
