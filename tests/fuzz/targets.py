# ruff: noqa: E501, PT017  seeds in rows; an error is looked at where it is caught
"""What must hold for any bytes: each target takes some, and fails where the program does not keep its word.

A text is understood or refused at a place inside it, whatever it is; what is understood means what the reference
reader says; and spoken, it is read again as the same. `tests/fuzz/test_targets.py` tries a few in every run,
`python -m tests.fuzz.run` looks for others, guided by the code that they reach.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from autoscaler.core.calendars import Unavailable
from autoscaler.core.decide import decide
from autoscaler.core.spoken import spoken
from autoscaler.core.windows import CronSpan, Phrase
from autoscaler.core.zones import Zone, calendar_day, day_number
from autoscaler.policyfile import examine_text
from autoscaler.policyfile.crontab import crontab
from autoscaler.policyfile.dayphrases import PhraseError
from autoscaler.policyfile.ics import IcsError, ics_source
from autoscaler.policyfile.phrases import phrase
from tests.policyfile import reference
from tests.policyfile.loading import NOW, OURSELVES
from tests.policyfile.rewriting import meaning, rewritten

NAMES = frozenset({"closed", "day-off", "x1"})
YEARS = [day_number(datetime(year, month, day).date()) for year, month, day in ((2025, 1, 1), (2028, 12, 31))]


def a_phrase(data: bytes) -> None:
    """The text of a `when`."""
    text = data.decode("utf-8", "replace")
    means = reference.phrase(text, NAMES)
    try:
        found = phrase(text, NAMES)
    except PhraseError as error:
        refused(error, text)
        assert means is None, f"refused, though it means {means}"
        return
    assert reference.told(found) == means
    assert reference.told(phrase(spoken(found), NAMES)) == means


def a_crontab(data: bytes) -> None:
    """The text of a `cron`."""
    text = data.decode("utf-8", "replace")
    means = reference.cron(text)
    try:
        found = crontab(text)
    except PhraseError as error:
        refused(error, text)
        assert means is None, f"refused, though it means {means}"
        return
    days = reference.told_days(found.days)
    assert (found.minutes, found.hours, *days[1:]) == means
    said = re.fullmatch('cron "(.*)" for 1h', spoken(Phrase(found.days, CronSpan(found.minutes, found.hours, 3600))))
    assert said is not None
    assert crontab(said[1]) == found


def refused(error: PhraseError, text: str) -> None:
    assert 0 <= error.at <= len(text)
    assert error.message.isprintable()
    assert error.hint is None or error.hint.isprintable()


def a_file(data: bytes) -> None:
    """The bytes of a policy file."""
    found = examine_text(data, "policies.yaml", OURSELVES, NOW, _no_feed)
    rows = re.split(r"\r\n|\r|\n", data.decode("utf-8", "replace"))
    assert (found.policies is None) == any(fault.severity == "error" for fault in found.faults)
    for fault in found.faults:
        assert 1 <= fault.line <= len(rows), fault
        assert 1 <= fault.column <= len(rows[fault.line - 1]) + 1, fault
        assert f"{fault.path}{fault.message}{fault.hint}".isprintable(), fault
    if found.policies is None or not found.policies.policies:
        return
    for policy in found.policies.policies:
        decision = decide(policy, NOW)
        assert decision.until is None or decision.until > NOW
    again = examine_text(rewritten(found.policies).encode(), "policies.yaml", OURSELVES, NOW)
    assert again.policies is not None, again.faults
    assert meaning(again.policies) == meaning(found.policies)


def _no_feed(_: str) -> bytes:
    raise Unavailable("there is no network here")


def a_calendar(data: bytes) -> None:
    """The bytes of an .ics file."""
    try:
        source = ics_source(data)
    except IcsError as error:
        assert str(error).isprintable()
        assert len(str(error)) < 250
        return
    for day, name in source.days(YEARS[0], YEARS[1], Zone("UTC", UTC)).items():
        assert YEARS[0] <= day <= YEARS[1], calendar_day(day)
        assert name.isprintable()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "phrase": a_phrase,
    "crontab": a_crontab,
    "file": a_file,
    "calendar": a_calendar,
}

SEEDS: dict[str, list[bytes]] = {
    "phrase": [
        b"weekdays 22:00-06:00", b"MON - wed , sat 22:00 for 1h30m", b"day 1,15", b"last day", b"first mon",
        b"business days", b"last business day 01:00-02:00", b"business day 3", b"closed", b"00:00-24:00",
        b"2026-11-27 .. 2026-11-28, 2026-12-24 08:00-10:00", b"9:30-17:00", b"first monday", b"day 1-5", b"22:00",
        b"daily 22:00\xe2\x80\x9306:00", b"mon\xe2\x80\x93\0\x1b", b"monday\0", "business\u00a0day 3".encode(), "day\u00a015".encode(),
        "2026-11-27\u00a0..2026-11-28".encode(),
        b"day 00011999", b"business day 0003999", "wee\u212adays".encode(), b"10pm",
    ],
    "crontab": [
        b"0 22 * * mon-fri", b"*/20 9-17/2 1-31 jan,feb-apr sun", b"0 22 31 2,4 *", b"59 23 L * ?", b"@daily",
        b"00000000099 0 * * *", b"0 0 * * fri-sun", b"5/15 * * * *", b"0 0 */5 * sun", b"0 0 1 * */2", b"0 0 30,31 2,4 *", b"0 0 30 2 7",
    ],
    "file": [
        b"timezone: UTC\napps: {shop: {formation: {worker: {quantity: 1..3, size: eco}}}}\n",
        b"timezone: Asia/Tokyo\nbusiness_calendar: closed\ncalendars:\n  closed: {holidays: [JP], dates: [2026-12-29..2027-01-03]}\n"
        b"  b: {include: closed, except: [c], dates: []}\n  c: {dates: 2026-01-01}\napps:\n  shop:\n    formation:\n"
        b"      web:\n        quantity: 2\n        size: basic\n        limits: {min: 1, max: 20}\n        windows:\n"
        b"          - {when: [business days 22:00-06:00, day 1 01:00 for 2h], except: [closed, last fri], quantity: 3}\n"
        b"          - cron: '*/5 8-16 * * mon-fri'\n            for: 4m\n            size: Standard-2X\n            lead: 15m\n",
        b"timezone: UTC\ncalendars: {a: {ics: 'https://example.com/a.ics'}, b: {ics: nowhere.ics}}\napps: {shop: {formation: {web: {quantity: 00000000010}}}}",
        b"timezone: UTC\nat_once: 3\nsettle: 0m\non_manual_change: report\nnotify:\n  - {slack: OPS_SLACK_URL, on: [failed, held]}\n"
        b"  - {webhook: A, secret: B}\n  - heartbeat: C\napps:\n  shop-pr-*:\n    settle: 10m\n    notify: [{slack: D}]\n"
        b"    formation: {web: {quantity: 1, on_manual_change: enforce, settle: 1m}}\n  'shop-?': {formation: {web: {quantity: 1}}}\n",
        b"a: &a [*a, {<<: *a}]\n---\n!!x b: 1\n", b"\xef\xbb\xbfa: 1", b"a:\n\t- b: |\n  x\r  \xe2\x80\xa8", b"? [a]\n: {{}: 1}", b'{"\\e[31m\\n": 1, apps: {"\\a": 2, "\\a": 3}}',
    ],
    "calendar": [
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:x\r\nDTSTART;VALUE=DATE:20261229\r\nDTEND:20270103\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Asia/Tokyo:20260105T100000\r\nDURATION:PT1H\r\n"
        b"RRULE:FREQ=MONTHLY;BYDAY=MO,-1FR;BYSETPOS=-1;COUNT=4\r\nEXDATE;TZID=Asia/Tokyo:20260112T100000\r\nRDATE:20270105T000000Z\r\nEND:VEVENT\r\n"
        b"BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260105T010000Z\r\nDTSTART:20260106T010000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0930\n"
        b"RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=1MO\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Ours:20260511T000000\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n",
        b"<!doctype html>", b"BEGIN:VCALENDAR\nX:\xff\n",
    ],
}  # fmt: skip
"""Where the search begins."""
