"""A policy file held against what the platform told: faults of the usual shape, at the keys that they are about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autoscaler.core.account import Account, Seen
from autoscaler.core.globs import is_glob
from autoscaler.core.platform import Formation, Gone, Live, PlatformError
from autoscaler.core.quantity import highest
from autoscaler.core.sizes import DYNOS_AN_APP, SIZES
from autoscaler.policyfile.compiling import windows_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.jobs import jobs_of
from autoscaler.policyfile.spelling import did_you_mean
from autoscaler.policyfile.written import Written, WrittenApp, WrittenFile, WrittenType

_WRITE = "make one with `heroku authorizations:create -d autoscaler -s write`"
_ENOUGH = {"write", "write-protected", "global"}

SCALERS = frozenset(
    {"adept-scale", "autoidle", "flightformation", "hirefire", "judoscale", "process-scheduler", "rails-autoscale"}
)
"""Add-ons that scale dynos, by the names of their services (Heroku Elements)."""


@dataclass(frozen=True, slots=True)
class _App:
    """An app that the file is about, `written` under its own name or under a glob."""

    name: str
    written: WrittenApp
    seen: Seen
    account: Account
    faults: Faults

    @property
    def types(self) -> dict[str, Live]:
        return dict(self.seen.formation.types) if isinstance(self.seen.formation, Formation) else {}

    def error(self, message: str, hint: str | None = None) -> None:
        self.faults.error(self.written.place, self.written.path, message, hint)

    def warning(self, message: str, hint: str | None = None) -> None:
        self.faults.warning(self.written.place, self.written.path, message, hint)


def hold_against(file: WrittenFile, account: Account, faults: Faults) -> None:
    """Add what the platform would not do as the file says, and what a person should know."""
    _scope(file, account, faults)
    for written in file.apps:
        if is_glob(written.name) and not account.globs.get(written.name):
            faults.warning(written.place, written.path, f"no app matches {written.name} now")
        names = account.globs.get(written.name, ()) if is_glob(written.name) else (written.name,)
        for name in names:
            _app(_App(name, written, account.seen[name], account, faults))
    _silent(file, account, faults)


def _scope(file: WrittenFile, account: Account, faults: Faults) -> None:
    """Scopes that a change accepts: `global write write-protected` (the header Oauth-Scope-Accepted of a PATCH)."""
    scopes = set((account.scope or "").replace(",", " ").split())
    if not scopes:
        return
    if not scopes & _ENOUGH:
        faults.error((1, 1), "", f"the token may not change anything: its scope is {' '.join(sorted(scopes))}", _WRITE)
    elif "global" in scopes:
        faults.warning((1, 1), "", "the token may do anything with the account: its scope is global", _WRITE)
    elif "write" not in scopes and not any(jobs_of(app) for app in file.apps):
        told = "the token may also read and change config vars: its scope is write-protected"
        faults.warning((1, 1), "", told, _WRITE)


def _app(app: _App) -> None:
    match app.seen.formation:
        case Gone() as error:
            hint = did_you_mean(app.name, app.account.apps or (), f"`heroku access -a {app.name}` shows who may see it")
            app.error(str(error), hint)
            return
        case PlatformError() as error:
            app.error(str(error))
            return
    if not app.types:
        app.error(f"{app.name} has no process types: it was never deployed", "deploy it, then check again")
        return
    for process in app.written.types:
        live = app.types.get(process.name)
        if live is None:
            hint = did_you_mean(process.name, app.types, f"it has: {', '.join(sorted(app.types))}")
            app.faults.error(process.place, process.path, f"{app.name} has no process type {process.name}", hint)
        else:
            _limit(app, process, live)
    _autoscaling(app)
    _sizes(app)
    _tiers(app)
    _total(app)
    _addons(app)


def _limit(app: _App, process: WrittenType, live: Live) -> None:
    """Where the file names no size, the one that the process type has: with one, the file alone told it."""
    most = SIZES[live.size].most if live.size in SIZES else None
    if process.size is not None or most is None:
        return
    for quantity in (process.quantity, *(window.quantity for window in windows_of(process))):
        if quantity is not None and quantity.value is not None and highest(quantity.value) > most:
            message = f"Heroku runs at most {most} {live.size} dyno{'' if most == 1 else 's'} of a process type"
            hint = f"{app.name}/{process.name} has that size"
            app.faults.warning(quantity.place, quantity.path, message, hint)


def _autoscaling(app: _App) -> None:
    web = next((process for process in app.written.types if process.name == "web"), None)
    if web is None:
        return
    if app.seen.autoscaled is True:
        message = f"Heroku's own autoscaling is on for web of {app.name}: it would be held, not scaled"
        hint = f"`heroku ps:autoscale:disable -a {app.name}`, or take web out of the file"
        app.faults.error(web.place, web.path, message, hint)
    elif isinstance(app.seen.autoscaled, PlatformError):
        message = f"whether Heroku's own autoscaling is on is not known: {app.seen.autoscaled}"
        app.faults.warning(web.place, web.path, message)


def _sizes(app: _App) -> None:
    """Each size that is written, against those that Heroku has for the app. Shield apps have Private's names."""
    if app.seen.sizes is None:
        return
    if isinstance(app.seen.sizes, PlatformError):
        app.warning(f"which sizes {app.name} may have is not known: {app.seen.sizes}")
        return
    there = {size.name for size in app.seen.sizes}
    for size in _written_sizes(app.written):
        if size.value is not None and _plain(size.value) not in there:
            hint = f"it may have: {', '.join(sorted(there))}"
            app.faults.error(size.place, size.path, f"{size.value} dynos are not available to {app.name}", hint)


