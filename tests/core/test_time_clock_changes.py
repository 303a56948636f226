"""The nights on which clocks change, each written down before it is tested.

Times are local and carry their offset, so that the two readings of an autumn hour can be told apart. Only past
changes are used: no later release of the zone data can move them.
"""

from datetime import timedelta

import pytest

from autoscaler.core.decide import decide
from autoscaler.core.timeline import timeline
from autoscaler.core.windows import unopened
from autoscaler.core.zones import instant
from tests.core.worlds import (
    DAILY,
    WEEKDAYS,
    WHOLE_DAY,
    at,
    dates,
    file_of,
    local,
    on,
    open_times,
    policy,
    real,
    told,
    wall,
    window,
    zone,
)

# Europe/Berlin, 2025-03-30: 01:59+01:00 is followed by 03:00+02:00. 02:00-02:59 is never shown.
# Europe/Berlin, 2025-10-26: 02:59+02:00 is followed by 02:00+01:00. 02:00-02:59 is shown twice.

BERLIN_SPRING = "2025-03-30T00:00+01:00", "2025-03-31T00:00+02:00"
BERLIN_AUTUMN = "2025-10-26T00:00+02:00", "2025-10-27T00:00+01:00"


def minutes_open(runs: list[tuple[str, str]]) -> float:
    return sum(((at(end) - at(start)) for start, end in runs), timedelta()) / timedelta(minutes=1)


def test_gap_start_is_the_jump_spring() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("02:30", "04:00"), *BERLIN_SPRING) == [
        ("2025-03-30T03:00+02:00", "2025-03-30T04:00+02:00")
    ]


def test_gap_end_is_the_jump_spring() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("01:00", "02:30"), *BERLIN_SPRING) == [
        ("2025-03-30T01:00+01:00", "2025-03-30T03:00+02:00")
    ]


def test_start_and_end_at_the_gaps_own_edges_spring() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("02:00", "03:00"), *BERLIN_SPRING) == []
    assert open_times("Europe/Berlin", DAILY, wall("01:59", "02:00"), *BERLIN_SPRING) == [
        ("2025-03-30T01:59+01:00", "2025-03-30T03:00+02:00")
    ]
    assert open_times("Europe/Berlin", DAILY, wall("03:00", "03:01"), *BERLIN_SPRING) == [
        ("2025-03-30T03:00+02:00", "2025-03-30T03:01+02:00")
    ]


def test_both_edges_in_the_gap_do_not_open_spring() -> None:
    only = window("in the gap", (DAILY, wall("02:15", "02:45")), quantity=1)
    start, until = (instant(at(text)) for text in BERLIN_SPRING)

    assert open_times("Europe/Berlin", DAILY, wall("02:15", "02:45"), *BERLIN_SPRING) == []
    assert unopened(only, zone("Europe/Berlin"), start, until) == [instant(at("2025-03-30T03:00+02:00"))]


def test_what_does_not_open_is_said_at_the_start_of_the_question_and_not_at_its_end() -> None:
    only = window("in the gap", (DAILY, wall("02:15", "02:45")), quantity=1)
    jump = instant(at("2025-03-30T03:00+02:00"))
    assert unopened(only, zone("Europe/Berlin"), jump, jump + 1) == [jump]
    assert unopened(only, zone("Europe/Berlin"), jump - 1, jump) == []


def test_both_edges_in_the_gap_open_the_day_before_and_after() -> None:
    assert open_times(
        "Europe/Berlin", DAILY, wall("02:15", "02:45"), "2025-03-29T00:00+01:00", "2025-04-01T00:00+02:00"
    ) == [
        ("2025-03-29T02:15+01:00", "2025-03-29T02:45+01:00"),
        ("2025-03-31T02:15+02:00", "2025-03-31T02:45+02:00"),
    ]


def test_a_lead_does_not_open_what_is_empty() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("02:15", "02:45"), *BERLIN_SPRING, lead=30) == []


def test_a_length_of_real_time_opens_where_a_wall_clock_span_is_empty() -> None:
    assert open_times("Europe/Berlin", DAILY, real("02:15", hours=0.5), *BERLIN_SPRING) == [
        ("2025-03-30T03:00+02:00", "2025-03-30T03:30+02:00")
    ]


def test_half_past_two_to_quarter_past_three_is_fifteen_minutes_spring() -> None:
    runs = open_times("Europe/Berlin", DAILY, wall("02:30", "03:15"), *BERLIN_SPRING)
    assert runs == [("2025-03-30T03:00+02:00", "2025-03-30T03:15+02:00")]
    assert minutes_open(runs) == 15


