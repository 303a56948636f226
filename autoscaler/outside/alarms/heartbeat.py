"""Heartbeats: a watchman is told that all is as wanted, and raises the alarm himself when he hears nothing.

Nothing is ever told of failure: silence is the alarm, whatever it is that failed, this program included.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autoscaler.core.globs import is_glob
from autoscaler.core.notices import Notice

SECONDS = 50.0
"""Between two heartbeats at least. Who calls does so once a minute, and not to the second: none may be left out."""

NEVER = float("-inf")


@dataclass(slots=True, eq=False)
class Heartbeat:
    """Of these apps, None for all; `sent` is when it was last tried, on the steady clock."""

    url: str = field(repr=False)
    variable: str
    apps: frozenset[str] | None
    sent: float = NEVER

    def due(self, apps: Mapping[str, bool], now: float) -> bool:
        """Whether all of its apps are known to be as wanted, and none was sent lately."""
        wanted = apps if self.apps is None else self.apps
        return bool(apps) and all(apps.get(app, False) for app in wanted) and now - self.sent >= SECONDS


def parts(notices: Sequence[Notice]) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Each address once, by its variable, with all the apps for which it is named; None where that is the whole file.

    A glob without apps is no app that could be amiss.
    """
    found: dict[str, set[str | None]] = {}
    for notice in notices:
        if notice.way == "heartbeat":
            found.setdefault(notice.url, set()).add(notice.app)
    for variable, apps in found.items():
        yield variable, None if None in apps else frozenset(app for app in apps if app and not is_glob(app))
