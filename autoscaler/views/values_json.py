"""Instants and values in the shape of the contract."""

from typing import Any

from autoscaler.core.quantity import Desired, Range
from autoscaler.core.zones import moment


def utc(at: int) -> str:
    """An instant as 2026-11-22T15:00:00Z."""
    return f"{moment(at):%Y-%m-%dT%H:%M:%SZ}"


def desired_json(desired: Desired) -> dict[str, Any]:
    """A quantity or a range, and a size."""
    quantity = desired.quantity
    if isinstance(quantity, Range):
        return {"quantity": None, "range": [quantity.low, quantity.high], "size": desired.size}
    return {"quantity": quantity, "range": None, "size": desired.size}
