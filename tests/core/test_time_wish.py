"""The founding wish: worker=1 on weekdays from 22:00 to 06:00 in Tokyo. Friday's night ends on Saturday morning."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.decide import decide
from autoscaler.core.timeline import timeline
from tests.core.worlds import WEEKDAYS, at, file_of, local, policy, tried, wall, window

NIGHTLY = policy("Asia/Tokyo", window("nightly batch", (WEEKDAYS, wall("22:00", "06:00")), quantity=1), quantity=0)
MONDAY = at("2026-03-02T00:00+09:00")
WEEK = timedelta(days=7)


def test_five_nights_a_week() -> None:
    spans = timeline(file_of(NIGHTLY), MONDAY, MONDAY + WEEK)
    assert [(local("Asia/Tokyo", one.start), local("Asia/Tokyo", one.end)) for one in spans if one.quantity == 1] == [
        ("2026-03-02T22:00+09:00", "2026-03-03T06:00+09:00"),
        ("2026-03-03T22:00+09:00", "2026-03-04T06:00+09:00"),
        ("2026-03-04T22:00+09:00", "2026-03-05T06:00+09:00"),
        ("2026-03-05T22:00+09:00", "2026-03-06T06:00+09:00"),
        ("2026-03-06T22:00+09:00", "2026-03-07T06:00+09:00"),
    ]


def test_fridays_night_ends_on_saturday_morning() -> None:
    decision = decide(NIGHTLY, at("2026-03-06T23:00+09:00"))
    assert decision.desired.quantity == 1
    assert decision.until is not None
    assert local("Asia/Tokyo", decision.until) == "2026-03-07T06:00+09:00"
    assert decide(NIGHTLY, at("2026-03-07T05:59:59+09:00")).desired.quantity == 1
    assert decide(NIGHTLY, at("2026-03-07T06:00:00+09:00")).desired.quantity == 0


def test_mondays_small_hours_are_not_part_of_it() -> None:
    for text in ("2026-03-09T00:00:00+09:00", "2026-03-09T03:00:00+09:00", "2026-03-09T05:59:59+09:00"):
        assert decide(NIGHTLY, at(text)).desired.quantity == 0


def test_the_weekend_is_quiet() -> None:
    decision = decide(NIGHTLY, at("2026-03-07T06:00+09:00"))
    assert decision.until is not None
    assert local("Asia/Tokyo", decision.until) == "2026-03-09T22:00+09:00"


@tried(50)
@given(st.integers(0, 60 * 366 * 24 * 60))
def test_any_seven_days_have_exactly_forty_hours(minutes: int) -> None:
    start = at("1976-01-01T00:00+09:00") + timedelta(minutes=minutes)
    spans = timeline(file_of(NIGHTLY), start, start + WEEK)
    assert sum((one.end - one.start for one in spans if one.quantity == 1), timedelta()) == timedelta(hours=40)
