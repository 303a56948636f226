"""A year of a thousand windows: our timeline, span objects included, beside bare integers and beside peers."""

import statistics
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from autoscaler import Span, timeline
from benchmarks import peers, workload
from benchmarks.workload import OUTSIDE, START, UNTIL, WINDOWS, Candidate, Edge, Hours, as_it_is

OURS, BOUND = "autoscaler timeline", "bare integers, sorted"

APPS, APPS_OF_PEERS = 100, 10
"""Peers take each window by itself and so in the same time; they are given the first of every ten."""

GROWTH = (10, 100, 1000)
"""In apps: ten windows each."""

Boundary = tuple[int, int, bool]
"""The instant, the number of the window, whether it opens."""

Told = tuple[datetime, datetime, int | None]
"""Start, end and quantity of a span."""

_INDEX = 24


def ours(windows: Sequence[Hours]) -> Callable[[], list[Span]]:
    policies = workload.policies(windows)
    return lambda: list(timeline(policies, START, UNTIL))


def bound(windows: Sequence[Hours]) -> list[int]:
    """What nobody does in less: the offsets of a zone looked up once, integer arithmetic, one sort.

    An instant, then the number of the window, then whether it opens, in one integer. It says neither what is wanted
    nor when several windows make no difference, and knows no gap and no fold.
    """
    midnights: dict[tuple[str, frozenset[int]], list[int]] = {}
    offsets = {zone: _offsets(zone) for zone in {window.zone for window in windows}}
    found: list[int] = []
    for index, window in enumerate(windows):
        for edge, opens in zip(window.edges, (1, 0), strict=True):
            key = edge.zone, edge.weekdays
            if key not in midnights:
                midnights[key] = _midnights(edge, offsets[edge.zone])
            later = edge.minute * 60 << _INDEX | index << 1 | opens
            found += [midnight + later for midnight in midnights[key]]
    found.sort()
    first, last = (bisect_left(found, int(at.timestamp()) << _INDEX) for at in (START, UNTIL))
    return found[first:last]


def _offsets(zone: str) -> list[tuple[int, int, int]]:
    """Each local day of the year and a day about it: its weekday, its midnight as a reading, its offset at noon."""
    found, rules = [], ZoneInfo(zone)
    for number in range((UNTIL - START).days + 2):
        noon = datetime.combine(START - timedelta(days=1), datetime.min.time(), rules) + timedelta(number, 12 * 3600)
        offset = noon.utcoffset()
        assert offset is not None
        found.append((noon.weekday(), _since_1970(noon.date()) * 86400, int(offset.total_seconds())))
    return found


def _since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _midnights(edge: Edge, offsets: list[tuple[int, int, int]]) -> list[int]:
    return [midnight - offset << _INDEX for day, midnight, offset in offsets if day in edge.weekdays]


def main() -> None:
    windows, fewer = workload.windows(APPS), workload.windows(APPS_OF_PEERS)
    boundaries = len(bound(windows))
    few = len(agreed(fewer, list(peers.PEERS.values())))
    candidates: list[Candidate[object]] = [
        Candidate(OURS, partial(ours, windows), boundaries),
        Candidate(BOUND, as_it_is(partial(bound, windows)), boundaries),
    ]
    for name, peer in peers.PEERS.items():
        candidates.append(Candidate(f"{name} *", as_it_is(partial(peers.year, peer, fewer)), few))
    taken = workload.measured(candidates)
    work = f"a year of {len(windows):,} windows, {boundaries:,} boundaries"
    title = f"The timeline, span objects included: {work}; {workload.load()}"
    workload.table(title, "ns/boundary", taken, OURS)
    print(f"* on {len(fewer)} of the windows, {few:,} boundaries. All give the same boundaries, and the same spans.")
    growth()


def growth() -> None:
    print(f"\n{'Growth':<16}   boundaries   ours ns/boundary   bare integers   ours / bare (min-max)")
    for apps in GROWTH:
        windows = workload.windows(apps)
        count = len(bound(windows))
        rounds = 3 if apps > APPS else 5
        taken = workload.measured(
            [
                Candidate[object](OURS, partial(ours, windows), count, rounds),
                Candidate[object](BOUND, as_it_is(partial(bound, windows)), count, rounds),
            ]
        )
        each = workload.ratios(taken, OURS, BOUND)
        mine, least = (statistics.median(taken[name]) for name in (OURS, BOUND))
        spread = f"{statistics.median(each):.2f} ({min(each):.2f}-{max(each):.2f})"
        print(f"{len(windows):>8,} windows {count:>12,} {mine:>18,.0f} {least:>15,.0f}   {spread}")


def agreed(windows: Sequence[Hours], others: Iterable[peers.Peer]) -> set[Boundary]:
    """The boundaries that the bound and all others find; AssertionError if they differ, or our spans do."""
    found = {(packed >> _INDEX, packed >> 1 & (1 << _INDEX - 1) - 1, bool(packed & 1)) for packed in bound(windows)}
    for peer in others:
        assert _boundaries(peers.year(peer, windows)) == found, f"{peer.__name__} finds other boundaries"
    told = [(span.start, span.end, span.quantity) for span in ours(windows)()]
    assert told == _spans(len(windows), found), "our spans differ"
    return found


def _boundaries(found: Iterable[peers.Boundaries]) -> set[Boundary]:
    return {
        (int(at.timestamp()), index, opening)
        for index, edges in enumerate(found)
        for opening, times in zip((True, False), edges, strict=True)
        for at in times
    }


def _spans(count: int, boundaries: Iterable[Boundary]) -> list[Told]:
    """What the boundaries mean, process type by process type: the first window that is open gives its quantity."""
    of: dict[int, list[Boundary]] = {first: [] for first in range(0, count, WINDOWS)}
    for boundary in sorted(boundaries):
        of[boundary[1] // WINDOWS * WINDOWS].append(boundary)
    return [span for first in sorted(of) for span in _spans_of_type(first, of[first])]


def _spans_of_type(first: int, boundaries: Sequence[Boundary]) -> list[Told]:
    opening = {index: opens for _, index, opens in reversed(boundaries)}  # what each does first
    are_open = {index for index, opens in opening.items() if not opens}
    wanted = {START: _quantity(first, are_open)}
    for at, index, _ in boundaries:
        are_open ^= {index}
        wanted[datetime.fromtimestamp(at, UTC)] = _quantity(first, are_open)
    times = list(wanted)
    changes = [times[0], *(new for old, new in pairwise(times) if wanted[new] != wanted[old])]
    return [(start, end, wanted[start]) for start, end in pairwise([*changes, UNTIL])]


def _quantity(first: int, are_open: set[int]) -> int:
    return min(are_open) - first + 1 if are_open else OUTSIDE
