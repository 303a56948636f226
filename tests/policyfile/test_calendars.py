# ruff: noqa: E501  the tables are read by their columns
"""Calendars that cannot be had, or have nothing: what `check` says, and what is held; what is imported for a file."""

import subprocess
import sys
from pathlib import Path

import pytest

from autoscaler import PolicyFileError, load_policies
from autoscaler.core.calendars import Unavailable
from autoscaler.policyfile import Examination, examine_text
from tests.cli.running import environ, run
from tests.policyfile.loading import NOW, OURSELVES, errors, examined, shop, window

URL = "https://calendar.example.com/a.ics"
EVENT = "BEGIN:VEVENT\r\nDTSTART:20261124\r\nEND:VEVENT\r\n"
FEED = f"calendars: {{a: {{ics: '{URL}'}}, b: {{include: a}}, c: {{dates: 2026-11-24}}}}\n"
HOLD = "process types that need it are held as they are until it answers"


def ics(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def using(name: str) -> str:
    return FEED + shop(f"quantity: 1\nwindows: [{{when: {name}, quantity: 2}}]")


def answered(text: str, answer: bytes | Unavailable) -> Examination:
    def fetch(url: str) -> bytes:
        assert url == URL
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    return examine_text(text.encode(), "policies.yaml", OURSELVES, NOW, fetch)


def told(found: Examination) -> list[tuple[str, int, int, str, str, str | None]]:
    return [(f.severity, f.line, f.column, f.path, f.message, f.hint) for f in found.faults]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unavailable("no answer within 5 seconds"), "no answer within 5 seconds"),
        (b"<!DOCTYPE html><title>Sign in</title>", "this is an HTML page, not an iCalendar file"),
        (ics(EVENT.replace("END:VEVENT", "RRULE:FREQ=SECONDLY\r\nEND:VEVENT")), 'an event repeats every second: "RRULE:FREQ=SECONDLY"; a calendar is about days'),
        (ics(EVENT * 5001), "the calendar has 5,001 events; 5,000 can be read"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * 2_000_000, "the calendar has 2,000,017 bytes; 2,000,000 can be read"),
    ],
    ids=["dead", "HTML", "SECONDLY", "events", "bytes"],
)  # fmt: skip
@pytest.mark.parametrize("needed", ["a", "b"])
def test_a_dead_feed_is_a_warning_and_holds_who_needs_it(answer: bytes | Unavailable, why: str, needed: str) -> None:
    found = answered(using(needed), answer)
    assert told(found) == [("warning", 1, 22, "calendars.a.ics", f"the feed cannot be read: {why}", HOLD)]
    assert found.policies is not None
    assert found.policies.policies == ()
    assert [unknown.reason for unknown in found.policies.unknown] == [f"the calendar a cannot be read: {why}"]


def test_a_dead_feed_holds_nobody_else() -> None:
    found = answered(using("c"), Unavailable("no answer"))
    assert [fault.severity for fault in found.faults] == ["warning"]
    assert found.policies is not None
    assert (len(found.policies.policies), found.policies.unknown) == (1, ())


def test_a_feed_without_coming_days_is_a_warning() -> None:
    found = answered(using("c"), ics(EVENT.replace("2026", "2020")))
    message = "it has no day in the next 400 days"
    assert [fault[1:5] for fault in told(found)] == [(1, 13, "calendars.a", message), (1, 61, "calendars.b", message)]
    assert [fault.severity for fault in found.faults] == ["warning", "warning"]


def test_a_feed_that_answers_is_no_warning() -> None:
    found = answered(using("a"), ics(EVENT))
    assert told(found) == []
    assert found.policies is not None
    assert len(found.policies.policies) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>Sign in", "this is an HTML page, not an iCalendar file"),
        (ics(EVENT.replace("END:VEVENT", "RRULE:FREQ=MINUTELY\r\nEND:VEVENT")), 'an event repeats every minute: "RRULE:FREQ=MINUTELY"; a calendar is about days'),
        (ics(EVENT * 5001), "the calendar has 5,001 events; 5,000 can be read"),
    ],
    ids=["HTML", "MINUTELY", "events"],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_an_error_where_it_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.ics").write_bytes(content)
    (tmp_path / "policies.yaml").write_text("calendars: {a: {ics: a.ics}}\n" + shop("quantity: 1"), encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_policies(str(tmp_path / "policies.yaml"))
    [fault] = caught.value.faults
    assert (fault.line, fault.column, fault.path, fault.message) == (1, 22, "calendars.a.ics", why)


def test_check_warns_of_a_feed_that_is_not_reached_and_does_not_say_its_secret(tmp_path: Path) -> None:
    text = using("a").replace(URL, "http://127.0.0.1:9/secret-path?key=hush")
    (tmp_path / "policies.yaml").write_text(text, encoding="utf-8")
    done = run("check", "--format", "json", cwd=tmp_path, AUTOSCALER_APP="other")
    assert done.status == 0, done.err
    assert '"severity": "warning"' in done.out
    assert "the feed cannot be read: http://127.0.0.1: it is not reached" in done.out
    assert "hush" not in done.out + done.err


HEAVY = {"holidays", "icalendar", "recurring_ical_events", "dateutil", "x_wr_timezone"}


@pytest.mark.parametrize(
    ("calendars", "imported"),
    [
        ("", set()),
        ("calendars: {a: {dates: 2026-11-24}}\nbusiness_calendar: a\n", set()),
        (f"calendars: {{a: {{ics: '{URL}'}}}}\n", set()),  # nobody fetches here
        ("calendars: {a: {holidays: JP}}\n", {"holidays", "dateutil"}),
        ("calendars: {a: {ics: a.ics}}\n", HEAVY - {"holidays"}),
    ],
    ids=["plain", "dates", "feed", "holidays", "ics"],
)
def test_a_file_imports_what_it_needs_and_no_more(tmp_path: Path, calendars: str, imported: set[str]) -> None:
    (tmp_path / "a.ics").write_bytes(ics(EVENT))
    (tmp_path / "policies.yaml").write_text(calendars + shop("quantity: 1"), encoding="utf-8")
    look = (
        "import sys; from datetime import UTC, datetime; from autoscaler.core.guard import Ourselves\n"
        "from autoscaler.policyfile import examine\n"
        "found = examine('policies.yaml', Ourselves('other', 'clock'), datetime(2026, 11, 23, tzinfo=UTC))\n"
        f"assert found.policies; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=tmp_path, env=environ(), capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) - {"x_wr_timezone"} == imported - {"x_wr_timezone"}


@pytest.mark.parametrize("scheme", ["http", "webcal", "ftp"])
def test_an_address_that_is_no_https_is_an_error_of_the_text(scheme: str) -> None:
    text = window("shut").replace("apps:", f'calendars: {{shut: {{ics: "{scheme}://a.example/k/b.ics"}}}}\napps:', 1)
    [found] = errors(text)
    assert found.message == f'a feed\'s address begins with https://, read "{scheme}://"'


def test_no_fault_shows_what_follows_the_host_of_an_address_or_a_token_in_a_key() -> None:
    token = "HRKU-12345678-1234-1234-1234-123456789abc"
    for text in (
        window("shut").replace("apps:", 'calendars: {shut: {ics: "https://a.example/hush/b.ics?key=hush"}}\napps:', 1),
        window("mon").replace("shop:", "shop:\n    probes: {n: {http: https://a.example/hush?k=hush, feild: n}}", 1),
        window("mon").replace("shop:", f"{token}:", 1),
    ):
        shown = str(examined(text).faults)
        assert examined(text).faults
        assert "hush" not in shown
        assert token not in shown
