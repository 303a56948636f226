"""The founding wish as other schedulers understand it, walked minute by minute through one week.

Each rival is simulated from its documented rule, written down again here in a few lines; none of them is run.
`python -m tests.core.test_time_peers > docs/comparison-week.md` makes the page that is tested here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest

from autoscaler.core.days import Weekdays
from autoscaler.core.decide import decide
from autoscaler.core.policies import Policy, Target
from autoscaler.core.windows import Phrase, WallSpan, Window
from tests.core.worlds import zone

PAGE = Path(__file__).parents[2] / "docs" / "comparison-week.md"

TOKYO = timezone(timedelta(hours=9))  # all year
MONDAY = datetime(2026, 3, 2, tzinfo=TOKYO)
WEEK = [MONDAY + timedelta(minutes=minute) for minute in range(7 * 24 * 60)]
MON_FRI = range(5)
TEN, SIX = time(22), time(6)

Rule = Callable[[datetime], bool]
"""Whether the worker runs in the minute that begins at a moment of Tokyo time."""


def wish(now: datetime) -> bool:
    """Monday's night, Tuesday's, Wednesday's, Thursday's and Friday's, each from 22:00 to 06:00."""
    nights = [MONDAY.replace(day=day, hour=22) for day in (2, 3, 4, 5, 6)]
    return any(night <= now < night + timedelta(hours=8) for night in nights)


def ours(now: datetime) -> bool:
    """`when: weekdays 22:00-06:00`, `quantity: 1`, with `quantity: 0` outside."""
    night = Phrase(Weekdays(frozenset(MON_FRI)), WallSpan(22 * 3600, 30 * 3600))
    batch = Window("nightly batch", 1, (night,), quantity=1)
    policy = Policy(Target("shop", "worker"), zone("Asia/Tokyo"), 1, quantity=0, windows=(batch,))
    return decide(policy, now).desired.quantity == 1


def weekday_of_now_closed(now: datetime) -> bool:
    """heroku-scheduled-scaling: today's weekday is in the range and the time in 22:00-06:00, both ends included."""
    return now.weekday() in MON_FRI and (now.time() >= TEN or now.time() <= SIX)


def weekday_of_now(now: datetime) -> bool:
    """GoKubeDownscaler: on each of the days, from 00:00 to 06:00 and from 22:00 to 24:00."""
    return now.weekday() in MON_FRI and (now.time() >= TEN or now.time() < SIX)


def next_fire(now: datetime, hour: int, weekdays: range) -> datetime:
    """When a cron expression `0 HOUR * * WEEKDAYS` fires next, in the zone of `now`."""
    fire = now.replace(hour=hour, minute=0)
    while fire <= now or fire.weekday() not in weekdays:
        fire += timedelta(days=1)
    return fire


def two_crons(now: datetime) -> bool:
    """KEDA: active while the end's cron fires before the start's does; `0 22 * * 1-5` and `0 6 * * 1-5`."""
    return next_fire(now, 6, range(5)) < next_fire(now, 22, range(5))


def two_crons_shifted(now: datetime) -> bool:
    """KEDA, the end's days moved on by one: `0 22 * * 1-5` and `0 6 * * 2-6`."""
    return next_fire(now, 6, range(1, 6)) < next_fire(now, 22, range(5))


def todays_start_only(now: datetime) -> bool:
    """kube-metrics-adapter: if today is one of the days, from today's 22:00 for 480 minutes; else never."""
    start = now.replace(hour=22, minute=0)
    return now.weekday() in MON_FRI and start <= now < start + timedelta(minutes=480)


def start_and_length(now: datetime) -> bool:
    """Nomad Autoscaler: the start's cron fired less than 8 hours ago; `0 13 * * 1-5`, which it reads as UTC."""
    return next_fire(now.astimezone(UTC) - timedelta(hours=8), 13, MON_FRI) <= now


@dataclass(frozen=True)
class Row:
    """One scheduler: its name, what a user writes, how it reads that, and what comes of it."""

    name: str
    written: str
    rule: Rule
    remark: str


