"""Warnings: what depends on today's date, on zone data or on Heroku's limits, and never makes a file invalid."""

from datetime import date, datetime

from autoscaler.core.days import Dates
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Quantity, highest
from autoscaler.core.sizes import DYNOS_AN_APP, SIZES
from autoscaler.core.timeline import HORIZON
from autoscaler.core.windows import Window, unopened
from autoscaler.core.zones import DAY, ClockChange, Zone, instant
from autoscaler.policyfile.compiling import windows_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.written import WrittenApp, WrittenFile, WrittenType, WrittenWindow
from autoscaler.policyfile.zones import zone_data

_LONGEST = 32
"""Days after its date by which every opening has ended."""


def warn(file: WrittenFile, policies: Policies, now: datetime, faults: Faults) -> None:
    """What a person should know of a file that can be used."""
    by_target = {(policy.target.app, policy.target.type): policy for policy in policies.policies}
    zones = {policy.zone.name: policy.zone for policy in policies.policies}
    ahead = instant(now), instant(now) + HORIZON
    changes = {name: zone.clock_changes(*ahead) for name, zone in zones.items()}
    for app in file.apps:
        found = [(process, by_target[app.name, process.name]) for process in app.types]
        for process, policy in found:
            _names(process, faults)
            for written, window in zip(windows_of(process), policy.windows, strict=True):
                _past(written, now, faults)
                for at in _skipped(window, policy.zone, changes[policy.zone.name])[:1]:
                    when = f"{policy.zone.local(at):%Y-%m-%d}"
                    faults.warning(
                        written.place, written.path, f"it does not open on {when}: the clocks skip its hours"
                    )
            _tier_limits(process, policy, faults)
        _app_limits(app, [policy for _, policy in found], faults)
    _old_zone_data(now, faults)


def _skipped(window: Window, zone: Zone, changes: list[ClockChange]) -> list[int]:
    """Openings that fall into a gap: they can only lie where clocks change."""
    return [at for change in changes for at in unopened(window, zone, change.at, change.at + 1)]


def _names(process: WrittenType, faults: Faults) -> None:
    seen: set[str] = set()
    for window in windows_of(process):
        if window.name and window.name.value:
            if window.name.value in seen:
                message = f"two windows are called {window.name.value}: logs and plans cannot tell them apart"
                faults.warning(window.name.place, window.name.path, message)
            seen.add(window.name.value)


def _past(window: WrittenWindow, now: datetime, faults: Faults) -> None:
    phrases = window.when.value.phrases if window.when and window.when.value else ()
    lasts = [
        max(high for _, high in phrase.days.ranges) if phrase and isinstance(phrase.days, Dates) else None
        for phrase in phrases
    ]
    if not lasts or window.when is None:
        return
    known = [last for last in lasts if last is not None]
    if len(known) == len(lasts) and (max(known) + _LONGEST) * DAY < instant(now):
        faults.warning(window.when.place, window.when.path, "all its dates are past", "remove the window")


def _tier_limits(process: WrittenType, policy: Policy, faults: Faults) -> None:
    """Dev Center, "Dyno Scaling and Process Limits": 1 Basic or Eco dyno a type, 10 of Performance and above."""
    given: list[tuple[Quantity, str | None, tuple[int, int], str]] = []
    if process.quantity:
        given.append((policy.quantity, policy.size, process.quantity.place, process.quantity.path))
    for written, window in zip(windows_of(process), policy.windows, strict=True):
        if written.quantity and window.quantity is not None:
            given.append((window.quantity, window.size or policy.size, written.quantity.place, written.quantity.path))
    for quantity, size, place, path in given:
        most = SIZES[size].most if size else None
        if most is not None and highest(quantity) > most:
            message = f"Heroku runs at most {most} {size} dyno{'' if most == 1 else 's'} of a process type"
            faults.warning(place, path, message, "unless it raised that limit for you")


def _app_limits(app: WrittenApp, policies: list[Policy], faults: Faults) -> None:
    peak = sum(max(highest(q) for q in _quantities(policy)) for policy in policies)
    if peak > DYNOS_AN_APP:
        message = f"the most dynos that its process types may have are {peak}; Heroku allows an app {DYNOS_AN_APP}"
        faults.warning(app.place, app.path, message, "unless it raised that limit for you")
    sizes = {size for policy in policies for size in (policy.size, *(w.size for w in policy.windows)) if size}
    tiers = {SIZES[size].tier for size in sizes}
    if len(tiers) > 1:
        message = f"Heroku does not mix these in one app: {', '.join(sorted(sizes))}"
        faults.warning(app.place, app.path, message, "keep to eco, to basic, or to standard and performance")


def _quantities(policy: Policy) -> list[Quantity]:
    return [policy.quantity, *(window.quantity for window in policy.windows if window.quantity is not None)]


def _old_zone_data(now: datetime, faults: Faults) -> None:
    data = zone_data()
    year = int(data.version[:4])
    if now.date() > date(year + 1, 12, 31):
        message = (
            f"the time zone data ({data.version}, {data.origin}) is over a year old: windows may open at wrong hours"
        )
        faults.warning((1, 1), "", message, "update the tzdata package")
