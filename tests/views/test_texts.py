"""What people see: plans, explanations and faults."""

import json
from datetime import UTC, datetime

import pytest

from autoscaler.core.guard import Ourselves
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Dyno, Dynos, Formation, Live
from autoscaler.core.zones import instant
from autoscaler.policyfile import Fault, examine_text
from autoscaler.views.explain_text import explain_text
from autoscaler.views.faults import counted, faults_github, faults_json, faults_text
from autoscaler.views.paint import Paint
from autoscaler.views.plan_json import plan_json
from autoscaler.views.plan_text import plan_text
from autoscaler.views.preview import Preview

FILE = """\
timezone: Europe/Berlin
apps:
  shop:
    formation:
      web:
        quantity: 2..4
        size: standard-1x
        windows:
          - {name: skipped, when: sun 02:10-02:50, quantity: 3}
          - {name: 夜間バッチ, when: 22:00-06:00, quantity: 1, size: standard-2x}
"""


def preview(now: str, days: int, live: dict[str, Live] | None = None) -> Preview:
    moment = datetime.fromisoformat(now)
    policies = examine_text(FILE.encode(), "policies.yaml", Ourselves("me", "clock"), moment).policies
    assert policies is not None
    answer = Formation("shop", live or {})
    plan = None if live is None else draft(policies, Observed(moment, {"shop": answer}), moment)
    return Preview(policies, instant(moment), instant(moment) + days * 86400, instant(moment), plan)


def test_the_night_on_which_clocks_change_is_marked() -> None:
    # Europe/Berlin, 2026-03-29: 02:00+01:00 is 03:00+02:00
    text = plan_text(preview("2026-03-28T12:00:00+01:00", 1), Paint(columns=100))
    assert text[text.index("Changes") :].split("\n\n")[0].splitlines() == [
        "Changes",
        "  Sat 28 Mar 2026",
        "    22:00 CET   21:00 UTC  web  2..4:standard-1x → 1:standard-2x  夜間バッチ (restarts)",
        "  Sun 29 Mar 2026",
        "    * clocks in Europe/Berlin go forward 1 h: 02:00 is 03:00",
        "    * shop/web: skipped does not open, the clocks skip it",
        "    06:00 CEST  04:00 UTC  web  1:standard-2x → 2..4:standard-1x  no window open (restarts)",
    ]


@pytest.mark.parametrize(
    ("live", "row", "end"),
    [
        ({"web": Live(3, "standard-1x")}, "=  shop/web      3:standard-1x", "Plan: 0 up, 0 down, 1 unchanged, 0 held;"),
        ({"web": Live(1, "standard-1x")}, "+  shop/web      1:standard-1x", "Plan: 1 up, 0 down, 0 unchanged, 0 held;"),
        ({"web": Live(9, "standard-1x")}, "-  shop/web      9:standard-1x", "Plan: 0 up, 1 down, 0 unchanged, 0 held;"),
        (
            {"web": Live(3, "standard-2x")},
            "~  shop/web      3:standard-2x",
            "Plan: 0 up, 0 down, 1 resized, 0 unchanged",
        ),
        ({"clock": Live(1, "basic")}, "!  shop/web      -", "Plan: 0 up, 0 down, 0 unchanged, 1 held;"),
    ],
)
def test_each_step_has_its_mark_and_the_last_line_counts_them(live: dict[str, Live], row: str, end: str) -> None:
    lines = plan_text(preview("2026-06-01T12:00:00+02:00", 1, live), Paint(unicode=False, columns=100)).splitlines()
    assert lines[3].startswith(f"  {row}")
    assert lines[-1].startswith(end)
    assert all(ord(character) < 128 for line in lines if "夜" not in line for character in line)


def test_a_hold_says_why_below_the_table() -> None:
    text = plan_text(preview("2026-06-01T12:00:00+02:00", 1, {"clock": Live(1, "basic")}), Paint())
    assert "  ! held: shop/web: shop has no process type web (it has: clock)" in text


def test_colours_are_for_terminals_only() -> None:
    shown = preview("2026-06-01T12:00:00+02:00", 1, {"web": Live(1, "standard-1x")})
    assert "\x1b[" not in plan_text(shown, Paint())
    assert "\x1b[32m+\x1b[0m" in plan_text(shown, Paint(colours=True))


def test_wide_letters_line_up() -> None:
    policies = preview("2026-06-01T12:00:00+02:00", 1).policies
    text = explain_text(policies, policies.policies[0], datetime(2026, 6, 1, 21, tzinfo=UTC), Paint())
    assert text.splitlines()[4:] == [
        "  line 9   skipped          3                 closed",
        "            sun 02:10-02:50",
        "            opens Sun 02:10 CEST (00:10 UTC)",
        "  line 10  夜間バッチ       1:standard-2x     gives the quantity and the size",
        "            daily 22:00-06:00",
        "            open since Mon 1 Jun 22:00 CEST (20:00 UTC), until Tue 06:00 CEST (04:00 UTC)",
        "  line 5   outside windows  2..4:standard-1x  not reached",
    ]


