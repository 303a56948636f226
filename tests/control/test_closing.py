"""Openings that end when their work is done, over virtual days: what is held, for how long, and what is said."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from autoscaler.core.days import EVERY_DAY, Weekdays
from autoscaler.core.memory import Closing, StoreError
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.probes import Answer, Busy, Counter, Failed, Idle, Probe, RedisProbe
from autoscaler.core.windows import Close, Phrase, WallSpan, Window
from autoscaler.core.zones import HOUR
from tests.control.test_daemon import TOKYO
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo

NIGHT = (Phrase(Weekdays(EVERY_DAY), WallSpan(22 * HOUR, 30 * HOUR)),)
PROBE = RedisProbe("SHOP_REDIS_URL", Counter("n"))
BUSY, IDLE, FAILED = Busy(3), Idle(), Failed("SHOP_REDIS_URL: no answer within 5 seconds")


@dataclass
class FakeProber:
    """Answers as its plan says for the time of day; counts the questions."""

    time: Time
    plan: Callable[[datetime], Answer]
    asked: list[datetime] = field(default_factory=list)

    async def ask(self, probe: Probe) -> Answer:
        assert probe == PROBE
        self.asked.append(self.time.now())
        return self.plan(self.time.now())


@dataclass
class FakeMemory:
    """Closings in a list, or nothing where it is `down`. No jobs are asked for here."""

    made: list[Closing] = field(default_factory=list)
    down: bool = False

    async def close(self, closing: Closing) -> bool:
        self._up()
        self.made.append(closing)
        return True

    async def closings(self, app: str | None = None, since: datetime | None = None) -> list[Closing]:
        self._up()
        return [c for c in self.made if c.app == app and (since is None or c.closed >= since)]

    def _up(self) -> None:
        if self.down:
            raise StoreError("the store does not answer")

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} is not for windows")


def night(latest: int = 2 * HOUR, early: int | None = None, **more: object) -> Window:
    return Window("night", 8, NIGHT, 2, close=Close("unfinished", latest, early), **more)  # type: ignore[arg-type]


def stage(
    window: Window,
    plan: Callable[[datetime], Answer],
    start: str = "2026-11-23T21:00",
    own: int = 0,
    memory: FakeMemory | None = None,
) -> Stage:
    time = Time(tokyo(start))
    heroku = FakeHeroku(time, {"shop": {"worker": (own, "standard-1x")}})
    policy = Policy(Target("shop", "worker"), TOKYO, 5, own, None, (window,))
    policies = Policies("policies.yaml", (policy,), TOKYO, probes={("shop", "unfinished"): PROBE})
    return Stage(time, heroku, [policies], prober=FakeProber(time, plan), memory=memory)


def until(text: str, first: Answer = BUSY, then: Answer = IDLE) -> Callable[[datetime], Answer]:
    """One answer before a local time in Tokyo, and another from it on."""
    return lambda now: first if now < tokyo(text) else then


def test_an_opening_whose_work_is_done_closes_at_its_end_and_the_probe_is_asked_only_about_then() -> None:
    play = stage(night(), lambda _: IDLE)
    play.play(hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 06:00:00", 0)]
    assert play.questions() == [tokyo("2026-11-24T05:59:30"), tokyo("2026-11-24T05:59:50")]
    assert play.said("overrun") == []


@pytest.mark.parametrize("answer", [BUSY, FAILED], ids=["busy", "failed"])
def test_it_is_held_open_until_the_probe_is_idle(answer: Answer) -> None:
    play = stage(night(), until("2026-11-24T06:30", first=answer))
    play.play(hours=12)
    [opened, closed] = play.heroku.writes()
    assert opened == ("Mon 22:00:00", 2)
    assert closed[1] == 0
    assert "Tue 06:30:00" <= closed[0] <= "Tue 06:31:00"
    assert 30 <= len(play.questions()) <= 33
    [held] = play.said("held_open")
    assert (held.fields["window"], held.fields["until"]) == ("night", "2026-11-23T23:00:00Z")
    assert len(play.said("degraded")) == (2 if answer == FAILED else 0)  # at once, and again after 15 minutes
    assert play.said("overrun") == []


def test_a_probe_that_was_idle_for_a_moment_is_not_believed() -> None:
    """Sidekiq's processes tell every 10 seconds what they work on: between two jobs nothing may be seen."""
    play = stage(
        night(), lambda now: IDLE if tokyo("2026-11-24T05:59:45") < now < tokyo("2026-11-24T06:00:30") else BUSY
    )
    play.play(hours=9.5)
    assert play.heroku.writes() == [("Mon 22:00:00", 2)]


