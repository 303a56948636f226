"""The `cost` of `plan --format json`: what the file takes in the time that is shown."""

from typing import Any

from autoscaler.core.bill import CLOCK_SIZE, Bill, JobCost, ProcessCost
from autoscaler.core.cost import Amount
from autoscaler.core.quantity import lowest
from autoscaler.core.sizes import ECO_POOL_HOURS

CURRENCY = "USD"


def cost_json(bill: Bill) -> dict[str, Any]:
    """Amounts of money are rounded to cents; `usd` is null where part of it has no price of its own.

    `total.usd` is of all that has a price; what has none stands in `left_out`. `saving` is a part of one, negative
    where always at peak would be cheaper.
    """
    return {
        "currency": CURRENCY,
        "prices": bill.prices.source,
        "total": {
            "dyno_hours": round(bill.everything.hours, 2),
            "usd": cents(bill.usd),
            "complete": bill.complete,
            "left_out": list(bill.left_out),
            "counted_as_one_app": list(bill.globs),
        },
        "formations": amount_json(bill.formations),
        "peak": {"usd": cents(bill.peak_usd), "processes": [_peak(process) for process in bill.processes]},
        "saving": None if bill.saving is None else round(bill.saving, 4),
        "apps": [{"app": app.app, **amount_json(app.amount), "jobs": amount_json(app.at_most)} for app in bill.apps],
        "jobs": [_job(job) for job in bill.jobs],
        "clock": {"size": CLOCK_SIZE, **amount_json(bill.clock)},
        "eco": _eco(bill) if bill.everything.eco else None,
    }


def amount_json(amount: Amount) -> dict[str, Any]:
    return {"dyno_hours": round(amount.hours, 2), "usd": cents(amount.usd)}


def cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)


def _peak(process: ProcessCost) -> dict[str, Any]:
    peak, at_peak = process.peak, process.at_peak
    return {
        "app": process.target.app,
        "type": process.target.type,
        "quantity": lowest(peak.quantity),
        "size": peak.size,
        **amount_json(at_peak),
    }


def _job(job: JobCost) -> dict[str, Any]:
    """At most: each start could run for its whole time limit."""
    return {"app": job.app, "job": job.name, "starts": job.starts, "at_most": amount_json(job.amount)}


def _eco(bill: Bill) -> dict[str, Any]:
    """The pool that all Eco dynos of an account share, for a flat price."""
    return {
        "dyno_hours": round(bill.everything.eco_hours, 2),
        "usd": cents(bill.pool),
        "pool_hours_a_month": ECO_POOL_HOURS,
        "hours_a_month": round(bill.pool_hours_a_month, 2),
        "exceeded": bill.pool_exceeded,
    }
