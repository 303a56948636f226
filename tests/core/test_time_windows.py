"""Which window is open, which one speaks, and what it leaves to the next: on ordinary days."""

from datetime import timedelta

from autoscaler.core.decide import decide, standings
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.timeline import edges, next_edge
from autoscaler.core.windows import openings
from autoscaler.core.zones import instant
from tests.core.worlds import (
    DAILY,
    WEEKDAYS,
    WHOLE_DAY,
    at,
    dates,
    on,
    open_times,
    policy,
    real,
    told,
    wall,
    window,
    zone,
)

# 2026-03-02 is a Monday. Asia/Tokyo is +09:00 all year.

WEEK = "2026-03-02T00:00+09:00", "2026-03-09T00:00+09:00"
MONDAY = "2026-03-02T00:00+09:00", "2026-03-03T00:00+09:00"
SECOND = timedelta(seconds=1)


def quantity_at(one: str, *of: str) -> object:
    day = policy("Asia/Tokyo", window("day", (DAILY, wall(*of)), quantity=1))
    return decide(day, at(one)).desired.quantity


def test_start_boundary_inclusive() -> None:
    assert quantity_at("2026-03-02T09:00:00+09:00", "09:00", "17:00") == 1


def test_just_before_start() -> None:
    assert quantity_at("2026-03-02T08:59:59+09:00", "09:00", "17:00") == 0
    assert quantity_at("2026-03-02T08:59:59.999999+09:00", "09:00", "17:00") == 0


def test_just_before_end() -> None:
    assert quantity_at("2026-03-02T16:59:59+09:00", "09:00", "17:00") == 1
    assert quantity_at("2026-03-02T16:59:59.999999+09:00", "09:00", "17:00") == 1


def test_end_boundary_exclusive() -> None:
    assert quantity_at("2026-03-02T17:00:00+09:00", "09:00", "17:00") == 0


def test_overnight_before_midnight_at_midnight_and_before_end() -> None:
    assert quantity_at("2026-03-02T23:59:59+09:00", "22:00", "06:00") == 1
    assert quantity_at("2026-03-03T00:00:00+09:00", "22:00", "06:00") == 1
    assert quantity_at("2026-03-03T05:59:59+09:00", "22:00", "06:00") == 1


def test_overnight_end_boundary_exclusive() -> None:
    assert quantity_at("2026-03-03T06:00:00+09:00", "22:00", "06:00") == 0


def test_the_offset_of_the_question_does_not_matter() -> None:
    assert quantity_at("2026-03-02T00:00:00+00:00", "09:00", "17:00") == 1
    assert quantity_at("2026-03-01T18:59:59-05:00", "09:00", "17:00") == 0


def test_an_opening_belongs_to_the_day_on_which_it_starts() -> None:
    assert open_times("Asia/Tokyo", on("mon"), wall("22:00", "06:00"), *WEEK) == [
        ("2026-03-02T22:00+09:00", "2026-03-03T06:00+09:00")
    ]


def test_until_midnight_may_be_written_as_twenty_four() -> None:
    assert open_times("Asia/Tokyo", on("mon"), wall("22:00", "24:00"), *WEEK) == [
        ("2026-03-02T22:00+09:00", "2026-03-03T00:00+09:00")
    ]


def test_a_span_may_be_a_minute_short_of_a_day() -> None:
    assert open_times("Asia/Tokyo", on("mon"), wall("09:01", "09:00"), *WEEK) == [
        ("2026-03-02T09:01+09:00", "2026-03-03T09:00+09:00")
    ]


def test_a_length_may_last_for_days() -> None:
    assert open_times("Asia/Tokyo", on("tue"), real("12:00", hours=60), *WEEK) == [
        ("2026-03-03T12:00+09:00", "2026-03-06T00:00+09:00")
    ]


def test_a_length_that_began_weeks_ago_is_still_open() -> None:
    assert open_times("Asia/Tokyo", dates("2026-02-01"), real("12:00", hours=31 * 24), *WEEK) == [
        ("2026-03-02T00:00+09:00", "2026-03-04T12:00+09:00")
    ]


