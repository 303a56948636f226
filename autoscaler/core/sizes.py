"""Heroku's dyno sizes: names, tiers, list prices and limits.

Prices are Heroku's list prices as its own command-line client carried them on 2026-05-13: US dollars a month, an
hour being a 720th of it (billing is prorated to the second). Limits: Dev Center, "Limits" and "Dyno Scaling and
Process Limits", 2024-11-04.
"""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["eco", "basic", "production", "private", "shield", "fir"]

HOURS_A_MONTH = 720
DYNOS_AN_APP = 100


@dataclass(frozen=True, slots=True)
class Size:
    """A dyno size; `monthly` is in US dollars, None where there is no price a dyno (Eco is a pool)."""

    name: str
    tier: Tier
    monthly: int | None
    most: int | None = None
    """At most so many dynos a process type, None where Heroku names no figure."""


def _table() -> dict[str, Size]:
    rows: list[tuple[Tier, int | None, dict[str, int | None]]] = [
        ("eco", 1, {"eco": None}),
        ("basic", 1, {"basic": 7}),
        ("production", None, {"standard-1x": 25, "standard-2x": 50}),
        (
            "production",
            10,
            {
                "performance-m": 250,
                "performance-l": 500,
                "performance-l-ram": 500,
                "performance-xl": 750,
                "performance-2xl": 1500,
            },
        ),
        (
            "private",
            10,
            {
                "private-s": 225,
                "private-m": 450,
                "private-l": 900,
                "private-l-ram": 500,
                "private-xl": 750,
                "private-2xl": 1500,
            },
        ),
        (
            "shield",
            10,
            {
                "shield-s": 270,
                "shield-m": 540,
                "shield-l": 1080,
                "shield-l-ram": 600,
                "shield-xl": 900,
                "shield-2xl": 1800,
            },
        ),
        (
            "fir",
            None,
            {
                "dyno-1c-0.5gb": 25,
                "dyno-2c-1gb": 50,
                "dyno-1c-4gb": 80,
                "dyno-2c-8gb": 160,
                "dyno-4c-16gb": 320,
                "dyno-8c-32gb": 640,
                "dyno-16c-64gb": 1000,
                "dyno-2c-4gb": 150,
                "dyno-4c-8gb": 300,
                "dyno-8c-16gb": 600,
                "dyno-16c-32gb": 1200,
                "dyno-32c-64gb": 2400,
                "dyno-1c-8gb": 100,
                "dyno-2c-16gb": 250,
                "dyno-4c-32gb": 500,
                "dyno-8c-64gb": 750,
                "dyno-16c-128gb": 1500,
            },
        ),
    ]
    return {name: Size(name, tier, monthly, most) for tier, most, prices in rows for name, monthly in prices.items()}


SIZES = _table()
"""Every size by its name in lower case."""
