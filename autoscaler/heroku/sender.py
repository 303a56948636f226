"""One attempt at one request: sent over a free connection, its answer taken or turned into one of our errors."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from uuid import uuid4

import httpx

from autoscaler import __version__
from autoscaler.core.platform import Unauthorised
from autoscaler.heroku.budget import Budget, Hour
from autoscaler.heroku.connections import Answer, Connections, Dropped
from autoscaler.heroku.errors import NEW_TOKEN, Asked, clean, failure, one_line, refusal, unreadable
from autoscaler.heroku.retry import Patience
from autoscaler.heroku.wire import Unreadable

_LEAST_SECRET = 8
"""Characters. The sandbox takes "x" for a token, which is no secret and stands in many a word."""


@dataclass(frozen=True, slots=True)
class Order:
    """A request `about` an app, or ACCOUNT, at `path` of the address; `path` is quoted.

    `deed` completes "Heroku refused to …". `gate` is asked before each time and raises NotSent if it must not go.
    One that is sent `once` goes over a new connection: none is tried again because an old one had been closed.
    """

    about: str
    deed: str
    method: str
    path: str
    gate: Callable[[], None]
    content: bytes | None = None
    range: str | None = None
    once: bool = False


class Sender:
    """Sends orders with the account's token, and keeps its connections and what is left of its rate limit."""

    def __init__(
        self,
        token: str,
        url: str,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None,
        patience: Patience,
    ) -> None:
        self.budget = Budget(now)
        self.hour = Hour(patience.reads, patience.steady)
        self.scope: str | None = None
        """The token's scope as the last answer told it (the header Oauth-Scope)."""
        self._token = token.strip()
        self._url, local = _checked(url)
        self._now = now
        self._deadline = patience.deadline
        self._headers = _headers(self._token)
        self.connections = Connections(local=local, transport=transport)

    async def send(self, order: Order) -> tuple[Answer, Asked]:
        """An answer in 2xx. Raises PlatformError.

        A connection that the server closed while it was idle is no failure: another one is made at once.
        """
        if not _is_token(self._token):
            text = f"{order.about}: the token is empty or holds signs that no token has; {NEW_TOKEN}"
            raise Unauthorised(text)
        if not order.once:
            with suppress(Dropped):
                return await self._attempt(order)
        return await self._attempt(order, fresh=True)

    async def _attempt(self, order: Order, *, fresh: bool = False) -> tuple[Answer, Asked]:
        asked = Asked(order.about, order.deed, str(uuid4()))
        try:
            async with self.connections.take(fresh=fresh) as shard:
                order.gate()
                answer = await shard.exchange(self._request(order, asked), self._deadline)
        except Unreadable as error:
            raise unreadable(str(error), asked) from None
        except (httpx.HTTPError, OSError) as error:
            raise failure(error, asked, self._deadline) from None
        return self._judged(answer, asked)

    def _judged(self, answer: Answer, asked: Asked) -> tuple[Answer, Asked]:
        self.budget.note(answer.headers.get("RateLimit-Remaining"))
        if scope := clean(answer.headers.get("Oauth-Scope", "")):
            self.scope = scope
        chain = self._without(answer.headers.get("Request-Id", ""))
        asked = replace(asked, request_id=_in_chain(asked.request_id, chain))
        if 200 <= answer.status < 300:
            return answer, asked
        raise refusal(self._without_token(answer), asked, self._now())

    def _request(self, order: Order, asked: Asked) -> httpx.Request:
        headers = {**self._headers, "Request-Id": asked.request_id}
        if order.content is not None:
            headers["Content-Type"] = "application/json"
        if order.range is not None:
            headers["Range"] = order.range
        return httpx.Request(order.method, self._url + order.path, headers=headers, content=order.content)

    def _without(self, text: str) -> str:
        return text if len(self._token) < _LEAST_SECRET else text.replace(self._token, "[token]")

    def _without_token(self, answer: Answer) -> Answer:
        """Errors are quoted in logs: a server that says our token back must not get it in there."""
        if len(self._token) < _LEAST_SECRET:
            return answer
        return replace(answer, body=answer.body.replace(self._token.encode(), b"[token]"))


def _headers(token: str) -> dict[str, str]:
    """Platform API reference, "Clients". Plain bytes are asked for: a formation is small, a bomb is packed."""
    return {
        "Accept": "application/vnd.heroku+json; version=3",
        "Accept-Encoding": "identity",
        "Authorization": f"Bearer {token}" if _is_token(token) else "",
        "User-Agent": f"dyno-autoscaler/{__version__}",
    }


def _is_token(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _checked(url: str) -> tuple[str, bool]:
    """The address without a user's name in it, which would stand in for the token, and whether it is this machine's.

    Raises ValueError.
    """
    try:
        address = httpx.URL(url.rstrip("/")).copy_with(userinfo=b"", query=None, fragment=None)
    except httpx.InvalidURL as error:
        raise ValueError(f"the address of Heroku's API cannot be used: {error}") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(f"the address of Heroku's API begins with https:// and a host, not {clean(url)!r}")
    return str(address).rstrip("/"), _is_local(address.host)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_chain(ours: str, chain: str) -> str:
    """Our own id where Heroku's list of ids (`Request-Id: a,b,c`) has it, as it should, or none; else its first."""
    ids = [one_line(one) for one in chain.split(",") if one.strip()]
    return ours if ours in ids or not ids else ids[0]
