# ruff: noqa: E501  the tables are read by their columns
"""The whole language of days: what each phrase means, by the dates of two years, and which ones are refused."""

from datetime import date, timedelta

import pytest

from autoscaler.core.days import CalendarDays
from autoscaler.core.policies import Policies
from autoscaler.core.spoken import spoken_window
from autoscaler.core.windows import CronSpan, Window, starting_days
from autoscaler.core.zones import HOUR, calendar_day, day_number
from tests.policyfile.loading import errors, examined, loaded, shop

CALENDARS = """\
calendars:
  closed: {dates: [2026-11-23, 2026-12-29..2027-01-03]}
  none: {dates: []}
  jp: {holidays: JP}
business_calendar: closed
"""


def file_with(when: str, more: str = "") -> str:
    """One window; calendars `closed`, `none` and `jp` are there, `closed` is that of business days."""
    return CALENDARS + shop(f"quantity: 0\nwindows:\n  - quantity: 1\n    {when}{more}")


def starts(policies: Policies, first: str, last: str) -> list[str]:
    """The dates on which the only window starts openings."""
    policy = policies.policies[0]
    window = policy.windows[0]
    range_of_days = (day_number(date.fromisoformat(text)) for text in (first, last))
    found = {day for phrase in window.phrases for day in starting_days(phrase, window, policy.zone, *range_of_days)}
    return [str(calendar_day(day)) for day in sorted(found)]


DECEMBER = ("2026-12-01", "2026-12-31")
QUARTER = ("2027-01-01", "2027-03-31")


@pytest.mark.parametrize(
    ("when", "within", "dates"),
    [
        ("day 1,15", DECEMBER, ["2026-12-01", "2026-12-15"]),
        ("DAY  15 , 1 22:00-06:00", DECEMBER, ["2026-12-01", "2026-12-15"]),
        ("day 31", QUARTER, ["2027-01-31", "2027-03-31"]),
        ("last day", QUARTER, ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("Last Day 22:00 for 8h", ("2028-02-01", "2028-02-29"), ["2028-02-29"]),
        ("first mon", QUARTER, ["2027-01-04", "2027-02-01", "2027-03-01"]),
        ("second tue", QUARTER, ["2027-01-12", "2027-02-09", "2027-03-09"]),
        ("third wed", QUARTER, ["2027-01-20", "2027-02-17", "2027-03-17"]),
        ("fourth thu", ("2026-11-01", "2026-11-30"), ["2026-11-26"]),
        ("fifth fri", QUARTER, ["2027-01-29"]),
        ("last fri 18:00-24:00", QUARTER, ["2027-01-29", "2027-02-26", "2027-03-26"]),
        ("business days", ("2026-11-20", "2026-11-25"), ["2026-11-20", "2026-11-24", "2026-11-25"]),
        ("first business day", ("2026-12-01", "2027-02-28"), ["2026-12-01", "2027-01-04", "2027-02-01"]),
        ("last business day", ("2026-11-01", "2026-12-31"), ["2026-11-30", "2026-12-28"]),
        ("business day 3 01:00-05:00", ("2027-01-01", "2027-02-28"), ["2027-01-06", "2027-02-03"]),
        ("business day 23", ("2026-12-01", "2027-12-31"), ["2027-03-31", "2027-12-31"]),
        ("business day 23", ("2031-01-01", "2031-12-31"), ["2031-01-31", "2031-07-31", "2031-10-31", "2031-12-31"]),
        ("closed", ("2026-11-01", "2027-01-31"), ["2026-11-23", *(str(date(2026, 12, 29) + timedelta(days=n)) for n in range(6))]),
        ("Closed 08:00-10:00", ("2026-11-01", "2026-11-30"), ["2026-11-23"]),
        ("none", ("2026-01-01", "2026-12-31"), []),
        ("jp", ("2026-11-01", "2026-11-30"), ["2026-11-03", "2026-11-23"]),
    ],
)  # fmt: skip
def test_days_are_the_dates_that_their_words_say(when: str, within: tuple[str, str], dates: list[str]) -> None:
    assert starts(loaded(file_with(f"when: {when}")), *within) == dates


@pytest.mark.parametrize(
    ("more", "dates"),
    [
        ("except: closed", ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]),
        ("except: [closed, fri]", ["2026-11-24", "2026-11-25", "2026-11-26"]),
        ("except: [jp, tue-thu]", ["2026-11-27"]),
        ("except: 2026-11-24, 2026-11-26..2026-11-27", ["2026-11-23", "2026-11-25"]),
        ("except: [last fri, fourth wed, day 26]", ["2026-11-23", "2026-11-24"]),
        ("except: business days", ["2026-11-23"]),
        ("except: none", ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]),
    ],
)
def test_excepted_days_start_no_opening(more: str, dates: list[str]) -> None:
    assert starts(loaded(file_with("when: weekdays 22:00-06:00", f"\n    {more}")), "2026-11-23", "2026-11-29") == dates