ROWS = [
    Row("autoscaler", "`when: weekdays 22:00-06:00`", ours, "as wished"),
    Row(
        "heroku-scheduled-scaling",
        "`0-4(2200-0600:1);0000-2359:0`",
        weekday_of_now_closed,
        "Friday's batch is stopped at midnight; Monday begins at 00:00; each morning's end is a minute late",
    ),
    Row(
        "GoKubeDownscaler",
        "`Mon-Fri 22:00-06:00 Asia/Tokyo`",
        weekday_of_now,
        "Friday's batch is stopped at midnight; Monday begins at 00:00",
    ),
    Row("KEDA", "start `0 22 * * 1-5`, end `0 6 * * 1-5`", two_crons, "Friday's night lasts until Monday 06:00"),
    Row(
        "KEDA, knowing the trick",
        "start `0 22 * * 1-5`, end `0 6 * * 2-6`",
        two_crons_shifted,
        "as wished, if one knows that the end has other days than the start",
    ),
    Row(
        "kube-metrics-adapter",
        "`startTime: 22:00`, `durationMinutes: 480`, `days: Mon … Fri`",
        todays_start_only,
        "every night is stopped at midnight",
    ),
    Row(
        "Nomad Autoscaler",
        "start `0 13 * * 1-5`, duration `8h`",
        start_and_length,
        "as wished, once one has reckoned Tokyo's 22:00 in UTC",
    ),
]


@dataclass(frozen=True)
class Tally:
    """Minutes on, wished for but off, and on but not wished for."""

    on: int
    missing: int
    extra: int


@cache
def tally(rule: Rule) -> Tally:
    """Walk the week with a rule beside the wish."""
    minutes = [(rule(now), wish(now)) for now in WEEK]
    return Tally(
        on=sum(runs for runs, _ in minutes),
        missing=sum(wanted and not runs for runs, wanted in minutes),
        extra=sum(runs and not wanted for runs, wanted in minutes),
    )


def page() -> str:
    """docs/comparison-week.md."""

    def hours(minutes: int) -> str:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")

    table = []
    for row in ROWS:
        found = tally(row.rule)
        table.append(
            f"| {row.name} | {row.written} | {hours(found.on)} | {hours(found.missing)} | {hours(found.extra)} |"
            f" {row.remark} |"
        )
    rules = [f"- {(row.rule.__doc__ or '').strip()}" for row in ROWS[1:]]
    return "\n".join(
        [
            "# One week of a nightly batch",
            "",
            "The wish: one worker on weekdays from 22:00 to 06:00 in Tokyo. Five nights of eight hours are 40 hours;",
            "the first begins on Monday at 22:00 and the last, Friday's, ends on Saturday at 06:00.",
            "",
            "| scheduler | as one would write it | on | missing | extra | what happens |",
            "|---|---|---:|---:|---:|---|",
            *table,
            "",
            "How the rows are made: `tests/core/test_time_peers.py` walks the 10,080 minutes from Monday, 2026-03-02",
            "00:00 in Tokyo and asks of each minute whether the worker runs. For autoscaler it asks the program. The",
            "others are simulated from their documented rules (where the documentation is silent, from their published",
            "source); they are not run. Only the minutes that are meant to be on are counted: polling intervals,",
            "cool-downs and start-up times are left out. The rules:",
            "",
            *rules,
            "",
            "This page is made by `python -m tests.core.test_time_peers > docs/comparison-week.md`; a test compares it",
            "with what the walk finds.",
            "",
        ]
    )


@pytest.mark.parametrize(
    ("rule", "on", "missing", "extra"),
    [
        (wish, 40 * 60, 0, 0),
        (ours, 40 * 60, 0, 0),
        (weekday_of_now_closed, 40 * 60 + 5, 6 * 60, 6 * 60 + 5),
        (weekday_of_now, 40 * 60, 6 * 60, 6 * 60),
        (two_crons, 88 * 60, 0, 48 * 60),
        (two_crons_shifted, 40 * 60, 0, 0),
        (todays_start_only, 10 * 60, 30 * 60, 0),
        (start_and_length, 40 * 60, 0, 0),
    ],
)
def test_a_week_of_the_founding_wish(rule: Rule, on: int, missing: int, extra: int) -> None:
    assert tally(rule) == Tally(on, missing, extra)


def test_the_page_says_what_the_walk_finds() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    print(page(), end="")
