"""The policies that the daemon goes by: those of the file or, where it cannot be used, of the last good one."""

import asyncio
from collections.abc import Mapping

import click

from autoscaler.cli import Failure
from autoscaler.cli.memory import made, memory_for
from autoscaler.cli.policies import policies_for
from autoscaler.cli.watched_file import Reviving
from autoscaler.cli.world import read_settings
from autoscaler.core.journal import KeptFile
from autoscaler.core.memory import StoreError
from autoscaler.core.policies import Policies
from autoscaler.environment import forgetful, ourselves, policies_file


def policies_in_force(file: str | None, environ: Mapping[str, str]) -> Policies:
    """For commands that people need most while the file is bad. A `file` that was named is taken at its word.

    Raises Failure that tells every fault, where the store keeps no good file either.
    """
    try:
        return policies_for(file, environ)
    except Failure:
        kept = None if file else asyncio.run(_kept(environ))
        revived = None if kept is None else Reviving(ourselves(environ), environ)(kept)
        if kept is None or not isinstance(revived, Policies):
            raise
    why = f"{policies_file(environ)} cannot be used, as `autoscaler check` tells"
    click.echo(f"Warning: {why}; this is by the last good one, of {kept.at:%Y-%m-%d %H:%M}Z", err=True)
    return revived


async def _kept(environ: Mapping[str, str]) -> KeptFile | None:
    chosen = read_settings()
    if forgetful(environ) or not made(chosen):
        return None
    store = memory_for(chosen, migrate=False)
    try:
        return await store.kept()
    except StoreError:
        return None
    finally:
        await store.aclose()
