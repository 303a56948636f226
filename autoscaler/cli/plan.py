"""`autoscaler plan`: the road ended early."""

from collections.abc import Mapping
from pathlib import Path

import click

from autoscaler.cli import Failure, moments, terminal
from autoscaler.cli.policies import examined_for, narrowed
from autoscaler.clock import RealClock
from autoscaler.core.plan import Plan
from autoscaler.core.policies import Policies
from autoscaler.core.zones import instant, moment
from autoscaler.environment import environment, ourselves
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview

CHANGES = 2
"""The exit status for "something would change now" under --detailed-exitcode."""


@click.command()
@click.argument("file", required=False)
@click.option("--from", "start", metavar="TIME", help="Where the timeline begins (default: now).")
@click.option("--until", metavar="TIME|LENGTH", default="7d", show_default=True, help="Where it ends.")
@click.option("--at", metavar="TIME", help="What would be wanted now if it were TIME.")
@click.option("--app", "apps", metavar="APP", multiple=True, help="Only this app; may be repeated.")
@click.option("--offline", is_flag=True, help="Ask Heroku nothing; no token needed.")
@click.option("--against", metavar="OTHER", help="Compare with another file (not supported yet).")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text")
@click.option("--output", metavar="FILE", help="Write there instead of to the terminal.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if something would change now.")
def command(
    file: str | None,
    start: str | None,
    until: str,
    at: str | None,
    apps: tuple[str, ...],
    offline: bool,
    against: str | None,
    form: str,
    output: str | None,
    detailed_exitcode: bool,
) -> int:
    """Show what would change now, and the timeline ahead. Changes nothing.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. TIME is ISO 8601, in the file's zone where it names
    no offset; LENGTH is such as 36h or 7d.

    Example: autoscaler plan --offline --until 14d
    """
    if against is not None or form in {"markdown", "html"}:
        raise click.UsageError(f"{'--against' if against is not None else f'--format {form}'} is not supported yet")
    environ = environment()
    found = examined_for(file, environ, RealClock().now())
    assert found.policies is not None
    policies = narrowed(found.policies, apps)
    now = instant(RealClock().now()) if at is None else moments.moment(at, "--at", policies)
    begin = now if start is None else moments.moment(start, "--from", policies)
    end = moments.until(until, begin, policies)
    plan = None if offline else _proposed(policies, environ, now)
    preview = Preview(policies, begin, end, now, plan, found.faults)
    _write(_drawn(preview, form, Paint() if output else terminal.paint()), output)
    return _status(plan, detailed_exitcode)


def _proposed(policies: Policies, environ: Mapping[str, str], now: int) -> Plan:
    import asyncio  # only an online plan waits for anything

    from autoscaler.cli.once import walk

    async def propose() -> Plan:
        async with walk(policies, ourselves(environ)) as once:
            return await once.propose(moment(now))

    return asyncio.run(propose())


def _drawn(preview: Preview, form: str, paint: Paint) -> str:
    if form == "json":
        from autoscaler.views.plan_json import plan_json

        return plan_json(preview)
    from autoscaler.views.plan_text import plan_text

    return plan_text(preview, paint)


def _write(text: str, output: str | None) -> None:
    if output is None:
        click.echo(text)
        return
    try:
        Path(output).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}") from None


def _status(plan: Plan | None, detailed: bool) -> int:
    if plan is None:
        return 0
    if any(hold.cause is not None for hold in plan.holds):
        return 1
    return CHANGES if detailed and plan.changes else 0
