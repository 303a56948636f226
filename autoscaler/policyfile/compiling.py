"""From what is written to core's policies: the checks that take more than one value, then the values themselves."""

from collections.abc import Iterator

from autoscaler.core.globs import is_glob
from autoscaler.core.guard import Ourselves
from autoscaler.core.jobs import HeldJob, Job
from autoscaler.core.notices import Notice
from autoscaler.core.policies import SETTLE, Limits, Policies, Policy, Target, Unknown
from autoscaler.core.quantity import highest, lowest
from autoscaler.core.windows import Close, Window
from autoscaler.core.zones import Zone
from autoscaler.policyfile.calendars import Calendars
from autoscaler.policyfile.closings import check_closings
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.jobs import check_jobs, jobs, jobs_of
from autoscaler.policyfile.naming import Naming, check_business, check_days
from autoscaler.policyfile.shadows import shadowed
from autoscaler.policyfile.unbroken import check_unbroken
from autoscaler.policyfile.written import (
    T,
    Written,
    WrittenApp,
    WrittenFile,
    WrittenNotice,
    WrittenType,
    WrittenWindow,
    value_of,
)


def check(file: WrittenFile, calendars: Calendars, ourselves: Ourselves, faults: Faults) -> None:
    """Every fault that lies between values: by the text, nominal lengths and our own name alone."""
    check_business(file.business, calendars, faults)
    for app in file.apps:
        check_business(app.business, calendars, faults)
        for process in app.types:
            check_business(process.business, calendars, faults)
            _check_zone(file, app, process, faults)
            _check_ourselves(app, process, ourselves, faults)
            _check_sizes(process, faults)
            _check_quantities(process, faults)
            _check_settle(process, faults)
            _check_windows(process, faults)
            check_unbroken(process, windows_of(process), faults)
            check_closings(windows_of(process), [probe.name for probe in app.probes], ourselves, faults)
            business = business_of(file, app, process)
            for window in windows_of(process):
                check_days(window, business, faults)
        zoned = bool(app.timezone or file.timezone)
        check_jobs(app, value_of(app.business or file.business), zoned, ourselves, faults)


def policies(file: WrittenFile, calendars: Calendars, name: str, digest: str) -> Policies:
    """The policies of a file without faults, sorted by app and type; apart, those whose calendars cannot be had."""
    known: list[Policy] = []
    unknown: list[Unknown] = []
    for app in file.apps:
        for process in app.types:
            naming = Naming(calendars, business_of(file, app, process))
            missing = naming.missing(windows_of(process))
            if missing is None:
                known.append(_policy(file, app, process, naming))
            else:
                target, zone = Target(app.name, process.name), zone_of(file, app, process)
                unknown.append(Unknown(target, zone, process.place[0], missing))
    known.sort(key=lambda policy: policy.target)
    unknown.sort(key=lambda process: process.target)
    probes = {(app.name, probe.name): probe.probe for app in file.apps for probe in app.probes if probe.probe}
    made = sorted(_jobs(file, calendars), key=lambda job: (job.app, job.name))
    started = tuple(job for job in made if isinstance(job, Job))
    held = tuple(job for job in made if isinstance(job, HeldJob))
    return Policies(
        name, tuple(known), value_of(file.timezone), digest, tuple(unknown), probes, started, held,
        value_of(file.at_once), tuple(_notices(file)), globs=tuple(app.name for app in file.apps if is_glob(app.name)),
    )  # fmt: skip


def _notices(file: WrittenFile) -> Iterator[Notice]:
    yield from (_notice(written, None) for written in file.notices)
    yield from (_notice(written, app.name) for app in file.apps for written in app.notices)


def _notice(written: WrittenNotice, app: str | None) -> Notice:
    return Notice(written.way, written.url, written.place[0], written.topics, written.secret, app)


def _jobs(file: WrittenFile, calendars: Calendars) -> Iterator[Job | HeldJob]:
    for app in file.apps:
        if jobs_of(app):
            naming = Naming(calendars, value_of(app.business or file.business))
            yield from jobs(app, _sure(app.timezone or file.timezone), naming)


def _check_zone(file: WrittenFile, app: WrittenApp, process: WrittenType, faults: Faults) -> None:
    if process.timezone or app.timezone or file.timezone:
        return
    message = "no `timezone` is given for it"
    hint = "write timezone: Asia/Tokyo (or yours) at the top of the file"
    faults.error(process.place, f"{process.path}.timezone", message, hint)


def _check_ourselves(app: WrittenApp, process: WrittenType, ourselves: Ourselves, faults: Faults) -> None:
    if not ourselves.includes(Target(app.name, process.name)):
        return
    if ourselves.app is None:
        message = f"{app.name}/{process.name} may be this program itself, which never scales itself"
        hint = "set AUTOSCALER_APP to the app that the autoscaler runs in, or rename the process type"
    else:
        message = f"{app.name}/{process.name} is this program itself: it never scales itself"
        hint = "remove the process type from the file"
    faults.error(process.place, process.path, message, hint)


