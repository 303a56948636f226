"""The platform over the wire: reads and changes tried a little, restarts and one-off dynos asked for once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import httpx

from autoscaler.core.platform import Dynos, DynoSize, Formation, MaySend, NotSent, OneOff, Ran, Write
from autoscaler.heroku.around import METRICS_DEADLINE, Around
from autoscaler.heroku.errors import unreadable
from autoscaler.heroku.reading import Question, Reader, path, take_page
from autoscaler.heroku.retry import Patience, persist
from autoscaler.heroku.sender import Order, Sender
from autoscaler.heroku.wire import Unreadable, batch_update, one_off_body, read_dyno, read_dynos, read_formation

URL = "https://api.heroku.com"
METRICS_URL = "https://api.metrics.heroku.com"
"""Where Heroku's own client asks about autoscaling (heroku/cli, `ps:autoscale:enable`); documented nowhere."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where requests go: the Platform API, and the host that tells of Heroku's own autoscaling.

    A token belongs to one place: beside another `api` than Heroku's, an empty `metrics` is that same one.
    """

    api: str = URL
    metrics: str = ""

    @property
    def for_metrics(self) -> str:
        return self.metrics or (METRICS_URL if self.api == URL else self.api)


class Heroku:
    """autoscaler.core.platform.Platform and Neighbours over Heroku's Platform API, version 3.

    Up to 50 requests are under way at a time, the others wait for their turn. A call makes at most three attempts,
    each within the deadline of `patience`, and raises a PlatformError, in which the token never stands. Of reads,
    urgent ones aside, no more go in any hour than `patience` says. An injected `transport` stays its owner's to close.
    Raises ValueError if an address of `url` is none.
    """

    def __init__(
        self,
        token: str,
        url: str | Hosts = URL,
        *,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
    ) -> None:
        hosts = url if isinstance(url, Hosts) else Hosts(url)
        self._patience = patience or Patience()
        self._sender = Sender(token, hosts.api, now, transport, self._patience)
        self._reader = Reader(self._sender, self._patience)
        hasty = replace(self._patience, deadline=METRICS_DEADLINE)
        self._around = Around(self._reader, Sender(token, hosts.for_metrics, now, transport, hasty))

    @property
    def remaining(self) -> int | None:
        """The requests that the account had left when the last answer came; None before the first."""
        return self._sender.budget.remaining

    @property
    def scope(self) -> str | None:
        """The token's scopes as the last answer told them (`Oauth-Scope`), with spaces between; None if none did."""
        return self._sender.scope

    async def formation(self, app: str, *, urgent: bool = False) -> Formation:
        """The app's whole formation now. Raises PlatformError."""
        question = Question(app, "tell the formation", path("apps", app, "formation"), "urgent" if urgent else "beat")
        found, told = await self._reader.read(question, read_formation)
        ids = {process.app_id for process in found.values() if process.app_id}
        return Formation(app, {kind: process.live for kind, process in found.items()}, *told, min(ids, default=""))

    async def dynos(self, app: str) -> Dynos:
        """All of the app's dynos now. Raises PlatformError."""
        question = Question(app, "list the dynos", path("apps", app, "dynos"), "look")
        found, told = await self._reader.read(question, read_dynos)
        return Dynos(app, tuple(found.values()), *told)

    async def apps(self) -> Sequence[str]:
        """The names of all apps that the token may see, its teams' among them. Raises PlatformError."""
        return await self._around.apps()

    async def sizes(self) -> Sequence[DynoSize]:
        """Every dyno size that there is, with what it costs this account. Raises PlatformError."""
        return await self._around.sizes()

    async def sizes_for(self, app: str) -> Sequence[DynoSize]:
        """The dyno sizes that are available to the app. Raises PlatformError."""
        return await self._around.sizes_for(app)

    async def addons(self, app: str) -> Sequence[str]:
        """The services of the app's add-ons, by name. Raises PlatformError."""
        return await self._around.addons(app)

    async def autoscaled(self, app: str, app_id: str) -> bool:
        """Whether Heroku's own autoscaling is on for the app's web, asked once. Raises Transient alone."""
        return await self._around.autoscaled(app, app_id)

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:
        """Send `writes` as one batch update, asking `may_send` before each attempt; the Request-Id.

        Sending it twice does no harm, because the values are absolute. Raises PlatformError; even after one Heroku
        may have done it, which only a later `formation` tells.
        """
        content, gate = batch_update(writes), _gate(app, may_send)
        order = Order(app, "change the formation", "PATCH", path("apps", app, "formation"), gate, content)
        return await persist(lambda: self._write(order), self._patience)

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:
        """Restart one dyno, asked for once; the Request-Id. Raises PlatformError."""
        where = path("apps", app, "dynos", dyno)
        return await self._demand(Order(app, "restart a dyno", "DELETE", where, _gate(app, may_send), once=True))

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:
        """Restart all dynos of a process type, asked for once; the Request-Id. Raises PlatformError.

        The address says "formations": Platform API schema, "Dyno", "Restart formation".
        """
        where = path("apps", app, "formations", kind)
        return await self._demand(Order(app, f"restart {kind}", "DELETE", where, _gate(app, may_send), once=True))

    async def run(self, app: str, one_off: OneOff, may_send: MaySend) -> Ran:
        """Make a one-off dyno, asked for once: Heroku knows no key that would make a second request harmless.

        Raises PlatformError; after a Transient that is neither NotSent nor about the rate limit it may be there.
        """
        gate, where = _gate(app, may_send), path("apps", app, "dynos")
        order = Order(app, "start a one-off dyno", "POST", where, gate, one_off_body(one_off), once=True)
        answer, asked = await self._sender.send(order)
        try:
            return Ran(read_dyno(answer.body), asked.request_id)
        except Unreadable as error:
            raise unreadable(str(error), asked) from None

    async def aclose(self) -> None:
        """Close the connections: one that is in use as soon as its exchange ends."""
        await self._sender.connections.aclose()
        await self._around.metrics.connections.aclose()

    async def _demand(self, order: Order) -> str:
        """An order whose answer has nothing to read: 202, done later."""
        _, asked = await self._sender.send(order)
        return asked.request_id

    async def _write(self, order: Order) -> str:
        answer, asked = await self._sender.send(order)
        take_page(answer, asked, read_formation, {})
        return asked.request_id


def _gate(app: str, may_send: MaySend) -> Callable[[], None]:
    def gate() -> None:
        if not may_send():
            raise NotSent(f"{app}: not sent: these may no longer be the right values")

    return gate
