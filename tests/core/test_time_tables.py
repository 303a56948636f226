"""Days of the month, of the week and of business against tables that were made in another way.

dateutil's recurrence rules, cronsim, and the holidays library's own counting of working days make most of them; the
dates of 2026 and 2027 in Japan were typed from a calendar on the wall.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random

import holidays
import pytest
from cronsim import CronSim
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, rrule
from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.days import LAST, Days, MonthDays, NthWeekday, Weekdays, days_between
from autoscaler.core.policies import Policies
from autoscaler.core.windows import CronSpan, starting_days
from autoscaler.core.zones import Zone, calendar_day, day_number
from tests.core.worlds import tried
from tests.policyfile.loading import loaded, shop

GREENWICH = Zone("UTC", UTC)
FIRST, LAST_DAY = date(1993, 1, 1), date(2037, 12, 31)
WEEK = [MO, TU, WE, TH, FR, SA, SU]


def named(days: Days) -> list[date]:
    """All of 1993 to 2037."""
    found = days_between(days, day_number(FIRST), day_number(LAST_DAY), GREENWICH)
    return [calendar_day(day) for day in found]


def ruled(freq: int = MONTHLY, **rule: object) -> list[date]:
    """The dates of a recurrence rule in the same years."""
    span = {"dtstart": datetime(1993, 1, 1), "until": datetime(2037, 12, 31)}
    return [moment.date() for moment in rrule(freq, **span, **rule)]


@pytest.mark.parametrize("which", [{1}, {15}, {28}, {29}, {30}, {31}, {1, 15, 31}, set(range(1, 32))], ids=str)
def test_days_of_the_month(which: set[int]) -> None:
    assert named(MonthDays(frozenset(which))) == ruled(bymonthday=sorted(which))


def test_the_last_day_of_the_month() -> None:
    assert named(MonthDays(frozenset({LAST}))) == ruled(bymonthday=-1)


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, LAST])
def test_the_nth_weekday_of_the_month(nth: int, weekday: int) -> None:
    assert named(NthWeekday(nth, weekday)) == ruled(byweekday=WEEK[weekday](nth))


def test_days_of_the_week() -> None:
    for chosen in ({0}, {6}, {5, 6}, {0, 1, 2, 3, 4}, {0, 2, 4, 6}):
        assert named(Weekdays(frozenset(chosen))) == ruled(DAILY, byweekday=[WEEK[day] for day in chosen])


EMPTY = "calendars: {none: {dates: []}}\nbusiness_calendar: none\n"
CLOSED = "calendars:\n  closed: {holidays: JP, dates: [2025-12-29..2026-01-03, 2026-12-29..2027-01-03]}\n"


def starts(policies: Policies, first: date, last: date) -> list[date]:
    """When the only window of a file starts openings."""
    [policy] = policies.policies
    [window] = policy.windows
    [phrase] = window.phrases
    found = starting_days(phrase, window, policy.zone, day_number(first), day_number(last))
    return [calendar_day(day) for day in found]


def days_of(when: str, calendars: str, first: date = FIRST, last: date = LAST_DAY) -> list[date]:
    return starts(loaded(calendars + shop(f"quantity: 0\nwindows: [{{when: {when}, quantity: 1}}]")), first, last)


@pytest.mark.parametrize("nth", [*range(1, 24), LAST])
def test_the_nth_business_day_without_holidays_is_a_position_in_the_set_of_weekdays(nth: int) -> None:
    when = "last business day" if nth == LAST else f"business day {nth}"
    assert days_of(when, EMPTY) == ruled(byweekday=[MO, TU, WE, TH, FR], bysetpos=nth)


@pytest.mark.parametrize("country", ["JP", "DE", "BR", "US"])
def test_business_days_are_the_holidays_library_s_working_days(country: str) -> None:
    text = f"calendars: {{some: {{holidays: {country}}}}}\nbusiness_calendar: some\n"
    known = holidays.country_holidays(country, years=range(1992, 2039))
    months = [date(year, month, 1) for year in range(1993, 2038) for month in range(1, 13)]
    every = (FIRST + timedelta(days=step) for step in range((LAST_DAY - FIRST).days + 1))
    assert days_of("business days", text) == [day for day in every if known.is_working_day(day)]
    before = [first - timedelta(days=1) for first in months]
    for nth in (1, 2, 3, 10):
        assert days_of(f"business day {nth}", text) == [known.get_nth_working_day(day, nth) for day in before]
    after = [*months[1:], date(2038, 1, 1)]
    assert days_of("last business day", text) == [known.get_nth_working_day(day, -1) for day in after]


def dates(text: str) -> list[date]:
    """`2026: 1-05 2-02 ...` as dates, one for each month."""
    found = []
    for line in text.strip().splitlines():
        year, _, days = line.partition(":")
        found += [date(int(year), *map(int, day.split("-"))) for day in days.split()]
    return found


TYPED = {
    "first business day": """
        2026: 1-05 2-02 3-02 4-01 5-01 6-01 7-01 8-03 9-01 10-01 11-02 12-01
        2027: 1-04 2-01 3-01 4-01 5-06 6-01 7-01 8-02 9-01 10-01 11-01 12-01""",
    "business day 3": """
        2026: 1-07 2-04 3-04 4-03 5-08 6-03 7-03 8-05 9-03 10-05 11-05 12-03
        2027: 1-06 2-03 3-03 4-05 5-10 6-03 7-05 8-04 9-03 10-05 11-04 12-03""",
    "last business day": """
        2026: 1-30 2-27 3-31 4-30 5-29 6-30 7-31 8-31 9-30 10-30 11-30 12-28
        2027: 1-29 2-26 3-31 4-30 5-31 6-30 7-30 8-31 9-30 10-29 11-30 12-31""",
    "closed": """
        2026: 1-01 1-02 1-03 1-12 2-11 2-23 3-20 4-29 5-03 5-04 5-05 5-06 7-20 8-11 9-21 9-22 9-23 10-12 11-03 11-23
        2026: 12-29 12-30 12-31
        2027: 1-01 1-02 1-03 1-11 2-11 2-23 3-21 3-22 4-29 5-03 5-04 5-05 7-19 8-11 9-20 9-23 10-11 11-03 11-23""",
    "last fri": """
        2026: 1-30 2-27 3-27 4-24 5-29 6-26 7-31 8-28 9-25 10-30 11-27 12-25
        2027: 1-29 2-26 3-26 4-30 5-28 6-25 7-30 8-27 9-24 10-29 11-26 12-31""",
    "second mon": """
        2026: 1-12 2-09 3-09 4-13 5-11 6-08 7-13 8-10 9-14 10-12 11-09 12-14
        2027: 1-11 2-08 3-08 4-12 5-10 6-14 7-12 8-09 9-13 10-11 11-08 12-13""",
    "fifth sun": """
        2026: 3-29 5-31 8-30 11-29
        2027: 1-31 5-30 8-29 10-31""",
    "day 31": """
        2026: 1-31 3-31 5-31 7-31 8-31 10-31 12-31
        2027: 1-31 3-31 5-31 7-31 8-31 10-31 12-31""",
    "last day": """
        2026: 1-31 2-28 3-31 4-30 5-31 6-30 7-31 8-31 9-30 10-31 11-30 12-31
        2027: 1-31 2-28 3-31 4-30 5-31 6-30 7-31 8-31 9-30 10-31 11-30 12-31""",
}


@pytest.mark.parametrize("when", TYPED)
def test_the_dates_of_japan_s_2026_and_2027(when: str) -> None:
    found = days_of(when, f"{CLOSED}business_calendar: closed\n", date(2026, 1, 1), date(2027, 12, 31))
    assert found == dates(TYPED[when])


def field(chance: Random, low: int, high: int) -> str:
    """A crontab field that is `*`, or is not and does not begin with it; crons differ there, and at `5-5/2`."""
    first = chance.randint(low, high - 1)
    last = chance.randint(first + 1, high)
    items = [str(first), f"{first}-{last}", f"{first}-{last}/{chance.randint(1, 5)}", f"{low},{last}"]
    return "*" if chance.random() < 0.3 else ",".join(chance.sample(items, chance.choice([1, 1, 2])))


def cronsim_runs(line: str, start: datetime) -> Iterable[datetime]:
    until = start + timedelta(days=60)
    for moment in CronSim(line, start - timedelta(minutes=1)):
        if moment >= until:
            return
        yield moment


@tried(60)
@given(st.integers(0, 2**48))
def test_a_crontab_line_is_due_when_cronsim_says(seed: int) -> None:
    chance = Random(seed)
    minute = chance.choice(["0", "59", "*/20", "5-50/15", "1,2"])
    months = chance.choice(["*", "1-12", "1-11/2", "2,jun-DEC"])
    hour, month_day, weekday = field(chance, 0, 23), field(chance, 1, 28), field(chance, 0, 7)
    line = f"{minute} {hour} {month_day} {months} {weekday}"
    [policy] = loaded(shop(f'quantity: 0\nwindows: [{{cron: "{line}", for: 1m, quantity: 1}}]')).policies
    [window] = policy.windows
    [phrase] = window.phrases
    assert isinstance(phrase.span, CronSpan)
    start = datetime(chance.choice(range(1993, 2038)), 1, 1) + timedelta(days=chance.randrange(300))
    first = day_number(start.date())
    days = starting_days(phrase, window, policy.zone, first, first + 59)
    midnights = [datetime.combine(calendar_day(day), datetime.min.time()) for day in days]
    due = [midnight + timedelta(seconds=second) for midnight in midnights for second in phrase.span.starts]
    assert due == list(cronsim_runs(line, start)), line
