"""Values to remember."""

from datetime import UTC, datetime, timedelta

from autoscaler.core.journal import Pin
from autoscaler.core.memory import Closing, Due

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)
RUN = Due("shop", "invoice", NIGHT)
COMMAND = "python invoice.py"
CLOSING = Closing("shop", "worker", "nightly batch", NIGHT, NIGHT + timedelta(hours=2), "batch")
PIN = Pin("shop", "web", 8, NOON, NOON + timedelta(hours=6), "sale", "kate@laptop")


def later(**length: int) -> datetime:
    return NOON + timedelta(**length)