def test_half_past_two_to_three_is_ninety_minutes_autumn() -> None:
    runs = open_times("Europe/Berlin", DAILY, wall("02:30", "03:00"), *BERLIN_AUTUMN)
    assert runs == [("2025-10-26T02:30+02:00", "2025-10-26T03:00+01:00")]
    assert minutes_open(runs) == 90


def test_both_edges_in_the_fold_are_first_readings_autumn() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("02:15", "02:45"), *BERLIN_AUTUMN) == [
        ("2025-10-26T02:15+02:00", "2025-10-26T02:45+02:00")
    ]


def test_end_in_the_fold_is_the_first_reading_autumn() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("22:00", "02:30"), "2025-10-25T12:00+02:00", BERLIN_AUTUMN[1]) == [
        ("2025-10-25T22:00+02:00", "2025-10-26T02:30+02:00"),
        ("2025-10-26T22:00+01:00", "2025-10-27T00:00+01:00"),
    ]


def test_in_the_second_reading_a_window_that_ended_in_the_first_stays_shut_autumn() -> None:
    one = policy("Europe/Berlin", window("w", (DAILY, wall("02:15", "02:45")), quantity=1))
    assert decide(one, at("2025-10-26T02:30+02:00")).desired.quantity == 1
    assert decide(one, at("2025-10-26T02:30+01:00")).desired.quantity == 0


def test_overnight_by_the_wall_clock_is_seven_hours_spring_and_nine_autumn() -> None:
    spring = open_times("Europe/Berlin", on("sat"), wall("22:00", "06:00"), "2025-03-29T12:00+01:00", BERLIN_SPRING[1])
    autumn = open_times("Europe/Berlin", on("sat"), wall("22:00", "06:00"), "2025-10-25T12:00+02:00", BERLIN_AUTUMN[1])
    assert spring == [("2025-03-29T22:00+01:00", "2025-03-30T06:00+02:00")]
    assert autumn == [("2025-10-25T22:00+02:00", "2025-10-26T06:00+01:00")]
    assert (minutes_open(spring), minutes_open(autumn)) == (7 * 60, 9 * 60)


def test_for_eight_hours_is_eight_real_hours_spring() -> None:
    runs = open_times("Europe/Berlin", on("sat"), real("22:00", hours=8), "2025-03-29T12:00+01:00", BERLIN_SPRING[1])
    assert runs == [("2025-03-29T22:00+01:00", "2025-03-30T07:00+02:00")]
    assert minutes_open(runs) == 8 * 60


def test_for_eight_hours_is_eight_real_hours_autumn() -> None:
    runs = open_times("Europe/Berlin", on("sat"), real("22:00", hours=8), "2025-10-25T12:00+02:00", BERLIN_AUTUMN[1])
    assert runs == [("2025-10-25T22:00+02:00", "2025-10-26T05:00+01:00")]
    assert minutes_open(runs) == 8 * 60


def test_a_length_short_of_a_day_reaches_the_day_after_next_spring() -> None:
    # 23:30 and 23 h 54 min and the hour that the clock jumps: the whole of Sunday and 24 minutes of Monday.
    assert open_times(
        "Europe/Berlin", on("sat"), real("23:30", hours=23.9), BERLIN_SPRING[1], "2025-03-31T12:00+02:00"
    ) == [("2025-03-31T00:00+02:00", "2025-03-31T00:24+02:00")]


def test_for_counts_from_the_jump_when_the_start_is_in_the_gap_spring() -> None:
    assert open_times("Europe/Berlin", on("sun"), real("02:30", hours=1), *BERLIN_SPRING) == [
        ("2025-03-30T03:00+02:00", "2025-03-30T04:00+02:00")
    ]


def test_for_counts_from_the_first_reading_when_the_start_is_in_the_fold_autumn() -> None:
    assert open_times("Europe/Berlin", on("sun"), real("02:30", hours=1), *BERLIN_AUTUMN) == [
        ("2025-10-26T02:30+02:00", "2025-10-26T02:30+01:00")
    ]


def test_a_lead_is_real_time_before_the_start_spring() -> None:
    # 04:00+02:00 is 02:00 UTC; 90 minutes before is 00:30 UTC, when the clock shows 01:30+01:00.
    assert open_times("Europe/Berlin", DAILY, wall("04:00", "05:00"), *BERLIN_SPRING, lead=90) == [
        ("2025-03-30T01:30+01:00", "2025-03-30T05:00+02:00")
    ]


