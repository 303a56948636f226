"""`autoscaler run`: the daemon."""

import asyncio
import gc
import signal
import sys
from contextlib import suppress

import click

from autoscaler.cli.watched_file import WatchedFile
from autoscaler.cli.world import heroku, read_settings
from autoscaler.clock import RealClock
from autoscaler.control.daemon import Daemon, Surroundings
from autoscaler.core.events import Event
from autoscaler.environment import environment, ourselves, policies_file
from autoscaler.policyfile import load_policies
from autoscaler.views.logs import logfmt


@click.command()
@click.argument("file", required=False)
def command(file: str | None) -> None:
    """Run the daemon: keep every formation as the policy file wants it, until SIGTERM.

    FILE is ./policies.yaml or what AUTOSCALER_POLICIES says; it is read again when it changes and on SIGHUP.
    Bad files, bad tokens and outages do not end it: it leaves dynos as they are, says so, and goes on.

    Example: HEROKU_API_KEY=... autoscaler run
    """
    environ = environment()
    spare_the_collector()
    asyncio.run(_run(file or policies_file(environ), environ))


async def _run(file: str, environ: dict[str, str]) -> None:
    clock, chosen = RealClock(), read_settings()
    platform = heroku(chosen, clock)
    own = ourselves(environ)
    watched = WatchedFile(file, lambda: load_policies(file, own))
    daemon = Daemon(Surroundings(platform, clock, watched.read, say, own, chosen.autoscaler_beat))
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, daemon.stop)
    loop.add_signal_handler(signal.SIGHUP, _reload, watched, daemon)
    try:
        await daemon.run()
    finally:
        await platform.aclose()


def spare_the_collector() -> None:
    """Look for garbage seldom, and never in what is loaded by now: a burst of requests makes objects, not cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _reload(watched: WatchedFile, daemon: Daemon) -> None:
    watched.forget()
    daemon.wake()


def say(event: Event) -> None:
    """One line on stdout; a reader that went away, or a full disk, is no reason to stop scaling."""
    with suppress(OSError, ValueError):
        sys.stdout.write(logfmt(event) + "\n")
        sys.stdout.flush()
