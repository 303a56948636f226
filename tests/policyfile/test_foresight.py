# ruff: noqa: E501  the tables are read by their columns
"""What `check` sees coming in the next 400 days. It is 2026-11-23 12:00 UTC."""

import pytest

from tests.policyfile.loading import examined, shop

JP = "calendars:\n  closed: {holidays: JP, dates: [2026-12-29..2026-12-31]}\n  none: {dates: []}\n"


def told(text: str) -> list[tuple[str, str, str | None]]:
    """Every warning: the end of its path, its message and its hint."""
    found = examined(text)
    assert found.policies is not None, found.faults
    assert {fault.severity for fault in found.faults} <= {"warning"}
    return [(fault.path.rpartition(".worker.")[2], fault.message, fault.hint) for fault in found.faults]


def in_zone(zone: str, *windows: str, keys: str = "quantity: 0") -> str:
    rows = "\n".join(f"  - {{{window}}}" for window in windows)
    return shop(f"{keys}\nwindows:\n{rows}").replace("Asia/Tokyo", zone)


LENGTHS = "its hours go by the wall clock; `22:00 for 8h` lasts as long in every night"


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (in_zone("Asia/Tokyo", "when: 22:00-06:00, quantity: 1"), []),
        (
            in_zone("Europe/Berlin", "when: 22:00-06:00, quantity: 1"),
            [("windows[0]", "clocks change while it is open: 7h instead of 8h from 2027-03-27, 9h instead of 8h from 2027-10-30", LENGTHS)],
        ),
        (in_zone("Europe/Berlin", "when: 22:00 for 8h, quantity: 1"), []),
        (in_zone("Europe/Berlin", "when: daily, quantity: 1"), []),
        (
            in_zone("Europe/Berlin", "when: 02:10-02:50, quantity: 1"),
            [
                ("windows[0]", "it does not open on 2027-03-28: the clocks skip its hours", None),
                ("windows[0]", "on 2027-10-31 the clocks show 02:10 and 02:50 twice: the first counts", None),
            ],
        ),
        (
            in_zone("Europe/Berlin", "when: 02:30 for 1h, quantity: 1"),
            [
                ("windows[0]", "on 2027-03-28 the clocks skip 02:30: the edge comes at 03:00", None),
                ("windows[0]", "on 2027-10-31 the clocks show 02:30 twice: the first counts", None),
            ],
        ),
        (in_zone("Europe/Berlin", "when: 03:00-04:00, quantity: 1"), []),
        (
            in_zone("America/New_York", "when: sun 01:30-05:00, quantity: 1"),
            [
                ("windows[0]", "on 2027-11-07 the clocks show 01:30 twice: the first counts", None),
                ("windows[0]", "clocks change while it is open: 2h30m instead of 3h30m from 2027-03-14, 4h30m instead of 3h30m from 2027-11-07", LENGTHS),
            ],
        ),
        (in_zone("America/New_York", "when: sat 01:30-05:00, quantity: 1"), []),
        (in_zone("UTC", "when: 2026-01-05, quantity: 1"), [("windows[0].when", "all its dates are past", "remove the window")]),
        (in_zone("UTC", "when: 2031-01-05, quantity: 1"), [("windows[0]", "it never opens in the next 400 days", "mend its days, or remove it")]),
        (
            JP + in_zone("UTC", "when: none, quantity: 1"),
            [("windows[0]", "it never opens in the next 400 days: none has no day in that time", "mend its days, or remove it")],
        ),
        (JP + in_zone("UTC", "when: fri, except: [fri], quantity: 1").replace("except: [fri]", "except: [day 13, none]"), []),
        (
            JP + in_zone("UTC", "when: closed, quantity: 3", "when: 2027-01-01 09:00-12:00, quantity: 5"),
            [("windows[1]", "whenever it is open in the next 400 days, windows above it give all that it gives", "move it up, or remove it")],
        ),
        (
            in_zone("UTC", "name: day, when: 06:00-21:59, quantity: 5", "name: night, when: 22:00-06:00, quantity: 2"),
            [("windows[0]", "it leaves a gap of 1m before night: 5, 0, 2 dynos around 2026-11-23 21:59", "an end is not part of the window: let it end at 22:00")],
        ),
        (in_zone("UTC", "name: day, when: 06:00-21:59, quantity: 5", "name: night, when: 22:00-06:00, quantity: 2", keys="quantity: 3"), []),
        (in_zone("UTC", "name: day, when: 06:00-21:59, quantity: 5", "name: night, when: 22:00-06:00, quantity: 2", keys="quantity: 1"), [("windows[0]", "it leaves a gap of 1m before night: 5, 1, 2 dynos around 2026-11-23 21:59", "an end is not part of the window: let it end at 22:00")]),
        (in_zone("UTC", "name: day, when: 06:00-21:30, quantity: 5", "name: night, when: 22:00-06:00, quantity: 2"), []),
        (
            JP + in_zone("Asia/Tokyo", "when: weekdays 22:00-06:00, quantity: 1"),
            [("windows[0].when", "16 of the next 260 nights are holidays in JP", "`except: closed` would skip them")],
        ),
        (JP + in_zone("Asia/Tokyo", "when: weekdays 22:00-06:00, except: closed, quantity: 1"), []),
        (JP + in_zone("Asia/Tokyo", "when: weekdays 22:00-06:00, except: none, quantity: 1"), []),
        (JP + in_zone("Asia/Tokyo", "when: mon-sat 22:00-06:00, quantity: 1"), []),
        (shop("quantity: 1").replace("Asia/Tokyo", "US/Eastern"), [("timezone", "US/Eastern is an old name", "write America/New_York")]),
        (shop("quantity: 1").replace("Asia/Tokyo", "Europe/Stockholm"), []),
        (shop("quantity: 1").replace("Asia/Tokyo", "Asia/Calcutta"), [("timezone", "Asia/Calcutta is an old name", "write Asia/Kolkata")]),
        (shop("quantity: 1\ntimezone: Japan"), [("timezone", "Japan is an old name", "write Asia/Tokyo")]),
        (shop("quantity: 1").replace("Asia/Tokyo", "Etc/GMT+5"), []),
        ("calendars: {a: {include: b}, b: {dates: []}}\n" + shop("quantity: 1"), [("calendars.a", "it has no day in the next 400 days", None)]),
    ],
)  # fmt: skip
def test_what_the_next_400_days_bring(text: str, warnings: list[tuple[str, str, str | None]]) -> None:
    assert told(text) == warnings


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Asia/Tokyo", True), ("UTC", True), ("Europe/Paris", False), ("America/New_York", False)],
)
def test_holidays_of_another_country_than_the_zone_s_are_no_concern(zone: str, told: bool) -> None:
    text = f"""\
timezone: {zone}
calendars: {{closed: {{holidays: JP}}}}
apps:
  shop:
    formation:
      worker:
        quantity: 0
        windows: [{{when: "weekdays 09:00-17:00", quantity: 1}}]
"""
    assert any("are holidays in JP" in fault.message for fault in examined(text).faults) is told
