"""How long each app has not been as wanted: tells people, the journal, and whoever listens for silence."""

from dataclasses import dataclass, field
from datetime import datetime

from autoscaler.control.news import News
from autoscaler.control.scribe import Scribe
from autoscaler.core.clock import Clock
from autoscaler.core.events import Event
from autoscaler.core.journal import Alive
from autoscaler.core.notices import Herald
from autoscaler.core.pace import REQUESTS_AN_HOUR
from autoscaler.core.plan import Hold
from autoscaler.core.report import Failed, Report, Unshown

PATIENCE = 5 * 60.0
"""Seconds for which an app may be otherwise than wanted before people are told, or two beats if they are longer."""

MINUTE = 60.0

TELL = 60.0
"""Seconds between two times of telling the journal and the watchers that all is well."""

LOW = REQUESTS_AN_HOUR // 5
"""Fewer requests than these are told."""

UNREAD = "not read yet"


@dataclass(slots=True)
class _App:
    """`good` is the steady time at which it was seen to be as wanted, or of the start."""

    good: float
    why: str = UNREAD
    read: datetime | None = None
    converged: datetime | None = None
    untroubled: datetime | None = None


@dataclass(slots=True)
class Watchman:
    """Looks at what the ticks came to, not at whether they run."""

    clock: Clock
    news: News
    scribe: Scribe
    herald: Herald | None = None
    _apps: dict[str, _App] = field(default_factory=dict)
    _told: float | None = None

    def watch(self, apps: set[str]) -> None:
        """These apps from now on."""
        now = self.clock.steady()
        for gone in set(self._apps) - apps:
            del self._apps[gone]
        for app in apps - set(self._apps):
            self._apps[app] = _App(now)

    def saw(self, app: str, report: Report) -> None:
        """What a tick came to."""
        now, known = self.clock.now(), self._apps[app]
        if not any(hold.cause is not None for hold in report.plan.holds):
            known.read = now
        known.why = _why(report)
        if not report.troubled:
            known.good, known.untroubled = self.clock.steady(), now
            self.news.forget({f"{app} unconverged"})  # the end of what kept it from that is told already
        if report.converged:
            known.converged = now

    def failed(self, app: str, why: str) -> None:
        """A tick that came to nothing."""
        self._apps[app].why = why

    def look(self, beat: float) -> None:
        """Tell who has not been as wanted for too long; `beat` is what lies between two reads of an app, in seconds."""
        # What was as wanted a beat ago is taken to be so until it is read again.
        now, patience = self.clock.steady(), max(PATIENCE, 2 * beat) + min(MINUTE, beat)
        late = {app: known for app, known in self._apps.items() if now - known.good >= patience}
        for app, known in late.items():
            last = None if known.converged is None else f"{known.converged:%Y-%m-%dT%H:%M:%SZ}"
            about = {"app": app, "reason": known.why or "not read since", "converged": last or "never since the start"}
            self.news.trouble(f"{app} unconverged", Event("unconverged", about, "error"), "unconverged")
        seen = all(known.why != UNREAD for known in self._apps.values())
        if self._apps and (seen if self._told is None else now - self._told >= TELL):
            self._told = now
            self._tell(set(late))

    def budget(self, remaining: int | None) -> None:
        """What is left of the account's requests."""
        if remaining is not None and remaining < LOW:
            about = {
                "remaining": remaining,
                "of": REQUESTS_AN_HOUR,
                "note": "the account's other programs draw on it, too",
            }
            self.news.trouble("budget", Event("budget", about, "warning"), "budget")
        elif remaining is not None:
            self.news.well("budget", remaining=remaining)

    def write(self) -> None:
        """Tell the journal how the apps do: it is read when this program is gone, too."""
        for app, known in self._apps.items():
            daemon = self.scribe.daemon
            self.scribe.alive(Alive(app, known.read, known.converged, known.why, daemon, known.untroubled))

    def _tell(self, late: set[str]) -> None:
        self.write()
        if self.herald is not None:
            well = {app: known.converged is not None and not known.why for app, known in self._apps.items()}
            self.herald.converged(self.clock.now(), {app: so and app not in late for app, so in well.items()})


def _why(report: Report) -> str:
    """The first thing that keeps an app from being as wanted; empty where nothing does."""
    for step in report.plan.steps:
        if isinstance(step, Hold) and not step.meant:
            return f"{step.target.type}: {step.reason}"
    for outcome in report.outcomes:
        kind = outcome.change.target.type
        match outcome:
            case Failed(error=error):
                return f"{kind}: {error}"
            case Unshown():
                return f"{kind}: accepted, but not seen yet"
    return ""
