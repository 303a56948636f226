"""The road: what is drafted is guarded again where it is sent."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from autoscaler.control.neighbourhood import Neighbourhood
from autoscaler.control.road import Asking, Look, Road
from autoscaler.core.closing import Heard
from autoscaler.core.guard import Ourselves
from autoscaler.core.memory import Closing
from autoscaler.core.plan import Change, Hold, Observed, draft
from autoscaler.core.platform import Formation, Live, Transient
from autoscaler.core.policies import Limits, Policies, Policy, Target
from autoscaler.core.probes import Answer, Busy, HttpProbe, Probe
from autoscaler.core.report import Done, Report, Unshown
from autoscaler.core.windows import Close
from autoscaler.core.zones import HOUR
from tests.control.test_daemon import TOKYO, stage, worker
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo

NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)
[NIGHTLY] = worker().windows


def test_no_plan_comes_past_the_guards_whoever_made_it() -> None:
    play = stage(start="2026-11-24T00:00")
    strict = replace(worker(), limits=Limits(max=0))
    road = Road(play.heroku, Policies("policies.yaml", (strict,), TOKYO), Ourselves())

    async def main() -> None:
        observed = await road.observe(NIGHT)
        plan = draft(Policies("policies.yaml", (worker(),)), observed, NIGHT)
        assert isinstance(plan.steps[0], Change)
        report = await road.carry_out(plan, observed, lambda: True)
        assert isinstance(report.plan.steps[0], Hold)
        assert report.outcomes == ()
        assert not report.converged

    asyncio.run(main())
    assert play.heroku.writes() == []


def test_a_proposal_changes_nothing_and_the_same_one_is_carried_out_in_one_request() -> None:
    play = stage(start="2026-11-24T00:00")
    road = Road(play.heroku, Policies("policies.yaml", (worker(),), TOKYO), Ourselves())

    async def main() -> None:
        observed = await road.observe(NIGHT)
        plan = road.propose(observed, NIGHT + timedelta(minutes=1))
        assert play.heroku.writes() == []
        report = await road.carry_out(plan, observed, lambda: True)
        assert report.converged

    asyncio.run(main())
    assert [quantity for _, quantity in play.heroku.writes()] == [1]


def heroku(**quantities: int) -> FakeHeroku:
    """The app `shop` with these process types."""
    return FakeHeroku(Time(NIGHT), {"shop": {kind: (quantity, "standard-1x") for kind, quantity in quantities.items()}})


def all_day(kind: str, quantity: int, size: str | None = None) -> Policy:
    return Policy(Target("shop", kind), TOKYO, 5, quantity, size)


def carried_out(road: Road) -> Report:
    async def main() -> Report:
        observed = await road.observe(NIGHT)
        return await road.carry_out(road.propose(observed, NIGHT), observed, lambda: True)

    return asyncio.run(main())


def test_a_proposal_is_guarded_like_what_is_sent() -> None:
    road = Road(
        heroku(worker=1), Policies("policies.yaml", (all_day("worker", 2),), TOKYO), Ourselves("shop", "worker")
    )

    async def main() -> None:
        plan = road.propose(await road.observe(NIGHT), NIGHT)
        assert [hold.reason for hold in plan.holds] == ["shop/worker is this program itself: it never scales itself"]

    asyncio.run(main())


def test_who_carries_out_one_plan_alone_lowers_no_more_than_at_once_allows() -> None:
    file = Policies("policies.yaml", (all_day("a", 0), all_day("b", 0), all_day("c", 5)), TOKYO, at_once=1)
    report = carried_out(Road(heroku(a=3, b=3, c=3), file, Ourselves()))
    assert [outcome.change.target.type for outcome in report.outcomes] == ["a", "c"]


def test_what_is_raised_takes_nobody_s_turn() -> None:
    platform = heroku(a=3, b=3)
    around = Neighbourhood(platform.time)

    def road(*policies: Policy) -> Road:
        return Road(platform, Policies("policies.yaml", policies, TOKYO, at_once=1), Ourselves(), neighbourhood=around)

    assert carried_out(road(all_day("a", 5))).converged
    assert carried_out(road(all_day("b", 1))).converged
    assert not carried_out(road(all_day("a", 1))).converged


def test_a_smaller_at_once_leaves_no_room_where_more_was_lowered_before() -> None:
    time = Time(NIGHT)
    around = Neighbourhood(time)
    around.lowers(3)
    time.steady_now = 59.9
    assert around.room(5) == 2
    assert around.room(1) == 0
    assert around.room(None) is None
    time.steady_now = 60
    assert around.room(1) == 1


@pytest.mark.parametrize(
    ("applied", "live"),
    [
        ({}, Live(1, "standard-1x")),
        ({"worker": (2, "standard-1x")}, Live(2, "standard-1x")),
        ({"worker": (3, "standard-2x")}, Live(3, "standard-2x")),
        ({"worker": (2, "standard-2x")}, None),
    ],
)
def test_done_is_what_a_read_shows_and_nothing_else(applied: dict[str, tuple[int, str]], live: Live | None) -> None:
    platform = heroku(worker=1)
    platform.deaf = True

    async def elsewhere(kind: str, _: str) -> None:
        if kind == "write":
            platform.apps["shop"].update(applied)

    platform.trouble = elsewhere
    road = Road(platform, Policies("policies.yaml", (all_day("worker", 2, "standard-2x"),), TOKYO), Ourselves())
    [outcome] = carried_out(road).outcomes
    assert isinstance(outcome, Done if live is None else Unshown)
    if isinstance(outcome, Unshown):
        assert outcome.live == live


def test_one_request_is_sent_for_each_app() -> None:
    platform = FakeHeroku(Time(NIGHT), {app: dict.fromkeys(("a", "b"), (1, "standard-1x")) for app in ("shop", "zoo")})
    policies = [Policy(Target(app, kind), TOKYO, 5, 2) for app in ("shop", "zoo") for kind in ("a", "b")]
    report = carried_out(Road(platform, Policies("policies.yaml", tuple(policies), TOKYO), Ourselves()))
    assert report.converged
    sent = [(call.app, [write.type for write in call.writes]) for call in platform.calls if call.writes]
    assert sorted(sent) == [("shop", ["a", "b"]), ("zoo", ["a", "b"])]


@dataclass
class Urgent(FakeHeroku):
    """Tells whether each read was urgent."""

    told: list[bool] = field(default_factory=list)

    async def formation(self, app: str, *, urgent: bool = False) -> Formation:
        self.told.append(urgent)
        return await super().formation(app, urgent=urgent)


@pytest.mark.parametrize("urgent", [True, False])
def test_what_is_for_an_edge_is_urgent_up_to_its_last_read_and_nothing_else_is(urgent: bool) -> None:
    platform = Urgent(Time(NIGHT), {"shop": {"worker": (1, "standard-1x")}})
    read: list[str] = []
    road = Road(platform, Policies("policies.yaml", (all_day("worker", 2),), TOKYO), Ourselves(), read=read.append)

    async def main() -> None:
        await road.observe(NIGHT)
        observed = await road.observe(NIGHT, urgent=urgent)
        await road.carry_out(road.propose(observed, NIGHT), observed, lambda: True, urgent=urgent)

    asyncio.run(main())
    assert platform.told == [False, urgent, urgent]
    assert read == ["shop"] * 3


def test_an_app_that_could_not_be_read_was_tried_and_its_error_is_what_is_observed() -> None:
    error = Transient("shop: 503", request_id="r-1")
    platform = heroku(worker=1)
    read: list[str] = []

    async def away(_: str, __: str) -> None:
        raise error

    platform.trouble = away
    unbroken = replace(all_day("worker", 2), windows=(replace(NIGHTLY, unbroken=True),))
    road = Road(platform, Policies("policies.yaml", (unbroken,), TOKYO), Ourselves(), read=read.append)
    observed = asyncio.run(road.observe(NIGHT, Look({"id": 7})))
    assert observed == Observed(NIGHT, {"shop": error}, {"shop": error}, {"id": 7})
    assert read == ["shop"]


def test_only_a_look_looks_at_dynos_and_only_of_apps_with_unbroken_windows() -> None:
    platform = FakeHeroku(Time(NIGHT), {app: {"worker": (1, "standard-1x")} for app in ("shop", "zoo")})
    policies = [Policy(Target(app, "worker"), TOKYO, 5, 2) for app in ("shop", "zoo")]
    policies[1] = replace(policies[1], windows=(replace(NIGHTLY, unbroken=True),))
    road = Road(platform, Policies("policies.yaml", tuple(policies), TOKYO), Ourselves())
    assert set(asyncio.run(road.observe(NIGHT)).dynos) == set()
    assert set(asyncio.run(road.observe(NIGHT, Look())).dynos) == {"zoo"}


def test_probes_are_asked_for_the_instant_that_matters_and_with_the_openings_that_ended_early() -> None:
    asked: list[Probe] = []

    class Prober:
        async def ask(self, probe: Probe) -> Answer:
            asked.append(probe)
            return Busy(3)

    queue = HttpProbe("https://queue.example", ("size",))
    closing = replace(all_day("worker", 0), windows=(replace(NIGHTLY, close=Close("queue", HOUR, 600)),))
    file = Policies("policies.yaml", (closing,), TOKYO, probes={("shop", "queue"): queue})
    road = Road(heroku(worker=1), file, Ourselves(), Prober())
    evening = NIGHT - timedelta(hours=3)  # 21:00 in Tokyo: the window opens at 22:00
    ended = Closing("shop", "worker", "nights", NIGHT - timedelta(hours=2), NIGHT - timedelta(hours=1), "idle")
    assert asyncio.run(road.observe(evening)).heard == Heard()
    assert asyncio.run(road.observe(evening, asking=Asking(NIGHT))).heard == Heard({("shop", "queue"): Busy(3)})
    assert asyncio.run(road.observe(NIGHT)).heard == Heard({("shop", "queue"): Busy(3)})
    assert asked == [queue, queue]
    assert asyncio.run(road.observe(NIGHT, asking=Asking(NIGHT, (ended,)))).heard == Heard(closings=(ended,))
    alone = replace(road, prober=None)
    assert asyncio.run(alone.observe(NIGHT, asking=Asking(NIGHT, (ended,)))).heard == Heard(closings=(ended,))
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("settle", "live", "looks"), [(0, 5, 0), (1, 5, 1), (300, 5, 1), (300, 1, 0)], ids=["0 s", "1 s", "300 s", "raised"]
)
def test_dynos_are_looked_at_before_fewer_web_dynos_where_a_release_delays_that(
    settle: int, live: int, looks: int
) -> None:
    platform = heroku(web=live, worker=5)
    policies = (replace(all_day("web", 2), settle=settle), all_day("worker", 2))
    road = Road(
        platform, Policies("policies.yaml", policies, TOKYO), Ourselves(), neighbourhood=Neighbourhood(platform.time)
    )

    async def main() -> Observed:
        return await road.around(await road.observe(NIGHT), NIGHT)

    around = asyncio.run(main())
    assert [call.kind for call in platform.calls].count("dynos") == looks
    assert set(around.released) == ({"shop"} if looks else set())
    assert around.autoscaled == {}


def test_a_daemon_reads_in_haste_for_an_edge_and_on_no_beat() -> None:
    play = stage(start="2026-11-23T21:57:30")
    platform = Urgent(play.time, play.heroku.apps)
    Stage(play.time, platform, play.files).play(hours=5 / 60)
    reads = [call.at for call in platform.calls if call.kind == "read"]
    told = dict(zip(reads, platform.told, strict=True))
    eve, edge = tokyo("2026-11-23T21:59:50"), tokyo("2026-11-23T22:00")
    assert [at for at, urgent in told.items() if urgent] == [eve, edge]
    assert len(told) >= 6