def test_a_lead_is_real_time_before_the_start_autumn() -> None:
    # 03:30+01:00 is 02:30 UTC; 90 minutes before is 01:00 UTC, when the clock shows 02:00 for the second time.
    assert open_times("Europe/Berlin", DAILY, wall("03:30", "05:00"), *BERLIN_AUTUMN, lead=90) == [
        ("2025-10-26T02:00+01:00", "2025-10-26T05:00+01:00")
    ]


def test_a_lead_counts_from_the_jump_when_the_start_is_in_the_gap() -> None:
    assert open_times("Europe/Berlin", DAILY, wall("02:30", "04:00"), *BERLIN_SPRING, lead=15) == [
        ("2025-03-30T01:45+01:00", "2025-03-30T04:00+02:00")
    ]


def test_a_lead_does_not_move_the_start_of_a_length() -> None:
    assert open_times("Europe/Berlin", DAILY, real("10:00", hours=2), *BERLIN_SPRING, lead=30) == [
        ("2025-03-30T09:30+02:00", "2025-03-30T12:00+02:00")
    ]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2025-03-30T00:00+01:00", "2025-03-31T00:00+02:00", 23),
        ("2025-10-26T00:00+02:00", "2025-10-27T00:00+01:00", 25),
    ],
    ids=["spring", "autumn"],
)
def test_a_whole_day_is_midnight_to_midnight(start: str, end: str, hours: int) -> None:
    runs = open_times("Europe/Berlin", on("sun"), WHOLE_DAY, start[:8] + "20T00:00+00:00", "2025-12-01T00:00+01:00")
    assert (start, end) in runs
    assert minutes_open([(start, end)]) == hours * 60


def test_whole_days_touch_across_both_changes() -> None:
    assert open_times("Europe/Berlin", DAILY, WHOLE_DAY, "2025-01-01T00:00+01:00", "2026-01-01T00:00+01:00") == [
        ("2025-01-01T00:00+01:00", "2026-01-01T00:00+01:00")
    ]


# America/New_York, 2025-03-09: 01:59-05:00 is followed by 03:00-04:00.
# America/New_York, 2025-11-02: 01:59-04:00 is followed by 01:00-05:00.


def test_new_york_overnight_spring() -> None:
    runs = open_times(
        "America/New_York", on("sat"), wall("22:00", "06:00"), "2025-03-08T12:00-05:00", "2025-03-10T00:00-04:00"
    )
    assert runs == [("2025-03-08T22:00-05:00", "2025-03-09T06:00-04:00")]


def test_new_york_fold_autumn() -> None:
    runs = open_times(
        "America/New_York", on("sun"), wall("01:30", "02:00"), "2025-11-02T00:00-04:00", "2025-11-03T00:00-05:00"
    )
    assert runs == [("2025-11-02T01:30-04:00", "2025-11-02T02:00-05:00")]
    assert minutes_open(runs) == 90


# America/Sao_Paulo, 2018-11-04: 2018-11-03 23:59-03:00 is followed by 01:00-02:00. There is no midnight.
# America/Sao_Paulo, 2018-02-17: 23:59-02:00 is followed by 23:00-03:00. Midnight is shown once, an hour later.


def test_sao_paulo_a_day_without_midnight_starts_at_one_spring() -> None:
    assert open_times(
        "America/Sao_Paulo", on("sun"), WHOLE_DAY, "2018-11-03T00:00-03:00", "2018-11-06T00:00-02:00"
    ) == [("2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00")]


def test_sao_paulo_the_day_before_ends_where_the_next_begins_spring() -> None:
    assert open_times(
        "America/Sao_Paulo", on("sat"), wall("22:00", "24:00"), "2018-11-03T00:00-03:00", "2018-11-06T00:00-02:00"
    ) == [("2018-11-03T22:00-03:00", "2018-11-04T01:00-02:00")]


def test_sao_paulo_midnight_to_half_past_does_not_open_spring() -> None:
    start, until = "2018-11-04T00:00-03:00", "2018-11-05T00:00-02:00"
    only = window("small hour", (DAILY, wall("00:00", "00:30")), quantity=1)
    assert open_times("America/Sao_Paulo", DAILY, wall("00:00", "00:30"), start, until) == []
    found = unopened(only, zone("America/Sao_Paulo"), instant(at(start)), instant(at(until)))
    assert found == [instant(at("2018-11-04T01:00-02:00"))]


