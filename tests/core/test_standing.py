"""Why a window is not open, which days it misses, and which window speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from autoscaler.core.calendars import Calendar
from autoscaler.core.days import BusinessDays, CalendarDays, Days
from autoscaler.core.decide import Missed, decide, missed, standings
from autoscaler.core.timeline import Edge, edges
from autoscaler.core.windows import Window
from autoscaler.core.zones import Zone, instant
from tests.core.worlds import DAILY, WHOLE_DAY, at, dates, on, policy, real, wall, window, zone

NIGHT = wall("22:00", "06:00")
TOKYO = "Asia/Tokyo"
MONDAY = 20514
"""2026-03-02, as a number."""


@dataclass
class Named:
    """Days that have names."""

    named: Mapping[int, str]

    def days(self, first: int, last: int, zone: Zone) -> Mapping[int, str]:  # noqa: ARG002 dates are dates everywhere
        return {day: name for day, name in self.named.items() if first <= day <= last}


FEAST = Calendar("jp", (Named({MONDAY: "a feast", MONDAY + 5: "a Saturday's feast"}),))


def without(*days: Days, of: Days = DAILY, lead: int = 0) -> Window:
    return replace(window("night", (of, NIGHT), quantity=1, lead=lead), excluded=days)


def why(one: Window, now: str) -> Missed | None:
    (standing,) = standings(policy(TOKYO, one), at(f"2026-03-{now}+09:00"))
    assert not standing.open
    return standing.missed


@pytest.mark.parametrize(
    ("one", "now", "missing"),
    [
        (without(of=on("wed")), "02T23:00", Missed(MONDAY, "not named", "wed")),
        (without(of=on("wed")), "03T05:59:59", Missed(MONDAY, "not named", "wed")),  # the night of the day before
        (without(of=on("wed")), "03T06:00", None),  # no hours of it
        (without(of=on("wed")), "02T21:59:59", None),
        (without(of=on("wed")), "02T22:00", Missed(MONDAY, "not named", "wed")),
        (without(of=on("wed"), lead=15), "02T21:45", Missed(MONDAY, "not named", "wed")),
        (without(on("mon")), "02T23:00", Missed(MONDAY, "excepted", "mon")),
        (without(dates("2026-03-02")), "03T05:00", Missed(MONDAY, "excepted", "2026-03-02")),
        (without(CalendarDays(FEAST)), "02T23:00", Missed(MONDAY, "excepted", "jp", "a feast")),
        (without(of=BusinessDays(FEAST)), "02T23:00", Missed(MONDAY, "no business day", "jp", "a feast")),
        (without(of=BusinessDays(FEAST)), "07T23:00", Missed(MONDAY + 5, "not named", "business days")),
    ],
)
def test_the_day_because_of_which_it_is_not_open(one: Window, now: str, missing: Missed | None) -> None:
    assert why(one, now) == missing


@pytest.mark.parametrize(
    ("now", "missing"),
    [
        ("02T22:00", Missed(MONDAY, "excepted", "2026-03-02")),
        ("04T12:00", Missed(MONDAY, "excepted", "2026-03-02")),  # not that Tuesday is not named
        ("05T09:59:59", Missed(MONDAY, "excepted", "2026-03-02")),
        ("05T10:00", Missed(MONDAY + 2, "not named", "mon")),
    ],
)
def test_of_days_that_would_have_started_it_one_that_is_taken_away_is_told(now: str, missing: Missed) -> None:
    long = replace(window("long", (on("mon"), real("22:00", hours=60)), quantity=1), excluded=(dates("2026-03-02"),))
    assert why(long, now) == missing


@pytest.mark.parametrize(
    ("lead", "now", "missing"),
    [
        (15, "02T23:44:59", None),
        (15, "02T23:45", Missed(MONDAY + 1, "excepted", "2026-03-03")),
        (15, "03T05:59:59", Missed(MONDAY + 1, "excepted", "2026-03-03")),
        (2 * 1440, "01T00:00", Missed(MONDAY + 1, "excepted", "2026-03-03")),
    ],
)
def test_a_lead_may_begin_on_another_day(lead: int, now: str, missing: Missed | None) -> None:
    early = window("early", (dates("2026-03-03"), wall("00:00", "06:00")), quantity=1, lead=lead)
    found = why(replace(early, excluded=(dates("2026-03-03"),)), now)
    assert found == missing


def test_the_days_that_an_except_or_a_calendar_takes_away() -> None:
    one = Window(
        "night", 10, without(of=BusinessDays(FEAST)).phrases + without(of=on("mon", "tue")).phrases, 1,
        excluded=(dates("2026-03-03", "2026-03-10"),),
    )  # fmt: skip
    first, other = Missed(MONDAY, "no business day", "jp", "a feast"), "2026-03-03, 2026-03-10"
    expected = [first, Missed(MONDAY + 1, "excepted", other), Missed(MONDAY + 8, "excepted", other)]
    assert missed(one, zone(TOKYO), MONDAY, MONDAY + 8) == expected
    assert missed(one, zone(TOKYO), MONDAY + 1, MONDAY + 7) == expected[1:2]


def test_what_is_open_for_longer_than_anybody_looks_has_no_bounds() -> None:
    (always,) = standings(policy(TOKYO, window("all", (DAILY, WHOLE_DAY), quantity=1)), at("2026-03-02T12:00+09:00"))
    assert (always.open, always.since, always.until, always.missed) == (True, None, None, None)
    some = window("some", (dates("2026-03-02"), WHOLE_DAY), quantity=1)
    (over,) = standings(policy(TOKYO, some), at("2026-03-03T00:00+09:00"))
    assert (over.open, over.opens) == (False, None)


SMALL = window("small", (DAILY, wall("08:00", "20:00")), size="standard-2x", line=12)
BUSY = window("busy", (DAILY, wall("12:00", "14:00")), quantity=5, line=20)


def test_a_window_that_is_open_for_its_size_alone_speaks_until_another_gives_the_quantity() -> None:
    one = policy(TOKYO, SMALL, BUSY, quantity=2, size="basic")
    night, morning, noon = (decide(one, at(f"2026-03-02T{hour}:00+09:00")) for hour in ("07", "08", "12"))
    assert (night.giver, night.speaker, night.line) == (None, None, 3)
    assert (morning.giver, morning.speaker, morning.line) == (None, SMALL, 3)
    assert (noon.giver, noon.speaker, noon.line) == (BUSY, BUSY, 20)
    first, second, *_ = edges(one, instant(at("2026-03-02T07:00+09:00")), instant(at("2026-03-03T07:00+09:00")))
    wanted = [decision.desired for decision in (night, morning, noon)]
    assert first == Edge(instant(at("2026-03-02T08:00+09:00")), one, None, wanted[0], wanted[1], SMALL)
    assert second == Edge(instant(at("2026-03-02T12:00+09:00")), one, BUSY, wanted[1], wanted[2], BUSY)
