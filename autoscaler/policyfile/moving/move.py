"""From everything that people have to one draft, with what could not be carried over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autoscaler.core.drafts import Draft, DraftApp, DraftType
from autoscaler.policyfile.moving.commands import Scaling, scales, scalings
from autoscaler.policyfile.moving.crons import Change, NotMoved, moved, numbered, remarks
from autoscaler.policyfile.moving.lines import UTC, Due, Lines, Unread, Variable, lines
from autoscaler.policyfile.moving.templates import (
    Schedules,
    schedule_remarks,
    scheduled,
    switched_off,
    unreadable,
)
from autoscaler.policyfile.zones import zone

Target = tuple[str, str]
"""An app and a process type."""

_ONE_FOR_ALL = "SCALING_SCHEDULE"
_OURS = {"SCALING_SCHEDULE_TIMEZONE", "SCALING_SCHEDULE_DISABLE"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line adds: the app of lines that name none, process types, the zone of lines that name none."""

    app: str | None = None
    types: tuple[str, ...] = ()
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """`draft` is None where nothing could be carried over; `lost` says what was not, line by line; `remarks` what is
    to be known of the rest. `zoneless` is the first line of which nobody knows the time zone."""

    draft: Draft | None
    lost: tuple[str, ...]
    remarks: tuple[str, ...]
    zoneless: int | None = None


@dataclass(slots=True)
class _Move:
    asked: Asked
    changes: dict[Target, list[Change]] = field(default_factory=dict)
    spoilt: dict[Target, str] = field(default_factory=dict)
    made: dict[Target, DraftType] = field(default_factory=dict)
    lost: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def lose(self, line: int, reason: str) -> None:
        self.lost.append((line, f"line {line}: {reason}"))

    def unread(self, line: Unread) -> None:
        """Of what its command scales nothing is known."""
        self.lose(line.line, line.reason)
        for scaling in scalings(line.command):
            for name in scaling.settings:
                self._spoil((scaling.app or line.app or "", name), line.line)

    def command(self, due: Due) -> None:
        """Gather what a line's command sets."""
        found = scalings(due.command)
        if not found:
            unread = "its `heroku ps:scale` cannot be read"
            self.lose(due.line, unread if scales(due.command) else "it scales nothing: keep it where it is")
        for scaling in found:
            app = scaling.app or due.app
            if app is None:
                self.lose(due.line, "it names no app: say --app APP")
                continue
            self._scaling(app, scaling, due)

    def _scaling(self, app: str, scaling: Scaling, due: Due) -> None:
        for name, reason in scaling.troubles:
            self.lose(due.line, reason if name is None else f"{app}/{name}: {reason}")
            if name is not None:
                self._spoil((app, name), due.line)
        for name, to in scaling.settings.items():
            self.changes.setdefault((app, name), []).append(Change(due, to))

    def _spoil(self, target: Target, line: int) -> None:
        self.spoilt[target] = f"line {line} is needed to know its quantities, and is not carried over"

    def crontabs(self) -> None:
        """Make windows of the lines of each process type, or say why not."""
        for target, changes in self.changes.items():
            zones = {change.due.zone or self.asked.timezone or UTC for change in changes}
            try:
                if target in self.spoilt:
                    raise NotMoved(self.spoilt[target])
                if len(zones) > 1:
                    raise NotMoved(f"its lines are in more than one time zone: {', '.join(sorted(zones))}")
                process = moved(target[1], changes)
            except NotMoved as reason:
                self.lose(changes[0].due.line, f"{'/'.join(target)} is left out: {reason}")
                continue
            known = tuple(remarks(changes))
            self.remarks += [f"{'/'.join(target)}: {remark}" for remark in known]
            said = f"From {numbered(change.due.line for change in changes)}: the same at every minute."
            self.made[target] = replace(process, timezone=zones.pop(), notes=(said, *known))

    def schedules(self, app: str, variables: Sequence[Variable]) -> None:
        """Make windows of an app's SCALING_SCHEDULE settings."""
        by_name = {variable.name: variable for variable in variables}
        own = {
            name.removeprefix("SCALING_SCHEDULE_").lower(): (variable.line, variable.value)
            for name, variable in by_name.items()
            if name.startswith("SCALING_SCHEDULE_") and name not in _OURS
        }
        everyone = by_name.get(_ONE_FOR_ALL)
        found = Schedules(own, (everyone.line, everyone.value) if everyone else None, _templates(variables))
        off = by_name.get("SCALING_SCHEDULE_DISABLE")
        if off is not None and off.value:
            ended = "was switched off" if switched_off(off.value) else "was switched off until a time"
            self.lose(off.line, f"{app}: its schedule {ended}; this file holds as soon as it is deployed")
        zone_name = self._zone(app, by_name.get("SCALING_SCHEDULE_TIMEZONE"))
        types = [*own, *(self.asked.types if everyone else ())]
        if everyone and not self.asked.types and "web" not in own:
            types.append("web")
            self.remarks.append(
                f"line {everyone.line}: it holds for every process type of {app} but those with a schedule of their "
                "own; only web is written. Say --type for each of the others"
            )
        for name in dict.fromkeys(types):
            self._schedule((app, name), found, zone_name)

    def _schedule(self, target: Target, schedules: Schedules, zone_name: str) -> None:
        line, text = schedules.of(target[1]) or (0, "")
        written = schedules.written(text)
        if written is None:
            named = text.replace("_", "").isalpha()
            self.lose(line, f"{'/'.join(target)} is left out: {unreadable(named)}")
            return
        known = tuple(schedule_remarks(target[1], written))
        self.remarks += [f"{'/'.join(target)}: {remark}" for remark in known]
        differs = any("did not do what" in remark for remark in known)
        said = f"From line {line}: {'as it is written, not as it was kept' if differs else 'the same at every minute'}."
        self.made[target] = replace(scheduled(target[1], written), timezone=zone_name, notes=(said, *known))

    def _zone(self, app: str, variable: Variable | None) -> str:
        if variable is not None and zone(variable.value) is not None:
            return variable.value
        used = self.asked.timezone or UTC
        if variable is not None:
            self.lose(variable.line, f"{app}: there is no time zone of that name; the old tool went on with {used}")
        elif self.asked.timezone is None:
            self.remarks.append(f"{app}: its schedules' hours are UTC, as they were; if you meant others, change them")
        return used


