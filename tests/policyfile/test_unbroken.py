"""What an unbroken window may not be, each mistake in its place; and what is fine."""

import pytest

from autoscaler.core.policies import Target
from tests.policyfile.loading import errors, examined, loaded, shop

LONG = (
    "an opening of {} cannot be kept whole: Heroku restarts a dyno after 24h, and one that is restarted before the"
    " opening lives 23h45m of it"
)


def worker(*windows: str, own: str = "quantity: 1\nsize: standard-1x") -> str:
    """A file whose windows stand on lines 9, 10 ..."""
    return shop(f"{own}\nwindows:\n" + "\n".join(f"  - {{{window}}}" for window in windows))


BATCH = 'name: batch, when: "weekdays 22:00-06:00", quantity: 2, unbroken: true'


def test_an_unbroken_window_is_read() -> None:
    policy = loaded(worker(BATCH)).of(Target("shop", "worker"))
    assert policy is not None
    assert [window.unbroken for window in policy.windows] == [True]
    assert policy.guarded


@pytest.mark.parametrize(
    ("windows", "line", "where", "message"),
    [
        (["when: mon 22:00-06:00, quantity: 1..3, unbroken: true"], 9, "quantity",
         "an unbroken window needs one number, read 1..3: its dynos may not come and go"),
        (["when: mon 22:00-06:00, quantity: 0, unbroken: true"], 9, "unbroken",
         "an unbroken window needs a `quantity` of 1 or more"),
        (["when: mon 22:00-06:00, size: standard-2x, unbroken: true"], 9, "unbroken",
         "an unbroken window needs a `quantity`"),
        (["when: mon, quantity: 2, unbroken: true"], 9, "unbroken", LONG.format("1d")),
        (['when: "mon 00:00-23:46", quantity: 2, unbroken: true'], 9, "unbroken", LONG.format("23h46m")),
        (['when: "mon 00:00-23:40", quantity: 2, lead: 6m, unbroken: true'], 9, "unbroken", LONG.format("23h46m")),
        (['when: "last day 12:00 for 30h", quantity: 2, unbroken: true'], 9, "unbroken", LONG.format("30h")),
        ([BATCH, 'when: "tue 06:04-21:57", quantity: 2, unbroken: true'], 9, "unbroken", LONG.format("32h")),
        (['name: sale, when: "fri 20:00-23:00", quantity: 1', BATCH], 9, "quantity",
         "it would lower 2 dynos to 1 within batch, which is unbroken"),
        (['name: sale, when: "sat 05:59-07:00", quantity: 0..5', BATCH], 9, "quantity",
         "it would lower 2 dynos to 0..5 within batch, which is unbroken"),
        (["name: sale, when: 2026-11-27 20:00 for 3h, quantity: 1", BATCH], 9, "quantity",
         "it would lower 2 dynos to 1 within batch, which is unbroken"),
        (['name: end, when: "last day 20:00-23:00", quantity: 1', BATCH], 9, "quantity",
         "it would lower 2 dynos to 1 within batch, which is unbroken"),
        (["name: big, when: fri, size: standard-2x", BATCH], 9, "size",
         "it would change the size, and so restart dynos, within batch, which is unbroken"),
        ([BATCH, "name: big, when: fri, size: standard-2x"], 10, "size",
         "it would change the size, and so restart dynos, within batch, which is unbroken"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_its_place(windows: list[str], line: int, where: str, message: str) -> None:
    found = [(fault.line, fault.path.rsplit(".", 1)[-1], fault.message) for fault in errors(worker(*windows))]
    assert found == [(line, where, message)]


@pytest.mark.parametrize(
    "windows",
    [
        ['when: "mon 00:00-23:45", quantity: 2, unbroken: true'],
        [BATCH, 'when: "tue 06:05-21:55", quantity: 2, unbroken: true'],
        ['name: sale, when: "fri 20:00-22:00", quantity: 1', BATCH],
        ['name: sale, when: "sat 06:00-07:00", quantity: 1', BATCH],
        ['name: sale, when: "fri 20:00-23:00", quantity: 3', BATCH],
        ["name: sale, when: 2026-11-28 20:00 for 3h, quantity: 1", BATCH],
        [BATCH, 'name: sale, when: "fri 20:00-23:00", quantity: 1'],
        [f"{BATCH}, size: standard-1x", "name: big, when: fri, size: standard-2x"],
        [BATCH, "name: same, when: fri, size: Standard-1X"],
    ],
)
def test_what_breaks_nothing_is_accepted(windows: list[str]) -> None:
    assert errors(worker(*windows)) == []


def warnings(text: str) -> list[str]:
    return [fault.message for fault in examined(text).faults]


def test_what_a_calendar_decides_is_a_warning_with_its_date() -> None:
    text = worker(
        "name: shut, when: 2026-12-28 12:00 for 12h, quantity: 0",
        'name: batch, when: "weekdays 22:00-06:00", except: closed, quantity: 2, unbroken: true',
    ).replace("apps:", "calendars: {closed: {dates: [2026-12-29..2027-01-03]}}\napps:", 1)
    assert warnings(text) == ["on 2026-12-28 22:00 it lowers 2 to 0 within batch, which is unbroken"]
    assert warnings(text.replace("2026-12-28 12", "2026-12-29 12")) == []


def test_a_night_that_clocks_make_too_long_is_a_warning_with_its_date() -> None:
    text = worker('when: "sat 23:00 for 90m", quantity: 2', 'when: "sun 00:30-24:00", quantity: 2, unbroken: true')
    assert warnings(text.replace("Asia/Tokyo", "Europe/Berlin"))[-1] == (
        "the opening of 2027-10-31 00:30 lasts 24h30m and cannot be kept whole"
    )
