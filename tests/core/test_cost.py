"""What a policy file costs, worked out by hand."""

from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.bill import Bill, bill
from autoscaler.core.cost import LISTED, Prices, account_prices, amount, cost, hourly
from autoscaler.core.jobs import DayTime, Job
from autoscaler.core.journal import Pin
from autoscaler.core.policies import Policies, Policy, Target, Unknown
from autoscaler.core.quantity import Desired, Range
from autoscaler.core.timeline import stretches
from autoscaler.core.zones import DAY, HOUR, WEEK, Zone, instant, moment
from tests.core import oracle
from tests.core.worlds import DAILY, WEEKDAYS, World, policy, tried, wall, window, worlds

START = instant(datetime(2026, 11, 23, tzinfo=UTC))
UTC_ZONE = Zone("UTC", ZoneInfo("UTC"))


def web(quantity: int | Range = 2, size: str | None = "standard-1x") -> Policy:
    return policy("UTC", quantity=quantity, size=size, target=("shop", "web"))


def worker() -> Policy:
    """40 hours a week of one standard-2x."""
    night = window("batch", (WEEKDAYS, wall("22:00", "06:00")), quantity=1, size="standard-2x")
    return policy("UTC", night, quantity=0, size="standard-1x")


def job(size: str | None = "standard-2x", limit: int = 3 * HOUR) -> Job:
    return Job("shop", "invoice", 9, UTC_ZONE, (DayTime(DAILY, HOUR),), "python invoice.py", size, limit)


def a_week(*policies: Policy, jobs: tuple[Job, ...] = (), prices: Prices = LISTED) -> Bill:
    return bill(Policies("policies.yaml", policies, jobs=jobs), START, START + WEEK, prices)


def test_a_week_of_everything_is_its_process_types_its_jobs_and_the_clock_dyno() -> None:
    found = a_week(web(), worker(), jobs=(job(),))
    assert found.formations.hours == 2 * 168 + 40
    assert found.formations.usd == pytest.approx(336 * 25 / 720 + 40 * 50 / 720)
    assert found.at_most.hours == 21
    assert found.at_most.usd == pytest.approx(21 * 50 / 720)
    assert found.clock.hours == 168
    assert found.clock.usd == pytest.approx(168 * 7 / 720)
    assert found.usd == pytest.approx((336 * 25 + 40 * 50 + 21 * 50 + 168 * 7) / 720)
    assert found.complete
    [app] = found.apps
    assert app.app == "shop"
    assert app.amount.hours == 336 + 40 + 21
    assert app.at_most.hours == 21


def test_always_at_peak_needs_no_clock_dyno_and_keeps_the_jobs() -> None:
    found = a_week(web(), worker(), jobs=(job(),))
    process = found.of(Target("shop", "worker"))
    assert process is not None
    assert (process.peak, process.at_peak.hours) == (Desired(1, "standard-2x"), 168)
    assert found.peak_usd == pytest.approx((336 * 25 + 168 * 50 + 21 * 50) / 720)
    assert found.saving == pytest.approx(1 - found.usd / found.peak_usd)


def test_what_never_changes_is_dearer_by_the_clock_dyno() -> None:
    saving = a_week(web(2)).saving
    assert saving == pytest.approx(-7 / 50)


def test_the_peak_is_the_largest_quantity_in_the_dearest_size_of_what_runs() -> None:
    big = window("big", (DAILY, wall("01:00", "02:00")), quantity=1, size="performance-l")
    off = window("off", (DAILY, wall("02:00", "03:00")), quantity=0, size="performance-2xl")
    [process] = a_week(policy("UTC", big, off, quantity=Range(3, 9), size="standard-1x")).processes
    assert process.peak == Desired(3, "performance-l")


def test_what_is_pinned_is_counted_in_place_of_the_file_s_and_named() -> None:
    over = Pin("shop", "web", 5, moment(START), moment(START + DAY))
    file = Policies("policies.yaml", (web(2), worker()))
    found = bill(file, START, START + WEEK, pins={Target("shop", "web"): over})
    process = found.of(Target("shop", "web"))
    assert process is not None
    assert process.amount.hours == 5 * 24 + 2 * 144
    assert found.pinned == (Target("shop", "web"),)
    assert bill(file, START, START + WEEK).pinned == ()


