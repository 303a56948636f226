"""What is around the formations: releases, Heroku's own autoscaling, apps that come and go, too much at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from autoscaler.core.events import Event
from autoscaler.core.platform import Gone, PlatformError, Transient
from autoscaler.core.policies import Policies, Policy, Target
from tests.control.test_daemon import TOKYO, stage, worker
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo


@dataclass
class FakeNeighbours:
    """`on` are the apps with Heroku's own autoscaling; an error is raised instead of an answer."""

    on: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    error: PlatformError | None = None
    asked: list[str] = field(default_factory=list)
    looks: int = 0

    async def apps(self) -> Sequence[str]:
        self.looks += 1
        if self.error:
            raise self.error
        return list(self.names)

    async def autoscaled(self, app: str, app_id: str) -> bool:
        self.asked.append(f"{app}:{app_id}")
        if self.error:
            raise self.error
        return app in self.on


def web(own: int = 2, night: int = 1) -> Policy:
    return replace(worker(quantity=night, base=own), target=Target("shop", "web"))


def before(policy: Policy, live: int, start: str, neighbours: FakeNeighbours | None = None) -> Stage:
    time = Time(tokyo(start))
    heroku = FakeHeroku(time, {"shop": {"web": (live, "standard-1x")}}, ids={"shop": "uuid"})
    return Stage(time, heroku, [Policies("policies.yaml", (policy,), TOKYO)], neighbours=neighbours)


def test_web_is_lowered_five_minutes_after_a_release_and_raised_at_once() -> None:
    play = before(web(), 2, "2026-11-23T21:30")
    play.heroku.born["web.1"] = tokyo("2026-11-23T21:58")
    play.play(hours=9)
    [(lowered, _), raised] = play.heroku.writes()
    assert "Mon 22:03:00" <= lowered <= "Mon 22:04:00"
    assert raised == ("Tue 06:00:00", 2)
    assert [event.level for event in play.said("held")] == ["info"]
    assert play.said("unconverged") == []


def test_dynos_are_asked_for_only_before_web_is_lowered() -> None:
    play = before(web(), 2, "2026-11-23T21:30")
    play.play(hours=9)
    assert sum(call.kind == "dynos" for call in play.heroku.calls) == 1


def test_web_is_left_to_heroku_s_own_autoscaling_and_that_is_an_alarm() -> None:
    neighbours = FakeNeighbours(on={"shop"})
    play = before(web(), 2, "2026-11-23T21:30", neighbours)
    play.play((1, neighbours.on.clear), hours=2)
    [(lowered, quantity)] = play.heroku.writes()
    assert quantity == 1
    assert "Mon 22:30:00" <= lowered <= "Mon 22:46:00"  # an answer is good for a quarter of an hour
    assert "autoscaling is on" in str(play.said("held")[0].fields["reason"])
    assert play.said("unconverged") != []
    assert len(neighbours.asked) <= 4
    assert set(neighbours.asked) == {"shop:uuid"}


def test_an_undocumented_host_that_does_not_answer_stops_nothing() -> None:
    play = before(web(), 2, "2026-11-23T21:30", FakeNeighbours(error=Transient("metrics: 503")))
    play.play(hours=1)
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]
    assert [event.level for event in play.said("degraded")] == ["warning"]


def test_without_its_id_nobody_asks_about_an_app() -> None:
    neighbours = FakeNeighbours(on={"shop"})
    play = before(web(), 2, "2026-11-23T21:30", neighbours)
    play.heroku.ids.clear()
    play.play(hours=1)
    assert neighbours.asked == []
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]
    assert "its id is not known" in str(play.said("degraded")[0].fields)


def test_a_worker_s_neighbours_are_nobody_s_business() -> None:
    play = stage(start="2026-11-23T21:30")
    neighbours = FakeNeighbours(on={"shop"})
    replace_neighbours = Stage(play.time, play.heroku, play.files, neighbours=neighbours)
    replace_neighbours.play(hours=1)
    assert neighbours.asked == []
    assert len(play.heroku.writes()) == 1


