"""Calendar feeds: fetched when a command needs them; the daemon keeps the last good copies and asks again daily."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Thread

from autoscaler.core.calendars import Unavailable
from autoscaler.core.clock import Clock
from autoscaler.core.events import Emit, Event
from autoscaler.core.policies import Policies
from autoscaler.policyfile import Fetch

DAILY = 24 * 3600.0
"""Seconds between two fetches of a feed that answers."""

AGAIN = 15 * 60.0
"""Seconds between two tries where one does not."""

_NOT_YET = "it was not fetched yet"


def fetched(url: str) -> bytes:
    """The bytes behind a feed's URL, asked for now. Raises Unavailable."""
    from autoscaler.outside.feeds import FeedError, fetch

    try:
        return fetch(url)
    except FeedError as error:
        raise Unavailable(str(error)) from None


def checked(url: str) -> bytes:
    """The same, only if it is a calendar that can be used. Raises Unavailable."""
    from autoscaler.policyfile.ics import IcsError, ics_source

    content = fetched(url)
    try:
        ics_source(content)
    except IcsError as error:
        raise Unavailable(str(error)) from None
    return content


@dataclass(slots=True)
class _Feed:
    """One feed: its last good copy, why it cannot be read now, and the steady time of the next try."""

    good: bytes | None = None
    bad: str | None = _NOT_YET
    due: float = float("-inf")


@dataclass(slots=True)
class Feeds:
    """The last good copy of each feed that the policy file asks for. `arrived` is called from a thread."""

    clock: Clock
    emit: Emit
    arrived: Callable[[], object]
    fetch: Fetch = checked
    _feeds: dict[str, _Feed] = field(default_factory=dict)
    _thread: Thread | None = None
    _news: bool = False

    def load(self, load: Callable[[Fetch], Policies]) -> Policies:
        """What `load` reads with the copies that are here; feeds that a good file does not ask for are forgotten."""
        asked: dict[str, _Feed] = {}

        def copy(url: str) -> bytes:
            feed = asked[url] = self._feeds.setdefault(url, _Feed())
            if feed.good is None:
                raise Unavailable(feed.bad or _NOT_YET)
            return feed.good

        policies = load(copy)
        self._feeds = asked
        return policies

    @property
    def missing(self) -> bool:
        """Whether there is a feed of which no copy has come."""
        return any(feed.good is None for feed in self._feeds.values())

    def poll(self) -> bool:
        """Begin to fetch in the background what is due; whether anything new has come since the last call."""
        if self._thread is None or not self._thread.is_alive():
            due = {url: feed for url, feed in self._feeds.items() if self.clock.steady() >= feed.due}
            if due:
                # Nobody waits for it on the way out.
                self._thread = Thread(target=self._refresh, args=(due,), name="feeds", daemon=True)
                self._thread.start()
        news, self._news = self._news, False
        return news

    def _refresh(self, due: Mapping[str, _Feed]) -> None:
        for url, feed in due.items():
            self._fetch(url, feed)
        self.arrived()

    def _fetch(self, url: str, feed: _Feed) -> None:
        before = (feed.good, feed.good is None and feed.bad)
        try:
            content = self.fetch(url)
        except Unavailable as error:
            feed.bad, feed.due = str(error), self.clock.steady() + AGAIN
            kept = "its last good copy stays in force" if feed.good is not None else "what needs it is left as it is"
            self.emit(Event("degraded", {"calendar": feed.bad, "note": kept}, "error"))
        else:
            if feed.bad not in {None, _NOT_YET}:
                self.emit(Event("recovered", {"calendar": "a feed answers again"}))
            feed.good, feed.bad, feed.due = content, None, self.clock.steady() + DAILY
        self._news |= before != (feed.good, feed.good is None and feed.bad)
