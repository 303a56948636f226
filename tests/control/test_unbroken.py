"""Unbroken openings over virtual days: which dynos are restarted, when, and what is said."""

import asyncio
from datetime import datetime, timedelta

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.platform import Refused, Transient
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.windows import Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, MINUTE
from tests.control.test_daemon import TOKYO
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo

MONDAY = "2026-11-23T12:00"


def nightly(start: int = 22 * HOUR, end: int = 30 * HOUR, *more: Window) -> Policy:
    """Two workers all day, and a night that must be unbroken."""
    night = Window("night", 8, (Phrase(Weekdays(EVERY_DAY), WallSpan(start, end)),), 2, unbroken=True)
    return Policy(Target("shop", "worker"), TOKYO, 5, 2, None, (night, *more))


def stage(policy: Policy, *born: str, start: str = MONDAY) -> Stage:
    """A daemon from `start` on, and workers that were born at these local times."""
    time = Time(tokyo(start))
    heroku = FakeHeroku(time, {"shop": {"worker": (len(born), "standard-1x")}})
    heroku.born = {f"worker.{number}": tokyo(at) for number, at in enumerate(born, 1)}
    return Stage(time, heroku, [Policies("policies.yaml", (policy,), TOKYO)])


def test_only_dynos_whose_cycle_may_fall_into_the_opening_are_restarted_and_late() -> None:
    # Cycles: Mon 18:00-21:36, before (and it comes at 20:00); Mon 19:00-22:36 and Tue 05:30-09:06, within.
    play = stage(nightly(), "2026-11-22T18:00", "2026-11-22T19:00", "2026-11-23T05:30")
    play.play((8, lambda: play.heroku.born.update({"worker.1": play.time.now()})), hours=18)
    assert play.heroku.restarts() == [("Mon 21:53:00", "worker.2"), ("Mon 21:54:00", "worker.3")]
    told = [(event.fields["dyno"], event.level) for event in play.said("restarted")]
    assert told == [("worker.2", "info"), ("worker.3", "info")]
    assert play.said("restarted")[0].fields["reason"] == (
        "its daily restart could have come in the unbroken opening of 2026-11-23T13:00:00Z"
    )


@pytest.mark.parametrize(
    ("born", "restarted"),
    [
        ("2026-11-22T18:24", True),  # cycles by 22:00:00 at the latest: the opening's first instant
        ("2026-11-22T18:23", False),
        ("2026-11-23T06:00", False),  # cycles from Tue 06:00 on, which is no longer part of it
        ("2026-11-23T05:59", True),
        ("2026-11-20T00:00", True),  # should long have been cycled: nobody knows when
    ],
)
def test_the_interval_of_a_cycle_is_24_hours_to_27_hours_36_minutes(born: str, restarted: bool) -> None:
    play = stage(nightly(), born)
    play.play(hours=10.5)
    assert bool(play.heroku.restarts()) is restarted


def test_what_the_opening_itself_starts_or_resizes_is_not_restarted_before_it() -> None:
    hours = (Phrase(Weekdays(EVERY_DAY), WallSpan(22 * HOUR, 30 * HOUR)),)
    night = Window("night", 8, hours, 2, "standard-2x", unbroken=True)
    play = stage(Policy(Target("shop", "worker"), TOKYO, 5, 2, "standard-1x", (night,)), "2026-11-22T20:00")
    play.play(hours=10.5)
    assert play.heroku.restarts() == []


def test_many_dynos_are_restarted_at_once_and_never_within_the_opening() -> None:
    play = stage(nightly(), *["2026-11-22T20:00"] * 11)
    play.play(hours=10.5)
    assert play.heroku.restarts() == [("Mon 21:45:00", "worker")]


def test_openings_that_touch_count_as_one() -> None:
    early = Window("early", 9, (Phrase(Weekdays(EVERY_DAY), WallSpan(14 * HOUR, 22 * HOUR)),), 2, unbroken=True)
    play = stage(nightly(22 * HOUR + 4 * MINUTE, 30 * HOUR, early), "2026-11-22T20:00")
    play.play(hours=18)
    assert play.heroku.restarts() == [("Mon 13:54:00", "worker.1")]


def test_a_short_gap_is_used_as_soon_as_it_begins() -> None:
    day = Window(
        "day", 9, (Phrase(Weekdays(EVERY_DAY), WallSpan(14 * HOUR, 21 * HOUR + 55 * MINUTE)),), 2, unbroken=True
    )
    play = stage(
        nightly(22 * HOUR + 5 * MINUTE, 30 * HOUR, day), "2026-11-23T03:00", "2026-11-23T03:30", "2026-11-23T04:00"
    )
    play.play(hours=18)
    restarts = play.heroku.restarts()
    assert sorted(name for _, name in restarts) == ["worker.1", "worker.2", "worker.3"]
    assert all("Mon 21:55:00" <= at < "Mon 22:00:01" for at, _ in restarts)


def test_a_daemon_that_starts_late_restarts_before_the_opening_and_never_within_it() -> None:
    late = stage(nightly(), "2026-11-22T20:00", start="2026-11-23T21:58")
    late.play(hours=3)
    assert late.heroku.restarts() == [("Mon 21:58:00", "worker.1")]
    too_late = stage(nightly(), "2026-11-22T20:00", start="2026-11-23T22:00")
    too_late.play(hours=3)
    assert too_late.heroku.restarts() == []


