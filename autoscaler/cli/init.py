"""`autoscaler init`: a first policies.yaml."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from autoscaler.cli import Failure
from autoscaler.cli.drafts import ZONE_OPTION, drawn, known_zone, write
from autoscaler.clock import RealClock
from autoscaler.core.drafts import Draft
from autoscaler.core.first_file import example, first_file
from autoscaler.core.platform import Formation, PlatformError
from autoscaler.environment import environment, ourselves, policies_file
from autoscaler.policyfile.app_names import no_name


@click.command()
@click.argument("apps", metavar="[APP]...", nargs=-1)
@ZONE_OPTION
@click.option("--offline", is_flag=True, help="Ask Heroku nothing: an example to start from.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(apps: tuple[str, ...], timezone: str | None, offline: bool, force: bool) -> int:
    """Write a first policies.yaml: what the apps named have now, with comments that say how to go on.

    It is written to ./policies.yaml, or where AUTOSCALER_POLICIES says, and never over a file that is there. Without
    an app, it is an example. Where --timezone is left out, TZ says the time
    zone, or else it is UTC. Nothing on Heroku changes.

    Example: autoscaler init example-shop --timezone Asia/Tokyo
    """
    environ = environment()
    file = policies_file(environ)
    if Path(file).exists() and not force:
        raise Failure(f"{file} is there already, and stays as it is; --force writes over it")
    chosen = _zone(timezone, environ)
    named = tuple(dict.fromkeys(apps))
    for name in named:
        _check(name)
    draft = example(chosen, named) if offline or not named else _running(named, chosen, environ)
    write(drawn(draft, environ), file, force)
    click.echo(f"{file} is written.{_schema(Path(file))} Edit it, and look at `autoscaler plan` before you deploy it.")
    return 0


def _check(name: str) -> None:
    """Before Heroku is asked. Raises UsageError for what no app can be called."""
    wrong = no_name(name)
    if wrong is not None:
        raise click.UsageError("; ".join(filter(None, wrong)))


def _zone(option: str | None, environ: Mapping[str, str]) -> str:
    if option is not None:
        return known_zone(option, "--timezone")
    if environ.get("TZ"):
        return known_zone(environ["TZ"].removeprefix(":"), "TZ")
    click.echo("Its hours are in UTC: write yours, such as Asia/Tokyo, as its `timezone`, or say --timezone.", err=True)
    return "UTC"


def _running(apps: tuple[str, ...], timezone: str, environ: Mapping[str, str]) -> Draft:
    told = f"{RealClock().now():%Y-%m-%d %H:%M} UTC"
    draft = first_file(timezone, asyncio.run(_formations(apps)), ourselves(environ), told)
    if draft is None:
        raise Failure(f"{', '.join(apps)}: no process type is there that could be scaled; deploy the app first")
    return draft


async def _formations(apps: tuple[str, ...]) -> list[Formation]:
    from autoscaler.cli.world import NO_TOKEN, Tokenless, heroku, read_settings

    platform = heroku(read_settings(), RealClock())
    if isinstance(platform, Tokenless):
        raise Failure(f"{NO_TOKEN}. `autoscaler init --offline` needs none")
    try:
        return list(await asyncio.gather(*(platform.formation(app) for app in apps)))
    except PlatformError as error:
        raise Failure(str(error)) from None
    finally:
        await platform.aclose()


def _schema(file: Path) -> str:
    """The file that the first line names for editors; one that is there stays."""
    from autoscaler.cli.schema import SCHEMA

    schema = file.parent / "policies.schema.json"
    if schema.exists():
        return ""
    write(SCHEMA.read_text(encoding="utf-8"), str(schema), force=False)
    return f" Your editor finds its keys in {schema}."
