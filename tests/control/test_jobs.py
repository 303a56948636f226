"""One-off jobs over virtual days, with a real store: what Heroku saw, what is remembered, what was said."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from autoscaler.core.days import EVERY_DAY, WORKING_WEEK, Dates, Weekdays
from autoscaler.core.events import Event
from autoscaler.core.jobs import DayTime, HeldJob, Job
from autoscaler.core.memory import Due, Ended, Lost, Missed, Refused, Run, Skipped
from autoscaler.core.platform import Gone, NotSent, OneOff, PlatformError, Transient, Unauthorised
from autoscaler.core.platform import Refused as Declined
from autoscaler.core.policies import Policies
from autoscaler.core.settling import LOOKS, SENT_WITHIN
from autoscaler.core.zones import HOUR, MINUTE
from tests.control.remembering import Shaky, without_threads
from tests.control.test_daemon import TOKYO, worker
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo

SHOP = {"app": "shop"}
MONDAY = "2026-11-23T00:30"
TIMEOUT = Transient("shop: Heroku's answer was not there within 15 s; trying again may help", request_id="asked")


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    without_threads(monkeypatch)


def invoice(*times: int, **more: Any) -> Job:
    """A job of the app `shop`, at 01:00 on every day unless said otherwise; it takes three hours at most."""
    when = tuple(DayTime(Weekdays(EVERY_DAY), time) for time in times or (HOUR,))
    return Job("shop", "invoice", 12, TOKYO, when, "python invoice.py", "standard-2x", 3 * HOUR, **more)


def stage(folder: Path, *jobs: Job, start: str = MONDAY, seconds: float | None = 600) -> Stage:
    time = Time(tokyo(start))
    heroku = FakeHeroku(time, {"shop": {"worker": (0, "standard-1x")}})
    heroku.work = lambda _: seconds
    return Stage(time, heroku, [policies(*jobs)], memory=Shaky(folder))


def policies(*jobs: Job) -> Policies:
    return Policies("policies.yaml", (worker(),), TOKYO, jobs=jobs or (invoice(),))


def again(before: Stage, *jobs: Job, gap: float = 0.0) -> Stage:
    """Another daemon before the same Heroku and with the same store, so many seconds after the first was ended."""
    time = Time(before.time.now() + timedelta(seconds=gap))
    heroku = replace(before.heroku, time=time, calls=[])
    assert isinstance(before.memory, Shaky)
    return Stage(time, heroku, [policies(*jobs)], memory=before.memory)


def store(play: Stage) -> Shaky:
    assert isinstance(play.memory, Shaky)
    return play.memory


def outcomes(play: Stage) -> list[str]:
    """What became of each attempt, by due instant."""
    return [type(run.outcome or run.started or run).__name__ for run in store(play).remembered()]


def troubled(play: Stage, error: Exception, *kinds: str, until: str = "2026-12-31T00:00") -> None:
    async def trouble(kind: str, _: str) -> None:
        if kind in kinds and play.time.now() < tokyo(until):
            raise error

    play.heroku.trouble = trouble


# When


def test_a_week_of_a_nightly_job_is_a_start_a_day_at_its_very_instant(tmp_path: Path) -> None:
    play = stage(tmp_path, replace(invoice(), times=(DayTime(Weekdays(WORKING_WEEK), HOUR),)))
    play.play(hours=7 * 24)
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert play.heroku.starts() == [(f"{day} 01:00:00", "python invoice.py") for day in days]
    assert {one_off for _, one_off in play.heroku.ran} == {play.heroku.ran[0][1]}
    assert (play.heroku.ran[0][1].size, play.heroku.ran[0][1].time_to_live) == ("standard-2x", 3 * HOUR)
    assert [event.fields["late"] for event in play.said("ran")] == ["0.00s"] * 5
    assert [event.fields["result"] for event in play.said("ended")] == ["vanished"] * 5
    assert outcomes(play) == ["Ended"] * 5
    assert play.said("degraded") == []


def test_a_start_is_told_whole_and_made_in_the_size_of_the_job(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play(hours=0.6)
    fields = {**SHOP, "job": "invoice", "due": "2026-11-22T16:00:00Z", "attempt": 1}
    assert play.said("ran") == [Event("ran", {**fields, "dyno": "run.0001", "late": "0.00s", "request_id": "request"})]
    assert [one_off for _, one_off in play.heroku.ran] == [OneOff("python invoice.py", 3 * HOUR, "standard-2x")]


@pytest.mark.parametrize(("early", "ran"), [(1, 1), (0, 0)])
def test_a_request_is_not_sent_once_its_claim_is_too_old(early: int, ran: int, tmp_path: Path) -> None:
    play = stage(tmp_path)

    async def slow(kind: str, _: str) -> None:
        if kind == "run":
            await asyncio.sleep(SENT_WITHIN.total_seconds() - early)  # noqa: TID251 virtual

    play.heroku.trouble = slow
    play.play(hours=0.6)
    assert len(play.heroku.ran) == ran
    assert outcomes(play) == (["Started"] if ran else ["Refused"])


def test_an_alarm_that_rings_early_starts_nothing_early(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.time.early = timedelta(milliseconds=5)
    play.play(hours=1)
    [(at, _)] = play.heroku.ran
    assert timedelta(0) <= at - tokyo("2026-11-23T01:00") < timedelta(milliseconds=1)


def test_a_job_costs_a_look_before_it_and_one_a_minute_while_it_runs(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play(hours=12)
    looks = [call.at for call in play.heroku.calls if call.kind == "dynos"]
    assert looks[0] == tokyo("2026-11-23T01:00")
    assert 10 <= len(looks) <= 12
    assert all(timedelta(seconds=29) < later - one for one, later in pairwise(looks))


def test_without_a_store_nothing_is_started_and_that_is_said(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.memory = None
    bare = Stage(play.time, play.heroku, play.files)
    bare.play(hours=2)
    assert play.heroku.ran == []
    assert bare.said("held")[0].fields == {
        "app": "shop", "job": "invoice", "reason": "nothing can be remembered here"
    }  # fmt: skip
    assert bare.said("held")[0].level == "error"
    assert len(play.heroku.calls) > 100  # scaling goes on


def test_a_job_whose_calendar_cannot_be_read_is_held_until_it_can(tmp_path: Path) -> None:
    play = stage(tmp_path)
    held = replace(policies(), jobs=(), held_jobs=(HeldJob("shop", "invoice", 12, "the calendar closed is away"),))
    play.files[:] = [held]
    play.play((1, lambda: play.files.append(policies())), hours=25)
    assert play.heroku.starts() == [("Tue 01:00:00", "python invoice.py")]
    assert play.said("held")[0].fields["reason"] == "the calendar closed is away"
    assert len(play.said("recovered")) == 1


def test_a_job_whose_days_are_over_is_never_due_and_stops_nothing(tmp_path: Path) -> None:
    over = replace(invoice(), times=(DayTime(Dates(((0, 0),)), HOUR),))
    play = stage(tmp_path, over, start="2026-11-23T21:30")
    play.play(hours=2)
    assert play.heroku.starts() == []
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]
    assert play.said("degraded") == []


# Once


@pytest.mark.parametrize("gap", [0.0, 1.0, 40.0])
def test_two_daemons_at_once_start_it_once(gap: float, tmp_path: Path) -> None:
    """The second one has a view of its own on the same store, and is a little later or not."""
    play = stage(tmp_path)
    other = Stage(play.time, play.heroku, [policies()], memory=Shaky(tmp_path))
    started: list[asyncio.Task[None]] = []

    def begin() -> None:
        started.append(asyncio.get_running_loop().create_task(other.daemon.run()))

    play.play((0.49 + gap / 3600, begin), (24.4, other.daemon.stop), hours=24.4)
    assert play.heroku.starts() == [("Mon 01:00:00", "python invoice.py")]
    assert len(play.said("ran")) + len(other.said("ran")) == 1
    assert len(play.said("ended")) + len(other.said("ended")) == 1


def test_what_one_daemon_began_another_one_follows_to_its_end(tmp_path: Path) -> None:
    play = stage(tmp_path)
    other = Stage(play.time, play.heroku, [policies()], memory=Shaky(tmp_path))
    begun: list[asyncio.Task[None]] = []

    def begin() -> None:
        begun.append(asyncio.get_running_loop().create_task(other.daemon.run()))

    def kill() -> None:
        begun[0].cancel()

    play.play((0.2, begin), (0.5 + 20 / 3600, kill), hours=3)
    assert len(play.heroku.ran) == 1
    assert len(play.said("ended")) == 1
    assert outcomes(play) == ["Ended"]


@pytest.mark.parametrize("seconds", [-30, -1, 0, 1, 30, 300, 899])
def test_a_restart_at_any_time_about_it_starts_it_exactly_once(seconds: int, tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play(hours=0.5 + seconds / 3600)
    later = again(play, gap=20)
    later.play(hours=2)
    assert len(later.heroku.ran) == 1
    due, (at, _) = tokyo("2026-11-23T01:00"), later.heroku.ran[0]
    assert at == due if seconds > 0 or seconds + 20 <= 0 else due <= at <= due + timedelta(seconds=25)


def test_after_an_outage_of_ours_a_start_is_caught_up_within_its_time_and_missed_after_it(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play(hours=1)  # Monday's run; the daemon is gone from 01:30
    late = again(play, gap=23.7 * 3600)  # Tue 01:12
    late.play(hours=1)
    assert late.heroku.starts()[1:] == [("Tue 01:12:00", "python invoice.py")]
    assert late.said("ran")[0].fields["late"] == "720.00s"
    too_late = again(late, gap=23.1 * 3600)  # Wed 01:18
    too_late.play(hours=1)
    assert len(too_late.heroku.ran) == 2
    [missed] = too_late.said("missed")
    assert missed.fields["due"] == "2026-11-24T16:00:00Z"
    assert missed.fields["reason"] == "it could not be started within 15 min"
    again(too_late).play(hours=1)
    assert outcomes(too_late) == ["Ended", "Ended", "Missed"]


def test_a_job_that_is_new_has_missed_nothing(tmp_path: Path) -> None:
    play = stage(tmp_path, start="2026-11-23T12:00")
    play.play(hours=1)
    assert play.said("missed") == []
    assert store(play).remembered() == []


def test_what_was_missed_longer_than_a_day_ago_is_said_of_the_last_day_only(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play(hours=1)
    later = again(play, gap=10 * 24 * 3600)
    later.play(hours=1)
    assert [event.fields["due"] for event in later.said("missed")] == ["2026-12-02T16:00:00Z"]


def test_a_time_that_is_moved_back_after_the_run_does_not_run_again(tmp_path: Path) -> None:
    play = stage(tmp_path)
    earlier = invoice(58 * MINUTE)
    play.play((0.55, lambda: play.files.append(policies(earlier))), hours=2)
    assert play.heroku.starts() == [("Mon 01:00:00", "python invoice.py")]
    assert outcomes(play) == ["Ended"]


def test_a_new_file_s_time_is_taken_up(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play((0.2, lambda: play.files.append(policies(invoice(50 * MINUTE)))), hours=1)
    assert play.heroku.starts() == [("Mon 00:50:00", "python invoice.py")]


# Answers that were lost


@pytest.mark.parametrize(
    "error", [TIMEOUT, Transient("shop: Heroku could not start a one-off dyno (500)")], ids=["timeout", "500"]
)
def test_a_lost_answer_of_a_start_that_was_made_is_found_in_the_list(error: Transient, tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.heroku.answers = [error]
    play.play(hours=1)
    assert len(play.heroku.ran) == 1
    [ran] = play.said("ran")
    assert (ran.fields["dyno"], ran.fields["due"]) == ("run.0001", "2026-11-22T16:00:00Z")
    assert outcomes(play) == ["Ended"]
    assert "it is not started again" in str(play.said("degraded")[0].fields["note"])


def test_a_lost_answer_of_a_start_that_was_not_made_is_lost_and_not_made_again(tmp_path: Path) -> None:
    play = stage(tmp_path, invoice(retries=10, catch_up=2 * HOUR))
    troubled(play, TIMEOUT, "run", until="2026-11-23T01:01")
    play.play(hours=23)
    assert play.heroku.ran == []
    assert outcomes(play) == ["Lost"]
    [lost] = play.said("lost")
    assert lost.level == "error"
    [run] = store(play).remembered()
    assert run.outcome is not None
    after = run.outcome.at - tokyo("2026-11-23T01:00")
    assert timedelta(minutes=2) <= after <= timedelta(minutes=2, seconds=2)


def test_the_dyno_of_another_run_is_not_taken_for_one_that_was_lost(tmp_path: Path) -> None:
    play = stage(tmp_path, invoice(58 * MINUTE, HOUR, overlap="allow"), seconds=None)
    play.play((0.48, lambda: troubled(play, TIMEOUT, "run")), hours=1)
    assert play.heroku.starts() == [("Mon 00:58:00", "python invoice.py")]
    assert outcomes(play) == ["Started", "Lost"]


@pytest.mark.parametrize(("made", "found"), [(True, "Ended"), (False, "Lost")])
def test_a_daemon_killed_between_claim_and_answer_leaves_it_to_the_next_one(
    made: bool, found: str, tmp_path: Path
) -> None:
    play = stage(tmp_path)

    async def cut_off(kind: str, _: str) -> None:
        if kind == "run" and not made:
            await asyncio.sleep(3600)  # noqa: TID251 virtual

    play.heroku.trouble = cut_off
    if made:
        store(play).down["record"] = "before"
    play.play(hours=0.5 + 5 / 3600)
    assert [(run.started, run.outcome) for run in store(play).remembered()] == [(None, None)]
    store(play).down.clear()
    play.heroku.trouble = None
    later = again(play, invoice(retries=5, catch_up=3 * HOUR), gap=10)
    if made:
        later.play((0.3, lambda: later.heroku.one_offs.clear()), hours=3)
    else:
        later.play(hours=3)
    assert len(later.heroku.ran) == int(made)
    assert outcomes(later) == [found]


def test_a_claim_whose_answer_was_lost_is_for_nobody(tmp_path: Path) -> None:
    play = stage(tmp_path)
    store(play).down["claim"] = "after"
    play.play((0.6, store(play).down.clear), hours=2)
    assert play.heroku.ran == []
    assert outcomes(play) == ["Lost"]


def test_told_to_stop_it_claims_nothing_more(tmp_path: Path) -> None:
    play = stage(tmp_path)

    async def slow(kind: str, _: str) -> None:
        if kind == "dynos":
            await asyncio.sleep(2)  # noqa: TID251 virtual

    play.heroku.trouble = slow
    play.play(hours=0.5 + 1 / 3600)  # while it looks at the dynos, for the start at 01:00
    assert "dynos" in [call.kind for call in play.heroku.calls]
    assert store(play).remembered() == []
    assert play.heroku.ran == []


def test_a_start_whose_answer_was_lost_is_looked_up_half_a_minute_after_its_claim(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.heroku.answers = [TIMEOUT]
    play.play(hours=0.51)
    looks = [call.at - tokyo("2026-11-23T01:00") for call in play.heroku.calls if call.kind == "dynos"]
    assert looks[:2] == [timedelta(), pytest.approx(LOOKS[0], abs=timedelta(seconds=1))]


# A store that fails


def test_without_its_store_nothing_is_started_and_it_is_caught_up_when_it_is_back(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play(
        (0.4, lambda: store(play).down.update(runs="before", claim="before")),
        (0.6, store(play).down.clear),
        hours=2,
    )
    assert [at for at, _ in play.heroku.starts()] == ["Mon 01:06:00"] or play.heroku.starts()[0][0] <= "Mon 01:06:16"
    assert len(play.heroku.ran) == 1
    assert "the store is not reached" in str(play.said("degraded")[0].fields["error"])
    assert len(play.said("degraded")) == 1
    assert len(play.said("recovered")) == 1
    assert store(play).asked.count("claim") <= 3


def test_without_its_store_for_too_long_it_is_missed_with_the_reason(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.play((0.4, lambda: store(play).down.update(claim="before")), (0.9, store(play).down.clear), hours=2)
    assert play.heroku.ran == []
    [missed] = play.said("missed")
    assert missed.fields["reason"] == "it could not be started within 15 min: the store is not reached"


def test_a_start_that_could_not_be_written_down_is_written_down_later(tmp_path: Path) -> None:
    play = stage(tmp_path)
    store(play).down["record"] = "before"
    play.play((0.55, store(play).down.clear), hours=2)
    assert len(play.heroku.ran) == 1
    assert len(play.said("ran")) == 1
    assert outcomes(play) == ["Ended"]


def test_what_became_of_a_start_is_told_once_though_it_cannot_be_written_down(tmp_path: Path) -> None:
    play = stage(tmp_path)
    troubled(play, Declined("shop: no"), "run")
    store(play).down["record"] = "before"
    play.play((0.55, store(play).down.clear), hours=2)
    assert [event.fields["reason"] for event in play.said("failed")] == ["shop: no"]
    assert [event.fields["error"] for event in play.said("degraded")] == ["the store is not reached"]
    assert outcomes(play) == ["Refused"]


# Refusals


@pytest.mark.parametrize(
    "error",
    [
        Declined("shop: Heroku refused to start a one-off dyno (422 invalid_params)"),
        Transient("shop: the account's limit of requests an hour is used up", retry_after=20, everywhere=True),
        NotSent("shop: not sent"),
        Unauthorised("shop: Heroku does not accept the token"),
        Gone("shop: Heroku knows no such app"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_refused_start_is_tried_again_after_1_2_and_4_minutes(error: PlatformError, tmp_path: Path) -> None:
    play = stage(tmp_path, invoice(retries=3))
    troubled(play, error, "run")
    play.play(hours=5)
    asked = [call.at - tokyo("2026-11-23T01:00") for call in play.heroku.calls if call.kind == "run"]
    assert [round(at.total_seconds()) for at in asked] == [0, 60, 180, 420]
    assert [run.due.attempt for run in store(play).remembered()] == [1, 2, 3, 4]
    assert outcomes(play) == ["Refused"] * 4
    assert [event.fields["reason"] for event in play.said("failed")] == [str(error)] * 4
    assert play.heroku.ran == []


def test_a_retry_that_is_taken_is_a_start_like_any_other(tmp_path: Path) -> None:
    play = stage(tmp_path, invoice(retries=3))
    troubled(play, Declined("shop: no"), "run", until="2026-11-23T01:02")
    play.play(hours=5)
    assert play.heroku.starts() == [("Mon 01:03:00", "python invoice.py")]
    assert outcomes(play) == ["Refused", "Refused", "Ended"]


def test_retries_keep_within_the_time_to_catch_up_and_need_to_be_asked_for(tmp_path: Path) -> None:
    short = stage(tmp_path, invoice(retries=10, catch_up=5 * MINUTE))
    troubled(short, Declined("shop: no"), "run")
    short.play(hours=5)
    assert outcomes(short) == ["Refused"] * 3
    (tmp_path / "none").mkdir()
    none = stage(tmp_path / "none")
    troubled(none, Declined("shop: no"), "run")
    none.play(hours=5)
    assert outcomes(none) == ["Refused"]


def test_retries_go_on_after_a_restart(tmp_path: Path) -> None:
    play = stage(tmp_path, invoice(retries=3))
    troubled(play, Declined("shop: no"), "run")
    play.play(hours=0.5 + 90 / 3600)
    play.heroku.trouble = None
    later = again(play, invoice(retries=3), gap=5)
    later.play(hours=1)
    assert later.heroku.starts() == [("Mon 01:03:00", "python invoice.py")]


@pytest.mark.parametrize("error", [Unauthorised("401"), Gone("404"), Transient("503")], ids=str)
def test_where_the_app_cannot_be_read_nothing_is_claimed_and_it_starts_when_it_can(
    error: PlatformError, tmp_path: Path
) -> None:
    play = stage(tmp_path)
    troubled(play, error, "dynos", until="2026-11-23T01:10")
    play.play(hours=2)
    [(at, _)] = play.heroku.ran
    assert timedelta(minutes=10) <= at - tokyo("2026-11-23T01:00") <= timedelta(minutes=11, seconds=1)
    assert outcomes(play) == ["Ended"]
    assert [event.fields["note"] for event in play.said("degraded")] == ["its jobs wait"]


def test_what_keeps_jobs_waiting_is_told_whole_and_so_is_its_end(tmp_path: Path) -> None:
    play = stage(tmp_path)
    troubled(play, Transient("shop: 503"), "dynos", until="2026-11-23T01:05")
    play.play(hours=1)
    assert play.said("degraded") == [
        Event("degraded", {**SHOP, "error": "shop: 503", "note": "its jobs wait"}, "error")
    ]
    [recovered] = play.said("recovered")
    assert {**SHOP, "was": "shop: 503"}.items() <= recovered.fields.items()


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (Transient("503"), 15),
        (Transient("503", retry_after=5), 15),
        (Transient("429", retry_after=40), 40),
        (Unauthorised("401"), 60),
    ],
    ids=["503", "soon", "later", "401"],
)
def test_dynos_that_are_not_read_are_asked_for_again_as_soon_as_it_may_help(
    error: PlatformError, pauses: int, tmp_path: Path
) -> None:
    play = stage(tmp_path)
    troubled(play, error, "dynos")
    play.play(hours=0.54)
    asked = [call.at for call in play.heroku.calls if call.kind == "dynos"]
    assert asked[0] == tokyo("2026-11-23T01:00")
    apart = [(later - one).total_seconds() for one, later in pairwise(asked)]
    assert apart == [pytest.approx(pauses, abs=1.1)] * len(apart)
    assert len(apart) >= 2


def test_a_start_without_an_answer_is_told_whole(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.heroku.answers = [TIMEOUT]
    play.play(hours=1)
    about = {**SHOP, "job": "invoice", "due": "2026-11-22T16:00:00Z", "error": str(TIMEOUT), "request_id": "asked"}
    note = "it is looked up in the list of dynos whether it started; it is not started again"
    assert play.said("degraded") == [Event("degraded", {**about, "note": note}, "warning")]


def test_a_defect_in_jobs_is_told_whole_once_and_tried_again_a_minute_later(tmp_path: Path) -> None:
    play = stage(tmp_path)
    troubled(play, ZeroDivisionError("a bug"), "dynos")
    play.play(hours=0.55)
    about = {**SHOP, "error": "ZeroDivisionError: a bug", "note": "a defect, please report it"}
    assert play.said("degraded") == [Event("degraded", about, "error")]
    asked = [call.at for call in play.heroku.calls if call.kind == "dynos"]
    assert asked == [tokyo("2026-11-23T01:00") + timedelta(minutes=minute) for minute in range(3)]


def test_a_file_without_the_app_s_jobs_ends_their_trouble(tmp_path: Path) -> None:
    play = stage(tmp_path)
    troubled(play, Transient("shop: 503"), "dynos")
    none = replace(policies(), jobs=())
    play.play((0.6, lambda: play.files.append(none)), hours=1.2)
    assert len(play.said("degraded")) == 1
    assert [tick.fields["troubles"] for tick in play.said("tick")][-2:] == [0, 0]


def test_a_clock_five_minutes_from_heroku_s_is_near_enough_for_jobs(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.heroku.skew = timedelta(minutes=-5)
    play.play(hours=0.6)
    assert play.heroku.starts() == [("Mon 01:00:00", "python invoice.py")]


def test_a_clock_far_from_heroku_s_starts_nothing(tmp_path: Path) -> None:
    play = stage(tmp_path)
    play.heroku.skew = timedelta(minutes=5, seconds=2)
    play.play(hours=2)
    assert play.heroku.ran == []
    error = "our clock and Heroku's are more than 5 minutes apart"
    assert {**SHOP, "error": error, "note": "its jobs wait"} in [event.fields for event in play.said("degraded")]
    assert play.said("missed")[0].fields["reason"] == f"it could not be started within 15 min: {error}"


# Overlap


def overlapping(folder: Path, overlap: Any, seconds: float = 25 * 60) -> Stage:
    """A job at 01:00, 01:10, 01:20 and 01:40 that takes so long."""
    times = [HOUR + minutes * MINUTE for minutes in (0, 10, 20, 40)]
    return stage(folder, invoice(*times, overlap=overlap), seconds=seconds)


def test_skip_leaves_a_start_out_while_the_last_run_goes_on(tmp_path: Path) -> None:
    play = overlapping(tmp_path, "skip")
    play.play(hours=3)
    assert [at for at, _ in play.heroku.starts()] == ["Mon 01:00:00", "Mon 01:40:00"]
    assert outcomes(play) == ["Ended", "Skipped", "Skipped", "Ended"]
    assert play.said("skipped")[0].fields["reason"] == ("its last run goes on (run.0001, due at 2026-11-22T16:00:00Z)")


def test_skip_looks_at_once_whether_the_last_run_still_goes_on(tmp_path: Path) -> None:
    play = overlapping(tmp_path, "skip", seconds=10 * 60 - 5)
    play.play(hours=3)
    assert [at for at, _ in play.heroku.starts()] == [f"Mon 01:{minute}:00" for minute in ("00", "10", "20", "40")]


def test_queue_waits_for_the_last_run_s_end_and_only_the_latest_waits(tmp_path: Path) -> None:
    play = overlapping(tmp_path, "queue")
    play.play(hours=3)
    assert [at for at, _ in play.heroku.starts()] == ["Mon 01:00:00", "Mon 01:25:00", "Mon 01:50:00"]
    assert outcomes(play) == ["Ended", "Skipped", "Ended", "Ended"]
    assert play.said("skipped")[0].fields["reason"] == (
        "the start that was due at 2026-11-22T16:20:00Z takes its place"
    )


def test_a_start_that_waits_in_a_queue_survives_a_restart_however_late_it_is(tmp_path: Path) -> None:
    times = (HOUR, HOUR + 10 * MINUTE)
    play = stage(tmp_path, invoice(*times, overlap="queue"), seconds=2 * HOUR)
    play.play(hours=1)
    later = again(play, invoice(*times, overlap="queue"), gap=60)
    later.play((1, later.heroku.one_offs.clear), hours=3)
    assert [at for at, _ in later.heroku.starts()] == ["Mon 01:00:00", "Mon 02:31:00"] or later.heroku.ran[1][
        0
    ] <= tokyo("2026-11-23T02:33")


def test_allow_starts_every_one(tmp_path: Path) -> None:
    play = overlapping(tmp_path, "allow")
    play.play(hours=3)
    assert [at for at, _ in play.heroku.starts()] == [f"Mon 01:{minute}:00" for minute in ("00", "10", "20", "40")]
    assert outcomes(play) == ["Ended"] * 4


@pytest.mark.parametrize("overlap", ["skip", "queue"])
def test_while_nobody_knows_whether_the_last_one_started_the_next_waits(overlap: Any, tmp_path: Path) -> None:
    play = stage(tmp_path, invoice(HOUR, HOUR + MINUTE, overlap=overlap))
    troubled(play, TIMEOUT, "run", until="2026-11-23T01:00:30")
    play.play(hours=2)
    assert outcomes(play) == ["Lost", "Ended"]
    [(at, _)] = play.heroku.ran
    assert tokyo("2026-11-23T01:02") <= at <= tokyo("2026-11-23T01:02:05")


# Ends


def test_a_run_that_is_stopped_at_its_time_limit_has_expired(tmp_path: Path) -> None:
    play = stage(tmp_path, seconds=None)
    play.play(hours=5)
    [run] = store(play).remembered()
    assert isinstance(run.outcome, Ended)
    assert run.outcome.result == "expired"
    assert timedelta(hours=3) <= run.outcome.at - run.claimed <= timedelta(hours=3, minutes=1, seconds=5)


def test_a_run_that_was_gone_when_nobody_looked_is_not_said_to_have_expired(tmp_path: Path) -> None:
    play = stage(tmp_path, seconds=None)
    play.play(hours=1)
    play.heroku.one_offs.clear()
    later = again(play, gap=8 * 3600)
    later.play(hours=1)
    assert [event.fields["result"] for event in later.said("ended")] == ["vanished"]


def test_old_runs_are_forgotten(tmp_path: Path) -> None:
    play = stage(tmp_path)
    old = [Due("shop", "invoice", play.time.now() - timedelta(days=days)) for days in (89, 91)]

    async def remember() -> None:
        for due in old:
            await store(play).claim(due, "python invoice.py", due.at)
            await store(play).record(due, Ended(due.at))

    asyncio.run(remember())
    play.play(hours=1)
    kept = [run.due for run in store(play).remembered()]
    assert old[0] in kept
    assert old[1] not in kept


def test_an_app_whose_jobs_hang_makes_neither_scaling_nor_another_app_late(tmp_path: Path) -> None:
    play = stage(tmp_path, start="2026-11-23T21:30")
    other = replace(invoice(22 * HOUR), app="bad", name="nightly")
    play.files[:] = [replace(policies(invoice(22 * HOUR), other))]

    async def hang(_: str, app: str) -> None:
        if app == "bad":
            await asyncio.sleep(45)  # noqa: TID251 virtual
            raise Transient("bad: no answer")

    play.heroku.trouble = hang
    play.play(hours=2)
    assert play.heroku.starts() == [("Mon 22:00:00", "python invoice.py")]
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]


def test_a_defect_of_ours_is_said_and_ends_nothing(tmp_path: Path) -> None:
    play = stage(tmp_path, start="2026-11-23T21:30")
    play.files[:] = [policies(invoice(22 * HOUR))]

    async def defect(kind: str, _: str) -> None:
        if kind == "run":
            raise ZeroDivisionError("a bug")

    play.heroku.trouble = defect
    play.play(hours=2)
    assert "ZeroDivisionError: a bug" in str(play.said("degraded")[0].fields["error"])
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]
    assert outcomes(play) == ["Lost"]


def kinds(runs: list[Run]) -> set[type]:
    return {type(run.outcome) for run in runs}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_fails_a_start_is_made_at_most_once(seed: int, tmp_path: Path) -> None:
    """Two daemons, a store and a Heroku that fail half of the time, and restarts at any moment."""
    import random

    chance = random.Random(seed)
    play = stage(tmp_path, invoice(HOUR, 2 * HOUR, 3 * HOUR, retries=2, overlap="allow"))
    jobs = play.files[0]
    for _ in range(12):
        other = Stage(play.time, play.heroku, [jobs], memory=Shaky(tmp_path))

        async def trouble(kind: str, _: str) -> None:
            if kind in {"run", "dynos"} and chance.random() < 0.4:
                raise chance.choice([TIMEOUT, Declined("shop: no"), Transient("429", everywhere=True)])

        play.heroku.trouble = trouble
        play.heroku.answers = [TIMEOUT if chance.random() < 0.4 else None for _ in range(9)]
        for one in (store(play), store(other)):
            one.down = {
                name: chance.choice(["before", "after"])
                for name in ("claim", "record", "runs")
                if chance.random() < 0.3
            }
        begun: list[asyncio.Task[None]] = []

        def begin(other: Stage = other, begun: list[asyncio.Task[None]] = begun) -> None:
            begun.append(asyncio.get_running_loop().create_task(other.daemon.run()))

        def mend(plays: tuple[Stage, ...] = (play, other)) -> None:
            for one in plays:
                store(one).down.clear()

        length = chance.uniform(0.05, 0.6)
        play.play((0.001, begin), (length / 2, mend), (length * 0.9, other.daemon.stop), hours=length)
        play = again(play, *jobs.jobs if isinstance(jobs, Policies) else (), gap=chance.uniform(0, 300))
    starts = play.heroku.ran
    remembered = store(play).remembered()
    assert len(starts) <= len(remembered)
    by_due = {run.due.at for run in remembered}
    assert len(starts) <= len(by_due)
    assert kinds(remembered) <= {Ended, Lost, Refused, Skipped, Missed, type(None)}
