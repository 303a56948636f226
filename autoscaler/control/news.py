"""What the daemon tells its log: every change, and every trouble once per cause and at intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from autoscaler.control.closer import Closed
from autoscaler.control.watch import Broken, Finding, Looked, Shown
from autoscaler.core.clock import Clock
from autoscaler.core.events import Emit, Event, Level
from autoscaler.core.people import Foreign
from autoscaler.core.plan import Change, Hold, Step
from autoscaler.core.platform import NotSent, PlatformError, Transient, Unauthorised
from autoscaler.core.report import Done, Failed, Outcome, Report, Restart, Unshown
from autoscaler.core.zones import moment

_ISO = "%Y-%m-%dT%H:%M:%SZ"

AGAIN = 15 * 60
"""Seconds after which a trouble that lasts is said once more."""


@dataclass(slots=True)
class _Trouble:
    cause: str
    since: float
    said: float
    untold: bool = False
    """Another subject's trouble, of the same cause, tells of it."""


@dataclass(slots=True)
class News:
    """Turns reports into events; a trouble's subject is a process type, an app, the account or the policy file."""

    clock: Clock
    emit: Emit
    _troubles: dict[str, _Trouble] = field(default_factory=dict)
    _barred: set[str] = field(default_factory=set)
    """The apps that the account's trouble keeps from being read."""

    @property
    def troubles(self) -> int:
        return sum(not trouble.untold for trouble in self._troubles.values())

    def trouble(self, subject: str, event: Event, cause: str, beside: str | None = None) -> None:
        """Tell a trouble if it is new, has another cause than before, or was last told long ago.

        While the subject `beside` is in trouble for the same cause, its line is enough.
        """
        now = self.clock.steady()
        known = self._troubles.get(subject)
        other = None if beside is None else self._troubles.get(beside)
        if other is not None and other.cause == cause and not other.untold:
            self._troubles[subject] = _Trouble(cause, known.since if known else now, now, untold=True)
        elif known is None or known.cause != cause or known.untold:
            self._troubles[subject] = _Trouble(cause, known.since if known else now, now)
            self.emit(event)
        elif now - known.said >= AGAIN:
            known.said = now
            self.emit(replace(event, fields={**event.fields, "for": _length(now - known.since)}))

    def well(self, subject: str, **about: object) -> None:
        """The end of a trouble, told once; of one that another's line told of only where there is more to say."""
        known = self._troubles.pop(subject, None)
        if known is not None and (about or not known.untold):
            lasted = _length(self.clock.steady() - known.since)
            self.emit(Event("recovered", {**about, "after": lasted, "was": known.cause}))

    def forget(self, subjects: set[str]) -> None:
        """Drop the troubles of what is no longer looked after."""
        for subject in subjects:
            self._troubles.pop(subject, None)
            self._barred.discard(subject)

    def report(self, app: str, report: Report, edge: datetime | None) -> None:
        """An app's tick; `edge` is the edge that it was for, None on a beat."""
        self._app(app, report)
        for step in report.plan.steps:
            if isinstance(step, Hold) and not step.meant:
                if step.cause is None:
                    self._held(step)
            elif not isinstance(step, Change) and not (
                isinstance(step, Hold) and step.kind == "pin"
            ):  # a pause mends none
                self.well(str(step.target), app=app, type=step.target.type)
        for outcome in report.outcomes:
            self._outcome(outcome, edge)

    def dynos(self, app: str, looked: Looked | None, restarts: Sequence[Restart]) -> None:
        """What a look at an app's dynos showed, and which restarts were refused."""
        errors = [restart.error for restart in restarts if restart.error is not None]
        if looked is not None and looked.error is not None:
            errors.append(looked.error)
        errors = [error for error in errors if not isinstance(error, NotSent)]
        if errors:
            about = {"app": app, "error": str(errors[0]), "note": "an unbroken opening may not be kept whole"}
            event = Event("degraded", {**about, **_request(errors[0].request_id)}, "error")
            self.trouble(f"{app} dynos", event, str(errors[0]))
        elif looked is not None:
            self.well(f"{app} dynos", app=app)
        for finding in looked.findings if looked is not None else ():
            self.emit(_told(finding))

    def closed(self, app: str, closed: Closed) -> None:
        """What became of openings that close when idle."""
        for closing in closed.early:
            window = {"window": closing.window} if closing.window else {}
            self.emit(Event("closed", {"app": app, "type": closing.type, **window, "by": closing.by}))
        for latest, run in closed.held:
            about = {"app": app, "type": run.target.type, "window": run.window, "until": f"{latest:{_ISO}}"}
            self.emit(Event("held_open", {**about, "reason": run.why}))
        for run in closed.overruns:
            about = {"app": app, "type": run.target.type, "window": run.window, "reason": run.why}
            self.emit(Event("overrun", about, "warning"))
        for (_, probe), reason in closed.failed:
            event = Event("degraded", {"app": app, "probe": probe, "error": reason, "note": "counts as busy"}, "error")
            self.trouble(f"{app} probe {probe}", event, reason)
        for _, probe in closed.answered:
            self.well(f"{app} probe {probe}", app=app, probe=probe)
        if closed.store is not None:
            note = "nothing can be ended early; openings close at their end, or when their probes are idle"
            event = Event("degraded", {"app": app, "store": str(closed.store), "note": note}, "error")
            self.trouble(f"{app} store", event, str(closed.store))
        else:
            self.well(f"{app} store", app=app)

    def _app(self, app: str, report: Report) -> None:
        """An app that could not be read is one trouble, however many process types it has."""
        error = next((step.cause for step in report.plan.holds if step.cause is not None), None)
        if error is None:
            self.well(app, app=app)
            self._barred.discard(app)
            if not self._barred:
                self.well("account")
        else:
            self._degraded(app, error)

    def _degraded(self, app: str, error: PlatformError) -> None:
        level: Level = "warning" if isinstance(error, Transient) else "error"
        if isinstance(error, Unauthorised) or (isinstance(error, Transient) and error.everywhere):
            self._barred.add(app)
            told = str(error).removeprefix(f"{app}: ")  # each app is told it, and it is one cause
            event = Event("degraded", {"error": told, **_request(error.request_id)}, level)
            limited = isinstance(error, Transient)  # whether Heroku says so, or we hold reads back ourselves
            self.trouble("account", event, "rate limit" if limited else told)
        else:
            event = Event("degraded", {"app": app, "error": str(error), **_request(error.request_id)}, level)
            self.trouble(app, event, str(error))

    def changed(self, changes: Sequence[Foreign], report: Report) -> None:
        """Changes by others, each once; what becomes of it is the step's to say."""
        steps = {step.target: step for step in report.plan.steps}
        for one in changes:
            step, target = steps[one.target], one.target
            about = {"app": target.app, "type": target.type, "from": one.verified.quantity, "to": one.live.quantity}
            if one.verified.size != one.live.size:
                about |= {"from_size": one.verified.size, "to_size": one.live.size}
            wanted = {"wanted": str(step.decision.desired)} if step.decision else {}
            rule = "left alone" if isinstance(step, Hold) else "put back"
            who = "another autoscaler" if one.ours else "a person or another program"
            level: Level = "info" if isinstance(step, Hold) and step.meant else "warning"
            details = {**_decided(step), "seen": f"{one.verified.at:{_ISO}}"}
            self.emit(Event("manual", {**about, **wanted, "by": who, "rule": rule}, level, details))

    def autoscaled(self, app: str, told: bool | PlatformError | None) -> None:
        """Whether it is known that Heroku's own autoscaling is off."""
        if isinstance(told, PlatformError):
            note = "it is not known whether Heroku's own autoscaling is on; going on as if it were off"
            event = Event("degraded", {"app": app, "error": str(told), "note": note}, "warning")
            self.trouble(f"{app} autoscaling", event, str(told))
        elif told is not None:
            self.well(f"{app} autoscaling", app=app)

    def _held(self, hold: Hold) -> None:
        target = hold.target
        wanted = {"wanted": str(hold.decision.desired)} if hold.decision else {}
        about = {"app": target.app, "type": target.type, **wanted}
        live = {"live": f"{hold.live.quantity}:{hold.live.size}"} if hold.live else {}
        level: Level = "info" if hold.kind == "waiting" else "warning"
        event = Event("held", {**about, **live, "reason": hold.reason}, level, _decided(hold))
        self.trouble(str(target), event, hold.reason)

    def _outcome(self, outcome: Outcome, edge: datetime | None) -> None:
        target = outcome.change.decision.target
        about, change = _about(outcome.change), outcome.change
        details = {**_decided(change), "before": f"{change.live.quantity}:{change.live.size}"}
        details |= {"after": str(change.decision.desired), "edge": None if edge is None else f"{edge:{_ISO}}"}
        match outcome:
            case Done(_, request_id):
                late = {} if edge is None else {"late": f"{(self.clock.now() - edge).total_seconds():.2f}s"}
                self.well(str(target), app=target.app, type=target.type)
                self.emit(Event("scaled", {**about, **late, **_request(request_id)}, "info", details))
            case Unshown(_, request_id, live):
                reason = "accepted, but " + (
                    "not read back yet" if live is None else f"still {live.quantity}:{live.size}"
                )
                event = Event("failed", {**about, "error": reason, **_request(request_id)}, "warning", details)
                self.trouble(str(target), event, "accepted, but not seen")
            case Failed(error=NotSent()):
                pass  # on the way out, or the next turn has other values
            case Failed(_, error):
                event = Event("failed", {**about, "error": str(error), **_request(error.request_id)}, "error", details)
                self.trouble(str(target), event, str(error))


