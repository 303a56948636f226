"""People beside the daemon: changes by hand, pins, and other daemons, over virtual days and restarts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from autoscaler.core.journal import Verified, Written
from autoscaler.core.policies import OnManualChange, Policies, Policy, Target
from autoscaler.core.quantity import Desired, Range
from tests.control.journalling import FakeJournal, pin
from tests.control.test_daemon import TOKYO, worker
from tests.control.virtual import FakeHeroku, Stage, Time, tokyo

SHOP = Target("shop", "worker")
NIGHT = "2026-11-23T21:30"
"""Monday; the window gives 1 from 22:00 to 06:00."""


def stage(policy: Policy | None = None, start: str = NIGHT, live: int = 0, journal: FakeJournal | None = None) -> Stage:
    time = Time(tokyo(start))
    heroku = FakeHeroku(time, {"shop": {"worker": (live, "standard-1x")}})
    return Stage(time, heroku, [Policies("policies.yaml", (policy or worker(),), TOKYO, "one")], journal=journal)


def later(play: Stage, *policies: Policy, hours: float = 0, digest: str = "one", journal: object = None) -> Stage:
    """Another daemon before the same Heroku, so many hours after the end of `play`; with the same journal."""
    time = Time(play.time.now() + timedelta(hours=hours))
    heroku = FakeHeroku(time, play.heroku.apps)
    file = Policies("policies.yaml", policies or (worker(),), TOKYO, digest)
    return Stage(time, heroku, [file], journal=journal or play.journal, name="clock.2")


def scale(play: Stage, quantity: int, size: str = "standard-1x") -> Callable[[], object]:
    return lambda: play.heroku.apps["shop"].update(worker=(quantity, size))


def ruled(rule: OnManualChange) -> Policy:
    return replace(worker(), on_manual_change=rule)


def test_a_change_by_hand_is_left_alone_until_the_next_edge() -> None:
    play = stage(journal=FakeJournal())
    play.play((2, scale(play, 4)), hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 1), ("Tue 06:00:00", 0)]
    (told,) = play.said("manual")
    assert told.level == "info"
    assert {"from": 1, "to": 4, "wanted": "1", "rule": "left alone"}.items() <= told.fields.items()
    assert play.said("held") == []
    assert play.said("unconverged") == []


def test_what_another_program_does_within_a_range_is_nobody_s_change() -> None:
    policy = replace(worker(), quantity=Range(2, 6), windows=(), on_manual_change="enforce")
    play = stage(policy, live=2)
    often = [(0.3 + number / 10, scale(play, 3 + number % 3)) for number in range(4)]
    play.play(*often, (1, scale(play, 9)), hours=2)
    assert [(told.fields["to"], told.fields["rule"]) for told in play.said("manual")] == [(9, "put back")]
    assert [quantity for _, quantity in play.heroku.writes()] == [6]


def test_with_enforce_it_is_put_back_within_a_beat() -> None:
    play = stage(ruled("enforce"))
    play.play((2, scale(play, 4)), hours=3)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 1]
    assert play.heroku.calls[-1].at - tokyo("2026-11-23T23:30") > timedelta(0)
    assert [event.fields["rule"] for event in play.said("manual")] == ["put back"]


def test_with_report_it_is_left_alone_too_and_complained_of_until_the_next_edge() -> None:
    play = stage(ruled("report"))
    play.play((2, scale(play, 4)), hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 1), ("Tue 06:00:00", 0)]
    assert [event.level for event in play.said("manual")] == ["warning"]
    assert 20 <= len(play.said("held")) <= 30  # six and a half hours, every quarter of an hour
    assert play.said("unconverged") != []


@pytest.mark.parametrize("rule", ["keep", "report"])
def test_a_change_of_the_size_alone_is_a_change_by_hand(rule: OnManualChange) -> None:
    play = stage(replace(ruled(rule), size="standard-1x"))
    play.play((2, scale(play, 1, "standard-2x")), hours=6)
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]
    assert play.said("manual")[0].fields["to_size"] == "standard-2x"


def test_a_restart_of_the_daemon_does_not_make_a_change_by_hand_undone() -> None:
    play = stage(journal=FakeJournal())
    play.play((2, scale(play, 4)), hours=3)
    second = later(play)
    second.play(hours=7)
    assert second.heroku.writes() == [("Tue 06:00:00", 0)]
    assert (len(play.said("manual")), second.said("manual")) == (1, [])


def test_another_change_by_hand_while_no_daemon_ran_is_told_too() -> None:
    play = stage(journal=FakeJournal())
    play.play((2, scale(play, 4)), hours=3)
    scale(play, 5)()
    second = later(play)
    second.play(hours=1)
    assert [event.fields["to"] for event in second.said("manual")] == [5]


def test_a_change_that_was_made_while_no_daemon_ran_is_one_too() -> None:
    play = stage(journal=FakeJournal())
    play.play(hours=2)
    scale(play, 4)()
    second = later(play, hours=1)
    second.play(hours=1)
    assert second.heroku.writes() == []
    assert [event.fields["to"] for event in second.said("manual")] == [4]


def test_without_a_record_the_level_wins() -> None:
    play = stage(journal=FakeJournal())
    play.play(hours=2)
    scale(play, 4)()
    second = later(play, hours=1, journal=FakeJournal())
    second.play(hours=1)
    assert [quantity for _, quantity in second.heroku.writes()] == [1]
    assert second.said("manual") == []


@pytest.mark.parametrize("away", [8, 32], ids=["over an edge", "over three"])
def test_an_edge_that_was_missed_is_no_change_by_hand(away: float) -> None:
    play = stage(journal=FakeJournal())
    play.play(hours=2)
    scale(play, 4)()
    second = later(play, hours=away)
    second.play(hours=1)
    assert [quantity for _, quantity in second.heroku.writes()] == [0]
    assert second.said("manual") == []


def test_what_is_seen_after_missed_edges_is_seen_anew() -> None:
    play = stage(journal=FakeJournal())
    play.play(hours=0.2)
    second = later(play, hours=23)  # wanted again as before the night
    second.play((0.5, scale(play, 4)), hours=0.9)
    assert second.heroku.writes() == []
    assert [event.fields["to"] for event in second.said("manual")] == [4]


def test_a_new_file_that_wants_something_else_takes_effect_over_a_change_by_hand() -> None:
    play = stage(journal=FakeJournal())
    play.play((2, scale(play, 4)), hours=3)
    second = later(play, worker(quantity=2), digest="two")
    second.play(hours=1)
    assert [quantity for _, quantity in second.heroku.writes()] == [2]


def test_a_new_file_that_wants_the_same_leaves_it_alone() -> None:
    play = stage(journal=FakeJournal())
    play.play((2, scale(play, 4)), hours=3)
    second = later(play, worker(base=9), digest="two")
    second.play(hours=1)
    assert second.heroku.writes() == []


def test_a_reload_of_the_file_leaves_it_alone_without_a_journal() -> None:
    play = stage()

    def reload() -> None:
        play.files.append(Policies("policies.yaml", (worker(base=9),), TOKYO, "two"))
        play.daemon.wake()

    play.play((2, scale(play, 4)), (3, reload), hours=5)
    assert play.heroku.writes() == [("Mon 22:00:00", 1)]


def test_what_another_of_our_daemons_asked_for_is_no_person_s_change() -> None:
    journal = FakeJournal()
    play = stage(journal=journal)
    play.play(hours=2)
    old = later(play, worker(quantity=3), digest="old")
    old.play(hours=0.2)
    assert play.heroku.apps["shop"]["worker"][0] == 3
    third = later(old)
    third.play(hours=0.5)
    assert [quantity for _, quantity in third.heroku.writes()] == [1]
    assert third.said("manual") == []


def test_what_another_daemon_asks_for_while_this_one_runs_is_looked_up_told_as_that_and_put_back() -> None:
    journal = FakeJournal()
    play = stage(journal=journal)

    def other() -> None:
        journal.asked.append(Written(SHOP, 3, None, play.time.now(), "clock.9"))
        scale(play, 3)()

    play.play((2, other), hours=2.5)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 1]
    told = [(event.fields["by"], event.fields["rule"]) for event in play.said("manual")]
    assert told == [("another autoscaler", "put back")]


def test_a_change_that_keeps_coming_back_is_told_with_both_values_and_not_fought() -> None:
    play = stage(ruled("enforce"), journal=FakeJournal())
    changes = [(2 + number / 12, scale(play, 4)) for number in range(6)]
    play.play(*changes, hours=12)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 1, 1, 0]
    assert len(play.said("manual")) == 3
    reason = str(play.said("held")[0].fields["reason"])
    assert "1:standard-1x was changed to 4:standard-1x" in reason
    assert "three times in an hour" in reason


def test_a_restart_of_the_daemon_is_no_new_count_of_changes_that_come_back() -> None:
    play = stage(ruled("enforce"), journal=FakeJournal())
    play.play((2, scale(play, 4)), (2.2, scale(play, 4)), hours=2.3)
    second = later(play, ruled("enforce"))
    second.play((0.2, scale(second, 4)), hours=1)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 1, 1]
    assert second.heroku.writes() == []
    assert [event.fields["rule"] for event in second.said("manual")] == ["left alone"]
    assert "three times in an hour" in str(second.said("held")[0].fields["reason"])


def test_what_keeps_coming_back_is_left_alone_until_the_edge_over_hours_and_restarts() -> None:
    play = stage(ruled("enforce"), journal=FakeJournal())
    play.play(*[(2 + number / 5, scale(play, 4)) for number in range(3)], hours=3)
    second = later(play, ruled("enforce"), hours=3)
    second.play(hours=2.6)
    assert second.heroku.writes() == [("Tue 06:00:00", 0)]
    assert second.said("manual") == []


@pytest.mark.parametrize("restarted", [False, True], ids=["one daemon", "another since"])
def test_the_hour_of_changes_that_come_back_goes_over_an_edge(restarted: bool) -> None:
    play = stage(ruled("enforce"), journal=FakeJournal())
    before = [(0.25, scale(play, 4)), (0.4, scale(play, 4))]
    last = play
    if restarted:
        play.play(*before, hours=0.55)
        last = later(play, ruled("enforce"))
        last.play((0.1, scale(last, 4)), hours=0.3)
    else:
        play.play(*before, (0.6, scale(play, 4)), hours=0.8)
    assert [event.fields["rule"] for event in play.said("manual")][:2] == ["put back"] * 2
    assert last.said("manual")[-1].fields["rule"] == "left alone"
    assert last.heroku.apps["shop"]["worker"][0] == 4


def test_changes_of_yesterday_do_not_count_today() -> None:
    play = stage(ruled("enforce"), journal=FakeJournal())
    often = [(2 + number / 5, scale(play, 4)) for number in range(3)]
    play.play(*often, (26, scale(play, 4)), hours=26.5)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 1, 1, 0, 1, 1]
    second = later(play, ruled("enforce"))
    second.play((1.5, scale(second, 4)), hours=3)
    assert [quantity for _, quantity in second.heroku.writes()] == [1]


def test_a_change_that_stands_and_that_two_daemons_saw_is_one_change() -> None:
    journal = FakeJournal()
    play = stage(journal=journal)
    play.play((2, scale(play, 4)), hours=2.1)
    (seen,) = journal.told("manual")
    journal.noted.append(replace(seen, at=seen.at + timedelta(seconds=70), daemon="clock.9"))
    scale(play, 1)()
    second = later(play)
    second.play((0.1, scale(second, 4)), hours=0.5)
    assert [event.fields["to"] for event in second.said("manual")] == [4]
    assert second.said("held") == []  # left alone as `keep` says, and no trouble


def test_a_store_that_comes_back_does_not_double_what_was_counted_without_it() -> None:
    journal = FakeJournal(down=True)
    play = stage(ruled("enforce"), journal=journal)
    up = lambda: setattr(journal, "down", False)  # noqa: E731
    play.play((2, scale(play, 4)), (2.1, up), (2.3, scale(play, 4)), hours=3)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 1, 1]


def test_two_changes_in_an_hour_are_put_back_each_time() -> None:
    play = stage(ruled("enforce"))
    play.play(*[(2 + number * 0.6, scale(play, 4)) for number in range(4)], hours=6)
    assert [quantity for _, quantity in play.heroku.writes()] == [1] * 5


def test_the_store_may_be_gone_all_night() -> None:
    play = stage(journal=FakeJournal(down=True))
    play.play((2, scale(play, 4)), hours=12)
    assert play.heroku.writes() == [("Mon 22:00:00", 1), ("Tue 06:00:00", 0)]
    assert {str(event.fields.get("store")) for event in play.said("degraded")} == {"the store is not reached"}
    assert len(play.said("degraded")) <= 49  # every quarter of an hour


def test_what_happened_while_the_store_was_gone_is_written_down_when_it_comes_back() -> None:
    journal = FakeJournal(down=True)
    play = stage(journal=journal)
    play.play((8, lambda: setattr(journal, "down", False)), hours=10)
    assert [entry.event.fields["to"] for entry in journal.told("scaled")] == [1, 0]
    assert journal.told("scaled")[0].at == tokyo("2026-11-23T22:00")
    assert [event.fields["was"] for event in play.said("recovered")] == ["the store is not reached"]


def test_the_journal_says_what_was_done_why_and_by_whom() -> None:
    journal = FakeJournal()
    stage(journal=journal).play(hours=2)
    (scaled,) = journal.told("scaled")
    assert scaled.daemon == "clock.1"
    assert scaled.event.details == {
        "line": 8,
        "why": 'window "nights" (line 8)',
        "until": "2026-11-23T21:00:00Z",
        "before": "0:standard-1x",
        "after": "1",
        "edge": "2026-11-23T13:00:00Z",
        "digest": "one",
        "revision": "abc123",
    }
    assert scaled.event.fields["late"] == "0.00s"
    assert scaled.event.fields["request_id"] == "request"
    assert journal.alive["shop"].converged is not None
    assert journal.alive["shop"].why == ""


def test_what_was_asked_for_and_seen_is_written_down_for_other_daemons() -> None:
    journal = FakeJournal()
    sized = replace(worker(quantity=Range(2, 4)), size="standard-2x")
    stage(sized, journal=journal).play(hours=2)
    at, edge = tokyo(NIGHT), tokyo("2026-11-23T22:00")
    first = Written(SHOP, None, "standard-2x", at, "clock.1")
    assert journal.asked == [first, Written(SHOP, 2, None, edge, "clock.1")]
    assert journal.records == {SHOP: Verified(SHOP, Desired(Range(2, 4), "standard-2x"), 2, "standard-2x", edge)}


def test_a_pin_holds_to_its_end_and_the_file_holds_after_it() -> None:
    journal = FakeJournal()
    play = stage(journal=journal)
    made = tokyo("2026-11-23T23:00")
    play.play((1.5, lambda: journal.made.append(pin(made, tokyo("2026-11-24T03:00"), 5))), hours=12)
    at = [(when[:9], quantity) for when, quantity in play.heroku.writes()]
    assert at == [("Mon 22:00", 1), (at[1][0], 5), ("Tue 03:00", 1), ("Tue 06:00", 0)]
    assert at[1][0] in {"Mon 23:00", "Mon 23:01"}
    (pinned,), (unpinned,) = play.said("pinned"), play.said("unpinned")
    assert {
        "quantity": 5,
        "until": "2026-11-23T18:00:00Z",
        "reason": "sale",
        "by": "ann",
    }.items() <= pinned.fields.items()
    assert unpinned.fields["ended"] == "in time"
    assert journal.told("pinned") == []


def test_a_pin_that_a_person_ends_is_over_within_a_minute_and_a_half() -> None:
    journal = FakeJournal()
    journal.made.append(pin(tokyo("2026-11-23T20:00"), tokyo("2026-11-24T07:00"), 5))
    play = stage(journal=journal)
    play.play((1, journal.made.clear), hours=2)
    (_, quantity), (ended, after) = play.heroku.writes()
    assert (quantity, after) == (5, 1)
    assert "Mon 22:30:00" <= ended <= "Mon 22:31:30"
    assert [event.fields["ended"] for event in play.said("unpinned")] == ["by a person"]


def test_a_pin_outlasts_edges_and_restarts_and_survives_the_store() -> None:
    journal = FakeJournal()
    journal.made.append(pin(tokyo("2026-11-23T20:00"), tokyo("2026-11-24T07:00"), 5))
    play = stage(journal=journal)
    play.play(hours=3)
    second = later(play)
    second.play((1, lambda: setattr(journal, "down", True)), hours=9)
    assert play.heroku.writes() == [("Mon 21:30:00", 5)]
    assert second.heroku.writes() == [("Tue 07:00:00", 0)]


def test_a_pause_leaves_everything_as_it_is_until_its_end() -> None:
    journal = FakeJournal()
    journal.made.append(pin(tokyo("2026-11-23T21:00"), tokyo("2026-11-24T01:00"), None))
    play = stage(journal=journal)
    play.play((2, scale(play, 7)), hours=5)
    assert [(when[:9], quantity) for when, quantity in play.heroku.writes()] == [("Tue 01:00", 1)]
    assert play.said("unconverged") == []


def test_a_pause_is_no_end_of_a_trouble() -> None:
    journal = FakeJournal()
    play = stage(ruled("report"), journal=journal)
    pause = pin(tokyo("2026-11-24T00:00"), tokyo("2026-11-24T01:00"), None)
    play.play((2, scale(play, 4)), (2.5, lambda: journal.made.append(pause)), hours=6)
    assert play.said("held") != []
    assert play.said("recovered") == []


def test_what_is_pinned_says_so_in_the_log() -> None:
    journal = FakeJournal()
    journal.made.append(pin(tokyo("2026-11-23T20:00"), tokyo("2026-11-24T07:00"), 5))
    play = stage(journal=journal)
    play.play(hours=1)
    assert [event.fields["reason"] for event in play.said("scaled")] == ["pinned by ann: sale"]


def test_a_bad_file_at_the_start_leaves_the_last_good_one_in_force() -> None:
    from autoscaler.control.surroundings import Unreadable

    journal = FakeJournal()
    play = stage(journal=journal)
    play.play(hours=0.1)
    assert journal.file is not None
    second = later(play)
    good = second.files[0]
    revive = lambda kept: good if kept.digest == "one" else Unreadable("no")  # noqa: E731
    third = Stage(second.time, second.heroku, [Unreadable("bad")], journal=journal, revive=revive)
    third.play(hours=1)
    assert third.heroku.writes() == [("Mon 22:00:00", 1)]
    assert third.said("degraded")[0].fields["error"] == "bad"
    assert {event.fields["note"] for event in third.said("degraded")} == {"the last good file stays in force"}
    assert "kept_since" in third.said("started")[0].fields


def test_an_effect_of_ours_that_comes_late_is_no_change_by_hand() -> None:
    play = stage()

    def deaf() -> None:
        play.heroku.deaf = True

    def hears() -> None:
        play.heroku.deaf = False

    # From 22:00 on every change is accepted and none is done; at 06:02 one of them takes effect after all.
    late = 8 + 32 / 60
    play.play((0.1, deaf), (late - 0.01, hears), (late, scale(play, 1)), hours=9)
    assert [quantity for _, quantity in play.heroku.writes()][-1] == 0
    assert play.heroku.apps["shop"]["worker"][0] == 0


def test_what_an_edge_wants_without_a_change_of_ours_has_to_be_seen_twice() -> None:
    play = stage()
    early = 8.5 - 15 / 3600  # before the read on the eve of 06:00
    play.play((early, scale(play, 0)), (8.5 + 10 / 3600, scale(play, 1)), hours=9)
    assert play.heroku.writes()[0] == ("Mon 22:00:00", 1)
    assert [quantity for _, quantity in play.heroku.writes()] == [1, 0]
    assert play.said("manual") == []
