"""`autoscaler apply`: one tick, then the end."""

import asyncio

import click

from autoscaler.cli import terminal
from autoscaler.cli.memory import closings
from autoscaler.cli.policies import narrowed, policies_for
from autoscaler.cli.world import read_settings, road_once
from autoscaler.clock import RealClock
from autoscaler.control.road import Asking, Look
from autoscaler.core.report import Report
from autoscaler.environment import environment, ourselves
from autoscaler.views.report_text import report_text


@click.command()
@click.argument("file", required=False)
@click.option("--app", "apps", metavar="APP", multiple=True, help="Only this app; may be repeated.")
def command(file: str | None, apps: tuple[str, ...]) -> int:
    """Do what the plan says, once: for a scheduler or CI, where no daemon runs.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. Exits 1 if something could not be brought about.

    Example: autoscaler apply --app example-shop
    """
    environ = environment()
    policies = narrowed(policies_for(file, environ), apps)

    async def tick() -> Report:
        async with road_once(policies, ourselves(environ)) as road:
            now = RealClock().now()
            known = await closings(policies, read_settings(), now)
            observed = await road.observe(now, Look(), Asking(now, known))
            return await road.carry_out(road.propose(observed, now), observed, lambda: True)

    report = asyncio.run(tick())
    click.echo(report_text(report, terminal.paint()))
    return 0 if report.converged else 1
