"""`simulate --format json`, version 1."""

import json
from typing import Any

from autoscaler.views.simulation import Run, Simulation
from autoscaler.views.values_json import utc


def simulation_json(done: Simulation) -> str:
    """Lengths are in seconds, instants in UTC; `cost_usd` is null where a size or its price is unknown."""
    work = done.workload
    data = {
        "version": 1,
        "policies": done.policies.file,
        "from": utc(done.start),
        "until": utc(done.until),
        "seed": done.seed,
        "work": {
            "shortest": work.shortest,
            "longest": work.longest,
            "windows": [
                {"app": target.app, "type": target.type, "window": window, "batches": number}
                for target, window, number in work.windows
            ],
        },
        "runs": [_run(run) for run in done.runs],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _run(run: Run) -> dict[str, Any]:
    """`expected_killed` is what arithmetic says of daily restarts; null where that is not so simple."""
    killed, calls = run.killed, run.calls
    return {
        "run": run.name,
        "batches": run.batches,
        "started": run.started,
        "finished": run.finished,
        "killed": {
            "daily_restart": killed.daily_restart,
            "scale_down": killed.scale_down,
            "own_restart": killed.own_restart,
        },
        "expected_killed": None if run.expected is None else round(run.expected, 2),
        "overrun": run.overrun,
        "unfinished": run.unfinished,
        "dyno_hours": round(run.dyno_hours, 2),
        "cost_usd": None if run.dollars is None else round(run.dollars, 2),
        "api_calls": {"all": calls.all, "reads": calls.reads, "writes": calls.writes, "restarts": calls.restarts},
        "trouble": run.trouble,
    }
