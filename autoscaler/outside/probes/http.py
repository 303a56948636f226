"""A number from a field of the JSON behind an address: one try, no redirect, a megabyte at most."""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autoscaler import __version__
from autoscaler.outside.probes.asking import Unanswered, number, plain

if TYPE_CHECKING:
    import httpx

LARGEST = 1_000_000
"""Bytes of a body."""

_HERE = frozenset({"localhost", "127.0.0.1"})


async def count(url: str, field: Sequence[str], token: str | None) -> int:
    """The number in `field`. Raises Unanswered."""
    import httpx

    for name in ("httpx", "httpcore"):  # they log addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    _check_address(url)
    try:
        body = await _body(url, _headers(token))
    except httpx.ConnectError as error:
        secure = "certificate" in str(error).lower()
        raise Unanswered("its certificate is not trusted" if secure else "it is not reached") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):  # their words may quote the address
        raise Unanswered("the answer broke off or is no HTTP") from None
    return _number(body, field)


def shown(url: str) -> str:
    """Scheme and host: what follows them may be a secret."""
    try:
        address = urlsplit(url)
        return plain(f"{address.scheme}://{address.hostname}")
    except ValueError:
        return "an address that cannot be read"


def _check_address(url: str) -> None:
    """A token goes out by TLS alone, and to this machine."""
    try:
        address = urlsplit(url)
        secure = address.scheme == "https" or (address.scheme == "http" and address.hostname in _HERE)
    except ValueError:
        secure = False
    if not secure:
        raise Unanswered("the address of a probe begins with https://")


def _headers(token: str | None) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # the cap is on bytes as they come; a bomb is packed
        "User-Agent": f"dyno-autoscaler/{__version__}",
    }
    if token is None:
        return headers
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise Unanswered("the token has characters that no header may have")
    return {**headers, "Authorization": f"Bearer {token}"}


async def _body(url: str, headers: dict[str, str]) -> bytes:
    import httpx

    # A proxy named in the environment is meant for the way out.
    client = httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=urlsplit(url).hostname not in _HERE)
    async with client, client.stream("GET", url, headers=headers) as answer:
        _check(answer)
        body = bytearray()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > LARGEST:
                raise Unanswered(f"the answer has more than {LARGEST:,} bytes")
    return bytes(body)


def _check(answer: "httpx.Response") -> None:
    """That the answer is one to read on. Raises Unanswered."""
    if answer.has_redirect_location:
        raise Unanswered(
            "it redirects, and no redirect is followed: the token is for this address; write the final one"
        )
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Unanswered(f"the answer is {answer.status_code}: the token is missing or refused")
    if answer.status_code != HTTPStatus.OK:
        raise Unanswered(f"the answer is {answer.status_code}, not 200 OK")
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Unanswered("the answer is packed, though a plain one was asked for")


def _number(body: bytes, field: Sequence[str]) -> int:
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Unanswered("the answer is no JSON") from None
    for depth, name in enumerate(field):
        if not isinstance(value, dict) or name not in value:
            raise Unanswered(f"the answer has no field {plain('.'.join(field[: depth + 1]))}")
        value = value[name]
    return number(value, f"the field {plain('.'.join(field))}")