def test_sao_paulo_saturday_has_twenty_five_hours_autumn() -> None:
    runs = open_times("America/Sao_Paulo", on("sat"), WHOLE_DAY, "2018-02-16T00:00-02:00", "2018-02-19T00:00-03:00")
    assert runs == [("2018-02-17T00:00-02:00", "2018-02-18T00:00-03:00")]
    assert minutes_open(runs) == 25 * 60


def test_sao_paulo_last_hour_of_the_day_is_two_autumn() -> None:
    runs = open_times(
        "America/Sao_Paulo", on("sat"), wall("23:00", "24:00"), "2018-02-17T00:00-02:00", "2018-02-19T00:00-03:00"
    )
    assert runs == [("2018-02-17T23:00-02:00", "2018-02-18T00:00-03:00")]
    assert minutes_open(runs) == 120


# Africa/Cairo, 2025-04-25: 2025-04-24 23:59+02:00 is followed by 01:00+03:00.
# Africa/Cairo, 2025-10-30: 23:59+03:00 is followed by 23:00+02:00.


def test_cairo_no_midnight_spring() -> None:
    assert open_times(
        "Africa/Cairo", on("thu"), wall("20:00", "00:30"), "2025-04-24T00:00+02:00", "2025-04-26T00:00+03:00"
    ) == [("2025-04-24T20:00+02:00", "2025-04-25T01:00+03:00")]


def test_cairo_eleven_at_night_twice_autumn() -> None:
    assert open_times(
        "Africa/Cairo", on("thu"), wall("23:30", "24:00"), "2025-10-30T00:00+03:00", "2025-11-01T00:00+02:00"
    ) == [("2025-10-30T23:30+03:00", "2025-10-31T00:00+02:00")]


# Europe/Dublin, whose summer is standard time and whose winter is the exception:
# 2025-03-30: 00:59+00:00 is followed by 02:00+01:00.  2025-10-26: 01:59+01:00 is followed by 01:00+00:00.


def test_dublin_gap_spring() -> None:
    assert open_times(
        "Europe/Dublin", on("sun"), wall("01:30", "02:15"), "2025-03-30T00:00+00:00", "2025-03-31T00:00+01:00"
    ) == [("2025-03-30T02:00+01:00", "2025-03-30T02:15+01:00")]


def test_dublin_fold_autumn() -> None:
    assert open_times(
        "Europe/Dublin", on("sun"), wall("01:30", "02:00"), "2025-10-26T00:00+01:00", "2025-10-27T00:00+00:00"
    ) == [("2025-10-26T01:30+01:00", "2025-10-26T02:00+00:00")]


# Africa/Casablanca, where Ramadan is the exception:
# 2025-02-23: 02:59+01:00 is followed by 02:00+00:00.  2025-04-06: 01:59+00:00 is followed by 03:00+01:00.


def test_casablanca_ramadan_begins_with_a_fold_in_spring() -> None:
    assert open_times(
        "Africa/Casablanca", on("sun"), wall("02:30", "03:00"), "2025-02-23T00:00+01:00", "2025-02-24T00:00+00:00"
    ) == [("2025-02-23T02:30+01:00", "2025-02-23T03:00+00:00")]


def test_casablanca_ramadan_ends_with_a_gap_in_spring() -> None:
    assert open_times(
        "Africa/Casablanca", on("sun"), wall("02:30", "03:15"), "2025-04-06T00:00+00:00", "2025-04-07T00:00+01:00"
    ) == [("2025-04-06T03:00+01:00", "2025-04-06T03:15+01:00")]


# Antarctica/Troll, two hours: 2025-03-30: 00:59+00:00 is followed by 03:00+02:00.
#                              2025-10-26: 02:59+02:00 is followed by 01:00+00:00.


def test_troll_two_hours_are_missing_spring() -> None:
    assert open_times(
        "Antarctica/Troll", on("sun"), wall("01:30", "04:00"), "2025-03-30T00:00+00:00", "2025-03-31T00:00+02:00"
    ) == [("2025-03-30T03:00+02:00", "2025-03-30T04:00+02:00")]


def test_troll_two_hours_come_twice_autumn() -> None:
    runs = open_times(
        "Antarctica/Troll", on("sun"), wall("01:30", "03:00"), "2025-10-26T00:00+02:00", "2025-10-27T00:00+00:00"
    )
    assert runs == [("2025-10-26T01:30+02:00", "2025-10-26T03:00+00:00")]
    assert minutes_open(runs) == 90 + 120


