"""Reads within any hour: a tenth of the account's limit, whatever fails and however many apps there are."""

import os
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil

import pytest
import respx
from hypothesis import given, settings
from hypothesis import strategies as st

from autoscaler.core.pace import BEAT, READS_AN_HOUR, beat_for
from autoscaler.core.platform import NotSent, Transient
from autoscaler.heroku import URL, Heroku, Patience
from autoscaler.heroku.budget import HOUR, LOOKS, Hour, Need
from tests.heroku.support import GOOD, TOKEN

EXAMPLES = settings(max_examples=int(os.environ.get("AUTOSCALER_EXAMPLES", "60")), deadline=None)
DAY = 24 * HOUR


@dataclass
class Steady:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def most_in_an_hour(sent: list[float]) -> int:
    """The most of `sent`, which is in order, in any half-open hour."""
    return max((number + 1 - bisect_left(sent, at - HOUR + 1e-6) for number, at in enumerate(sent)), default=0)


@dataclass
class Account:
    """Apps read on the grid of beats as the daemon reads them, three times each while Heroku is down."""

    apps: int
    down: list[tuple[float, float]]
    steady: Steady = field(default_factory=Steady)
    sent: list[float] = field(default_factory=list)
    read: dict[int, float] = field(default_factory=dict)
    """When each app was last read."""
    denied: int = 0

    def play(self, until: float) -> None:
        hour = Hour(READS_AN_HOUR, self.steady)
        turns = dict.fromkeys(range(self.apps), 0.0)
        while self.steady.now < until:
            for app in turns:
                if turns[app] <= self.steady.now:
                    self._turn(app, hour)
                    turns[app] = self.steady.now + beat_for(self.apps, None) - 1
            self.steady.now += BEAT

    def _turn(self, app: int, hour: Hour) -> None:
        needs: tuple[Need, ...] = ("beat", "more", "more")
        for need in needs:
            if hour.wait(need):
                self.denied += need == "beat"
                return
            hour.note(str(app), need)
            self.sent.append(self.steady.now)
            if not any(start <= self.steady.now < end for start, end in self.down):
                self.read[app] = self.steady.now
                return


outages = st.lists(st.tuples(st.floats(0, DAY / 2), st.floats(0, DAY / 8)), max_size=4)


@EXAMPLES
@given(st.integers(1, 100), outages)
def test_no_hour_has_more_reads_and_every_app_is_read_a_beat_after_the_end(
    apps: int, lengths: list[tuple[float, float]]
) -> None:
    down = [(start, start + length) for start, length in lengths]
    account = Account(apps, down)
    end = max((end for _, end in down), default=0.0)
    account.play(end + ceil(beat_for(apps, None) / BEAT) * BEAT + BEAT)
    assert most_in_an_hour(account.sent) <= READS_AN_HOUR
    assert account.denied == 0  # the second attempts of an outage never cost a beat
    assert len([at for at in account.read.values() if at >= end]) == apps


def test_an_outage_is_noticed_by_more_than_its_beats() -> None:
    """There is room for second attempts as long as the beats leave any."""
    account = Account(3, [(0.0, DAY)])
    account.play(2 * HOUR)
    assert most_in_an_hour(account.sent) == READS_AN_HOUR - LOOKS - 3


@EXAMPLES
@given(st.lists(st.tuples(st.floats(0, 300), st.sampled_from(["beat", "more", "urgent"]), st.integers(0, 30))))
def test_whatever_is_asked_the_cap_holds_and_a_wait_is_long_enough(steps: list[tuple[float, Need, int]]) -> None:
    steady, sent = Steady(), list[float]()
    hour = Hour(20, steady)
    for seconds, need, app in steps:
        steady.now += seconds
        wait = hour.wait(need)
        if need == "urgent":
            assert wait == 0.0
        elif wait == 0.0:
            sent.append(steady.now)
        if wait == 0.0:
            hour.note(str(app), need)
        elif need == "beat":
            later = Steady(steady.now + wait + 1e-6)  # sums of floats
            hour._steady = later
            assert hour.wait("beat") == 0.0
            steady.now, hour._steady = later.now, steady
        assert most_in_an_hour(sent) <= 20


