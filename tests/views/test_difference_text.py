"""What a file changes, in sentences."""

from datetime import UTC, datetime

import pytest

from autoscaler.core.zones import DAY, WEEK
from autoscaler.views.difference_text import difference_head, difference_text, process_sentence
from autoscaler.views.paint import Paint
from tests.views.comparing import against, shop

NIGHT = """\
quantity: 0
size: standard-1x
windows:
  - {name: batch, when: %s 22:00-06:00, quantity: %s}
"""


def told(old: str, new: str, seconds: int = WEEK, start: datetime | None = None) -> list[str]:
    found = against(old, new, seconds) if start is None else against(old, new, seconds, start)
    return [line.strip() for line in difference_text(found, Paint(columns=1000))[1:]]


def of(quantity: object, size: str = "standard-1x", more: str = "") -> str:
    return shop(f"quantity: {quantity}\nsize: {size}\n{more}")


def windows(*lines: str, quantity: int = 0) -> str:
    return of(quantity, more="windows:\n" + "\n".join(f"  - {{{line}}}" for line in lines) if lines else "")


def test_a_batch_on_saturdays_too_is_eight_hours_and_28_cents_a_week() -> None:
    found = against(shop(NIGHT % ("weekdays", 1)), shop(NIGHT % ("mon-sat", 1)))
    assert difference_text(found, Paint(columns=1000)) == [
        "Against git:main: 1 process type differs; +8 h, +$0.28 a week",
        "  ~ shop/worker now also runs on Saturdays 22:00-06:00; +8 h, +$0.28 a week",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            shop(NIGHT % ("mon-sat", 1)),
            shop(NIGHT % ("weekdays", 1)),
            "! DOWN TO ZERO: shop/worker no longer runs on Saturdays 22:00-06:00; -8 h, -$0.28 a week",
        ),
        (
            shop(NIGHT % ("weekdays", 4)),
            shop(NIGHT % ("weekdays", 2)),
            "! DOWN TO HALF OR LESS: shop/worker has 2 instead of 4 on weekdays 22:00-06:00; -80 h, -$2.78 a week",
        ),
        (of(2), of(3), "~ shop/worker has 3 instead of 2 at all times; +168 h, +$5.83 a week"),
        (
            of(2),
            of(2, "standard-2x"),
            "~ shop/worker has standard-2x instead of standard-1x at all times; +0 h, +$11.67 a week",
        ),
        (
            of(2),
            of(3, "standard-2x"),
            "~ shop/worker has 3:standard-2x instead of 2:standard-1x at all times; +168 h, +$23.33 a week",
        ),
        (of(0), of(3), "~ shop/worker now runs at all times with 3:standard-1x; +504 h, +$17.50 a week"),
        (of(3), of(0), "! DOWN TO ZERO: shop/worker no longer runs at all; -504 h, -$17.50 a week"),
        (of("2..4"), of("2..9"), "~ shop/worker has 2..9 instead of 2..4 at all times; same hours, same cost"),
        (
            of(0),
            of(0, "standard-2x"),
            "~ shop/worker has size standard-2x instead of standard-1x at all times, with no dyno; "
            "same hours, same cost",
        ),
        (
            windows(),
            windows("when: 2026-11-27 08:00 for 40h, quantity: 2"),
            "~ shop/worker now runs from Fri 27 Nov 08:00 to Sun 29 Nov 00:00 with 2:standard-1x; "
            "+80 h, +$2.78 a week",
        ),
        (
            windows(),
            windows("when: fri 22:00 for 56h, quantity: 1"),
            "~ shop/worker now runs from Fridays 22:00 to Mondays 06:00; +56 h, +$1.94 a week",
        ),
        (windows(), windows("when: weekends, quantity: 1"), "~ shop/worker now runs on weekends; +48 h, +$1.67 a week"),
        (
            windows(),
            windows("when: 2026-11-24, quantity: 1"),
            "~ shop/worker now runs on Tue 24 Nov; +24 h, +$0.83 a week",
        ),
        (
            windows("name: night, when: 22:00-06:00, quantity: 1, lead: 15m"),
            windows("name: night, when: 22:00-06:00, quantity: 1"),
            "! DOWN TO ZERO: shop/worker no longer runs daily 21:45-22:00; night has no lead instead of a lead of 15m; "
            "-1.75 h, -$0.06 a week",
        ),
        (
            of(2, "basic"),
            of(3, "eco"),
            "~ shop/worker has 3:eco instead of 2:basic at all times; "
            "+168 h, +504 h of them of the Eco pool, -$3.27 a week",
        ),
        (
            windows(),
            windows("when: 'mon-thu,sun 08:00-09:00', quantity: 1"),
            "~ shop/worker now runs on Mondays to Thursdays and Sundays 08:00-09:00; +5 h, +$0.17 a week",
        ),
        (
            of(2),
            of(2, more="limits: {min: 1, max: 4}"),
            "~ shop/worker: its limits are 1..4 instead of none",
        ),
        (
            windows(),
            windows("when: 2027-03-01 08:00-20:00, quantity: 1"),
            "~ shop/worker: the same in this time, another from Mon 1 Mar 2027 08:00 UTC on",
        ),
    ],
)  # fmt: skip
def test_each_change_has_its_sentence(old: str, new: str, sentence: str) -> None:
    assert told(old, new) == [sentence]


