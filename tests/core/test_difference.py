"""Two versions of a file: what differs, held against minutes walked one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.calendars import Calendar, DateList
from autoscaler.core.days import CalendarDays
from autoscaler.core.difference import Difference, ProcessDifference, causes, difference
from autoscaler.core.patterns import Once, Weekly
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Formation, Live
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Desired, Quantity, Range
from autoscaler.core.windows import Window
from autoscaler.core.zones import DAY, WEEK, instant, moment
from tests.core import oracle
from tests.core.worlds import (
    DAILY,
    QUANTITIES,
    SIZES,
    WEEKDAYS,
    WHOLE_DAY,
    World,
    dates,
    file_of,
    on,
    policy,
    tried,
    wall,
    window,
    windows_near,
    worlds,
)

START = instant(datetime(2026, 11, 23, tzinfo=UTC))


@st.composite
def versions(draw: st.DrawFn) -> tuple[World, Policy]:
    """A world, and another version of its policy: other values, other windows, or some of the same."""
    world = draw(worlds())
    was = world.policy
    day = oracle.minute_of(world.start) // oracle.DAY
    kept = tuple(window for window in was.windows if draw(st.booleans()))
    more = [draw(windows_near(day, 20 + index, was.size is not None)) for index in range(draw(st.integers(0, 2)))]
    quantity = draw(st.one_of(st.just(was.quantity), QUANTITIES))
    size = draw(SIZES) if was.size else None
    return world, replace(was, quantity=quantity, size=size, windows=(*kept, *more))


def compared(old: Policy, new: Policy, start: int = START, seconds: int = WEEK) -> Difference:
    return difference(file_of(old), file_of(new), start, start + seconds)


def only(found: Difference) -> ProcessDifference:
    [process] = found.processes
    return process


@tried(40)
@given(versions())
def test_two_files_differ_exactly_at_the_minutes_at_which_they_want_different_things(
    versions: tuple[World, Policy],
) -> None:
    world, new = versions
    start, until = instant(world.start), instant(world.until)
    found = difference(file_of(world.policy), file_of(new), start, until)
    told = {
        minute: (piece.before, piece.after)
        for process in found.processes
        for piece in process.pieces
        for minute in minutes_of(piece.start, piece.end)
    }
    assert told == walked(world, new)
    for process in found.processes:
        assert all(start <= piece.start < piece.end <= until for piece in process.pieces)
        assert process.after.seconds - process.before.seconds == more_seconds(process)


@tried(40)
@given(versions(), st.integers(1, 40))
def test_what_is_told_as_weekly_is_neither_more_nor_less_than_what_differs(
    versions: tuple[World, Policy], days: int
) -> None:
    """Each pattern is written out again by walking clocks; together they are the pieces."""
    world, new = versions
    start, until = instant(world.start), instant(world.start) + days * DAY
    for process in difference(file_of(world.policy), file_of(new), start, until).processes:
        for shift in process.shifts:
            pieces = [p for p in process.pieces if (p.before, p.after) == (shift.before, shift.after)]
            exact = sorted((piece.start, piece.end) for piece in pieces)
            written = sorted(written_out(shift.when, new.zone.name, start, until))
            assert joined(written) == joined(exact)


def test_a_window_on_saturdays_is_weekly_though_the_week_has_only_one() -> None:
    night = wall("22:00", "06:00")
    old, new = (policy("UTC", window("batch", (days, night), quantity=1)) for days in (WEEKDAYS, on("mon", "sat")))
    shifts = only(compared(old, new)).shifts
    assert [(shift.before.quantity, shift.after.quantity, shift.when) for shift in shifts] == [
        (1, 0, (Weekly(frozenset({1, 2, 3, 4}), 22 * 3600, 30 * 3600),)),
        (0, 1, (Weekly(frozenset({5}), 22 * 3600, 30 * 3600),)),
    ]


def test_a_window_of_one_date_is_not_weekly() -> None:
    sale = policy("UTC", window("sale", (dates("2026-11-27"), wall("08:00", "20:00")), quantity=4))
    [shift] = only(compared(policy("UTC"), sale)).shifts
    assert shift.when == (Once(START + 4 * DAY + 8 * 3600, START + 4 * DAY + 20 * 3600),)


def test_a_holiday_is_an_exception_to_what_is_weekly() -> None:
    closed = dates("2026-12-03")
    new = window("day", (WEEKDAYS, wall("08:00", "18:00")), quantity=4)
    new = Window(new.name, new.line, new.phrases, new.quantity, excluded=(closed,))
    [shift] = only(compared(policy("UTC"), policy("UTC", new), seconds=2 * WEEK)).shifts
    assert shift.when == (Weekly(frozenset(range(5)), 8 * 3600, 18 * 3600, (closed.ranges[0][0],)),)


def test_what_was_open_before_the_period_begins_keeps_its_hours() -> None:
    new = policy("UTC", window("night", (DAILY, wall("22:00", "06:00")), quantity=1))
    process = only(compared(policy("UTC"), new, START + 3600))
    assert process.pieces[0].start == START + 3600
    [shift] = process.shifts
    assert shift.when == (Weekly(frozenset(range(7)), 22 * 3600, 30 * 3600),)


def test_another_quantity_outside_windows_is_at_all_times() -> None:
    [shift] = only(compared(policy("UTC", quantity=1), policy("UTC", quantity=2))).shifts
    assert shift.when == (Once(None, None),)


def test_whole_days_are_days_of_the_week() -> None:
    new = policy("UTC", window("weekend", (on("sat", "sun"), WHOLE_DAY), quantity=1))
    [shift] = only(compared(policy("UTC"), new)).shifts
    assert shift.when == (Weekly(frozenset({5, 6}), 0, DAY),)


@pytest.mark.parametrize(
    ("before", "after", "drastic"),
    [
        (2, 0, "zeroed"),
        (1, 0, "zeroed"),
        (Range(0, 4), 0, "zeroed"),
        (4, 2, "halved"),
        (Range(2, 8), Range(1, 8), "halved"),
        (Range(2, 8), Range(2, 4), "halved"),
        (5, 3, None),
        (0, 2, None),
        (0, Range(0, 1), None),
        (2, 4, None),
    ],
)
def test_what_is_zeroed_or_halved_is_drastic(before: Quantity, after: Quantity, drastic: str | None) -> None:
    assert only(compared(policy("UTC", quantity=before), policy("UTC", quantity=after))).drastic == drastic


def test_what_is_drastic_comes_first_the_worst_of_it_before() -> None:
    targets = [("a", "web"), ("b", "web"), ("c", "web")]
    old = [policy("UTC", quantity=4, target=target) for target in targets]
    new = [policy("UTC", quantity=n, target=target) for n, target in zip((5, 2, 0), targets, strict=True)]
    found = difference(file_of(*old), file_of(*new), START, START + DAY)
    assert [str(process.target) for process in found.processes] == ["c/web", "b/web", "a/web"]


def test_the_same_words_are_no_difference_wherever_they_stand() -> None:
    first = window("night", (DAILY, wall("22:00", "06:00")), quantity=1, line=7)
    again = window("night", (DAILY, wall("22:00", "06:00")), quantity=1, line=70)
    assert compared(policy("UTC", first), policy("UTC", again)).empty


def test_the_same_words_differ_where_their_calendar_does() -> None:
    def closed(day: int) -> Policy:
        days = CalendarDays(Calendar("closed", (DateList(((day, day),)),)))
        return policy("UTC", window("off", (days, WHOLE_DAY), quantity=1))

    today = START // DAY
    assert compared(closed(today + 1), closed(today + 1)).empty
    assert len(only(compared(closed(today + 1), closed(today + 2))).pieces) == 2


def test_a_difference_after_the_period_is_told() -> None:
    sale = policy("UTC", window("sale", (dates("2027-03-01"), wall("08:00", "20:00")), quantity=4))
    found = compared(policy("UTC"), sale)
    assert not found.empty
    assert (only(found).pieces, only(found).later) == ((), instant(datetime(2027, 3, 1, 8, tzinfo=UTC)))


def test_process_types_come_and_go() -> None:
    old, new = policy("UTC", quantity=1, target=("old", "web")), policy("UTC", quantity=2, target=("new", "web"))
    found = compared(old, new)
    assert [(str(process.target), process.kind) for process in found.processes] == [
        ("new/web", "new"),
        ("old/web", "removed"),
    ]
    assert found.after.hours == 2 * 168
    assert found.before.hours == 0, "what is no longer named stays as it is: nothing is saved"


@pytest.mark.parametrize(
    ("live", "cause"),
    [
        (Live(2, "standard-1x"), "file"),
        (Live(2, "standard-2x"), "both"),
        (Live(5, "standard-1x"), "both"),
    ],
)
def test_a_change_of_now_is_this_files_only_if_live_is_as_the_other_file_wants_it(live: Live, cause: str) -> None:
    old, new = (policy("UTC", quantity=quantity, size="standard-1x") for quantity in (2, 3))
    assert because(old, new, live) == [cause]


def test_a_change_of_now_that_both_files_want_is_a_live_difference() -> None:
    same = policy("UTC", quantity=3, size="standard-1x")
    assert because(same, replace(same), Live(1, "standard-1x")) == ["live"]
    assert because(same, replace(same), Live(3, "standard-1x")) == []


def because(old: Policy, new: Policy, live: Live) -> list[str]:
    now = moment(START)
    plan = draft(file_of(new), Observed(now, {"shop": Formation("shop", {"worker": live})}), now)
    return [cause for _, cause in causes(plan, compared(old, new))]


def test_nobody_is_compared_with_what_is_not_known() -> None:
    from autoscaler.core.policies import Unknown

    known = policy("UTC", quantity=1)
    unknown = Unknown(known.target, known.zone, 3, "the feed does not answer")
    process = only(difference(Policies("main:policies.yaml", (), unknown=(unknown,)), file_of(known), START, START + 9))
    assert (process.kind, process.reason) == ("unknown", "main:policies.yaml: the feed does not answer")


def walked(world: World, new: Policy) -> dict[int, tuple[Desired, Desired]]:
    """The minutes at which the two policies want different things, and what, as the oracle says."""
    first, last = oracle.minute_of(world.start), oracle.minute_of(world.until - timedelta(seconds=1)) + 1
    old, other = (
        {minute: Desired(held.quantity, held.size) for held in found for minute in range(held.start, held.end)}
        for found in (oracle.held(each, first, last) for each in (world.policy, new))
    )
    return {minute: (old[minute], other[minute]) for minute in range(first, last) if old[minute] != other[minute]}


def minutes_of(start: int, end: int) -> range:
    return range(start // 60, (end + 59) // 60)


def more_seconds(process: ProcessDifference) -> int:
    def low(desired: Desired) -> int:
        return desired.quantity if isinstance(desired.quantity, int) else desired.quantity.low

    return sum((low(piece.after) - low(piece.before)) * (piece.end - piece.start) for piece in process.pieces)


def written_out(when: tuple[Weekly | Once, ...], zone: str, start: int, until: int) -> list[tuple[int, int]]:
    """What the patterns say within the period, every day looked up on the walked clock."""
    found: list[tuple[int, int]] = []
    for pattern in when:
        if isinstance(pattern, Once):
            found.append(
                (start if pattern.start is None else pattern.start, until if pattern.end is None else pattern.end)
            )
            continue
        for day in range(start // DAY - 9, until // DAY + 3):
            if (day + 3) % 7 in pattern.days and day not in pattern.missing:
                readings = day * oracle.DAY + pattern.opens // 60, day * oracle.DAY + pattern.closes // 60
                opens, closes = (oracle.first_showing(zone, reading) * 60 for reading in readings)
                found.append((opens, closes))
    clipped = ((max(opens, start), min(closes, until)) for opens, closes in found)
    return [(opens, closes) for opens, closes in clipped if opens < closes]


def joined(stints: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stints that touch as one; none may overlap."""
    found: list[tuple[int, int]] = []
    for start, end in stints:
        assert not found or start >= found[-1][1], "told twice"
        if found and start == found[-1][1]:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found
