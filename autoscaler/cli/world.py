"""The world as an online command needs it: Heroku with the environment's token, and the road to it."""

from collections.abc import Sequence

from autoscaler.cli import Failure
from autoscaler.core.clock import Clock
from autoscaler.core.pace import READS_AN_HOUR
from autoscaler.core.platform import Dynos, DynoSize, Formation, MaySend, OneOff, Ran, Unauthorised, Write
from autoscaler.core.policies import Policies
from autoscaler.core.probes import Prober
from autoscaler.environment import environment
from autoscaler.heroku import Heroku, Hosts, Patience
from autoscaler.settings import Settings, SettingsError, settings

NO_TOKEN = (
    "HEROKU_API_KEY is not set: make a token with `heroku authorizations:create -d autoscaler -s write` "
    "and set HEROKU_API_KEY to it"
)


class Tokenless:
    """Where Heroku would be if there were a token: it refuses everything, without a request."""

    remaining: int | None = None

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


def heroku(chosen: Settings, clock: Clock, *, thrifty: bool = True) -> Heroku | Tokenless:
    """Heroku, as the settings say; who is not `thrifty` asks once, and as much as it needs."""
    token = chosen.heroku_api_key.get_secret_value()
    hosts = Hosts(chosen.heroku_api_url, chosen.autoscaler_metrics_url or "")
    if not token:
        return Tokenless()
    # Whoever sets a beat by hand sets how many reads there are.
    capped = thrifty and chosen.autoscaler_beat is None
    patience = Patience(reads=READS_AN_HOUR if capped else None, steady=clock.steady)
    return Heroku(token, hosts, now=clock.now, patience=patience)


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
