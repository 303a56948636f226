"""How long a keeper waits for its next turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pytest

from autoscaler.control.keeper import Keeper
from autoscaler.control.keepers import wait_for


@dataclass
class Turn:
    """All of a keeper that counts here."""

    converged: bool


def keepers(well: int, lagging: int) -> Sequence[Keeper]:
    return cast("Sequence[Keeper]", [Turn(True)] * well + [Turn(False)] * lagging)


@pytest.mark.parametrize(
    ("well", "lagging", "beat", "usual", "hurried"),
    [
        (1, 1, None, 60, 60),
        (38, 2, None, 400 + 2, 258 + 2),  # 38 that are read 9 times leave 28 of 370: 14 for each of the two
        (39, 1, None, 400 + 2, 190 + 2),  # 19 are left
        (0, 40, None, 400 + 2, 400 + 2),
        (399, 1, None, 3892, 3600 + 2),  # nothing is left, and one is taken
        (39, 1, 5.0, 5, 5),  # by hand
        (1, 1, 600.0, 600, 600),
    ],
)
def test_who_is_not_as_wanted_waits_for_what_the_others_leave(
    well: int, lagging: int, beat: float | None, usual: float, hurried: float
) -> None:
    all_of_them = keepers(well, lagging)
    if well:
        assert wait_for(all_of_them[0], all_of_them, beat) == usual
    assert wait_for(all_of_them[-1], all_of_them, beat) == hurried
