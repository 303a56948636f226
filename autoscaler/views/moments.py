"""Instants and lengths of time as people say them."""

from autoscaler.core.zones import DAY, HOUR, MINUTE, WEEK, ClockChange, Zone, calendar_day, moment


def full(at: int, zone: Zone) -> str:
    """Mon 23 Nov 2026 23:17 JST (14:17 UTC)."""
    return f"{_day(at, zone)} {zone.local(at):%Y %H:%M} {zone.name_at(at)}{_beside(at, zone)}"


def soon(at: int, zone: Zone, now: int) -> str:
    """Tue 06:00 JST; with the date where it is not within the next six days."""
    local = zone.local(at)
    if 0 <= at - now < 6 * DAY:
        return f"{local:%a %H:%M} {zone.name_at(at)}"
    year = "" if local.year == zone.local(now).year else f" {local:%Y}"
    return f"{_day(at, zone)}{year} {local:%H:%M} {zone.name_at(at)}"


def both(at: int, zone: Zone, now: int) -> str:
    """Tue 06:00 JST (Mon 21:00 UTC)."""
    return f"{soon(at, zone, now)}{_beside(at, zone)}"


def date(number: int) -> str:
    """Mon 23 Nov, of a day number."""
    day = calendar_day(number)
    return f"{day:%a} {day.day} {day:%b}"


def day(at: int, zone: Zone) -> str:
    """Mon 23 Nov 2026."""
    return f"{_day(at, zone)} {zone.local(at):%Y}"


def clock(at: int, zone: Zone) -> str:
    """23:17 JST."""
    return f"{zone.local(at):%H:%M} {zone.name_at(at)}"


def clock_utc(at: int, zone: Zone) -> str:
    """14:17 UTC, with the weekday where it is another than the local one."""
    there = moment(at)
    return f"{there:%H:%M} UTC" if there.date() == zone.local(at).date() else f"{there:%a %H:%M} UTC"


def length(seconds: int) -> str:
    """7 days, 36 h, 1 h 30 min; of more than a week, 31 days 1 h."""
    if seconds % DAY == 0 and seconds:
        return "1 day" if seconds == DAY else f"{seconds // DAY} days"
    if seconds > WEEK:
        return f"{seconds // DAY} days {length(seconds % DAY)}"
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    told = [f"{hours} h"] if hours else []
    return " ".join(told + ([f"{minutes} min"] if minutes or not hours else []))


def clock_change(change: ClockChange, zone: Zone) -> str:
    """Clocks in Europe/Berlin go forward 1 h: 02:00 is 03:00."""
    way = "forward" if change.after > change.before else "back"
    before, after = moment(change.at + change.before), moment(change.at + change.after)
    shows = f"{after:%H:%M}" if before.date() == after.date() else f"{after:%d %b %H:%M}"
    return f"clocks in {zone.name} go {way} {length(abs(change.after - change.before))}: {before:%H:%M} is {shows}"


def _day(at: int, zone: Zone) -> str:
    local = zone.local(at)
    return f"{local:%a} {local.day} {local:%b}"


def _beside(at: int, zone: Zone) -> str:
    return "" if zone.name_at(at) == "UTC" else f" ({clock_utc(at, zone)})"
