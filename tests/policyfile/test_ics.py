# ruff: noqa: E501, PT017  cases in rows; an error is looked at where it is caught
"""Which days a calendar file takes, and which files are refused; the expected days are written by hand."""

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoscaler.core.zones import Zone, calendar_day, day_number
from autoscaler.policyfile import zones
from autoscaler.policyfile.ics import IcsError, IcsSource, ics_source
from autoscaler.policyfile.ics import days as ics_days

EXAMPLES = int(os.environ.get("AUTOSCALER_EXAMPLES", "150"))
often = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def zone(name: str) -> Zone:
    found = zones.zone(name)
    assert found is not None
    return found


def calendar(*events: str, before: str = "") -> bytes:
    """A calendar of events, each written as its content lines with `|` between them."""
    written = "".join(f"BEGIN:VEVENT|{event}|END:VEVENT|" for event in events)
    return f"BEGIN:VCALENDAR|VERSION:2.0|{before}{written}END:VCALENDAR|".replace("|", "\r\n").encode()


def named(source: IcsSource, where: str = "Asia/Tokyo", years: tuple[int, int] = (2026, 2027)) -> Mapping[int, str]:
    return source.days(day_number(date(years[0], 1, 1)), day_number(date(years[1], 12, 31)), zone(where))


def taken(content: bytes, where: str = "Asia/Tokyo", years: tuple[int, int] = (2026, 2027)) -> str:
    """The days of these years as `month-day` with the year where it is new: `2026-12-31 2027-01-01 01-02`."""
    days = [calendar_day(day).isoformat() for day in named(ics_source(content), where, years)]
    assert days == sorted(days)
    return " ".join(day if index == 0 or days[index - 1][:4] != day[:4] else day[5:] for index, day in enumerate(days))


def told(content: bytes) -> str:
    with pytest.raises(IcsError) as caught:
        ics_source(content)
    return str(caught.value)


