"""Days that repeat, told once."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

_WEEK = 7
_WORTH = 4
"""Fewer days that are as those a week before are shown: they take no more room than saying so."""


@dataclass(frozen=True, slots=True)
class Run:
    """The days from the `first` to the `last`, as indices: each as the first, or `weekly`: each as a week before."""

    first: int
    last: int
    weekly: bool = False


def folded(days: Sequence[Hashable]) -> Iterator[Run]:
    """Consecutive days as runs, in order."""
    at = 0
    while at < len(days):
        alike = _count(days[number] == days[at] for number in range(at, len(days)))
        weekly = _count(days[number] == days[number - _WEEK] for number in range(at, len(days))) if at >= _WEEK else 0
        as_before = weekly >= _WORTH and weekly > alike
        length = weekly if as_before else alike
        yield Run(at, at + length - 1, as_before)
        at += length


def _count(alike: Iterator[bool]) -> int:
    return sum(takewhile(bool, alike))
