"""Warnings: what depends on today's date, on zone data or on Heroku's limits, and never makes a file invalid."""

from datetime import date, datetime

from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import Quantity, highest
from autoscaler.core.sizes import DYNOS_AN_APP, SIZES
from autoscaler.core.zones import DAY, instant
from autoscaler.policyfile.app_names import warn_of_globs
from autoscaler.policyfile.calendars import Calendars
from autoscaler.policyfile.compiling import windows_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.foresight import Ahead, ahead, foresee
from autoscaler.policyfile.jobs import warn_of_jobs
from autoscaler.policyfile.written import WrittenApp, WrittenFile, WrittenType
from autoscaler.policyfile.zones import current_name, zone_data


def warn(file: WrittenFile, policies: Policies, calendars: Calendars, now: datetime, faults: Faults) -> None:
    """What a person should know of a file that can be used."""
    by_target = {(policy.target.app, policy.target.type): policy for policy in policies.policies}
    coming = ahead(instant(now), calendars, file.calendars)
    _aliases(file, faults)
    warn_of_globs(file.apps, faults)
    _empty_calendars(file, policies, coming, faults)
    for app in file.apps:
        found = [(process, by_target.get((app.name, process.name))) for process in app.types]
        known = [(process, policy) for process, policy in found if policy is not None]
        for process, policy in known:
            _names(process, faults)
            foresee(process, policy, coming, faults)
            _tier_limits(process, policy, faults)
        _app_limits(app, [policy for _, policy in known], faults)
        jobs = {job.name: job for job in policies.jobs if job.app == app.name}
        warn_of_jobs(app, jobs, coming.start, faults)
    _old_zone_data(now, faults)


def _aliases(file: WrittenFile, faults: Faults) -> None:
    """Old names of zones still work; some systems have dropped them."""
    processes = [process for app in file.apps for process in app.types]
    zones = [file.timezone, *(app.timezone for app in file.apps), *(process.timezone for process in processes)]
    for written in zones:
        current = current_name(written.value.name) if written and written.value else None
        if written and written.value and current:
            message = f"{written.value.name} is an old name"
            faults.warning(written.place, written.path, message, f"write {current}")


def _empty_calendars(file: WrittenFile, policies: Policies, ahead: Ahead, faults: Faults) -> None:
    """A calendar without a day is most often a mistake, unless that is what is written."""
    zone = policies.zone or next((policy.zone for policy in policies.policies), None)
    for calendar in file.calendars:
        only_dates = calendar.dates and not (calendar.holidays or calendar.ics or calendar.include)
        if zone is None or only_dates or calendar.name in ahead.calendars.unavailable:
            continue
        made = ahead.calendars.by_name[calendar.name]
        if not made.days(ahead.start // DAY, ahead.until // DAY, zone):
            faults.warning(calendar.place, calendar.path, "it has no day in the next 400 days", None)


def _names(process: WrittenType, faults: Faults) -> None:
    seen: set[str] = set()
    for window in windows_of(process):
        if window.name and window.name.value:
            if window.name.value in seen:
                message = f"two windows are called {window.name.value}: logs and plans cannot tell them apart"
                faults.warning(window.name.place, window.name.path, message)
            seen.add(window.name.value)


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
