"""`autoscaler demo`: sandbox and daemon in one process, on a fast clock."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

import autoscaler
from autoscaler.cli import INTERRUPTED, Failure, terminal
from autoscaler.cli.sandbox import formations
from autoscaler.clock import FastClock, RealClock
from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings
from autoscaler.core.cost import cost, dyno_hours, hourly
from autoscaler.core.events import Event
from autoscaler.core.globs import exemplified
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.core.quantity import Desired, highest
from autoscaler.core.timeline import Given, Stretch, stretches
from autoscaler.core.zones import DAY, HOUR, instant, moment
from autoscaler.heroku.in_process import in_process
from autoscaler.policyfile import PolicyFileError, load_policies
from autoscaler.sandbox import World, create_app
from autoscaler.views.demo_text import Lane, Picture, news_lines, picture_text
from autoscaler.views.paint import Paint
from autoscaler.views.plan_text import home_zone

_BEAT = 600.0
_FRAME = 0.05
_FRIDAY = 4


@click.command()
@click.option(
    "--speed", type=click.FloatRange(60, 20000), default=4320, show_default=True, help="Times as fast as life."
)
@click.option("--days", type=click.IntRange(1, 14), default=1, show_default=True, help="Simulated days.")
def command(speed: float, days: int) -> int:
    """The whole thing with no account: a sandbox Heroku, the daemon, the shipped policies, a day in 20 seconds.

    Ends by itself with a summary; Ctrl-C ends it at once.

    Example: autoscaler demo --days 2 --speed 20000
    """
    policies = _shipped()
    return asyncio.run(_Demo(policies, speed, days).run())


def _shipped() -> Policies:
    """The policies.yaml that comes with the program: beside the package in a checkout, inside it when installed."""
    room = Path(autoscaler.__file__).parent
    inside, beside = room / "policies.yaml", room.parent / "policies.yaml"
    try:
        return exemplified(load_policies(str(inside if inside.is_file() else beside)))
    except PolicyFileError as error:
        raise Failure(f"the demo's own policy file cannot be used: {error}") from None


class _Demo:
    """One run of the demo."""

    def __init__(self, policies: Policies, speed: float, days: int) -> None:
        self.policies = policies
        zone = home_zone(policies)
        self.start = _friday_afternoon(zone.local(instant(RealClock().now())).replace(tzinfo=None), zone.edge)
        self.until = self.start + days * DAY
        self.clock = FastClock(moment(self.start), speed)
        self.world = World.of(formations(policies), now=self.clock.now, seed=0)
        lanes = [Lane(policy, _peak(stretches(policy, self.start, self.until))) for policy in policies.policies]
        self.picture = Picture(zone, self.start, self.until, self.start, speed, lanes)
        self.paint = terminal.paint()

    async def run(self) -> int:
        interrupted = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, interrupted.set)
        platform = in_process(create_app(self.world), self.clock.now)
        daemon = Daemon(Surroundings(platform, self.clock, _once(self.policies), self._hear, Ourselves(), _BEAT))
        running = asyncio.create_task(daemon.run())
        try:
            with self._screen() as show:
                await self._watch(interrupted, show)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await platform.aclose()
        if interrupted.is_set():
            return INTERRUPTED
        click.echo(summary(self.picture, self.policies, self.paint))
        return 0

    async def _watch(self, interrupted: asyncio.Event, show: Callable[[], None]) -> None:
        """Look at the sandbox, frame by frame, until the demo's time is over."""
        while not interrupted.is_set() and self.picture.now < self.until:
            try:
                async with asyncio.timeout(_FRAME):
                    await interrupted.wait()
            except TimeoutError:
                self._look()
                show()

    def _look(self) -> None:
        picture, now = self.picture, min(instant(self.clock.now()), self.until)
        for lane in picture.lanes:
            target = lane.policy.target
            picture.dyno_hours += lane.quantity * (now - picture.now) / HOUR
            lane.quantity = self.world.quantity(target.app, target.type)
            lane.size = self.world.size(target.app, target.type).lower()
        picture.now = now
        picture.requests = len(self.world.requests)
        picture.look()

    def _hear(self, event: Event) -> None:
        at = instant(self.clock.now())
        text = _told(event, self.paint)
        if text is None or at > self.until:
            return
        self.picture.news.append((at, text))
        if not sys.stdout.isatty():
            click.echo("\n".join(news_lines([(at, text)], self.picture.zone, self.paint)))

    @contextmanager
    def _screen(self) -> Iterator[Callable[[], None]]:
        """A picture that is drawn over itself on a terminal; nothing where the output is piped."""
        if not sys.stdout.isatty():
            yield lambda: None
            return
        from rich.live import Live
        from rich.text import Text

        with Live(auto_refresh=False, transient=False) as live:
            yield lambda: live.update(Text.from_ansi(picture_text(self.picture, self.paint)), refresh=True)


