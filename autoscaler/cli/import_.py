"""`autoscaler import`: policies.yaml from what people have."""

import sys
from pathlib import Path

import click

from autoscaler.cli import Failure, completing
from autoscaler.cli.drafts import ZONE_OPTION, drawn, known_zone, write
from autoscaler.environment import environment
from autoscaler.policyfile.moving import Asked, Moved, move

_LARGEST = 1_000_000
"""Characters; a crontab has a few hundred."""


@click.command("import")
@click.argument("source", metavar="[FILE]", required=False, type=click.Path(allow_dash=True))
@click.option("--app", metavar="APP", shell_complete=completing.apps, help="The app of what names none.")
@click.option("--type", "types", metavar="TYPE", multiple=True, help="A type that SCALING_SCHEDULE scales; repeatable.")
@ZONE_OPTION
@click.option("--output", metavar="FILE", help="Write there instead of to the terminal.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(
    source: str | None, app: str | None, types: tuple[str, ...], timezone: str | None, output: str | None, force: bool
) -> int:
    """Turn what scales your apps by the clock now into a policies.yaml.

    FILE (or standard input) is a crontab or lines of Heroku Scheduler's with `heroku ps:scale`, or what `heroku config
    -a APP` prints with the SCALING_SCHEDULE settings of heroku-scheduled-scaling. What could not be carried over, and
    where the old tool did something else than is written, is said on standard error and in comments.

    Example: autoscaler import crontab.txt --timezone Asia/Tokyo --output policies.yaml
    """
    chosen = None if timezone is None else known_zone(timezone, "--timezone")
    found = move(_read(source), Asked(app, types, chosen))
    if found.zoneless is not None:
        asked = "in which time zone does this crontab run? Say --timezone: that of its machine, or UTC"
        raise click.UsageError(f"line {found.zoneless}: {asked}")
    _tell(found)
    if found.draft is None:
        raise Failure("there is nothing in it that could be carried over")
    text = drawn(found.draft, environment())
    if output is None:
        click.echo(text, nl=False)
    else:
        write(text, output, force)
    return 0


def _read(source: str | None) -> str:
    try:
        if source is None or source == "-":
            return sys.stdin.read(_LARGEST)
        with Path(source).open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise Failure(f"{source} cannot be read: {error.strerror}") from None


def _tell(found: Moved) -> None:
    for reason in found.lost:
        click.echo(f"not carried over: {reason}", err=True)
    for remark in found.remarks:
        click.echo(f"note: {remark}", err=True)
