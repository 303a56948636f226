"""Calendar feeds: fetched when a command needs them; the daemon keeps the last good copies and asks again daily."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread

from autoscaler.core.calendars import Unavailable
from autoscaler.core.clock import Clock
from autoscaler.core.events import Emit, Event

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
class Feeds:
    """The last good copy of each feed that a policy file has asked for. `arrived` is called from a thread."""

    clock: Clock
    emit: Emit
    arrived: Callable[[], object]
    fetch: Callable[[str], bytes] = checked
    _good: dict[str, bytes] = field(default_factory=dict)
    _bad: dict[str, str] = field(default_factory=dict)
    _due: float = float("-inf")
    _thread: Thread | None = None
    _news: bool = False

    def copy(self, url: str) -> bytes:
        """The last good copy of a feed, at once. Raises Unavailable where there was none yet."""
        if url in self._good:
            return self._good[url]
        if url not in self._bad:
            self._bad[url] = _NOT_YET
            self._due = float("-inf")
        raise Unavailable(self._bad[url])

    def poll(self) -> bool:
        """Begin to fetch in the background if it is time; whether anything new has come since the last call."""
        idle = self._thread is None or not self._thread.is_alive()
        if idle and (self._good or self._bad) and self.clock.steady() >= self._due:
            self._due = self.clock.steady() + DAILY
            self._thread = Thread(target=self._refresh, name="feeds", daemon=True)  # nobody waits for it on the way out
            self._thread.start()
        news, self._news = self._news, False
        return news

    def _refresh(self) -> None:
        for url in sorted({*self._good, *self._bad}):
            self._fetch(url)
        self.arrived()

    def _fetch(self, url: str) -> None:
        try:
            content = self.fetch(url)
        except Unavailable as error:
            self._due = self.clock.steady() + AGAIN
            self._news |= self._bad.get(url) == _NOT_YET  # there is a better reason to tell now
            self._bad[url] = str(error)
            kept = "its last good copy stays in force" if url in self._good else "what needs it is left as it is"
            self.emit(Event("degraded", {"calendar": str(error), "note": kept}, "error"))
            return
        if self._bad.pop(url, _NOT_YET) != _NOT_YET:
            self.emit(Event("recovered", {"calendar": "a feed answers again"}))
        self._news |= self._good.get(url) != content
        self._good[url] = content