def test_eco_dynos_cost_their_pool_once_and_are_counted_in_its_hours() -> None:
    found = a_week(web(1, "eco"), policy("UTC", quantity=1, size="eco"))
    assert found.formations.eco_hours == 2 * 168
    assert (found.formations.usd, found.formations.priced) == (None, 0)
    assert found.pool == pytest.approx(5 * 168 / 720)
    assert found.usd == pytest.approx((5 + 7) * 168 / 720)
    assert found.pool_hours_a_month == pytest.approx(1440)
    assert found.pool_exceeded
    assert found.complete


def test_one_eco_dyno_all_month_fits_into_the_pool_and_basic_is_no_eco() -> None:
    assert not a_week(web(1, "eco")).pool_exceeded
    basic = a_week(web(1, "basic"))
    assert basic.pool == 0
    assert basic.formations.usd == pytest.approx(7 * 168 / 720)


@pytest.mark.parametrize(("size", "why"), [(None, "no size named"), ("standard-9x", "standard-9x")])
def test_what_has_no_price_is_left_out_and_named(size: str | None, why: str) -> None:
    found = a_week(web(1, size), worker(), jobs=(job(None),))
    assert found.of(Target("shop", "web")).amount.usd is None  # type: ignore[union-attr]
    assert found.left_out == (f"shop/web ({why})", "shop job invoice (no size named)")
    assert found.usd == pytest.approx((40 * 50 + 168 * 7) / 720)
    assert found.saving == pytest.approx(1 - (40 * 50 + 168 * 7) / (168 * 50))  # of the worker alone


def test_no_dyno_costs_nothing_whatever_its_size() -> None:
    assert a_week(web(0, None)).complete


def test_nothing_is_saved_where_no_price_is_known() -> None:
    assert a_week(web(1, None)).saving is None
    assert a_week(web(0)).saving is None


def test_what_cannot_be_known_now_is_named() -> None:
    unknown = Unknown(Target("shop", "batch"), UTC_ZONE, 4, "the feed does not answer")
    told = Policies("policies.yaml", (web(),), unknown=(unknown,), jobs=(job(),)).holding_jobs("no store")
    found = bill(told, START, START + DAY)
    assert found.left_out == ("shop/batch (not known)", "shop job invoice (held)")
    assert found.at_most.seconds == 0


def test_the_platforms_prices_are_used_where_they_are_given() -> None:
    prices = account_prices({"Standard-1X": 3000, "Basic": 700, "Eco": 0, "Private-S": None})
    found = a_week(web(2), prices=prices)
    assert found.formations.usd == pytest.approx(336 * 30 / 720)
    assert found.prices.source == "Heroku's prices for this account, read now"
    assert LISTED.source == "Heroku's list prices of 2026-05-13"
    assert hourly("private-s", prices) is None
    assert hourly("eco", prices) is None, "Eco's nought is no price: the pool costs"


@tried(20)
@given(worlds(), st.sampled_from([1, 700, 1234]))
def test_each_second_costs_its_part_of_a_month(world: World, cents: int) -> None:
    """Against minutes walked one by one; the first and the last are only partly in."""
    spans = stretches(world.policy, instant(world.start), instant(world.until))
    prices = Prices({"standard-1x": cents, "standard-2x": 2 * cents}, "a test")
    seconds, charge = 0, Fraction(0)
    for held in oracle.held(world.policy, oracle.minute_of(world.start), oracle.minute_of(world.until) + 1):
        begins = max(oracle.moment_of(held.start), world.start)
        lasts = int((min(oracle.moment_of(held.end), world.until) - begins).total_seconds())
        low = held.quantity if isinstance(held.quantity, int) else held.quantity.low
        seconds += low * max(0, lasts)
        charge += low * max(0, lasts) * Fraction(cents * (2 if held.size == "standard-2x" else 1), 100 * 720 * 3600)
    found = amount(spans, prices)
    assert found.seconds == seconds
    if world.policy.size is None:
        assert cost(spans, prices) is None
    else:
        assert found.usd == pytest.approx(float(charge))
