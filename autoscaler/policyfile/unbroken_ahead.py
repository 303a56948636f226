"""What real dates do to unbroken windows: clock changes and calendars, which the text alone does not show."""

from collections.abc import Iterator
from itertools import pairwise

from autoscaler.core.policies import Policy
from autoscaler.core.quantity import lowest
from autoscaler.core.restarts import LONGEST, protected
from autoscaler.core.spoken import spoken_length
from autoscaler.core.timeline import Stretch, stretches
from autoscaler.core.windows import Window, openings
from autoscaler.policyfile.compiling import windows_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.written import WrittenType


def warn_unbroken(process: WrittenType, policy: Policy, start: int, until: int, faults: Faults) -> None:
    """Warn of openings in [start, until), in instants, that cannot be kept whole or that another window breaks."""
    places = dict(zip(policy.windows, windows_of(process), strict=True))
    unbroken = [window for window in policy.windows if window.unbroken]
    for opened, closed in protected(policy, start, until):
        if closed - opened > LONGEST:
            written = places[unbroken[0]]
            message = (
                f"the opening of {policy.zone.local(opened):%Y-%m-%d %H:%M} lasts {spoken_length(closed - opened)}"
            )
            hint = f"Heroku restarts a dyno after 24h: {spoken_length(LONGEST)} can be kept whole"
            faults.warning(written.place, written.path, f"{message} and cannot be kept whole", hint)
            break
    told: set[Window] = set()
    for window in unbroken:
        for breaker, at, what in _broken(policy, window, start, until):
            if breaker not in told and breaker is not window:
                told.add(breaker)
                written = places[breaker]
                message = f"on {policy.zone.local(at):%Y-%m-%d %H:%M} it {what} within {window.name}, which is unbroken"
                faults.warning(written.place, written.path, message, "leave that day out, or put it below")


def _broken(policy: Policy, window: Window, start: int, until: int) -> Iterator[tuple[Window, int, str]]:
    """Which other window lowers or resizes what runs within an opening of `window`, when, and what it does."""
    for opened, closed in openings(window, policy.zone, start, until):
        within = stretches(policy, max(opened, start), closed)
        for stretch in within:
            if _lowers(stretch, window) and stretch.giver is not None:
                yield stretch.giver, stretch.start, f"lowers {window.quantity} to {stretch.desired.quantity}"
        for before, after in pairwise(within):
            if before.desired.size != after.desired.size:
                culprit = after.speaker if after.speaker is not window else before.speaker
                if culprit is not None:
                    yield culprit, after.start, "changes the size"


def _lowers(stretch: Stretch, window: Window) -> bool:
    assert isinstance(window.quantity, int)
    return lowest(stretch.desired.quantity) < window.quantity