def test_the_json_covers_the_time_asked_for_and_a_range_is_a_list() -> None:
    data = json.loads(plan_json(preview("2026-06-01T12:00:00+02:00", 1, {"web": Live(3, "standard-1x")})))
    [formation] = data["formations"]
    spans = formation["spans"]
    assert [span["start"] for span in spans[1:]] == [span["end"] for span in spans[:-1]]
    assert (spans[0]["start"], spans[-1]["end"]) == (data["from"], data["until"])
    assert spans[0] == {
        "start": "2026-06-01T10:00:00Z",
        "end": "2026-06-01T20:00:00Z",
        "quantity": None,
        "range": [2, 4],
        "size": "standard-1x",
        "window": None,
        "line": 5,
    }
    assert data["changes"][0] == {
        "at": "2026-06-01T20:00:00Z",
        "app": "shop",
        "type": "web",
        "window": "夜間バッチ",
        "before": {"quantity": None, "range": [2, 4], "size": "standard-1x"},
        "after": {"quantity": 1, "range": None, "size": "standard-2x"},
    }
    assert data["now"] == [
        {
            "app": "shop",
            "type": "web",
            "step": "keep",
            "reason": "outside every window (line 5)",
            "until": "2026-06-01T20:00:00Z",
            "live": {"quantity": 3, "size": "standard-1x"},
            "desired": {"quantity": None, "range": [2, 4], "size": "standard-1x"},
        }
    ]


FAULT = Fault("a.yaml", 3, 7, "apps.x", "it is 100% wrong\nreally", "mend it", "error", "  夜: {a: b}")
WARNING = Fault("a.yaml", 1, 1, "", "careful", None, "warning", None)


def test_a_fault_as_text_has_a_caret_under_its_place() -> None:
    assert faults_text([FAULT, WARNING], Paint()).splitlines() == [
        "a.yaml:3:7: apps.x: it is 100% wrong",
        "really",
        "      夜: {a: b}",
        "           ^",
        "    mend it",
        "a.yaml:1:1: warning: careful",
    ]


def test_a_fault_as_json_has_the_contract_s_keys() -> None:
    data = json.loads(faults_json([FAULT, WARNING]))
    assert (data["version"], data["ok"]) == (1, False)
    assert data["faults"][0] == {
        "file": "a.yaml",
        "line": 3,
        "column": 7,
        "path": "apps.x",
        "message": "it is 100% wrong\nreally",
        "hint": "mend it",
        "severity": "error",
    }
    assert json.loads(faults_json([WARNING]))["ok"] is True


def test_a_fault_as_an_annotation_is_escaped() -> None:
    assert faults_github([FAULT, WARNING]).splitlines() == [
        "::error file=a.yaml,line=3,col=7,title=apps.x::it is 100%25 wrong%0Areally (mend it)",
        "::warning file=a.yaml,line=1,col=1,title=policies::careful",
    ]


def test_faults_are_counted_in_words() -> None:
    assert counted([FAULT, WARNING, FAULT]) == "2 errors, 1 warning"


GUARDED = """\
timezone: Asia/Tokyo
apps:
  shop:
    formation:
      worker:
        quantity: 1
        windows:
          - {name: batch, when: "22:00-06:00", quantity: 1, unbroken: true}
"""


def guarded(now: str, **born: str) -> Preview:
    """A plan online, with dynos by their births."""
    moment = datetime.fromisoformat(now)
    policies = examine_text(GUARDED.encode(), "policies.yaml", Ourselves("me", "clock"), moment).policies
    assert policies is not None
    births = {name: datetime.fromisoformat(at) for name, at in born.items()}
    dynos = tuple(
        Dyno(name, f"worker.{name[1:]}", "worker", "basic", "up", "bin/run", 1, at, at) for name, at in births.items()
    )
    answer = Formation("shop", {"worker": Live(1, "standard-1x")})
    observed = Observed(moment, {"shop": answer}, {"shop": Dynos("shop", dynos)})
    plan = draft(policies, observed, moment)
    return Preview(policies, instant(moment), instant(moment) + 86400, instant(moment), plan)


def test_dynos_of_unbroken_windows_are_told_with_their_cycles_and_restarts() -> None:
    found = guarded(
        "2026-11-24T12:00:00+09:00",
        d10="2026-11-23T13:00:00+09:00",
        d2="2026-11-23T20:00:00+09:00",
        d3="2026-11-20T20:00:00+09:00",
    )
    lines = plan_text(found, Paint(columns=140)).splitlines()
    begin = lines.index("Dynos and unbroken openings")
    met = "Tue 22:00-06:00  restarted before it, Tue"
    assert lines[begin + 1 : begin + 5] == [
        "  dyno            born                  daily restart due           could meet",
        f"  shop/worker.2   Mon 23 Nov 20:00 JST  Tue 20:00 to Tue 23:36 JST  {met} 21:53 JST",
        f"  shop/worker.3   Fri 20 Nov 20:00 JST  any time                    {met} 21:54 JST",
        "  shop/worker.10  Mon 23 Nov 13:00 JST  Tue 13:00 to Tue 16:36 JST  —",
    ]
    told = json.loads(plan_json(found))["dynos"]
    assert [(row["dyno"], row["cycle_latest"], row["restart_at"], len(row["meets"])) for row in told] == [
        ("worker.2", "2026-11-24T14:36:00Z", "2026-11-24T12:53:00Z", 1),
        ("worker.3", None, "2026-11-24T12:54:00Z", 2),
        ("worker.10", "2026-11-24T07:36:00Z", None, 0),
    ]


