"""The road: what is drafted is guarded again where it is sent."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from autoscaler.control.road import Road
from autoscaler.core.guard import Ourselves
from autoscaler.core.plan import Change, Hold, draft
from autoscaler.core.policies import Limits, Policies
from tests.control.test_daemon import TOKYO, stage, worker

NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)


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
