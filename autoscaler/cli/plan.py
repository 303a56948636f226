"""`autoscaler plan`: the road ended early."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from autoscaler.cli import Failure, completing, moments, terminal
from autoscaler.cli.policies import examined_for, narrowed
from autoscaler.cli.progress import progress
from autoscaler.clock import RealClock
from autoscaler.core.cost import LISTED, Prices
from autoscaler.core.plan import Plan
from autoscaler.core.policies import Policies
from autoscaler.core.zones import instant, moment
from autoscaler.environment import environment, ourselves, policies_file
from autoscaler.views.paint import Paint
from autoscaler.views.preview import Preview

CHANGES = 2
"""The exit status under --detailed-exitcode for "something would change now"; offline, for a file that differs."""

_FEW_APPS = 4


@click.command()
@click.argument("file", required=False, type=click.Path())
@click.option("--from", "start", metavar="TIME", help="Where the timeline begins (default: now).")
@click.option("--until", metavar="TIME|LENGTH", default="7d", show_default=True, help="Where it ends.")
@click.option("--at", metavar="TIME", help="What would be wanted now if it were TIME.")
@completing.APPS_OPTION
@click.option("--offline", is_flag=True, help="Ask Heroku nothing; no token needed.")
@click.option("--against", metavar="OTHER", help="Tell what the file changes: a file, or git:REV.")
@click.option("--summary", is_flag=True, help="A line an app, and the totals.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text")
@click.option("--output", metavar="FILE", help="Write there instead of to the terminal.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if something would change.")
def command(
    file: str | None,
    start: str | None,
    until: str,
    at: str | None,
    apps: tuple[str, ...],
    offline: bool,
    against: str | None,
    summary: bool,
    form: str,
    output: str | None,
    detailed_exitcode: bool,
) -> int:
    """Show what would change now, and the timeline ahead. Changes nothing.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says. TIME is ISO 8601, in the file's zone where it names
    no offset; LENGTH is such as 36h or 7d. The text is as wide as the terminal, or as COLUMNS says; --summary tells of
    each app in one line.

    --against tells in words what the file changes, compared with another file or, as `git:main`, with the same file at
    a revision of its git repository. --detailed-exitcode exits 2 if something would change now; offline, if the two
    files differ.

    Example: autoscaler plan --offline --until 14d
    """
    if summary and form != "text":
        raise click.UsageError(f"--summary is of the text: --format {form} tells all")
    environ = environment()
    found = examined_for(file, environ, RealClock().now())
    assert found.policies is not None
    other = None if against is None else _other(against, file, environ)
    policies = narrowed(found.policies, apps, other)
    now = instant(RealClock().now()) if at is None else moments.moment(at, "--at", policies)
    begin = now if start is None else moments.moment(start, "--from", policies)
    end = moments.until(until, begin, policies)
    plan, prices = (None, LISTED) if offline else _proposed(policies, environ, now)
    preview = Preview(policies, begin, end, now, plan, found.faults, prices)
    if other is not None:
        from autoscaler.core.difference import difference

        other = other.only(apps) if apps else other
        preview = replace(preview, against=difference(other, policies, begin, end, prices))
    drawn = "summary" if summary and form == "text" else form
    _write(
        _drawn(preview, drawn, Paint(columns=terminal.columns()) if output else terminal.paint()),
        output,
        plain=form == "text",
    )
    return _status(preview, detailed_exitcode)


def _other(against: str, file: str | None, environ: Mapping[str, str]) -> Policies:
    from autoscaler.cli.against import other_policies  # only a comparison runs git

    return other_policies(against, file or policies_file(environ), environ)


def _proposed(policies: Policies, environ: Mapping[str, str], now: int) -> tuple[Plan, Prices]:
    """What would be done now, and what dynos cost this account."""
    import asyncio  # only an online plan waits for anything

    from autoscaler.cli.once import walk

    async def propose() -> tuple[Plan, Prices]:
        async with walk(policies, ourselves(environ)) as once:
            with _reading(once.road.policies.apps) as read:
                watched = replace(once, road=replace(once.road, read=read))
                return await asyncio.gather(watched.propose(moment(now)), watched.prices())

    return asyncio.run(propose())


@contextmanager
def _reading(apps: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Tells of each app that has been read; of a few it is not worth a bar."""
    read: list[str] = []
    with progress([(f"reading {len(apps)} apps", len(apps))] if len(apps) > _FEW_APPS else []) as bars:

        def one_more(app: str) -> None:
            read.append(app)
            for bar in bars:
                bar(len(read))

        yield one_more


def _drawn(preview: Preview, form: str, paint: Paint) -> str:
    if form == "json":
        from autoscaler.views.plan_json import plan_json

        return plan_json(preview)
    if form == "html":
        from autoscaler.views.plan_html import plan_html

        return plan_html(preview)
    if form == "summary":
        from autoscaler.views.apps_text import apps_text

        return apps_text(preview, paint)
    if form == "markdown":
        from autoscaler.views.plan_markdown import plan_markdown

        return plan_markdown(preview)
    from autoscaler.views.plan_text import plan_text

    return plan_text(preview, paint)


def _write(text: str, output: str | None, *, plain: bool) -> None:
    """To a file, or to the terminal; what is not plain text is UTF-8 whatever the locale is: others read it."""
    if output is None:
        click.echo(text if plain else text.encode())
        return
    try:
        Path(output).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}") from None


def _status(preview: Preview, detailed: bool) -> int:
    plan, against = preview.plan, preview.against
    if plan is None:
        return CHANGES if detailed and against is not None and not against.empty else 0
    if any(hold.cause is not None for hold in plan.holds):
        return 1
    return CHANGES if detailed and plan.changes else 0
