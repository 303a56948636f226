"""Hours of dynos and US dollars as people say them."""

from autoscaler.core.cost import Amount
from autoscaler.core.zones import DAY, WEEK
from autoscaler.views import moments

_RATES = {DAY: "a day", WEEK: "a week"}


def dollars(usd: float) -> str:
    """$1,056.96."""
    return f"${usd:,.2f}"


def hours(amount: Amount) -> str:
    """40 h; 1,056.5 h."""
    return f"{_number(amount.hours)} h"


def more_hours(seconds: int) -> str:
    """+8 h; -0.5 h."""
    return f"{_sign(seconds)}{_number(abs(seconds) / 3600)} h"


def more_dollars(usd: float) -> str:
    """+$0.28; -$1.00."""
    return f"{_sign(round(usd, 2))}{dollars(abs(usd))}"


def rate(seconds: int) -> str:
    """A week; in 14 days."""
    return _RATES.get(seconds) or f"in {moments.length(seconds)}"


def price(amount: Amount, seconds: int) -> str:
    """$2.78 a week; at least $2.78 a week; price not known."""
    rated = f"{dollars(amount.priced)} {rate(seconds)}"
    if amount.unpriced:
        return f"at least {rated}" if amount.charge else "price not known"
    if not amount.eco:
        return rated
    return f"{rated} and hours of the Eco pool" if amount.charge else "of the Eco pool"


def percent(part: float) -> str:
    """67 %; also "less than 1 %"."""
    return "less than 1 %" if 0 < part < 0.005 else f"{part * 100:.0f} %"


def _number(hours: float) -> str:
    return f"{hours:,.2f}".rstrip("0").rstrip(".")


def _sign(amount: float) -> str:
    return "-" if amount < 0 else "+"
