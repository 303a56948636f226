"""What `plan` draws: exact drawings of small files, and what holds for every file."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from rich.cells import cell_len

from autoscaler.core.guard import Ourselves
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Formation, Live, PlatformError, Transient, Unauthorised
from autoscaler.core.policies import Policies
from autoscaler.core.status import Status
from autoscaler.core.zones import instant
from autoscaler.policyfile import examine_text
from autoscaler.views.apps_text import apps_text
from autoscaler.views.paint import Paint
from autoscaler.views.plan_json import plan_json
from autoscaler.views.plan_text import plan_text
from autoscaler.views.preview import Preview
from autoscaler.views.status import status_text
from tests.core import oracle
from tests.core.worlds import tried
from tests.policyfile.test_random_files import Case, loaded
from tests.views.reading import expected, read

SHIPPED = Path(__file__).parents[2] / "policies.yaml"
ASCII = Paint(unicode=False)


def policies_of(text: str, now: datetime) -> Policies:
    found = examine_text(text.encode(), "policies.yaml", Ourselves("me", "clock"), now)
    assert found.policies is not None, found.faults
    return found.policies


def preview(text: str, now: str, hours: float, start: str | None = None) -> Preview:
    """Offline."""
    at = datetime.fromisoformat(now)
    begin = instant(datetime.fromisoformat(start)) if start else instant(at)
    return Preview(policies_of(text, at), begin, begin + int(hours * 3600), instant(at), None)


def drawing(*windows: str, now: str, hours: float, paint: Paint | None = None, start: str | None = None) -> list[str]:
    """The days of a worker in Berlin that has 2 dynos outside these windows."""
    file = "timezone: Europe/Berlin\napps:\n  shop:\n    formation:\n      worker:\n"
    file += "        quantity: 2\n        windows:\n"
    file += "".join(f"          - {{name: w{at}, {row}}}\n" for at, row in enumerate(windows))
    text = plan_text(preview(file, now, hours, start), paint or Paint())
    return next(part for part in text.split("\n\n") if part.startswith("  shop/worker  ")).splitlines()[1:]


def changes(file: str, now: str, hours: float, paint: Paint | None = None) -> list[str]:
    text = plan_text(preview(file, now, hours), paint or Paint())
    return next(part for part in text.split("\n\n") if part.startswith("Changes\n")).splitlines()[1:]


DRAWN = """\
policies.yaml — Tue 24 Nov 2026 12:17 JST (03:17 UTC)

  process type         wanted         why                       until
  example-shop/web     5:standard-1x  no window open (line 8)   Tue 22:00 JST
  example-shop/worker  0:standard-1x  no window open (line 16)  Tue 22:00 JST

The next 7 days, in Asia/Tokyo

  example-shop/web  672 h, $23.33 a week
                 00    03    06    09    12    15    18    21
  Tue 24 Nov                             ┃5██████████████████2▄▄▄  now 12:17
  Wed 25–Mon 30  2▄▄▄▄▄▄▄▄▄▄▄5███████████████████████████████2▄▄▄  weekend too
  Tue 1 Dec      2▄▄▄▄▄▄▄▄▄▄▄5████████████

  example-shop/worker  40 h, $2.78 a week
                 00    03    06    09    12    15    18    21
  Tue 24 Nov                             ┃0··················1███  now 12:17
  Wed 25–Fri 27  1███████████0·······························1███
  Sat 28         1███████████0···································  weekend
  Sun 29         0···············································  weekend
  Mon 30         0···········································1███
  Tue 1 Dec      1███████████0············

