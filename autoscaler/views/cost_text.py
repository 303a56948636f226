"""What a policy file costs, in lines of text."""

from autoscaler.core.bill import CLOCK_SIZE, Bill, JobCost, ProcessCost
from autoscaler.core.cost import Amount, total
from autoscaler.core.sizes import ECO_POOL_CENTS, ECO_POOL_HOURS
from autoscaler.views import money
from autoscaler.views.paint import Paint
from autoscaler.views.table import Cell, fitted, wrapped

_ALL = "all", "all that has a price"


def cost_text(bill: Bill, paint: Paint) -> list[str]:
    """Everything together: process types, jobs, the Eco pool, the clock dyno, and the same always at peak."""
    rate = money.rate(bill.until - bill.start)
    cells: list[list[Cell]] = [
        [(name, "bold"), hours, (dollars, "bold")] if name in _ALL else [name, hours, dollars]
        for name, hours, dollars in cost_rows(bill)
    ]
    heading = f"Cost {rate}, USD at {bill.prices.source}"
    lines = wrapped([(heading, "bold")], paint, indent="")
    lines += [line for row in fitted(cells, paint, 0) or [wrapped(row, paint) for row in cells] for line in row]
    return lines + [line for note in cost_notes(bill) for line in wrapped([(note, "yellow")], paint)]


def cost_rows(bill: Bill) -> list[tuple[str, str, str]]:
    """What it is for, dyno-hours and dollars: the parts, all of them together, and the same always at peak."""
    rows = [_row("process types", bill.formations)]
    if bill.jobs:
        rows.append(_row("one-off jobs, at most", bill.at_most))
    rows.append(_row(f"the clock dyno ({CLOCK_SIZE})", bill.clock))
    if bill.everything.eco:
        rows.append((f"Eco pool, {money.dollars(ECO_POOL_CENTS / 100)} a month", "", money.dollars(bill.pool)))
    rows.append((_ALL[0 if bill.complete else 1], money.hours(bill.everything), money.dollars(bill.usd)))
    if bill.saving is not None:
        at_peak = total(process.at_peak for process in bill.processes) + bill.at_most
        rows.append(("always at peak", money.hours(at_peak), money.dollars(bill.peak_usd)))
    return rows


def cost_notes(bill: Bill) -> list[str]:
    """What the dollars do not tell by themselves: ranges, an Eco pool that is too small, and what is left out."""
    notes = []
    if bill.ranges:
        notes.append(f"ranges count at their lower bound: {', '.join(map(str, bill.ranges))}")
    if bill.pinned:
        notes.append(f"with the pins in force: {', '.join(map(str, bill.pinned))}")
    if bill.pool_exceeded:
        notes.append(
            f"the Eco pool has {ECO_POOL_HOURS:,} h a month, this would take {bill.pool_hours_a_month:,.0f}: once it "
            "is used up, every Eco dyno of the account sleeps until the next month"
        )
    notes += [f"{glob} is counted as one app" for glob in bill.globs]
    return notes + [f"left out: {what}" for what in bill.left_out]


def process_cost(process: ProcessCost, seconds: int) -> str:
    """40 h, $2.78 a week; for a time of so many seconds."""
    return f"{money.hours(process.amount)}, {money.price(process.amount, seconds)}"


def job_cost(job: JobCost, seconds: int) -> str:
    """5 starts, at most 15 h, $1.04 a week."""
    starts = "1 start" if job.starts == 1 else f"{job.starts} starts"
    return f"{starts}, at most {money.hours(job.amount)}, {money.price(job.amount, seconds)}"


def against_peak(bill: Bill) -> str:
    """67 % less than always at peak; empty where that is not known."""
    saving = bill.saving
    if saving is None:
        return ""
    if saving == 0:
        return "as much as always at peak"
    return f"{money.percent(abs(saving))} {'less' if saving > 0 else 'more'} than always at peak"


def _row(name: str, amount: Amount) -> tuple[str, str, str]:
    if amount.unpriced and not amount.charge:
        return name, money.hours(amount), "price not known"
    return name, money.hours(amount), money.dollars(amount.priced) + ("+" if amount.unpriced else "")
