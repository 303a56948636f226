"""Random policies around odd moments in odd zones, held against an oracle that walks real minutes."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.decide import decide, standings
from autoscaler.core.policies import Policy
from autoscaler.core.quantity import Desired
from autoscaler.core.timeline import edges, next_edge, stretches, timeline
from autoscaler.core.windows import openings, unopened
from autoscaler.core.zones import Zone, instant
from tests.core import oracle
from tests.core.oracle import Held
from tests.core.worlds import ODD_YEARS, World, file_of, tried, turning_points, worlds, zone

AHEAD = 3 * oracle.DAY
"""How far the oracle looks for the next change; core may name none within it only if there is none."""


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def value_changes(found: list[Held]) -> list[int]:
    """The minutes at which quantity or size, and not only the window that gives it, become other ones."""
    pairs = pairwise(found)
    return [b.start for a, b in pairs if (a.quantity, a.size) != (b.quantity, b.size)]


def walk(policy: Policy, first: datetime, last: datetime) -> list[Held]:
    return oracle.held(policy, oracle.minute_of(first), oracle.minute_of(last))


@tried(30)
@given(worlds())
def test_decide_says_what_the_walked_minutes_say(world: World) -> None:
    ahead = walk(world.policy, world.start, world.start + timedelta(minutes=AHEAD))
    now = ahead[0]

    decision = decide(world.policy, world.start)

    assert decision.target == world.policy.target
    assert decision.desired == Desired(now.quantity, now.size)
    assert decision.giver == now.giver
    assert decision.line == (now.giver.line if now.giver else world.policy.line)

    changes = value_changes(ahead)
    if changes:
        assert decision.until == oracle.moment_of(changes[0])
    else:
        assert decision.until is None or decision.until >= oracle.moment_of(ahead[-1].end)


@tried(25)
@given(worlds(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5))
def test_decide_agrees_at_every_minute_sampled_and_on_both_sides_of_every_edge(
    world: World, samples: list[float]
) -> None:
    found = walk(world.policy, world.start, world.until + timedelta(minutes=1))
    for one in found:
        within = [one.start + int((one.end - one.start) * share) for share in samples]
        for minute in (one.start, *within, one.end - 1):
            assert decide(world.policy, oracle.moment_of(minute)).desired == Desired(one.quantity, one.size)
        just_before_end = oracle.moment_of(one.end) - timedelta(microseconds=1)
        assert decide(world.policy, just_before_end).desired == Desired(one.quantity, one.size)


@tried(25)
@given(worlds())
def test_stretches_cover_exactly_the_time_asked_for_and_nothing_else(world: World) -> None:
    start, until = seconds(world.start), seconds(world.until)

    found = stretches(world.policy, start, until)

    assert found[0].start == start
    assert found[-1].end == until
    assert all(one.start < one.end for one in found)
    for before, after in pairwise(found):
        assert before.end == after.start
        assert (before.desired, before.speaker, before.giver) != (after.desired, after.speaker, after.giver)


@tried(25)
@given(worlds())
def test_stretches_are_the_walked_ones(world: World) -> None:
    start, until = seconds(world.start), seconds(world.until)
    walked = [
        (max(one.start * 60, start), min(one.end * 60, until), Desired(one.quantity, one.size), one.speaker, one.giver)
        for one in walk(world.policy, world.start, world.until + timedelta(minutes=1))
    ]

    found = [(s.start, s.end, s.desired, s.speaker, s.giver) for s in stretches(world.policy, start, until)]

    assert found == [one for one in walked if one[0] < one[1]]


@tried(25)
@given(worlds(), st.floats(0, 1, exclude_max=True))
def test_spans_agree_with_decide_inside_and_at_both_boundaries(world: World, share: float) -> None:
    for span in timeline(file_of(world.policy), world.start, world.until):
        inside = span.start + timedelta(seconds=int((span.end - span.start).total_seconds() * share))
        for moment in (span.start, inside, span.end - timedelta(seconds=1)):
            decision = decide(world.policy, moment)
            quantity = span.quantity if span.range is None else span.range
            wanted = decision.desired.quantity
            assert quantity == (wanted if isinstance(wanted, int) else (wanted.low, wanted.high))
            assert span.size == decision.desired.size
            assert span.window == (decision.giver.name if decision.giver else None)
            assert span.line == decision.line
            assert decision.until is None or decision.until >= span.end


@tried(30)
@given(worlds())
def test_edges_rise_and_each_is_the_next_one_of_the_one_before(world: World) -> None:
    start, until = seconds(world.start), seconds(world.until)
    walked = value_changes(walk(world.policy, world.start, world.until + timedelta(minutes=1)))

    found = edges(world.policy, start, until)

    assert [edge.at for edge in found] == [minute * 60 for minute in walked if start < minute * 60 < until]
    at = start
    for edge in found:
        assert edge.at > at
        assert edge.before != edge.after
        assert next_edge(world.policy, at) == edge.at
        assert decide(world.policy, oracle.moment_of(edge.at // 60)).desired == edge.after
        assert decide(world.policy, oracle.moment_of(edge.at // 60 - 1)).desired == edge.before
        at = edge.at


@tried(30)
@given(worlds())
def test_openings_are_sorted_disjoint_merged_and_the_walked_ones(world: World) -> None:
    start, until = seconds(world.start) // 60 * 60, seconds(world.until) // 60 * 60 + 60
    for window in world.policy.windows:
        found = openings(window, world.policy.zone, start, until)

        assert all(opens < closes for opens, closes in found)
        assert all(a[1] < b[0] for a, b in pairwise(found)), "touching openings are one"
        assert all(opens < until and closes > start for opens, closes in found)
        walked = oracle.openings(window, world.policy.zone.name, start // 60, until // 60)
        assert [(max(a, start), min(b, until)) for a, b in found] == [(a * 60, b * 60) for a, b in walked]


@tried(25)
@given(worlds())
def test_what_does_not_open_is_what_the_walk_finds_empty(world: World) -> None:
    start, until = oracle.minute_of(world.start) - 2 * oracle.DAY, oracle.minute_of(world.until)
    for window in world.policy.windows:
        found = unopened(window, world.policy.zone, start * 60, until * 60)
        assert sorted(set(found)) == [
            minute * 60 for minute in oracle.unopened(window, world.policy.zone.name, start, until)
        ]


@tried(25)
@given(worlds())
def test_standings_say_which_windows_are_open_and_when_that_changes(world: World) -> None:
    now = oracle.minute_of(world.start)
    for window, standing in zip(world.policy.windows, standings(world.policy, world.start), strict=True):
        walked = oracle.openings(window, world.policy.zone.name, now - AHEAD, now + AHEAD)
        current = next((run for run in walked if run[0] <= now < run[1]), None)
        later = next((run for run in walked if run[0] > now), None)

        assert standing.window is window
        assert standing.open == (current is not None)
        if current and current[0] > now - AHEAD:
            assert standing.since == oracle.moment_of(current[0])
        if current and current[1] < now + AHEAD:
            assert standing.until == oracle.moment_of(current[1])
        if not current and later:
            assert standing.opens == oracle.moment_of(later[0])


@tried(200)
@given(st.sampled_from(sorted(ODD_YEARS)), st.data())
def test_an_edge_is_the_first_minute_whose_reading_is_that_or_later(zone_name: str, data: st.DataObject) -> None:
    turn = data.draw(st.sampled_from(turning_points(zone_name)))
    near = oracle.shown(zone_name, turn) + data.draw(st.integers(-26 * 60, 26 * 60))
    assert zone(zone_name).edge(near * 60) == oracle.first_showing(zone_name, near) * 60


@tried(25)
@given(st.sampled_from(sorted(ODD_YEARS)), st.data())
def test_edges_of_later_readings_are_never_earlier(zone_name: str, data: st.DataObject) -> None:
    turn = data.draw(st.sampled_from(turning_points(zone_name)))
    near = st.integers(-26 * 3600, 26 * 3600).map(lambda second: oracle.shown(zone_name, turn) * 60 + second)
    readings = sorted(data.draw(st.lists(near, min_size=2, max_size=20)))
    found = [zone(zone_name).edge(reading) for reading in readings]
    assert found == sorted(found)


@tried(30)
@given(st.sampled_from(sorted(ODD_YEARS)), st.data())
def test_readings_and_clock_changes_are_the_walked_ones(zone_name: str, data: st.DataObject) -> None:
    turn = data.draw(st.sampled_from(turning_points(zone_name)))
    first = turn - data.draw(st.integers(0, 3 * oracle.DAY))
    last = turn + data.draw(st.integers(0, 3 * oracle.DAY))
    here: Zone = zone(zone_name)

    assert here.reading(first * 60) == oracle.shown(zone_name, first) * 60
    assert here.offset(first * 60) == (oracle.shown(zone_name, first) - first) * 60
    found = here.clock_changes(first * 60, last * 60)
    assert [change.at for change in found] == [m * 60 for m in oracle.clock_changes(zone_name, first, last)]
    for change in found:
        assert change.before == (oracle.shown(zone_name, change.at // 60 - 1) - (change.at // 60 - 1)) * 60
        assert change.after == (oracle.shown(zone_name, change.at // 60) - change.at // 60) * 60


class Forward(tzinfo):
    """Clocks that go forward one hour from UTC, once."""

    def __init__(self, at: int) -> None:
        self.at = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        assert moment is not None
        return timedelta(hours=int(moment.replace(tzinfo=None) > self.at))

    def fromutc(self, moment: datetime) -> datetime:
        return moment + timedelta(hours=int(moment.replace(tzinfo=None) >= self.at))

    def dst(self, moment: datetime | None) -> None: ...

    def tzname(self, moment: datetime | None) -> None: ...


@pytest.mark.parametrize("days", [0, 1, 2, 511, 512, 513, 1024, 20_480])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_jump_at_any_instant_is_found(days: int, seconds: int) -> None:
    """Zones are looked through in blocks of 512 days; no law has put a jump between two of them yet."""
    at = days * 86400 + seconds
    here = Zone("Forward", Forward(at))
    assert [(change.at, change.before, change.after) for change in here.clock_changes(at, at + 1)] == [(at, 0, 3600)]
    assert [here.edge(at + reading) for reading in (-1, 0, 1800, 3600, 3601)] == [at - 1, at, at, at, at + 1]


def test_instants_drop_fractions_of_a_second_downwards_before_the_epoch_too() -> None:
    assert instant(datetime.fromisoformat("1970-01-01T00:00:00.999999+00:00")) == 0
    assert instant(datetime.fromisoformat("1969-12-31T23:59:59.500000+00:00")) == -1