def cron(line: str, length: str = "8h", more: str = "") -> Window:
    return loaded(file_with(f'cron: "{line}"', f"\n    for: {length}{more}")).policies[0].windows[0]


@pytest.mark.parametrize(
    ("line", "dates"),
    [
        ("0 22 * * mon-fri", ["23", "24", "25", "26", "27"]),
        ("0 22 * * 1-5", ["23", "24", "25", "26", "27"]),
        ("0 22 * * 0", ["29"]),
        ("0 22 * * 7", ["29"]),
        ("0 22 * * sun-tue", ["23", "24", "29"]),
        ("0 22 * * sat-sun", ["28", "29"]),
        ("0 22 * * FRI-SUN", ["27", "28", "29"]),
        ("0 22 * * 1-7/2", ["23", "25", "27", "29"]),
        ("0 22 * NOV *", ["23", "24", "25", "26", "27", "28", "29"]),
        ("0 22 * dec *", []),
        ("0 22 25,28 * *", ["25", "28"]),
        ("0 22 25 * sun", ["25", "29"]),  # either is enough
        ("0 22 */14 * sun", ["29"]),  # 1, 15, 29, and a Sunday it is too
        ("0 22 */5 * sun", ["26", "29"]),  # only a bare star leaves the choice to the other field
        ("0 22 25 * */2", ["24", "25", "26", "28", "29"]),
        ("0 22 30,31 2,4 *", []),  # in April
        ("0 22 29 2 *", []),  # in leap years
        ("0 22 1-31 * sun", ["23", "24", "25", "26", "27", "28", "29"]),  # not a star, so either is enough
        ("0 22 24-26 11 *", ["24", "25", "26"]),
    ],
)
def test_cron_days_are_crontab_s(line: str, dates: list[str]) -> None:
    found = loaded(file_with(f'cron: "{line}"', "\n    for: 8h"))
    assert [day[-2:] for day in starts(found, "2026-11-23", "2026-11-29")] == dates


def test_cron_minutes_and_hours_each_start_an_opening() -> None:
    found = cron("*/30 9-11,22 * * *", "10m").phrases[0].span
    assert isinstance(found, CronSpan)
    assert found.starts == [h * HOUR + m * 60 for h in (9, 10, 11, 22) for m in (0, 30)]
    assert found.length == 600


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("when: MON-FRI 22:00-06:00", "weekdays 22:00-06:00"),
        ("when: mon,tue,wed,sat  22:00 -  06:00", "mon-wed,sat 22:00-06:00"),
        ("when: fri-mon 22:00 for 90m", "mon,fri-sun 22:00 for 1h30m"),
        ("when: 22:00-24:00", "daily 22:00-24:00"),
        ("when: 00:00-24:00", "daily"),
        ("when: day 15,1", "day 1,15"),
        ("when: Last Day 01:00 for 2d", "last day 01:00 for 2d"),
        ("when: first  business  day 01:00-02:00", "first business day 01:00-02:00"),
        ("when: business day 1", "first business day"),
        ("when: business day 2", "business day 2"),
        ("when: fifth sun", "fifth sun"),
        ("when: 2026-11-27 .. 2026-11-28,2026-12-24", "2026-11-27..2026-11-28, 2026-12-24"),
        ("when: [weekdays 22:00-06:00, jp]\n    except: [closed, last day]", "weekdays 22:00-06:00, jp, except closed, last day"),
        ('cron: "0 22 * * mon-fri"\n    for: 8h', 'cron "0 22 * * mon-fri" for 8h'),
        ('cron: "*/20 * 1-31 * SUN"\n    for: 5m', 'cron "0,20,40 * 1-31 * sun" for 5m'),
    ],
)  # fmt: skip
def test_a_window_is_spoken_in_the_words_of_the_file(when: str, said: str) -> None:
    assert spoken_window(loaded(file_with(when)).policies[0].windows[0]) == said


KNOWN = "days are daily, weekdays, weekends, mon,wed or mon-fri, day 1,15, last day, first mon, business days, dates"


