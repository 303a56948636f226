"""`autoscaler simulate`: what it counts is what the daemon sends, and what it says of batches is so."""

import asyncio
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autoscaler.cli import cli
from autoscaler.cli.batches import batches
from autoscaler.cli.sandbox import formations
from autoscaler.cli.simulated import Closings, Counted, Unfinished
from autoscaler.cli.simulation import Around, Daemons
from autoscaler.clock import StillClock
from autoscaler.control.daemon import Daemon, Surroundings
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.core.zones import DAY, HOUR, instant, moment
from autoscaler.heroku.in_process import in_process
from autoscaler.policyfile import load_policies
from autoscaler.sandbox import Work, World, create_app
from autoscaler.views.simulation import Calls
from tests.cli.running import ROOT
from tests.control.virtual import Time
from tests.control.virtual import run as run_virtually

OURSELVES = Ourselves("scaler", "clock")
START = datetime(2026, 11, 22, 15, tzinfo=UTC)  # a Monday, 00:00 in Tokyo

ALL_DAY = """\
timezone: Asia/Tokyo
apps:
  shop:
    formation:
      web:
        quantity: 5
        size: standard-1x
        windows:
          - {name: night, when: "daily 22:00-06:00", quantity: 2}
      worker:
        quantity: 2
        size: standard-2x
        windows:
          - {name: nightly batch, when: "weekdays 22:00-06:00", quantity: 2, unbroken: true}
"""
"""Workers that run all day, so that their daily restarts come at any time."""

TWO_TYPES = """\
timezone: Europe/Berlin
apps:
  shop:
    formation:
      import:
        quantity: 3
        windows:
          - {name: early, when: "daily 01:30-04:00", quantity: 3, unbroken: true}
          - {name: late, when: "daily 22:02 for 3h", quantity: 4, lead: 7m, unbroken: true}
      worker:
        quantity: 12
        windows:
          - {name: noon, when: "weekends 11:00-15:00", quantity: 12, unbroken: true}
"""

NINE_APPS = """\
timezone: UTC
apps:
""" + "".join(
    f"""\
  shop-{number}:
    formation:
      worker:
        quantity: 1
        windows:
          - {{name: hour, when: "daily {number:02}:07-{number + 4:02}:33", quantity: 2, unbroken: true}}
"""
    for number in range(9)
)

REFUSED = """\
timezone: UTC
apps:
  shop:
    formation:
      web: {quantity: 1, size: standard-1x}
      worker:
        quantity: 0
        size: performance-m
        windows:
          - {name: too many, when: "daily 10:00-12:00", quantity: 11}
"""
"""More dynos of their size than Heroku allows: each beat of the window asks in vain."""


def policies(text: str, folder: Path) -> Policies:
    file = folder / "policies.yaml"
    file.write_text(text)
    return load_policies(str(file))


CLOSING = """\
timezone: Asia/Tokyo
apps:
  shop:
    formation:
      worker:
        quantity: 1
        size: standard-1x
        windows:
          - name: night
            when: "daily 22:00-02:00"
            quantity: 3
            unbroken: true
            close: {when: idle, probe: unfinished, latest: 2h}
      import:
        quantity: 0
        windows:
          - name: import
            when: "daily 04:00-09:00"
            quantity: 1
            close: {when: idle, probe: imports, latest: 1h, early: 10m}
    probes:
      unfinished: {postgres: SHOP_DATABASE_URL, query: "select count(*) from jobs"}
      imports: {postgres: SHOP_DATABASE_URL, query: "select count(*) from imports"}
"""


def happened(world: World) -> list[tuple[datetime, str, str]]:
    """What befell dynos and formations, to the second; what happens in the same second in any order."""
    jobs = [(job.ended, job.outcome, job.dyno) for job in world.jobs if job.ended]
    dynos = [(one.at, one.kind, one.subject) for one in world.happenings]
    return sorted((at.replace(microsecond=0), *rest) for at, *rest in [*jobs, *dynos])


def working(policies: Policies, now: Callable[[], datetime], days: int) -> World:
    """The sandbox, with batches of 1 to 7 h."""
    world = World.of(formations(policies), now=now)
    for batch in batches(policies, instant(START), instant(START) + days * DAY, (HOUR, 7 * HOUR), seed=1):
        world.give(batch.target.app, batch.target.type, Work(batch.seconds, "die"), moment(batch.start))
    return world