def move(text: str, asked: Asked) -> Moved:
    """Everything that can be carried over from `text`, and everything that is to be said about it."""
    found = lines(text, asked.app)
    zoneless = next((due.line for due in found.dues if due.zone is None and asked.timezone is None), None)
    work = _Move(asked)
    for unread in found.unread:
        work.unread(unread)
    for due in found.dues:
        if due.zone is not None and zone(due.zone) is None:
            reason = "there is no time zone of the name in CRON_TZ"
            work.unread(Unread(due.line, reason, due.command, due.app))
        else:
            work.command(due)
    work.crontabs()
    for app, variables in _by_app(found, work):
        work.schedules(app, variables)
    work.remarks += _general(found)
    lost = tuple(told for _, told in sorted(work.lost))
    return Moved(_draft(work, lost), lost, tuple(work.remarks), zoneless)


def _general(found: Lines) -> Iterator[str]:
    if any(due.scheduler for due in found.dues):
        yield (
            "Heroku Scheduler keeps UTC: where clocks change, its hours are an hour off for half of the year. If you "
            "meant local hours, change `timezone` and the hours of the windows"
        )
    for number in found.ignored_zones:
        yield (
            f"line {number}: TZ= reaches only the commands of a crontab, not its hours (crontab(5), LIMITATIONS); "
            "CRON_TZ= and --timezone say whose hours they are"
        )
    if any(due.zone not in {None, UTC} for due in found.dues):
        yield (
            "Debian's and Ubuntu's cron takes no notice of CRON_TZ= and keeps the machine's zone (crontab(5), "
            "LIMITATIONS): look at when your lines really ran"
        )
    if found.others:
        others = "1 other setting has" if found.others == 1 else f"{found.others} other settings have"
        yield f"{others} nothing to do with scaling"


def _by_app(found: Lines, work: _Move) -> Iterator[tuple[str, list[Variable]]]:
    apps: dict[str, list[Variable]] = {}
    shared = [variable for variable in found.variables if variable.name.startswith("SCHEDULE_TEMPLATE_")]
    for variable in found.variables:
        if variable in shared:
            continue
        if variable.app is None:
            work.lose(variable.line, "it does not say whose schedule it is: say --app APP")
        else:
            apps.setdefault(variable.app, []).append(variable)
    for app, variables in apps.items():
        yield app, [*variables, *shared]


def _templates(variables: Iterable[Variable]) -> Mapping[str, str]:
    prefix = "SCHEDULE_TEMPLATE_"
    return {
        variable.name.removeprefix(prefix): variable.value for variable in variables if variable.name.startswith(prefix)
    }


def _draft(work: _Move, lost: Sequence[str]) -> Draft | None:
    if not work.made:
        return None
    zones = [process.timezone or UTC for process in work.made.values()]
    usual = max(dict.fromkeys(zones), key=zones.count)
    apps: dict[str, list[DraftType]] = {}
    for (app, _), process in work.made.items():
        apps.setdefault(app, []).append(replace(process, timezone=None) if process.timezone == usual else process)
    notes = (
        "Made by `autoscaler import`. Look at `autoscaler plan --offline` before you deploy it, and switch the old "
        "schedule off then: two that scale one app undo each other.",
        *(f"Not carried over: {reason}" for reason in lost),
    )
    return Draft(usual, tuple(DraftApp(app, tuple(types)) for app, types in apps.items()), notes)