Changes
  Tue 24 Nov 2026
    22:00 JST  13:00 UTC          web     5 → 2              night
                                  worker  0 → 1:standard-2x  nightly batch
  Wed 25 – Fri 27 Nov 2026, each day
    06:00 JST  Tue-Thu 21:00 UTC  web     2 → 5              no window open
                                  worker  1 → 0:standard-1x  no window open
    22:00 JST  13:00 UTC          web     5 → 2              night
                                  worker  0 → 1:standard-2x  nightly batch
  Sat 28 Nov 2026
    06:00 JST  Fri 21:00 UTC      web     2 → 5              no window open
                                  worker  1 → 0:standard-1x  no window open
    22:00 JST  13:00 UTC          web     5 → 2              night
  Sun 29 Nov 2026
    06:00 JST  Sat 21:00 UTC      web     2 → 5              no window open
    22:00 JST  13:00 UTC          web     5 → 2              night
  Mon 30 Nov 2026
    06:00 JST  Sun 21:00 UTC      web     2 → 5              no window open
    22:00 JST  13:00 UTC          web     5 → 2              night
                                  worker  0 → 1:standard-2x  nightly batch
  Tue 1 Dec 2026
    06:00 JST  Mon 21:00 UTC      web     2 → 5              no window open
                                  worker  1 → 0:standard-1x  no window open
"""  # noqa: RUF001

BLOCKS = str.maketrans({"┃": "|", "█": "#", "▄": "=", "·": ".", "–": "-", "—": "-"})  # noqa: RUF001


def test_the_shipped_file_is_drawn_whole() -> None:
    shown = preview(SHIPPED.read_text(), "2026-11-24T12:17+09:00", 7 * 24)
    assert plan_text(shown, Paint()).startswith(DRAWN)


def test_the_same_in_ascii() -> None:
    shown = preview(SHIPPED.read_text(), "2026-11-24T12:17+09:00", 7 * 24)
    text = plan_text(shown, ASCII)
    assert text.isascii()
    days = slice(DRAWN.index("The next"), DRAWN.index("Changes"))
    ours = text[text.index("The next") : text.index("Changes")]
    assert ours == DRAWN[days].translate(BLOCKS)


def test_hours_that_the_clock_skips_are_marked_and_their_day_stands_alone() -> None:
    # Europe/Berlin, 2026-03-29: 02:00+01:00 is 03:00+02:00
    assert drawing("when: 22:00-06:00, quantity: 4", now="2026-03-27T12:00:00+01:00", hours=92) == [
        "              00    03    06    09    12    15    18    21",
        "  Fri 27 Mar                         ┃2▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄4███  now 12:00",
        "  Sat 28      4███████████2▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄4███  weekend",
        "  Sun 29      4███╱╱4█████2▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄4███",  # noqa: RUF001
        "              clocks go forward 1 h, weekend",
        "  Mon 30      4███████████2▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄4███",
        "  Tue 31      4███████████2▄▄▄▄▄",
    ]


def test_an_hour_that_the_clock_shows_twice_is_drawn_as_the_first_time() -> None:
    # Europe/Berlin, 2026-10-25: 03:00+02:00 is 02:00+01:00; the window ends at the first 02:30
    shown = drawing(
        "when: 01:30-02:30, quantity: 12", now="2026-10-25T00:00:00+02:00", hours=25, paint=Paint(columns=110)
    )
    assert shown[1:] == [
        f"  Sun 25 Oct  2▂▂▂12█2{'▂' * 64}",
        "              now 00:00, clocks go back 1 h, weekend",
    ]


def test_numbers_stand_apart_and_what_is_too_short_is_marked() -> None:
    shown = drawing(
        "when: 10:00-10:10, quantity: 0", "when: 12:00-13:00, quantity: 12", "when: 13:00-15:00, quantity: 3..12",
        now="2026-06-01T00:00:00+02:00", hours=24,
    )  # fmt: skip
    assert shown[1:] == [
        "  Mon 1 Jun  2▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂↕2▂▂12░░░░2▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂  now 00:00",
        "             ↕ too short to be drawn",
    ]


def test_sizes_are_told_where_several_run() -> None:
    file = """\