def lived_by_the_daemon(policies: Policies, days: int) -> tuple[Counter[str], list[tuple[datetime, str, str]]]:
    """The daemon itself, beat by beat in virtual time: the requests that reached the sandbox, and what happened."""
    time = Time(START)
    world = working(policies, time.now, days)
    once = iter([policies])

    async def main() -> None:
        heroku = in_process(create_app(world), time.now)
        around = Surroundings(heroku, time, lambda: next(once, None), lambda _: None, OURSELVES)
        daemon = Daemon(replace(around, prober=Unfinished(world, policies), memory=Closings()))
        running = asyncio.create_task(daemon.run())
        await asyncio.wait({running}, timeout=days * DAY - 1)
        daemon.stop()
        await running
        await heroku.aclose()

    run_virtually(time, main)
    return Counter(request.method for request in world.requests), happened(world)


def lived_by_the_simulation(policies: Policies, days: int) -> tuple[Calls, int, list[tuple[datetime, str, str]]]:
    """The same time, simulated: the calls counted, how many of them were sent, and what happened."""
    clock = StillClock(START)
    world = working(policies, clock.now, days)

    async def main() -> Counted:
        heroku = in_process(create_app(world), clock.now)
        platform = Counted(heroku, clock)
        prober = Unfinished(world, policies)
        around = Around(platform, clock, OURSELVES, prober, Closings(), lambda: world.due)
        await Daemons(policies, around).run(instant(START) + days * DAY - 1, lambda _: None)
        await heroku.aclose()
        return platform

    platform = asyncio.run(main())
    world.advance()
    return platform.calls, len(world.requests), happened(world)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param((ROOT / "policies.yaml").read_text(), 2, id="shipped"),
        pytest.param(ALL_DAY, 3, id="unbroken"),
        pytest.param(TWO_TYPES, 7, id="two-unbroken-types"),
        pytest.param(NINE_APPS, 1, id="nine-apps"),
        pytest.param(REFUSED, 1, id="refused"),
        pytest.param(CLOSING, 3, id="closing"),
    ],
)
def test_what_is_counted_is_what_the_daemon_sends_at_every_beat(text: str, days: int, tmp_path: Path) -> None:
    found = policies(text, tmp_path)
    sent, befell = lived_by_the_daemon(found, days)
    calls, really_sent, simulated = lived_by_the_simulation(found, days)
    assert calls == Calls(sent["GET"], sent["PATCH"], sent["DELETE"])
    assert simulated == befell
    assert really_sent < calls.all / 5


def simulated(*arguments: str, folder: Path, text: str = ALL_DAY) -> Any:
    (folder / "policies.yaml").write_text(text)
    file = str(folder / "policies.yaml")
    ran = CliRunner().invoke(cli, ["simulate", file, "--format", "json", "--from", "2026-11-23T00:00", *arguments])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


def test_no_night_batch_of_a_year_is_killed_where_the_window_is_unbroken(tmp_path: Path) -> None:
    told = simulated("--for", "1y", "--compare", "fixed-hours", folder=tmp_path)
    ours, plain = told["runs"]
    assert ours["started"] == ours["finished"] == 260
    assert ours["killed"] == {"daily_restart": 0, "scale_down": 0, "own_restart": 0}
    assert ours["api_calls"]["restarts"] > 260
    assert plain["killed"]["daily_restart"] > 20
    assert plain["finished"] + plain["killed"]["daily_restart"] == plain["started"] == 260


def test_the_unprotected_rate_is_that_of_arithmetic(tmp_path: Path) -> None:
    """A batch of 4 h meets one of the restarts that come every 25.8 h with a chance of 4/25.8."""
    told = simulated("--for", "2y", "--batch", "4h", "--seed", "7", "--compare", "always-on", folder=tmp_path)
    batches, killed = told["runs"][1]["batches"], told["runs"][1]["killed"]["daily_restart"]
    chance = 4 / 25.8
    assert batches == 521
    assert abs(killed - batches * chance) < 3 * math.sqrt(batches * chance * (1 - chance))
    assert told["runs"][1]["expected_killed"] == round(521 * 4 / 25.8, 2)
    assert told["runs"][1]["api_calls"]["all"] == 1