DAYS = {
    # all day
    "one day without an end": ("DTSTART;VALUE=DATE:20261229", "Asia/Tokyo", "2026-12-29"),
    "an end is not taken, over a new year": (
        "DTSTART;VALUE=DATE:20261229|DTEND;VALUE=DATE:20270103", "Asia/Tokyo", "2026-12-29 12-30 12-31 2027-01-01 01-02",
    ),
    "a date is that date everywhere": ("DTSTART;VALUE=DATE:20261229", "America/New_York", "2026-12-29"),
    "a date without VALUE": ("DTSTART:20261229", "Asia/Tokyo", "2026-12-29"),
    "a date with a zone is a date": (
        "DTSTART;VALUE=DATE;TZID=Europe/Berlin:20260512|RRULE:FREQ=DAILY;COUNT=3|EXDATE;TZID=Europe/Berlin:20260513",
        "America/New_York", "2026-05-12 05-14",
    ),
    "days of a duration": ("DTSTART;VALUE=DATE:20260227|DURATION:P3D", "Asia/Tokyo", "2026-02-27 02-28 03-01"),
    "a week of a duration": ("DTSTART;VALUE=DATE:20260227|DURATION:P1W", "UTC", "2026-02-27 02-28 03-01 03-02 03-03 03-04 03-05"),
    "an end at the start is one day": ("DTSTART;VALUE=DATE:20260401|DTEND;VALUE=DATE:20260401", "Asia/Tokyo", "2026-04-01"),
    # instants
    "UTC over midnight in Tokyo": ("DTSTART:20260511T140000Z|DTEND:20260511T160000Z", "Asia/Tokyo", "2026-05-11 05-12"),
    "UTC on one day in Berlin": ("DTSTART:20260511T140000Z|DTEND:20260511T160000Z", "Europe/Berlin", "2026-05-11"),
    "the day before in Honolulu": ("DTSTART:20260511T090000Z|DTEND:20260511T093000Z", "Pacific/Honolulu", "2026-05-10"),
    "the day after in Kiritimati": ("DTSTART:20261231T110000Z|DURATION:PT1H", "Pacific/Kiritimati", "2027-01-01"),
    "to midnight in Tokyo": ("DTSTART:20260511T140000Z|DTEND:20260511T150000Z", "Asia/Tokyo", "2026-05-11"),
    "a second over midnight": ("DTSTART:20260511T140000Z|DTEND:20260511T150001Z", "Asia/Tokyo", "2026-05-11 05-12"),
    "without an end": ("DTSTART:20260511T150000Z", "Asia/Tokyo", "2026-05-12"),
    "no length": ("DTSTART:20260511T140000Z|DTEND:20260511T140000Z", "Asia/Tokyo", "2026-05-11"),
    "no length, at midnight": ("DTSTART:20260511T150000Z|DURATION:PT0S", "Asia/Tokyo", "2026-05-12"),
    # zones
    "TZID elsewhere": ("DTSTART;TZID=America/New_York:20260511T200000|DURATION:PT2H", "Asia/Tokyo", "2026-05-12"),
    "TZID to another's midnight": ("DTSTART;TZID=Asia/Tokyo:20260511T000000|DTEND;TZID=Asia/Tokyo:20260512T000000", "Asia/Tokyo", "2026-05-11"),
    "a TZID of Windows": ("DTSTART;TZID=Tokyo Standard Time:20260511T000000|DURATION:PT1H", "UTC", "2026-05-10"),
    "a TZID of Evolution": ("DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Tokyo:20260511T000000|DURATION:PT1H", "UTC", "2026-05-10"),
    "floating is local in Tokyo": ("DTSTART:20260511T230000|DTEND:20260512T000000", "Asia/Tokyo", "2026-05-11"),
    "floating is local in Honolulu": ("DTSTART:20260511T230000|DTEND:20260512T010000", "Pacific/Honolulu", "2026-05-11 05-12"),
    "the evening of a spring day": ("DTSTART;TZID=Europe/Berlin:20260329T230000|DURATION:PT1H", "Europe/Berlin", "2026-03-29"),
    # On 2026-10-25 in the Azores, 01:00 is followed by 00:00: what ends at the second midnight has been in the day.
    "to the second of two midnights": ("DTSTART:20261024T230000Z|DTEND:20261025T010000Z", "Atlantic/Azores", "2026-10-24 10-25"),
    "to the first of two midnights": ("DTSTART:20261024T230000Z|DTEND:20261025T000000Z", "Atlantic/Azores", "2026-10-24"),
    # rules
    "weekly over a clock change, by the wall": (  # 23:30-00:30 UTC in winter would be one hour earlier in summer
        "DTSTART;TZID=Europe/Berlin:20260315T233000|DURATION:PT15M|RRULE:FREQ=WEEKLY;COUNT=4",
        "Europe/Berlin", "2026-03-15 03-22 03-29 04-05",
    ),
    "weekly over a clock change, seen from UTC": (
        "DTSTART;TZID=Europe/Berlin:20260316T003000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=4",
        "UTC", "2026-03-15 03-16 03-22 03-23 03-29 04-05",  # 23:30-00:30, from the change on 22:30-23:30
    ),
    "every day of a rule": ("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260111", "UTC", "2026-01-05 01-07 01-09 01-11"),
    "the last weekday of a month": (
        "DTSTART;VALUE=DATE:20260130|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4", "UTC", "2026-01-30 02-27 03-31 04-30",
    ),
    "a day of months that have it": ("DTSTART;VALUE=DATE:20260131|RRULE:FREQ=MONTHLY;COUNT=4", "UTC", "2026-01-31 03-31 05-31 07-31"),
    "since 1604": ("DTSTART;VALUE=DATE:16040229|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "UTC", "2026-02-28 2027-02-28"),
    "an exception": ("DTSTART:20260105T100000Z|RRULE:FREQ=WEEKLY;COUNT=4|EXDATE:20260112T100000Z,20260126T100000Z", "UTC", "2026-01-05 01-19"),
    "an exception that is a date": ("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;VALUE=DATE:20260112", "UTC", "2026-01-05 01-19"),
    "an exception in another zone": (
        "DTSTART;TZID=Asia/Tokyo:20260105T080000|RRULE:FREQ=DAILY;COUNT=3|EXDATE:20260105T230000Z", "Asia/Tokyo", "2026-01-05 01-07",
    ),
    "more dates": ("DTSTART;VALUE=DATE:20260105|RDATE;VALUE=DATE:20260301,20260405", "UTC", "2026-01-05 03-01 04-05"),
    "a long event of every year": (
        "DTSTART;VALUE=DATE:20231230|DTEND;VALUE=DATE:20240102|RRULE:FREQ=YEARLY", "UTC",
        "2026-01-01 12-30 12-31 2027-01-01 12-30 12-31",
    ),
    "an empty EXDATE": ("DTSTART;VALUE=DATE:20260105|EXDATE:", "UTC", "2026-01-05"),
    "a small-letter rule with a last semicolon": ("DTSTART;VALUE=DATE:20260105|rrule:freq=daily;count=2;", "UTC", "2026-01-05 01-06"),
    # status
    "cancelled": ("DTSTART;VALUE=DATE:20260105|STATUS:CANCELLED", "UTC", ""),
    "tentative": ("DTSTART;VALUE=DATE:20260105|STATUS:TENTATIVE", "UTC", "2026-01-05"),
    "free time counts": ("DTSTART;VALUE=DATE:20260105|TRANSP:TRANSPARENT", "UTC", "2026-01-05"),
    # what is none of our business
    "an alarm inside": (
        "DTSTART;VALUE=DATE:20260105|BEGIN:VALARM|DURATION:PT15M|REPEAT:x|TRIGGER:-PT5M|SUMMARY:x|RRULE:FREQ=SECONDLY|END:VALARM", "UTC", "2026-01-05",
    ),
    "properties that are broken": ("DTSTART;VALUE=DATE:20260105|GEO:somewhere|CREATED:yesterday|ATTACH;X:|junk", "UTC", "2026-01-05"),
}  # fmt: skip


@pytest.mark.parametrize(("event", "where", "days"), DAYS.values(), ids=DAYS)
def test_the_days_of_an_event(event: str, where: str, days: str) -> None:
    assert taken(calendar(event), where) == days


WEEKLY = "UID:a|SUMMARY:Weekly|DTSTART;TZID=Asia/Tokyo:20260105T100000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=4"
ZONE = "BEGIN:VTIMEZONE|TZID:Ours|X-LIC-LOCATION:x|BEGIN:STANDARD|DTSTART:16010101T000000|TZOFFSETFROM:{0}|TZOFFSETTO:{0}|TZNAME:X|RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=1MO|END:STANDARD|END:VTIMEZONE|"
OURS = "DTSTART;TZID=Ours:20260511T000000|DURATION:PT15M"
CALENDARS = {
    "one time is moved": (
        calendar(WEEKLY, "UID:a|RECURRENCE-ID;TZID=Asia/Tokyo:20260112T100000|DTSTART;TZID=Asia/Tokyo:20260114T100000"),
        "2026-01-05 01-14 01-19 01-26",
    ),
    "one time is moved into another year": (
        calendar(WEEKLY, "UID:a|RECURRENCE-ID:20260112T010000Z|DTSTART:20270114T010000Z"), "2026-01-05 01-19 01-26 2027-01-14",
    ),
    "one time is cancelled": (
        calendar(WEEKLY, "UID:a|RECURRENCE-ID;TZID=Asia/Tokyo:20260112T100000|DTSTART;TZID=Asia/Tokyo:20260112T100000|STATUS:CANCELLED"),
        "2026-01-05 01-19 01-26",
    ),
    "one time and all that follow are moved": (
        calendar(WEEKLY, "UID:a|RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Tokyo:20260119T100000|DTSTART;TZID=Asia/Tokyo:20260120T100000"),
        "2026-01-05 01-12 01-20 01-27",
    ),
    "an override without what it overrides": (calendar("UID:a|RECURRENCE-ID:20260112T010000Z|DTSTART:20260114T010000Z"), "2026-01-14"),
    "a newer version of an event": (
        calendar("UID:a|SEQUENCE:1|DTSTART:20260105", "UID:a|SEQUENCE:2|DTSTART:20260106"), "2026-01-06",
    ),
    "events that share a UID": (calendar("UID:a|DTSTART:20260105", "UID:a|DTSTART:20260106"), "2026-01-05 01-06"),
    "an event that is there twice": (
        calendar(WEEKLY, WEEKLY, "UID:a|RECURRENCE-ID;TZID=Asia/Tokyo:20260112T100000|DTSTART;TZID=Asia/Tokyo:20260114T100000"),
        "2026-01-05 01-14 01-19 01-26",
    ),
    "no events": (calendar(), ""),
    "a to-do is no event": (calendar(before="BEGIN:VTODO|DTSTART:20260105|RRULE:FREQ=SECONDLY|END:VTODO|"), ""),
    "a zone that the file explains": (calendar(OURS, before=ZONE.format("+0930")), "2026-05-10"),
    "a zone of the same name in another file": (calendar(OURS, before=ZONE.format("+0500")), "2026-05-11"),
    "a zone that is explained at the end": (
        calendar(OURS).replace(b"END:VCALENDAR", ZONE.format("+0930").replace("|", "\r\n").encode() + b"END:VCALENDAR"), "2026-05-10",
    ),
    "X-WR-TIMEZONE": (calendar("DTSTART:20260511T000000", before="X-WR-TIMEZONE:America/New_York|"), "2026-05-11"),
    "a byte-order mark and a blank line": (b"\xef\xbb\xbf\r\n" + calendar("DTSTART:20260105"), "2026-01-05"),
    "line feeds alone": (calendar("DTSTART:20260105").replace(b"\r\n", b"\n"), "2026-01-05"),
    "carriage returns alone": (calendar("DTSTART:20260105").replace(b"\r\n", b"\r"), "2026-01-05"),
    "folded lines": (calendar("DTSTART:20260105|SUMMARY:x").replace(b"20260105", b"2026\r\n 01\r\n\t05"), "2026-01-05"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "days"), CALENDARS.values(), ids=CALENDARS)
def test_the_days_of_a_calendar(content: bytes, days: str) -> None:
    assert taken(content) == days


def test_a_zone_of_the_file_before_is_forgotten() -> None:
    ics_source(calendar(OURS, before=ZONE.format("+0930")))
    assert told(calendar(OURS)) == 'an event without a name is in a time zone that is unknown: "Ours"'


SUMMARIES = {
    "Board meeting": "Board meeting",
    "": "",
    r"Comma\, semicolon\; line\n  end": "Comma, semicolon; line end",
    "tab\there\x1b[31m and \u202ethere": "tab here[31m and there",
    "x" * 300: "x" * 100,
    "Jahresend\u00adpause 年末": "Jahresendpause 年末",
}


@pytest.mark.parametrize(("written", "name"), SUMMARIES.items())
def test_a_day_s_name_is_the_event_s_summary(written: str, name: str) -> None:
    assert list(named(ics_source(calendar(f"DTSTART:20260105|SUMMARY:{written}"))).values()) == [name]


def test_a_summary_folded_within_a_character_is_read() -> None:
    content = calendar("DTSTART:20260105|SUMMARY:年末").replace("年".encode(), b"\xe5\r\n \xb9\xb4")
    assert list(named(ics_source(content)).values()) == ["年末"]


def test_the_event_that_began_first_names_the_day() -> None:
    long = "SUMMARY:Long|DTSTART:20251230|DTEND:20260103"
    short = "SUMMARY:Short|DTSTART:20260102|DTEND:20260104"
    other = "SUMMARY:Other|DTSTART:20260102"
    for events in ([long, short, other], [other, short, long]):
        days = named(ics_source(calendar(*events)))
        assert {calendar_day(day).day: name for day, name in days.items()} == {1: "Long", 2: "Long", 3: "Short"}


def test_an_event_that_began_long_before_is_seen() -> None:
    assert len(named(ics_source(calendar("DTSTART:20010101|DTEND:20270301")))) == 365 + 59
    half = calendar(
        "DTSTART:20250701T000000Z|DTEND:20260102T000000Z",
        "DTSTART:20200101T000000Z|DURATION:P400D|RRULE:FREQ=YEARLY;INTERVAL=6",
    )
    assert taken(half, "UTC", (2026, 2026)) == taken(calendar("DTSTART:20260101|DTEND:20270101"), "UTC", (2026, 2026))
    assert taken(half, "UTC", (2027, 2027)).split()[-1] == "02-04"  # the 400th day after 2025-12-31


def test_only_the_days_asked_for_are_told() -> None:
    source = ics_source(calendar("DTSTART:20261229|DTEND:20270103"))
    new_year = day_number(date(2027, 1, 1))
    assert list(source.days(new_year - 1, new_year, zone("UTC"))) == [new_year - 1, new_year]
    assert source.days(new_year + 2, new_year - 2, zone("UTC")) == {}


def test_no_day_is_known_before_1900_or_after_2100() -> None:
    source = ics_source(calendar("DTSTART:18901231|RRULE:FREQ=YEARLY"))
    days = source.days(day_number(date(1, 1, 1)), day_number(date(9999, 12, 31)), zone("UTC"))
    assert [calendar_day(day) for day in (min(days), max(days))] == [date(1900, 12, 31), date(2100, 12, 31)]
    assert len(days) == 201


def test_a_year_is_worked_out_once_for_each_zone_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, date]] = []
    real = ics_days._taken

    def counted(query: object, first: int, last: int, zone: Zone) -> dict[int, str]:
        asked.append((zone.name, calendar_day(first)))
        return real(query, first, last, zone)

    monkeypatch.setattr(ics_days, "_taken", counted)
    source = ics_source(calendar("DTSTART:20260511T140000Z|DTEND:20260511T160000Z"))
    for _ in range(3):
        assert len(named(source, "Asia/Tokyo")) == 2
        assert len(named(source, "UTC")) == 1
    assert asked == [(name, date(year, 1, 1)) for name in ("Asia/Tokyo", "UTC") for year in (2026, 2027)]
    named(source, "UTC", (1900, 2100))
    assert len(source._years) == 64
    assert len(named(source, "UTC")) == 1