def test_overlapping_openings_of_one_window_are_one() -> None:
    assert open_times("Asia/Tokyo", on("mon", "tue", "wed"), real("12:00", hours=40), *WEEK) == [
        ("2026-03-02T12:00+09:00", "2026-03-06T04:00+09:00")
    ]


def test_touching_openings_of_one_window_are_one() -> None:
    assert open_times("Asia/Tokyo", on("mon", "tue"), real("12:00", hours=24), *WEEK) == [
        ("2026-03-02T12:00+09:00", "2026-03-04T12:00+09:00")
    ]


def test_touching_phrases_of_one_window_are_one_opening() -> None:
    both = window("both", (on("mon"), wall("09:00", "12:00")), (on("mon"), wall("12:00", "17:00")), quantity=1)
    tokyo = zone("Asia/Tokyo")
    assert openings(both, tokyo, *(instant(at(text)) for text in WEEK)) == [
        (instant(at("2026-03-02T09:00+09:00")), instant(at("2026-03-02T17:00+09:00")))
    ]


def test_a_minute_between_two_phrases_is_a_minute_outside() -> None:
    both = window("both", (on("mon"), wall("09:00", "12:00")), (on("mon"), wall("12:01", "17:00")), quantity=1)
    assert told(policy("Asia/Tokyo", both), *MONDAY) == [
        ("2026-03-02T00:00+09:00", 0, None, None),
        ("2026-03-02T09:00+09:00", 1, None, "both"),
        ("2026-03-02T12:00+09:00", 0, None, None),
        ("2026-03-02T12:01+09:00", 1, None, "both"),
        ("2026-03-02T17:00+09:00", 0, None, None),
    ]


def test_a_lead_that_reaches_the_opening_before_makes_them_one() -> None:
    # Night after night with 16 hours between them, and a lead of 16 hours.
    assert open_times("Asia/Tokyo", on("mon", "tue"), wall("22:00", "06:00"), *WEEK, lead=16 * 60) == [
        ("2026-03-02T06:00+09:00", "2026-03-04T06:00+09:00")
    ]


def test_a_lead_moves_the_start_only_and_over_midnight_too() -> None:
    assert open_times("Asia/Tokyo", on("wed"), wall("00:10", "06:00"), *WEEK, lead=15) == [
        ("2026-03-03T23:55+09:00", "2026-03-04T06:00+09:00")
    ]


def test_a_lead_from_beyond_the_end_of_the_question_counts() -> None:
    assert open_times("Asia/Tokyo", dates("2026-03-20"), wall("09:00", "10:00"), *WEEK, lead=14 * 24 * 60) == [
        ("2026-03-06T09:00+09:00", "2026-03-09T00:00+09:00")
    ]


def test_an_opening_that_only_touches_the_question_is_not_in_the_answer() -> None:
    day = window("day", (DAILY, wall("09:00", "17:00")), quantity=1)
    between = (instant(at("2026-03-02T17:00+09:00")), instant(at("2026-03-03T09:00+09:00")))
    assert openings(day, zone("Asia/Tokyo"), *between) == []


def test_days_may_wrap_around_the_week() -> None:
    # fri-mon
    assert open_times("Asia/Tokyo", on("fri", "sat", "sun", "mon"), wall("09:00", "10:00"), *WEEK) == [
        ("2026-03-02T09:00+09:00", "2026-03-02T10:00+09:00"),
        ("2026-03-06T09:00+09:00", "2026-03-06T10:00+09:00"),
        ("2026-03-07T09:00+09:00", "2026-03-07T10:00+09:00"),
        ("2026-03-08T09:00+09:00", "2026-03-08T10:00+09:00"),
    ]


def test_whole_days_that_wrap_around_the_week_are_one_opening() -> None:
    assert open_times("Asia/Tokyo", on("fri", "sat", "sun", "mon"), WHOLE_DAY, WEEK[0], "2026-03-16T00:00+09:00") == [
        ("2026-03-02T00:00+09:00", "2026-03-03T00:00+09:00"),
        ("2026-03-06T00:00+09:00", "2026-03-10T00:00+09:00"),
        ("2026-03-13T00:00+09:00", "2026-03-16T00:00+09:00"),
    ]


