"""Dyno sizes as Heroku spells them, and what it lets an app have of them.

Names, memory and prices: `GET /dyno-sizes` and Dev Center, "Dyno Types"; limits: "Dyno Scaling and Process Limits".
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

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
    def id(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"sandbox:size:{self.name}"))

    @property
    def precise_dyno_units(self) -> float:
        return self.memory


_FIR_DOLLARS_A_MONTH = {
    "dyno-1c-0.5gb": 25, "dyno-2c-1gb": 50, "dyno-1c-4gb": 80, "dyno-2c-8gb": 160, "dyno-4c-16gb": 320,
    "dyno-8c-32gb": 640, "dyno-16c-64gb": 1000, "dyno-2c-4gb": 150, "dyno-4c-8gb": 300, "dyno-8c-16gb": 600,
    "dyno-16c-32gb": 1200, "dyno-32c-64gb": 2400, "dyno-1c-8gb": 100, "dyno-2c-16gb": 250, "dyno-4c-32gb": 500,
    "dyno-8c-64gb": 750, "dyno-16c-128gb": 1500,
}  # fmt: skip


def _fir(name: str, dollars: int) -> Size:
    memory = float(name.rpartition("-")[2].removesuffix("gb"))
    return Size(name, "Fir", memory, dollars * 100)


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
        Size("Private-L-RAM", "Private", 30, 50000, 10),
        Size("Private-XL", "Private", 62, 75000, 10),
        Size("Private-2XL", "Private", 126, 150000, 10),
        *(_fir(name, dollars) for name, dollars in _FIR_DOLLARS_A_MONTH.items()),
    )
}
"""By name in lower case: a request may spell a size in any case."""
