"""How often apps are read."""

import pytest

from autoscaler.core.pace import BEATS_AN_HOUR, beat_for, reads_of_each


@pytest.mark.parametrize(
    ("apps", "beat", "reads"),
    [
        (0, 60, 61),
        (1, 60, 61),
        (6, 60, 61),  # 366 an hour
        (7, 70 + 2, 51),  # 52 each, which is one in 69.3 s
        (37, 360 + 2, 10),
        (370, 3600 + 2, 1),
        (371, 3610, 1),  # in their turns
    ],
)
def test_reads_of_so_many_apps_stay_within_what_beats_may_take(apps: int, beat: float, reads: int) -> None:
    assert (beat_for(apps, None), reads_of_each(apps)) == (beat, reads)
    assert apps * reads <= max(BEATS_AN_HOUR, apps)


def test_a_beat_set_by_hand_is_taken_as_it_is() -> None:
    assert beat_for(100, 5.0) == 5.0


def test_an_app_is_read_every_minute_only_where_61_reads_of_each_are_granted() -> None:
    assert [beat_for(1, None, reads=reads) for reads in (60, 61)] == [62, 60]
