# ruff: noqa: E501  the tables are read by their columns
"""An app's `jobs`: what they mean, what is refused, and where."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autoscaler.core.guard import Ourselves
from autoscaler.core.jobs import Job, due_between, next_due
from autoscaler.core.zones import instant
from autoscaler.policyfile import Fault
from tests.policyfile.loading import OURSELVES, errors, examined, loaded

START = "timezone: Asia/Tokyo\napps:\n  shop:\n    formation: {worker: {quantity: 0}}\n    jobs:\n      invoice:\n"
GOOD = "when: weekdays 01:00\nrun: python invoice.py"


def file(keys: str) -> str:
    """A file with one job, whose keys begin on line 7, column 9."""
    return START + "".join(f"        {line}\n" for line in keys.splitlines())


def job(keys: str) -> Job:
    [found] = loaded(file(keys)).jobs
    return found


def fault(keys: str) -> Fault:
    [found] = errors(file(keys))
    return found


def test_a_job_means_what_it_says_and_what_it_leaves_out() -> None:
    found = job(f"{GOOD}\nsize: Standard-2X\ntime_limit: 3h\noverlap: queue\nretries: 3\ncatch_up: 2h")
    assert (found.app, found.name, found.line, found.zone.name) == ("shop", "invoice", 6, "Asia/Tokyo")
    assert (found.command, found.size, found.time_limit) == ("python invoice.py", "standard-2x", 10_800)
    assert (found.overlap, found.retries, found.catch_up) == ("queue", 3, 7_200)
    bare = job(GOOD)
    assert (bare.size, bare.time_limit, bare.overlap, bare.retries, bare.catch_up) == (None, 86_400, "skip", 0, 900)


@pytest.mark.parametrize(
    ("when", "zone", "until", "due"),
    [
        ("weekdays 01:00", "Asia/Tokyo", "2026-11-25", ["2026-11-22T16:00", "2026-11-23T16:00", "2026-11-24T16:00"]),
        ("01:00", "UTC", "2026-11-24", ["2026-11-22T01:00", "2026-11-23T01:00"]),
        ("[sun 23:59, day 23 00:00]", "UTC", "2026-11-30", ["2026-11-22T23:59", "2026-11-23T00:00", "2026-11-29T23:59"]),
        ("[mon 01:00, day 23 01:00]", "UTC", "2026-11-29", ["2026-11-23T01:00"]),
        ("2026-11-27 08:00", "Europe/Berlin", "2027-01-01", ["2026-11-27T07:00"]),
    ],
)  # fmt: skip
def test_when_it_is_due(when: str, zone: str, until: str, due: list[str]) -> None:
    found = job(f"when: {when}\nrun: rake").times
    [made] = loaded(file(f"when: {when}\nrun: rake").replace("Asia/Tokyo", zone)).jobs
    assert found == made.times
    start, end = (instant(datetime.fromisoformat(at).replace(tzinfo=UTC)) for at in ("2026-11-22", until))
    assert [f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M}" for at in due_between(made, start, end)] == due


@pytest.mark.parametrize(
    ("zone", "day", "time", "due"),
    [
        ("Europe/Berlin", "2027-03-28", "02:30", "2027-03-28T01:00"),  # the clocks skip it: at the jump
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # the clocks show it twice: the first time
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00"),  # there was no such day: at the skip
        ("Asia/Kathmandu", "2026-11-23", "00:00", "2026-11-22T18:15"),
    ],
)
def test_where_clocks_change_it_is_due_at_the_first_instant_that_reads_as_late(
    zone: str, day: str, time: str, due: str
) -> None:
    [made] = loaded(file(f"when: {day} {time}\nrun: rake").replace("Asia/Tokyo", zone)).jobs
    at = instant(datetime.fromisoformat(due).replace(tzinfo=UTC))
    assert next_due(made, at - 86_400) == at
    assert next_due(made, at) is None
    assert due_between(made, at, at + 1) == [at]
    assert due_between(made, at - 86_400, at) == []


def test_business_days_are_those_of_the_nearest_calendar() -> None:
    calendars = "business_calendar: closed\ncalendars: {closed: {dates: [2026-11-30]}}\n"
    [made] = loaded(calendars + file("when: last business day 01:00\nrun: rake")).jobs
    november = datetime(2026, 11, 23, tzinfo=UTC)
    assert next_due(made, instant(november)) == instant(datetime(2026, 11, 26, 16, tzinfo=UTC))
    assert (
        fault("when: last business day 01:00\nrun: rake").message == "`last business day` needs a `business_calendar`"
    )


def test_a_job_whose_calendar_cannot_be_read_is_held() -> None:
    feed = 'calendars: {closed: {ics: "https://example.com/a.ics"}}\n'
    found = loaded(feed + file("when: closed 01:00\nrun: rake"))
    assert found.jobs == ()
    assert [(held.app, held.name) for held in found.held_jobs] == [("shop", "invoice")]
    assert "the calendar closed cannot be read" in found.held_jobs[0].reason


@pytest.mark.parametrize(
    ("keys", "line", "column", "path", "message", "hint"),
    [
        ("run: rake", 6, 7, ".when", "`when` is missing", "say days and one time such as weekdays 01:00"),
        ("when: 01:00", 6, 7, ".run", "`run` is missing", "say which command, such as run: python invoice.py"),
        ("when: 01:00\nrun:", 8, 9, ".run", "`run` has no value", "give it one, or remove the key"),
        ("when: 01:00\nrun: ' '", 8, 14, ".run", 'expected a command on one line, such as python invoice.py, read the text " "', None),
        ("when: 01:00\nrun: [rake]", 8, 14, ".run", "expected a command on one line, such as python invoice.py, read a list", None),
        ("when: 01:00\nrun: |\n  a\n  b", 8, 14, ".run", 'expected a command on one line, such as python invoice.py, read the text "a?b?"', "put several commands into a script of the app"),
        (f"when: 01:00\nrun: {'x' * 1001}", 8, 14, ".run", "a command has at most 1000 characters, and this one 1001", "put it into a script of the app"),
        ("when: 01:00\nrun: rake\ntime_limit: 30h", 9, 21, ".time_limit", 'Heroku lets a one-off dyno run for 24h at most, read "30h"', "say at most 24h; what takes longer is work for a process type with a window"),
        ("when: 01:00\nrun: rake\ntime_limit: 90", 9, 21, ".time_limit", 'expected a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d, read "90"', "did you mean 90m?"),
        ("when: 01:00\nrun: rake\noverlap: skp", 9, 18, ".overlap", 'expected skip, queue or allow, read "skp"', "did you mean skip?"),
        ("when: 01:00\nrun: rake\nretries: 11", 9, 18, ".retries", "expected at most 10 retries, read 11", None),
        ("when: 01:00\nrun: rake\nretries: two", 9, 18, ".retries", 'expected a whole number such as 2, read "two"', "did you mean 2?"),
        ("when: 01:00\nrun: rake\nsize: standrad-1x", 9, 15, ".size", 'there is no dyno size "standrad-1x"', "did you mean standard-1x?"),
        ("when: 01:00\nrun: rake\ncron: 0 1 * * *", 9, 9, ".cron", 'there is no key "cron" here', "`cron` belongs to a window; the keys here are when, run, size, time_limit, overlap, retries, catch_up"),
        ("when: 01:00\nrun: rake\nretry: 3", 9, 9, ".retry", 'there is no key "retry" here', "did you mean retries?"),
        ("when: weekdays\nrun: rake", 7, 15, ".when", "a job starts at one time, and none is given: expected days and one time such as weekdays 01:00", "did you mean weekdays 01:00?"),
        ("when: weekdays 22:00-06:00\nrun: rake", 7, 24, ".when", 'a job starts at one time, read "22:00-06:00"', "did you mean weekdays 22:00? how long it may run is its `time_limit`"),
        ("when: 22:00 for 8h\nrun: rake", 7, 15, ".when", 'a job starts at one time, read "22:00 for 8h"', "did you mean 22:00? how long it may run is its `time_limit`"),
        ("when: mon 9:30\nrun: rake", 7, 19, ".when", "a time is written HH:MM, read 9:30", "did you mean 09:30?"),
        ("when: mon 24:00\nrun: rake", 7, 19, ".when", "expected a time from 00:00 to 23:59, read 24:00", "only an end may be 24:00; a start is 00:00"),
        ("when: wekdays 01:00\nrun: rake", 7, 15, ".when", 'there are no days called "wekdays"', "did you mean weekdays?"),
        ("when: [01:00, mon 25:00]\nrun: rake", 7, 27, ".when[1]", "expected a time from 00:00 to 23:59, read 25:00", None),
        ("when: []\nrun: rake", 7, 15, ".when", "the list of phrases is empty", "say days and one time such as weekdays 01:00"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_its_place(
    keys: str, line: int, column: int, path: str, message: str, hint: str | None
) -> None:
    found = fault(keys)
    assert (found.line, found.column, found.path) == (line, column, f"apps.shop.jobs.invoice{path}")
    assert (found.message, found.hint) == (message, hint)


def test_every_fault_of_a_job_is_told_at_once() -> None:
    found = errors(file("when: 25:00\nsize: huge\ntime_limit: 2d\noverlap: no"))
    assert [one.path.rpartition(".")[2] for one in found] == ["run", "when", "size", "time_limit", "overlap"]


def test_a_name_is_one() -> None:
    [found] = errors(file(GOOD).replace("invoice:", "Monthly Invoice:"))
    assert (found.line, found.column, found.hint) == (6, 7, "did you mean monthly-invoice?")


def test_without_a_zone_nobody_knows_when() -> None:
    text = file(GOOD).replace("timezone: Asia/Tokyo\n", "").replace("{quantity: 0}", "{quantity: 0, timezone: UTC}")
    [found] = errors(text)
    assert (found.path, found.message) == ("apps.shop.jobs.invoice", "no `timezone` is given for it")


def test_where_nothing_can_be_remembered_a_job_is_an_error_in_its_place() -> None:
    here: Ourselves = replace(OURSELVES, forgetful="there is no disk")
    [found] = examined(file(GOOD), here).faults
    assert (found.line, found.column, found.severity) == (6, 7, "error")
    assert found.message == "a job cannot be started here: there is no disk"
    assert examined(START.partition("    jobs:")[0], here).faults == ()


def test_a_job_in_our_own_app_is_fine() -> None:
    assert loaded(file(GOOD).replace("shop:", "my-autoscaler:")).jobs[0].app == "my-autoscaler"


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        ("HEROKU_API_KEY=HRKU-0a1b2c3d rake", "HRKU-0a1b2c3d"),
        ("psql postgres://me:hush-hush@db/shop", "hush-hush"),
        ("rake DB_PASSWORD=hush-hush", "hush-hush"),
        ("rake --api-key=hush-hush x", "hush-hush"),
        ("curl -H 11111111-2222-3333-4444-555555555555", "4444"),
    ],
)
def test_a_secret_in_a_command_is_warned_of_and_never_shown(command: str, seen: str) -> None:
    [found] = examined(file(f"when: 01:00\nrun: {command}")).faults
    assert (found.severity, found.line, found.column) == ("warning", 8, 14)
    assert "a secret seems to stand in the command" in found.message
    assert seen not in f"{found.message}{found.hint}{found.source}"


@pytest.mark.parametrize("command", ["rake --token=$TOKEN", "python invoice.py", "curl https://example.com/a=b"])
def test_a_name_of_a_secret_is_none(command: str) -> None:
    assert examined(file(f"when: 01:00\nrun: {command}")).faults == ()


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("2026-11-22 01:00", "all its dates are past"),
        ("[2020-01-01 01:00, 2021-01-01 01:00]", "all its dates are past"),
        ("2029-02-01 01:00", "it is never due in the next 400 days"),
    ],
)
def test_a_job_that_never_comes_is_warned_of(when: str, message: str) -> None:
    [found] = examined(file(f"when: {when}\nrun: rake")).faults
    assert (found.severity, found.line, found.column, found.message) == ("warning", 7, 15, message)
