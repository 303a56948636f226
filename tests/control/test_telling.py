"""What the daemon tells of itself, to the last field: that it began, that all is well, what is wrong, that it ended."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from autoscaler.control.surroundings import Unreadable
from autoscaler.core.events import Event
from autoscaler.core.journal import KeptFile
from autoscaler.core.memory import StoreError
from autoscaler.core.platform import Gone, Transient
from autoscaler.core.policies import Policies
from tests.control.journalling import FakeJournal, pin
from tests.control.test_daemon import TOKYO, ending, raising, stage, worker
from tests.control.virtual import Stage, tokyo

ONE_APP = {"policies": "policies.yaml", "apps": 1, "types": 1, "globs": None, "jobs": None, "beat": "60s"}
NEW = Policies("new.yaml", (worker(), replace(worker(), target=replace(worker().target, type="web"))), TOKYO, "two")


def test_its_beginning_and_a_new_file_are_told_with_what_they_hold() -> None:
    play = stage()
    play.play((0.01, lambda: play.files.append(NEW)), hours=0.1)
    assert play.said("started") == [Event("started", {**ONE_APP, "digest": ""})]
    assert play.said("reloaded") == [
        Event("reloaded", {**ONE_APP, "policies": "new.yaml", "types": 2, "digest": "two"})
    ]
    assert play.events[-1] == Event("stopped")


def test_a_beat_that_is_set_by_hand_is_told() -> None:
    play = stage(beat=7.5)
    play.play(hours=0.01)
    assert play.said("started")[0].fields["beat"] == "7.5s"


def test_a_beat_that_is_set_by_hand_is_kept_by_every_app() -> None:
    play = stage(worker("blog"), worker("shop"), beat=5)
    play.play(hours=60.5 / 3600)
    assert (play.heroku.reads("blog"), play.heroku.reads("shop")) == (13, 13)


def test_what_is_changed_at_an_edge_says_how_late_and_what_is_changed_on_a_beat_does_not() -> None:
    play = stage(start="2026-11-23T21:59", live=3)
    play.play(hours=0.03)
    first, second = play.said("scaled")
    assert (first.fields.get("late"), first.details["edge"]) == (None, None)
    assert (second.fields["late"], second.details["edge"]) == ("0.00s", "2026-11-23T13:00:00Z")


def test_that_all_is_well_is_told_every_quarter_of_an_hour_with_what_is_ahead() -> None:
    journal = FakeJournal(made=[pin(tokyo("2026-11-22T12:00"), tokyo("2026-11-24T12:00"), 0)])
    play = stage(worker("blog"), worker("shop"))
    play = Stage(play.time, play.heroku, play.files, journal=journal, remaining=lambda: 4321)
    play.heroku.apps["blog"]["worker"] = (3, "standard-1x")
    play.play((0.1, lambda: raising(Transient("blog: 503"), "blog")(play)), hours=0.6)
    about = {"apps": 2, "pins": 1, "requests_left": 4321, "next": "2026-11-23T13:00:00Z"}
    first, *later = play.said("tick")
    assert first == Event("tick", {**about, "converged": 2, "troubles": 0})
    assert later == [Event("tick", {**about, "converged": 1, "troubles": 2})] * 2  # not read, and so not as wanted


def test_where_nothing_is_ahead_or_pinned_the_heartbeat_tells_none_of_it() -> None:
    play = stage(replace(worker(), windows=()))
    play.play(hours=0.1)
    about = {"apps": 1, "converged": 1, "troubles": 0, "pins": None, "requests_left": None}
    assert play.said("tick") == [Event("tick", about)]


def test_a_bad_file_is_told_with_what_holds_meanwhile() -> None:
    play = stage()
    play.files[:] = [Unreadable("no file"), NEW]
    play.play((0.1, lambda: play.files.append(Unreadable("line 1"))), hours=0.2)
    first, second = play.said("degraded")
    assert first == Event("degraded", {"error": "no file", "note": "every formation is left as it is"}, "error")
    assert second == Event("degraded", {"error": "line 1", "note": "the last good file stays in force"}, "error")
    assert play.said("recovered") == [Event("recovered", {"after": "60s", "was": "no file"})]


def test_a_kept_file_that_cannot_be_fetched_is_told_and_the_bad_one_too() -> None:
    play = stage()
    asked: list[KeptFile] = []
    play = Stage(play.time, play.heroku, [Unreadable("bad")], journal=FakeJournal(down=True), revive=asked.append)
    play.play(hours=0.02)
    told = [(event.fields.get("store"), event.fields.get("error")) for event in play.said("degraded")]
    assert (str(StoreError("the store is not reached")), None) in told
    assert (None, "bad") in told
    assert asked == []


def test_a_kept_file_that_is_in_force_is_told_with_its_age() -> None:
    play = stage()
    kept = KeptFile("policies.yaml", "", "one", tokyo("2026-11-20T12:00"))
    revived = play.files[0]
    journal = FakeJournal(file=kept)
    play = Stage(play.time, play.heroku, [Unreadable("bad")], journal=journal, revive=lambda _: revived)
    play.play(hours=0.02)
    assert play.said("started") == [Event("started", {**ONE_APP, "digest": "", "kept_since": "2026-11-20T03:00:00Z"})]


def test_a_defect_of_ours_is_told_once_and_tried_again_a_minute_later() -> None:
    play = stage()
    asked: list[float] = []

    async def defect(_: str, __: str) -> None:
        asked.append(play.time.steady())
        raise ZeroDivisionError("a bug")

    play.heroku.trouble = defect
    play.play(hours=0.05)
    about = {"app": "shop", "error": "ZeroDivisionError: a bug", "note": "a defect, please report it"}
    assert play.said("degraded") == [Event("degraded", about, "error")]
    assert asked == [pytest.approx(at, abs=1) for at in (0, 60, 120)]


def test_what_did_not_end_in_time_is_told_at_the_end() -> None:
    play = stage(worker("blog"), worker("shop"))

    async def hang(_: str, __: str) -> None:
        await asyncio.sleep(3600)  # noqa: TID251 virtual

    play.heroku.trouble = hang
    play.play(hours=0.01)
    assert play.events[-1] == Event("stopped", {"unfinished": 2})
    assert play.time.steady() - 36 == pytest.approx(2.5, abs=0.1)


def test_every_event_is_in_the_journal_with_its_instant_and_the_file() -> None:
    journal = FakeJournal()
    play = stage()
    play = Stage(play.time, play.heroku, play.files, journal=journal)
    play.play((0.02, lambda: play.files.append(NEW)), hours=0.05)
    (began,), (reloaded,) = journal.told("started"), journal.told("reloaded")
    assert (began.at, began.daemon) == (tokyo("2026-11-22T12:00"), "clock.1")
    assert began.event.details == {"revision": "abc123", "digest": ""}
    assert reloaded.event.details == {"revision": "abc123", "digest": "two"}
    assert reloaded.at - began.at <= timedelta(minutes=2)


def test_a_file_that_no_longer_has_an_app_ends_its_troubles() -> None:
    play = stage(worker("blog"), worker("shop"))
    play.play(
        (0.01, lambda: raising(Gone("blog: 404"), "blog")(play)),
        (0.1, lambda: play.files.append(Policies("policies.yaml", (worker(),), TOKYO))),
        (0.15, lambda: ending(play)),
        hours=0.4,
    )
    assert [event.fields["app"] for event in play.said("degraded")] == ["blog"]
    assert play.said("tick")[-1].fields["troubles"] == 0
    assert play.said("tick")[-1].fields["apps"] == 1
