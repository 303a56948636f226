"""Dyno-hours and dollars of a timeline, prorated to the second as Heroku bills (a month being 720 hours)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autoscaler.core.quantity import lowest
from autoscaler.core.sizes import ECO, HOURS_A_MONTH, PRICES_OF, SIZES
from autoscaler.core.timeline import Stretch
from autoscaler.core.zones import HOUR

UNNAMED = "no size named"
"""Stands for the size where the file names none."""

_CENT_SECONDS = 100 * HOURS_A_MONTH * HOUR
"""So many make a dollar: a cent a month, for a second."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US cents a month for one dyno of a size, by its name in lower case; None where it has no price of its own.

    `source` says in words where they are from.
    """

    cents: Mapping[str, int | None]
    source: str

    def of(self, size: str | None) -> int | None:
        """Cents a month; None where it is not known. Eco dynos have none: they share a pool, whatever is listed."""
        return None if size is None or size == ECO else self.cents.get(size)


LISTED = Prices(
    {name: None if size.monthly is None else 100 * size.monthly for name, size in SIZES.items()},
    f"Heroku's list prices of {PRICES_OF}",
)
"""The prices of `core.sizes`."""


def account_prices(cents: Mapping[str, int | None]) -> Prices:
    """The prices that the platform itself tells, by size in any case."""
    return Prices({size.lower(): price for size, price in cents.items()}, "Heroku's prices for this account, read now")


@dataclass(frozen=True, slots=True)
class Amount:
    """Time of dynos and its price, in whole numbers, so that sums are exact.

    `seconds` are dyno-seconds, those of the Eco pool (`eco`) and those without a price among them; `charge` is what
    the others cost, in cent-seconds of a month; `unpriced` are the sizes that run and whose price is not known.
    """

    seconds: int = 0
    charge: int = 0
    eco: int = 0
    unpriced: frozenset[str] = frozenset()

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.seconds + other.seconds,
            self.charge + other.charge,
            self.eco + other.eco,
            self.unpriced | other.unpriced,
        )

    @property
    def hours(self) -> float:
        """Dyno-hours."""
        return self.seconds / HOUR

    @property
    def eco_hours(self) -> float:
        """Of them, hours of the Eco pool."""
        return self.eco / HOUR

    @property
    def priced(self) -> float:
        """US dollars of what has a price of its own: neither Eco nor `unpriced`."""
        return self.charge / _CENT_SECONDS

    @property
    def usd(self) -> float | None:
        """US dollars; None where part of it has no price of its own."""
        return None if self.eco or self.unpriced else self.priced


NOTHING = Amount()


def running(quantity: int, size: str | None, seconds: int, prices: Prices) -> Amount:
    """So many dynos of a size for so long."""
    time = quantity * seconds
    cents = prices.of(size)
    if size == ECO:
        return Amount(time, eco=time)
    if cents is None:
        return Amount(time, unpriced=frozenset({size or UNNAMED}) if time else frozenset())
    return Amount(time, cents * time)


def amount(stretches: Iterable[Stretch], prices: Prices = LISTED) -> Amount:
    """What a timeline takes, a range counted at its lower bound."""
    taken: dict[str | None, int] = {}
    for stretch in stretches:
        size = stretch.desired.size
        taken[size] = taken.get(size, 0) + lowest(stretch.desired.quantity) * (stretch.end - stretch.start)
    return total(running(1, size, seconds, prices) for size, seconds in taken.items())


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum of several."""
    return sum(amounts, NOTHING)


def dyno_hours(stretches: Sequence[Stretch]) -> float:
    """Dyno-hours, a range counted at its lower bound."""
    return amount(stretches).hours


def cost(stretches: Sequence[Stretch], prices: Prices = LISTED) -> float | None:
    """US dollars; None where a size or its price is not known, also while no dyno of it runs."""
    if any(prices.of(stretch.desired.size) is None for stretch in stretches):
        return None
    return amount(stretches, prices).priced


def hourly(size: str | None, prices: Prices = LISTED) -> float | None:
    """US dollars an hour for one dyno of a size; None where it has no price of its own."""
    cents = prices.of(size)
    return None if cents is None else cents / 100 / HOURS_A_MONTH
