"""What receivers were told already: a trouble is told once, once more after an hour, and its end to those who knew."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.notices import Topic
from autoscaler.outside.alarms.receiver import Receiver

AGAIN = 60 * 60
"""Seconds after which a trouble that lasts is told once more."""

_MOST = 10_000
"""Subjects that are remembered."""

_ALWAYS_NEW = frozenset[Topic]({"scaled", "manual"})
_CHANGING = frozenset({"for", "late", "live", "request_id"})
"""Fields that differ between two tellings of one trouble."""

_Subject = tuple[object, ...]


@dataclass(slots=True, eq=False)
class _Trouble:
    cause: object
    texts: frozenset[str]
    """Its reason or error: what `recovered` says that it was."""
    said: float
    receivers: dict[Receiver, None]


@dataclass(slots=True, eq=False)
class Repeats:
    """By subject and the event's name; `clock`'s steady hand counts."""

    clock: Clock
    _troubles: dict[_Subject, dict[str, _Trouble]] = field(default_factory=dict)

    def fresh(self, topic: Topic, event: Event, wanting: Iterable[Receiver]) -> list[Receiver]:
        """Those of the receivers that do not know it yet."""
        everyone = list(wanting)
        if topic in _ALWAYS_NEW or not everyone:
            return everyone
        now, cause = self.clock.steady(), _cause(event)
        told = self._troubles.setdefault(_subject(event), {})
        known = told.get(event.name)
        if known is None or known.cause != cause or now - known.said >= AGAIN:
            everybody = {**(known.receivers if known else {}), **dict.fromkeys(everyone)}
            told[event.name] = _Trouble(cause, _texts(event), now, everybody)
            self._forget()
            return everyone
        new = [receiver for receiver in everyone if receiver not in known.receivers]
        known.receivers |= dict.fromkeys(new)
        return new

    def recovered(self, event: Event) -> list[Receiver]:
        """Those who were told of the trouble that is over."""
        subject, was = _subject(event), str(event.fields.get("was"))
        told = self._troubles.get(subject, {})
        named = any(part is not None for part in subject)
        over = [name for name, trouble in told.items() if named or was in trouble.texts]
        found = dict.fromkeys(receiver for name in over for receiver in told.pop(name).receivers)
        if not told:
            self._troubles.pop(subject, None)
        return list(found)

    def _forget(self) -> None:
        while len(self._troubles) > _MOST:
            self._troubles.pop(next(iter(self._troubles)))


def _subject(event: Event) -> _Subject:
    return tuple(event.fields.get(name) for name in ("app", "type", "job", "probe"))


def _cause(event: Event) -> object:
    return tuple((name, str(value)) for name, value in event.fields.items() if name not in _CHANGING)


def _texts(event: Event) -> frozenset[str]:
    return frozenset(str(event.fields.get(name)) for name in ("reason", "error", "store"))
