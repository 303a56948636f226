# ruff: noqa: PT017  an error is looked at where it is caught
"""Random files in random zones and years from 1993 to 2037: text, calendar files and all, through the public door.

What the program makes of a file is held against minutes that were walked one by one: its spans, its decisions at
single instants and on both sides of every change, and its edges.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from autoscaler import PolicyFileError, load_policies, timeline
from autoscaler.core.decide import decide
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Range
from autoscaler.core.timeline import edges
from autoscaler.policyfile.zones import zone_names
from tests.core import oracle
from tests.core.oracle import Held
from tests.core.worlds import tried
from tests.policyfile.files import RandomFile, random_file
from tests.policyfile.rewriting import meaning, rewritten

ZONES = sorted(zone_names())
YEARS = range(1993, 2038)
LEGITIMATE = ("this window never speaks", "never comes: `except` takes all of its days")
"""What a file may be refused for: chance writes such windows too."""


@cache
def turns(zone: str, year: int) -> Sequence[int]:
    """The real minutes of a year at which the local clock jumps, to within a day; its last one where there are none."""
    first, last = (oracle.minute_of(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
    days = range(first, last, oracle.DAY)
    offsets = [oracle.moment_of(minute).astimezone(ZoneInfo(zone)).utcoffset() for minute in days]
    return [day for day, (before, after) in zip(days, pairwise(offsets), strict=False) if before != after] or [last]


class Case:
    """A file, and a few days near something odd in the first of its zones, in whole minutes."""

    def __init__(self, seed: int) -> None:
        chance = Random(seed)
        zones = chance.sample(ZONES, 2)
        year = chance.choice(YEARS)
        anywhere = oracle.minute_of(datetime(year, 1, 1, tzinfo=UTC)) + chance.randrange(365 * oracle.DAY)
        around = chance.choice([anywhere, chance.choice(turns(zones[0], year))])
        self.first = around + chance.randint(-2 * oracle.DAY, oracle.DAY)
        self.last = self.first + chance.randint(1, 3 * oracle.DAY)
        self.samples = [chance.randrange(self.first, self.last) for _ in range(4)]
        day: date = oracle.moment_of(around).date()
        self.file: RandomFile = random_file(seed, day, zones)


def loaded(file: RandomFile, folder: Path) -> Policies | None:
    """None where a window can never speak."""
    (folder / "policies.yaml").write_text(file.text, encoding="utf-8")
    for name, content in file.beside.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    try:
        return load_policies(str(folder / "policies.yaml"))
    except PolicyFileError as error:
        assert all(any(part in fault.message for part in LEGITIMATE) for fault in error.faults), f"{error}\n{file.text}"
        return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def said(one: Held) -> tuple[object, ...]:
    quantity = one.quantity
    values = (None, (quantity.low, quantity.high)) if isinstance(quantity, Range) else (quantity, None)
    return (*values, one.size, one.giver.name if one.giver else None)


@tried(100)
@given(st.integers(0, 2**48))
def test_a_random_file_means_what_the_walked_minutes_say(folder: Path, seed: int) -> None:
    case = Case(seed)
    found = loaded(case.file, folder)
    event("used" if found else "refused")
    if found is None:
        return
    assert [policy.target for policy in found.policies] == [policy.target for policy in case.file.policies]
    start, until = oracle.moment_of(case.first), oracle.moment_of(case.last)
    spans = list(timeline(found, start, until))
    for meant, policy in zip(case.file.policies, found.policies, strict=True):
        walked = oracle.held(meant, case.first, case.last)
        ours = [span for span in spans if (span.app, span.type) == (meant.target.app, meant.target.type)]
        assert [
            (span.start, span.end, span.quantity, span.range, span.size, span.window, span.line) for span in ours
        ] == [
            (oracle.moment_of(one.start), oracle.moment_of(one.end), *said(one), (one.giver or meant).line)
            for one in walked
        ], case.file.text
        agree_at_instants(policy, walked, case)


def agree_at_instants(policy: Policy, walked: list[Held], case: Case) -> None:
    changes = [b.start for a, b in pairwise(walked) if (a.quantity, a.size) != (b.quantity, b.size)]
    first, last = case.first * 60, case.last * 60
    assert [edge.at for edge in edges(policy, first, last)] == [minute * 60 for minute in changes], case.file.text
    for minute in {*case.samples, case.first, *changes, *(change - 1 for change in changes), case.last - 1}:
        now = next(one for one in walked if one.start <= minute < one.end)
        for moment in (
            oracle.moment_of(minute),
            oracle.moment_of(minute) + timedelta(seconds=59, microseconds=999_999),
        ):
            decision = decide(policy, moment)
            assert (decision.desired.quantity, decision.desired.size) == (now.quantity, now.size), case.file.text
            following = next((change for change in changes if change > minute), None)
            if following is None:
                assert decision.until is None or decision.until >= oracle.moment_of(case.last)
            else:
                assert decision.until == oracle.moment_of(following), case.file.text


@tried(150)
@given(st.integers(0, 2**48))
def test_a_random_file_spoken_and_read_again_is_the_same(folder: Path, seed: int) -> None:
    """Every window: its phrases, lists, crontab line, `except`, lead and values."""
    chance = Random(seed)
    file = random_file(seed, date(1993, 1, 1) + timedelta(days=chance.randrange(45 * 365)), chance.sample(ZONES, 2))
    found = loaded(file, folder)
    if found is None:
        return
    meant = meaning(Policies("", file.policies))
    assert meaning(found) == meant, file.text
    (folder / "again.yaml").write_text(rewritten(found), encoding="utf-8")
    assert meaning(load_policies(str(folder / "again.yaml"))) == meant, file.text