@pytest.mark.parametrize(
    ("when", "column", "message", "hint"),
    [
        ("day 32", 4, 'expected a day of the month from 1 to 31, read "32"', "months end on their last day: last day"),
        ("day 0", 4, 'expected a day of the month from 1 to 31, read "0"', "months end on their last day: last day"),
        ("day", 2, "a day of the month is missing", "such as day 1,15"),
        ("day 1, 22:00-06:00", 7, "a day of the month is missing", "such as day 1,15"),
        ("day 1-5", 4, 'expected a day of the month from 1 to 31, read "1-5"', None),
        ("sixth mon", 0, 'there are no days called "sixth mon"', "did you mean fifth mon?"),
        ("first monday", 0, 'there are no days called "first monday"', "did you mean first mon?"),
        ("first mon, first tue", 0, "first mon stands alone, not in a list with commas", "make it a list: [..., ...]"),
        ("business day", 0, 'there are no days called "business day"', "did you mean business days?"),
        ("business day 24", 13, "no month has a business day 24", "business day 1 ... 23, or last business day"),
        ("Monday to Friday", 0, 'there are no days called "monday to friday"', "did you mean mon-fri?"),
        ("mon \u2013 fri", 0, 'there are no days called "mon \u2013 fri"', "did you mean mon-fri?"),
        ("mon to friend", 0, "expected days such as weekdays, read \"mon to friend\"", KNOWN),
        ("workdays", 0, 'there are no days called "workdays"', "did you mean business days?"),
        ("closd", 0, 'there are no days called "closd"', "did you mean closed?"),
        ("summer", 0, 'there are no days and no calendar called "summer"', f"{KNOWN}; the file has closed, jp, none"),
        ("mon, closed", 5, "closed stands alone, not in a list with commas", "make it a list: [..., ...]"),
    ],
)  # fmt: skip
def test_days_that_are_none_are_told_at_their_word(when: str, column: int, message: str, hint: str | None) -> None:
    [fault] = errors(file_with(f'when: "{when}"'))
    assert (fault.line, fault.column) == (14, 20 + column)
    assert (fault.message, fault.hint) == (message, hint)


FIVE = 'expected five fields such as "0 22 * * mon-fri", read '
NAMES = "they are minute, hour, day of the month, month, day of the week"


