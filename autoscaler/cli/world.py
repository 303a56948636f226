"""The world as an online command needs it: Heroku with the environment's token, and the road to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from autoscaler.cli import Failure
from autoscaler.clock import RealClock
from autoscaler.control.road import Road
from autoscaler.core.clock import Clock
from autoscaler.core.cost import LISTED, Prices, account_prices
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import (
    Dynos,
    DynoSize,
    Formation,
    MaySend,
    Neighbours,
    OneOff,
    PlatformError,
    Ran,
    Unauthorised,
    Write,
)
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Prober
from autoscaler.environment import environment
from autoscaler.heroku import Heroku, Hosts
from autoscaler.settings import Settings, SettingsError, settings

NO_TOKEN = (
    "HEROKU_API_KEY is not set: make a token with `heroku authorizations:create -d autoscaler -s write` "
    "and set HEROKU_API_KEY to it"
)


class Tokenless:
    """Where Heroku would be if there were a token: it refuses everything, without a request."""

    async def formation(self, app: str, *, urgent: bool = False) -> Formation:  # noqa: ARG002 the protocol's signature
        raise Unauthorised(NO_TOKEN)

    async def apply(self, app: str, writes: Sequence[Write], may_send: MaySend) -> str:  # noqa: ARG002
        raise Unauthorised(NO_TOKEN)

    async def dynos(self, app: str) -> Dynos:  # noqa: ARG002
        raise Unauthorised(NO_TOKEN)

    async def restart(self, app: str, dyno: str, may_send: MaySend) -> str:  # noqa: ARG002
        raise Unauthorised(NO_TOKEN)

    async def restart_type(self, app: str, kind: str, may_send: MaySend) -> str:  # noqa: ARG002
        raise Unauthorised(NO_TOKEN)

    async def run(self, app: str, one_off: OneOff, may_send: MaySend) -> Ran:  # noqa: ARG002
        raise Unauthorised(NO_TOKEN)

    async def apps(self) -> Sequence[str]:
        raise Unauthorised(NO_TOKEN)

    async def autoscaled(self, app: str, app_id: str) -> bool:  # noqa: ARG002
        raise Unauthorised(NO_TOKEN)

    async def sizes(self) -> Sequence[DynoSize]:
        raise Unauthorised(NO_TOKEN)

    async def aclose(self) -> None:
        """Nothing is open."""


def heroku(chosen: Settings, clock: Clock) -> Heroku | Tokenless:
    """Heroku, as the settings say."""
    token = chosen.heroku_api_key.get_secret_value()
    hosts = Hosts(chosen.heroku_api_url, chosen.autoscaler_metrics_url or "")
    return Heroku(token, hosts, now=clock.now) if token else Tokenless()


def read_settings() -> Settings:
    """The settings. Raises Failure."""
    try:
        return settings()
    except SettingsError as error:
        raise Failure(str(error)) from None


def prober(policies: Policies | None = None) -> Prober | None:
    """Who asks the probes, with the variables of this process; nobody where `policies` have no probe."""
    if policies is not None and not policies.probes:
        return None
    from autoscaler.outside.probes import Probing

    return Probing(environment())


@asynccontextmanager
async def heroku_once() -> AsyncIterator[Heroku]:
    """Heroku, for as long as a command asks it something. Raises Failure where there is no token."""
    platform = heroku(read_settings(), RealClock())
    if isinstance(platform, Tokenless):
        raise Failure(f"{NO_TOKEN}. `autoscaler plan --offline` needs none")
    try:
        yield platform
    finally:
        await platform.aclose()


@asynccontextmanager
async def road_once(policies: Policies, ourselves: Ourselves) -> AsyncIterator[Road]:
    """The road for a command that walks it once. Raises Failure where there is no token."""
    async with heroku_once() as platform:
        yield Road(platform, policies, ourselves, prober(policies))


async def prices_of(platform: Neighbours) -> Prices:
    """What dynos cost this account; the list prices where that cannot be read, or nothing has a price."""
    try:
        cents = {size.name: size.cents for size in await platform.sizes()}
    except PlatformError:
        return LISTED
    return account_prices(cents) if any(cents.values()) else LISTED
