"""What it costs, in a few large figures."""

from collections.abc import Iterator

from autoscaler.core.bill import CLOCK_SIZE, Bill
from autoscaler.core.sizes import ECO_POOL_HOURS
from autoscaler.views import money
from autoscaler.views.cost_text import against_peak, cost_notes
from autoscaler.views.plan_html.markup import Markup, element, joined


def cards(bill: Bill) -> Markup:
    """One card a figure; under them where the prices are from and what they leave out."""
    notes = [element("li", note) for note in cost_notes(bill)]
    return element(
        "section",
        element("h2", "Cost", class_="heard"),
        element("dl", joined(_cards(bill)), class_="cards"),
        element("p", f"US dollars at {bill.prices.source}, prorated to the second.", class_="note"),
        element("ul", *notes, class_="notes") if notes else "",
        id="cost",
    )  # fmt: skip


def _cards(bill: Bill) -> Iterator[Markup]:
    rate = money.rate(bill.until - bill.start)
    least = "" if bill.complete else "at least "
    everything = f"{least}{money.dollars(bill.usd)}"
    yield _card("total", f"Total {rate}", everything, f"{money.hours(bill.everything)} of dynos")
    if bill.saving is not None:
        compared = f"{money.dollars(bill.peak_usd)} {rate} always at peak"
        yield _card("peak", "Against always at peak", against_peak(bill).split(" than ")[0], compared)
    starts = sum(job.starts for job in bill.jobs)
    if starts:
        runs = f"{starts} start{'' if starts == 1 else 's'}, each up to its time limit"
        unknown = bill.at_most.unpriced and not bill.at_most.charge
        most = "price not known" if unknown else f"at most {money.dollars(bill.at_most.priced)}"
        yield _card("jobs", "One-off jobs", most, runs)
    if bill.everything.eco:
        pool = f"{bill.pool_hours_a_month:,.0f} of {ECO_POOL_HOURS:,} h a month"
        yield _card("eco", "Eco pool", money.dollars(bill.pool), pool)
    yield _card("clock", "The clock dyno", money.dollars(bill.clock.priced), f"one {CLOCK_SIZE} dyno, counted above")


def _card(key: str, name: str, figure: str, about: str) -> Markup:
    told = element("dd", figure, class_="figure"), element("dd", about)
    return element("div", element("dt", name), *told, class_="card", data_card=key)