@pytest.mark.parametrize(
    ("line", "column", "message", "hint"),
    [
        ("0 22 * *", 0, f"{FIVE}4 fields", NAMES),
        ("0 0 22 * * *", 0, f"{FIVE}6 fields", NAMES),
        ("@daily", 0, f'{FIVE}"@daily"', "write the five fields out"),
        ("60 22 * * *", 0, 'expected a minute (0 to 59), read "60"', None),
        ("0 24 * * *", 2, 'expected a hour (0 to 23), read "24"', None),
        ("0 22 0 * *", 5, 'expected a day of the month (1 to 31), read "0"', None),
        ("0 22 1,15,32 * *", 10, 'expected a day of the month (1 to 31), read "32"', None),
        ("0 22 * 13 *", 7, 'expected a month (1 to 12 or jan ...), read "13"', None),
        ("0 22 * * 8", 9, 'expected a day of the week (0 to 7 or mon ...), read "8"', None),
        ("0 22 * * mon-foo", 13, 'expected a day of the week (0 to 7 or mon ...), read "foo"', None),
        ("0 22 * * fri-mon", 9, "fri-mon runs backwards", "list both parts"),
        ("30-10 22 * * *", 0, "30-10 runs backwards", "write 30-59,..."),
        ("*/0 22 * * *", 2, "a step is 1 or more, read 0", None),
        ("5/15 22 * * *", 0, "5/15 has a step but no range", "write 5-59/15 or */15"),
        ("0 22 L * *", 5, 'expected a day of the month (1 to 31), read "l"', None),
        ("0 22 * * mon#1", 9, 'expected a day of the week, read "mon#1"', None),
        ("0 22 ? * mon", 5, 'expected a day of the month, read "?"', None),
        ("0 22 31 2,4 *", 5, "no month of these has a day 31", None),
    ],
)
def test_a_crontab_line_is_refused_at_its_field(line: str, column: int, message: str, hint: str | None) -> None:
    [fault] = errors(file_with(f'cron: "{line}"', "\n    for: 8h"))
    assert (fault.line, fault.column) == (14, 20 + column)
    assert (fault.message, fault.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "message"),
    [
        (file_with("when: weekdays", "\n    except: weekdays 22:00-06:00"), 15, 30, "except", "`except` takes days, without hours"),
        (file_with("when: weekdays", "\n    except: []"), 15, 21, "except", "the list of days is empty"),
        (file_with("when: weekdays", "\n    except: [closed, fryday]"), 15, 30, "except[1]", 'there are no days called "fryday"'),
        (file_with("when: mon,tue", "\n    except: weekdays"), 14, 19, "when", "`mon-tue` never comes: `except` takes all of its days"),
        (file_with("when: 2026-11-27", "\n    except: last fri"), 14, 19, "when", "`2026-11-27` never comes: `except` takes all of its days"),
        (file_with('cron: "0 22 * * *"'), 13, 13, "for", "`cron` needs a `for`"),
        (file_with("for: 8h"), 13, 13, "cron", "`for` needs a `cron`"),
        (file_with("when: weekdays", "\n    for: 8h"), 13, 13, "for", "`when` and `for` are both given"),
        (file_with("when: business days").replace("business_calendar: closed\n", ""), 13, 19, "when", "`business days` needs a `business_calendar`"),
        (file_with("when: mon").replace("business_calendar: closed", "business_calendar: shut"), 5, 20, "business_calendar", 'there is no calendar "shut"'),
        ("calendars: {Closed: {dates: []}}\n" + shop("quantity: 1"), 1, 13, "calendars.Closed", 'expected a name of a-z, 0-9, - and _, beginning with a letter, read "Closed"'),
        ("calendars: {mon-fri: {dates: []}}\n" + shop("quantity: 1"), 1, 13, "calendars.mon-fri", '"mon-fri" means something else in a phrase'),
        ("calendars: {last: {dates: []}}\n" + shop("quantity: 1"), 1, 13, "calendars.last", '"last" means something else in a phrase'),
        ("calendars: {a: {}}\n" + shop("quantity: 1"), 1, 13, "calendars.a", "the calendar has no days"),
        ("calendars: {a: {observed: false, dates: []}}\n" + shop("quantity: 1"), 1, 17, "calendars.a.observed", "`observed` is about `holidays`, which is not given"),
        ("calendars: {a: {holidays: ZZ}}\n" + shop("quantity: 1"), 1, 27, "calendars.a.holidays", 'no holidays of "ZZ" are known'),
        ("calendars: {a: {holidays: [JP, US-XX]}}\n" + shop("quantity: 1"), 1, 32, "calendars.a.holidays", 'no holidays of "US-XX" are known'),
        ("calendars: {a: {holidays: JP, categories: half}}\n" + shop("quantity: 1"), 1, 27, "calendars.a.holidays", 'JP has no holidays of the category "half"'),
        ("calendars: {a: {dates: [2026-02-30]}}\n" + shop("quantity: 1"), 1, 25, "calendars.a.dates", "there is no 2026-02-30 in the calendar"),
        ("calendars: {a: {dates: christmas}}\n" + shop("quantity: 1"), 1, 24, "calendars.a.dates", 'expected a date such as 2026-11-27 or 2026-12-29..2027-01-03, read "christmas"'),
        ("calendars: {a: {include: a}}\n" + shop("quantity: 1"), 1, 26, "calendars.a.include", "it contains itself"),
        ("calendars: {a: {include: b}, b: {dates: [], except: [c]}, c: {include: a}}\n" + shop("quantity: 1"), 1, 72, "calendars.c.include", "it contains itself: a -> b -> c -> a"),
        ("calendars: {a: {include: b}}\n" + shop("quantity: 1"), 1, 26, "calendars.a.include", 'there is no calendar "b"'),
        ("calendars: {a: {ics: nowhere.ics}}\n" + shop("quantity: 1"), 1, 22, "calendars.a.ics", "nowhere.ics: there is no such file"),
        ("calendars: [a]\n" + shop("quantity: 1"), 1, 12, "calendars", "expected calendars, each with a name, read a list"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(text: str, line: int, column: int, path: str, message: str) -> None:
    [fault] = errors(text)
    assert (fault.line, fault.column) == (line, column)
    assert fault.path.endswith(path)
    assert fault.message == message


def test_a_calendar_includes_and_excepts_others() -> None:
    text = """\
calendars:
  holidays: {holidays: JP, dates: 2026-11-28, include: [shut, more], except: open}
  open: {dates: 2026-11-03}
  shut: {dates: [2026-11-10..2026-11-11]}
  more: {include: shut, dates: [2026-11-11, 2026-11-12], except: [open]}
""" + shop("quantity: 0\nwindows: [{when: holidays, quantity: 1}]")
    found = starts(loaded(text), "2026-11-01", "2026-11-30")
    assert [day[-2:] for day in found] == ["10", "11", "12", "23", "28"]


def test_the_nearest_business_calendar_up_the_file_counts() -> None:
    text = """\
timezone: UTC
calendars: {a: {dates: 2026-11-02}, b: {dates: 2026-11-03}, c: {dates: 2026-11-04}}
business_calendar: a
apps:
  one: {formation: {worker: {quantity: 0, windows: [{when: business days, quantity: 1}]}}}
  two:
    business_calendar: b
    formation:
      web: {quantity: 1, windows: [{when: business days, quantity: 2}]}
      worker: {quantity: 0, business_calendar: c, windows: [{when: business days, quantity: 1}]}
"""
    found = []
    for policy in loaded(text).policies:
        window = policy.windows[0]
        first = day_number(date(2026, 11, 2))
        days = starting_days(window.phrases[0], window, policy.zone, first, first + 2)
        found.append([calendar_day(day).day for day in days])
    assert found == [[3, 4], [2, 4], [2, 3]]


@pytest.mark.parametrize(
    ("keys", "day", "holiday"),
    [
        ("holidays: JP", "2026-11-23", True),
        ("holidays: jp", "2026-11-23", True),
        ("holidays: JP", "2026-12-31", False),
        ("{holidays: JP, categories: bank}", "2026-12-31", True),
        ("{holidays: JP, categories: [public, bank]}", "2026-11-23", True),
        ("holidays: US-CA", "2026-03-31", True),  # Cesar Chavez Day is California's
        ("holidays: US", "2026-03-31", False),
        ("holidays: GB-SCT", "2026-01-02", True),
        ("holidays: GB-ENG", "2026-01-02", False),
        ("holidays: [GB-ENG, GB-SCT]", "2026-01-02", True),
        ("holidays: US", "2027-12-31", True),  # observed for the Saturday after it
        ("{holidays: US, observed: false}", "2027-12-31", False),
        ("holidays: NO", "2026-05-17", True),
    ],
)
def test_holidays_are_those_of_the_country(keys: str, day: str, holiday: bool) -> None:
    written = keys if keys.startswith("{") else "{" + keys + "}"
    text = f"calendars: {{some: {written}}}\n" + shop("quantity: 0\nwindows: [{when: some, quantity: 1}]")
    assert starts(loaded(text), day, day) == [day] * holiday


def test_a_holiday_is_named_in_its_own_language_and_in_english() -> None:
    policy = loaded(file_with("when: jp")).policies[0]
    calendar = policy.windows[0].phrases[0].days
    day = day_number(date(2026, 11, 23))
    assert calendar.calendar.days(day, day, policy.zone) == {day: "勤労感謝の日 / Labor Thanksgiving Day"}  # type: ignore[union-attr]


def test_a_day_keeps_its_first_name_where_others_have_it_without_one() -> None:
    calendars = (
        "calendars: {jp: {holidays: JP, dates: [2026-11-23], include: dated}, dated: {dates: 2026-11-22..2026-11-24}}\n"
    )
    policy = loaded(calendars + shop("quantity: 0\nwindows: [{when: jp, quantity: 1}]")).policies[0]
    days = policy.windows[0].phrases[0].days
    assert isinstance(days, CalendarDays)
    first = day_number(date(2026, 11, 22))
    names = days.calendar.days(first, first + 2, policy.zone)
    assert names == {first: "", first + 1: "勤労感謝の日 / Labor Thanksgiving Day", first + 2: ""}


def test_an_earlier_cron_window_can_shadow_a_later_one() -> None:
    windows = '[{cron: "0 8-16 * * *", for: 1h, quantity: 1}, {when: mon 09:00-17:00, quantity: 2}]'
    assert "never speaks" in errors(shop(f"quantity: 0\nwindows: {windows}"))[0].message
    wider = windows.replace("17:00", "17:01")
    assert examined(shop(f"quantity: 0\nwindows: {wider}")).policies is not None


@pytest.mark.parametrize("hidden", ["last fri", "business days", "day 1,15", "jp", "2026-11-27", "first business day"])
def test_every_kind_of_day_can_be_shadowed_by_whole_weeks(hidden: str) -> None:
    shadow = shop(
        f"quantity: 0\nwindows: [{{when: daily, quantity: 1}}, {{when: '{hidden} 22:00-06:00', quantity: 2}}]"
    )
    [fault] = errors(CALENDARS + shadow)
    assert "never speaks" in fault.message
    beside = shop(
        f"quantity: 0\nwindows: [{{when: '{hidden} 22:00-06:00', quantity: 2}}, {{when: daily, quantity: 1}}]"
    )
    assert errors(CALENDARS + beside) == []
    with_hole = shop(
        f"quantity: 0\nwindows: [{{when: daily, except: closed, quantity: 1}}, {{when: '{hidden}', quantity: 2}}]"
    )
    assert errors(CALENDARS + with_hole) == []
