"""`autoscaler check`: every fault of a policy file."""

from dataclasses import replace

import click

from autoscaler.cli import terminal
from autoscaler.cli.feeds import fetched
from autoscaler.clock import RealClock
from autoscaler.environment import environment, forgetful, ourselves, policies_file
from autoscaler.policyfile import Examination, examine, zone_data
from autoscaler.views.faults import counted, faults_github, faults_json, faults_text


@click.command()
@click.argument("file", required=False, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--live", is_flag=True, help="Also ask Heroku (not supported yet).")
def command(file: str | None, form: str, live: bool) -> int:
    """Find every fault of a policy file: errors, and warnings about what depends on dates and limits.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. Exits 1 if there are errors.

    Example: autoscaler check policies.yaml
    """
    if live:
        raise click.UsageError("--live is not supported yet")
    environ = environment()
    name = file or policies_file(environ)
    own = replace(ourselves(environ), forgetful=forgetful(environ))
    found = examine(name, own, RealClock().now(), fetched)
    text = {"text": _text, "json": _json, "github": _github}[form](found, name)
    if text:
        click.echo(text)
    return 1 if found.policies is None else 0


def _text(found: Examination, name: str) -> str:
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


def _json(found: Examination, name: str) -> str:  # noqa: ARG001 one signature for all forms
    return faults_json(found.faults)


def _github(found: Examination, name: str) -> str:  # noqa: ARG001
    return faults_github(found.faults)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