def _tiers(app: _App) -> None:
    """What the file does not size keeps its size, and Heroku refuses a change that would mix tiers, at 0 dynos too."""
    sized = {process.name for process in app.written.types if process.size is not None}
    kept = {kind: live.size for kind, live in app.types.items() if kind not in sized and live.size in SIZES}
    written = [size for size in _type_sizes(app.written) if size.value in SIZES]
    told: set[str] = set()
    for size in written:
        tier = SIZES[size.value].tier if size.value else ""
        others = {kind: live for kind, live in kept.items() if not _same(SIZES[live].tier, tier)}
        if others and tier not in told:
            told.add(tier)
            kind, live = min(others.items())
            message = f"Heroku does not mix {size.value} with {live}, which {kind} of {app.name} has"
            hint = f"give {kind} a size of the same tier: in this file, or by `heroku ps:type {kind}=… -a {app.name}`"
            app.faults.error(size.place, size.path, message, hint)


def _total(app: _App) -> None:
    named = [process for process in app.written.types if process.name in app.types]
    peak = sum(_highest(process) for process in named)
    beside = sum(live.quantity for kind, live in app.types.items() if kind not in {one.name for one in named})
    if peak <= DYNOS_AN_APP < peak + beside:
        message = f"with the {beside} dynos of {app.name} that it does not name there may be {peak + beside}"
        app.warning(f"{message}; Heroku allows an app {DYNOS_AN_APP}", "unless it raised that limit for you")


def _addons(app: _App) -> None:
    addons = app.seen.addons if isinstance(app.seen.addons, Sequence) else ()
    for service in sorted({one for one in addons if one in SCALERS or "autoscale" in one}):
        message = f"{app.name} has the add-on {service}, which may scale its dynos too"
        app.warning(message, "leave it the process types that it scales, or give them a range, such as quantity: 2..10")


def _silent(file: WrittenFile, account: Account, faults: Faults) -> None:
    """What could not be asked at all, said once."""
    unknown = [name for name, seen in account.seen.items() if isinstance(seen.addons, PlatformError)]
    if unknown and file.apps:
        error = account.seen[min(unknown)].addons
        apps = "1 app" if len(unknown) == 1 else f"{len(unknown)} apps"
        faults.warning((1, 1), "", f"nobody knows whether an add-on of {apps} scales dynos: {error}")


def _written_sizes(app: WrittenApp) -> Iterator[Written[str]]:
    yield from _type_sizes(app)
    yield from (job.size for job in jobs_of(app) if job.size is not None)


def _type_sizes(app: WrittenApp) -> Iterator[Written[str]]:
    for process in app.types:
        sizes = (process.size, *(window.size for window in windows_of(process)))
        yield from (size for size in sizes if size is not None)


def _highest(process: WrittenType) -> int:
    quantities = (process.quantity, *(window.quantity for window in windows_of(process)))
    return max((highest(one.value) for one in quantities if one is not None and one.value is not None), default=0)


def _same(tier: str, other: str) -> bool:
    """The API names a Shield space's sizes Private (heroku/cli, `ps:scale`)."""
    return tier.replace("shield", "private") == other.replace("shield", "private")


def _plain(size: str) -> str:
    return size.replace("shield-", "private-")
