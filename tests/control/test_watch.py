"""When a keeper looks at dynos, and what a look says beside the one before."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from autoscaler.control.watch import Broken, Looked, Shown, Watch
from autoscaler.core.plan import Observed, Plan
from autoscaler.core.platform import Dyno, Dynos, PlatformError, Refused, Transient
from autoscaler.core.policies import Policies, Policy, Target
from autoscaler.core.report import Report, Restart
from autoscaler.core.restarts import Restarts
from autoscaler.core.zones import moment
from tests.core.test_restarts import NIGHT, NIGHTLY, TONIGHT, at, dyno, policy, window

WORKER = dyno(at(0))


def watch(*policies: Policy, now: int) -> Watch:
    found = Watch(Policies("policies.yaml", policies or (NIGHTLY,)))
    found.begin(moment(now))
    return found


def look(watching: Watch, now: int, *dynos: Dyno) -> Looked:
    looked = watching.looked(Observed(moment(now), {}, {"shop": Dynos("shop", dynos, None)}))
    assert looked is not None
    return looked


def done(watching: Watch, now: int, *asked: Restart, ahead: Sequence[Restarts] = (), looked: bool = True) -> int | None:
    """What comes of a tick: the minutes from `now` to the next look."""
    report = Report(Plan(moment(now), (), tuple(ahead)), (), asked)
    watching.done(report, Looked() if looked else None, moment(now))
    if watching.next_look is None:
        return None
    return int((watching.next_look - moment(now)).total_seconds()) // 60


def restart(of: Dyno = WORKER, error: PlatformError | None = None) -> Restart:
    return Restart(Target("shop", "worker"), of, TONIGHT, "request", error)


@pytest.mark.parametrize(
    ("now", "first"),
    [(at(12), at(21, 45)), (at(21, 45), at(21, 45)), (at(21, 50), at(21, 50)), (at(23), at(23)), (at(30), at(45, 45))],
)
def test_the_first_look_is_a_quarter_of_an_hour_before_an_opening_or_now(now: int, first: int) -> None:
    watching = watch(now=now)
    assert watching.next_look == moment(first)
    assert [watching.due(moment(first + apart)) for apart in (-1, 0, 1)] == [False, True, True]


def test_where_no_window_is_unbroken_nobody_looks() -> None:
    watching = watch(policy(replace(NIGHT, unbroken=False)), now=at(12))
    assert watching.next_look is None
    assert not watching.due(moment(at(99)))
    assert done(watching, at(12)) is None


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        (at(12), 9 * 60 + 45),
        (at(21, 44), 1),
        (at(21, 45), 20),  # five minutes into the opening
        (at(21, 59), 6),
        (at(22), 5),
        (at(29, 59), 5),
        (at(30), 15 * 60 + 45),
    ],
)
def test_the_next_look_goes_by_the_openings(now: int, minutes: int) -> None:
    assert done(watch(now=now), now) == minutes


def test_the_first_of_several_process_types_decides() -> None:
    early = replace(policy(window(19 * 60, 20 * 60)), target=Target("shop", "early"))
    assert watch(NIGHTLY, early, now=at(12)).next_look == moment(at(18, 45))
    assert done(watch(NIGHTLY, early, now=at(12)), at(12)) == 6 * 60 + 45


def test_without_a_look_the_next_one_stays_where_it_was() -> None:
    watching = watch(now=at(12))
    done(watching, at(21, 50), looked=False)
    assert watching.next_look == moment(at(21, 45))


@pytest.mark.parametrize(("planned", "minutes"), [(at(21, 53), 3), (at(21, 50), 1), (at(21, 40), 1)])
def test_a_restart_ahead_is_looked_at_in_its_time(planned: int, minutes: int) -> None:
    ahead = Restarts(Target("shop", "worker"), TONIGHT, ((planned, WORKER),))
    assert done(watch(now=at(21, 45)), at(21, 50), ahead=[ahead]) == minutes


def test_what_cannot_be_read_is_read_again_in_a_minute() -> None:
    watching = watch(now=at(21, 45))
    error = Transient("shop: 503")
    looked = watching.looked(Observed(moment(at(21, 45)), {}, {"shop": error}))
    assert looked == Looked(error=error)
    watching.done(Report(Plan(moment(at(21, 45)), ()), ()), looked, moment(at(21, 45)))
    assert watching.next_look == moment(at(21, 46))
    assert watching.looked(Observed(moment(at(21, 46)), {})) is None


def test_what_was_asked_for_is_looked_for_until_it_shows() -> None:
    watching = watch(now=at(21, 45))
    assert done(watching, at(21, 54), restart()) == 1
    assert watching.asked == {WORKER.id: at(21, 54)}
    assert look(watching, at(21, 55), WORKER).findings == ()
    assert done(watching, at(21, 55)) == 1
    assert watching.asked == {WORKER.id: at(21, 54)}
    young = replace(WORKER, id="another", created_at=moment(at(21, 55)))
    assert look(watching, at(21, 56), young).findings == (Shown(restart()),)
    assert watching.asked == {}
    assert done(watching, at(21, 56)) == 9
    assert look(watching, at(21, 57), young).findings == ()


@pytest.mark.parametrize(("updated", "shown"), [(at(21, 54) - 1, False), (at(21, 54), True)])
def test_a_dyno_that_has_changed_since_shows_it_too(updated: int, shown: bool) -> None:
    watching = watch(now=at(21, 45))
    done(watching, at(21, 54), restart())
    changed = replace(WORKER, updated_at=moment(updated))
    assert bool(look(watching, at(21, 55), changed).findings) is shown
    assert watching.asked == {WORKER.id: at(21, 54)}


def test_what_was_refused_is_not_waited_for() -> None:
    watching = watch(now=at(21, 45))
    assert done(watching, at(21, 54), restart(error=Refused("403"))) == 11
    assert watching.asked == {}


def test_who_is_replaced_within_an_opening_is_told_once_and_nobody_else() -> None:
    watching = watch(now=at(22))
    other, new = dyno(at(1), name="worker.2"), dyno(at(22.5), name="worker.3")
    web = dyno(at(1), name="web.1")
    assert look(watching, at(22), WORKER, other, web).findings == ()
    replaced = replace(WORKER, id="another")
    findings = look(watching, at(22.5), replaced, other, new, replace(web, id="new web")).findings
    assert findings == (Broken(Target("shop", "worker"), TONIGHT, WORKER, replaced),)
    assert look(watching, at(22.75), replaced, other, new).findings == ()


def test_who_is_replaced_outside_an_opening_is_nobody_s_business() -> None:
    watching = watch(now=at(21, 45))
    look(watching, at(21, 45), WORKER)
    assert look(watching, at(22, 5), replace(WORKER, id="another")).findings == ()
    look(watching, at(30), WORKER)
    assert look(watching, at(46), replace(WORKER, id="third")).findings == ()


def test_one_type_outside_its_openings_keeps_no_other_from_being_watched() -> None:
    resting = replace(policy(window(600, 720)), target=Target("shop", "a"))
    watching = watch(resting, NIGHTLY, now=at(22))
    look(watching, at(22), WORKER)
    assert len(look(watching, at(22.5), replace(WORKER, id="another")).findings) == 1


@pytest.mark.parametrize(
    ("now", "until", "passed", "then"),
    [
        (at(22), at(22, 21), [at(22, 5), at(22, 10), at(22, 15), at(22, 20)], at(22, 25)),
        (at(22), at(22, 20), [at(22, 5), at(22, 10), at(22, 15)], at(22, 20)),
        (at(29, 50), at(40), [at(29, 55)], at(30)),  # up to the opening's end
        (at(29, 55), at(40), [at(30)], at(45, 45)),  # nothing is ahead of the look after it
        (at(12), at(40), [], at(21, 45)),  # near an opening that comes
        (at(21, 45), at(22), [], at(22, 5)),
    ],
)
def test_looks_that_could_lead_to_nothing_are_left_out(now: int, until: int, passed: list[int], then: int) -> None:
    watching = watch(now=now)
    done(watching, now)
    assert watching.pass_over(moment(until)) == passed
    assert watching.next_look == moment(then)


def test_a_look_that_is_to_show_a_restart_is_not_left_out() -> None:
    watching = watch(now=at(22))
    done(watching, at(22), restart())
    assert watching.pass_over(moment(at(30))) == []
    assert watch(policy(), now=at(22)).pass_over(moment(at(30))) == []


def test_of_several_process_types_the_first_opening_ends_what_is_left_out() -> None:
    early = replace(policy(window(22 * 60 + 30, 23 * 60)), target=Target("shop", "early"))
    watching = watch(NIGHTLY, early, now=at(22))
    done(watching, at(22))
    assert watching.pass_over(moment(at(30))) == [at(22, 5), at(22, 10)]  # from 22:15 on a restart may be due
    assert watching.next_look == moment(at(22, 15))
