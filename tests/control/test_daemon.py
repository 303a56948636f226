"""The daemon over virtual days, judged by what Heroku saw and what was said."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from autoscaler.control.surroundings import Unreadable
from autoscaler.core.days import Weekdays
from autoscaler.core.pace import beat_for
from autoscaler.core.platform import Gone, NotSent, PlatformError, Refused, Transient, Unauthorised
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.quantity import Range
from autoscaler.core.windows import Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR, Zone
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo

TOKYO = Zone("Asia/Tokyo", ZoneInfo("Asia/Tokyo"))
NIGHTS = Phrase(Weekdays(frozenset(range(5))), WallSpan(22 * HOUR, 30 * HOUR))
SUNDAY = "2026-11-22T12:00"


def worker(app: str = "shop", quantity: int | Range = 1, base: int = 0) -> Policy:
    return Policy(Target(app, "worker"), TOKYO, 5, base, None, (Window("nights", 8, (NIGHTS,), quantity),))


def stage(*policies: Policy, start: str = SUNDAY, live: int = 0, beat: float | None = None) -> Stage:
    time = Time(tokyo(start))
    chosen = policies or (worker(),)
    heroku = FakeHeroku(time, {policy.target.app: {"worker": (live, "standard-1x")} for policy in chosen})
    return Stage(time, heroku, [Policies("policies.yaml", chosen, TOKYO)], beat)


def test_a_week_of_the_founding_wish_is_ten_writes_at_the_edges() -> None:
    play = stage()
    play.play(hours=7 * 24)
    nights = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    mornings = ["Tue", "Wed", "Thu", "Fri", "Sat"]
    expected: list[tuple[str, int | None]] = []
    for night, morning in zip(nights, mornings, strict=True):
        expected += [(f"{night} 22:00:00", 1), (f"{morning} 06:00:00", 0)]
    assert play.heroku.writes() == expected
    assert [event.fields["late"] for event in play.said("scaled")] == ["0.00s"] * 10


def test_a_beat_is_one_read_and_nothing_else() -> None:
    play = stage()
    play.play(hours=10)
    assert 600 <= play.heroku.reads() <= 601
    assert play.heroku.writes() == []


def test_an_alarm_that_rings_early_is_for_the_edge_and_not_for_the_moment_before() -> None:
    play = stage(start="2026-11-23T21:59")
    play.time.early = timedelta(milliseconds=5)
    play.play(hours=0.1)
    assert play.heroku.writes() == [("Mon 21:59:59", 1)]
    assert play.heroku.reads() <= 9


def test_what_could_not_be_read_on_the_eve_is_read_at_the_edge() -> None:
    play = stage(start="2026-11-23T21:59")

    async def trouble(kind: str, _: str) -> None:
        if kind == "read" and 45 < play.time.steady() < 55:
            raise Transient("shop: 503")

    play.heroku.trouble = trouble
    play.play(hours=0.1)
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]


def test_a_write_that_is_tried_again_is_not_sent_after_the_next_edge() -> None:
    short = Window("minute", 8, (Phrase(Weekdays(frozenset(range(7))), WallSpan(22 * HOUR, 22 * HOUR + 60)),), 5)
    policy = Policy(Target("shop", "worker"), TOKYO, 5, 0, None, (short,))
    play = stage(policy, start="2026-11-23T21:59")

    async def slow(kind: str, _: str) -> None:
        if kind == "write" and play.time.steady() < 100:
            await asyncio.sleep(90)  # noqa: TID251 virtual

    play.heroku.trouble = slow
    play.play(hours=0.2)
    assert play.heroku.applied == []
    assert play.said("failed") == []


def test_told_to_stop_a_write_is_not_tried_again() -> None:
    play = stage(start="2026-11-23T21:59")

    async def slow(kind: str, _: str) -> None:
        if kind == "write":
            await asyncio.sleep(3)  # noqa: TID251 virtual

    play.heroku.trouble = slow
    play.play(hours=61 / 3600)
    assert play.heroku.apps["shop"]["worker"][0] == 0
    assert play.time.steady() <= 66
    assert play.said("failed") == []


def test_a_read_that_takes_a_moment_does_not_cost_every_other_beat() -> None:
    play = stage()

    async def moment(_: str, __: str) -> None:
        await asyncio.sleep(0.2)  # noqa: TID251 virtual

    play.heroku.trouble = moment
    play.play(hours=10)
    assert 598 <= play.heroku.reads() <= 601


def test_a_write_in_flight_may_finish_when_told_to_stop() -> None:
    play = stage(start="2026-11-23T21:59")
    finished: list[float] = []

    async def slow(kind: str, _: str) -> None:
        if kind == "write":
            await asyncio.sleep(3)  # noqa: TID251 virtual
            finished.append(play.time.steady())

    play.heroku.trouble = slow
    play.play(hours=61 / 3600)
    assert finished == [pytest.approx(63, abs=0.1)]


def test_an_edge_costs_at_most_two_reads_and_a_write() -> None:
    quiet, busy = stage(), stage(start="2026-11-23T12:00")
    quiet.play(hours=12)
    busy.play(hours=12)
    assert len(busy.heroku.writes()) == 1
    assert 1 <= busy.heroku.reads() - quiet.heroku.reads() <= 2  # one of them may take the place of a beat


@pytest.mark.parametrize("live", [0, 3, 7])
def test_started_in_the_middle_of_a_night_it_brings_the_level_about_at_once(live: int) -> None:
    play = stage(start="2026-11-24T03:30", live=live)
    play.play(hours=1)
    assert play.heroku.writes() == [("Tue 03:30:00", 1)]


def test_after_any_outage_of_ours_one_write_is_enough() -> None:
    for days in (1, 30, 400):
        start = f"{tokyo('2026-11-24T03:30') + timedelta(hours=9, days=7 * days):%Y-%m-%dT%H:%M}"
        play = stage(start=start)
        play.play(hours=0.5)
        assert [quantity for _, quantity in play.heroku.writes()] == [1]


def test_a_range_is_left_alone_inside_and_moved_to_the_nearer_bound() -> None:
    policy = replace(worker(quantity=Range(2, 4)), on_manual_change="enforce")
    play = stage(policy, start="2026-11-24T00:00", live=3)
    play.play((1.0, lambda: play.heroku.apps["shop"].update(worker=(9, "standard-1x"))), hours=2)
    assert [quantity for _, quantity in play.heroku.writes()] == [4]


def raising(error: PlatformError, apps: str = "shop", kinds: str = "read write") -> Callable[[Stage], None]:
    async def trouble(kind: str, app: str) -> None:
        if app in apps.split() and kind in kinds.split():
            raise error

    def begin(play: Stage) -> None:
        play.heroku.trouble = trouble

    return begin


def ending(play: Stage) -> None:
    play.heroku.trouble = None


@pytest.mark.parametrize(
    "error",
    [Transient("shop: 503"), Refused("shop: 403"), Unauthorised("shop: 401"), Gone("shop: 404")],
    ids=lambda error: type(error).__name__,
)
def test_an_outage_over_an_edge_is_said_once_in_a_while_and_heals_within_a_beat(error: PlatformError) -> None:
    play = stage(start="2026-11-23T21:30")
    play.play((0.4, lambda: raising(error)(play)), (1.0, lambda: ending(play)), hours=2)
    healed = tokyo("2026-11-23T22:30")
    writes = [call for call in play.heroku.calls if call.kind == "write"]
    assert len(writes) == 1
    assert healed <= writes[0].at <= healed + timedelta(seconds=61)
    assert 2 <= len(play.said("degraded")) <= 4
    assert len(play.said("recovered")) == 1
    assert play.heroku.apps["shop"]["worker"][0] == 1


@pytest.mark.parametrize("error", [Unauthorised, partial(Transient, everywhere=True)], ids=["401", "429"])
def test_what_concerns_the_account_is_said_once_however_many_apps_are_told_it(error: Any) -> None:
    apps = [f"app-{number}" for number in range(9)]
    play = stage(*map(worker, apps), start="2026-11-23T22:30", live=1)

    async def trouble(_: str, app: str) -> None:
        await asyncio.sleep(0)  # noqa: TID251 virtual
        raise error(f"{app}: no")

    play.play((0.1, lambda: setattr(play.heroku, "trouble", trouble)), (1, lambda: ending(play)), hours=1.1)
    assert [event.fields["error"] for event in play.said("degraded")] == ["no"] * len(play.said("degraded"))
    assert 1 <= len(play.said("degraded")) <= 4
    assert len(play.said("recovered")) == 1


def test_a_refused_write_is_said_and_tried_again_on_the_beat() -> None:
    play = stage(start="2026-11-23T21:30")
    play.play((0.4, lambda: raising(Refused("shop: 422"), kinds="write")(play)), (1.0, lambda: ending(play)), hours=2)
    assert 1 <= len(play.said("failed")) <= 3
    assert play.heroku.apps["shop"]["worker"][0] == 1
    assert len(play.said("scaled")) == 1


def test_a_write_that_has_no_effect_is_never_believed() -> None:
    play = stage(start="2026-11-23T21:30")
    play.heroku.deaf = True
    play.play((1.0, lambda: setattr(play.heroku, "deaf", False)), hours=2)
    assert play.said("failed")[0].fields["error"] == "accepted, but still 0:standard-1x"
    assert len(play.said("scaled")) == 1
    assert play.heroku.apps["shop"]["worker"][0] == 1


def test_an_app_that_hangs_or_fails_never_makes_another_late() -> None:
    play = stage(worker("bad"), worker("shop"), start="2026-11-23T21:30")

    async def hang(_: str, app: str) -> None:
        if app == "bad":
            await asyncio.sleep(45)  # noqa: TID251 virtual
            raise Transient("bad: no answer")

    play.heroku.trouble = hang
    play.play(hours=10)
    assert play.heroku.writes("shop") == [("Mon 22:00:00", 1), ("Tue 06:00:00", 0)]


def test_a_defect_of_ours_in_one_app_leaves_the_others_alone() -> None:
    play = stage(worker("bad"), worker("shop"), start="2026-11-23T21:30")

    async def defect(_: str, app: str) -> None:
        if app == "bad":
            raise ZeroDivisionError("a bug")

    play.heroku.trouble = defect
    play.play(hours=1)
    assert play.heroku.writes("shop") == [("Mon 22:00:00", 1)]
    assert "ZeroDivisionError: a bug" in str(play.said("degraded")[0].fields["error"])


def test_a_retry_after_is_waited_for_and_one_for_the_account_by_every_app() -> None:
    play = stage(worker("first"), worker("shop"))
    limited = Transient("rate limit", retry_after=600, everywhere=True)
    play.play((1.0, lambda: raising(limited, "first")(play)), (1.05, lambda: ending(play)), hours=2)
    began = tokyo("2026-11-22T13:00")
    reads = [call.at for call in play.heroku.calls if call.app == "shop" and call.at > began + timedelta(seconds=62)]
    assert timedelta(seconds=600) <= reads[0] - began <= timedelta(seconds=725)


@pytest.mark.parametrize("by", [{"hours": 1}, {"days": 1}, {"hours": -2}], ids=str)
def test_a_wall_clock_that_is_set_heals_within_a_beat(by: dict[str, float]) -> None:
    play = stage(start="2026-11-23T20:30")
    play.play((1.0, lambda: play.time.set_wall(**by)), hours=12)
    for call in play.heroku.calls:
        for write in call.writes:
            local = call.at + timedelta(hours=9)
            night = local.hour >= 22 or local.hour < 6
            assert write.quantity == int(night)
    after = [call for call in play.heroku.calls if call.kind == "read"][61:]
    assert len(after) >= 640  # the beat goes on whatever the wall clock says
    scaled = [call.at for call in play.heroku.calls if call.kind == "write"]
    assert scaled
    first = scaled[0] + timedelta(hours=9)
    assert (first.hour, first.minute) in {(22, 0), (21, 31), (21, 30)} or by == {"hours": 1}


def test_a_clock_far_from_heroku_s_changes_nothing() -> None:
    play = stage(start="2026-11-23T21:30")
    play.heroku.skew = timedelta(minutes=5, seconds=2)
    play.play(hours=2)
    assert play.heroku.writes() == []
    assert "5 minutes apart" in str(play.said("held")[0].fields["reason"])


def test_a_clock_five_minutes_from_heroku_s_is_near_enough() -> None:
    play = stage(start="2026-11-23T21:30")
    play.heroku.skew = timedelta(minutes=-5)
    play.play(hours=2)
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]


def test_a_bad_file_at_the_start_holds_everything_and_a_good_one_is_taken_up() -> None:
    play = stage(start="2026-11-24T00:00")
    good = play.files[0]
    play.files[:] = [Unreadable("policies.yaml:1:1: empty")] * 5 + [good]
    play.play(hours=1)
    writes = [call for call in play.heroku.calls if call.kind == "write"]
    assert [call.at for call in writes] == [tokyo("2026-11-24T00:05")]
    assert len(play.said("degraded")) == 1
    assert len(play.said("recovered")) == 1


@pytest.mark.parametrize("stage_of_the_turn", ["read", "write"])
def test_what_an_old_file_began_does_not_write_after_the_new_one_came(stage_of_the_turn: str) -> None:
    play = stage(worker(quantity=7), start="2026-11-24T00:00")

    async def slow(kind: str, _: str) -> None:
        if kind == stage_of_the_turn and play.time.steady() < 20:
            await asyncio.sleep(30)  # noqa: TID251 virtual

    play.heroku.trouble = slow
    new = Policies("policies.yaml", (worker(quantity=2),), TOKYO, "new")

    def replace_file() -> None:
        play.files.append(new)
        play.daemon.wake()

    play.play((10 / 3600, replace_file), hours=0.2)
    assert play.heroku.applied == [2]
    began = tokyo("2026-11-24T00:00")
    waited = [call for call in play.heroku.calls if 1 < (call.at - began).total_seconds() < 29]
    assert waited == []


def test_told_to_stop_it_writes_no_more_and_ends_in_time_even_if_heroku_hangs() -> None:
    play = stage(start="2026-11-23T21:59")

    async def hang(kind: str, _: str) -> None:
        if kind == "read" and play.time.steady() > 10:
            await asyncio.sleep(3600)  # noqa: TID251 virtual

    play.heroku.trouble = hang
    play.play(hours=130 / 3600)
    assert 130 <= play.time.steady() <= 135
    assert play.heroku.writes() == []
    assert [event.name for event in play.events][-1] == "stopped"


def test_with_many_apps_reads_stay_under_a_tenth_of_the_rate_limit_and_edges_are_punctual() -> None:
    policies = [worker(f"app-{number}") for number in range(200)]
    play = stage(*policies, start="2026-11-23T12:00")
    play.play(hours=11)
    reads = sum(call.kind == "read" for call in play.heroku.calls)
    assert reads <= 11 * 450 + 200 * 3  # the start, the edge's eve and the look back are on top
    assert all(play.heroku.writes(f"app-{number}") == [("Mon 22:00:00", 1)] for number in range(200))


@pytest.mark.parametrize(
    ("apps", "by_hand", "seconds"),
    [(1, None, 60), (6, None, 60), (7, None, 72), (100, None, 1202), (500, None, 4865), (200, 5.0, 5)],
)
def test_the_beat_stretches_with_the_apps_unless_set_by_hand(apps: int, by_hand: float | None, seconds: float) -> None:
    assert beat_for(apps, by_hand) == seconds


def test_all_is_well_is_said_four_times_an_hour() -> None:
    play = stage()
    play.play(hours=10)
    assert 38 <= len(play.said("tick")) <= 41
    assert play.said("tick")[-1].fields["converged"] == 1
    assert play.said("tick")[-1].fields["next"] == "2026-11-23T13:00:00Z"


@pytest.mark.parametrize("everywhere", [False, True], ids=["one app", "the account"])
def test_a_retry_after_is_waited_for_at_an_edge_too(everywhere: bool) -> None:
    play = stage(worker("first"), worker("shop"), start="2026-11-23T21:30")
    asked = Transient("first: later", retry_after=600, everywhere=everywhere)
    eve = 0.5 - 12 / 3600  # what is read on the eve of 22:00 gets it
    play.play((eve, lambda: raising(asked, "first")(play)), (eve + 0.01, lambda: ending(play)), hours=1)
    last = tokyo("2026-11-23T21:59:50")
    later = [call.at for call in play.heroku.calls if call.app == "first" and call.at > last]
    assert later[0] - last >= timedelta(seconds=600)
    assert later[0] - last <= timedelta(seconds=661)
    assert play.heroku.apps["first"]["worker"][0] == 1
    assert (play.heroku.writes("shop")[0][0] == "Mon 22:00:00") is not everywhere


def test_a_token_that_one_app_refuses_is_one_trouble_until_that_app_takes_it() -> None:
    play = stage(worker("first"), worker("shop"), start="2026-11-23T12:00")
    play.play(
        (0.5, lambda: raising(Unauthorised("first: no token"), "first")(play)),
        (0.7, lambda: ending(play)), hours=1,
    )  # fmt: skip
    assert [event.fields["error"] for event in play.said("degraded")] == ["no token"]
    assert len(play.said("recovered")) == 1


def test_a_trouble_of_the_account_is_one_for_all_apps() -> None:
    play = stage(worker("first"), worker("shop"), start="2026-11-23T12:00")

    async def refuse(_: str, app: str) -> None:
        raise Unauthorised(f"{app}: no token")

    play.heroku.trouble = refuse
    play.play(hours=0.2)
    assert len(play.said("degraded")) == 1


@pytest.mark.parametrize("everywhere", [False, True], ids=["one app", "the account"])
def test_what_was_not_sent_to_save_requests_makes_no_edge_late(everywhere: bool) -> None:
    play = stage(start="2026-11-23T21:30")
    saved = NotSent("shop: not sent", retry_after=3600, everywhere=everywhere)
    play.play((0.4, lambda: raising(saved)(play)), (0.45, lambda: ending(play)), hours=1)
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]
