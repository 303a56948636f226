"""What became of runs, as an app's list of dynos tells it: the platform says nothing of one-off dynos that are gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from autoscaler.core.guard import CLOCK_DIFFERENCE
from autoscaler.core.memory import Ended, Fact, Lost, Run, Started
from autoscaler.core.platform import Dyno

ONE_OFF = "run"
"""The process type of the dynos that are made for jobs (Platform API schema, "Dyno": it is what type defaults to)."""

SENT_WITHIN = timedelta(seconds=20)
"""No request for a dyno is sent later after its claim."""

LOOKS = (timedelta(seconds=30), timedelta(seconds=60), timedelta(minutes=2))
"""After a claim of which nothing is known, the list is looked at then; by the last look the request is long over."""

SHOWN_WITHIN = timedelta(seconds=30)
"""A dyno that was made and is not listed may only be new; after this it is gone."""

_LATEST = SENT_WITHIN + timedelta(seconds=40)
"""After the claim, a dyno that the claim's request made is there."""

LOST = "no answer said whether it started, and no dyno of it was found: it is not started again"


@dataclass(frozen=True, slots=True)
class Seen:
    """When the dynos of runs were last seen, by dyno id, and how long they may run, in seconds by job name."""

    last: dict[str, datetime]
    limits: dict[str, int]


def next_look(run: Run, now: datetime) -> datetime | None:
    """When a run without an outcome should be looked at next; None where every minute will do."""
    if run.started is not None:
        return None
    return next((run.claimed + look for look in LOOKS if run.claimed + look > now), None)


def settle(runs: Sequence[Run], dynos: Sequence[Dyno], now: datetime, seen: Seen) -> list[tuple[Run, Fact]]:
    """What a list of an app's dynos, read at `now`, says of its runs that have no outcome; runs by when they were due.

    A dyno belongs to the first run that it may belong to.
    """
    here = {dyno.id for dyno in dynos}
    taken = {run.started.dyno_id for run in runs if run.started is not None}
    found: list[tuple[Run, Fact]] = []
    for run in runs:
        if run.outcome is not None:
            continue
        if run.started is not None:
            if run.started.dyno_id not in here and now - run.started.at >= SHOWN_WITHIN:
                found.append((run, Ended(now, _ending(run, run.started, now, seen))))
            continue
        dyno = _dyno_of(run, dynos, taken)
        if dyno is not None:
            taken.add(dyno.id)
            found.append((run, Started(dyno.created_at, dyno.name, dyno.id)))
        elif now - run.claimed >= LOOKS[-1]:
            found.append((run, Lost(now, LOST)))
    return found


def _dyno_of(run: Run, dynos: Sequence[Dyno], taken: Collection[str]) -> Dyno | None:
    """The one-off dyno that the run's request may have made; clocks may differ a little."""
    may_be = (
        dyno
        for dyno in dynos
        if dyno.type == ONE_OFF
        and dyno.command == run.command
        and dyno.id not in taken
        and -CLOCK_DIFFERENCE <= dyno.created_at - run.claimed <= _LATEST + CLOCK_DIFFERENCE
    )
    return min(may_be, key=lambda dyno: abs(dyno.created_at - run.claimed), default=None)


def _ending(run: Run, started: Started, now: datetime, seen: Seen) -> str:
    """`expired` where its time was over and it had been seen until shortly before; else it `vanished`."""
    limit = seen.limits.get(run.due.job)
    last = seen.last.get(started.dyno_id)
    if limit is None or last is None:
        return "vanished"
    over = started.at + timedelta(seconds=limit)
    return "expired" if now >= over and last >= over - timedelta(minutes=3) else "vanished"
