"""`timeline(policies, start, until)`, as a program that imports it sees it."""

from datetime import UTC, datetime, timedelta

import pytest

from autoscaler import timeline
from autoscaler.core.quantity import Range
from tests.core.worlds import DAILY, at, file_of, policy, wall, window

NIGHT = window("night", (DAILY, wall("22:00", "06:00")), quantity=1, size="standard-2x", line=28)
WORKER = policy("Asia/Tokyo", NIGHT, quantity=0, size="standard-1x")
START, UNTIL = at("2026-03-02T00:00+09:00"), at("2026-03-03T00:00+09:00")


def test_a_span_says_all_that_there_is_to_say() -> None:
    morning, day, night = timeline(file_of(WORKER), START, UNTIL)
    assert (day.app, day.type, day.quantity, day.range, day.size, day.window) == (
        "shop",
        "worker",
        0,
        None,
        "standard-1x",
        None,
    )
    assert (night.quantity, night.range, night.size, night.window) == (1, None, "standard-2x", "night")
    assert (morning.line, day.line, night.line) == (28, 3, 28)


def test_spans_are_aware_and_in_utc() -> None:
    for span in timeline(file_of(WORKER), START, UNTIL):
        assert span.start.tzinfo is UTC
        assert span.end.tzinfo is UTC


def test_spans_touch_and_cover_exactly_what_was_asked_for() -> None:
    spans = list(timeline(file_of(WORKER), START, UNTIL))
    assert [span.start.isoformat() for span in spans] == [
        "2026-03-01T15:00:00+00:00",
        "2026-03-01T21:00:00+00:00",
        "2026-03-02T13:00:00+00:00",
    ]
    assert [span.end.isoformat() for span in spans] == [
        "2026-03-01T21:00:00+00:00",
        "2026-03-02T13:00:00+00:00",
        "2026-03-02T15:00:00+00:00",
    ]


def test_an_edge_at_the_start_is_in_and_an_edge_at_the_end_is_out() -> None:
    (only,) = timeline(file_of(WORKER), at("2026-03-02T22:00+09:00"), at("2026-03-03T06:00+09:00"))
    assert only.window == "night"


def test_one_second_is_a_span() -> None:
    (only,) = timeline(file_of(WORKER), START, START + timedelta(seconds=1))
    assert (only.start, only.end) == (START, START + timedelta(seconds=1))


def test_no_time_has_no_spans() -> None:
    assert list(timeline(file_of(WORKER), START, START)) == []


def test_no_policies_have_no_spans() -> None:
    assert list(timeline(file_of(), START, UNTIL)) == []


def test_fractions_of_a_second_are_dropped() -> None:
    (only,) = timeline(
        file_of(WORKER), START + timedelta(microseconds=999_999), START + timedelta(seconds=5, microseconds=1)
    )
    assert (only.start, only.end) == (START, START + timedelta(seconds=5))


def test_the_zones_of_the_question_do_not_matter() -> None:
    asked = [(START, UNTIL), (START.astimezone(UTC), UNTIL.astimezone(UTC)), (START, UNTIL.astimezone(UTC))]
    assert len({tuple(timeline(file_of(WORKER), start, until)) for start, until in asked}) == 1


def test_a_range_is_two_bounds_and_no_quantity() -> None:
    (only,) = timeline(file_of(policy("UTC", quantity=Range(2, 10))), START, UNTIL)
    assert (only.quantity, only.range) == (None, (2, 10))


def test_spans_come_by_app_type_and_start() -> None:
    targets = [("a-shop", "Web"), ("a-shop", "web"), ("a-shop", "worker"), ("b-shop", "web")]
    found = list(timeline(file_of(*(policy("UTC", NIGHT, target=target) for target in targets)), START, UNTIL))
    assert [(span.app, span.type, span.start) for span in found] == sorted(
        (span.app, span.type, span.start) for span in found
    )
    assert {(span.app, span.type) for span in found} == set(targets)


def test_each_process_type_goes_by_its_own_zone() -> None:
    tokyo = policy("Asia/Tokyo", NIGHT, target=("shop", "clock-in"))
    berlin = policy("Europe/Berlin", NIGHT, target=("shop", "worker"))
    starts = {
        span.type: span.start.isoformat()
        for span in timeline(file_of(tokyo, berlin), at("2026-03-02T08:00+00:00"), at("2026-03-03T00:00+00:00"))
        if span.window
    }
    assert starts == {"clock-in": "2026-03-02T13:00:00+00:00", "worker": "2026-03-02T21:00:00+00:00"}


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (START.replace(tzinfo=None), UNTIL),
        (START, UNTIL.replace(tzinfo=None)),
        (datetime(2026, 3, 2), datetime(2026, 3, 3)),
    ],
    ids=["start", "until", "both"],
)
def test_naive_datetimes_are_refused(start: datetime, until: datetime) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        list(timeline(file_of(WORKER), start, until))


def test_naive_datetimes_are_refused_even_where_there_is_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match=r"\S"):
        list(timeline(file_of(), datetime(2026, 3, 2), datetime(2026, 3, 3)))


@pytest.mark.parametrize("year", [1969, 3000])
def test_years_that_nobody_knows_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match=f"1970 to 2999, not {year}"):
        list(timeline(file_of(WORKER), START.replace(year=min(year, 2026)), UNTIL.replace(year=max(year, 2026))))


def test_the_first_and_the_last_year_are_known() -> None:
    assert len(list(timeline(file_of(WORKER), START.replace(year=1970), UNTIL.replace(year=1970)))) == 3
    assert len(list(timeline(file_of(WORKER), START.replace(year=2999), UNTIL.replace(year=2999)))) == 3


def test_spans_that_say_the_same_are_equal_and_others_are_not() -> None:
    once, again = (list(timeline(file_of(WORKER), START, UNTIL)) for _ in range(2))
    assert (once, len({*once, *again})) == (again, 3)
    assert once[0] != "a span"
    assert "shop/worker 2026-03-01T15:00:00Z..2026-03-01T21:00:00Z" in repr(once[0])
    assert "window='night', line=28" in repr(once[0])
