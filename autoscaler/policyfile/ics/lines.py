"""The content lines of an iCalendar file that say when its events are: unfolded, counted and checked.

The rest is never parsed: most of a calendar is descriptions, alarms and people.
"""

import re
from collections import Counter

from autoscaler.policyfile.ics.errors import IcsError
from autoscaler.policyfile.ics.rules import check_rule

LARGEST = 2_000_000
"""Bytes; an event with a description takes about 500."""

MOST_EVENTS = 5_000

MOMENTS = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "UID", "SEQUENCE", "STATUS")
"""What an event says once."""

_MOST_ZONE_PARTS = 300

_FOLD = re.compile(rb"(?:\r\n?|\n)[ \t]")
_BEGINNING = re.compile(r"BEGIN:VCALENDAR[ \t]*(?:[\r\n]|$)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
_NAME = re.compile(r"[\w-]+", re.ASCII)
_DATES = re.compile(r":\d{8}(?:,\d{8})*\s*$", re.ASCII)
_ZONED = re.compile(r';TZID=(?:"[^"]*"|[^";]*)', re.IGNORECASE)

_KEPT = frozenset(
    {*ONCE, *MOMENTS, "RRULE", "EXRULE", "SUMMARY", "CALSCALE"} | {"BEGIN", "END", "TZID", "TZOFFSETFROM", "TZOFFSETTO"}
)
_COMPONENTS = frozenset({"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"})


def text(content: bytes) -> str:
    """The characters of a file that may be an iCalendar file. Raises IcsError."""
    if len(content) > LARGEST:
        raise IcsError(f"the calendar has {len(content):,} bytes; {LARGEST:,} can be read")
    try:
        text = _FOLD.sub(b"", content).decode("utf-8-sig").lstrip()  # some fold within a character
    except UnicodeDecodeError as error:
        raise IcsError(f"the byte 0x{error.object[error.start]:02x} is no UTF-8; save the calendar as UTF-8") from None
    if re.match(r"<!doctype html|<html|<head|<body", text, re.IGNORECASE):
        raise IcsError("this is an HTML page, not an iCalendar file")
    if not _BEGINNING.match(text):
        raise IcsError("this is no iCalendar file: it does not begin with BEGIN:VCALENDAR")
    return text


def kept(text: str) -> list[str]:
    """The content lines that say when events are, unfolded and checked. Raises IcsError."""
    kept: list[str] = []
    inside: list[str] = []
    for line in _LINE_END.split(text):
        found = _NAME.match(line)
        name = found[0].upper() if found else ""
        if name not in _KEPT or line.rstrip().endswith(":"):
            continue
        if name == "BEGIN":
            inside.append(line.partition(":")[2].strip().upper())
        if _COMPONENTS.issuperset(inside):
            kept.append(_without_zone(line) if name in MOMENTS else line)
            if name == "RRULE":
                check_rule(line, inside[-1:] == ["VEVENT"])
        if name == "END" and ":" in line and inside:
            inside.pop()
    _check_frame(Counter(line.strip().upper() for line in kept), closed=not inside)
    return kept


def _without_zone(line: str) -> str:
    """A line of dates without a time zone, which dates do not have: the library would make them midnights."""
    found = _DATES.search(line)
    return _ZONED.sub("", line[: found.start()]) + found[0] if found else line


def _check_frame(lines: Counter[str], *, closed: bool) -> None:
    if not closed:
        raise IcsError("the calendar is cut off: an END line is missing")
    if lines["BEGIN:VCALENDAR"] > 1:
        raise IcsError(f"the file holds {lines['BEGIN:VCALENDAR']} calendars; one can be read")
    if lines["BEGIN:VEVENT"] > MOST_EVENTS:
        raise IcsError(f"the calendar has {lines['BEGIN:VEVENT']:,} events; {MOST_EVENTS:,} can be read")
    if lines["BEGIN:STANDARD"] + lines["BEGIN:DAYLIGHT"] > _MOST_ZONE_PARTS:
        raise IcsError("the calendar explains too many time zones")
