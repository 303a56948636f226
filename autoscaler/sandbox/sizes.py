"""Dyno sizes as Heroku spells them, and what it lets an app have of them.

Names, memory and prices: `GET /dyno-sizes` and Dev Center, "Dyno Types"; limits: "Dyno Scaling and Process Limits".
"""

from dataclasses import dataclass

DYNOS_AN_APP = 100


@dataclass(frozen=True, slots=True)
class Size:
    """`memory` in GB; `cents` a month; at most `most` dynos of a process type."""

    name: str
    tier: str
    memory: float
    cents: int
    most: int = DYNOS_AN_APP

    @property
    def precise_dyno_units(self) -> float:
        return self.memory


SIZES = {
    size.name.lower(): size
    for size in (
        Size("Eco", "Eco", 0.5, 0, 1),
        Size("Basic", "Basic", 0.5, 700, 1),
        Size("Standard-1X", "Production", 0.5, 2500),
        Size("Standard-2X", "Production", 1, 5000),
        Size("Performance-M", "Production", 2.5, 25000, 10),
        Size("Performance-L", "Production", 14, 50000, 10),
        Size("Performance-L-RAM", "Production", 30, 50000, 10),
        Size("Performance-XL", "Production", 62, 75000, 10),
        Size("Performance-2XL", "Production", 126, 150000, 10),
        Size("Private-S", "Private", 1, 22500, 10),
        Size("Private-M", "Private", 2.5, 45000, 10),
        Size("Private-L", "Private", 14, 90000, 10),
    )
}
"""By name in lower case: a request may spell a size in any case."""
