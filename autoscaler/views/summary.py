"""A plan in one sentence."""

from collections import Counter

from autoscaler.core.bill import Bill
from autoscaler.core.plan import Change, Hold, Keep, Step
from autoscaler.views import money
from autoscaler.views.cost_text import against_peak
from autoscaler.views.preview import Preview


def summary(preview: Preview) -> str:
    """Plan: 2 up, 1 down, 3 unchanged, 1 held; $56.96 a week, 67 % less than always at peak."""
    told = spending(preview.bill())
    if preview.plan is None:
        return f"Offline: {told}. Nothing live was read."
    count = Counter(kind(step) for step in preview.plan.steps)
    resized = f", {count['size']} resized" if count["size"] else ""
    steps = f"{count['up']} up, {count['down']} down{resized}, {count['keep']} unchanged, {count['hold']} held"
    return f"Plan: {steps}; {told}."


def spending(bill: Bill) -> str:
    """$56.96 a week, 67 % less than always at peak; what has no known price is not passed over."""
    rate = money.rate(bill.until - bill.start)
    if not (bill.formations.priced or bill.at_most.priced or bill.everything.eco) and not bill.complete:
        return f"{money.hours(bill.formations)} of dynos {rate}, their price is not known"
    rest = "" if bill.complete else " and what has no known price"
    compared = against_peak(bill)
    return f"{money.dollars(bill.usd)} {rate}{rest}" + (f", {compared}" if compared else "")


def kind(step: Step) -> str:
    """What a step does: up, down, size, keep or hold."""
    match step:
        case Hold():
            return "hold"
        case Keep():
            return "keep"
        case Change(write=write, live=live):
            if write.quantity is None:
                return "size"
            return "up" if write.quantity > live.quantity else "down"