def _check_sizes(process: WrittenType, faults: Faults) -> None:
    sized = next((window for window in windows_of(process) if window.size), None)
    if sized is not None and process.size is None:
        message = f"`size` is missing: a window names one ({sized.path.rsplit('.', 1)[-1]})"
        faults.error(process.place, f"{process.path}.size", message, "say which size holds outside that window")


def _check_quantities(process: WrittenType, faults: Faults) -> None:
    limits = _limits(process, faults)
    written = [process.quantity, *(window.quantity for window in windows_of(process))]
    for quantity in written:
        if quantity is None or quantity.value is None:
            continue
        for value in sorted({lowest(quantity.value), highest(quantity.value)}):
            if not limits.allows(value):
                faults.error(quantity.place, quantity.path, f"{value} is outside the limits {limits}")
        if process.name == "web" and lowest(quantity.value) == 0 and not _allows_zero(process):
            hint = "if web may really go down to nothing, add allow_zero: true to the process type"
            faults.error(quantity.place, quantity.path, "web would be scaled to 0", hint)
    if process.allow_zero and process.name != "web":
        message = f"`allow_zero` is for web; {process.name} may be 0 without it"
        faults.error(process.allow_zero.key, process.allow_zero.path, message, "remove the key")


def _check_settle(process: WrittenType, faults: Faults) -> None:
    if process.settle and process.name != "web":
        message = f"`settle` is for web; after a release {process.name} is scaled at once"
        faults.error(process.settle.key, process.settle.path, message, "remove the key")


def _allows_zero(process: WrittenType) -> bool:
    """A broken `allow_zero` has been said; it is not said again at every quantity."""
    return process.allow_zero is not None and process.allow_zero.value is not False


def _limits(process: WrittenType, faults: Faults) -> Limits:
    written = process.limits.value if process.limits else None
    if written is None:
        return Limits()
    low, high = value_of(written.min), value_of(written.max)
    if written.min and low is not None and high is not None and low > high:
        faults.error(written.min.place, written.min.path, f"min {low} is greater than max {high}")
        return Limits()
    return Limits(low, high)


def _check_windows(process: WrittenType, faults: Faults) -> None:
    for window in windows_of(process):
        if window.quantity is None and window.size is None and window.phrases is not None:
            message = "the window gives neither `quantity` nor `size`"
            faults.error(window.place, window.path, message, "give one, or remove the window")
    for window, names in shadowed(windows_of(process)):
        message = (
            f"this window never speaks: {' and '.join(names)} above it give every value that it gives, all the time"
        )
        faults.error(window.place, window.path, message, "move it up, or remove it")


def windows_of(process: WrittenType) -> list[WrittenWindow]:
    return value_of(process.windows) or []


def business_of(file: WrittenFile, app: WrittenApp, process: WrittenType) -> str | None:
    """The name of the nearest `business_calendar` up the file."""
    return value_of(process.business or app.business or file.business)


def zone_of(file: WrittenFile, app: WrittenApp, process: WrittenType) -> Zone:
    """The nearest zone up the file. Only for a file without faults."""
    return _sure(process.timezone or app.timezone or file.timezone)


def _policy(file: WrittenFile, app: WrittenApp, process: WrittenType, naming: Naming) -> Policy:
    limits = value_of(process.limits)
    settle = value_of(process.settle or app.settle or file.settle)
    manual = value_of(process.on_manual_change or app.on_manual_change or file.on_manual_change)
    return Policy(
        target=Target(app.name, process.name),
        zone=zone_of(file, app, process),
        line=process.place[0],
        quantity=_sure(process.quantity),
        size=value_of(process.size),
        windows=tuple(_window(window, naming) for window in windows_of(process)),
        limits=Limits(value_of(limits.min), value_of(limits.max)) if limits else Limits(),
        allow_zero=value_of(process.allow_zero) is True,
        on_manual_change=manual or "keep",
        settle=SETTLE if settle is None else settle,
    )


def _window(window: WrittenWindow, naming: Naming) -> Window:
    return Window(
        name=window.called,
        line=window.place[0],
        phrases=tuple(naming.phrase(phrase) for phrase in window.phrases or ()),
        quantity=value_of(window.quantity),
        size=value_of(window.size),
        lead=value_of(window.lead) or 0,
        unbroken=value_of(window.unbroken) is True,
        close=_close(window),
        excluded=tuple(naming.days(days) for days in value_of(window.excluded) or () if days is not None),
    )


def _close(window: WrittenWindow) -> Close | None:
    close = value_of(window.close)
    return None if close is None else Close(_sure(close.probe), _sure(close.latest), value_of(close.early))


def _sure(written: Written[T] | None) -> T:
    assert written is not None
    assert written.value is not None
    return written.value