def test_what_has_no_size_has_hours_and_no_price() -> None:
    assert told(shop("quantity: 1"), shop("quantity: 2")) == [
        "~ shop/worker has 2 instead of 1 at all times; +168 h a week, price not known"
    ]


def test_many_dates_are_counted_and_those_of_another_year_carry_it() -> None:
    some = ", ".join(f"2026-12-{day:02}" for day in (1, 3, 5, 8, 10)) + ", 2027-01-02"
    assert told(windows(), windows(f'when: "{some}", quantity: 1'), 60 * DAY) == [
        "~ shop/worker now runs on Tue 1 Dec, on Thu 3 Dec, on Sat 5 Dec and 3 more times; +144 h, +$5.00 in 60 days"
    ]
    assert told(windows(), windows("when: 2027-01-02, quantity: 1"), 60 * DAY) == [
        "~ shop/worker now runs on Sat 2 Jan 2027; +24 h, +$0.83 in 60 days"
    ]


def test_the_night_on_which_clocks_change_is_told_by_itself_where_its_hours_differ() -> None:
    """Europe/Berlin, 2026-10-25: the clock shows 02:00-03:00 twice, so that 8 hours from 22:00 end at 05:00."""

    def nights(quantity: int) -> str:
        line = f"quantity: 0\nsize: standard-1x\nwindows:\n  - {{when: daily 22:00 for 8h, quantity: {quantity}}}\n"
        return shop(line, zone="Europe/Berlin")

    start = datetime(2026, 10, 20, 10, tzinfo=UTC)
    assert told(nights(1), nights(2), WEEK, start) == [
        "~ shop/worker has 2 instead of 1 daily 22:00-06:00, except Sat 24 Oct, and on Sat 24 Oct 22:00-05:00; "
        "+56 h, +$1.94 a week"
    ]


@pytest.mark.parametrize(
    ("when", "told_as"),
    [
        ("2026-11-24..2027-03-01", "from Tue 24 Nov 00:00 on"),
        ("2026-11-24..2026-12-31", "from Tue 24 Nov 00:00 to Fri 1 Jan 2027 00:00"),
        ("2026-11-24..2026-12-01", "from Tue 24 Nov 00:00 to Wed 2 Dec 00:00"),
        ("tue-sun", "on every day but Mondays"),
    ],
)
def test_days_from_one_on_are_not_every_day_but_mondays(when: str, told_as: str) -> None:
    """The week of the plan has one Monday, and on that one nothing differs yet."""
    [line] = told(of(2), of(2, more=f"windows: [{{when: {when}, quantity: 3}}]\n"))
    assert line.startswith(f"~ shop/worker has 3 instead of 2 {told_as}; ")


@pytest.mark.parametrize("last", ["2026-12-13", "2026-12-20", "2027-03-01"])
def test_hours_from_a_day_on_are_daily_but_for_the_days_before(last: str) -> None:
    """Open at night as before, and from that Tuesday on at all hours: what differs are the days' hours."""
    windows = "windows: [{when: [%s], quantity: 3}]\n"
    night = "daily 22:00-06:00"
    old, new = of(2, more=windows % night), of(2, more=windows % f"{night}, 2026-11-24..{last}")
    [line] = told(old, new)
    assert line.startswith("~ shop/worker has 3 instead of 2 daily 06:00-22:00, except Mon 23 Nov; ")
    [line] = told(old, new, 2 * DAY, datetime(2026, 11, 25, tzinfo=UTC))
    assert line.startswith("~ shop/worker has 3 instead of 2 daily 06:00-22:00; "), "although no Monday is shown"


