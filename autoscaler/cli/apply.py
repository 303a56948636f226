"""`autoscaler apply`: one tick, then the end."""

import asyncio
from datetime import datetime

import click

from autoscaler.cli import completing, terminal
from autoscaler.cli.once import Walk, walk
from autoscaler.cli.policies import narrowed, policies_for
from autoscaler.clock import RealClock
from autoscaler.control.jobs import Jobs
from autoscaler.control.news import News
from autoscaler.core.events import Event
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.core.report import Report
from autoscaler.environment import environment, ourselves
from autoscaler.views.logs import logfmt
from autoscaler.views.report_text import report_text

FAILURES = {"degraded", "failed", "held", "lost", "missed"}
"""What keeps a job from being done, by the names of events."""

FAREWELL = 5.0
"""Seconds that the journal gets to be written."""


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
    happened = list[Event]()
    now = RealClock().now()
    async with walk(policies, own, happened.append, acts=True) as once:
        assert once.store is not None
        jobs = Jobs(once.road.platform, RealClock(), once.store, once.news, lambda: None)
        report, _ = await asyncio.gather(_scale(once, now), jobs.once(once.road.policies, now))
        await once.people.scribe.finish(FAREWELL)
    return report, happened


async def _scale(once: Walk, now: datetime) -> Report:
    observed, changed = await once.observe(now)
    plan = once.road.propose(observed, now)
    once.people.sends(plan)
    report = await once.road.carry_out(plan, observed, lambda: True)
    once.people.saw(report, RealClock().now())
    once.news.changed(changed, report)
    journal = News(RealClock(), once.people.scribe.event)
    journal.changed(changed, report)
    for app in once.road.policies.apps:
        journal.report(app, report.of(app), None)
    return report