def test_a_range_of_dates_includes_both_ends() -> None:
    assert open_times(
        "Asia/Tokyo", dates("2026-12-29..2027-01-03"), WHOLE_DAY, "2026-12-01T00:00+09:00", "2027-02-01T00:00+09:00"
    ) == [("2026-12-29T00:00+09:00", "2027-01-04T00:00+09:00")]


def test_dates_and_ranges_mixed_overlapping_and_out_of_order() -> None:
    assert open_times(
        "Asia/Tokyo", dates("2026-03-07", "2026-03-03..2026-03-04", "2026-03-04"), wall("09:00", "10:00"), *WEEK
    ) == [
        ("2026-03-03T09:00+09:00", "2026-03-03T10:00+09:00"),
        ("2026-03-04T09:00+09:00", "2026-03-04T10:00+09:00"),
        ("2026-03-07T09:00+09:00", "2026-03-07T10:00+09:00"),
    ]


def test_leap_day_overnight() -> None:
    assert open_times(
        "Asia/Tokyo", dates("2024-02-29"), wall("22:00", "06:00"), "2024-02-28T00:00+09:00", "2024-03-02T00:00+09:00"
    ) == [("2024-02-29T22:00+09:00", "2024-03-01T06:00+09:00")]


def test_the_night_before_a_leap_day_ends_on_it() -> None:
    assert open_times(
        "Asia/Tokyo", dates("2024-02-28"), wall("22:00", "06:00"), "2024-02-28T00:00+09:00", "2024-03-02T00:00+09:00"
    ) == [("2024-02-28T22:00+09:00", "2024-02-29T06:00+09:00")]


def test_the_night_of_february_28_ends_in_march_in_a_common_year() -> None:
    assert open_times(
        "Asia/Tokyo", dates("2025-02-28"), wall("22:00", "06:00"), "2025-02-28T00:00+09:00", "2025-03-02T00:00+09:00"
    ) == [("2025-02-28T22:00+09:00", "2025-03-01T06:00+09:00")]


def test_the_night_of_new_years_eve_ends_in_the_next_year() -> None:
    assert open_times(
        "Asia/Tokyo", dates("2026-12-31"), wall("22:00", "06:00"), "2026-12-31T00:00+09:00", "2027-01-02T00:00+09:00"
    ) == [("2026-12-31T22:00+09:00", "2027-01-01T06:00+09:00")]


# Which window speaks


def test_outside_every_window_the_process_types_own_values_hold() -> None:
    assert told(policy("Asia/Tokyo", quantity=3, size="standard-1x"), *MONDAY) == [
        ("2026-03-02T00:00+09:00", 3, "standard-1x", None)
    ]


def test_the_first_open_window_speaks_whatever_its_quantity() -> None:
    small = window("small", (DAILY, wall("10:00", "12:00")), quantity=1)
    large = window("large", (DAILY, wall("09:00", "17:00")), quantity=9)
    day = [
        ("2026-03-02T00:00+09:00", 0, None, None),
        ("2026-03-02T09:00+09:00", 9, None, "large"),
        ("2026-03-02T17:00+09:00", 0, None, None),
    ]
    assert told(policy("Asia/Tokyo", small, large), *MONDAY) == [
        *day[:2],
        ("2026-03-02T10:00+09:00", 1, None, "small"),
        ("2026-03-02T12:00+09:00", 9, None, "large"),
        *day[2:],
    ]
    assert told(policy("Asia/Tokyo", large, small), *MONDAY) == day


def test_a_literal_zero_speaks() -> None:
    shut = window("shut", (DAILY, wall("10:00", "12:00")), quantity=0)
    day = window("day", (DAILY, wall("09:00", "17:00")), quantity=2)
    assert [row[1] for row in told(policy("Asia/Tokyo", shut, day, quantity=1), *MONDAY)] == [1, 2, 0, 2, 1]