def test_a_process_type_in_another_zone_than_the_file_says_so() -> None:
    tokyo = NIGHT + "timezone: Asia/Tokyo\n"
    [line] = told(shop(tokyo % ("weekdays", 1)), shop(tokyo % ("mon-sat", 1)))
    assert line == "~ shop/worker now also runs on Saturdays 22:00-06:00 (Asia/Tokyo); +8 h, +$0.28 a week"


def test_unbroken_and_closing_windows_are_told() -> None:
    probe = "probes:\n  left: {postgres: SHOP_URL, query: select 1}\n"
    plain = "quantity: 0\nwindows:\n  - {name: batch, when: 22:00-06:00, quantity: 1%s}\n"
    old = shop(plain % "", probe)
    new = shop(plain % ", unbroken: true, close: {when: idle, probe: left, latest: 2h}", probe)
    assert told(old, new) == [
        "~ shop/worker: batch is unbroken; batch closes when left is idle, at most 2h late instead of at its end"
    ]
    assert told(new, old) == [
        "~ shop/worker: batch is no longer unbroken: daily restarts may fall into it; "
        "batch closes at its end instead of when left is idle, at most 2h late"
    ]


def test_jobs_and_probes_are_told_without_secrets() -> None:
    def with_job(*lines: str, query: str = "select 1") -> str:
        job = "".join(f"    {line}\n" for line in lines)
        probe = f"probes:\n  left: {{postgres: SHOP_URL, query: {query}}}\n"
        return shop("quantity: 0", probe + (f"jobs:\n  invoice:\n{job}" if lines else ""))

    new = with_job("when: daily 01:00", "run: python invoice.py", "size: standard-2x", "time_limit: 3h")
    assert told(with_job(), new) == [
        "~ shop job invoice is new: it runs `python invoice.py` daily 01:00 (UTC); at most +21 h, +$1.46 a week"
    ]
    assert told(new, with_job()) == [
        "~ shop job invoice is no longer started: it ran daily 01:00 (UTC); at most -21 h, -$1.46 a week"
    ]
    other = with_job(
        "when: weekdays 01:00", "run: API_TOKEN=hunter2 python bill.py", "time_limit: 2h", query="select 2"
    )
    job, probe = told(new, other)
    assert "hunter2" not in job
    assert job.startswith(
        "~ shop job invoice changes: it runs weekdays 01:00 instead of daily 01:00, it runs `API_TOKEN="
    )
    assert "it may run for 2h instead of 3h, its size is the platform's choice instead of standard-2x" in job
    assert probe == "~ shop probe left asks something else, or is asked elsewhere"


def test_what_is_no_longer_named_stays_as_it_is() -> None:
    old = of(2) + "      web:\n        quantity: 3\n        size: basic\n"
    assert told(old, of(2)) == ["~ shop/web is no longer named: its dynos stay as they are"]
    assert told(of(2), old) == [
        "~ shop/web is named now: 504 h, $4.90 a week; until now its dynos were left as they were"
    ]


def test_no_difference_is_said() -> None:
    found = against(of(2), of(2))
    assert difference_text(found, Paint(columns=1000)) == ["Against git:main: no difference"]


def test_the_heading_counts_what_is_drastic() -> None:
    found = against(of(4), of(0))
    assert difference_head(found) == (
        "Against git:main: 1 process type differs, 1 of them down to half or less; -672 h, -$23.33 a week"
    )
    assert process_sentence(found.processes[0], found).startswith("DOWN TO ZERO: shop/worker")


def test_what_concerns_whole_apps_is_told_too() -> None:
    old = of(2) + "notify: [{slack: SLACK_URL, on: [held]}]\n"
    new = "at_once: 3\n" + of(2) + "notify: [{heartbeat: BEAT_URL}]\n"
    assert told(old, new) == [
        "~ at_once is 3 instead of not given",
        "~ everything: slack SLACK_URL is told of held no longer",
        "~ everything: heartbeat BEAT_URL is told from now on",
    ]


def test_what_becomes_of_a_persons_change_is_told() -> None:
    assert told(of(2), of(2, more="on_manual_change: enforce\n")) == [
        "~ shop/worker: on_manual_change is enforce instead of keep"
    ]
