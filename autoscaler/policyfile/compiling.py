"""From what is written to core's policies: the checks that take more than one value, then the values themselves."""

from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Limits, Policies, Policy, Target
from autoscaler.core.quantity import Quantity, highest, lowest
from autoscaler.core.windows import Window
from autoscaler.core.zones import Zone
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.shadows import shadowed
from autoscaler.policyfile.written import T, Written, WrittenApp, WrittenFile, WrittenType, WrittenWindow


def check(file: WrittenFile, ourselves: Ourselves, faults: Faults) -> None:
    """Every fault that lies between values: by the text, nominal lengths and our own name alone."""
    for app in file.apps:
        for process in app.types:
            _check_zone(file, app, process, faults)
            _check_ourselves(app, process, ourselves, faults)
            _check_sizes(process, faults)
            _check_quantities(process, faults)
            _check_windows(process, faults)


def policies(file: WrittenFile, name: str, digest: str) -> Policies:
    """The policies of a file without faults, sorted by app and type."""
    found = [_policy(file, app, process) for app in file.apps for process in app.types]
    top = file.timezone.value if file.timezone else None
    return Policies(name, tuple(sorted(found, key=lambda policy: policy.target)), top, digest)


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


def _allows_zero(process: WrittenType) -> bool:
    """A broken `allow_zero` has been said; it is not said again at every quantity."""
    return process.allow_zero is not None and process.allow_zero.value is not False


def _limits(process: WrittenType, faults: Faults) -> Limits:
    written = process.limits.value if process.limits else None
    if written is None:
        return Limits()
    low, high = _value(written.min), _value(written.max)
    if written.min and low is not None and high is not None and low > high:
        faults.error(written.min.place, written.min.path, f"min {low} is greater than max {high}")
        return Limits()
    return Limits(low, high)


def _check_windows(process: WrittenType, faults: Faults) -> None:
    for window in windows_of(process):
        if window.quantity is None and window.size is None and not window.deferred:
            message = "the window gives neither `quantity` nor `size`"
            faults.error(window.place, window.path, message, "give one, or remove the window")
    for window, names in shadowed(windows_of(process)):
        message = (
            f"this window never speaks: {' and '.join(names)} above it give every value that it gives, all the time"
        )
        faults.error(window.place, window.path, message, "move it up, or remove it")


def windows_of(process: WrittenType) -> list[WrittenWindow]:
    return (process.windows.value or []) if process.windows else []


def _policy(file: WrittenFile, app: WrittenApp, process: WrittenType) -> Policy:
    limits = process.limits.value if process.limits else None
    return Policy(
        target=Target(app.name, process.name),
        zone=zone_of(file, app, process),
        line=process.place[0],
        quantity=_sure(process.quantity),
        size=_value(process.size),
        windows=tuple(_window(window) for window in windows_of(process)),
        limits=Limits(_value(limits.min), _value(limits.max)) if limits else Limits(),
        allow_zero=process.allow_zero is not None and process.allow_zero.value is True,
    )


def zone_of(file: WrittenFile, app: WrittenApp, process: WrittenType) -> Zone:
    """The nearest zone up the file. Only for a file without faults."""
    zone = _value(process.timezone) or _value(app.timezone) or _value(file.timezone)
    assert zone is not None
    return zone


def _window(window: WrittenWindow) -> Window:
    when = _sure(window.when)
    phrases = tuple(phrase for phrase in when.phrases if phrase is not None)
    name = _value(window.name) or when.text
    quantity: Quantity | None = _value(window.quantity)
    return Window(name, window.place[0], phrases, quantity, _value(window.size), _value(window.lead) or 0)


def _value(written: Written[T] | None) -> T | None:
    return written.value if written else None


def _sure(written: Written[T] | None) -> T:
    assert written is not None
    assert written.value is not None
    return written.value