def test_the_seam_of_two_windows_is_one_change_with_no_dip() -> None:
    morning = window("morning", (DAILY, wall("09:00", "12:00")), quantity=2)
    afternoon = window("afternoon", (DAILY, wall("12:00", "17:00")), quantity=3)
    one = policy("Asia/Tokyo", morning, afternoon)
    assert told(one, *MONDAY) == [
        ("2026-03-02T00:00+09:00", 0, None, None),
        ("2026-03-02T09:00+09:00", 2, None, "morning"),
        ("2026-03-02T12:00+09:00", 3, None, "afternoon"),
        ("2026-03-02T17:00+09:00", 0, None, None),
    ]
    assert decide(one, at("2026-03-02T12:00+09:00") - SECOND).desired.quantity == 2
    assert decide(one, at("2026-03-02T12:00+09:00")).desired.quantity == 3


def test_the_seam_of_two_windows_that_want_the_same_is_no_change_but_a_new_span() -> None:
    morning = window("morning", (DAILY, wall("09:00", "12:00")), quantity=2)
    afternoon = window("afternoon", (DAILY, wall("12:00", "17:00")), quantity=2)
    one = policy("Asia/Tokyo", morning, afternoon)
    start, until = (instant(at(text)) for text in MONDAY)
    assert [row[3] for row in told(one, *MONDAY)] == [None, "morning", "afternoon", None]
    assert [edge.at for edge in edges(one, start, until)] == [
        instant(at("2026-03-02T09:00+09:00")),
        instant(at("2026-03-02T17:00+09:00")),
    ]
    assert decide(one, at("2026-03-02T10:00+09:00")).until == at("2026-03-02T17:00+09:00")


def test_a_window_that_gives_no_quantity_leaves_it_to_the_next_open_one_and_at_last_to_the_process_type() -> None:
    big = window("big", (DAILY, wall("10:00", "14:00")), size="standard-2x")
    day = window("day", (DAILY, wall("12:00", "17:00")), quantity=3, size="performance-m")
    assert told(policy("Asia/Tokyo", big, day, quantity=1, size="standard-1x"), *MONDAY) == [
        ("2026-03-02T00:00+09:00", 1, "standard-1x", None),
        ("2026-03-02T10:00+09:00", 1, "standard-2x", None),
        ("2026-03-02T12:00+09:00", 3, "standard-2x", "day"),
        ("2026-03-02T14:00+09:00", 3, "performance-m", "day"),
        ("2026-03-02T17:00+09:00", 1, "standard-1x", None),
    ]


def test_a_size_is_filled_from_the_next_open_window() -> None:
    more = window("more", (DAILY, wall("10:00", "14:00")), quantity=5)
    day = window("day", (DAILY, wall("12:00", "17:00")), quantity=3, size="performance-m")
    assert told(policy("Asia/Tokyo", more, day, quantity=1, size="standard-1x"), *MONDAY) == [
        ("2026-03-02T00:00+09:00", 1, "standard-1x", None),
        ("2026-03-02T10:00+09:00", 5, "standard-1x", "more"),
        ("2026-03-02T12:00+09:00", 5, "performance-m", "more"),
        ("2026-03-02T14:00+09:00", 3, "performance-m", "day"),
        ("2026-03-02T17:00+09:00", 1, "standard-1x", None),
    ]


def test_a_window_that_gives_nothing_changes_nothing() -> None:
    mute = window("mute", (DAILY, wall("10:00", "14:00")))
    one = policy("Asia/Tokyo", mute, quantity=1)
    assert next_edge(one, instant(at(MONDAY[0]))) is None
    assert {(row[1], row[3]) for row in told(one, *MONDAY)} == {(1, None)}


def test_a_range_is_told_as_a_range_and_its_end_is_a_change() -> None:
    free = window("free", (DAILY, wall("10:00", "14:00")), quantity=Range(2, 10))
    one = policy("Asia/Tokyo", free, quantity=2)
    assert [row[1] for row in told(one, *MONDAY)] == [2, (2, 10), 2]
    assert decide(one, at("2026-03-02T12:00+09:00")).desired == Desired(Range(2, 10), None)
    assert decide(one, at("2026-03-02T12:00+09:00")).until == at("2026-03-02T14:00+09:00")