def test_within_an_opening_it_is_too_late_for_a_restart() -> None:
    lines = plan_text(
        guarded("2026-11-24T22:00:00+09:00", d1="2026-11-24T01:00:00+09:00"), Paint(columns=140)
    ).splitlines()
    assert lines[7].endswith("Tue 22:00-06:00  too late: no restart of ours falls inside")


def test_where_columns_do_not_fit_a_dyno_is_told_in_words() -> None:
    lines = plan_text(guarded("2026-11-24T22:00:00+09:00", d1="2026-11-24T01:00:00+09:00"), Paint()).splitlines()
    begin = lines.index("Dynos and unbroken openings")
    assert lines[begin + 1 : begin + 4] == [
        "  shop/worker.1: born Tue 24 Nov 01:00 JST, daily restart due Wed 01:00 to Wed",
        "    04:36 JST",
        "    could meet Tue 22:00-06:00; too late: no restart of ours falls inside",
    ]


def test_a_size_that_the_file_does_not_name_restarts_nothing() -> None:
    moment = datetime(2026, 11, 24, 12, tzinfo=UTC)
    policies = examine_text(GUARDED.encode(), "policies.yaml", Ourselves("me", "clock"), moment).policies
    assert policies is not None
    plan = draft(policies, Observed(moment, {"shop": Formation("shop", {"worker": Live(3, "basic")})}), moment)
    text = plan_text(Preview(policies, instant(moment), instant(moment) + 60, instant(moment), plan), Paint())
    assert "restarts" not in text


def with_jobs(*more: str) -> Preview:
    """Two days of a file with a job, held where `more` names a feed that nobody can read."""
    job = '      invoice: {when: 01:00, run: "rake --token=hush-hush", size: standard-2x, time_limit: 90m}\n'
    text = f"{FILE}    jobs:\n{job}" + "".join(more)
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    policies = examine_text(text.encode(), "policies.yaml", Ourselves("me", "clock"), now).policies
    assert policies is not None
    return Preview(policies, instant(now), instant(now) + 2 * 86400, instant(now), None)


def test_an_opening_that_may_be_held_open_says_how_late_its_end_may_come() -> None:
    probe = "    probes: {unfinished: {postgres: SHOP_URL, query: select 1}}\n"
    late = "quantity: 1, size: standard-2x, close: {when: idle, probe: unfinished, latest: 2h}}"
    text = FILE.replace("quantity: 1, size: standard-2x}", late) + probe
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    policies = examine_text(text.encode(), "policies.yaml", Ourselves("me", "clock"), now).policies
    assert policies is not None
    shown = Preview(policies, instant(now), instant(now) + 86400, instant(now), None)
    [start, end] = plan_text(shown, Paint(columns=160)).partition("\nChanges\n")[2].splitlines()[1:5:2]
    assert start.endswith("夜間バッチ (restarts)")
    assert end.endswith("no window open (at most 2h later while unfinished is busy) (restarts)")


def test_starts_of_jobs_stand_among_the_changes_without_their_secrets() -> None:
    text = plan_text(with_jobs(), Paint(columns=140))
    lines = [line for line in text.splitlines() if "job invoice" in line or "夜間バッチ" in line]
    assert lines[1].split("  ")[2:5] == ["01:00 CET", "00:00 UTC", "job invoice"]
    assert lines[1].endswith("  rake --token=*********, standard-2x, at most 1h30m")
    assert [line.split("  ")[2] for line in lines] == ["22:00 CET", "01:00 CET", "22:00 CET", "01:00 CET"]
    rows = json.loads(plan_json(with_jobs()))["jobs"]
    assert [row["at"] for row in rows] == ["2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"]
    assert rows[0] == {
        "at": "2026-11-24T00:00:00Z",
        "app": "shop",
        "job": "invoice",
        "line": 12,
        "command": "rake --token=*********",
        "size": "standard-2x",
        "time_limit": 5400,
    }


def test_a_job_that_is_held_is_shown_with_its_reason() -> None:
    feed = 'calendars: {closed: {ics: "https://example.com/a.ics"}}\n'
    held = with_jobs("      other: {when: closed 01:00, run: rake}\n", feed)
    assert "  ! shop job other is held: the calendar closed cannot be read" in plan_text(held, Paint(columns=200))
    row = json.loads(plan_json(held))["jobs"][-1]
    assert (row["job"], row["at"], row["line"]) == ("other", None, 13)
    assert "cannot be read" in row["held"]
