"""`autoscaler run`: the daemon."""

import asyncio
import gc
import signal
from contextlib import suppress

import click

from autoscaler.cli.feeds import Feeds
from autoscaler.cli.log import Log
from autoscaler.cli.memory import memory_for
from autoscaler.cli.policies import remembering
from autoscaler.cli.watched_file import Reviving, WatchedFile
from autoscaler.cli.world import heroku, prober, read_settings
from autoscaler.clock import RealClock
from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings
from autoscaler.core.policies import Policies
from autoscaler.environment import daemon_name, environment, forgetful, ourselves, policies_file, revision
from autoscaler.outside.alarms import Alarms
from autoscaler.policyfile import load_policies

FIRST_FEEDS = 20.0
"""Seconds that calendar feeds get to answer before the daemon begins without them."""


LAST_LINES = 1.0
"""Seconds that the last lines get to be written."""


@click.command()
@click.argument("file", required=False, type=click.Path())
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
    clock, chosen, loop = RealClock(), read_settings(), asyncio.get_running_loop()
    platform = heroku(chosen, clock)
    own, arrived = ourselves(environ), asyncio.Event()
    log = Log()
    feeds = Feeds(clock, log, lambda: loop.call_soon_threadsafe(arrived.set))
    memory = memory_for(chosen, migrate=True)
    watched = WatchedFile(
        file, lambda: remembering(feeds.load(lambda fetch: load_policies(file, own, fetch)), environ), feeds.poll
    )
    herald = Alarms(environ, clock, log)
    daemon = Daemon(
        Surroundings(
            platform, clock, watched.read, log, own, chosen.autoscaler_beat, prober(),
            memory=None if forgetful(environ) else memory, journal=memory, neighbours=platform, herald=herald,
            name=daemon_name(environ), about={"revision": revision(environ)}, revive=Reviving(own, environ),
            remaining=lambda: platform.remaining,
        )
    )  # fmt: skip

    def stop() -> None:
        arrived.set()
        daemon.stop()

    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop)
    loop.add_signal_handler(signal.SIGHUP, _reload, watched, daemon)
    try:
        await _first_feeds(watched, feeds, arrived)
        feeds.arrived = lambda: loop.call_soon_threadsafe(daemon.wake)
        await daemon.run()
    finally:
        await herald.aclose()
        await memory.aclose()
        await platform.aclose()
        await log.finish(LAST_LINES)


async def _first_feeds(watched: WatchedFile, feeds: Feeds, arrived: asyncio.Event) -> None:
    """Give the file's calendar feeds a moment to answer, so that a start holds nothing for want of them."""
    found = watched.read()
    watched.forget()
    if isinstance(found, Policies) and (found.unknown or found.held_jobs) and feeds.missing:
        feeds.poll()
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_FEEDS):
                await arrived.wait()


def spare_the_collector() -> None:
    """Look for garbage seldom, and never in what is loaded by now: a burst of requests makes objects, not cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _reload(watched: WatchedFile, daemon: Daemon) -> None:
    watched.forget()
    daemon.wake()