# Australia/Lord_Howe, half an hour: 2025-10-05: 01:59+10:30 is followed by 02:30+11:00.
#                                    2025-04-06: 01:59+11:00 is followed by 01:30+10:30.


def test_lord_howe_half_an_hour_is_missing_spring() -> None:
    assert open_times(
        "Australia/Lord_Howe", on("sun"), wall("02:15", "02:45"), "2025-10-05T00:00+10:30", "2025-10-06T00:00+11:00"
    ) == [("2025-10-05T02:30+11:00", "2025-10-05T02:45+11:00")]


def test_lord_howe_half_an_hour_comes_twice_autumn() -> None:
    runs = open_times(
        "Australia/Lord_Howe", on("sun"), wall("01:45", "02:00"), "2025-04-06T00:00+11:00", "2025-04-07T00:00+10:30"
    )
    assert runs == [("2025-04-06T01:45+11:00", "2025-04-06T02:00+10:30")]
    assert minutes_open(runs) == 45


# Asia/Pyongyang, 2015-08-15: 2015-08-14 23:59+09:00 is followed by 2015-08-14 23:30+08:30, for good.
# Asia/Pyongyang, 2018-05-04: 23:29+08:30 is followed by 2018-05-05 00:00+09:00, for good.


def test_pyongyang_the_last_half_hour_of_a_day_twice() -> None:
    runs = open_times(
        "Asia/Pyongyang", on("fri"), wall("23:30", "24:00"), "2015-08-14T00:00+09:00", "2015-08-16T00:00+08:30"
    )
    assert runs == [("2015-08-14T23:30+09:00", "2015-08-15T00:00+08:30")]
    assert minutes_open(runs) == 60


def test_pyongyang_the_last_half_hour_of_a_day_never() -> None:
    assert (
        open_times(
            "Asia/Pyongyang", on("fri"), wall("23:30", "24:00"), "2018-05-04T00:00+08:30", "2018-05-06T00:00+09:00"
        )
        == []
    )


# Asia/Kathmandu, 1985-12-31: 23:59+05:30 is followed by 1986-01-01 00:15+05:45.


def test_kathmandu_a_new_year_begins_at_quarter_past() -> None:
    assert open_times(
        "Asia/Kathmandu", dates("1986-01-01"), WHOLE_DAY, "1985-12-31T00:00+05:30", "1986-01-03T00:00+05:45"
    ) == [("1986-01-01T00:15+05:45", "1986-01-02T00:00+05:45")]


# Pacific/Apia, 2011-12-29 (a Thursday): 23:59-10:00 is followed by 2011-12-31 00:00+14:00. Friday the 30th never was.

APIA = "2011-12-28T00:00-10:00", "2012-01-02T00:00+14:00"


def test_apia_a_whole_day_on_the_skipped_date_does_not_open() -> None:
    only = window("never", (dates("2011-12-30"), WHOLE_DAY), quantity=1)
    start, until = (instant(at(text)) for text in APIA)
    assert open_times("Pacific/Apia", dates("2011-12-30"), WHOLE_DAY, *APIA) == []
    assert unopened(only, zone("Pacific/Apia"), start, until) == [instant(at("2011-12-31T00:00+14:00"))]


def test_apia_hours_within_the_skipped_date_do_not_open() -> None:
    assert open_times("Pacific/Apia", on("fri"), wall("09:00", "17:00"), *APIA) == []


def test_apia_a_night_that_starts_on_the_skipped_date_opens_at_the_skip() -> None:
    assert open_times("Pacific/Apia", on("fri"), wall("22:00", "06:00"), *APIA) == [
        ("2011-12-31T00:00+14:00", "2011-12-31T06:00+14:00")
    ]


def test_apia_a_night_that_ends_on_the_skipped_date_ends_at_the_skip() -> None:
    assert open_times("Pacific/Apia", on("thu"), wall("22:00", "06:00"), *APIA) == [
        ("2011-12-29T22:00-10:00", "2011-12-31T00:00+14:00")
    ]


def test_apia_a_length_that_starts_on_the_skipped_date_counts_from_the_skip() -> None:
    assert open_times("Pacific/Apia", on("fri"), real("22:00", hours=8), *APIA) == [
        ("2011-12-31T00:00+14:00", "2011-12-31T08:00+14:00")
    ]


def test_apia_whole_days_touch_across_the_skip() -> None:
    runs = open_times("Pacific/Apia", dates("2011-12-29..2011-12-31"), WHOLE_DAY, *APIA)
    assert runs == [("2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00")]
    assert minutes_open(runs) == 48 * 60


