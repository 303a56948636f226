"""A time zone as the rules of time need it: from what a wall clock reads to the instant of an edge.

Instants are whole seconds since 1970-01-01T00:00Z. A *reading* is what a local clock shows, counted the
same way as if the clock were in UTC: `reading // DAY` is the local day, `reading % DAY` the second of it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

MINUTE = 60
HOUR = 3600
DAY = 86400
WEEK = 7 * DAY

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

_PROBED = 2 * DAY
"""Clocks are asked so often whether they have jumped: since 1970 no zone of the tz database changed its offset twice
within six days (2026f, all zones)."""

_BLOCK = 256 * _PROBED
_FAR = 3 * DAY
"""Further than a reading and its instant, or the two sides of a jump, can ever be apart."""

_NEVER = 1 << 60


def day_number(day: date) -> int:
    """The number of a calendar day, 1970-01-01 being 0 (a Thursday)."""
    return day.toordinal() - _EPOCH_ORDINAL


def calendar_day(number: int) -> date:
    """The calendar day of a day number."""
    return date.fromordinal(number + _EPOCH_ORDINAL)


def instant(moment: datetime) -> int:
    """An aware datetime as an instant; a fraction of a second is dropped."""
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))


def moment(instant: int) -> datetime:
    """An instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The local clock jumps at `at` (UTC seconds); offsets are seconds east of UTC."""

    at: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Regime:
    """A time without a jump: from instant `at` on the offset holds; readings from `reached` on are new to the clock."""

    at: int
    offset: int
    reached: int


@dataclass(frozen=True, slots=True)
class Zone:
    """An IANA zone by name, with its rules."""

    name: str
    rules: tzinfo

    def edge(self, reading: int) -> int:
        """The first instant at which the local clock shows `reading` or later.

        In a spring gap (or on a skipped date) that is the jump itself; in an autumn fold it is the
        first of the two readings.
        """
        return self.edges([reading], 0)[0]

    def edges(self, midnights: Sequence[int], time: int) -> list[int]:
        """The edge of each of these readings, `time` seconds later; the readings, and so the edges, in order."""
        found: list[int] = []
        if not midnights:
            return found
        regimes = self._regimes(midnights[0] + time - _FAR, midnights[-1] + time + _FAR)
        low = 0
        for regime, following in pairwise((*regimes, _Regime(_NEVER, 0, _NEVER))):
            high = bisect_left(midnights, following.reached - time, low)
            part = midnights[low:high]
            east = time - regime.offset
            if part and part[0] + east < regime.at:  # some fall into the gap
                found += [max(reading + east, regime.at) for reading in part]
            else:
                found += [reading + east for reading in part]
            low = high
        return found

    def reading(self, instant: int) -> int:
        """What the local clock shows at an instant."""
        return instant + self.offset(instant)

    def offset(self, instant: int) -> int:
        """Seconds east of UTC at an instant."""
        return _offset(self.rules, instant)

    def local(self, instant: int) -> datetime:
        """An instant as an aware local datetime, for people to read."""
        return datetime.fromtimestamp(instant, self.rules)

    def name_at(self, instant: int) -> str:
        """How the clock is called at an instant: JST; where the abbreviation is only an offset, UTC+05:45."""
        local = self.local(instant)
        name = local.tzname() or ""
        return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"

    def clock_changes(self, start: int, until: int) -> list[ClockChange]:
        """Every jump of the local clock in [start, until)."""
        return [
            change for change in _changes(self.rules, start // _BLOCK, until // _BLOCK) if start <= change.at < until
        ]

    def _regimes(self, start: int, until: int) -> tuple[_Regime, ...]:
        return _regimes(self.rules, start // _BLOCK, until // _BLOCK)


@lru_cache(maxsize=256)
def _regimes(rules: tzinfo, first: int, last: int) -> tuple[_Regime, ...]:
    """The regimes of the blocks of time from `first` to `last`."""
    changes = _changes(rules, first, last)
    regimes = [_Regime(-_NEVER, _offset(rules, first * _BLOCK), -_NEVER)]
    for change in changes:
        # Just before the jump the clock has shown everything earlier than this; in a fold it shows some of it again.
        reached = max(regimes[-1].reached, change.at + change.before)
        regimes.append(_Regime(change.at, change.after, reached))
    return tuple(regimes)


def _changes(rules: tzinfo, first: int, last: int) -> list[ClockChange]:
    return [change for block in range(first, last + 1) for change in _changes_within(rules, block)]


@lru_cache(maxsize=1024)
def _changes_within(rules: tzinfo, block: int) -> tuple[ClockChange, ...]:
    found: list[ClockChange] = []
    here = block * _BLOCK - 1  # a jump at the block's first instant belongs to it
    before = _offset(rules, here)
    last = here + _BLOCK
    while here < last:
        there = min(here + _PROBED, last)
        after = _offset(rules, there)
        if after != before:
            found.append(ClockChange(_first_with(rules, after, here, there), before, after))
        here, before = there, after
    return tuple(found)


def _first_with(rules: tzinfo, offset: int, before: int, after: int) -> int:
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(rules, middle) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(rules: tzinfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, rules).utcoffset()
    assert offset is not None, f"{rules}: a zone without offsets"
    return offset // timedelta(seconds=1)