def test_forty_apps_that_are_lowered_at_once_take_their_turns() -> None:
    policies = [worker(f"app-{number:02}", quantity=1, base=3) for number in range(10)]
    play = stage(*policies, start="2026-11-23T21:50", live=3)
    (file,) = play.files
    assert isinstance(file, Policies)
    play.files[:] = [replace(file, at_once=3)]
    play.play(hours=0.5)
    at = sorted(call.at for call in play.heroku.calls if call.kind == "write")
    assert len(at) == 10
    edge = tokyo("2026-11-23T22:00")
    assert at[0] == edge
    assert all(sum(first <= one < first + timedelta(minutes=1) for one in at) <= 3 for first in at)
    assert at[-1] - edge <= timedelta(minutes=8)
    assert {event.level for event in play.said("held")} == {"info"}


def glob(pattern: str = "shop-pr-*") -> Policies:
    policies = (worker("shop"), worker(pattern, quantity=2))
    return Policies("policies.yaml", policies, TOKYO, globs=(pattern,))


def review_apps(neighbours: FakeNeighbours, *apps: str) -> Stage:
    time = Time(tokyo("2026-11-23T22:30"))
    heroku = FakeHeroku(time, {app: {"worker": (0, "standard-1x")} for app in ("shop", *apps)})
    return Stage(time, heroku, [glob()], neighbours=neighbours)


def test_apps_that_a_glob_matches_are_announced_and_then_scaled() -> None:
    neighbours = FakeNeighbours(names=["shop", "shop-pr-1", "shopper", "other"])
    play = review_apps(neighbours, "shop-pr-1", "shop-pr-2")
    play.play(
        (0.5, lambda: neighbours.names.append("shop-pr-2")), (1, lambda: neighbours.names.remove("shop-pr-1")), hours=8
    )
    assert [event.fields["app"] for event in play.said("matched")] == ["shop-pr-1", "shop-pr-2"]
    assert [quantity for _, quantity in play.heroku.writes("shop-pr-1")] == [2]
    assert [quantity for _, quantity in play.heroku.writes("shop-pr-2")] == [2, 0]
    assert play.heroku.writes("shop") == [("Mon 22:30:00", 1), ("Tue 06:00:00", 0)]
    names = [(event.name, event.fields.get("app")) for event in play.events]
    assert names.index(("matched", "shop-pr-2")) < names.index(("scaled", "shop-pr-2"))
    assert neighbours.looks <= 8 * 12 + 1


def test_what_a_glob_matched_stays_matched_while_the_platform_does_not_answer() -> None:
    neighbours = FakeNeighbours(names=["shop-pr-1"])
    play = review_apps(neighbours, "shop-pr-1")
    play.play((0.5, lambda: setattr(neighbours, "error", Transient("apps: 503"))), hours=8)
    assert [quantity for _, quantity in play.heroku.writes("shop-pr-1")] == [2, 0]
    assert 1 <= len(play.said("degraded")) <= 32


def test_that_the_account_s_apps_are_not_known_is_told_whole_and_so_is_its_end() -> None:
    neighbours = FakeNeighbours(names=["shop-pr-1"], error=Transient("apps: 503"))
    play = review_apps(neighbours, "shop-pr-1")
    play.play((0.1, lambda: setattr(neighbours, "error", None)), hours=0.2)
    note = "which apps the file's globs match is as it was known last"
    assert play.said("degraded") == [Event("degraded", {"error": "apps: 503", "note": note}, "error")]
    assert [event.fields["was"] for event in play.said("recovered")] == ["apps: 503"]
    assert play.said("tick")[-1].fields["troubles"] == 1  # told before that look
    assert play.said("matched") == [Event("matched", {"app": "shop-pr-1", "policies": "policies.yaml"})]


