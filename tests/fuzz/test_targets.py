"""The seeds of the search for failing bytes: every one that it has found before is among them."""

import pytest

from tests.fuzz.targets import SEEDS, TARGETS


@pytest.mark.parametrize(("target", "seed"), [(target, seed) for target, seeds in SEEDS.items() for seed in seeds])
def test_a_seed_is_understood_or_refused_as_it_should(target: str, seed: bytes) -> None:
    TARGETS[target](seed)
