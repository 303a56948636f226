"""What happens on each local day of a zone: changes, starts of jobs, and what the clocks do."""

from dataclasses import dataclass

from autoscaler.core.jobs import Job
from autoscaler.core.masking import mask
from autoscaler.core.quantity import Desired, highest, lowest
from autoscaler.core.spoken import spoken_length
from autoscaler.core.timeline import Edge
from autoscaler.core.zones import DAY, Zone, moment
from autoscaler.views import moments
from autoscaler.views.ahead import clock_notes, late_by, restarts
from autoscaler.views.paint import Colour, Paint
from autoscaler.views.preview import Preview
from autoscaler.views.table import Cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happens: at `clock` of its local day, `utc` of the UTC day that is `shift` days from it.

    `who` is a process type or a job, `step` what becomes of it, `why` the window's name or the job's command; a `note`
    is about all of the zone, and no change.
    """

    clock: str
    utc: str
    shift: int
    who: str
    step: Cell
    why: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What happens in one app, or in all of them, in one zone: from the day `first` on (a day number) a tuple a day.

    `app` is empty where it is about all.
    """

    app: str
    zone: Zone
    first: int
    days: list[tuple[Entry, ...]]


def courses(preview: Preview, paint: Paint, *, together: bool) -> list[Course]:
    """The courses by app and zone, of all apps `together` by zone alone: times within one do not run back and forth."""
    edges, starts = preview.edges(), preview.starts()
    found = [(edge.policy.target.app, edge.policy.zone, edge.at, _edge(edge, paint, together)) for edge in edges]
    found += [(job.app, job.zone, at, _start(at, job, together)) for at, job in starts]
    groups: dict[tuple[str, str], list[_Happening]] = {}
    for app, zone, at, entry in found:
        groups.setdefault(("" if together else app, zone.name), []).append((at, zone, entry))
    for policy in preview.policies.policies:
        key = ("" if together else policy.target.app, policy.zone.name)
        for at, zone, text in clock_notes(preview, policy):
            note = (at, zone, Entry("", "", 0, "", "", text, note=True))
            if note not in groups.setdefault(key, []):
                groups[key].append(note)
    return [_course(app, sorted(found, key=_instant)) for (app, _), found in sorted(groups.items()) if found]


_Happening = tuple[int, Zone, Entry]


def _instant(happening: _Happening) -> tuple[int, bool]:
    """Notes come first: they say why clocks read as they do."""
    return happening[0], not happening[2].note


def _course(app: str, happenings: list[_Happening]) -> Course:
    zone = happenings[0][1]
    numbers = [zone.reading(at) // DAY for at, _, _ in happenings]
    days: list[list[Entry]] = [[] for _ in range(min(numbers), max(numbers) + 1)]
    for number, (_, _, entry) in zip(numbers, happenings, strict=True):
        days[number - min(numbers)].append(entry)
    return Course(app, zone, min(numbers), [tuple(day) for day in days])


def _at(at: int, zone: Zone) -> tuple[str, str, int]:
    return moments.clock(at, zone), f"{moment(at):%H:%M} UTC", at // DAY - zone.reading(at) // DAY


def _edge(edge: Edge, paint: Paint, together: bool) -> Entry:
    why = edge.speaker.name if edge.speaker else "no window open"
    why = edge.pin.why if edge.pin else f"{why} (the pin ends)" if edge.unpinned else why
    late = late_by(edge)
    why += f" ({late})" if late else ""
    why += " (restarts)" if restarts(edge.before, edge.after) else ""
    target = edge.policy.target
    who = str(target) if together else target.type
    return Entry(*_at(edge.at, edge.policy.zone), who, _step(edge.before, edge.after, paint), why)


def _start(at: int, job: Job, together: bool) -> Entry:
    told = [mask(job.command), *([job.size] if job.size else []), f"at most {spoken_length(job.time_limit)}"]
    return Entry(
        *_at(at, job.zone), f"{job.app} job {job.name}" if together else f"job {job.name}", "starts", ", ".join(told)
    )


def _step(before: Desired, after: Desired, paint: Paint) -> Cell:
    colour: Colour = "yellow"
    if before.quantity != after.quantity:
        rises = (lowest(after.quantity), highest(after.quantity)) > (lowest(before.quantity), highest(before.quantity))
        colour = "green" if rises else "red"
    if restarts(before, after):
        return f"{before} {paint.arrow} {after}", colour
    wanted = after if before.size != after.size else Desired(after.quantity, None)
    return f"{before.quantity} {paint.arrow} {wanted}", colour