timezone: UTC
apps:
  shop:
    formation:
      worker: {quantity: 1, size: standard-1x, windows: [{when: "12:00-24:00", size: performance-l}]}
"""
    lines = plan_text(preview(file, "2026-06-01T00:00:00+00:00", 24), Paint()).splitlines()
    assert "  Mon 1 Jun  1:1x████████████████████1:l█████████████████████  now 00:00" in lines
    assert "             l is performance-l, 1x is standard-1x" in lines
    assert "    12:00 UTC  worker  1:standard-1x → 1:performance-l  12:00-24:00 (restarts)" in lines


def test_the_line_of_now_stands_where_now_is() -> None:
    window = "when: weekends, quantity: 4"
    shown = drawing(window, now="2026-06-06T18:00:00+02:00", hours=72, start="2026-06-05T00:00+02:00")
    assert shown[1:] == [
        "  Fri 5 Jun  2▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄",
        "  Sat 6      4██████████████████████████████████┃4███████████",
        "             now 18:00, weekend",
        "  Sun 7      4███████████████████████████████████████████████  weekend",
    ]


def test_a_holiday_is_named_and_days_as_a_week_before_are_one_row() -> None:
    file = """\
timezone: Asia/Tokyo
calendars: {closed: {dates: [2026-11-23]}}
apps:
  shop:
    formation:
      worker: {quantity: 0, windows: [{when: weekdays 09:00-18:00, except: closed, quantity: 1}]}
"""
    text = plan_text(preview(file, "2026-11-21T00:00+09:00", 24 * 24), Paint())
    part = next(part for part in text.split("\n\n") if part.startswith("  shop/worker  "))
    idle, busy = f"0{'·' * 47}", f"0{'·' * 17}1{'█' * 17}0{'·' * 11}"
    assert part.splitlines()[2:] == [
        f"  Sat 21 Nov        {idle}",
        "                    now 00:00, weekend",
        f"  Sun 22–Mon 23     {idle}",  # noqa: RUF001
        "                    weekend too, Mon 23: closed",
        f"  Tue 24–Fri 27     {busy}",  # noqa: RUF001
        f"  Sat 28–Sun 29     {idle}  weekend",  # noqa: RUF001
        f"  Mon 30–Fri 4 Dec  {busy}",  # noqa: RUF001
        "  Sat 5–Mon 14      as a week before",  # noqa: RUF001
    ]


SEVERAL = """\
timezone: Asia/Tokyo
apps:
  shop:
    formation:
      web: {quantity: 2, windows: [{name: night, when: "22:00-06:00", quantity: 1}]}
      worker: {quantity: 2, timezone: America/New_York, windows: [{name: lunch, when: "12:00-13:00", quantity: 3}]}
