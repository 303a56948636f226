"""What a window that closes when idle may not be, by the text alone."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from autoscaler.core.guard import Ourselves
from autoscaler.core.quantity import Range
from autoscaler.core.spoken import spoken_length
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.nominal import looked_at, nominal
from autoscaler.policyfile.spelling import did_you_mean, shown
from autoscaler.policyfile.written import Written, WrittenWindow, value_of


def check_closings(
    windows: Sequence[WrittenWindow], probes: Collection[str], ourselves: Ourselves, faults: Faults
) -> None:
    """Faults of a process type's windows that have a `close`; `probes` are those of the app."""
    for window in windows:
        close = value_of(window.close)
        if close is None:
            continue
        check_number(window, window.close, "a window with `close`", faults)
        probe = close.probe
        if probe is not None and probe.value is not None and probe.value not in probes:
            hint = did_you_mean(probe.value, probes, "name one under the app's `probes`")
            faults.error(probe.place, probe.path, f"the app has no probe {shown(probe.value)}", hint)
        _check_latest(window, close.latest, faults)
        if close.early is not None and ourselves.forgetful is not None:
            faults.error(close.early.key, close.early.path, f"nothing can be ended early here: {ourselves.forgetful}")


def _check_latest(window: WrittenWindow, latest: Written[int] | None, faults: Faults) -> None:
    """An opening that is held open must be over before the window's next one begins."""
    if latest is None or latest.value is None or window.phrases is None:
        return
    openings = nominal(window, looked_at([window]))
    gap = min((after[0] - before[1] for before, after in pairwise(openings)), default=latest.value)
    if latest.value > gap:
        message = f"{spoken_length(latest.value)} reach into the window's next opening, {spoken_length(gap)} later"
        faults.error(latest.place, latest.path, message, f"at most {spoken_length(gap)}")


def check_number(window: WrittenWindow, key: Written[Any] | None, what: str, faults: Faults) -> bool:
    """Whether the window says of how many dynos it speaks: `key` is about a number of them, and not about none."""
    assert key is not None
    if window.quantity is not None and window.quantity.value is None:
        return False
    quantity = value_of(window.quantity)
    if isinstance(quantity, int) and quantity > 0:
        return True
    if window.quantity is None:
        faults.error(key.key, key.path, f"{what} needs a `quantity`", "say it here")
    elif isinstance(quantity, Range):
        message = f"{what} needs one number, read {quantity}: its dynos may not come and go"
        faults.error(window.quantity.place, window.quantity.path, message, f"such as {max(quantity.high, 1)}")
    else:
        name = key.path.rsplit(".", 1)[-1]
        faults.error(key.key, key.path, f"{what} needs a `quantity` of 1 or more", f"remove `{name}`")
    return False
