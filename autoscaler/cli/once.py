"""The road as a command walks it once: with what is remembered, and with the apps that the file's globs match."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import click

from autoscaler.cli import Failure
from autoscaler.cli.memory import closings, made, memory_for
from autoscaler.cli.world import NO_TOKEN, Tokenless, heroku, prober, read_settings
from autoscaler.clock import RealClock
from autoscaler.control.neighbourhood import Neighbourhood
from autoscaler.control.news import News
from autoscaler.control.people import People
from autoscaler.control.pins import Pins
from autoscaler.control.road import Asking, Look, Road
from autoscaler.control.scribe import Scribe
from autoscaler.core.cost import LISTED, Prices, account_prices
from autoscaler.core.events import Emit, Event
from autoscaler.core.globs import matched
from autoscaler.core.guard import Ourselves
from autoscaler.core.people import Foreign
from autoscaler.core.plan import Observed, Plan
from autoscaler.core.platform import Neighbours, PlatformError
from autoscaler.core.policies import Policies
from autoscaler.environment import daemon_name, environment, forgetful, revision
from autoscaler.heroku import Heroku
from autoscaler.store import Store


class Warnings:
    """What a command that only looks cannot know: on stderr, each cause once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, event: Event) -> None:
        told = event.fields.get("store") or event.fields.get("error") or event.fields.get("reason")
        note = "pins, and what the daemon knows, are not known here" if "store" in event.fields else ""
        if event.level != "info" and str(told) not in self._told:
            self._told.add(str(told))
            click.echo(f"Warning: {told}: {note or event.fields.get('note', '')}".rstrip(": "), err=True)


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk along the road; `people` know what is remembered of the time before."""

    road: Road
    neighbours: Neighbours
    people: People
    news: News
    store: Store | None

    async def observe(self, at: datetime) -> tuple[Observed, tuple[Foreign, ...]]:
        """All that has to be known to propose what should be done at `at`, and the changes by others."""
        known = await closings(self.road.policies, read_settings(), at)
        await self.people.pins.look()
        observed = await self.road.observe(RealClock().now(), Look(), Asking(at, known))
        observed, changed = await self.people.met(observed, at)
        return await self.road.around(observed, at), changed

    async def propose(self, at: datetime) -> Plan:
        """What should be done at `at`."""
        observed, _ = await self.observe(at)
        return self.road.propose(observed, at)

    async def prices(self) -> Prices:
        """What dynos cost this account; the list prices where that cannot be read, or where nothing has a price."""
        try:
            cents = {size.name: size.cents for size in await self.neighbours.sizes()}
        except PlatformError:
            return LISTED
        return account_prices(cents) if any(cents.values()) else LISTED


@asynccontextmanager
async def walk(
    policies: Policies, ourselves: Ourselves, emit: Emit | None = None, *, acts: bool = False
) -> AsyncIterator[Walk]:
    """The road and what is remembered. Who `acts` makes the store where there is none. Raises Failure."""
    chosen, clock = read_settings(), RealClock()
    platform = heroku(chosen, clock)
    if isinstance(platform, Tokenless):
        raise Failure(f"{NO_TOKEN}. `autoscaler plan --offline` needs none")
    store = memory_for(chosen, migrate=acts) if acts or (made(chosen) and not forgetful(environment())) else None
    try:
        found = await _expanded(policies, platform, ourselves)
        road = Road(platform, found, ourselves, prober(found), Neighbourhood(clock, platform))
        yield Walk(road, platform, *_memory(found, store, emit or Warnings()), store)
    finally:
        await platform.aclose()
        if store is not None:
            await store.aclose()


def _memory(policies: Policies, store: Store | None, emit: Emit) -> tuple[People, News]:
    clock, environ = RealClock(), environment()
    news = News(clock, emit)
    about = {"revision": revision(environ), "digest": policies.digest}
    scribe = Scribe(store, clock, news, daemon_name(environ), about)
    nobody: Callable[[], None] = lambda: None  # noqa: E731
    return People(policies, scribe, Pins(store, clock, news, nobody)), news


async def _expanded(policies: Policies, platform: Heroku, ourselves: Ourselves) -> Policies:
    if not policies.globs:
        return policies
    try:
        return matched(policies, await platform.apps(), ourselves)
    except PlatformError as error:
        raise Failure(f"which apps {', '.join(policies.globs)} match cannot be told: {error}") from None
