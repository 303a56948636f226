"""Which changes by others are the same one, and when they come back too often."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.core.events import Event
from autoscaler.core.journal import Entry, Verified
from autoscaler.core.people import Foreign
from autoscaler.core.platform import Live
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired
from autoscaler.core.returning import Told, changes_told, keeps_coming_back

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOP = Target("shop", "web")


def told(seconds: float = 0, to: int = 4, size: str | None = None, by: str = "one", alone: bool = False) -> Told:
    return Told(to, size, NOW + timedelta(seconds=seconds), by, alone)


@pytest.mark.parametrize(
    ("seconds", "often"),
    [
        ([], False),
        ([0, 1], False),
        ([0, 1, 2], True),
        ([0, 1800, 3599.9], True),
        ([0, 1800, 3600], False),
        ([0, 3000, 5000, 6000], True),  # the last three
        ([0, 3000, 5000, 7000], False),
    ],
)
def test_three_changes_within_an_hour_are_too_many(seconds: list[float], often: bool) -> None:
    assert keeps_coming_back([told(at) for at in seconds]) is often


@pytest.mark.parametrize(
    ("change", "still"),
    [
        (told(alone=True), True),
        (told(alone=False), False),
        (told(to=5, alone=True), False),
        (told(size="basic", alone=True), True),
        (told(size="eco", alone=True), False),
    ],
)
def test_a_change_that_stands_is_known_by_its_values(change: Told, still: bool) -> None:
    found = Foreign(SHOP, Verified(SHOP, Desired(3, None), 3, "basic", NOW), Live(4, "basic"), False)
    assert change.is_still(found) is still


def entry(seconds: float = 0, by: str = "one", more: Mapping[str, object] | None = None, name: str = "manual") -> Entry:
    fields = {"app": "shop", "type": "web", "to": 4, "rule": "put back", **(more or {})}
    return Entry(NOW + timedelta(seconds=seconds), Event(name, fields), by)


def test_the_journal_s_entries_are_changes_in_their_order() -> None:
    worker = {"type": "worker", "to": 9, "to_size": "eco", "rule": "left alone"}
    entries = [entry(), entry(1, name="scaled"), entry(2, more=worker)]
    assert changes_told([*entries, entry(3)]) == {
        SHOP: [told(), told(3)],
        Target("shop", "worker"): [Told(9, "eco", NOW + timedelta(seconds=2), "one", True)],
    }


@pytest.mark.parametrize(
    ("more", "by", "changes"),
    [
        ({"rule": "left alone"}, "two", 1),  # the same, seen by another daemon
        ({"rule": "left alone"}, "one", 2),  # this one saw it anew
        ({"rule": "left alone", "to": 5}, "two", 2),
        ({"rule": "left alone", "to_size": "eco"}, "two", 2),
    ],
)
def test_a_change_that_stands_is_one_however_many_daemons_saw_it(
    more: dict[str, object], by: str, changes: int
) -> None:
    found = changes_told([entry(more={"rule": "left alone"}), entry(60, by, more)])
    assert [len(told) for told in found.values()] == [changes]


def test_what_was_put_back_and_is_there_again_is_another_change() -> None:
    assert len(changes_told([entry(), entry(60, "two")])[SHOP]) == 2
