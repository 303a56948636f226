"""The dynos of process types with unbroken windows, in `plan`: when Heroku cycles them, and what is done about it."""

from autoscaler.core.restarts import Outlook
from autoscaler.core.zones import Zone, instant
from autoscaler.views import moments
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview
from autoscaler.views.table import Cell, fitted, plain, wrapped


def dynos_text(preview: Preview, home: Zone, paint: Paint) -> list[str]:
    """A line for each dyno that was looked at; nothing where none was."""
    if preview.plan is None or not preview.plan.outlook:
        return []
    heading: list[Cell] = [(name, "dim") for name in ("dyno", "born", "daily restart due", "could meet", "")]
    zones = {policy.target: policy.zone for policy in preview.policies.policies}
    table = [_row(ahead, zones.get(ahead.target, home), preview.now, paint) for ahead in preview.plan.outlook]
    found = fitted([heading, *table], paint)
    lines = found if found is not None else [_paragraph(row, paint) for row in table]
    return [paint("Dynos and unbroken openings", "bold"), *(line for row in lines for line in row)]


def _paragraph(row: list[Cell], paint: Paint) -> list[str]:
    """A dyno in a few lines, where the terminal is too narrow for columns."""
    dyno, born, due, met, done = row
    told = [f"{plain(dyno)}:", f"born {plain(born)},", f"daily restart due {plain(due)}"]
    if plain(met) == paint.dash:
        return wrapped(told, paint, gap=" ")
    return [
        *wrapped(told, paint, gap=" "),
        *wrapped([f"could meet {plain(met)};", done], paint, indent="    ", gap=" "),
    ]


def _row(ahead: Outlook, zone: Zone, now: int, paint: Paint) -> list[Cell]:
    cycle = ahead.cycle
    due = "any time" if cycle.overdue else f"{_time(cycle.earliest, zone)} to {moments.soon(cycle.latest, zone, now)}"
    met = f"{_time(ahead.meets[0][0], zone)}-{zone.local(ahead.meets[0][1]):%H:%M}" if ahead.meets else paint.dash
    return [
        f"{ahead.target.app}/{cycle.dyno.name}",
        moments.soon(instant(cycle.dyno.created_at), zone, now),
        due,
        met,
        _done(ahead, zone, now),
    ]


def _done(ahead: Outlook, zone: Zone, now: int) -> Cell:
    if ahead.restart is not None:
        when = "now" if ahead.restart <= now else moments.soon(ahead.restart, zone, now)
        return f"restarted before it, {when}", "yellow"
    if ahead.meets and ahead.meets[0][0] <= now:
        return "too late: no restart of ours falls inside", "red"
    return "resized by it" if ahead.meets else ""


def _time(at: int, zone: Zone) -> str:
    """Tue 06:00."""
    return f"{zone.local(at):%a %H:%M}"
