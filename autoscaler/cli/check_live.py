"""What `check --live` asks: everything that Heroku tells of the apps that a policy file is about."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from autoscaler.cli import Failure
from autoscaler.cli.world import NO_TOKEN, Tokenless, heroku, read_settings
from autoscaler.clock import RealClock
from autoscaler.core.account import Account, Seen
from autoscaler.core.globs import apps_of
from autoscaler.core.platform import Formation, PlatformError, Transient, Unauthorised
from autoscaler.core.policies import Policies
from autoscaler.heroku import Heroku

T = TypeVar("T")

_CAN_BE_AUTOSCALED = ("performance-", "private-", "shield-")
"""Dev Center, "Autoscaling": others are not, so that nobody need be asked about them."""


def asked(policies: Policies) -> Account:
    """What Heroku tells now. Raises Failure without a token, or where Heroku cannot be asked at all."""
    platform = heroku(read_settings(), RealClock(), thrifty=False)
    if isinstance(platform, Tokenless):
        raise Failure(f"{NO_TOKEN}. `autoscaler check` without --live needs none")
    return asyncio.run(_closing(platform, policies))


async def _closing(platform: Heroku, policies: Policies) -> Account:
    try:
        return await _account(platform, policies)
    except PlatformError as error:
        raise Failure(f"Heroku cannot be asked: {error}") from None
    finally:
        await platform.aclose()


async def _account(platform: Heroku, policies: Policies) -> Account:
    names = await _apps(platform, policies)
    globs = apps_of(policies, names or ())
    written = [app for app in policies.apps if app not in globs]
    apps = [*written, *(app for found in globs.values() for app in found)]
    seen = await asyncio.gather(*(_seen(platform, app) for app in apps))
    return Account(platform.scope, names, globs, dict(zip(apps, seen, strict=True)))


async def _apps(platform: Heroku, policies: Policies) -> Sequence[str] | None:
    """All apps that the token may see; None where it may not ask, which matters for globs alone."""
    try:
        return await platform.apps()
    except (Transient, Unauthorised):
        raise
    except PlatformError:
        if policies.globs:
            raise
        return None


async def _seen(platform: Heroku, app: str) -> Seen:
    formation = await _or_error(platform.formation(app))
    if not isinstance(formation, Formation):
        return Seen(formation)
    sizes, autoscaled, addons = await asyncio.gather(
        _or_error(platform.sizes_for(app)), _autoscaled(platform, formation), _or_error(platform.addons(app))
    )
    return Seen(formation, sizes, autoscaled, addons)


async def _autoscaled(platform: Heroku, formation: Formation) -> bool | PlatformError | None:
    web = formation.types.get("web")
    if web is None or not web.size.startswith(_CAN_BE_AUTOSCALED):
        return None
    return await _or_error(platform.autoscaled(formation.app, formation.app_id))


async def _or_error(asking: Awaitable[T]) -> T | PlatformError:
    """What is told, or why it is not. Raises Unauthorised: that concerns everything."""
    try:
        return await asking
    except Unauthorised:
        raise
    except PlatformError as error:
        return error
