"""What a whole policy file costs within a time: its process types, its one-off jobs, and the dyno that does it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autoscaler.core.cost import LISTED, Amount, Prices, amount, running, total
from autoscaler.core.jobs import Job, due_between
from autoscaler.core.journal import Pin
from autoscaler.core.people import overruled
from autoscaler.core.policies import Policies, Target
from autoscaler.core.quantity import Desired, Range, lowest
from autoscaler.core.sizes import ECO_POOL_CENTS, ECO_POOL_HOURS, HOURS_A_MONTH
from autoscaler.core.timeline import Stretch, stretches
from autoscaler.core.zones import HOUR

CLOCK_SIZE = "basic"
"""The size of the dyno in which this program runs, where nobody chose another (app.json)."""


@dataclass(frozen=True, slots=True)
class ProcessCost:
    """A process type's time and price, and what `peak`, its largest quantity in its dearest size, would take all the
    time; `ranged` where a range counts at its lower bound."""

    target: Target
    amount: Amount
    peak: Desired
    at_peak: Amount
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class JobCost:
    """A job's `starts` and what they take at most: each could run for its whole time limit."""

    app: str
    name: str
    starts: int
    amount: Amount


@dataclass(frozen=True, slots=True)
class AppCost:
    """The process types and the jobs of one app together; `at_most` is the jobs' part of it."""

    app: str
    amount: Amount
    at_most: Amount


@dataclass(frozen=True, slots=True)
class Bill:
    """What a policy file takes in [start, until), instants, at these prices.

    `clock` is one dyno of CLOCK_SIZE, this program's own. `unknown` are process types, and `held` app and job, of which
    nothing can be said now; `globs` stand for any number of apps, and are counted as one. `pinned` are process types
    of which a person's quantity is counted in place of the file's.
    """

    start: int
    until: int
    prices: Prices
    processes: tuple[ProcessCost, ...]
    jobs: tuple[JobCost, ...]
    clock: Amount
    unknown: tuple[Target, ...] = ()
    held: tuple[tuple[str, str], ...] = ()
    globs: tuple[str, ...] = ()
    pinned: tuple[Target, ...] = ()

    @property
    def apps(self) -> tuple[AppCost, ...]:
        """Each app, by name."""
        names = sorted({process.target.app for process in self.processes} | {job.app for job in self.jobs})
        return tuple(self._app(name) for name in names)

    @property
    def formations(self) -> Amount:
        """All process types."""
        return total(process.amount for process in self.processes)

    @property
    def at_most(self) -> Amount:
        """All jobs: no more than this."""
        return total(job.amount for job in self.jobs)

    @property
    def everything(self) -> Amount:
        """Process types, jobs and the clock dyno; the Eco pool has its own price."""
        return self.formations + self.at_most + self.clock

    @property
    def pool(self) -> float:
        """US dollars of the Eco pool for this long, if anything is of it; flat, so once for all."""
        months = (self.until - self.start) / HOUR / HOURS_A_MONTH
        return ECO_POOL_CENTS / 100 * months if self.everything.eco else 0.0

    @property
    def pool_hours_a_month(self) -> float:
        """Hours of the Eco pool that a month would take at this rate; the pool has ECO_POOL_HOURS."""
        return self.everything.eco / (self.until - self.start) * HOURS_A_MONTH

    @property
    def pool_exceeded(self) -> bool:
        return self.pool_hours_a_month > ECO_POOL_HOURS

    @property
    def usd(self) -> float:
        """US dollars of everything whose price is known."""
        return self.everything.priced + self.pool

    @property
    def peak_usd(self) -> float:
        """The same with every process type always at its peak: it needs no clock dyno, its jobs are as they are.

        Process types without a price in part are left out.
        """
        return total(process.at_peak for process in self._comparable).priced + self.at_most.priced + self.pool

    @property
    def saving(self) -> float | None:
        """By what part it is cheaper than always at peak (dearer where negative), the clock dyno counted against it.

        None where no process type with a known price ever runs. Those without one in part are on neither side.
        """
        if not any(process.at_peak.charge for process in self._comparable):
            return None
        ours = total(process.amount for process in self._comparable) + self.at_most + self.clock
        return 1 - (ours.priced + self.pool) / self.peak_usd

    @property
    def complete(self) -> bool:
        """Whether nothing is left out of the dollars."""
        return not self.left_out

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the dollars do not hold, in words: example-shop/worker (no size named)."""
        found = [(str(process.target), process.amount) for process in self.processes]
        found += [(f"{job.app} job {job.name}", job.amount) for job in self.jobs]
        found += [("the clock dyno", self.clock)]
        told = [f"{name} ({', '.join(sorted(part.unpriced))})" for name, part in found if part.unpriced]
        told += [f"{target} (not known)" for target in self.unknown]
        return tuple(told + [f"{app} job {name} (held)" for app, name in self.held])

    @property
    def ranges(self) -> tuple[Target, ...]:
        """Process types of which more may run than is counted: a range is left to another program."""
        return tuple(process.target for process in self.processes if process.ranged)

    def of(self, target: Target) -> ProcessCost | None:
        """A process type's, None where nothing is known of it."""
        return next((process for process in self.processes if process.target == target), None)

    @property
    def _comparable(self) -> tuple[ProcessCost, ...]:
        return tuple(process for process in self.processes if not process.amount.unpriced)

    def _app(self, name: str) -> AppCost:
        jobs = total(job.amount for job in self.jobs if job.app == name)
        return AppCost(name, total(p.amount for p in self.processes if p.target.app == name) + jobs, jobs)


def bill(
    policies: Policies, start: int, until: int, prices: Prices = LISTED, pins: Mapping[Target, Pin] | None = None
) -> Bill:
    """What the file takes in [start, until), with the `pins` that are in force."""
    filed = {policy.target: stretches(policy, start, until) for policy in policies.policies}
    spans = {target: overruled(course, (pins or {}).get(target)) for target, course in filed.items()}
    return Bill(
        start,
        until,
        prices,
        tuple(_process(target, spans[target], _peak(course, prices), prices) for target, course in filed.items()),
        tuple(_job(job, start, until, prices) for job in policies.jobs),
        running(1, CLOCK_SIZE, until - start, prices),
        tuple(process.target for process in policies.unknown),
        tuple((job.app, job.name) for job in policies.held_jobs),
        policies.globs,
        tuple(target for target, course in spans.items() if any(span.pin for span in course)),
    )


def _process(target: Target, spans: Sequence[Stretch], peak: Desired, prices: Prices) -> ProcessCost:
    at_peak = running(lowest(peak.quantity), peak.size, sum(span.end - span.start for span in spans), prices)
    ranged = any(isinstance(span.desired.quantity, Range) for span in spans)
    return ProcessCost(target, amount(spans, prices), peak, at_peak, ranged)


def _peak(spans: Sequence[Stretch], prices: Prices) -> Desired:
    """The largest quantity, a range at its lower bound, and the dearest size of what runs."""
    run = [span.desired for span in spans if lowest(span.desired.quantity)]
    if not run:
        return Desired(0, spans[0].desired.size if spans else None)
    quantity = max(lowest(desired.quantity) for desired in run)
    return Desired(quantity, max((desired.size for desired in run), key=lambda size: prices.of(size) or 0))


def _job(job: Job, start: int, until: int, prices: Prices) -> JobCost:
    starts = len(due_between(job, start, until))
    return JobCost(job.app, job.name, starts, running(starts, job.size, job.time_limit, prices))