def test_with_no_cap_nothing_waits() -> None:
    hour = Hour(None, Steady())
    for _ in range(2000):
        hour.note("shop", "beat")
    assert hour.wait("more") == 0.0


def test_urgent_reads_go_and_are_counted() -> None:
    steady = Steady()
    hour = Hour(3, steady)
    for _ in range(5):
        assert hour.wait("urgent") == 0.0
        hour.note("shop", "urgent")
        steady.now += 60
    assert hour.wait("beat") == HOUR - 300 + 120  # the third of them must be an hour old


class TestOverTheWire:
    """The same through the client."""

    @pytest.fixture
    def steady(self) -> Steady:
        return Steady()

    @pytest.fixture
    def heroku(self, web: respx.MockRouter, steady: Steady) -> Heroku:
        web.route(host="api.heroku.com").respond(200, content=GOOD)
        return self.client(steady)

    def client(self, steady: Steady, reads: int = 10) -> Heroku:
        async def nap(_: float) -> None:
            pass

        patience = Patience(sleep=nap, reads=reads, steady=steady)
        return Heroku(TOKEN, now=lambda: datetime(2026, 11, 24, tzinfo=UTC), patience=patience)

    async def use(self, heroku: Heroku, reads: int) -> None:
        for number in range(reads):
            await heroku.formation(f"app-{number}")

    async def test_a_read_that_is_one_too_many_is_not_sent(
        self, heroku: Heroku, steady: Steady, web: respx.MockRouter
    ) -> None:
        await self.use(heroku, 10)
        steady.now = 600
        with pytest.raises(NotSent, match="shop: not sent: as many reads as may be were sent") as caught:
            await heroku.formation("shop")
        assert (caught.value.retry_after, caught.value.everywhere) == (3000, False)
        assert len(web.calls) == 10
        await heroku.formation("shop", urgent=True)
        await heroku.apply("shop", [], lambda: True)
        assert len(web.calls) == 12
        steady.now = 3600
        await heroku.formation("shop")
        await heroku.aclose()

    async def test_a_look_at_dynos_waits_before_a_beat_does(self, web: respx.MockRouter, steady: Steady) -> None:
        web.get(f"{URL}/apps/shop/dynos").respond(200, json=[])
        web.route().respond(200, content=GOOD)
        heroku = self.client(steady, 61 + 1)
        await heroku.formation("shop")
        await heroku.dynos("shop")  # one is left beside the 61 of the app's beats
        with pytest.raises(NotSent):
            await heroku.dynos("shop")
        await heroku.formation("shop")
        assert len(web.calls) == 3
        await heroku.aclose()

    @pytest.mark.parametrize(("urgent", "attempts"), [(False, 2), (True, 3)])
    async def test_where_there_is_no_room_for_another_attempt_the_error_before_it_is_told(
        self, urgent: bool, attempts: int, web: respx.MockRouter, steady: Steady
    ) -> None:
        web.route().respond(503)
        heroku = self.client(steady, 61 + LOOKS + 1)
        with pytest.raises(Transient, match="503") as caught:
            await heroku.formation("shop", urgent=urgent)
        assert not isinstance(caught.value, NotSent)
        assert len(web.calls) == attempts
        await heroku.aclose()

    async def test_an_urgent_read_does_not_wait_for_the_accounts_refill(
        self, web: respx.MockRouter, steady: Steady
    ) -> None:
        web.route().respond(200, content=GOOD, headers={"RateLimit-Remaining": "3"})
        heroku = self.client(steady)
        await heroku.formation("shop")
        with pytest.raises(NotSent):
            await heroku.formation("shop")
        await heroku.formation("shop", urgent=True)
        assert len(web.calls) == 2
        await heroku.aclose()
