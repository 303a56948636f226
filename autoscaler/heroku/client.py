"""The platform over the wire: reads and changes tried a little, restarts and one-off dynos asked for once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import httpx

from autoscaler.core.platform import Dynos, Formation, MaySend, NotSent, OneOff, Ran, Write
from autoscaler.heroku.connections import Answer
from autoscaler.heroku.errors import Asked, unreadable
from autoscaler.heroku.retry import Patience, http_date, persist
from autoscaler.heroku.sender import Order, Sender
from autoscaler.heroku.wire import Unreadable, add, batch_update, one_off_body, read_dyno, read_dynos, read_formation

T = TypeVar("T")

URL = "https://api.heroku.com"
_PAGES = 10
"""More than enough: a page holds 200 entries (Platform API reference, "Ranges"), an app a dozen."""


class Heroku:
    """autoscaler.core.platform.Platform over Heroku's Platform API, version 3.

    Up to 50 requests are under way at a time, the others wait for their turn. A call makes at most three attempts,
    each within the deadline of `patience`, and raises a PlatformError, in which the token never stands. An injected
    `transport` stays its owner's to close. Raises ValueError if `url` is no address.
    """

    def __init__(
        self,
        token: str,
        url: str = URL,
        *,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._sender = Sender(token, url, now, transport, self._patience)

    @property
    def remaining(self) -> int | None:
        """The requests that the account had left when the last answer came; None before the first."""
        return self._sender.budget.remaining

    async def formation(self, app: str) -> Formation:
        """The app's whole formation now. Raises PlatformError."""
        types, told = await persist(
            lambda: self._read(app, "tell the formation", "formation", read_formation), self._patience
        )
        return Formation(app, types, *told)

    async def dynos(self, app: str) -> Dynos:
        """All of the app's dynos now. Raises PlatformError."""
        dynos, told = await persist(lambda: self._read(app, "list the dynos", "dynos", read_dynos), self._patience)
        return Dynos(app, tuple(dynos.values()), *told)

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        """Send `writes` as one batch update, asking `may_send` before each attempt; the Request-Id.

        Sending it twice does no harm, because the values are absolute. Raises PlatformError; even after one Heroku
        may have done it, which only a later `formation` tells.
        """
        content, gate = batch_update(writes), _gate(app, may_send)
        order = Order(app, "change the formation", "PATCH", "formation", gate, content)
        return await persist(lambda: self._write(order), self._patience)

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:
        """Restart one dyno, asked for once; the Request-Id. Raises PlatformError."""
        path = f"dynos/{quote(dyno, safe='')}"
        return await self._demand(Order(app, "restart a dyno", "DELETE", path, _gate(app, may_send), once=True))

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:
        """Restart all dynos of a process type, asked for once; the Request-Id. Raises PlatformError.

        The address says "formations": Platform API schema, "Dyno", "Restart formation".
        """
        path = f"formations/{quote(kind, safe='')}"
        return await self._demand(Order(app, f"restart {kind}", "DELETE", path, _gate(app, may_send), once=True))

    async def run(self, app: str, one_off: OneOff, may_send: MaySend) -> Ran:
        """Make a one-off dyno, asked for once: Heroku knows no key that would make a second request harmless.

        Raises PlatformError; after a Transient that is neither NotSent nor about the rate limit it may be there.
        """
        gate = _gate(app, may_send)
        order = Order(app, "start a one-off dyno", "POST", "dynos", gate, one_off_body(one_off), once=True)
        answer, asked = await self._sender.send(order)
        try:
            return Ran(read_dyno(answer.body), asked.request_id)
        except Unreadable as error:
            raise unreadable(str(error), asked) from None

    async def aclose(self) -> None:
        """Close the connections: one that is in use as soon as its exchange ends."""
        await self._sender.connections.aclose()

    async def _demand(self, order: Order) -> str:
        """An order whose answer has nothing to read: 202, done later."""
        _, asked = await self._sender.send(order)
        return asked.request_id

    async def _write(self, order: Order) -> str:
        answer, asked = await self._sender.send(order)
        _page(answer, asked, read_formation)
        return asked.request_id

    async def _read(
        self, app: str, deed: str, path: str, read: Callable[[bytes], dict[str, T]]
    ) -> tuple[dict[str, T], tuple[datetime | None, str]]:
        """Every page: 206 and Next-Range until there is none (Platform API reference, "Ranges")."""
        found: dict[str, T] = {}
        page: str | None = None
        for _ in range(_PAGES):
            order = Order(app, deed, "GET", path, lambda: self._affordable(app), range=page)
            answer, asked = await self._sender.send(order)
            _page(answer, asked, read, found)
            page = answer.headers.get("Next-Range")
            if page is None:
                return found, (http_date(answer.headers.get("Date")), asked.request_id)
        raise unreadable(f"it goes on for more than {_PAGES} pages", asked)

    def _affordable(self, app: str) -> None:
        """Below the reserve, the requests that are left are kept for writes."""
        if wait := self._sender.budget.wait():
            text = f"{app}: not sent: the account has {self.remaining} requests left, which are kept for changes"
            raise NotSent(text, retry_after=wait, everywhere=True)


def _gate(app: str, may_send: MaySend) -> Callable[[], None]:
    def gate() -> None:
        if not may_send():
            raise NotSent(f"{app}: not sent: these may no longer be the right values")

    return gate


def _page(
    answer: Answer, asked: Asked, read: Callable[[bytes], dict[str, T]], found: dict[str, T] | None = None
) -> None:
    """Put an answer's entries into `found`. Raises Transient if it cannot be read, or does not say where it goes on."""
    goes_on = answer.headers.get("Next-Range")
    try:
        add({} if found is None else found, read(answer.body))
        if goes_on is None and answer.status == 206:
            raise Unreadable("it is a part, and does not say where the next begins")
        if goes_on is not None and not goes_on.isascii():
            raise Unreadable("where its next part begins cannot be read")
    except Unreadable as error:
        raise unreadable(str(error), asked) from None