def test_a_change_of_size_alone_is_an_edge() -> None:
    big = window("big", (DAILY, wall("10:00", "14:00")), size="standard-2x")
    one = policy("Asia/Tokyo", big, quantity=1, size="standard-1x")
    (edge, back) = edges(one, *(instant(at(text)) for text in MONDAY))
    assert (edge.before, edge.after) == (Desired(1, "standard-1x"), Desired(1, "standard-2x"))
    assert (back.before, back.after) == (edge.after, edge.before)


# Until when


def test_until_is_the_next_change_days_away() -> None:
    one = policy("Asia/Tokyo", window("monday", (on("mon"), wall("09:00", "10:00")), quantity=1))
    assert decide(one, at("2026-03-02T10:00+09:00")).until == at("2026-03-09T09:00+09:00")


def test_until_is_later_than_now_even_at_an_edge() -> None:
    one = policy("Asia/Tokyo", window("monday", (on("mon"), wall("09:00", "10:00")), quantity=1))
    assert decide(one, at("2026-03-02T09:00+09:00")).until == at("2026-03-02T10:00+09:00")


def test_until_is_the_very_next_second_just_before_an_edge() -> None:
    one = policy("Asia/Tokyo", window("monday", (on("mon"), wall("09:00", "10:00")), quantity=1))
    assert decide(one, at("2026-03-02T08:59:59.9+09:00")).until == at("2026-03-02T09:00+09:00")


def test_until_passes_over_an_edge_that_a_window_above_hides() -> None:
    above = window("above", (DAILY, wall("09:00", "17:00")), quantity=4)
    below = window("below", (DAILY, wall("12:00", "13:00")), quantity=2)
    one = policy("Asia/Tokyo", above, below)
    assert decide(one, at("2026-03-02T10:00+09:00")).until == at("2026-03-02T17:00+09:00")


def test_until_is_found_a_year_ahead_and_no_further_than_400_days() -> None:
    # From 2026-01-01, day 399 is 2027-02-04 and day 402 is 2027-02-07.
    now = at("2026-01-01T00:00+09:00")
    near = policy("Asia/Tokyo", window("near", (dates("2027-02-04"), wall("09:00", "10:00")), quantity=1))
    far = policy("Asia/Tokyo", window("far", (dates("2027-02-07"), wall("09:00", "10:00")), quantity=1))
    assert decide(near, now).until == at("2027-02-04T09:00+09:00")
    assert decide(far, now).until is None


def test_what_is_open_without_end_has_no_until() -> None:
    one = policy("Asia/Tokyo", window("always", (DAILY, WHOLE_DAY), quantity=1))
    decision = decide(one, at(MONDAY[0]))
    assert decision.desired.quantity == 1
    assert decision.until is None


def test_until_of_dates_that_are_past_is_none() -> None:
    one = policy("Asia/Tokyo", window("past", (dates("2025-01-01"), WHOLE_DAY), quantity=1))
    assert decide(one, at(MONDAY[0])).until is None


def test_standings_name_every_window_in_the_files_order() -> None:
    night = window("night", (WEEKDAYS, wall("22:00", "06:00")), quantity=1)
    noon = window("noon", (on("wed"), wall("12:00", "13:00")), quantity=2)
    first, second = standings(policy("Asia/Tokyo", night, noon), at("2026-03-02T23:00+09:00"))
    assert (first.window.name, first.open, second.window.name, second.open) == ("night", True, "noon", False)
    assert (first.since, first.until) == (at("2026-03-02T22:00+09:00"), at("2026-03-03T06:00+09:00"))
    assert second.opens == at("2026-03-04T12:00+09:00")


def test_a_window_stands_open_from_its_start_and_shut_from_its_end() -> None:
    night = policy("Asia/Tokyo", window("night", (WEEKDAYS, wall("22:00", "06:00")), quantity=1))
    (opening,) = standings(night, at("2026-03-02T22:00+09:00"))
    (shut,) = standings(night, at("2026-03-03T06:00+09:00"))
    assert (opening.open, opening.since, opening.opens) == (True, at("2026-03-02T22:00+09:00"), None)
    assert (shut.open, shut.until, shut.opens) == (False, None, at("2026-03-03T22:00+09:00"))
