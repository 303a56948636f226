"""The daemon is never silently wrong: who is told of what is not as wanted, when, and who hears that all is well."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from autoscaler.core.events import Event
from autoscaler.core.notices import Notice
from autoscaler.core.platform import Refused, Transient
from autoscaler.core.policies import Policies
from tests.control.journalling import FakeJournal
from tests.control.test_daemon import TOKYO, ending, raising, stage, worker
from tests.control.virtual import Stage, tokyo


@dataclass
class FakeHerald:
    notices: list[Notice] = field(default_factory=list)
    told: list[tuple[datetime, Event]] = field(default_factory=list)
    seen: list[tuple[datetime, Mapping[str, bool]]] = field(default_factory=list)

    def take_up(self, notices: Sequence[Notice]) -> None:
        self.notices = list(notices)

    def tell(self, at: datetime, event: Event) -> None:
        self.told.append((at, event))

    def converged(self, at: datetime, apps: Mapping[str, bool]) -> None:
        self.seen.append((at, apps))

    @property
    def well(self) -> list[datetime]:
        """When all apps were as wanted."""
        return [at for at, apps in self.seen if all(apps.values())]


def watched(count: int = 1, start: str = "2026-11-23T21:30", **more: object) -> Stage:
    play = stage(*[worker(f"app-{number}" if number else "shop") for number in range(count)], start=start)
    return Stage(play.time, play.heroku, play.files, **more)  # type: ignore[arg-type]


def told_at(play: Stage, name: str) -> list[timedelta]:
    """When an event was told, since the start."""
    herald: FakeHerald = play.herald
    return [at - play.time.begin for at, event in herald.told if event.name == name]


@pytest.mark.parametrize(("apps", "earliest", "latest"), [(1, 300, 360), (40, 300, 900)])
def test_the_alarm_comes_after_five_minutes_or_two_stretched_beats(apps: int, earliest: int, latest: int) -> None:
    play = watched(apps, herald=FakeHerald())
    play.play((1, lambda: raising(Transient("shop: 503"))(play)), (2, lambda: ending(play)), hours=3)
    first, *again = told_at(play, "unconverged")
    begun = timedelta(hours=1)
    assert timedelta(seconds=earliest) <= first - begun <= timedelta(seconds=latest)
    assert len(again) <= 4
    (event, *_) = [event for _, event in play.herald.told if event.name == "unconverged"]
    assert event.fields["app"] == "shop"
    assert event.fields["reason"] == "worker: 503"
    assert event.level == "error"


def test_an_app_that_was_never_as_wanted_is_told_whole() -> None:
    play = watched(herald=FakeHerald())
    raising(Transient("shop: 503"))(play)
    play.play(hours=0.2)
    about = {"app": "shop", "reason": "worker: 503", "converged": "never since the start"}
    assert play.said("unconverged") == [Event("unconverged", about, "error")]


def test_an_app_that_hangs_is_told_as_not_read() -> None:
    play = watched(herald=FakeHerald())

    async def hang(_: str, __: str) -> None:
        await asyncio.sleep(3600)  # noqa: TID251 virtual

    play.play((0.1, lambda: setattr(play.heroku, "trouble", hang)), hours=0.3)
    (told,) = play.said("unconverged")
    assert told.fields["reason"] == "not read since"
    assert told.fields["converged"] == "2026-11-23T12:35:00Z"


def test_what_is_accepted_and_not_seen_is_told_as_that() -> None:
    play = watched(herald=FakeHerald())
    play.heroku.apps["shop"]["worker"] = (3, "standard-1x")
    play.heroku.deaf = True
    play.play(hours=0.2)
    assert [event.fields["reason"] for event in play.said("unconverged")] == ["worker: accepted, but not seen yet"]


def test_an_outage_of_four_minutes_is_no_alarm() -> None:
    play = watched(herald=FakeHerald())
    play.play((1, lambda: raising(Transient("shop: 503"))(play)), (1 + 4 / 60, lambda: ending(play)), hours=2)
    assert told_at(play, "unconverged") == []


def test_a_change_that_is_refused_again_and_again_is_an_alarm() -> None:
    play = watched(herald=FakeHerald())
    raising(Refused("shop: 422 over the limit"), kinds="write")(play)
    play.play(hours=1)
    (event, *_) = [event for _, event in play.herald.told if event.name == "unconverged"]
    assert event.fields["reason"] == "worker: shop: 422 over the limit"
    assert event.fields["converged"] == "2026-11-23T12:59:00Z"


def test_a_defect_of_ours_is_an_alarm_too() -> None:
    play = watched(herald=FakeHerald())

    async def defect(_: str, __: str) -> None:
        raise ZeroDivisionError("a bug")

    play.heroku.trouble = defect
    play.play(hours=0.2)
    assert len(told_at(play, "unconverged")) == 1


def test_silence_is_the_alarm_of_those_who_listen_for_a_heartbeat() -> None:
    play = watched(2, herald=FakeHerald())
    play.play((1, lambda: raising(Transient("app-1: 503"), "app-1")(play)), hours=2)
    beats = [at - play.time.begin for at in play.herald.well]
    assert 58 <= len(beats) <= 62
    assert max(beats) <= timedelta(hours=1, minutes=1)
    assert play.herald.seen[-1][1] == {"shop": True, "app-1": False}  # who listens for one app alone hears it


def test_no_heartbeat_goes_before_every_app_was_seen_to_be_as_wanted() -> None:
    play = watched(herald=FakeHerald())
    raising(Transient("shop: 503"))(play)
    play.play(hours=0.1)
    assert play.herald.well == []


def test_every_event_is_told_and_the_receivers_are_those_of_the_file() -> None:
    play = watched(herald=FakeHerald())
    (file,) = play.files
    assert isinstance(file, Policies)
    notice = Notice("slack", "OPS_URL", 3, frozenset({"failed"}))
    play.files[:] = [Policies("policies.yaml", file.policies, TOKYO, notices=(notice,))]
    play.play(hours=1)
    assert play.herald.notices == [notice]
    assert [event for _, event in play.herald.told] == play.events
    assert [at for at, event in play.herald.told if event.name == "scaled"] == [tokyo("2026-11-23T22:00")]


def left(play: Callable[[], Stage], *remaining: int) -> Callable[[], int | None]:
    """What is left of the account's requests in each hour."""
    return lambda: remaining[int(play().time.steady() // 3600)]


def test_people_are_told_when_less_than_a_fifth_of_the_requests_is_left() -> None:
    plays: list[Stage] = []
    play = watched(herald=FakeHerald(), remaining=left(lambda: plays[0], 900, 899, 4000))
    plays.append(play)
    play.play(hours=2.9)
    (event, *again) = play.said("budget")
    note = "the account's other programs draw on it, too"
    assert event == Event("budget", {"remaining": 899, "of": 4500, "note": note}, "warning")
    assert len(again) <= 4
    assert timedelta(hours=1) <= told_at(play, "budget")[0] <= timedelta(hours=1, minutes=1)
    [recovered] = play.said("recovered")
    assert recovered.fields["remaining"] == 4000


def test_how_each_app_does_is_remembered_every_minute() -> None:
    journal = FakeJournal()
    play = watched(2, journal=journal)
    play.play((1, lambda: raising(Transient("shop: 503"))(play)), hours=1.5)
    bad, good = journal.alive["shop"], journal.alive["app-1"]
    assert bad.why == "worker: 503"
    for at in (bad.converged, bad.read):
        assert at is not None
        assert abs(at - tokyo("2026-11-23T22:30")) <= timedelta(minutes=1)
    for at in (good.converged, good.read):
        assert at is not None
        assert abs(at - tokyo("2026-11-23T23:00")) <= timedelta(minutes=2)
    assert (good.why, good.daemon) == ("", "clock.1")
    assert (bad.untroubled, good.untroubled) == (bad.converged, good.converged)


def test_what_waits_for_its_turn_is_told_as_no_trouble() -> None:
    journal = FakeJournal()
    play = watched(herald=FakeHerald(), journal=journal)
    (file,) = play.files
    assert isinstance(file, Policies)
    play.files[:] = [replace(file, at_once=0)]
    play.heroku.apps["shop"]["worker"] = 3, "standard-1x"
    play.play(hours=0.25)
    told = journal.alive["shop"]
    assert (told.converged, told.why.startswith("worker: it waits for its turn")) == (None, True)
    assert told.untroubled is not None
    assert told.untroubled >= tokyo("2026-11-23T21:43"), "each read says so anew"
    assert told_at(play, "unconverged") == []
