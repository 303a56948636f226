"""`autoscaler apply`: one tick, then the end."""

import asyncio
from datetime import datetime

import click

from autoscaler.cli import completing, terminal
from autoscaler.cli.memory import closings, memory_for
from autoscaler.cli.policies import narrowed, policies_for
from autoscaler.cli.world import read_settings, road_once
from autoscaler.clock import RealClock
from autoscaler.control.jobs import Jobs
from autoscaler.control.news import News
from autoscaler.control.road import Asking, Look, Road
from autoscaler.core.events import Event
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.core.report import Report
from autoscaler.environment import environment, ourselves
from autoscaler.views.logs import logfmt
from autoscaler.views.report_text import report_text

FAILURES = {"degraded", "failed", "held", "lost", "missed"}
"""What keeps a job from being done, by the names of events."""


@click.command()
@click.argument("file", required=False, type=click.Path())
@completing.APPS_OPTION
def command(file: str | None, apps: tuple[str, ...]) -> int:
    """Do what the plan says, once: for a scheduler or CI, where no daemon runs. Jobs that are due are started, too.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. Exits 1 if something could not be brought about.

    Example: autoscaler apply --app example-shop
    """
    environ = environment()
    policies = narrowed(policies_for(file, environ), apps)

    report, happened = asyncio.run(_tick(policies, ourselves(environ)))
    for event in happened:
        click.echo(logfmt(event))
    click.echo(report_text(report, terminal.paint()))
    return 0 if report.converged and not any(event.name in FAILURES for event in happened) else 1


async def _tick(policies: Policies, own: Ourselves) -> tuple[Report, list[Event]]:
    """What became of the formations, and of the jobs that were due."""
    clock, happened = RealClock(), list[Event]()
    now = clock.now()
    memory = memory_for(read_settings(), migrate=True)
    try:
        async with road_once(policies, own) as road:
            jobs = Jobs(road.platform, clock, memory, News(clock, happened.append), lambda: None)
            report, _ = await asyncio.gather(_scale(road, now), jobs.once(policies, now))
    finally:
        await memory.aclose()
    return report, happened


async def _scale(road: Road, now: datetime) -> Report:
    known = await closings(road.policies, read_settings(), now)
    observed = await road.observe(now, Look(), Asking(now, known))
    return await road.carry_out(road.propose(observed, now), observed, lambda: True)
