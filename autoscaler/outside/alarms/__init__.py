"""Alarms: chat rooms, other programs and watchmen, told beside the daemon's work and never in its way."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from autoscaler.core.clock import Clock
from autoscaler.core.events import Emit, Event
from autoscaler.core.notices import OWN, Notice, topic_of
from autoscaler.outside.alarms.heartbeat import NEVER, Heartbeat, parts
from autoscaler.outside.alarms.receiver import MOST, Pause, Receiver, pause
from autoscaler.outside.alarms.repeats import Repeats
from autoscaler.outside.alarms.sending import Sender, Undelivered, wrong_with
from autoscaler.outside.alarms.slack import slack
from autoscaler.outside.alarms.told import Batch, Told
from autoscaler.outside.alarms.webhook import MOST as MOST_EVENTS
from autoscaler.outside.alarms.webhook import signed, webhook

FAREWELL = 1.5
"""Seconds for what still waits when the program ends."""

_Send = Callable[[Batch], Awaitable[None]]


class Alarms:
    """Tells the receivers of a file; `say` hears of those that are not reached, once a cause.

    `environ` holds their addresses and secrets. All but `aclose` is called in the event loop's thread and returns at
    once.
    """

    def __init__(self, environ: Mapping[str, str], clock: Clock, say: Emit, wait: Pause = pause) -> None:
        self._environ = environ
        self._clock = clock
        self._say = say
        self._wait = wait
        self._sender = Sender()
        self._notices: list[tuple[Notice, Receiver]] = []
        self._receivers: dict[tuple[str, str, str | None], Receiver] = {}
        self._heartbeats: list[Heartbeat] = []
        self._repeats = Repeats(clock)
        self._troubles: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take_up(self, notices: Sequence[Notice]) -> None:
        """Tell these receivers from now on. Receivers that are gone get what they were told before."""
        before, self._receivers = self._receivers, {}
        self._notices = []
        for notice in notices:
            receiver = self._receiver(notice, before) if notice.way != "heartbeat" else None
            if receiver is not None:
                self._notices.append((notice, receiver))
        for key in before.keys() - self._receivers.keys():
            self._keep(before[key].close())
        self._take_up_heartbeats(notices)

    def tell(self, at: datetime, event: Event) -> None:
        """Tell those who want to know; `at` is when it happened, aware."""
        with suppress(Exception):  # whatever is wrong with an alarm, the tick goes on
            self._tell(at, event)

    def converged(self, at: datetime, apps: Mapping[str, bool]) -> None:  # noqa: ARG002 the protocol's signature
        """Send the heartbeats of which every app is as wanted; `apps` are those of the file, as they were seen last."""
        now = self._clock.steady()
        for heartbeat in self._heartbeats:
            if heartbeat.due(apps, now):
                heartbeat.sent = now
                self._keep({asyncio.get_running_loop().create_task(self._beat(heartbeat))})

    async def aclose(self) -> None:
        """Send what still waits, once and within seconds, and end."""
        for receiver in self._receivers.values():
            self._keep(receiver.close())
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FAREWELL)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._sender.aclose()

    def _tell(self, at: datetime, event: Event) -> None:
        if event.name == "recovered" and OWN not in event.fields:
            for receiver in self._repeats.recovered(event):
                receiver.tell(Told(at, "recovered", event))
        topic = topic_of(event)
        if topic is None:
            return
        app = event.fields.get("app")
        wanting = [
            receiver
            for notice, receiver in self._notices
            if topic in notice.topics and (notice.app is None or app is None or notice.app == app)
        ]
        for receiver in self._repeats.fresh(topic, event, dict.fromkeys(wanting)):
            receiver.tell(Told(at, topic, event))

    def _receiver(self, notice: Notice, before: Mapping[tuple[str, str, str | None], Receiver]) -> Receiver | None:
        """The one of a variable; None where it has no address."""
        key = (notice.way, notice.url, notice.secret)
        known = self._receivers.get(key) or before.get(key)
        if known is None:
            send = self._way(notice)
            if send is None:
                return None
            most = MOST_EVENTS if notice.way == "webhook" else MOST
            known = Receiver(send, self._hearing(notice.url), most, self._wait)
        self._receivers[key] = known
        return known

    def _way(self, notice: Notice) -> _Send | None:
        """How something is sent there; addresses and secrets stay inside of it, where no repr shows them."""
        url = self._address(notice.url)
        secret = None if notice.secret is None else self._environ.get(notice.secret, "").strip()
        if url is None:
            return None
        if secret == "":
            self._hear(notice.url, f"the variable {notice.secret} is not set, and nothing is sent unsigned")
            return None

        async def to_slack(batch: Batch) -> None:
            await self._sender.post(url, slack(batch), {})

        async def to_webhook(batch: Batch) -> None:
            body = webhook(batch)
            await self._sender.post(url, body, signed(body, secret, self._clock.now()))

        return to_webhook if notice.way == "webhook" else to_slack

    def _address(self, variable: str) -> str | None:
        url = self._environ.get(variable, "").strip()
        if not url:
            self._hear(variable, f"the variable {variable} is not set; set it on the app that the autoscaler runs in")
            return None
        wrong = wrong_with(url)
        if wrong is not None:
            self._hear(variable, f"the variable {variable} {wrong}")
            return None
        return url

    def _take_up_heartbeats(self, notices: Sequence[Notice]) -> None:
        before = {heartbeat.variable: heartbeat.sent for heartbeat in self._heartbeats}
        found = [(variable, apps, self._address(variable)) for variable, apps in parts(notices)]
        self._heartbeats = [
            Heartbeat(url, variable, apps, before.get(variable, NEVER)) for variable, apps, url in found if url
        ]

    async def _beat(self, heartbeat: Heartbeat) -> None:
        try:
            await self._sender.get(heartbeat.url)
        except Undelivered as error:
            self._hear(heartbeat.variable, str(error))
        except Exception as error:  # what a library says may quote the address
            self._hear(heartbeat.variable, f"sending failed ({type(error).__name__})")
        else:
            self._hear(heartbeat.variable, None)

    def _keep(self, tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _hearing(self, variable: str) -> Callable[[str | None], None]:
        return lambda cause: self._hear(variable, cause)

    def _hear(self, variable: str, cause: str | None) -> None:
        """Tell a receiver's trouble once, and its end."""
        if cause is None:
            was = self._troubles.pop(variable, None)
            if was is not None:
                self._say(Event("recovered", {OWN: variable, "was": was}))
        elif self._troubles.get(variable) != cause:
            self._troubles[variable] = cause
            note = "nobody is told there; scaling goes on"
            self._say(Event("degraded", {OWN: variable, "error": cause, "note": note}, "error"))
