"""Recurrence rules: which can be followed, and about how many steps that takes."""

import re
from math import ceil
from typing import Any

from autoscaler.policyfile.ics.errors import IcsError, listed
from autoscaler.policyfile.spelling import shown

LAST_YEAR = 2100
"""The last year of which a calendar knows the days."""

_MOST_VALUES, _MOST_POSITIONS = 100, 12
_RULE = re.compile(r'RRULE\s*(?:;[^:"]*)?:((?:[A-Z-]+=[^=;]+(?:;|$))+)', re.IGNORECASE)
_TOO_OFTEN = {"SECONDLY": "second", "MINUTELY": "minute"}
_PERIODS = {"YEARLY": (1, 12), "MONTHLY": (12, 2), "WEEKLY": (53, 1), "DAILY": (366, 1), "HOURLY": (8784, 1)}
"""How many a year, and the steps that one takes even where nothing comes true."""


def check_rule(line: str, of_event: bool) -> None:
    """That a rule comes to an end of its work, before anything follows it. Raises IcsError."""
    found = _RULE.fullmatch(line)
    if found is None:
        raise IcsError(f"an event's rule cannot be read: {shown(line)}")
    rule = dict(part.split("=") for part in found[1].upper().split(";") if part)
    frequency = rule.get("FREQ", "").strip()
    if frequency in _TOO_OFTEN:
        raise IcsError(f"an event repeats every {_TOO_OFTEN[frequency]}: {shown(line)}; a calendar is about days")
    values = {name: text.count(",") + 1 for name, text in rule.items()}
    sound = (
        frequency in _PERIODS
        and re.fullmatch(r"0*[1-9]\d{0,4}", rule.get("INTERVAL", "1").strip())
        and max(values.values()) <= _MOST_VALUES
        and values.get("BYSETPOS", 0) <= (0 if frequency in {"DAILY", "HOURLY"} else _MOST_POSITIONS)
        and not {"COUNT", "UNTIL"} <= rule.keys()
    )
    if not sound:
        raise IcsError(f"an event's rule cannot be followed: {shown(line)}")
    strange = rule.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND"} or frequency not in {"YEARLY", "MONTHLY"}
    if strange and not of_event:
        raise IcsError(f"a time zone changes its clocks too often: {shown(line)}")


def steps(event: Any) -> int:
    """About how many steps an event's rules and dates take up to LAST_YEAR."""
    dates = sum(len(value.dts) for value in listed(event.get("RDATE")))
    return 1 + dates + sum(_rule_steps(rule, event["DTSTART"].dt.year) for rule in listed(event.get("RRULE")))


def _rule_steps(rule: Any, start: int) -> int:
    frequency = str(rule["FREQ"][0]).upper()
    periods, looking = _PERIODS[frequency]
    looked = ceil(periods / int(rule.get("INTERVAL", [1])[0]))
    times = _count(rule, "BYMINUTE") * _count(rule, "BYSECOND")
    if frequency == "HOURLY":
        found = looked * times
    else:
        most = ceil(366 / periods) * looked
        found = min(_days_a_year(rule, frequency), most) * times * _count(rule, "BYHOUR")
    until: int = min([LAST_YEAR, *(last.year for last in rule.get("UNTIL", ()))])
    years = max(until + 1 - start, 1)
    for count in rule.get("COUNT", ()):
        if count > 0:
            years = min(years, 8 * ceil(count / max(found, 1)) + 8)  # at leap days, one year in four or eight
    positions = 5 * looked * len(rule.get("BYSETPOS", ()))
    return times + years * (looked * looking + found + positions)


def _days_a_year(rule: Any, frequency: str) -> int:
    """At most so many days of a year have what a rule names; a rule that names none has its start's."""
    months = len(set(rule.get("BYMONTH", range(12))))
    limits = []
    if "BYMONTHDAY" in rule:
        limits.append(months * _count(rule, "BYMONTHDAY"))
    if "BYYEARDAY" in rule:
        limits.append(_count(rule, "BYYEARDAY"))
    if "BYWEEKNO" in rule:
        limits.append(8 * _count(rule, "BYWEEKNO"))
    if "BYDAY" in rule:
        once = months if frequency == "MONTHLY" or "BYMONTH" in rule else 1
        numbered = frequency in {"YEARLY", "MONTHLY"}
        limits.append(sum(once if numbered and day[0] in "+-0123456789" else 5 * months for day in set(rule["BYDAY"])))
    plain = {"YEARLY": months if "BYMONTH" in rule else 1, "MONTHLY": months, "WEEKLY": 5 * months}
    return min(limits, default=plain.get(frequency, 31 * months))


def _count(rule: Any, name: str) -> int:
    return len(set(rule.get(name, (0,))))
