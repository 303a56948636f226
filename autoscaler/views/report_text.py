"""What became of a tick, a line each: `apply`."""

from autoscaler.core.plan import Change, Keep
from autoscaler.core.quantity import Desired
from autoscaler.core.report import Done, Failed, Outcome, Report, Restart, Unshown
from autoscaler.views.paint import Paint


def report_text(report: Report, paint: Paint) -> str:
    """Every process type: changed, kept, held or failed; ends with a sentence that counts them."""
    lines = [_outcome(outcome, paint) for outcome in report.outcomes]
    lines += [_restart(restart, paint) for restart in report.restarts]
    lines += [paint(f"held     {hold.target}: {hold.reason}", "yellow") for hold in report.plan.holds]
    kept = sum(isinstance(step, Keep) for step in report.plan.steps)
    done = sum(isinstance(outcome, Done) for outcome in report.outcomes)
    failed = len(report.outcomes) - done
    lines.append(f"{done} changed, {kept} unchanged, {len(report.plan.holds)} held, {failed} failed.")
    return "\n".join(lines)


def _restart(restart: Restart, paint: Paint) -> str:
    what = f"{restart.target.app}/{restart.dyno.name}"
    if restart.error is not None:
        return paint(f"failed   {what}: {restart.error}", "red")
    return paint(f"restart  {what}: asked for, ahead of an unbroken opening", "green")


def _outcome(outcome: Outcome, paint: Paint) -> str:
    change = outcome.change
    target = change.decision.target
    step = f"{target}: {_before(change)} {paint.arrow} {_after(change)}"
    match outcome:
        case Done():
            return paint(f"changed  {step}", "green")
        case Unshown(live=live):
            shown = "it could not be read back" if live is None else f"it is still {Desired(live.quantity, live.size)}"
            return paint(f"failed   {step}: accepted, but {shown}", "red")
        case Failed(error=error):
            return paint(f"failed   {step}: {error}", "red")


def _before(change: Change) -> str:
    return str(Desired(change.live.quantity, change.live.size))


def _after(change: Change) -> str:
    write, live = change.write, change.live
    return str(Desired(live.quantity if write.quantity is None else write.quantity, write.size or live.size))
