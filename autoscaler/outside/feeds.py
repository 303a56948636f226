"""Calendar feeds: the bytes behind an address, or a sentence why they cannot be had.

Whoever knows a secret calendar address can read the calendar, and its key is part of the path: what is said about an
address names its scheme and host and nothing else, and what the HTTP library says is not quoted.
"""

import logging
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from autoscaler import __version__
from autoscaler.core.calendars import Unavailable

if TYPE_CHECKING:
    import httpx

LARGEST = 2_000_000
"""Bytes of a body; a calendar file has at most as many."""

SECONDS = 15.0

_HERE = frozenset({"localhost", "127.0.0.1"})
_HEADERS = {
    "Accept": "text/calendar, */*;q=0.1",
    "Accept-Encoding": "identity",  # the cap is on bytes as they come; a bomb is packed
    "User-Agent": f"dyno-autoscaler/{__version__}",
}


class FeedError(Unavailable):
    """Why a feed cannot be read, for people; it shows no secret."""


def fetch(url: str, seconds: float = SECONDS) -> bytes:
    """The body behind `url`, taken whole within `seconds`. Raises FeedError.

    One try and no redirect. The asking is done by a thread: looking up a host has no time limit, and the library's
    limits are for each read, so that a server that sends a header a byte at a time is never late. A thread that is late
    is left to its own end, which is that of the read it waits for.
    """
    address = _address(url)
    done: SimpleQueue[bytes | FeedError] = SimpleQueue()
    Thread(target=lambda: done.put(_outcome(address, seconds)), name="feed", daemon=True).start()
    try:
        outcome = done.get(timeout=seconds)
    except Empty:
        raise _late(address, seconds) from None
    if isinstance(outcome, FeedError):
        raise outcome
    return outcome


def _address(url: str) -> "httpx.URL":
    import httpx

    for name in ("httpx", "httpcore"):  # they log addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise FeedError("the address of the feed is no address that can be read") from None
    if not address.host:
        raise FeedError("the address of the feed names no host; write https://, a host and a path")
    if address.scheme != "https" and not (address.scheme == "http" and address.host in _HERE):
        raise FeedError(f"{_shown(address)}: a feed's address begins with https://")
    return address


def _outcome(address: "httpx.URL", seconds: float) -> "bytes | FeedError":
    """The body, or why there is none: nothing is raised where nobody would catch it."""
    import httpx

    deadline = monotonic() + seconds
    try:
        return _asked(address, seconds, deadline)
    except FeedError as error:
        return error
    except httpx.TimeoutException:
        return _late(address, seconds)
    except httpx.ConnectError as error:
        secure = "certificate" in str(error).lower()
        return FeedError(f"{_shown(address)}: {'its certificate is not trusted' if secure else 'it is not reached'}")
    except Exception:  # what the library says may quote the address
        return FeedError(f"{_shown(address)}: the answer broke off or is no HTTP")


def _asked(address: "httpx.URL", seconds: float, deadline: float) -> bytes:
    import httpx

    # A proxy named in the environment is meant for the way out.
    client = httpx.Client(timeout=seconds, follow_redirects=False, trust_env=address.host not in _HERE)
    with client, client.stream("GET", address, headers=_HEADERS) as answer:
        _check(answer, address)
        body = bytearray()
        for part in answer.iter_raw():
            body += part
            if len(body) > LARGEST:
                raise _large(address)
            if monotonic() > deadline:
                raise _late(address, seconds)
    return bytes(body)


def _check(answer: "httpx.Response", address: "httpx.URL") -> None:
    """That the answer is one to read on. Raises FeedError."""
    if answer.has_redirect_location:
        raise FeedError(f"{_shown(address)}: it redirects to {_target(answer, address)}; write the final address")
    if answer.status_code != HTTPStatus.OK:
        raise FeedError(f"{_shown(address)}: the answer is {_status(answer.status_code)}, not 200 OK")
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise FeedError(f"{_shown(address)}: the answer is packed, though a plain one was asked for")
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > 12 or int(length) > LARGEST):
        raise _large(address)


def _target(answer: "httpx.Response", address: "httpx.URL") -> str:
    """Where a redirect leads: a path that it adds may be as secret as ours."""
    target = address.join(answer.headers["Location"])
    same = (target.scheme, target.host, target.port) == (address.scheme, address.host, address.port)
    return "another path there" if same else _shown(target)


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _late(address: "httpx.URL", seconds: float) -> FeedError:
    return FeedError(f"{_shown(address)}: no answer within {seconds:g} seconds")


def _large(address: "httpx.URL") -> FeedError:
    return FeedError(f"{_shown(address)}: the answer has more than {LARGEST:,} bytes")


def _shown(address: "httpx.URL") -> str:
    """Scheme and host, and nothing that others could put into a log with them."""
    text = f"{address.scheme}://{address.host}"
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:100]
