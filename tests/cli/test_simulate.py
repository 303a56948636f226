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
from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Policies
from autoscaler.core.zones import DAY, HOUR, instant, moment
from autoscaler.heroku.in_process import in_process
from autoscaler.policyfile import load_policies
from autoscaler.sandbox import Work, World, create_app
from autoscaler.views.simulation import Calls
from tests.cli.running import ROOT, run
from tests.control.virtual import Time
from tests.control.virtual import run as run_virtually

OURSELVES = Ourselves("scaler", "clock")
SHIPPED = (ROOT / "policies.yaml").read_text()

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
          - {name: noon, when: "tue,wed 11:00-15:00", quantity: 12, unbroken: true}
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
    jobs = [(job.ended.replace(microsecond=0), str(job.outcome), job.dyno) for job in world.jobs if job.ended]
    return sorted([*jobs, *((one.at.replace(microsecond=0), one.kind, one.subject) for one in world.happenings)])


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
        pytest.param(SHIPPED, 2, id="shipped"),
        pytest.param(ALL_DAY, 3, id="unbroken"),
        pytest.param(TWO_TYPES, 3, id="two-unbroken-types"),
        pytest.param(NINE_APPS, 1, id="nine-apps"),
        pytest.param(REFUSED, 1, id="refused"),
        pytest.param(CLOSING, 2, id="closing"),
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
    every_night = SHIPPED.replace("weekdays 22:00", "daily 22:00")
    options = ["--for", "2y", "--batch", "4h", "--seed", "7", "--compare", "always-on"]
    always = simulated(*options, folder=tmp_path, text=every_night)["runs"][1]
    chance = 4 / 25.8
    assert always["batches"] == 729
    killed = always["killed"]["daily_restart"]
    assert abs(killed - 729 * chance) < 3 * math.sqrt(729 * chance * (1 - chance))
    assert always["finished"] == 729 - killed
    assert always["expected_killed"] == round(729 * chance, 2)
    assert always["api_calls"]["all"] == 1


def test_dyno_hours_and_cost_are_those_of_the_windows(tmp_path: Path) -> None:
    told = simulated(
        "--for", "28d", "--compare", "always-on", "--compare", "fixed-hours", folder=tmp_path, text=SHIPPED
    )
    ours, always, plain = told["runs"]
    web, worker = 28 * (16 * 5 + 8 * 2), 4 * 40
    assert ours["dyno_hours"] == plain["dyno_hours"] == web + worker
    assert ours["cost_usd"] == plain["cost_usd"] == round((web * 25 + worker * 50) / 720, 2)
    assert always["dyno_hours"] == 28 * 24 * 6
    assert always["cost_usd"] == round(28 * 24 * (5 * 25 + 50) / 720, 2)
    assert (plain["api_calls"]["reads"], plain["api_calls"]["writes"]) == (0, 1 + 2 * 28)
    assert ours["batches"] == ours["finished"] == 20


def test_a_batch_that_overruns_is_killed_by_the_scale_down_of_its_window(tmp_path: Path) -> None:
    told = simulated("--for", "14d", "--batch", "9h", "--compare", "always-on", folder=tmp_path, text=SHIPPED)
    ours, always = told["runs"]
    assert (ours["overrun"], ours["killed"]["scale_down"], ours["finished"]) == (10, 10, 0)
    assert always["killed"]["scale_down"] == 0
    assert always["finished"] + always["killed"]["daily_restart"] == 10


def test_a_window_that_closes_when_its_work_is_done_lets_it_finish(tmp_path: Path) -> None:
    told = simulated("--for", "14d", "--batch", "5h30m", "--compare", "fixed-hours", folder=tmp_path, text=CLOSING)
    ours, plain = told["runs"]
    assert ours["batches"] == 27  # of the last night the world does not see the end
    assert ours["finished"] == 27
    assert ours["overrun"] == 27
    assert plain["killed"]["scale_down"] == 14  # the imports; of three workers the batch's is the last to go


def test_the_seed_decides(tmp_path: Path) -> None:
    options = ["--for", "90d", "--compare", "always-on"]
    first, again, other = (simulated(*options, "--seed", seed, folder=tmp_path) for seed in ("1", "1", "2"))
    assert first == again
    assert first["runs"] != other["runs"]


def test_what_could_not_be_done_is_told(tmp_path: Path) -> None:
    told = simulated("--for", "2d", folder=tmp_path, text=REFUSED)
    assert "Cannot update to more than 10 Performance-M size dynos" in told["runs"][0]["trouble"]
    assert told["runs"][0]["batches"] == 2
    assert told["runs"][0]["started"] == 0


def test_it_asks_nobody_and_knows_no_dotenv(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(SHIPPED)
    (tmp_path / ".env").write_text(
        "HEROKU_API_URL=http://127.0.0.1:1\nAUTOSCALER_POLICIES=other.yaml\nHEROKU_API_KEY=\n"
    )
    ran = run("simulate", "--from", "2026-11-23T00:00", "--for", "7d", "--compare", "fixed-hours", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "policies.yaml — 7 days from Mon 23 Nov 2026 00:00 JST (Sun 15:00 UTC), seed 0"
    assert lines[2].split("  ")[-2:] == ["these policies", "fixed-hours"]
    assert lines[3].split() == ["batches", "started", "5", "5"]
    assert "    example-shop/worker — nightly batch (5)" in lines
    assert lines[-2].startswith("Of 5 batches these policies lose none, for $")
    assert lines[-1] == (
        "Again: autoscaler simulate policies.yaml --from 2026-11-22T15:00+00:00 --for 7d --batch 2h..6h --seed 0"
        " --compare fixed-hours"
    )
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--for", "3y"], "--for: '3y' is not more than nothing and at most 730 days"),
        (["--for", "soon"], "--for: 'soon' is no length of time: write it as 1y, 90d, 36h or 30m"),
        (["--batch", "6h..2h"], "--batch: '6h..2h' goes from the longer to the shorter"),
        (["--batch", ".."], "--batch: '' is no length of time"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(SHIPPED)
    ran = run("simulate", *arguments, cwd=tmp_path)
    assert ran.status == 64
    assert said in ran.err
