"""`autoscaler explain`: why this quantity at that time."""

import click

from autoscaler.cli import Failure, completing, moments, terminal
from autoscaler.cli.policies import narrowed, policies_for
from autoscaler.clock import RealClock
from autoscaler.core.globs import is_glob, matched
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.zones import moment
from autoscaler.environment import environment
from autoscaler.views.explain_text import explain_text, week_text


@click.command()
@click.argument("app", shell_complete=completing.apps)
@click.argument("process_type", metavar="TYPE", shell_complete=completing.types)
@click.option("--at", metavar="TIME", help="At that time instead of now (ISO 8601, in the file's zone).")
@click.option("--around", metavar="TIME", help="The same, and the week about that time.")
@click.option("--policies", "file", metavar="FILE", help="The policy file.  [default: ./policies.yaml]")
def command(app: str, process_type: str, at: str | None, around: str | None, file: str | None) -> None:
    """Say why a process type has its quantity: every window, open or not, and which one spoke.

    Example: autoscaler explain example-shop worker --at 2026-11-27T23:00
    """
    written = policies_for(file, environment())
    policies = narrowed(written if is_glob(app) else matched(written, [app]), (app,))
    policy = _policy(policies, Target(app, process_type))
    if at is not None and around is not None:
        raise click.UsageError("--at and --around: give one of them")
    asked = around or at
    option = "--around" if around else "--at"
    now = RealClock().now() if asked is None else moment(moments.moment(asked, option, policies))
    click.echo(explain_text(policies, policy, now, terminal.paint()))
    if around is not None:
        click.echo("\n" + week_text(policy, now, terminal.paint()))


def _policy(policies: Policies, target: Target) -> Policy:
    policy = policies.of(target)
    unknown = next((process for process in policies.unknown if process.target == target), None)
    if unknown is not None:
        raise Failure(f"{target}: nobody can say: {unknown.reason}")
    if policy is None:
        has = ", ".join(target.type for target in policies.targets)
        raise Failure(f"{policies.file} names no process type {target.type!r} of {target.app}; it has: {has}")
    return policy
