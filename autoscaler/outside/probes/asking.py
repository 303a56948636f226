"""What all kinds of probes share: a deadline that holds, and the number that an answer means."""

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any, TypeVar

T = TypeVar("T")

_GRACE = 0.2
"""Seconds in which something that was cancelled may tidy up."""

_HUGE = 10**18


class Unanswered(Exception):
    """Why a probe has no answer; the text is for people and shows no secret."""


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`. Raises TimeoutError after `seconds`, whatever `work` does about being cancelled.

    asyncio.timeout cancels once and then waits; psycopg takes a first cancellation for a wish to cancel the query,
    and waits up to 10 seconds for a server that may be silent. The second one closes the connection.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        for _ in range(3):
            if not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=_GRACE)
        if task.done() and not task.cancelled():
            task.exception()  # seen: asyncio would log it, and it may show a secret


def number(value: object, what: str) -> int:
    """The number of unfinished things that an answer means; true is 1. Raises Unanswered.

    `what` is what gave the value, for the sentence: a value may be anybody's data and is not quoted, unless it is a
    number.
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        if value != value or not -_HUGE < value < _HUGE or value != value // 1:
            raise Unanswered(f"{what} gave {plain(str(value))[:30]}, not a whole number")
        if value < 0:
            raise Unanswered(f"{what} gave {value}; the number of unfinished things is 0 or more")
        return int(value)
    kind = {type(None): "null", str: "a text", bytes: "a text", list: "a list", dict: "an object"}.get(
        type(value), "something else"
    )
    raise Unanswered(f"{what} gave {kind}, not a number")


def plain(text: str) -> str:
    """A text on one line, without what others could put into a log with it."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:200]