def test_a_year_that_fails_has_no_days(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ics_source(calendar("DTSTART:20260511"))
    monkeypatch.setattr(ics_days, "_taken", lambda *_: 1 / 0)
    assert named(source) == {}


def test_a_zone_s_rules_are_the_program_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = Zone("Asia/Tokyo", ZoneInfo("Asia/Kolkata"))  # as if Japan had changed its clocks in a newer tzdata
    monkeypatch.setattr(zones, "zone", lambda name: newer if name == "Asia/Tokyo" else None)
    source = ics_source(calendar("DTSTART;TZID=Asia/Tokyo:20260512T050000|DURATION:PT15M"))
    days = source.days(day_number(date(2026, 5, 1)), day_number(date(2026, 5, 31)), Zone("UTC", UTC))
    assert [calendar_day(day) for day in days] == [date(2026, 5, 11)]  # 23:30 UTC; in Japan's zone 20:00
    monkeypatch.setattr(zones, "zone", lambda _: Zone("Asia/Tokyo", ZoneInfo("Etc/GMT+10")))
    days = source.days(day_number(date(2027, 1, 1)), day_number(date(2027, 1, 31)), Zone("UTC", UTC))
    assert days == {}


RULE = "DTSTART:20260105T100000Z|SUMMARY:x|RRULE:"
LONG = "the events repeat too often up to 2100, {} most: give the rules an end (UNTIL), or leave out events that are not about days"
REFUSED = {
    "nothing": (b"", "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR"),
    "an event alone": (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR"),
    "HTML": (b"\r\n<!DOCTYPE html>\n<title>Sign in", "this is an HTML page, not an iCalendar file"),
    "HTML in capitals": (b"<HTML><BODY>", "this is an HTML page, not an iCalendar file"),
    "JSON": (b'{"error": 1}', "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR"),
    "Latin-1": (calendar("DTSTART:20260105|SUMMARY:x").replace(b"x", b"\xe9"), "the byte 0xe9 is no UTF-8; save the calendar as UTF-8"),
    "UTF-16": (calendar().decode().encode("utf-16"), "the byte 0xff is no UTF-8; save the calendar as UTF-8"),
    "too large": (calendar() + b" " * 2_000_000, "the calendar has 2,000,045 bytes; 2,000,000 can be read"),
    "too many events": (calendar(*["DTSTART:20260105"] * 5001), "the calendar has 5,001 events; 5,000 can be read"),
    "cut off": (calendar("DTSTART:20260105")[:-12], "the calendar is cut off: an END line is missing"),
    "cut off in an alarm": (calendar("DTSTART:20260105|BEGIN:VALARM"), "the calendar is cut off: an END line is missing"),
    "two calendars": (calendar() + calendar(), "the file holds 2 calendars; one can be read"),
    "every second": (calendar(RULE + "FREQ=SECONDLY"), 'an event repeats every second: "RRULE:FREQ=SECONDLY"; a calendar is about days'),
    "every minute": (calendar(RULE + "FREQ=minutely;COUNT=2"), 'an event repeats every minute: "RRULE:FREQ=minutely;COUNT=2"; a calendar is about days'),
    "every second after all": (calendar(RULE + "FREQ=DAILY;FREQ=SECONDLY"), 'an event repeats every second: "RRULE:FREQ=DAILY;FREQ=SECONDLY"; a calendar is about days'),
    "no frequency": (calendar(RULE + "INTERVAL=2"), 'an event\'s rule cannot be followed: "RRULE:INTERVAL=2"'),
    "interval 0": (calendar(RULE + "FREQ=DAILY;INTERVAL=0"), 'an event\'s rule cannot be followed: "RRULE:FREQ=DAILY;INTERVAL=0"'),
    "interval below 0": (calendar(RULE + "FREQ=DAILY;INTERVAL=-1"), 'an event\'s rule cannot be followed: "RRULE:FREQ=DAILY;INTERVAL=-1"'),
    "an end and a count": (calendar(RULE + "FREQ=DAILY;COUNT=2;UNTIL=20270101"), 'an event\'s rule cannot be followed: "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101"'),
    "positions of hours": (calendar(RULE + "FREQ=HOURLY;BYSETPOS=2"), 'an event\'s rule cannot be followed: "RRULE:FREQ=HOURLY;BYSETPOS=2"'),
    "half a rule": (calendar(RULE + "FREQ=DAILY;COUNT"), 'an event\'s rule cannot be read: "RRULE:FREQ=DAILY;COUNT"'),
    "a rule of a Chinese year": (calendar(RULE + "RSCALE=CHINESE;FREQ=YEARLY"), "the event \"x\" cannot be understood: \"unknown parameter 'RSCALE'\""),
    "hours that are none": (calendar("DTSTART:20260105", RULE + "FREQ=DAILY;BYHOUR=31"), 'the event "x" cannot be understood: "hour must be in 0..23"'),
    "every hour since long": (calendar("DTSTART:19500105T100000Z|SUMMARY:x|RRULE:FREQ=HOURLY"), LONG.format('the event "x"')),
    "every hour twice": (calendar(RULE + "FREQ=HOURLY", RULE + "FREQ=HOURLY"), LONG.format('the event "x"')),
    "every second by lists": (
        calendar("DTSTART:20260105|RRULE:FREQ=YEARLY;BYHOUR={1};BYMINUTE={0};BYSECOND={0}".format(",".join(map(str, range(60))), ",".join(map(str, range(24))))),
        LONG.format("an event without a name"),
    ),
    "many dailies": (calendar(RULE + "FREQ=WEEKLY", *[RULE + "FREQ=DAILY"] * 40), LONG.format('the event "x"')),
    "overrides that repeat": (
        calendar("UID:a|" + RULE + "FREQ=DAILY", *["UID:a|RECURRENCE-ID:20260106T100000Z|DTSTART:20260106T100000Z|EXDATE:20260107T100000Z"] * 40),
        LONG.format('the event "x"'),
    ),
    "no start": (calendar("SUMMARY:x|DTEND:20260105"), 'the event "x" has no DTSTART'),
    "two starts": (calendar("DTSTART:20260105|DTSTART:20260106"), "an event without a name has more than one DTSTART"),
    "a start that is no date": (calendar("DTSTART:20260230|SUMMARY:x"), 'the event "x" cannot be understood: "DTSTART"'),
    "a start that is a duration": (calendar("DTSTART:PT5M|SUMMARY:x"), 'the event "x" has a DTSTART that is no date'),
    "a start long ago": (calendar("DTSTART:00010101|SUMMARY:x"), 'the event "x" has a DTSTART in the year 1'),
    "an end in a far future": (calendar("DTSTART:20260101|DTEND:99991231|SUMMARY:x"), 'the event "x" has a DTEND in the year 9999'),
    "a long duration": (calendar("DTSTART:20260101|DURATION:P999999D|SUMMARY:x"), 'the event "x" lasts for centuries'),
    "an end before the start": (calendar("DTSTART:20260105|DTEND:20260104|SUMMARY:x"), 'the event "x" ends before it begins'),
    "a duration below 0": (calendar("DTSTART:20260105|DURATION:-P1D|SUMMARY:x"), 'the event "x" ends before it begins'),
    "a broken exception": (calendar("DTSTART:20260105|EXDATE:tomorrow|SUMMARY:x"), 'the event "x" cannot be understood: "EXDATE"'),
    "an exception in no zone": (calendar("DTSTART:20260105|EXDATE;TZID=Moon:20260105T100000|SUMMARY:x"), 'the event "x" is in a time zone that is unknown: "Moon"'),
    "more times, with ends": (calendar("DTSTART:20260105T100000Z|RDATE;VALUE=PERIOD:20260106T100000Z/PT5H|SUMMARY:x"), 'the event "x" has an RDATE that is no date'),
    "EXRULE": (calendar("DTSTART:20260105|EXRULE:FREQ=DAILY|SUMMARY:x"), 'the event "x" has an EXRULE, which iCalendar no longer has; write EXDATE'),
    "another calendar scale": (calendar(before="CALSCALE:JULIAN|"), 'the calendar counts days in its own way, "JULIAN"; only GREGORIAN can be read'),
    "clocks that change every second": (
        calendar(OURS, before=ZONE.format("+0930").replace("YEARLY", "SECONDLY")),
        'an event repeats every second: "RRULE:FREQ=SECONDLY;BYMONTH=1;BYDAY=1MO"; a calendar is about days',
    ),
    "clocks that change every day": (
        calendar(OURS, before=ZONE.format("+0930").replace("YEARLY", "DAILY")),
        'a time zone changes its clocks too often: "RRULE:FREQ=DAILY;BYMONTH=1;BYDAY=1MO"',
    ),
    "clocks that change to impossible times": (calendar(OURS, before=ZONE.format("+9900")), None),
    "many zones": (calendar(OURS, before=ZONE.format("+0930") * 301), "the calendar explains too many time zones"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_relied_on_is_refused(content: bytes, why: str | None) -> None:
    found = told(content)
    assert why in (found, None)


def test_what_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ics_days, "SECONDS", -1.0)
    assert told(calendar("DTSTART:20260105")) == (
        "the calendar cannot be worked out within -1 seconds: leave out what is not about days"
    )


def test_a_full_calendar_is_read() -> None:
    event = (
        "UID:{0}|SUMMARY:{0}|DTSTART;TZID=Europe/Berlin:2026{1:02}{2:02}T100000|DURATION:PT1H|DESCRIPTION:" + "x" * 200
    )
    content = calendar(*[event.format(number, number % 12 + 1, number % 28 + 1) for number in range(5000)])
    assert len(named(ics_source(content))) == 12 * 7  # number mod 84: 84 pairs of a month and a day


def test_the_libraries_are_imported_when_a_calendar_is_read() -> None:
    command = "import sys, autoscaler.policyfile.ics; print(sys.modules.keys() & {'icalendar', 'recurring_ical_events', 'dateutil'})"
    assert (
        subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout == "set()\n"
    )


ZONES = [
    "UTC",
    "Asia/Tokyo",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Honolulu",
    "Atlantic/Azores",
]
moments = st.datetimes(datetime(2025, 12, 29), datetime(2028, 1, 3)).map(lambda moment: moment.replace(microsecond=0))
lengths = st.integers(0, 200_000) | st.integers(0, 72).map(lambda hours: hours * 3600)


@often
@given(moments, lengths, st.sampled_from(ZONES), st.sampled_from([None, *ZONES]))
def test_an_event_takes_the_days_on_which_a_clock_shows_it(
    start: datetime, seconds: int, where: str, tzid: str | None
) -> None:
    line = f"DTSTART:{start:%Y%m%dT%H%M%S}" if tzid is None else f"DTSTART;TZID={tzid}:{start:%Y%m%dT%H%M%S}"
    end = start + timedelta(seconds=seconds)  # on the same wall clock
    source = ics_source(calendar(f"{line}|DTEND{line[7:].partition(':')[0]}:{end:%Y%m%dT%H%M%S}"))
    rules = zone(tzid or where).rules
    begun, ended = (moment.replace(tzinfo=rules).timestamp() for moment in (start, end))
    steps = [*range(int(begun), int(ended), 900), max(int(begun), int(ended) - 1)]
    shown = {datetime.fromtimestamp(step, zone(where).rules).date() for step in steps}
    days = named(source, where, (2025, 2028))
    assert {calendar_day(day) for day in days} == shown


@often
@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.integers(1, 5), st.integers(1, 400), st.integers(1, 20))
def test_days_that_repeat_are_counted_from_their_start(start: date, interval: int, count: int, length: int) -> None:
    event = f"DTSTART:{start:%Y%m%d}|DURATION:P{length}D|RRULE:FREQ=DAILY;INTERVAL={interval};COUNT={count}"
    expected = {start + timedelta(interval * turn + day) for turn in range(count) for day in range(length)}
    days = named(ics_source(calendar(event)), "UTC", (2026, 2027))
    assert {calendar_day(day) for day in days} == {day for day in expected if day.year in (2026, 2027)}


LINES = [line for content, _ in CALENDARS.values() for line in content.decode("utf-8-sig").splitlines()]
LINES += [line for event, _, _ in DAYS.values() for line in event.split("|")]
LINES += [
    line
    for content, _ in REFUSED.values()
    if len(content) < 1000
    for line in content.decode("utf-8", "replace").splitlines()
]
WORDS = ["BEGIN:", "END:", "VEVENT", "VTIMEZONE", ":", ";", "=", ",", '"', "\\", "\n", " ", "0", "9", "-", "T", "Z", "P", "é", "\0", "TZID=", "FREQ=", "1" * 30]  # fmt: skip


def either(content: bytes) -> None:
    """A source whose answers are sound, or an IcsError that people can read."""
    try:
        source = ics_source(content)
    except IcsError as error:
        assert str(error).isprintable()
        assert len(str(error)) < 250
        return
    for where in ("Asia/Tokyo", "America/New_York"):
        for day, name in named(source, where, (2025, 2028)).items():
            assert 2025 <= calendar_day(day).year <= 2028
            assert name.isprintable()
            assert len(name) <= 100


@often
@given(
    st.binary(max_size=200)
    | st.binary(max_size=200).map(lambda some: b"BEGIN:VCALENDAR\r\n" + some + b"\r\nEND:VCALENDAR")
)
def test_any_bytes_are_a_calendar_or_refused(content: bytes) -> None:
    either(content)


@often
@given(st.lists(st.sampled_from(LINES), max_size=12), st.lists(st.sampled_from(LINES), max_size=12))
def test_any_lines_are_a_calendar_or_refused(one: list[str], other: list[str]) -> None:
    either(calendar("|".join(["DTSTART:20260105T100000Z", *one]), "|".join(other)))


@often
@given(st.integers(0, 2**32))
def test_a_damaged_calendar_is_a_calendar_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    whole = chance.choice([*CALENDARS.values()])[0].decode("utf-8-sig")
    event = chance.choice([*DAYS.values()])[0].replace("|", "\r\n")
    text = whole.replace("END:VCALENDAR", f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(20, len(text))
        text = text[:at] + chance.choice(["", *WORDS, *LINES]) + text[at + chance.choice([0, 0, 1, 2, 9]) :]
    either(text.encode("utf-8", "surrogatepass"))
