"""A quick selection of the trials, all at once, because each mostly waits; `make torture` tries them all."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.torture import table
from tests.torture.faked import MISSING
from tests.torture.scenarios import SCENARIOS

CHOSEN: dict[str, tuple[str, Callable[[], table.Row]]] = {
    **{one.name: (one.known, lambda one=one: table.scenario(one)) for one in SCENARIOS if one.quick},  # type: ignore[misc]
    **{one.name: (one.known, lambda one=one: table.long(one)) for one in table.LONG if one.quick},  # type: ignore[misc]
}


@pytest.fixture(scope="module")
def trials() -> dict[str, Future[table.Row]]:
    if MISSING:
        pytest.skip(MISSING)
    with ThreadPoolExecutor(len(CHOSEN)) as pool:
        return {name: pool.submit(run) for name, (_, run) in CHOSEN.items()}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.xfail(strict=True, reason=known)] if known else [])
        for name, (known, _) in CHOSEN.items()
    ],
)
def test_a_trial_holds(name: str, trials: dict[str, Future[table.Row]]) -> None:
    row = trials[name].result()
    if row.skipped and not row.broken:
        pytest.skip("; ".join(row.skipped))
    assert not row.broken
