"""`autoscaler check`: every fault of a policy file."""

from dataclasses import replace

import click

from autoscaler.cli import terminal
from autoscaler.cli.feeds import fetched
from autoscaler.clock import RealClock
from autoscaler.core.account import Account
from autoscaler.environment import environment, forgetful, ourselves, policies_file
from autoscaler.policyfile import Examination, examine, zone_data
from autoscaler.views.account import live_json, live_text
from autoscaler.views.faults import counted, faults_github, faults_json, faults_text


@click.command()
@click.argument("file", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--live", is_flag=True, help="Also ask Heroku: apps, process types, sizes, the token, who else scales.")
def command(file: str | None, form: str, live: bool) -> int:
    """Find every fault of a policy file: errors, and warnings about what depends on dates and limits.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. Exits 1 if there are errors. --live needs a token, and
    changes nothing.

    Example: autoscaler check policies.yaml
    """
    environ = environment()
    name = file or policies_file(environ)
    own = replace(ourselves(environ), forgetful=forgetful(environ))
    found = examine(name, own, RealClock().now(), fetched)
    account = None
    if live and found.policies is not None:
        from autoscaler.cli.check_live import asked  # only then is anybody asked

        account = asked(found.policies)
        found = found.against(account)
    text = {"text": _text, "json": _json, "github": _github}[form](found, name, account)
    if text:
        click.echo(text)
    return 1 if any(fault.severity == "error" for fault in found.faults) else 0


def _text(found: Examination, name: str, account: Account | None) -> str:
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
    live = [] if account is None else live_text(account)
    return "\n".join([*faults, *live, f"{name}: {counted(found.faults) or 'ok'}: {size}; {zones}"])


def _json(found: Examination, name: str, account: Account | None) -> str:  # noqa: ARG001 one signature for all forms
    return faults_json(found.faults, None if account is None else live_json(account))


def _github(found: Examination, name: str, account: Account | None) -> str:  # noqa: ARG001
    return faults_github(found.faults)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
