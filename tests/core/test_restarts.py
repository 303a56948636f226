"""Restarts ahead of unbroken openings, case by case: whose cycle meets one, what is asked for, and when."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.platform import Dyno
from autoscaler.core.policies import Policy, Target
from autoscaler.core.restarts import (
    Cycle,
    Restarts,
    cycle,
    next_opening,
    opening_ahead,
    opening_at,
    outlook,
    protected,
    restarts,
)
from autoscaler.core.windows import Close, Opening, Phrase, WallSpan, Window
from autoscaler.core.zones import DAY, HOUR, MINUTE, Zone, instant, moment

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
ZERO = instant(MIDNIGHT)
"""Monday, 00:00; hours and minutes below count from it."""


def at(hour: float, minute: float = 0) -> int:
    return ZERO + round(hour * HOUR + minute * MINUTE)


def window(first: int, last: int, **more: object) -> Window:
    """From a minute of the day to another, every day."""
    hours = (Phrase(Weekdays(EVERY_DAY), WallSpan(first * MINUTE, last * MINUTE)),)
    return Window("night", 8, hours, 2, **{"unbroken": True, **more})  # type: ignore[arg-type]


def policy(*windows: Window, size: str | None = None) -> Policy:
    return Policy(Target("shop", "worker"), Zone("UTC", ZoneInfo("UTC")), 5, 2, size, windows)


NIGHT = window(22 * 60, 30 * 60)
NIGHTLY = policy(NIGHT)
TONIGHT = (at(22), at(30))


def dyno(born: int, changed: int | None = None, name: str = "worker.1", size: str = "basic") -> Dyno:
    kind = name.partition(".")[0]
    made, updated = moment(born), moment(born if changed is None else changed)
    return Dyno(f"id of {name}", name, kind, size, "up", "bin/run", 1, made, updated)


@pytest.mark.parametrize(
    ("born", "changed", "now", "asked", "earliest", "latest"),
    [
        (at(0), at(0), at(1), None, at(24), at(27, 36)),
        (at(0), at(2), at(3), None, at(24), at(29, 36)),  # updated by whatever: it may have been cycled, or not
        (at(2), at(0), at(3), None, at(24), at(29, 36)),
        (at(0), at(2), at(3), at(1), at(26), at(29, 36)),  # what has changed since we asked is young
        (at(0), at(2), at(3), at(2), at(26), at(29, 36)),
        (at(0), at(2), at(3), at(2.5), at(24), at(29, 36)),
        (at(0), at(0), at(25), None, at(25), at(27, 36)),
        (at(0), at(0), at(27, 35), None, at(27, 35), at(27, 36)),
    ],
)
def test_a_cycle_comes_a_day_after_birth_and_up_to_216_minutes_later(
    born: int, changed: int, now: int, asked: int | None, earliest: int, latest: int
) -> None:
    found = cycle(dyno(born, changed), now, asked)
    assert (found.earliest, found.latest, found.overdue) == (earliest, latest, False)


@pytest.mark.parametrize("now", [at(27, 36), at(50)])
def test_a_cycle_that_should_be_over_may_come_at_any_time(now: int) -> None:
    found = cycle(dyno(at(0)), now)
    assert found.overdue
    assert found.earliest == now
    assert found.meets((now + 9 * DAY, now + 10 * DAY))


@pytest.mark.parametrize(
    ("earliest", "latest", "meets"),
    [(at(18), at(22), True), (at(18), at(22) - 1, False), (at(30), at(33), False), (at(30) - 1, at(33), True)],
)
def test_a_cycle_meets_an_opening_from_its_first_instant_to_before_its_end(
    earliest: int, latest: int, meets: bool
) -> None:
    assert Cycle(dyno(at(0)), earliest, latest).meets(TONIGHT) is meets


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([replace(NIGHT, unbroken=False)], []),
        ([window(600, 700), window(704, 800)], [(at(10), at(0, 800))]),
        ([window(600, 700), window(705, 800)], [(at(10), at(0, 700)), (at(0, 705), at(0, 800))]),
        ([window(600, 900), window(650, 800)], [(at(10), at(15))]),
        ([window(600, 700), window(690, 800), window(790, 900)], [(at(10), at(15))]),
        ([window(300, 360), window(600, 700), window(690, 800)], [(at(5), at(6)), (at(10), at(0, 800))]),
        ([window(600, 660, close=Close("probe", 2 * HOUR))], [(at(10), at(13))]),
    ],
)
def test_openings_less_than_a_start_apart_count_as_one(windows: list[Window], expected: list[Opening]) -> None:
    assert protected(policy(*windows), at(0), at(24)) == expected


@pytest.mark.parametrize(
    ("start", "until", "found"),
    [(at(7), at(22), []), (at(7), at(22) + 1, [TONIGHT]), (at(30), at(40), []), (at(30) - 1, at(40), [TONIGHT])],
)
def test_an_opening_is_found_from_both_its_ends(start: int, until: int, found: list[Opening]) -> None:
    assert protected(NIGHTLY, start, until) == found


@pytest.mark.parametrize(
    ("now", "here", "ahead"),
    [
        (at(22) - 1, None, TONIGHT),
        (at(22), TONIGHT, (at(46), at(54))),
        (at(30) - 1, TONIGHT, (at(46), at(54))),
        (at(30), None, (at(46), at(54))),
    ],
)
def test_the_opening_of_now_is_never_the_one_ahead(now: int, here: Opening | None, ahead: Opening) -> None:
    assert opening_at(NIGHTLY, now) == here
    assert next_opening(NIGHTLY, now) == ahead
    assert opening_ahead(NIGHTLY, now) == ahead


def test_an_opening_is_seen_two_days_ahead_and_on_asking_further() -> None:
    weekly = policy(
        Window("weekly", 8, (Phrase(Weekdays(frozenset({4})), WallSpan(0, HOUR)),), 2, unbroken=True)  # Friday
    )
    friday = (at(96), at(97))
    assert next_opening(weekly, at(48)) is None
    assert next_opening(weekly, at(48) + 1) == friday
    assert opening_ahead(weekly, at(0)) == friday
    assert opening_ahead(weekly, at(96)) == (at(96 + 168), at(97 + 168))
    assert opening_ahead(policy(), at(0)) is None


def workers(count: int, born: int = at(0), size: str = "basic") -> list[Dyno]:
    return [dyno(born, name=f"worker.{number}", size=size) for number in range(count, 0, -1)]


def planned(found: Restarts | None) -> list[tuple[int, str]]:
    """Minutes before the opening, and names."""
    assert found is not None
    return [((found.opening[0] - when) // MINUTE, one.name) for when, one in found.planned]


def test_up_to_ten_are_restarted_one_by_one_a_start_before_the_opening() -> None:
    found = restarts(NIGHTLY, workers(3), at(12), {})
    assert planned(found) == [(8, "worker.1"), (7, "worker.2"), (6, "worker.3")]
    assert found is not None
    assert (found.opening, found.together) == (TONIGHT, False)
    ten = restarts(NIGHTLY, workers(10), at(12), {})
    assert planned(ten) == [(15 - number, f"worker.{number + 1}") for number in range(10)]
    assert ten is not None
    assert not ten.together


def test_more_are_restarted_together_and_their_names_count_as_numbers() -> None:
    found = restarts(NIGHTLY, workers(11), at(12), {})
    assert planned(found) == [(15, f"worker.{number + 1}") for number in range(11)]
    assert found is not None
    assert found.together


def test_a_restart_is_due_from_its_instant_to_before_the_opening() -> None:
    found = restarts(NIGHTLY, workers(1), at(12), {})
    assert found is not None
    assert [len(found.due(now)) for now in (at(21, 54) - 1, at(21, 54), at(22) - 1, at(22))] == [0, 1, 1, 0]


@pytest.mark.parametrize("now", [at(22), at(30) - 1])
def test_nothing_is_planned_within_an_opening(now: int) -> None:
    assert restarts(NIGHTLY, workers(1, at(22.5)), now, {}) is None


def test_only_the_type_s_own_dynos_are_restarted_and_only_those_whose_cycle_meets_the_opening() -> None:
    others = [dyno(at(0), name="web.1"), dyno(at(6), name="worker.9"), dyno(at(-6), name="worker.8")]
    assert planned(restarts(NIGHTLY, [*others, *workers(1)], at(12), {})) == [(6, "worker.1")]
    assert restarts(NIGHTLY, others, at(12), {}) is None


@pytest.mark.parametrize(
    ("size", "has", "restarted"),
    [(None, "basic", True), ("standard-2x", "basic", False), ("standard-2x", "standard-2x", True)],
)
def test_what_the_opening_resizes_is_young_anyway(size: str | None, has: str, restarted: bool) -> None:
    sized = policy(replace(NIGHT, size=size), size="basic" if size else None)
    assert (restarts(sized, workers(1, size=has), at(12), {}) is not None) is restarted


@pytest.mark.parametrize(("since", "again"), [(119, False), (120, True)])
def test_what_was_asked_for_gets_time_to_show(since: int, again: bool) -> None:
    now, worker = at(21, 57), workers(1)[0]
    assert (restarts(NIGHTLY, [worker], now, {worker.id: now - since}) is not None) is again


def test_what_has_changed_since_it_was_asked_for_is_not_restarted_again() -> None:
    worker = dyno(at(0), changed=at(21, 55))
    assert restarts(NIGHTLY, [worker], at(21, 58), {worker.id: at(21, 54)}) is None
    assert restarts(NIGHTLY, [worker], at(21, 58), {}) is not None


def test_the_outlook_tells_of_each_dyno_what_it_meets_and_when_it_is_restarted() -> None:
    calm, threatened = dyno(at(7), name="worker.1"), dyno(at(0), name="worker.2")
    first, second = outlook(NIGHTLY, [threatened, calm, dyno(at(0), name="web.1")], at(12), {})
    assert (first.target, first.cycle, first.restart) == (NIGHTLY.target, cycle(calm, at(12)), None)
    assert first.meets == ()
    assert (second.cycle.dyno, second.meets, second.restart) == (threatened, (TONIGHT,), at(21, 54))
    assert outlook(policy(replace(NIGHT, unbroken=False)), [threatened], at(12), {}) == []


def test_the_outlook_within_an_opening_has_no_restart_and_none_in_the_past() -> None:
    worker = workers(1)[0]
    [within] = outlook(NIGHTLY, [worker], at(23), {})
    assert (within.meets, within.restart) == ((TONIGHT,), None)
    [begun] = outlook(NIGHTLY, [worker], at(22), {})
    assert (begun.meets, begun.restart) == ((TONIGHT,), None)
    [late] = outlook(NIGHTLY, [worker], at(21, 58), {})
    assert late.restart == at(21, 58)
    [asked] = outlook(NIGHTLY, [dyno(at(0), changed=at(21, 55))], at(21, 58), {worker.id: at(21, 54)})
    assert (asked.meets, asked.restart) == (((at(46), at(54)),), at(45, 54))


def test_an_overdue_dyno_meets_every_opening_of_two_days() -> None:
    [found] = outlook(NIGHTLY, [dyno(at(-48))], at(12), {})
    assert found.meets == (TONIGHT, (at(46), at(54)))