"""


def test_several_zones_do_not_zigzag() -> None:
    assert changes(SEVERAL, "2026-11-24T12:00+09:00", 24) == [
        "  shop  America/New_York",
        "  Tue 24 Nov 2026",
        "    12:00 EST  17:00 UTC  worker  2 → 3  lunch",
        "    13:00 EST  18:00 UTC  worker  3 → 2  no window open",
        "  shop  Asia/Tokyo",
        "  Tue 24 Nov 2026",
        "    22:00 JST  13:00 UTC      web  2 → 1  night",
        "  Wed 25 Nov 2026",
        "    06:00 JST  Tue 21:00 UTC  web  1 → 2  no window open",
    ]


def test_in_utc_the_time_is_not_told_twice() -> None:
    file = SEVERAL.replace("Asia/Tokyo", "UTC").replace("timezone: America/New_York, ", "")
    assert changes(file, "2026-11-24T12:30+00:00", 18) == [
        "  Tue 24 Nov 2026",
        "    13:00 UTC  worker  3 → 2  no window open",
        "    22:00 UTC  web     2 → 1  night",
        "  Wed 25 Nov 2026",
        "    06:00 UTC  web     1 → 2  no window open",
    ]


def fleet(apps: int, zone: str = "Asia/Tokyo") -> str:
    """So many apps with two process types each, each with windows of its own."""
    chance = Random(apps)
    rows = [f"timezone: {zone}", "apps:"]
    for app in range(apps):
        rows += [f"  shop-{app:02}:", "    formation:"]
        for kind in ("web", "worker"):
            night = f"weekdays {chance.randint(18, 23)}:00-0{chance.randint(3, 8)}:00"
            rows += [f"      {kind}:", "        quantity: 5", "        size: standard-1x", "        windows:"]
            rows += [f"          - {{name: night, when: {night}, quantity: {chance.randint(1, 4)}}}"]
    return "\n".join(rows) + "\n"


def test_forty_apps_are_a_strip_each_and_the_next_changes_of_them_all() -> None:
    shown = preview(fleet(40), "2026-11-24T12:00+09:00", 7 * 24)
    text = plan_text(shown, Paint())
    lines = text.splitlines()
    assert len(lines) < 230
    strips = [line for line in lines if line.startswith(("    web ", "    worker "))]
    assert len(strips) == 80
    assert all(line.count("│") == 7 for line in strips)
    told, left = read(text)
    assert left > 0
    assert told.total() + left == len(json.loads(plan_json(shown))["changes"])


def test_strips_of_several_zones_begin_on_the_earliest_local_day_and_lose_nothing() -> None:
    rows = "".join(f"  shop-{at:02}: {{formation: {{web: {{quantity: 2}}}}}}\n" for at in range(13))
    evening = '[{when: "19:00-24:00", quantity: 4}]'
    west = f"  west: {{timezone: America/New_York, formation: {{web: {{quantity: 1, windows: {evening}}}}}}}\n"
    text = plan_text(preview(f"timezone: Asia/Tokyo\napps:\n{rows}{west}", "2026-11-25T06:00+09:00", 48), Paint())
    lines = text.split("\n\n")[1].splitlines()
    assert lines[1].split() == ["now", "range", "Tue", "24", "Wed", "25", "Thu", "26", "Fri", "27"]
    assert [line.count("shop-") for line in lines[2:4]] == [8, 5], "they want the same"
    assert lines[4] == "    web  2    2                  │  ┃█████████│████████████│███"
    assert lines[-1] == "    web  1    1–4           ┃▂███│▂▂▂▂▂▂▂▂▂███│▂▂▂▂▂▂▂▂    │"  # noqa: RUF001


def test_a_summary_is_a_line_an_app_and_the_totals() -> None:
    shown = preview(fleet(2), "2026-11-24T12:00+09:00", 7 * 24)
    lines = apps_text(shown, Paint()).splitlines()
    assert [line.split()[0] for line in lines[3:8]] == ["app", "shop-00", "shop-01", "clock", "all"]
    data = json.loads(plan_json(shown))
    assert lines[7].split()[1:3] == ["4", str(len(data["changes"]))]
    assert lines[-1].startswith("Offline: $")


@pytest.mark.parametrize("number", range(5))
def test_of_apps_online_only_what_is_not_as_wanted_stands_in_the_table(number: int) -> None:
    now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    policies = policies_of(fleet(10), now)
    live = {"web": Live(5, "standard-1x"), "worker": Live(5, "standard-1x")}
    answers: dict[str, Formation | PlatformError] = {app: Formation(app, live) for app in policies.apps}
    answers["shop-03"] = Formation("shop-03", {**live, "web": Live(number, "standard-1x")})
    answers["shop-04"] = Transient("Heroku did not answer within 10 s")
    plan = draft(policies, Observed(now, answers), now)
    text = plan_text(Preview(policies, instant(now), instant(now) + 86400, instant(now), plan), Paint(columns=100))
    table = text.split("\n\n")[1]
    assert [line.split()[1] for line in table.splitlines()[1:4]] == ["shop-03/web", "shop-04/web", "shop-04/worker"]
    assert "  = 17 more process types are as wanted (--app APP shows an app's)" in table
    assert "  ! held: shop-04: Heroku did not answer within 10 s" in table


def fleet_online(answers: Mapping[str, Formation | PlatformError], columns: int = 80) -> list[str]:
    """What is said of now for 40 apps; those that are not named are as wanted."""
    now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    policies = policies_of(fleet(40), now)
    live = {"web": Live(5, "standard-1x"), "worker": Live(5, "standard-1x")}
    plan = draft(policies, Observed(now, {app: answers.get(app, Formation(app, live)) for app in policies.apps}), now)
    shown = Preview(policies, instant(now), instant(now) + 86400, instant(now), plan)
    return plan_text(shown, Paint(columns=columns)).split("\n\n")[1].splitlines()


def test_a_reason_that_holds_all_of_many_apps_is_told_once() -> None:
    refused = {app: Unauthorised(f"{app}: Heroku refused the token") for app in (f"shop-{at:02}" for at in range(40))}
    assert fleet_online(refused) == [
        "  ! held: all 40 apps: Heroku refused the token",
    ]


@pytest.mark.parametrize(
    ("apps", "who"), [(8, ", ".join(f"shop-{at:02}" for at in range(8))), (9, "all 9 apps")], ids=["some", "many"]
)
def test_status_does_not_name_each_of_many_apps_where_all_are_late(apps: int, who: str) -> None:
    now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    policies = policies_of(fleet(apps), now)
    refused = {app: Unauthorised(f"{app}: Heroku refused the token") for app in policies.apps}
    told = status_text(Status(policies, now, 60, draft(policies, Observed(now, refused), now)), Paint())
    assert told.endswith(f"\n\nNot as wanted, and no daemon is known to see to it: {who}.")


def test_of_many_apps_changes_come_first_and_holds_that_are_alike_are_one() -> None:
    apps = [f"shop-{at:02}" for at in (*range(20, 31), 33)]
    silent = {app: Transient(f"{app}: Heroku did not answer within 10 s") for app in apps}
    small = Formation("shop-31", {"web": Live(2, "standard-1x"), "worker": Live(5, "standard-1x")})
    gone = Formation("shop-05", {"worker": Live(5, "standard-1x")})
    assert fleet_online({**silent, "shop-05": gone, "shop-31": small}, columns=100) == [
        "     process type  now            wanted         why                        until",
        "  +  shop-31/web   2:standard-1x  5:standard-1x  no window open (line 377)  Tue 20:00 JST",
        "  !  shop-05/web   —              5:standard-1x  no window open (line 65)   Tue 21:00 JST",
        "  ! held: shop-05/web: shop-05 has no process type web (it has: worker)",
        "  ! held: 24 process types of 12 apps: Heroku did not answer within 10 s",
        "    shop-20, shop-21, shop-22, shop-23, shop-24, shop-25, shop-26, shop-27, shop-28, shop-29,",
        "    shop-30, shop-33",
        "  = 54 more process types are as wanted (--app APP shows an app's)",
    ]


def test_apps_that_want_the_same_are_drawn_once() -> None:
    alike = "".join(
        f"  pr-{at}: {{formation: {{web: {{quantity: 1}}, worker: {{quantity: 2}}}}}}\n" for at in range(30)
    )
    other = "  other: {formation: {web: {quantity: 3}}}\n"
    text = plan_text(preview(f"timezone: UTC\napps:\n{other}{alike}", "2026-11-24T06:00+00:00", 24), Paint())
    lines = text.split("\n\n")[1].splitlines()[2:]
    assert [line.split()[0].split("-")[0] for line in lines] == ["other", "web", *["pr"] * 3, "web", "worker"]
    assert sum(line.count("pr-") for line in lines) == 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def random_preview(seed: int, folder: Path) -> Preview | None:
    """A random file, some days from near something odd, offline or with live values of all kinds."""
    case, chance = Case(seed), Random(seed)
    policies = loaded(case.file, folder)
    if policies is None:
        return None
    start = case.first * 60
    now = start + chance.choice([0, 0, -90_000, 7_260])
    plan = None
    if chance.random() < 0.7:
        moment = oracle.moment_of(now // 60)
        sizes = ["eco", "standard-2x", "performance-l-ram"]
        answers: dict[str, Formation | PlatformError] = {}
        for app in policies.apps:
            types = [target.type for target in policies.targets if target.app == app and chance.random() < 0.8]
            answers[app] = Formation(app, {kind: Live(chance.randint(0, 99), chance.choice(sizes)) for kind in types})
            if chance.random() < 0.2:
                answers[app] = Transient(f"{'Heroku did not answer, and this is a long story ' * 3}.")
        plan = draft(policies, Observed(moment, answers), moment)
    return Preview(policies, start, start + chance.choice([1, 3, 12, 45]) * 86400, now, plan)


@tried(60)
@given(st.integers(0, 2**48), st.integers(40, 200), st.booleans())
def test_no_line_is_wider_than_the_terminal(folder: Path, seed: int, columns: int, unicode: bool) -> None:
    shown = random_preview(seed, folder)
    event("used" if shown else "refused")
    if shown is None:
        return
    for draw in (plan_text, apps_text):
        text = draw(shown, Paint(unicode=unicode, columns=columns))
        assert max(map(cell_len, text.splitlines())) <= columns, text


WIDE = """\
timezone: America/Argentina/ComodRivadavia
apps:
  an-app-with-quite-a-long-name9:
    formation:
      {type}:
        quantity: 1000..2000
        size: performance-l-ram
        windows:
          - {{name: {name}, when: "22:00-06:00", quantity: 1, size: standard-1x}}
    jobs:
      a-job: {{when: 01:00, run: "{name}", time_limit: 90m}}
