"""`autoscaler check`: every fault of a policy file."""

from collections.abc import Mapping
from dataclasses import replace

import click

from autoscaler.cli import terminal
from autoscaler.cli.feeds import fetched
from autoscaler.clock import RealClock
from autoscaler.environment import environment, forgetful, ourselves, policies_file
from autoscaler.policyfile import Examination, Fault, examine, zone_data
from autoscaler.views.faults import counted, faults_github, faults_json, faults_text


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--live", is_flag=True, help="Also ask Heroku (not supported yet).")
def command(files: tuple[str, ...], form: str, live: bool) -> int:
    """Find every fault of policy files: errors, and warnings about what depends on dates and limits.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. Exits 1 if there are errors.

    Example: autoscaler check policies.yaml
    """
    if live:
        raise click.UsageError("--live is not supported yet")
    environ = environment()
    own = replace(ourselves(environ), forgetful=forgetful(environ))
    names = files or (policies_file(environ),)
    found = {name: examine(name, own, RealClock().now(), fetched) for name in names}
    text = {"text": _text, "json": _json, "github": _github}[form](found)
    if text:
        click.echo(text)
    return 1 if any(one.policies is None for one in found.values()) else 0


def _text(found: Mapping[str, Examination]) -> str:
    return "\n".join(_told(one, name) for name, one in found.items())


def _told(found: Examination, name: str) -> str:
    data = zone_data()
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
    return "\n".join([*faults, f"{name}: {counted(found.faults) or 'ok'}: {size}; {zones}"])


def _json(found: Mapping[str, Examination]) -> str:
    return faults_json(_faults(found))


def _github(found: Mapping[str, Examination]) -> str:
    return faults_github(_faults(found))


def _faults(found: Mapping[str, Examination]) -> list[Fault]:
    return [fault for one in found.values() for fault in one.faults]


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
