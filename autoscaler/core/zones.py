"""A time zone as the rules of time need it: from what a wall clock reads to the instant of an edge.

Instants are whole seconds since 1970-01-01T00:00Z. A *reading* is what a local clock shows, counted the
same way as if the clock were in UTC: `reading // DAY` is the local day, `reading % DAY` the second of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

MINUTE = 60
HOUR = 3600
DAY = 86400

_EPOCH = datetime(1970, 1, 1)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


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
class Zone:
    """An IANA zone by name, with its rules."""

    name: str
    rules: tzinfo

    def edge(self, reading: int) -> int:
        """The first instant at which the local clock shows `reading` or later.

        In a spring gap (or on a skipped date) that is the jump itself; in an autumn fold it is the
        first of the two readings.
        """
        naive = _EPOCH + timedelta(seconds=reading)
        first = self._offset(naive)
        second = self._offset(naive.replace(fold=1))
        if first >= second:
            return reading - first
        return self._jump(reading, reading - second, reading - first)

    def reading(self, instant: int) -> int:
        """What the local clock shows at an instant."""
        return instant + self.offset(instant)

    def offset(self, instant: int) -> int:
        """Seconds east of UTC at an instant."""
        return self._offset(datetime.fromtimestamp(instant, self.rules))

    def local(self, instant: int) -> datetime:
        """An instant as an aware local datetime, for people to read."""
        return datetime.fromtimestamp(instant, self.rules)

    def clock_changes(self, start: int, until: int) -> list[ClockChange]:
        """Every jump of the local clock in [start, until); two jumps within six hours count as one."""
        found: list[ClockChange] = []
        here = start - 1  # a jump at `start` itself is one of them
        before = self.offset(here)
        while here < until:
            there = min(here + DAY // 4, until)
            after = self.offset(there)
            if after != before:
                found.append(ClockChange(self._first_with(after, here, there), before, after))
            here, before = there, after
        return [change for change in found if change.at < until]

    def _jump(self, reading: int, before: int, after: int) -> int:
        """The first instant in (before, after] whose reading is not earlier than `reading`."""
        while after - before > 1:
            middle = (before + after) // 2
            if self.reading(middle) >= reading:
                after = middle
            else:
                before = middle
        return after

    def _first_with(self, offset: int, before: int, after: int) -> int:
        while after - before > 1:
            middle = (before + after) // 2
            if self.offset(middle) == offset:
                after = middle
            else:
                before = middle
        return after

    def _offset(self, local: datetime) -> int:
        offset = self.rules.utcoffset(local)
        assert offset is not None, f"{self.name}: a zone without offsets"
        return offset // timedelta(seconds=1)
