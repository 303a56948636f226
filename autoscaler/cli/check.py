"""`autoscaler check`: every fault of a policy file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import click

from autoscaler.cli import terminal
from autoscaler.cli.feeds import fetched
from autoscaler.clock import RealClock
from autoscaler.core.account import Account
from autoscaler.environment import environment, forgetful, ourselves, policies_file
from autoscaler.policyfile import Examination, Fault, examine, zone_data
from autoscaler.views.account import live_json, live_text
from autoscaler.views.faults import counted, faults_github, faults_json, faults_text


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file's examination, and what Heroku told of its apps where it was asked."""

    found: Examination
    account: Account | None = None


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--live", is_flag=True, help="Also ask Heroku: apps, process types, sizes, the token, who else scales.")
def command(files: tuple[str, ...], form: str, live: bool) -> int:
    """Find every fault of policy files: errors, and warnings about what depends on dates and limits.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. Exits 1 if there are errors. --live needs a token, and
    changes nothing.

    Example: autoscaler check policies.yaml
    """
    environ = environment()
    own = replace(ourselves(environ), forgetful=forgetful(environ))
    names = files or (policies_file(environ),)
    checked = {name: _Checked(examine(name, own, RealClock().now(), fetched)) for name in names}
    if live:
        checked = {name: _held_against_heroku(one) for name, one in checked.items()}
    text = {"text": _text, "json": _json, "github": _github}[form](checked)
    if text:
        click.echo(text)
    return 1 if any(fault.severity == "error" for fault in _faults(checked)) else 0


def _held_against_heroku(checked: _Checked) -> _Checked:
    """A file that has errors is about nothing yet: nobody is asked. Raises Failure."""
    if checked.found.policies is None:
        return checked
    from autoscaler.cli.check_live import asked  # only here is anybody asked

    account = asked(checked.found.policies)
    return _Checked(checked.found.against(account), account)


def _text(checked: Mapping[str, _Checked]) -> str:
    return "\n".join(_told(one, name) for name, one in checked.items())


def _told(checked: _Checked, name: str) -> str:
    found, data = checked.found, zone_data()
    zones = f"time zones: {data.version} from {data.origin}"
    faults = [faults_text(found.faults, terminal.paint())] if found.faults else []
    if found.policies is None:
        return "\n".join([*faults, f"{name}: {counted(found.faults)}"])
    policies = found.policies
    windows = sum(len(policy.windows) for policy in policies.policies)
    size = f"{_many(len(policies.apps), 'app')}, {_many(len(policies.targets), 'process type')}, "
    size += f"{_many(windows, 'window')}"
    jobs = len(policies.jobs) + len(policies.held_jobs)
    size += f", {_many(jobs, 'job')}" if jobs else ""
    live = [] if checked.account is None else live_text(checked.account)
    return "\n".join([*faults, *live, f"{name}: {counted(found.faults) or 'ok'}: {size}; {zones}"])


def _json(checked: Mapping[str, _Checked]) -> str:
    live = {name: live_json(one.account) for name, one in checked.items() if one.account is not None}
    return faults_json(_faults(checked), live or None)


def _github(checked: Mapping[str, _Checked]) -> str:
    return faults_github(_faults(checked))


def _faults(checked: Mapping[str, _Checked]) -> list[Fault]:
    return [fault for one in checked.values() for fault in one.found.faults]


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
