"""`autoscaler sandbox`: Heroku's Platform API in miniature, alone."""

import asyncio
import signal
from datetime import timedelta

import click

from autoscaler.cli import Failure
from autoscaler.cli.policies import policies_for
from autoscaler.clock import RealClock
from autoscaler.core.globs import exemplified
from autoscaler.core.policies import Policies
from autoscaler.environment import environment
from autoscaler.sandbox import World, create_app, serve

AGE = timedelta(hours=1)
"""So long ago the sandbox's apps were released: nothing has to settle any more."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0 takes any free one.")
@click.option("--policies", "file", metavar="FILE", help="Its apps are the sandbox's.  [default: ./policies.yaml]")
@click.option("--seed", type=int, default=0, show_default=True, help="For ids and the dynos' daily restarts.")
def command(port: int, file: str | None, seed: int) -> None:
    """Run Heroku's Platform API in miniature on this machine, until SIGTERM.

    Its apps and process types are those of the policy file, one app for each glob: web at 1, everything else
    at 0. Any token will do. Other commands find it by HEROKU_API_URL=http://127.0.0.1:5000 and HEROKU_API_KEY=anything.

    Example: autoscaler sandbox --port 5000
    """
    policies = policies_for(file, environment())
    world = World.of(formations(exemplified(policies)), now=RealClock().now, seed=seed, age=AGE)
    try:
        asyncio.run(_serve(world, port))
    except OSError as error:
        raise Failure(f"port {port} cannot be used: {error.strerror or error}; choose another with --port") from None


def formations(policies: Policies) -> dict[str, dict[str, str]]:
    """Each app's process types with the sizes that they have outside every window."""
    return {
        app: {
            policy.target.type: policy.size or "standard-1x" for policy in policies.policies if policy.target.app == app
        }
        for app in policies.apps
    }


async def _serve(world: World, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    await serve(create_app(world), port=port, ready=_say, stop=stop)


def _say(port: int) -> None:
    click.echo(f"sandbox listening on http://127.0.0.1:{port}")