def _told(finding: Finding) -> Event:
    match finding:
        case Shown(Restart(target, dyno, opening, request_id)):
            about: dict[str, object] = {"app": target.app, "type": target.type, "dyno": dyno.name}
            reason = f"its daily restart could have come in the unbroken opening of {_utc(opening[0])}"
            return Event("restarted", {**about, "reason": reason, **_request(request_id)})
        case Broken(target, opening, before, after):
            about = {"app": target.app, "type": target.type, "dyno": after.name, "born": f"{after.created_at:{_ISO}}"}
            release = f"by release v{after.release}"
            by = release if before.release != after.release else "by hand, by a crash, or by Heroku"
            reason = f"restarted {by} within the unbroken opening of {_utc(opening[0])}"
            return Event("interrupted", {**about, "reason": reason}, "warning")


def _utc(at: int) -> str:
    return f"{moment(at):{_ISO}}"


def _about(change: Change) -> dict[str, object]:
    decision, write, live = change.decision, change.write, change.live
    about: dict[str, object] = {"app": decision.target.app, "type": decision.target.type}
    if write.quantity is not None:
        about |= {"from": live.quantity, "to": write.quantity}
    if write.size is not None:
        about |= {"from_size": live.size, "to_size": write.size}
    pinned = {"reason": decision.why} if decision.pin else {}
    return {**about, "window": decision.giver.name if decision.giver else None, **pinned}


def _decided(step: Step) -> dict[str, object]:
    """What the journal is told of a step's decision, beside what is in the log."""
    if step.decision is None:
        return {}
    until = None if step.decision.until is None else f"{step.decision.until:{_ISO}}"
    return {"line": step.decision.line, "why": step.decision.why, "until": until}


def _request(request_id: str) -> dict[str, object]:
    return {"request_id": request_id} if request_id else {}


def _length(seconds: float) -> str:
    return f"{round(seconds / 60)}m" if seconds >= 90 else f"{round(seconds)}s"
