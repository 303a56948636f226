"""The `against` of `plan --format json`: what the file changes against another one."""

from typing import Any

from autoscaler.core.cost import Amount
from autoscaler.core.difference import Difference, Piece, ProcessDifference, causes
from autoscaler.core.job_difference import JobDifference
from autoscaler.core.plan import Plan
from autoscaler.views.cost_json import amount_json, cents
from autoscaler.views.difference_text import difference_head, job_sentence, process_sentence
from autoscaler.views.values_json import desired_json, utc


def difference_json(found: Difference, plan: Plan | None) -> dict[str, Any]:
    """What differs, drastic changes first; `more` is this file's amount less the other's.

    `live` has a row for each change of now: is it this file's (`file`), something live that neither file explains
    (`live`: both want the same), `both`, or a `person` who pinned it. It is absent offline.
    """
    data: dict[str, Any] = {
        "policies": found.other.file,
        "differs": not found.empty,
        "text": difference_head(found),
        "more": _more(found.before, found.after),
        "formations": [_process(process, found) for process in found.processes],
        "jobs": [_job(job, found) for job in found.jobs],
        "rules": list(found.rules),
    }
    if plan is not None:
        data["live"] = [
            {"app": change.target.app, "type": change.target.type, "because": cause}
            for change, cause in causes(plan, found)
        ]
    return data


def _process(process: ProcessDifference, found: Difference) -> dict[str, Any]:
    before = None if process.kind in {"new", "unknown"} else amount_json(process.before)
    after = None if process.kind in {"removed", "unknown"} else amount_json(process.after)
    return {
        "app": process.target.app,
        "type": process.target.type,
        "kind": process.kind,
        "drastic": process.drastic,
        "text": process_sentence(process, found),
        "before": before,
        "after": after,
        "rules": list(process.rules),
        "later": None if process.later is None else utc(process.later),
        "spans": [_piece(piece) for piece in process.pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "start": utc(piece.start),
        "end": utc(piece.end),
        "before": desired_json(piece.before),
        "after": desired_json(piece.after),
    }


def _job(job: JobDifference, found: Difference) -> dict[str, Any]:
    return {
        "app": job.app,
        "job": job.name,
        "kind": job.kind,
        "text": job_sentence(job, found),
        "more": _more(job.before, job.after),
    }


def _more(before: Amount, after: Amount) -> dict[str, Any]:
    known = before.usd is not None and after.usd is not None
    return {
        "dyno_hours": round(after.hours - before.hours, 2),
        "usd": cents(after.priced - before.priced) if known else None,
    }