def test_a_restart_that_does_not_show_is_asked_for_again_in_time() -> None:
    play = stage(nightly(), "2026-11-22T20:00")
    play.heroku.deaf = True
    play.play(hours=10.5)
    assert play.heroku.restarts() == [(f"Mon 21:{minute}:00", "worker.1") for minute in (54, 56, 58)]
    assert play.said("restarted") == []


def test_a_restart_that_is_tried_again_is_not_sent_within_the_opening() -> None:
    play = stage(nightly(), "2026-11-22T20:00")

    async def slow(kind: str, _: str) -> None:
        if kind == "restart":
            await asyncio.sleep(10 * MINUTE)  # noqa: TID251 virtual

    play.heroku.trouble = slow
    play.play(hours=11)
    assert play.heroku.restarts() == [("Mon 21:54:00", "worker.1")]
    assert play.heroku.born["worker.1"] == tokyo("2026-11-22T20:00")
    assert play.said("restarted") == []


def test_a_list_of_dynos_that_cannot_be_read_is_said_and_read_again() -> None:
    play = stage(nightly(), "2026-11-22T20:00")

    async def trouble(kind: str, _: str) -> None:
        if kind == "dynos" and play.time.now() < tokyo("2026-11-23T21:57"):
            raise Transient("shop: Heroku could not list the dynos (503)")

    play.heroku.trouble = trouble
    play.play(hours=10.5)
    assert play.heroku.restarts() == [("Mon 21:57:00", "worker.1")]
    [degraded] = play.said("degraded")
    assert degraded.fields["error"] == "shop: Heroku could not list the dynos (503)"
    assert degraded.fields["note"] == "an unbroken opening may not be kept whole"
    assert len(play.said("recovered")) == 1


def test_a_refused_restart_is_said_once_and_tried_at_a_beat_s_pace() -> None:
    play = stage(nightly(), "2026-11-22T20:00")

    async def trouble(kind: str, _: str) -> None:
        if kind == "restart":
            raise Refused("shop: Heroku refused to restart a dyno (403 forbidden)")

    play.heroku.trouble = trouble
    play.play(hours=10.5)
    assert play.heroku.restarts() == [(f"Mon 21:{minute}:00", "worker.1") for minute in range(54, 60)]
    assert len(play.said("degraded")) == 1


def test_a_restart_within_the_opening_is_said_with_what_is_known_of_it() -> None:
    play = stage(nightly(), "2026-11-23T13:00", "2026-11-23T13:00", start="2026-11-23T21:30")

    def release() -> None:
        play.heroku.release = 2
        play.heroku.born["worker.1"] = play.time.now()

    def by_hand() -> None:
        play.heroku.born["worker.2"] = play.time.now()

    play.play((2, release), (3, by_hand), hours=12)
    assert [
        (event.fields["dyno"], event.fields["born"], event.fields["reason"]) for event in play.said("interrupted")
    ] == [
        (
            "worker.1",
            "2026-11-23T14:30:00Z",
            "restarted by release v2 within the unbroken opening of 2026-11-23T13:00:00Z",
        ),
        (
            "worker.2",
            "2026-11-23T15:30:00Z",
            "restarted by hand, by a crash, or by Heroku within the unbroken opening of 2026-11-23T13:00:00Z",
        ),
    ]


def test_dynos_are_looked_at_only_about_unbroken_openings() -> None:
    play = stage(nightly(), "2026-11-23T11:00", start="2026-11-23T12:00")
    play.play(hours=9.7)  # to 21:42
    assert [call for call in play.heroku.calls if call.kind == "dynos"] == []
    ordinary = Policy(Target("shop", "worker"), TOKYO, 5, 1)
    never = stage(ordinary, "2026-11-22T20:00")
    never.play(hours=24)
    assert [call for call in never.heroku.calls if call.kind == "dynos"] == []


def test_a_week_of_nights_with_every_dyno_cycled_in_its_turn_is_never_broken() -> None:
    """The fake's dynos are cycled at the earliest moment that Heroku may choose."""
    play = stage(nightly(), "2026-11-23T03:00", "2026-11-23T09:00")
    cycles: list[datetime] = []

    def cycle() -> None:
        now = play.time.now()
        for name, born in play.heroku.born.items():
            if now - born >= timedelta(hours=24):
                play.heroku.born[name] = now
                cycles.append(now)

    play.play(*((minute / 60, cycle) for minute in range(0, 7 * 24 * 60)), hours=7 * 24)
    night = [at for at in cycles if (at + timedelta(hours=9)).hour in {22, 23, 0, 1, 2, 3, 4, 5}]
    assert night == []
    assert cycles
    assert all(not event for event in [play.said("interrupted")])


def test_a_look_is_taken_before_every_opening_however_long_the_pause_between_two() -> None:
    weekly = Window("night", 8, (Phrase(Weekdays(frozenset({0})), WallSpan(22 * HOUR, 30 * HOUR)),), 2, unbroken=True)
    play = stage(Policy(Target("shop", "worker"), TOKYO, 5, 2, None, (weekly,)), "2026-11-20T20:00")
    play.play(hours=15 * 24)  # two pauses of nearly a week
    assert [at for at, _ in play.heroku.restarts()] == ["Mon 21:54:00"] * 3