def test_a_new_file_with_globs_has_the_account_s_apps_looked_at_at_once() -> None:
    neighbours = FakeNeighbours(names=["shop-pr-1"])
    play = review_apps(neighbours, "shop-pr-1")
    plain = replace(glob(), policies=(worker("shop"),), globs=())
    play.play((0.03, lambda: play.files.append(plain)), (0.06, lambda: play.files.append(glob())), hours=0.08)
    assert neighbours.looks == 2


def test_a_look_at_the_account_s_apps_that_is_under_way_may_end_when_told_to_stop_and_no_other_begins() -> None:
    looks: list[float] = []
    ended: list[float] = []

    @dataclass
    class Slow(FakeNeighbours):
        async def apps(self) -> Sequence[str]:
            looks.append(play.time.steady())
            await asyncio.sleep(361)  # noqa: TID251 virtual
            ended.append(play.time.steady())
            return []

    play = review_apps(Slow(), "shop-pr-1")
    play.play(hours=0.1)  # told to stop a second before the answer
    assert len(looks) == 1
    assert ended == [361]


def test_an_app_that_is_there_goes_on_undisturbed_when_another_comes() -> None:
    neighbours = FakeNeighbours(names=["shop-pr-1"])
    play = review_apps(neighbours, "shop-pr-1", "shop-pr-2")

    def by_hand() -> None:
        play.heroku.apps["shop-pr-1"].update(worker=(7, "standard-1x"))

    play.play((1, by_hand), (2, lambda: neighbours.names.append("shop-pr-2")), hours=4)
    assert [quantity for _, quantity in play.heroku.writes("shop-pr-1")] == [2]
    assert len(play.said("manual")) == 1


def test_waiting_for_a_release_is_not_given_up_by_a_dead_dyno_list() -> None:
    play = before(web(), 2, "2026-11-23T21:30")

    async def trouble(kind: str, _: str) -> None:
        await asyncio.sleep(0)  # noqa: TID251 it does not wait
        if kind == "dynos" and play.time.steady() < 3600:
            raise Transient("shop: 503")

    play.heroku.trouble = trouble
    play.play(hours=2)
    [(lowered, _)] = play.heroku.writes()
    assert "Mon 22:30:00" <= lowered <= "Mon 22:31:01"


def closes(play: Stage, neighbours: FakeNeighbours, app: str) -> None:
    """Somebody closes a review app: it is in no list any more, and whoever asks for it gets a 404."""
    neighbours.names.remove(app)
    missing(play, app)


def missing(play: Stage, app: str) -> None:
    async def gone(_: str, about: str) -> None:
        await asyncio.sleep(0)  # noqa: TID251 it does not wait
        if about == app:
            raise Gone(f"{app}: Heroku knows no such app (404)")

    play.heroku.trouble = gone


def test_a_review_app_that_is_closed_is_nobody_s_trouble() -> None:
    neighbours = FakeNeighbours(names=["shop-pr-1", "shop-pr-2"])
    play = review_apps(neighbours, "shop-pr-1", "shop-pr-2")
    play.play((0.52, lambda: closes(play, neighbours, "shop-pr-1")), hours=2)
    assert play.said("degraded") == []
    assert play.said("unconverged") == []
    last = max(call.at for call in play.heroku.calls if call.app == "shop-pr-1")
    assert last < tokyo("2026-11-23T23:05")


def test_a_matched_app_that_stays_on_the_list_and_is_not_found_is_told() -> None:
    neighbours = FakeNeighbours(names=["shop-pr-1"])
    play = review_apps(neighbours, "shop-pr-1")
    play.play((0.5, lambda: missing(play, "shop-pr-1")), hours=1)
    assert {event.fields["app"] for event in play.said("degraded")} == {"shop-pr-1"}
    assert play.said("unconverged") != []


def test_an_app_that_the_file_names_is_told_at_once() -> None:
    neighbours = FakeNeighbours(names=["shop", "shop-pr-1"])
    play = review_apps(neighbours, "shop-pr-1")
    play.play((0.5, lambda: missing(play, "shop")), hours=0.54)
    assert [event.fields["app"] for event in play.said("degraded")] == ["shop"]
