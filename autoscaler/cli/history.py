"""`autoscaler history`: what was done, held, failed, by whom and why, as the store remembers it."""

import asyncio
from datetime import datetime

import click

from autoscaler.cli import Failure, completing, moments, terminal
from autoscaler.cli.world import read_settings
from autoscaler.clock import RealClock
from autoscaler.core.history import Past, history, is_failure
from autoscaler.core.memory import StoreError
from autoscaler.core.policies import Policies
from autoscaler.core.zones import Zone, instant, moment
from autoscaler.environment import environment, forgetful, ourselves, policies_file
from autoscaler.policyfile import PolicyFileError, load_policies, zone
from autoscaler.store import open_store
from autoscaler.views.history import history_csv, history_json, history_text


@click.command()
@click.option("--app", metavar="APP", shell_complete=completing.apps, help="Only this app.")
@click.option("--since", metavar="TIME|LENGTH", default="7d", show_default=True, help="How far back.")
@click.option("--failures", is_flag=True, help="Only what failed, was held, missed or lost.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def command(app: str | None, since: str, failures: bool, form: str) -> int:
    """Show what was done, held and failed, by whom and why: formations, one-off jobs, pins and changes by hand.

    TIME is ISO 8601, in the policy file's zone where it names no offset; LENGTH is such as 36h or 7d. It is remembered
    for 90 days, in DATABASE_URL or AUTOSCALER_STATE.

    Example: autoscaler history --since 30d --failures
    """
    environ = environment()
    policies = _policies(environ)
    begin = moments.since(since, instant(RealClock().now()), policies)
    reason = forgetful(environ)
    if reason is not None:
        raise Failure(reason)
    try:
        past = asyncio.run(_past(app, moment(begin)))
    except StoreError as error:
        raise Failure(str(error)) from None
    chosen = [one for one in past if one[0] >= moment(begin) and (is_failure(one[1]) or not failures)]
    match form:
        case "json":
            click.echo(history_json(chosen))
        case "csv":
            click.echo(history_csv(chosen))
        case _:
            click.echo(history_text(chosen, policies.zone or _utc(), terminal.paint()))
    return 0


async def _past(app: str | None, since: datetime) -> list[Past]:
    store = await open_store(read_settings().store, migrate=False)
    try:
        runs, closings = await store.runs(app, since), await store.closings(app, since)
        return history(runs, closings, await store.entries(app, since))
    finally:
        await store.aclose()


def _policies(environ: dict[str, str]) -> Policies:
    """The policy file's, for its zone; where it cannot be read, times are in UTC."""
    try:
        return load_policies(policies_file(environ), ourselves(environ))
    except PolicyFileError:
        return Policies("", ())


def _utc() -> Zone:
    found = zone("UTC")
    assert found is not None
    return found