def summary(picture: Picture, policies: Policies, paint: Paint) -> str:
    """What the demo's days took, beside the same formation kept at its peak."""
    spans = [stretches(policy, picture.start, picture.until) for policy in policies.policies]
    always = [_always(found) for found in spans]
    hours, peak_hours = sum(map(dyno_hours, spans)), sum(map(dyno_hours, always))
    dollars, peak_dollars = sum(cost(s) or 0 for s in spans), sum(cost(s) or 0 for s in always)
    days = (picture.until - picture.start) // DAY
    saved = 1 - dollars / peak_dollars if peak_dollars else 0.0
    lines = [
        "",
        paint(f"{days} simulated day{'' if days == 1 else 's'}, {picture.requests} API calls.", "bold"),
        f"  with these windows   {hours:7.1f} dyno-hours  ${dollars:,.2f}",
        f"  always at the peak   {peak_hours:7.1f} dyno-hours  ${peak_dollars:,.2f}",
        f"  saved                {peak_hours - hours:7.1f} dyno-hours  "
        + paint(f"${peak_dollars - dollars:,.2f} ({saved:.0%})", "green"),
        "",
        "Next: edit policies.yaml, then look at `autoscaler plan --offline`.",
    ]
    return "\n".join(lines)


def _friday_afternoon(local: datetime, edge: Callable[[int], int]) -> int:
    """The coming Friday at 16:00, so that the demo shows the night that ends on a Saturday."""
    ahead = (_FRIDAY - local.weekday()) % 7
    friday = (local + timedelta(days=ahead)).replace(hour=16, minute=0, second=0, microsecond=0)
    return edge(instant(friday.replace(tzinfo=UTC)))


def _once(policies: Policies) -> Callable[[], Policies | None]:
    """Policies that are new at the first look and never change."""
    looks = iter([policies])
    return lambda: next(looks, None)


def _peak(spans: list[Stretch]) -> int:
    return max(highest(span.desired.quantity) for span in spans)


def _always(spans: list[Stretch]) -> list[Stretch]:
    """The same time at the largest quantity of the dearest size."""
    sizes = [span.desired.size for span in spans if span.desired.size and highest(span.desired.quantity) > 0]
    dearest = max(sizes, key=lambda size: hourly(size) or 0.0, default=spans[0].desired.size)
    return [Stretch(spans[0].start, spans[-1].end, Given(Desired(_peak(spans), dearest), None, None))]


def _told(event: Event, paint: Paint) -> str | None:
    """An event in the demo's words; None for what a newcomer need not see."""
    fields = event.fields
    match event.name:
        case "scaled":
            step = f"{fields.get('from', '')} {paint.arrow} {fields.get('to', '')}" if "to" in fields else ""
            size = f"  {fields['to_size']}" if "to_size" in fields else ""
            why = fields.get("window") or "no window open"
            return f"{fields['app']}/{fields['type']}  {paint(step + size, 'green')}  {paint(str(why), 'dim')}"
        case "started":
            return f"the daemon started: {fields['apps']} app, {fields['types']} process types"
        case "held" | "failed" | "degraded":
            return paint(f"{event.name}: {fields.get('reason') or fields.get('error')}", "red")
    return None
