"""Heroku's dyno sizes: names, tiers, list prices and limits.

Prices are Heroku's list prices as its own command-line client carried them on 2026-05-13: US dollars a month, an
hour being a 720th of it (billing is prorated to the second). Limits: Dev Center, "Limits" and "Dyno Scaling and
Process Limits", 2024-11-04.
"""

from dataclasses import dataclass

HOURS_A_MONTH = 720
DYNOS_AN_APP = 100

PRICES_OF = "2026-05-13"
"""The date of the prices below."""

ECO = "eco"
ECO_POOL_CENTS = 500
"""US cents a month for the Eco dynos of a whole account (Dev Center, "Eco Dyno Hours"), however many they are."""

ECO_POOL_HOURS = 1000
"""Hours a month that they share; once these are used up, they all sleep until the next month."""


@dataclass(frozen=True, slots=True)
class Size:
    """A dyno size; `monthly` is in US dollars, None where there is no price a dyno (Eco is a pool)."""

    name: str
    tier: str
    monthly: int | None
    most: int | None = None
    """At most so many dynos a process type, None where Heroku names no figure."""


_TABLE = """
eco                eco            -    1
basic              basic          7    1
standard-1x        production    25    -
standard-2x        production    50    -
performance-m      production   250   10
performance-l      production   500   10
performance-l-ram  production   500   10
performance-xl     production   750   10
performance-2xl    production  1500   10
private-s          private      225   10
private-m          private      450   10
private-l          private      900   10
private-l-ram      private      500   10
private-xl         private      750   10
private-2xl        private     1500   10
shield-s           shield       270   10
shield-m           shield       540   10
shield-l           shield      1080   10
shield-l-ram       shield       600   10
shield-xl          shield       900   10
shield-2xl         shield      1800   10
dyno-1c-0.5gb      fir           25    -
dyno-2c-1gb        fir           50    -
dyno-1c-4gb        fir           80    -
dyno-2c-8gb        fir          160    -
dyno-4c-16gb       fir          320    -
dyno-8c-32gb       fir          640    -
dyno-16c-64gb      fir         1000    -
dyno-2c-4gb        fir          150    -
dyno-4c-8gb        fir          300    -
dyno-8c-16gb       fir          600    -
dyno-16c-32gb      fir         1200    -
dyno-32c-64gb      fir         2400    -
dyno-1c-8gb        fir          100    -
dyno-2c-16gb       fir          250    -
dyno-4c-32gb       fir          500    -
dyno-8c-64gb       fir          750    -
dyno-16c-128gb     fir         1500    -
"""
"""Name, tier, dollars a month, most dynos a process type."""


def _sizes() -> dict[str, Size]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {name: Size(name, tier, _number(monthly), _number(most)) for name, tier, monthly, most in rows}


def _number(cell: str) -> int | None:
    return None if cell == "-" else int(cell)


SIZES = _sizes()
"""Every size by its name in lower case."""