# Pacific/Kwajalein, 1993-08-20 (a Friday): 23:59-12:00 is followed by 1993-08-22 00:00+12:00. Saturday never was.


def test_kwajalein_the_skipped_saturday() -> None:
    assert open_times(
        "Pacific/Kwajalein", on("sat"), wall("20:00", "04:00"), "1993-08-20T00:00-12:00", "1993-08-24T00:00+12:00"
    ) == [("1993-08-22T00:00+12:00", "1993-08-22T04:00+12:00")]


def test_windows_that_meet_in_a_gap_change_once_at_the_jump() -> None:
    first = window("first", (DAILY, wall("00:00", "02:30")), quantity=1)
    second = window("second", (DAILY, wall("02:30", "06:00")), quantity=2)
    assert told(policy("Europe/Berlin", first, second), *BERLIN_SPRING) == [
        ("2025-03-30T00:00+01:00", 1, None, "first"),
        ("2025-03-30T03:00+02:00", 2, None, "second"),
        ("2025-03-30T06:00+02:00", 0, None, None),
    ]


def test_windows_that_meet_in_a_fold_change_once_at_the_first_reading() -> None:
    first = window("first", (DAILY, wall("00:00", "02:30")), quantity=1)
    second = window("second", (DAILY, wall("02:30", "06:00")), quantity=2)
    assert told(policy("Europe/Berlin", first, second), *BERLIN_AUTUMN) == [
        ("2025-10-26T00:00+02:00", 1, None, "first"),
        ("2025-10-26T02:30+02:00", 2, None, "second"),
        ("2025-10-26T06:00+01:00", 0, None, None),
    ]


def test_the_same_policy_keeps_its_local_hours_all_year() -> None:
    night = policy("Europe/Berlin", window("night", (WEEKDAYS, wall("22:00", "06:00")), quantity=1))
    spans = timeline(file_of(night), at("2025-01-01T12:00+01:00"), at("2026-01-01T12:00+01:00"))
    nights = [span for span in spans if span.window]
    assert {local("Europe/Berlin", span.start)[11:16] for span in nights} == {"22:00"}
    assert {local("Europe/Berlin", span.end)[11:16] for span in nights} == {"06:00"}
    assert len(nights) == 261  # the weekdays of 2025


@pytest.mark.parametrize(
    ("zone_name", "from_", "until", "change"),
    [
        ("Europe/Berlin", "2025-03-01T00:00+00:00", "2025-04-01T00:00+00:00", ("2025-03-30T03:00+02:00", 60)),
        ("Europe/Berlin", "2025-10-01T00:00+00:00", "2025-11-01T00:00+00:00", ("2025-10-26T02:00+01:00", -60)),
        ("Antarctica/Troll", "2025-03-01T00:00+00:00", "2025-04-01T00:00+00:00", ("2025-03-30T03:00+02:00", 120)),
        ("Australia/Lord_Howe", "2025-04-01T00:00+00:00", "2025-05-01T00:00+00:00", ("2025-04-06T01:30+10:30", -30)),
        ("Pacific/Apia", "2011-12-01T00:00+00:00", "2012-01-01T00:00+00:00", ("2011-12-31T00:00+14:00", 1440)),
        ("Pacific/Kwajalein", "1993-08-01T00:00+00:00", "1993-09-01T00:00+00:00", ("1993-08-22T00:00+12:00", 1440)),
        ("Africa/Casablanca", "2025-02-01T00:00+00:00", "2025-03-01T00:00+00:00", ("2025-02-23T02:00+00:00", -60)),
    ],
)
def test_clock_changes_are_found_with_what_they_do(
    zone_name: str, from_: str, until: str, change: tuple[str, int]
) -> None:
    found = zone(zone_name).clock_changes(instant(at(from_)), instant(at(until)))
    jumps = [
        (local(zone_name, at("1970-01-01T00:00+00:00") + timedelta(seconds=c.at)), (c.after - c.before) / 60)
        for c in found
    ]
    assert jumps == [change]


def test_a_clock_change_at_the_start_of_the_question_is_in_and_one_at_its_end_is_out() -> None:
    jump = instant(at("2025-03-30T03:00+02:00"))
    berlin = zone("Europe/Berlin")
    assert [change.at for change in berlin.clock_changes(jump - 3600, jump)] == []
    assert [change.at for change in berlin.clock_changes(jump, jump + 3600)] == [jump]