def test_it_is_closed_at_its_latest_and_the_overrun_is_reported() -> None:
    play = stage(night(), lambda _: BUSY)
    play.play(hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 08:00:00", 0)]
    [overrun] = play.said("overrun")
    assert overrun.fields == {
        "app": "shop", "type": "worker", "window": "night", "reason": "held open: unfinished says 3 unfinished",
    }  # fmt: skip
    assert overrun.level == "warning"


def test_what_has_closed_stays_closed_though_new_work_comes() -> None:
    play = stage(night(), until("2026-11-24T06:10", first=IDLE, then=BUSY))
    play.play(hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 06:00:00", 0)]


def test_who_scales_down_first_has_the_last_word() -> None:
    play = stage(night(), lambda _: BUSY)
    play.play((9.5, lambda: play.heroku.apps["shop"].update(worker=(0, "standard-1x"))), hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 2)]
    assert play.said("overrun") == []


def test_the_larger_of_the_two_is_held() -> None:
    more = Window("morning", 9, (Phrase(Weekdays(EVERY_DAY), WallSpan(6 * HOUR, 7 * HOUR)),), 5)
    window = night()
    play = stage(window, lambda _: BUSY, own=1)
    policy = Policy(Target("shop", "worker"), TOKYO, 5, 1, None, (window, more))
    play.files = [Policies("policies.yaml", (policy,), TOKYO, probes={("shop", "unfinished"): PROBE})]
    play.play(hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 06:00:00", 5), ("Tue 07:00:00", 2), ("Tue 08:00:00", 1)]


def test_the_size_stays_while_it_is_held_open() -> None:
    window = night(size="standard-2x")
    play = stage(window, until("2026-11-24T06:30"), own=2)
    policy = Policy(Target("shop", "worker"), TOKYO, 5, 2, "standard-1x", (window,))
    play.files = [Policies("policies.yaml", (policy,), TOKYO, probes={("shop", "unfinished"): PROBE})]
    play.play(hours=12)
    sizes = [(f"{call.at:%H:%M}", write.size) for call in play.heroku.calls for write in call.writes]
    assert [size for _, size in sizes] == ["standard-2x", "standard-1x"]
    assert "21:30" <= sizes[1][0] <= "21:31"  # UTC


def test_a_daemon_that_starts_past_the_end_holds_what_runs() -> None:
    play = stage(night(), until("2026-11-24T07:00"), start="2026-11-24T06:20")
    play.heroku.apps["shop"]["worker"] = (2, "standard-1x")
    play.play(hours=2)
    [closed] = play.heroku.writes()
    assert "Tue 07:00:00" <= closed[0] <= "Tue 07:01:00"


def test_it_ends_early_once_the_probe_has_been_idle_for_so_long_and_stays_so() -> None:
    memory = FakeMemory()
    play = stage(night(early=600), until("2026-11-24T03:00"), memory=memory)
    play.play(hours=12)
    [opened, closed] = play.heroku.writes()
    assert opened == ("Mon 22:00:00", 2)
    assert "Tue 03:10:00" <= closed[0] <= "Tue 03:12:00"
    [made] = memory.made
    assert (made.window, made.opened, made.by) == ("night", tokyo("2026-11-23T22:00"), "idle")
    assert [event.fields["by"] for event in play.said("closed")] == ["idle"]


def test_a_moment_of_work_begins_the_idle_time_anew() -> None:
    def plan(now: datetime) -> Answer:
        return BUSY if now.minute % 9 == 0 else IDLE

    play = stage(night(early=600), plan, memory=FakeMemory())
    play.play(hours=8)
    assert play.heroku.writes() == [("Mon 22:00:00", 2)]


def test_the_next_opening_is_not_closed_by_what_closed_the_last() -> None:
    memory = FakeMemory()
    play = stage(night(early=600), until("2026-11-24T22:00", first=IDLE, then=BUSY), memory=memory)
    play.play(hours=26)
    assert [quantity for _, quantity in play.heroku.writes()] == [2, 0, 2]
    assert play.heroku.writes()[2][0] == "Tue 22:00:00"


def test_a_closing_of_somebody_else_is_taken_up_and_survives_a_restart() -> None:
    memory = FakeMemory()
    play = stage(night(), lambda _: BUSY, memory=memory)
    closing = Closing("shop", "worker", "night", tokyo("2026-11-23T22:00"), tokyo("2026-11-24T02:00"), "batch")
    play.play((5, lambda: memory.made.append(closing)), hours=6)
    assert [quantity for _, quantity in play.heroku.writes()] == [2, 0]
    assert [event.fields["by"] for event in play.said("closed")] == ["batch"]
    again = stage(night(), lambda _: BUSY, start="2026-11-24T03:00", memory=memory)
    again.play(hours=6)
    assert again.heroku.writes() == []
    assert again.said("closed") == []


@pytest.mark.parametrize("down", [False, True], ids=["remembered", "not remembered"])
def test_a_batch_that_scales_itself_to_zero_has_ended_its_opening(down: bool) -> None:
    memory = FakeMemory(down=down)
    play = stage(night(), lambda _: BUSY, memory=memory)
    play.play((5, lambda: play.heroku.apps["shop"].update(worker=(0, "standard-1x"))), hours=26)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 22:00:00", 2)]
    assert [event.fields["by"] for event in play.said("closed")] == ["batch"]
    assert len(memory.made) == (0 if down else 1)


def test_a_batch_at_zero_stays_so_when_the_store_comes_back() -> None:
    memory = FakeMemory(down=True)
    play = stage(night(), lambda _: BUSY, memory=memory)
    stop = (5, lambda: play.heroku.apps["shop"].update(worker=(0, "standard-1x")))
    play.play(stop, (5.5, lambda: setattr(memory, "down", False)), hours=8)
    assert play.heroku.writes() == [("Mon 22:00:00", 2)]


def test_who_finds_zero_at_its_start_raises_it() -> None:
    play = stage(night(), lambda _: BUSY, start="2026-11-24T02:00", memory=FakeMemory())
    play.play(hours=2)
    assert play.heroku.writes() == [("Tue 02:00:00", 2)]


def test_a_lower_number_than_the_window_s_is_no_end_of_it() -> None:
    play = stage(night(), lambda _: BUSY, memory=FakeMemory())
    (file,) = play.files
    assert isinstance(file, Policies)
    enforcing = tuple(replace(policy, on_manual_change="enforce") for policy in file.policies)
    play.files[:] = [replace(file, policies=enforcing)]
    play.play((5, lambda: play.heroku.apps["shop"].update(worker=(1, "standard-1x"))), hours=6)
    assert [quantity for _, quantity in play.heroku.writes()] == [2, 2]


def test_without_a_store_nothing_ends_early_and_that_is_said() -> None:
    memory = FakeMemory(down=True)
    play = stage(night(early=600), lambda _: IDLE, memory=memory)
    play.play(hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 06:00:00", 0)]
    assert play.said("degraded")[0].fields["store"] == "the store does not answer"


def test_where_nothing_can_be_remembered_it_ends_on_time_and_that_is_said() -> None:
    play = stage(night(early=600), lambda _: IDLE)
    play.play(hours=9.2)
    assert play.heroku.writes() == [("Mon 22:00:00", 2), ("Tue 06:00:00", 0)]
    assert "DATABASE_URL is not set" in str(play.said("degraded")[0].fields["store"])
    assert stage(night(), lambda _: IDLE).said("degraded") == []


def test_what_was_known_stays_known_when_the_store_goes_away() -> None:
    memory = FakeMemory()
    play = stage(night(early=600), lambda _: IDLE, memory=memory)
    play.play((3, lambda: setattr(memory, "down", True)), hours=8)
    assert [quantity for _, quantity in play.heroku.writes()] == [2, 0]
