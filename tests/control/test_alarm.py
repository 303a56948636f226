"""When the alarm rings: on the beat, at the instant set last, and once a beat whatever becomes of the wall clock."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import pytest

from autoscaler.control.alarm import Alarm
from tests.control.virtual import Time, run, tokyo

START = tokyo("2026-11-23T22:00")


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def rung(act: Callable[[Alarm, Time], Coroutine[Any, Any, None]]) -> None:
    """Do something with an alarm of a beat of a minute, in virtual time."""
    time = Time(START)

    async def main() -> None:
        alarm = Alarm(time, 60)
        alarm.start()
        try:
            await act(alarm, time)
        finally:
            alarm.stop()

    run(time, main)


async def next_ring(alarm: Alarm, time: Time) -> tuple[float, datetime | None]:
    """After how many seconds in all it rang, and for which instant."""
    ring = await alarm.wait()
    return round(time.steady(), 2), ring


def test_it_rings_on_every_beat_and_at_what_is_set_which_it_tells_once() -> None:
    async def act(alarm: Alarm, time: Time) -> None:
        alarm.set(after(10))
        assert await next_ring(alarm, time) == (10, after(10))
        assert await next_ring(alarm, time) == (60, None)
        assert await next_ring(alarm, time) == (120, None)

    rung(act)


@pytest.mark.parametrize("then", [20, None], ids=["later", "none"])
def test_what_is_set_takes_the_place_of_what_was_set_before(then: int | None) -> None:
    async def act(alarm: Alarm, time: Time) -> None:
        alarm.set(after(10))
        alarm.set(None if then is None else after(then))
        assert await next_ring(alarm, time) == (then or 60, then and after(then))

    rung(act)


def test_an_instant_that_has_rung_may_be_set_again() -> None:
    async def act(alarm: Alarm, time: Time) -> None:
        for ring in (10, 20):
            time.set_wall(seconds=10 - ring)  # it is ten past once more
            alarm.set(after(10))
            assert await next_ring(alarm, time) == (ring, after(10))

    rung(act)


@pytest.mark.parametrize(
    ("seconds", "asked", "rings"), [(None, 10, 10), (20, 10, 10), (10, 20, 10), (20, None, 20), (None, None, None)]
)
def test_it_rings_no_later_than_it_is_asked_to(seconds: int | None, asked: int | None, rings: int | None) -> None:
    async def act(alarm: Alarm, time: Time) -> None:
        alarm.set(None if seconds is None else after(seconds))
        alarm.no_later_than(None if asked is None else after(asked))
        assert await next_ring(alarm, time) == (rings or 60, rings and after(rings))

    rung(act)


def test_it_rings_at_once_for_whoever_wakes_it() -> None:
    async def act(alarm: Alarm, time: Time) -> None:
        alarm.wake()
        assert await next_ring(alarm, time) == (0, None)
        assert await next_ring(alarm, time) == (60, None)

    rung(act)


def test_a_wall_clock_that_is_set_back_makes_a_beat_a_second_longer() -> None:
    async def act(alarm: Alarm, time: Time) -> None:
        time.set_wall(hours=-2)
        rings = [(await next_ring(alarm, time))[0] for _ in range(3)]
        assert rings == [61, 122, 183]

    rung(act)
