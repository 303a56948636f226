"""Times and lengths of time as people write them on a command line."""

import re
from datetime import UTC, datetime, timedelta

import click

from autoscaler.core.policies import Policies
from autoscaler.core.zones import DAY, HOUR, MINUTE, Zone, instant

_LENGTH = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_YEARS = range(1970, 3000)
_LONGEST = timedelta(days=3660)
_OR_LENGTH = " or as a length such as 36h or 7d"


def moment(text: str, option: str, policies: Policies) -> int:
    """An ISO 8601 time as an instant; without an offset it is in the file's zone, else in UTC. Raises UsageError."""
    return _moment(text, option, policies.zone)


def end(text: str, option: str, now: int, zone: Zone | None) -> int:
    """When something ends that begins now: a time as above or of the clock, 18:00, or a length. Raises UsageError."""
    at = _after(text, now)
    if at is None and (clock := _CLOCK.fullmatch(text.strip())):
        seconds = int(clock[1]) * HOUR + int(clock[2]) * MINUTE
        today = (now if zone is None else zone.reading(now)) // DAY
        readings = [day * DAY + seconds for day in range(today, today + 3)]
        at = next(edge for reading in readings if (edge := reading if zone is None else zone.edge(reading)) > now)
    if at is None:
        at = _moment(text, option, zone, ", as 18:00 or as a length such as 2h")
    if at <= now:
        raise click.UsageError(f"{option}: {text!r} is not later than now")
    return at


def _moment(text: str, option: str, zone: Zone | None, other: str = "") -> int:
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        written = None
    if written is None or written.year not in _YEARS:
        raise click.UsageError(
            f"{option}: {text!r} is no time: write it as 2026-11-27T08:00 or 2026-11-27T08:00+09:00{other}"
        )
    if written.tzinfo is not None:
        return instant(written)
    reading = instant(written.replace(tzinfo=UTC))
    return reading if zone is None else zone.edge(reading)


def until(text: str, start: int, policies: Policies) -> int:
    """The end of a timeline that begins at `start`: a time, or a length such as 36h or 7d. Raises UsageError."""
    end = _after(text, start)
    if end is None:
        end = _moment(text, "--until", policies.zone, _OR_LENGTH)
    if end <= start:
        raise click.UsageError(f"--until: {text!r} is not later than the start")
    if end - start > _LONGEST.total_seconds():
        raise click.UsageError(f"--until: {text!r} is more than ten years after the start")
    return end


def length(text: str, option: str, longest: int) -> int:
    """A length of time, such as 90d, 36h or 1y (365 days), in seconds; at most `longest`. Raises UsageError."""
    years = re.fullmatch(r"([1-9][0-9]?)y", text.strip().lower(), re.ASCII)
    seconds = int(years[1]) * 365 * 86400 if years else _after(text, 0)
    if seconds is None:
        raise click.UsageError(f"{option}: {text!r} is no length of time: write it as 1y, 90d, 36h or 30m")
    if not 0 < seconds <= longest:
        most = f"{longest // 86400} days"
        raise click.UsageError(f"{option}: {text!r} is not more than nothing and at most {most}")
    return seconds


def since(text: str, now: int, policies: Policies) -> int:
    """Where a look back from `now` begins: a time, or a length such as 36h or 7d before it. Raises UsageError."""
    end = _after(text, 0)
    start = (
        _moment(text, "--since", policies.zone, _OR_LENGTH)
        if end is None
        else now - min(end, int(_LONGEST.total_seconds()))
    )
    if start > now:
        raise click.UsageError(f"--since: {text!r} is later than now")
    return start


def _after(text: str, start: int) -> int | None:
    found = _LENGTH.fullmatch(text.strip().lower())
    if not found or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return start + days * 86400 + hours * 3600 + minutes * 60
