"""`explain`: for an instant, which windows are open, why the others are not, and which one spoke."""

from datetime import UTC, datetime

import pytest

from autoscaler.views.explain_text import explain_text, week_text
from autoscaler.views.paint import Paint
from tests.policyfile.loading import loaded

TEXT = """\
timezone: Asia/Tokyo
business_calendar: closed
calendars:
  closed: {holidays: JP, dates: [2026-12-29..2027-01-03]}
apps:
  shop:
    formation:
      worker:
        quantity: 0
        size: standard-1x
        windows:
          - {name: sale, when: 2026-11-27 08:00 for 40h, quantity: 9, size: performance-m, lead: 15m}
          - {name: month end, when: last business day 18:00-24:00, size: standard-2x}
          - {name: early, when: business days 05:00-07:00, quantity: 3}
          - {name: batch, when: weekdays 22:00-06:00, except: [closed, last day], quantity: 1}
"""
POLICIES = loaded(TEXT)


def told(at: str) -> list[str]:
    return explain_text(POLICIES, POLICIES.policies[0], datetime.fromisoformat(at), Paint()).splitlines()


def window(at: str, name: str) -> list[str]:
    """What is said of one window: how it stands, and the lines below it."""
    lines = told(at)
    start = next(index for index, line in enumerate(lines) if f"  {name}  " in line)
    end = next(index for index in range(start + 1, len(lines)) if lines[index].startswith("  line "))
    return [lines[start].split("  ")[-1].strip(), *(line.strip() for line in lines[start + 1 : end])]


@pytest.mark.parametrize(
    ("at", "name", "lines"),
    [
        (
            "2026-11-23T23:17+09:00",
            "batch",
            [
                "closed",
                "weekdays 22:00-06:00, except closed, last day",
                "Mon 23 Nov is excepted by closed: 勤労感謝の日 / Labor Thanksgiving Day",
                "opens Tue 22:00 JST (13:00 UTC)",
            ],
        ),
        (
            "2026-11-24T05:59+09:00",  # Monday's night would still hold
            "batch",
            [
                "closed",
                "weekdays 22:00-06:00, except closed, last day",
                "Mon 23 Nov is excepted by closed: 勤労感謝の日 / Labor Thanksgiving Day",
                "opens Tue 22:00 JST (13:00 UTC)",
            ],
        ),
        (
            "2026-11-24T06:00+09:00",  # its hours are over
            "batch",
            ["closed", "weekdays 22:00-06:00, except closed, last day", "opens Tue 22:00 JST (13:00 UTC)"],
        ),
        (
            "2026-11-30T23:00+09:00",
            "batch",
            [
                "closed",
                "weekdays 22:00-06:00, except closed, last day",
                "Mon 30 Nov is excepted by last day",
                "opens Tue 22:00 JST (13:00 UTC)",
            ],
        ),
        (
            "2026-11-28T22:00+09:00",
            "batch",
            [
                "closed",
                "weekdays 22:00-06:00, except closed, last day",
                "Sat 28 Nov is not one of its days (weekdays)",
                "opens Tue 22:00 JST (13:00 UTC)",
            ],
        ),
        (
            "2026-11-23T06:00+09:00",
            "early",
            [
                "closed",
                "business days 05:00-07:00",
                "Mon 23 Nov is no business day, by closed: 勤労感謝の日 / Labor Thanksgiving Day",
                "opens Tue 05:00 JST (Mon 20:00 UTC)",
            ],
        ),
        (
            "2026-12-29T06:00+09:00",
            "early",
            [
                "closed",
                "business days 05:00-07:00",
                "Tue 29 Dec is no business day, by closed",
                "opens Mon 05:00 JST (Sun 20:00 UTC)",
            ],
        ),
        (
            "2026-11-27T07:50+09:00",  # within the lead
            "sale",
            [
                "gives the quantity and the size",
                "2026-11-27 08:00 for 40h",
                "open since Fri 27 Nov 07:45 JST (Thu 22:45 UTC), until Sun 00:00 JST (Sat 15:00 UTC)",
            ],
        ),
        (
            "2026-11-30T19:00+09:00",
            "month end",
            [
                "gives the size",
                "last business day 18:00-24:00",
                "open since Mon 30 Nov 18:00 JST (09:00 UTC), until Tue 00:00 JST (Mon 15:00 UTC)",
            ],
        ),
        (
            "2026-11-25T05:30+09:00",
            "batch",
            [
                "open, but windows above it give that",
                "weekdays 22:00-06:00, except closed, last day",
                "open since Tue 24 Nov 22:00 JST (13:00 UTC), until Wed 06:00 JST (Tue 21:00 UTC)",
            ],
        ),
    ],
)
def test_a_window_is_told_with_its_reason(at: str, name: str, lines: list[str]) -> None:
    assert window(at, name) == lines


def test_the_own_values_fill_what_no_window_gives() -> None:
    assert told("2026-11-25T05:30+09:00")[-1] == "  line 8   outside windows  0:standard-1x    gives the size"
    assert told("2026-11-28T12:00+09:00")[-1] == "  line 8   outside windows  0:standard-1x    not reached"
    assert told("2026-11-29T12:00+09:00")[-1].endswith("gives the quantity and the size")


def test_the_week_around_an_instant_marks_it_and_names_the_days_left_out() -> None:
    at = datetime.fromisoformat("2026-11-23T23:17+09:00")
    lines = week_text(POLICIES.policies[0], at, Paint()).splitlines()
    assert lines[0] == "The week around Mon 23 Nov 2026 23:17 JST (14:17 UTC)"
    assert [line for line in lines if line.startswith("  >")] == [
        "  >  Sat 21 Nov 06:00 JST  Fri 21:00 UTC  0:standard-1x    no window open"
    ]
    assert lines[-2:] == [
        "  * early: Mon 23 Nov is no business day, by closed: 勤労感謝の日 / Labor Thanksgiving Day",
        "  * batch: Mon 23 Nov is excepted by closed: 勤労感謝の日 / Labor Thanksgiving Day",
    ]
    assert lines[1].startswith("     Fri 20 Nov 11:17 JST")


def test_the_week_around_a_clock_change_says_so() -> None:
    berlin = loaded(TEXT.replace("Asia/Tokyo", "Europe/Berlin")).policies[0]
    lines = week_text(berlin, datetime.fromisoformat("2027-03-28T12:00+02:00"), Paint()).splitlines()
    assert "  * Sun 28 Mar 2027: clocks in Europe/Berlin go forward 1 h: 02:00 is 03:00" in lines


CLOSING = """\
timezone: UTC
apps:
  shop:
    probes: {unfinished: {redis: SHOP_REDIS_URL, key: n}}
    formation:
      worker:
        quantity: 0
        windows:
          - {when: "22:00-06:00", quantity: 1, close: {when: idle, probe: unfinished, latest: 2h}}
"""


def test_a_window_past_its_end_may_be_held_open_and_explain_says_who_knows() -> None:
    file = loaded(CLOSING)
    [policy] = file.policies
    said = "its end has passed; it may be held open until Tue 08:00 UTC while unfinished is busy: see `autoscaler plan`"
    for hour, expected in ((5, False), (6, True), (7, True), (8, False)):
        text = explain_text(file, policy, datetime(2026, 11, 24, hour, tzinfo=UTC), Paint())
        assert (said in text) is expected
