"""How often and how long to try: at most three times, with full jitter, and never waiting long in here."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from autoscaler.core.pace import READS_AN_HOUR
from autoscaler.core.platform import NotSent, Transient
from autoscaler.heroku.budget import loop_time

T = TypeVar("T")

ATTEMPTS = 3
FIRST_WAIT = 0.5
"""Seconds, doubled with each attempt: the most that the first wait would be if it were not random."""
LONGEST_WAIT = 8.0
LONGEST_ASKED_WAIT = 10.0
"""Seconds. A longer wait than this is the caller's to make: an edge must not pass while a call sleeps."""
_EPOCH = 1_000_000_000
"""Seconds since 1970 in 2001: no wait is this long, so a larger number must be an instant."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The whole of one exchange may take `deadline` seconds, its body included; `sleep` waits between attempts.

    At most `reads` are sent in any hour of the `steady` clock (seconds that only grow), None for any number.
    """

    deadline: float = 15.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep  # noqa: TID251 - the one default; tests hand in theirs
    rng: random.Random = field(default_factory=random.Random)
    reads: int | None = READS_AN_HOUR
    steady: Callable[[], float] = loop_time


async def persist(call: Callable[[], Awaitable[T]], patience: Patience) -> T:
    """What `call` returns, asked at most three times. Raises what the last attempt raised."""

    def pause(state: RetryCallState) -> float:
        # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), on top of a wait that was asked for.
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (state.attempt_number - 1))
        return _asked(state) + patience.rng.uniform(0, longest)

    async def attempt() -> T:
        return await call()

    # One object a call: tenacity keeps the state of a call in it.
    return await AsyncRetrying(
        sleep=patience.sleep,
        stop=stop_after_attempt(ATTEMPTS),
        wait=pause,
        retry=retry_if_exception(_worth_another),
        reraise=True,
    )(attempt)


def _worth_another(error: BaseException) -> bool:
    if not isinstance(error, Transient) or isinstance(error, NotSent):
        return False
    if error.retry_after is None:
        # The account's limit concerns every call: three attempts each would only drain it further.
        return not error.everywhere
    return error.retry_after <= LONGEST_ASKED_WAIT


def _asked(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.retry_after or 0.0) if isinstance(error, Transient) else 0.0


def retry_after(value: str | None, now: datetime) -> float | None:
    """The wait that a Retry-After header asks for, in seconds between 1 and 900; None if it says nothing usable.

    Seconds or an HTTP-date (RFC 9110, 10.2.3), or seconds since 1970, which Heroku has sent. An instant that has
    passed says nothing.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text):
        seconds = float(text)
        if seconds < _EPOCH:
            return _within(seconds)
        left = seconds - now.timestamp()
    elif (date := http_date(text)) is not None:
        left = (date - now).total_seconds()
    else:
        return None
    return _within(left) if left > 0 else None


def http_date(value: str | None) -> datetime | None:
    """An HTTP-date as an instant in UTC, to the second; None if there is none or it cannot be read."""
    try:
        date = parsedate_to_datetime(value or "")
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _within(seconds: float) -> float:
    return min(max(seconds, 1.0), 900.0)
