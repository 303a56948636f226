"""`autoscaler simulate`: the policies against simulated dynos and batches, a year in seconds."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

import click

from autoscaler.cli import Failure, moments, terminal
from autoscaler.cli.batches import Batch, batches, workload
from autoscaler.cli.policies import policies_for
from autoscaler.cli.progress import Reached as Bar
from autoscaler.cli.progress import progress
from autoscaler.cli.sandbox import formations
from autoscaler.cli.simulated import Closings, Counted, Unfinished
from autoscaler.cli.simulation import Around, Daemons, Reached, plain
from autoscaler.clock import RealClock, StillClock
from autoscaler.core.cost import hourly
from autoscaler.core.globs import exemplified
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.quantity import lowest
from autoscaler.core.timeline import stretches
from autoscaler.core.zones import DAY, HOUR, instant, moment
from autoscaler.environment import ourselves
from autoscaler.heroku.in_process import in_process
from autoscaler.sandbox import Cause, Job, Work, World, create_app
from autoscaler.views.plan_text import home_zone
from autoscaler.views.simulation import ERA, Killed, Run, Simulation

POLICIES, ALWAYS_ON, FIXED_HOURS = "policies", "always-on", "fixed-hours"

_LONGEST = 2 * 365 * DAY
_LONGEST_BATCH = 7 * DAY


@click.command()
@click.argument("file", required=False, type=click.Path())
@click.option("--for", "span", metavar="LENGTH", default="1y", show_default=True, help="How long: 1y, 90d, 36h.")
@click.option("--from", "start", metavar="TIME", help="Where it begins (default: the coming Monday, 00:00).")
@click.option("--batch", metavar="LENGTHS", default="2h..6h", show_default=True, help="How long a batch takes.")
@click.option(
    "--compare", multiple=True, type=click.Choice([ALWAYS_ON, FIXED_HOURS]), help="Beside it; may be repeated."
)
@click.option("--seed", type=int, default=0, show_default=True, help="For daily restarts and lengths of batches.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(
    file: str | None, span: str, start: str | None, batch: str, compare: tuple[str, ...], seed: int, form: str
) -> None:
    """Live through a year of the policies in seconds, against simulated dynos and batches.

    The daemon's own code keeps the formations of a sandbox Heroku, whose dynos are restarted daily. A batch begins
    in each opening of a window that is unbroken, closes when idle, or has more dynos than there are outside; when
    its dyno ends, it is lost. A glob counts as one app. No token is needed.

    To compare with: always-on keeps every process type at its peak all the time; fixed-hours is a plain scheduler,
    which scales at the windows' hours and knows neither `unbroken` nor `close`.

    Example: autoscaler simulate --for 1y --compare always-on
    """
    policies = _simulated(policies_for(file, os.environ))
    lengths = _lengths(batch)
    begin = _monday(policies) if start is None else moments.moment(start, "--from", policies)
    until = begin + moments.length(span, "--for", _LONGEST)
    found = batches(policies, begin, until, lengths, seed)
    names = [POLICIES, *dict.fromkeys(compare)]
    setting = _Setting(policies, begin, until, seed, found, ourselves(os.environ))
    with progress([(name, until - begin) for name in names]) as bars:
        runs = tuple(asyncio.run(setting.run(name, _from(begin, bar))) for name, bar in zip(names, bars, strict=True))
    done = Simulation(policies, begin, until, seed, workload(found, lengths), runs)
    click.echo(_drawn(done, form))


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all runs have in common; each has a sandbox of its own with the same seed and the same batches."""

    policies: Policies
    start: int
    until: int
    seed: int
    batches: list[Batch]
    ourselves: Ourselves

    async def run(self, name: str, reached: Reached) -> Run:
        """Live through it in one way."""
        policies = self._kept_as(name)
        clock = StillClock(moment(self.start))
        world = World.of(formations(policies), now=clock.now, seed=self.seed)
        given = [(batch, self._give(world, batch)) for batch in self.batches]
        heroku = in_process(create_app(world), clock.now)
        platform = Counted(heroku, clock)
        try:
            if name == POLICIES:
                prober = Unfinished(world, policies)
                around = Around(platform, clock, self.ourselves, prober, Closings(), lambda: world.due)
                await Daemons(policies, around).run(self.until, reached)
            else:
                await plain(policies, platform, clock, self.until)
        finally:
            await heroku.aclose()
        world.advance()
        reached(self.until)
        return self._result(name, world, platform, given)

    def _kept_as(self, name: str) -> Policies:
        if name == POLICIES:
            return self.policies
        change = self._at_peak if name == ALWAYS_ON else _by_the_hour
        return replace(self.policies, policies=tuple(map(change, self.policies.policies)))

    def _at_peak(self, policy: Policy) -> Policy:
        """The largest quantity and the dearest size of the whole time, all the time."""
        spans = stretches(policy, self.start, self.until)
        sizes = [span.desired.size for span in spans if lowest(span.desired.quantity) > 0]
        dearest = max(sizes, key=lambda size: hourly(size) or 0.0, default=policy.size)
        peak = max(lowest(span.desired.quantity) for span in spans)
        return replace(policy, quantity=peak, size=dearest, windows=())

    def _give(self, world: World, batch: Batch) -> Job:
        work = Work(batch.seconds, "die")
        return world.give(batch.target.app, batch.target.type, work, moment(batch.start))

    def _result(self, name: str, world: World, platform: Counted, given: list[tuple[Batch, Job]]) -> Run:
        jobs = [job for _, job in given]
        hours, dollars = _ran(world, self.policies)
        return Run(
            name=name,
            batches=len(jobs),
            started=sum(job.begun is not None for job in jobs),
            finished=sum(job.outcome == "finished" for job in jobs),
            killed=Killed(
                _killed(jobs, Cause.DAILY_CYCLE),
                _killed(jobs, Cause.SCALE_DOWN, Cause.RESIZE),
                _killed(jobs, Cause.MANUAL_RESTART),
            ),
            overrun=sum(_overran(job, batch) for batch, job in given),
            unfinished=sum(job.outcome == "running" for job in jobs),
            dyno_hours=hours,
            dollars=dollars,
            calls=platform.calls,
            expected=sum(batch.seconds for batch in self.batches) / HOUR / ERA if name == ALWAYS_ON else None,
            trouble=platform.trouble,
        )


