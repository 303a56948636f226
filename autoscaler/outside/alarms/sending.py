"""One request to a receiver: its address is a secret, its answer is not read, and it never lasts."""

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autoscaler import __version__

if TYPE_CHECKING:
    import httpx

SECONDS = 5.0
"""For a whole request: looking up the host, connecting, sending and the answer's head."""

LONGEST_WAIT = 60.0
"""Seconds that a receiver's Retry-After is waited for at most."""

_HERE = frozenset({"localhost", "127.0.0.1"})
_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class Undelivered(Exception):
    """Why a receiver was not reached; the text is for people and shows nothing of the address.

    `again` is whether another try may help, and `after` the seconds that the receiver asks to be left alone.
    """

    def __init__(self, why: str, *, again: bool = True, after: float = 0.0) -> None:
        self.again = again
        self.after = after
        super().__init__(why)


def wrong_with(url: str) -> str | None:
    """What is wrong with an address; it is a secret and is not quoted."""
    try:
        address = urlsplit(url)
        host, _ = address.hostname, address.port
    except ValueError:
        return "holds an address that cannot be read"
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        return "holds no address; it begins with https://"
    if address.scheme != "https" and not (address.scheme == "http" and host in _HERE):
        return "holds an address that does not begin with https://"
    return None


class Sender:
    """Sends requests over connections of its own."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._clients: dict[bool, asyncio.Task[httpx.AsyncClient]] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises Undelivered."""
        await self._send("POST", url, body, {"Content-Type": "application/json", **headers})

    async def get(self, url: str) -> None:
        """Raises Undelivered."""
        await self._send("GET", url, None, {})

    async def aclose(self) -> None:
        """Close the connections."""
        for making in self._clients.values():
            await (await making).aclose()
        self._clients.clear()

    async def _send(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        import httpx

        try:
            async with asyncio.timeout(self._seconds):
                client = await self._client(urlsplit(url).hostname in _HERE)
                async with client.stream(method, url, content=body, headers=dict(headers)) as answer:
                    _check(answer)
        except TimeoutError:
            raise Undelivered(f"no answer within {self._seconds:g} seconds") from None
        except httpx.ConnectError as error:
            secure = "certificate" in str(error).lower()
            raise Undelivered("its certificate is not trusted" if secure else "it is not reached") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError):  # they quote addresses
            raise Undelivered("the answer broke off or is no HTTP") from None

    async def _client(self, here: bool) -> "httpx.AsyncClient":
        """A proxy named in the environment is meant for the way out."""
        if here not in self._clients:
            self._clients[here] = asyncio.create_task(asyncio.to_thread(_made, trust_env=not here))
        return await asyncio.shield(self._clients[here])


def _made(*, trust_env: bool) -> "httpx.AsyncClient":
    """Reading the certificates takes longer than a tick may wait, and is left to a thread."""
    import httpx

    for name in ("httpx", "httpcore"):  # they log addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    agent = {"User-Agent": f"dyno-autoscaler/{__version__}", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=trust_env, headers=agent)


def _check(answer: "httpx.Response") -> None:
    """Whether it was taken. The body is not read. Raises Undelivered."""
    code = answer.status_code
    if HTTPStatus(200) <= code < HTTPStatus.MULTIPLE_CHOICES:
        return
    if answer.has_redirect_location:
        raise Undelivered("it redirects, and no redirect is followed; write the final address", again=False)
    again = code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _AGAIN
    after = answer.headers.get("Retry-After", "").strip()
    wait = float(after[:9]) if after.isascii() and after.isdecimal() else 0.0
    raise Undelivered(f"the answer is {code}", again=again, after=min(wait, LONGEST_WAIT))
