"""What the log says of each thing that happens, to the last field, how loud it is, and when it is said again."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from autoscaler.control.closer import Closed, Overrun
from autoscaler.control.news import News
from autoscaler.control.watch import Broken, Looked, Shown
from autoscaler.core.decide import Decision
from autoscaler.core.events import Event, Level
from autoscaler.core.journal import Verified
from autoscaler.core.memory import Closing, StoreError
from autoscaler.core.people import Foreign
from autoscaler.core.plan import Change, Hold, HoldKind, Keep, Plan, Step
from autoscaler.core.platform import Dyno, Gone, Live, NotSent, PlatformError, Refused, Transient, Unauthorised, Write
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired
from autoscaler.core.report import Done, Failed, Outcome, Report, Restart, Unshown
from autoscaler.core.windows import Window
from autoscaler.core.zones import instant
from tests.control.journalling import pin
from tests.control.virtual import Time, tokyo

EDGE = tokyo("2026-11-23T22:00")
SHOP = Target("shop", "worker")
NIGHTS = Window("nights", 8, (), 2)
WANTED = Decision(SHOP, Desired(2, "standard-1x"), NIGHTS, 8, tokyo("2026-11-24T06:00"), NIGHTS)
LIVE = Live(0, "standard-2x")
CHANGE = Change(WANTED, LIVE, Write("worker", 2, "standard-1x"))
DECIDED = {"line": 8, "why": 'window "nights" (line 8)', "until": "2026-11-23T21:00:00Z"}
CHANGED = {
    "app": "shop", "type": "worker", "from": 0, "to": 2, "from_size": "standard-2x", "to_size": "standard-1x",
    "window": "nights",
}  # fmt: skip
WHOLE = {**DECIDED, "before": "0:standard-2x", "after": "2:standard-1x", "edge": "2026-11-23T13:00:00Z"}
DYNO = Dyno("id", "worker.1", "worker", "basic", "up", "", 7, EDGE, EDGE)
OPENING = (instant(EDGE), instant(EDGE) + 3600)


@dataclass
class Teller:
    """News half a second after the edge, and what they said."""

    time: Time = field(default_factory=lambda: Time(EDGE, 0.5))
    said: list[Event] = field(default_factory=list)
    news: News = field(init=False)

    def __post_init__(self) -> None:
        self.news = News(self.time, self.said.append)

    def tick(self, *steps: Step, outcomes: tuple[Outcome, ...] = (), on_edge: bool = True, app: str = "shop") -> None:
        self.news.report(app, Report(Plan(EDGE, steps), outcomes), EDGE if on_edge else None)

    def drain(self) -> list[Event]:
        """What was said since the last time."""
        said, self.said[:] = list(self.said), []
        return said


def hold(reason: str = "no", kind: HoldKind = "trouble", cause: PlatformError | None = None) -> Hold:
    return Hold(SHOP, None if cause else WANTED, None if cause else LIVE, reason, cause, kind)


def test_a_change_is_told_with_both_values_its_window_and_how_late_it_is() -> None:
    teller = Teller()
    teller.tick(CHANGE, outcomes=(Done(CHANGE, "r-1"),))
    assert teller.said == [Event("scaled", {**CHANGED, "late": "0.50s", "request_id": "r-1"}, "info", WHOLE)]


def test_on_a_beat_no_change_is_late_and_what_is_left_is_not_told() -> None:
    teller = Teller()
    bare = replace(WANTED, giver=None, speaker=None, until=None, line=5)
    change = Change(bare, LIVE, Write("worker", 2))
    teller.tick(change, outcomes=(Done(change, ""),), on_edge=False)
    fields = {"app": "shop", "type": "worker", "from": 0, "to": 2, "window": None}
    details = {**WHOLE, "line": 5, "why": "outside every window (line 5)", "until": None, "edge": None}
    assert teller.said == [Event("scaled", fields, "info", details)]


def test_a_change_by_a_pin_says_whose() -> None:
    teller = Teller()
    pinned = replace(WANTED, giver=None, pin=pin(EDGE, EDGE + timedelta(hours=1), 2))
    change = Change(pinned, LIVE, Write("worker", None, "standard-1x"))
    teller.tick(change, outcomes=(Done(change, ""),))
    fields = {"from_size": "standard-2x", "to_size": "standard-1x", "window": None, "reason": "pinned by ann: sale"}
    assert teller.said[0].fields == {"app": "shop", "type": "worker", "late": "0.50s", **fields}


@pytest.mark.parametrize(
    ("outcome", "error", "level"),
    [
        (Unshown(CHANGE, "r-1", None), "accepted, but not read back yet", "warning"),
        (Unshown(CHANGE, "r-1", LIVE), "accepted, but still 0:standard-2x", "warning"),
        (Failed(CHANGE, Refused("shop: 422", request_id="r-1")), "shop: 422", "error"),
    ],
)
def test_a_change_that_was_not_made_is_told_whole(outcome: Outcome, error: str, level: Level) -> None:
    teller = Teller()
    teller.tick(CHANGE, outcomes=(outcome,))
    assert teller.drain() == [Event("failed", {**CHANGED, "error": error, "request_id": "r-1"}, level, WHOLE)]
    teller.tick(CHANGE, outcomes=(outcome,))
    assert teller.drain() == []
    teller.tick(CHANGE, outcomes=(Done(CHANGE, ""),))
    recovered, scaled = teller.said
    was = "accepted, but not seen" if level == "warning" else error
    assert recovered == Event("recovered", {"app": "shop", "type": "worker", "after": "0s", "was": was})
    assert scaled.name == "scaled"


def test_what_was_not_sent_is_no_failure() -> None:
    teller = Teller()
    teller.tick(CHANGE, outcomes=(Failed(CHANGE, NotSent("not sent")),))
    assert (teller.said, teller.news.troubles) == ([], 0)


@pytest.mark.parametrize(("kind", "level"), [("trouble", "warning"), ("waiting", "info")])
def test_what_is_held_is_told_with_what_is_wanted_and_what_is_there(kind: HoldKind, level: Level) -> None:
    teller = Teller()
    teller.tick(hold("no", kind))
    about = {"app": "shop", "type": "worker", "wanted": "2:standard-1x", "live": "0:standard-2x", "reason": "no"}
    assert teller.drain() == [Event("held", about, level, DECIDED)]
    teller.tick(Keep(WANTED, LIVE))
    assert teller.said == [Event("recovered", {"app": "shop", "type": "worker", "after": "0s", "was": "no"})]


def test_what_is_held_before_anything_is_known_says_what_is_known() -> None:
    teller = Teller()
    teller.tick(Hold(SHOP, None, None, "no"))
    assert teller.said == [Event("held", {"app": "shop", "type": "worker", "reason": "no"}, "warning")]


def test_what_a_person_wants_held_is_no_trouble_and_ends_one_while_a_pause_ends_none() -> None:
    teller = Teller()
    teller.tick(hold())
    teller.drain()
    teller.tick(hold("paused", "pin"))
    assert (teller.drain(), teller.news.troubles) == ([], 1)
    teller.tick(hold("by hand", "person"))
    assert [event.name for event in teller.said] == ["recovered"]
    assert teller.news.troubles == 0


@pytest.mark.parametrize(
    ("error", "level"), [(Transient("no", request_id="r-1"), "warning"), (Gone("no", request_id="r-1"), "error")]
)
def test_an_app_that_is_not_read_is_one_trouble(error: PlatformError, level: Level) -> None:
    teller = Teller()
    other = Hold(Target("shop", "web"), None, None, "no", error)
    teller.tick(hold("no", cause=error), other)
    assert teller.drain() == [Event("degraded", {"app": "shop", "error": "no", "request_id": "r-1"}, level)]
    teller.tick(Keep(WANTED, LIVE))
    assert teller.said == [Event("recovered", {"app": "shop", "after": "0s", "was": "no"})]


@pytest.mark.parametrize(
    ("error", "level", "was"),
    [(Unauthorised, "error", "no"), (partial(Transient, everywhere=True), "warning", "rate limit")],
    ids=["401", "429"],
)
def test_the_account_s_trouble_lasts_until_every_app_it_barred_is_read(error: Any, level: Level, was: str) -> None:
    teller = Teller()
    for app in ("shop", "blog"):
        teller.tick(hold(cause=error(f"{app}: no", request_id="r-1")), app=app)
    assert teller.drain() == [Event("degraded", {"error": "no", "request_id": "r-1"}, level)]
    teller.tick(app="shop")
    assert teller.drain() == []
    teller.tick(app="blog")
    assert teller.said == [Event("recovered", {"after": "0s", "was": was})]


def test_an_app_that_is_no_longer_looked_after_bars_the_account_no_more() -> None:
    teller = Teller()
    for app in ("shop", "blog"):
        teller.tick(hold(cause=Unauthorised("no")), app=app)
    teller.news.forget({"unknown", "blog"})
    teller.drain()
    teller.tick(app="shop")
    assert [event.name for event in teller.said] == ["recovered"]


def test_a_trouble_is_said_again_every_quarter_of_an_hour_and_at_once_for_another_cause() -> None:
    teller = Teller()
    event = Event("degraded", {"error": "no"}, "error")
    for minute in range(40):
        teller.time.steady_now = 77 + minute * 60
        teller.news.trouble("store", event, "no")
    assert teller.drain() == [event, replace(event, fields={"error": "no", "for": "15m"}), replace(
        event, fields={"error": "no", "for": "30m"}
    )]  # fmt: skip
    teller.news.trouble("store", event, "another")
    teller.time.steady_now += 899
    teller.news.trouble("store", event, "another")
    assert teller.drain() == [event]
    teller.news.well("store", app="shop")
    assert teller.said == [Event("recovered", {"app": "shop", "after": "54m", "was": "another"})]
    teller.news.well("store")
    assert len(teller.said) == 1


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0s"), (89.4, "89s"), (90, "2m"), (150, "2m"), (3600, "60m")])
def test_how_long_a_trouble_lasted_is_told_in_seconds_and_then_in_minutes(seconds: float, text: str) -> None:
    teller = Teller(Time(EDGE))
    teller.news.trouble("store", Event("degraded"), "no")
    teller.time.steady_now = seconds
    teller.news.well("store")
    assert teller.said[-1].fields["after"] == text


def test_a_trouble_of_the_same_cause_as_the_one_beside_it_is_told_by_that_one() -> None:
    teller = Teller()
    event = Event("degraded")
    teller.news.trouble("jobs", event, "no")
    teller.news.trouble("shop store", event, "no", beside="jobs")
    assert (len(teller.drain()), teller.news.troubles) == (1, 1)
    teller.time.steady_now = 60.5
    teller.news.trouble("shop store", event, "else", beside="jobs")
    assert (len(teller.drain()), teller.news.troubles) == (1, 2)
    teller.news.trouble("shop store", event, "no", beside="jobs")
    assert (teller.drain(), teller.news.troubles) == ([], 1)
    teller.news.well("shop store", app="shop")
    assert teller.drain() == [Event("recovered", {"app": "shop", "after": "60s", "was": "no"})]
    teller.news.trouble("shop store", event, "no", beside="jobs")
    teller.news.well("shop store")
    assert teller.said == []


def test_a_trouble_is_told_by_itself_once_the_one_beside_it_is_over() -> None:
    teller = Teller()
    teller.news.trouble("jobs", Event("degraded"), "no")
    teller.news.trouble("shop store", Event("degraded"), "no", beside="jobs")
    teller.news.well("jobs")
    teller.drain()
    teller.news.trouble("shop store", Event("degraded"), "no", beside="jobs")
    assert teller.said == [Event("degraded")]


@pytest.mark.parametrize(
    ("step", "ours", "more", "level"),
    [
        (Keep(WANTED, LIVE), False, {"by": "a person or another program", "rule": "put back"}, "warning"),
        (hold(kind="person"), False, {"by": "a person or another program", "rule": "left alone"}, "info"),
        (hold(), True, {"by": "another autoscaler", "rule": "left alone"}, "warning"),
    ],
)
def test_a_change_by_others_is_told_with_both_values_and_what_becomes_of_it(
    step: Step, ours: bool, more: dict[str, object], level: Level
) -> None:
    teller = Teller()
    seen = Verified(SHOP, WANTED.desired, 2, "standard-1x", EDGE)
    teller.news.changed([Foreign(SHOP, seen, LIVE, ours)], Report(Plan(EDGE, (step,)), ()))
    fields = {key: value for key, value in CHANGED.items() if key != "window"}
    fields |= {"from": 2, "to": 0, "from_size": "standard-1x", "to_size": "standard-2x", "wanted": "2:standard-1x"}
    assert teller.said == [Event("manual", {**fields, **more}, level, {**DECIDED, "seen": "2026-11-23T13:00:00Z"})]


def test_of_a_change_of_the_quantity_alone_no_size_is_told() -> None:
    teller = Teller()
    seen = Verified(SHOP, WANTED.desired, 2, LIVE.size, EDGE)
    teller.news.changed([Foreign(SHOP, seen, LIVE, False)], Report(Plan(EDGE, (Hold(SHOP, None, LIVE, "no"),)), ()))
    fields = {"app": "shop", "type": "worker", "from": 2, "to": 0, "rule": "left alone"}
    assert teller.said[0].fields == {**fields, "by": "a person or another program"}
    assert teller.said[0].details == {"seen": "2026-11-23T13:00:00Z"}


def test_dynos_that_are_not_read_and_restarts_that_are_refused_are_one_trouble() -> None:
    teller = Teller()
    refused = Restart(SHOP, DYNO, OPENING, "", Refused("422", request_id="r-1"))
    unsent = Restart(SHOP, DYNO, OPENING, "", NotSent("not sent"))
    teller.news.dynos("shop", None, [unsent])
    assert teller.drain() == []
    teller.news.dynos("shop", Looked(error=Transient("503", request_id="r-2")), [unsent, refused])
    about = {"app": "shop", "error": "422", "note": "an unbroken opening may not be kept whole", "request_id": "r-1"}
    assert teller.drain() == [Event("degraded", about, "error")]
    teller.news.dynos("shop", Looked(error=Transient("503", request_id="r-2")), [])
    assert teller.drain() == [Event("degraded", {**about, "error": "503", "request_id": "r-2"}, "error")]
    teller.news.dynos("shop", None, [])
    assert teller.drain() == []
    teller.news.dynos("shop", Looked(), [])
    assert teller.said == [Event("recovered", {"app": "shop", "after": "0s", "was": "503"})]


@pytest.mark.parametrize(
    ("release", "by"), [(8, "by release v8"), (7, "by hand, by a crash, or by Heroku")], ids=["release", "hand"]
)
def test_what_a_look_shows_of_restarts_is_told(release: int, by: str) -> None:
    teller = Teller()
    born = replace(DYNO, release=release, created_at=tokyo("2026-11-23T22:10"))
    shown = Shown(Restart(SHOP, DYNO, OPENING, "r-1"))
    teller.news.dynos("shop", Looked((shown, Broken(SHOP, OPENING, DYNO, born))), [])
    about = {"app": "shop", "type": "worker", "dyno": "worker.1"}
    ahead = "its daily restart could have come in the unbroken opening of 2026-11-23T13:00:00Z"
    reason = f"restarted {by} within the unbroken opening of 2026-11-23T13:00:00Z"
    assert teller.said == [
        Event("restarted", {**about, "reason": ahead, "request_id": "r-1"}),
        Event("interrupted", {**about, "born": "2026-11-23T13:10:00Z", "reason": reason}, "warning"),
    ]


def test_what_becomes_of_openings_that_close_when_idle_is_told() -> None:
    teller = Teller()
    early = Closing("shop", "worker", "nights", EDGE, EDGE, "idle")
    run = Overrun(SHOP, "nights", "3 jobs")
    teller.news.closed("shop", Closed((early, replace(early, window="")), ((EDGE, run),), (run,)))
    about = {"app": "shop", "type": "worker"}
    assert teller.said == [
        Event("closed", {**about, "window": "nights", "by": "idle"}),
        Event("closed", {**about, "by": "idle"}),
        Event("held_open", {**about, "window": "nights", "until": "2026-11-23T13:00:00Z", "reason": "3 jobs"}),
        Event("overrun", {**about, "window": "nights", "reason": "3 jobs"}, "warning"),
    ]


def test_a_probe_that_fails_and_one_that_answers_again_is_told() -> None:
    teller = Teller()
    teller.news.closed("shop", Closed(failed=((("shop", "queue"), "no answer"),)))
    about = {"app": "shop", "probe": "queue"}
    assert teller.drain() == [Event("degraded", {**about, "error": "no answer", "note": "counts as busy"}, "error")]
    teller.news.closed("shop", Closed(answered=(("shop", "queue"),)))
    assert teller.said == [Event("recovered", {**about, "after": "0s", "was": "no answer"})]


def test_a_store_without_which_nothing_ends_early_is_told() -> None:
    teller = Teller()
    teller.news.closed("shop", Closed(store=StoreError("away")))
    note = "nothing can be ended early; openings close at their end, or when their probes are idle"
    assert teller.drain() == [Event("degraded", {"app": "shop", "store": "away", "note": note}, "error")]
    teller.news.closed("shop", Closed())
    assert teller.said == [Event("recovered", {"app": "shop", "after": "0s", "was": "away"})]


def test_that_nobody_knows_of_heroku_s_own_autoscaling_is_told_until_somebody_does() -> None:
    teller = Teller()
    teller.news.autoscaled("shop", Transient("503"))
    note = "it is not known whether Heroku's own autoscaling is on; going on as if it were off"
    assert teller.drain() == [Event("degraded", {"app": "shop", "error": "503", "note": note}, "warning")]
    teller.news.autoscaled("shop", None)
    assert teller.drain() == []
    teller.news.autoscaled("shop", True)
    assert teller.said == [Event("recovered", {"app": "shop", "after": "0s", "was": "503"})]