def _by_the_hour(policy: Policy) -> Policy:
    """The windows' hours and values alone."""
    windows = tuple(replace(window, unbroken=False, close=None) for window in policy.windows)
    return replace(policy, windows=windows)


def _killed(jobs: Sequence[Job], *causes: Cause) -> int:
    return sum(job.outcome == "killed" and job.cause in causes for job in jobs)


def _overran(job: Job, batch: Batch) -> bool:
    """Whether a batch that had begun was not done at the nominal end of its opening: what ends it then counts, too."""
    end = moment(batch.end)
    if job.begun is None or job.ended is None:
        return job.begun is not None
    return job.ended > end or (job.ended == end and job.outcome != "finished")


def _ran(world: World, policies: Policies) -> tuple[float, float | None]:
    """Dyno-hours and dollars of what ran; dollars are None where a size is not in the file or has no price."""
    hours, dollars, known = 0.0, 0.0, True
    for policy in policies.policies:
        for size, ran in world.tally(policy.target.app, policy.target.type).ran.items():
            price = None if policy.size is None else hourly(size)
            hours += ran / timedelta(hours=1)
            dollars += (price or 0.0) * (ran / timedelta(hours=1))
            known = known and price is not None
    return hours, dollars if known else None


def _simulated(policies: Policies) -> Policies:
    """One app for each glob. Raises Failure where nobody knows what a process type should have."""
    for process in policies.unknown:
        raise Failure(f"{process.target} cannot be simulated: {process.reason}")
    return exemplified(policies)


def _monday(policies: Policies) -> int:
    """The coming Monday, 00:00 in the file's zone."""
    zone = home_zone(policies)
    today = zone.local(instant(RealClock().now())).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return zone.edge(instant(today + timedelta(days=7 - today.weekday())))


def _lengths(text: str) -> tuple[int, int]:
    """From `2h..6h`, or from one length for all, in seconds. Raises UsageError."""
    first, _, second = text.partition("..")
    shortest = moments.length(first, "--batch", _LONGEST_BATCH)
    longest = moments.length(second, "--batch", _LONGEST_BATCH) if ".." in text else shortest
    if longest < shortest:
        raise click.UsageError(f"--batch: {text!r} goes from the longer to the shorter: write the shorter one first")
    return shortest, longest


def _from(start: int, bar: Bar) -> Reached:
    return lambda at: bar(at - start)


def _drawn(done: Simulation, form: str) -> str:
    if form == "json":
        from autoscaler.views.simulation_json import simulation_json

        return simulation_json(done)
    from autoscaler.views.simulation_text import simulation_text

    return simulation_text(done, terminal.paint())
