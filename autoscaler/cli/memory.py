"""The store as the commands need it: opened when it is first used, and where it may be used at all."""

from datetime import datetime
from pathlib import Path

import click

from autoscaler.core.closing import LONGEST_OPENING
from autoscaler.core.memory import Closing, StoreError
from autoscaler.core.policies import Policies
from autoscaler.environment import environment, forgetful
from autoscaler.settings import Settings
from autoscaler.store import Store, store_when_needed


def memory_for(chosen: Settings, *, migrate: bool) -> Store:
    """The store that the settings name, opened by the first call that needs it. It has to be closed.

    `migrate` makes it and brings it up to date; only `run` and `apply` may.
    """
    return store_when_needed(chosen.store, migrate=migrate)


def sure_memory(chosen: Settings) -> Store:
    """The same for a command that cannot do without. Raises StoreError where nothing outlives a restart."""
    reason = forgetful(environment())
    if reason is not None:
        raise StoreError(reason)
    return memory_for(chosen, migrate=False)


def made(chosen: Settings) -> bool:
    """Whether there may be something to remember: a database is named, or the file is there."""
    return bool(chosen.database_url.get_secret_value()) or Path(chosen.autoscaler_state).exists()


async def closings(policies: Policies, chosen: Settings, now: datetime) -> tuple[Closing, ...]:
    """What was ended early, for a command that looks once. It says so where that cannot be known."""
    if not made(chosen) or forgetful(environment()) or not any(policy.closes for policy in policies.policies):
        return ()
    store = memory_for(chosen, migrate=False)
    try:
        return tuple(await store.closings(since=now - LONGEST_OPENING))
    except StoreError as error:
        click.echo(f"Warning: it is not known which openings were ended early: {error}", err=True)
        return ()
    finally:
        await store.aclose()
