"""What people have, line by line: crontab lines, lines of Heroku Scheduler's, and config vars with schedules.

Of other config vars neither name nor value is kept: they are secrets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from autoscaler.policyfile.crontab import Crontab, crontab
from autoscaler.policyfile.dayphrases import PhraseError
from autoscaler.policyfile.moving.schedules import is_schedule

UTC = "UTC"

_VARIABLE = re.compile(r"""\s*(?:export\s+)?["']?([A-Za-z_][A-Za-z0-9_]*)["']?\s*[=:]\s*(.*)""")
_HEADER = re.compile(r"=+\s*(?:⬢\s*)?([a-z][a-z0-9-]+) Config Vars\s*", re.IGNORECASE)
_INLINE_ZONE = re.compile(r"(?:CRON_)?TZ=(\S+)\s+(?=[*0-9@])")
_FIELDS = re.compile(r"([*0-9]\S*\s+\S+\s+\S+\s+\S+\s+\S+)\s+(\S.*)")
_NICKNAME = re.compile(r"(@[a-z]+)\s+(\S.*)", re.IGNORECASE)
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_DAILY = re.compile(r"\b(?:every day|daily) at (\d{1,2}):(\d\d)\s*([ap]m)?(?:\s*utc)?\b", re.IGNORECASE)
_HOURLY = re.compile(r"\b(?:every hour|hourly) at :?(\d{1,2})\b", re.IGNORECASE)
_TEN_MINUTES = re.compile(r"\bevery 10 minutes\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Due:
    """A command and when it is run; `zone` is None where the line does not say in which zone it counts."""

    line: int
    fields: str
    crontab: Crontab
    command: str
    zone: str | None
    app: str | None
    scheduler: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """A config var that has to do with schedules."""

    line: int
    name: str
    value: str
    app: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of which nothing was made, and why; its command, empty where it has none, may scale all the same."""

    line: int
    reason: str
    command: str = ""
    app: str | None = None


@dataclass(slots=True)
class Lines:
    """What was found; `others` counts the settings that have nothing to do with scaling."""

    dues: list[Due] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    ignored_zones: list[int] = field(default_factory=list)
    others: int = 0


@dataclass(slots=True)
class _Reader:
    found: Lines = field(default_factory=Lines)
    zone: str | None = None
    app: str | None = None

    def read(self, number: int, line: str) -> None:
        if not line or line.startswith("#") or line in {"{", "}"}:
            return
        header = _HEADER.fullmatch(line)
        if header:
            self.app = header[1]
        elif is_schedule(line):
            self.found.variables.append(Variable(number, "SCALING_SCHEDULE", line, self.app))
        elif not (self._inline(number, line) or self._variable(number, line)):
            self._due(number, line)

    def _inline(self, number: int, line: str) -> bool:
        """`CRON_TZ=Asia/Tokyo 0 22 * * * command`: a zone for one line (robfig/cron)."""
        inline = _INLINE_ZONE.match(line)
        if not inline:
            return False
        before, self.zone = self.zone, inline[1]
        self._due(number, line[inline.end() :])
        self.zone = before
        return True

    def _variable(self, number: int, line: str) -> bool:
        written = _VARIABLE.fullmatch(line)
        if written is None:
            return False
        name, value = written[1], written[2].strip().rstrip(",").strip("\"'")
        if name == "CRON_TZ":
            self.zone = value
        elif name == "TZ":
            self.found.ignored_zones.append(number)
        elif name == "HEROKU_APP":
            self.app = value
        elif name.startswith(("SCALING_SCHEDULE", "SCHEDULE_TEMPLATE_")):
            self.found.variables.append(Variable(number, name, value, self.app))
        else:
            self.found.others += 1
        return True

    def _due(self, number: int, line: str) -> None:
        when = next(_written(line), None)
        if when is None:
            reason = "it is no line of a crontab, of Heroku Scheduler or of `heroku config`"
            self.found.unread.append(Unread(number, reason))
            return
        fields, command, scheduler = when
        if fields.startswith("@"):
            self.found.unread.append(Unread(number, _no_time(fields), command, self.app))
            return
        zone = UTC if scheduler else self.zone
        try:
            self.found.dues.append(Due(number, fields, crontab(fields), command, zone, self.app, scheduler))
        except PhraseError as error:
            self.found.unread.append(Unread(number, error.message, command, self.app))


def lines(text: str, app: str | None) -> Lines:
    """Everything in `text`; `app` is whose it is where it does not say."""
    reader = _Reader(app=app)
    for number, line in enumerate(text.splitlines(), 1):
        reader.read(number, line.strip())
    return reader.found


def _written(line: str) -> Iterator[tuple[str, str, bool]]:
    """Five fields, the command, and whether the line is Heroku Scheduler's, which keeps UTC."""
    for pattern, fields in ((_DAILY, _daily), (_HOURLY, _hourly), (_TEN_MINUTES, _ten_minutes)):
        found = pattern.search(line)
        if found and "heroku" in line:
            yield fields(found), f"{line[: found.start()]} {line[found.end() :]}".strip(" \t|$,;-"), True
    named = _NICKNAME.fullmatch(line)
    if named:
        yield _NICKNAMES.get(named[1].lower(), named[1]), named[2], False
    five = _FIELDS.fullmatch(line)
    if five:
        yield " ".join(five[1].split()), five[2], False


def _no_time(nickname: str) -> str:
    if nickname.lower() == "@reboot":
        return (
            "@reboot runs when a machine starts, which is at no time of the clock: on Heroku such a command belongs "
            "into the Procfile, as a process type's or as its release phase"
        )
    return f"{nickname} is none of a crontab's names for a time: write its five fields, such as 0 22 * * mon-fri"


def _daily(found: re.Match[str]) -> str:
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "pm" else 0)
    return f"{int(found[2])} {hour} * * *"


def _hourly(found: re.Match[str]) -> str:
    return f"{int(found[1])} * * * *"


def _ten_minutes(found: re.Match[str]) -> str:  # noqa: ARG001 one signature for all frequencies
    return "*/10 * * * *"
