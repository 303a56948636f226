"""How many dynos: a number, or a range that leaves another program room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A live quantity inside [low, high] is left alone; from outside it is moved to the nearer bound."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


Quantity = int | Range


def lowest(quantity: Quantity) -> int:
    """The number itself, or the range's lower bound."""
    return quantity.low if isinstance(quantity, Range) else quantity


def highest(quantity: Quantity) -> int:
    """The number itself, or the range's upper bound."""
    return quantity.high if isinstance(quantity, Range) else quantity


def nearest(quantity: Quantity, live: int) -> int:
    """The absolute quantity to ask for when `live` dynos run."""
    return min(max(live, lowest(quantity)), highest(quantity))


@dataclass(frozen=True, slots=True)
class Desired:
    """What a process type should have; `size` in lower case, None where the file names no size."""

    quantity: Quantity
    size: str | None

    def __str__(self) -> str:
        return f"{self.quantity}:{self.size}" if self.size else str(self.quantity)
