"""Dyno-hours and dollars of a timeline."""

from collections.abc import Sequence

from autoscaler.core.quantity import lowest
from autoscaler.core.sizes import HOURS_A_MONTH, SIZES
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import HOUR


def dyno_hours(stretches: Sequence[Stretch]) -> float:
    """Dyno-hours, a range counted at its lower bound."""
    return sum(lowest(s.desired.quantity) * (s.end - s.start) for s in stretches) / HOUR


def cost(stretches: Sequence[Stretch]) -> float | None:
    """US dollars at list price, prorated to the second; None where a size or its price is unknown."""
    prices = [hourly(stretch.desired.size) for stretch in stretches]
    if any(price is None for price in prices):
        return None
    return sum(
        (price or 0) * lowest(s.desired.quantity) * (s.end - s.start) / HOUR
        for price, s in zip(prices, stretches, strict=True)
    )


def hourly(size: str | None) -> float | None:
    """US dollars an hour for one dyno of a size; None where it has no price of its own."""
    known = SIZES.get(size or "")
    return None if known is None or known.monthly is None else known.monthly / HOURS_A_MONTH
