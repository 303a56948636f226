"""What people want besides the file: which pin speaks and until when, and what counts as a change by somebody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoscaler.core.closing import Heard
from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.journal import EVERYTHING, Pin, Verified, Written
from autoscaler.core.people import Foreign, Known, differing, edge_between, foreign, overruled, paused, pinned, wished
from autoscaler.core.platform import Formation, Live, Transient
from autoscaler.core.policies import Policy, Target
from autoscaler.core.quantity import Desired
from autoscaler.core.timeline import Given, Stretch
from autoscaler.core.windows import Close, Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, Zone, instant

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEB, WORKER = Target("shop", "web"), Target("shop", "worker")


def hours(name: str, first: int, last: int, quantity: int | None, size: str | None = None) -> Window:
    return Window(name, 8, (Phrase(Weekdays(EVERY_DAY), WallSpan(first * HOUR, last * HOUR)),), quantity, size)


def policy(size: str | None = None, *windows: Window) -> Policy:
    return Policy(WEB, Zone("UTC", ZoneInfo("UTC")), 5, 3, size, windows)


def pin(quantity: int | None = 8, until: float = 9, made: float = -1, app: str = "shop", kind: str = "web") -> Pin:
    """A pin by hours from noon; without a quantity a pause."""
    place = (app, kind) if quantity is not None else (EVERYTHING, EVERYTHING)
    return Pin(*place, quantity, NOON + timedelta(hours=made), NOON + timedelta(hours=until))


def wanted(pins: tuple[Pin, ...], chosen: Policy | None = None) -> tuple[object, str | None, datetime | None]:
    decision = wished(chosen or policy(), NOON, Live(1, "basic"), Heard(), Known(pins))
    return decision.desired.quantity, decision.desired.size, decision.until


@pytest.mark.parametrize("place", [("shop", "worker"), ("store", "web")])
def test_a_pin_is_for_the_process_type_that_it_names(place: tuple[str, str]) -> None:
    assert pinned(WEB, Known((pin(app=place[0], kind=place[1]),)), NOON) is None


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_pins_the_one_that_was_made_last_holds_and_of_two_pauses_the_longer(order: int) -> None:
    first, last = pin(8, made=-2, until=9), pin(6, made=-1, until=3)
    assert pinned(WEB, Known((first, last)[::order]), NOON) == last
    long, short = pin(None, made=-2, until=5), pin(None, made=-1, until=3)
    assert paused(Known((long, short)[::order]), NOON) == long


def test_a_pause_after_a_pin_takes_nothing_from_what_is_pinned() -> None:
    assert wanted((pin(8, made=-2), pin(None, made=-1)))[0] == 8


def test_a_pin_holds_from_its_first_instant_to_before_its_last() -> None:
    assert wanted((pin(made=0),))[0] == 8
    assert wanted((pin(until=0),))[0] == 3


def test_a_pin_speaks_in_place_of_the_window_and_of_what_is_held_open() -> None:
    open_now = hours("lunch", 11, 13, 2)
    held = replace(hours("morning", 6, 10, 2), close=Close("unfinished", 4 * HOUR))
    for window in (open_now, held):
        chosen = policy(None, window)
        without = wished(replace(chosen, quantity=0), NOON, Live(2, "basic"), Heard(), Known())
        assert without.speaker == window
        assert bool(without.held_open) is (window is held)
        decision = wished(replace(chosen, quantity=0), NOON, Live(2, "basic"), Heard(), Known((pin(8),)))
        assert (decision.giver, decision.speaker, decision.held_open, decision.pin) == (None, None, "", pin(8))
        assert decision.why == "pinned"


NIGHT = hours("night", 18, 30, 1)
LARGE = hours("large", 20, 24, None, "standard-2x")


@pytest.mark.parametrize(
    ("chosen", "until", "size", "ends"),
    [
        (policy(None, NIGHT), 9, None, 9),  # of the file's values nothing but the size can change
        (policy("basic", NIGHT), 9, "basic", 9),
        (policy("basic", NIGHT, LARGE), 9, "basic", 8),  # 20:00
        (policy("basic", NIGHT, LARGE), 8, "basic", 8),
        (policy("basic", NIGHT, LARGE), 7, "basic", 7),
        (policy("basic", hours("now", 11, 13, None, "standard-2x")), 9, "standard-2x", 1),
    ],
)
def test_a_pinned_quantity_lasts_to_its_end_or_to_where_the_size_changes(
    chosen: Policy, until: float, size: str | None, ends: float
) -> None:
    assert wanted((pin(until=until),), chosen) == (8, size, NOON + timedelta(hours=ends))


def stretch(start: float, end: float, quantity: int, size: str | None = None, over: Pin | None = None) -> Stretch:
    """What holds between two hours after noon."""
    at = instant(NOON)
    return Stretch(at + int(start * HOUR), at + int(end * HOUR), Given(Desired(quantity, size), None, None, over))


@pytest.mark.parametrize(
    ("until", "made", "course"),
    [
        (9, -1, [(0, 4, 8, "a"), (4, 9, 8, "b"), (9, 10, 2, "b"), (10, 12, 3, "b")]),
        (11, 5, [(0, 4, 1, "a"), (4, 5, 2, "b"), (5, 11, 8, "b"), (11, 12, 3, "b")]),
        (3, 1, [(0, 1, 1, "a"), (1, 3, 8, "a"), (3, 4, 1, "a"), (4, 10, 2, "b"), (10, 12, 3, "b")]),
        (10, 4, [(0, 4, 1, "a"), (4, 10, 8, "b"), (10, 12, 3, "b")]),
        (12, 0, [(0, 4, 8, "a"), (4, 12, 8, "b")]),
        (0, -1, [(0, 4, 1, "a"), (4, 10, 2, "b"), (10, 12, 3, "b")]),
        (14, 12, [(0, 4, 1, "a"), (4, 10, 2, "b"), (10, 12, 3, "b")]),
    ],
)
def test_a_pin_s_quantity_holds_within_its_time_and_the_size_stays_the_file_s(
    until: float, made: float, course: list[tuple[float, float, int, str]]
) -> None:
    file = [stretch(0, 4, 1, "a"), stretch(4, 10, 2, "b"), stretch(10, 12, 3, "b")]
    over = pin(8, until, made)
    assert overruled(file, over) == [stretch(*part, over if part[2] == 8 else None) for part in course]
    assert overruled(file, None) == overruled(file, pin(None)) == file


def found(
    live: Live,
    chosen: Policy | None = None,
    written: tuple[Written, ...] = (),
    at: datetime = NOON - timedelta(hours=1),
    size: str | None = None,
) -> Foreign | None:
    """What has become of 3 of size basic that were verified at `at`."""
    chosen = chosen or policy(size)
    record = Verified(WEB, Desired(3, size), 3, "basic", at)
    known = Known(verified={WEB: record}, written=written)
    return foreign(chosen, wished(chosen, NOON, live, Heard(), known), live, known, NOON)


def test_a_size_is_somebody_s_change_only_where_the_file_names_sizes() -> None:
    assert found(Live(3, "standard-2x")) is None
    assert found(Live(3, "standard-2x"), size="basic") is not None
    assert found(Live(3, "basic"), size="basic") is None


def test_an_edge_since_makes_it_a_missed_edge_though_the_same_is_wanted_again() -> None:
    night = policy(None, hours("night", 2, 3, 1))
    before, after = NOON - timedelta(hours=11), NOON - timedelta(hours=9)  # 01:00 and 03:00
    assert found(Live(5, "basic"), night, at=before) is None
    assert found(Live(5, "basic"), night, at=after) is not None


def test_an_edge_is_of_the_time_that_begins_with_it() -> None:
    noon = policy(None, hours("afternoon", 12, 13, 1))
    second = timedelta(seconds=1)
    assert edge_between(noon, NOON - second, NOON)
    assert not edge_between(noon, NOON - second, NOON - second)
    assert not edge_between(noon, NOON, NOON + second)


@pytest.mark.parametrize(
    ("target", "quantity", "size", "minutes", "live", "ours"),
    [
        (WEB, 5, "standard-2x", -30, Live(5, "standard-2x"), True),
        (WEB, 5, None, -30, Live(5, "basic"), True),
        (WEB, None, "standard-2x", -30, Live(3, "standard-2x"), True),
        (WEB, 5, None, -30, Live(5, "standard-2x"), False),
        (WEB, None, "standard-2x", -30, Live(5, "standard-2x"), False),
        (WORKER, 5, "standard-2x", -30, Live(5, "standard-2x"), False),
        (WEB, 5, "standard-1x", -30, Live(5, "standard-2x"), False),
        (WEB, 4, "standard-2x", -30, Live(5, "standard-2x"), False),
        (WEB, 5, None, -64, Live(5, "basic"), True),  # asked for before the record, it may show after it
        (WEB, 5, None, -65, Live(5, "basic"), False),
    ],
)
def test_what_a_daemon_asked_for_since_and_what_could_have_led_to_it_is_ours(
    target: Target, quantity: int | None, size: str | None, minutes: int, live: Live, ours: bool
) -> None:
    written = Written(target, quantity, size, NOON + timedelta(minutes=minutes), "clock.1")
    one = found(live, size="basic", written=(written,))
    assert one is not None
    assert one.ours is ours
    assert (one.target, one.live) == (WEB, live)


def test_who_differs_is_told_of_every_process_type_that_was_read_and_verified() -> None:
    record = Verified(WEB, Desired(3, None), 3, "basic", NOON - timedelta(hours=1))
    known = Known(verified={WEB: record})
    never = replace(policy(), target=WORKER)
    changed = Formation("shop", {"web": Live(5, "basic"), "worker": Live(5, "basic")})

    def targets(answer: Formation | Transient) -> list[Target]:
        return [one.target for one in differing((policy(), never), {"shop": answer}, Heard(), known, NOON)]

    assert targets(changed) == [WEB]
    assert targets(Formation("shop", {"worker": Live(5, "basic")})) == []
    assert targets(Transient("shop: 503")) == []