"""


@pytest.mark.parametrize("columns", range(40, 201, 7))
@pytest.mark.parametrize("name", ["夜間バッチ" * 10, "e\u0301" * 30, "words of a long name " * 3, "x" * 60])
def test_long_names_stay_within_the_terminal(columns: int, name: str) -> None:
    now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    policies = policies_of(WIDE.format(type="worker_" * 18, name=name.strip()), now)
    kind = policies.targets[0].type
    answer = Formation(policies.apps[0], {kind: Live(1, "eco")})
    plan = draft(policies, Observed(now, {policies.apps[0]: answer}), now)
    shown = Preview(policies, instant(now), instant(now) + 3 * 86400, instant(now), plan)
    for draw in (plan_text, apps_text):
        lines = draw(shown, Paint(columns=columns)).splitlines()
        assert max(map(cell_len, lines)) <= columns, "\n".join(lines)


@tried(100)
@given(st.integers(0, 2**48))
def test_every_change_of_the_json_stands_in_the_text(folder: Path, seed: int) -> None:
    shown = random_preview(seed, folder)
    if shown is None:
        return
    text = plan_text(shown, Paint(columns=300))
    meant = expected(json.loads(plan_json(shown)), together=False)
    told, left = read(text) if meant else (meant, 0)
    event("some left out" if left else "all told")
    assert told <= meant, f"{text}\n{told - meant}"
    assert told.total() + left == meant.total(), f"{text}\n{meant - told}"


@pytest.mark.parametrize("days", [1, 6, 8, 15, 30, 60])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Europe/Berlin", "Pacific/Auckland"])
def test_weeks_that_repeat_are_folded_and_nothing_is_lost(days: int, zone: str) -> None:
    shown = preview(fleet(2, zone), "2026-10-13T09:00+00:00", days * 24)
    text = plan_text(shown, Paint(columns=200))
    told, left = read(text)
    assert left == 0
    assert told == expected(json.loads(plan_json(shown)), together=False)
    assert len(text.splitlines()) < 190
