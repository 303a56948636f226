"""`plan --format json`: the shape of the contract, version 1."""

import json
from typing import Any

from autoscaler.core.cost import Prices, cost, dyno_hours
from autoscaler.core.jobs import HeldJob, Job
from autoscaler.core.masking import mask
from autoscaler.core.plan import Change, Hold, Keep, Step
from autoscaler.core.platform import Live
from autoscaler.core.policies import Policy, Unknown
from autoscaler.core.restarts import Outlook
from autoscaler.core.timeline import Edge, Stretch
from autoscaler.core.zones import instant
from autoscaler.views.cost_json import cost_json
from autoscaler.views.difference_json import difference_json
from autoscaler.views.faults import fault_row
from autoscaler.views.preview import Preview
from autoscaler.views.values_json import desired_json, utc


def plan_json(preview: Preview) -> str:
    """The whole preview; `now` is absent offline."""
    data: dict[str, Any] = {
        "version": 1,
        "from": utc(preview.start),
        "until": utc(preview.until),
        "policies": preview.policies.file,
        "formations": sorted(
            [
                *(_formation(policy, spans, preview.prices) for policy, spans in preview.formations()),
                *(_unknown(process, preview) for process in preview.policies.unknown),
            ],
            key=lambda formation: (formation["app"], formation["type"]),
        ),
        "changes": [_change(edge) for edge in preview.edges()],
        "jobs": [
            *(_start(at, job) for at, job in preview.starts()),
            *(_held_job(job) for job in preview.policies.held_jobs),
        ],
        "cost": cost_json(preview.bill()),
        "warnings": [fault_row(fault) for fault in preview.warnings],
    }
    if preview.against is not None:
        data["against"] = difference_json(preview.against, preview.plan)
    if preview.plan is not None:
        data["now"] = [_step(step) for step in preview.plan.steps]
        data["dynos"] = [_dyno(ahead) for ahead in preview.plan.outlook]
    return json.dumps(data, indent=2, ensure_ascii=False)


def _formation(policy: Policy, spans: list[Stretch], prices: Prices) -> dict[str, Any]:
    dollars = cost(spans, prices)
    return {
        "app": policy.target.app,
        "type": policy.target.type,
        "timezone": policy.zone.name,
        "dyno_hours": round(dyno_hours(spans), 2),
        "cost_usd": None if dollars is None else round(dollars, 2),
        "spans": [
            {
                "start": utc(span.start),
                "end": utc(span.end),
                **desired_json(span.desired),
                "window": span.giver.name if span.giver else None,
                "line": span.giver.line if span.giver else policy.line,
                **({"pinned": span.pin.why} if span.pin else {}),
            }
            for span in spans
        ],
    }


def _unknown(process: Unknown, preview: Preview) -> dict[str, Any]:
    """A formation that nobody can tell: one span of it, without values."""
    span = {"quantity": None, "range": None, "size": None, "window": None, "line": process.line}
    return {
        "app": process.target.app,
        "type": process.target.type,
        "timezone": process.zone.name,
        "dyno_hours": None,
        "cost_usd": None,
        "unknown": process.reason,
        "spans": [{"start": utc(preview.start), "end": utc(preview.until), **span}],
    }


def _change(edge: Edge) -> dict[str, Any]:
    return {
        "at": utc(edge.at),
        "app": edge.policy.target.app,
        "type": edge.policy.target.type,
        "window": edge.window.name if edge.window else None,
        "before": desired_json(edge.before),
        "after": desired_json(edge.after),
    }


def _start(at: int, job: Job) -> dict[str, Any]:
    """A start ahead; `time_limit` is in seconds, `size` null where the platform chooses."""
    return {
        "at": utc(at),
        "app": job.app,
        "job": job.name,
        "line": job.line,
        "command": mask(job.command),
        "size": job.size,
        "time_limit": job.time_limit,
    }


def _held_job(job: HeldJob) -> dict[str, Any]:
    return {"at": None, "app": job.app, "job": job.name, "line": job.line, "held": job.reason}


def _step(step: Step) -> dict[str, Any]:
    decision = step.decision
    return {
        "app": step.target.app,
        "type": step.target.type,
        "step": step_name(step),
        "reason": step.reason if isinstance(step, Hold) else step.decision.why,
        "until": utc(instant(decision.until)) if decision and decision.until else None,
        "live": _live(step.live),
        "desired": desired_json(decision.desired) if decision else None,
    }


def _dyno(ahead: Outlook) -> dict[str, Any]:
    """A dyno of a process type with an unbroken window; `cycle_latest` is null where its restart is overdue."""
    cycle = ahead.cycle
    return {
        "app": ahead.target.app,
        "type": ahead.target.type,
        "dyno": cycle.dyno.name,
        "born": utc(instant(cycle.dyno.created_at)),
        "cycle_earliest": utc(cycle.earliest),
        "cycle_latest": None if cycle.overdue else utc(cycle.latest),
        "meets": [{"start": utc(start), "end": utc(end)} for start, end in ahead.meets],
        "restart_at": None if ahead.restart is None else utc(ahead.restart),
    }


def step_name(step: Step) -> str:
    """The contract's word for a step."""
    match step:
        case Change():
            return "change"
        case Keep():
            return "keep"
        case Hold():
            return "hold"


def _live(live: Live | None) -> dict[str, Any] | None:
    return None if live is None else {"quantity": live.quantity, "size": live.size}
