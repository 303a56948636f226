"""`import`: where it says that a file is the same, it is the same at every minute, by oracles that know nothing of it.

The oracles walk real minutes: one keeps SCALING_SCHEDULE as the old tool did (the first rule that covers this moment,
else what was there), the other sends each crontab line's command when cronsim, another program, says it is due.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from autoscaler import load_policies, timeline
from autoscaler.policyfile.moving import Asked, Moved, move
from autoscaler.views.policies_yaml import policies_yaml

MINUTE = timedelta(minutes=1)
START = datetime(2026, 11, 2, tzinfo=UTC)
FORTNIGHT = 14 * 1440
EXAMPLES = int(os.environ.get("AUTOSCALER_EXAMPLES", "60"))
SAME = "the same at every minute"


def minutes(
    text: str, zone: str = "UTC", length: int = FORTNIGHT, process: str = "worker"
) -> list[tuple[int, str | None]]:
    """What our timeline wants of a process type in each minute from START, in the zone, on."""
    file = Path("policies.yaml")
    start = START.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    file.write_text(text)
    found = timeline(load_policies(str(file)), start, start + length * MINUTE)
    wanted: list[tuple[int, str | None]] = []
    for span in found:
        if span.type == process:
            assert span.quantity is not None
            wanted += [(span.quantity, span.size)] * round((span.end - span.start) / MINUTE)
    assert len(wanted) == length
    return wanted


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(found: Moved) -> str:
    assert found.draft is not None, found.lost
    return policies_yaml(found.draft)


MOMENTS = [
    (at.weekday(), at.strftime("%H%M")) for at in (START + minute * MINUTE for minute in range(-7 * 1440, FORTNIGHT))
]


def kept(schedule: str) -> list[int | None]:
    """What the old tool kept in each minute of a fortnight, looked at in the middle of the minute."""
    rules: list[tuple[int, int, str, str, int]] = []
    for part in schedule.replace("(", " ").replace(")", "|").replace("|;", "|").split("|"):
        days, _, hours = part.rpartition(" ")
        first, last = (days.split("-") * 2)[:2] if days else ("0", "6")
        for rule in filter(None, hours.split(";")):
            between, _, quantity = rule.partition(":")
            begins, _, ends = between.partition("-")
            rules.append((int(first), int(last), begins, ends, int(quantity)))
    now: int | None = None
    seen: list[int | None] = []
    for weekday, clock in MOMENTS:
        for first_day, last_day, begins, ends, scale in rules:
            too_late = weekday > first_day and weekday > last_day
            inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
            if inside and not too_late:
                now = scale
                break
        seen.append(now)
    return seen[7 * 1440 :]


TIMES = st.sampled_from(["0000", "0600", "0830", "1200", "1800", "2200", "2359"])
RULES = st.builds("{}-{}:{}".format, TIMES, TIMES, st.integers(0, 3))
DAYS = st.builds("{}-{}".format, st.integers(0, 6), st.integers(0, 6)) | st.integers(0, 6).map(str)
GROUPS = st.builds(lambda days, rules: f"{days}({';'.join(rules)})", DAYS, st.lists(RULES, min_size=1, max_size=2))


def schedules() -> st.SearchStrategy[str]:
    grouped = st.lists(GROUPS, min_size=1, max_size=2).map(";".join)
    plain = st.lists(RULES, min_size=1, max_size=3).map(";".join)
    return plain | grouped | st.builds("{};{}".format, grouped, plain)


@settings(max_examples=EXAMPLES, deadline=None)
@given(schedules())
def test_a_schedule_is_the_same_exactly_where_that_is_said(schedule: str) -> None:
    found = move(f"SCALING_SCHEDULE_WORKER={schedule}", Asked("shop"))
    text = written(found)
    same = [want for want, _ in minutes(text)] == kept(schedule)
    assert same == (SAME in text)
    assert same != any("did not do what its schedule says" in remark for remark in found.remarks)


FORMS = {
    "2200-0600:2;0600-2200:5": (5, [(("daily 22:00-06:00",), 2)]),
    "0900-1700:2;1700-1900:1;1900-0900:0": (0, [(("daily 09:00-17:00",), 2), (("daily 17:00-19:00",), 1)]),
    "0830-1800:1;0000-2359:0": (0, [(("daily 08:30-18:00",), 1)]),
    "0-4(0830-1800:1;0000-2359:0);5-6(1200-2359:1;0000-2359:0)": (
        0,
        [(("weekdays 08:30-18:00", "weekends 12:00-24:00"), 1)],
    ),
    "0(1200-1400:1);0000-2359:0": (0, [(("mon 12:00-14:00",), 1)]),
    "0-4(2200-0600:1);0000-2359:0": (0, [(("weekdays 22:00-06:00",), 1)]),
    "5-6(0000-2359:0);0-4(0000-2359:2)": (2, [(("weekends",), 0)]),
    " 0000 - 2359 : 3 ; ": (3, []),
}


@pytest.mark.parametrize("schedule", FORMS)
def test_a_schedule_becomes_the_windows_that_a_person_would_write(schedule: str) -> None:
    draft = move(schedule, Asked("shop", ("worker",))).draft
    assert draft is not None
    [process] = draft.apps[0].types
    assert (process.quantity, [(window.when, window.quantity) for window in process.windows]) == FORMS[schedule]


def test_friday_s_night_and_the_weekday_bug_are_told_with_hours_and_cause() -> None:
    night = move("SCALING_SCHEDULE_WORKER=0-4(2200-0600:1);0000-2359:0", Asked("shop")).remarks
    assert (
        "shop/worker: the old tool did not do what its schedule says: mon 00:00-06:00: it kept 1, this file wants 0; "
        "sat 00:00-06:00: it kept 0, this file wants 1"
    ) in night
    assert any("it judged the weekday at each moment" in remark for remark in night)
    weekend = move("SCALING_SCHEDULE_WORKER=5-6(0000-2359:0);0-4(0000-2359:2)", Asked("shop")).remarks
    assert any("weekdays: it kept 0, this file wants 2" in remark for remark in weekend)
    assert any("let a rule hold on the days before its first one" in remark for remark in weekend)


CONFIG = """\
=== shop Config Vars
DATABASE_URL:              postgres://user:hunter2@host/db
SCALING_SCHEDULE:          NIGHTS
SCALING_SCHEDULE_WORKER:   0-4(2200-2400:1);0000-2359:0
SCALING_SCHEDULE_CRON:     09:00-17:00:2
SCALING_SCHEDULE_TIMEZONE: Asia/Tokyo
SCALING_SCHEDULE_DISABLE:  true
SCHEDULE_TEMPLATE_NIGHTS:  2200-0600:0;0600-2200:5
"""


def test_config_vars_are_read_as_heroku_config_prints_them_and_no_secret_is_shown() -> None:
    found = move(CONFIG, Asked())
    text = written(found)
    assert "timezone: Asia/Tokyo\n" in text
    assert "allow_zero: true" in text
    told = " ".join((*found.lost, *found.remarks, text))
    assert "hunter2" not in told
    assert "postgres" not in told
    assert found.lost == (
        "line 5: shop/cron is left out: it is no schedule such as 0-4(0900-1700:2;1700-1900:1);0000-2359:0",
        "line 7: shop: its schedule was switched off; this file holds as soon as it is deployed",
    )
    assert any("only web is written. Say --type for each of the others" in remark for remark in found.remarks)
    assert any("no notice of rules with 2400" in remark for remark in found.remarks)
    assert any("maintenance mode" in remark for remark in found.remarks)
    assert {quantity for quantity, _ in minutes(text, "Asia/Tokyo", process="web")} == {0, 5}


def sent(crontab: str, length: int, before: int) -> list[tuple[int | None, str | None]]:
    """What is live in each minute if every line's command is sent when it is due."""
    points: dict[datetime, list[str]] = {}
    begin = START - timedelta(days=before)
    for line in crontab.splitlines():
        fields, _, command = line.partition(" heroku ps:scale worker=")
        for at in CronSim(fields, begin - MINUTE):
            if at >= START + length * MINUTE:
                break
            points.setdefault(at, []).append(command.split(" ")[0])
    quantity: int | None = None
    size: str | None = None
    seen: list[tuple[int | None, str | None]] = []
    for minute in range(-before * 1440, length):
        for setting in points.get(START + minute * MINUTE, []):
            parts = setting.partition(":")
            quantity, size = int(parts[0]), parts[2] or size
        if minute >= 0:
            seen.append((quantity, size))
    return seen


FIELDS = st.builds(
    "{} {} * * {}".format,
    st.sampled_from(["0", "30", "*/20", "5,35"]),
    st.sampled_from(["0", "6", "8", "18", "22", "9-17/4", "*"]),
    st.sampled_from(["*", "1-5", "0,6", "7", "mon,wed-fri", "2-6"]),
)
QUANTITIES = st.integers(0, 3).map(str) | st.builds("{}:standard-{}x".format, st.integers(1, 3), st.sampled_from("12"))
LINES = st.builds("{} heroku ps:scale worker={} -a shop".format, FIELDS, QUANTITIES)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(LINES, min_size=2, max_size=4))
def test_a_weekly_crontab_is_the_same_at_every_minute(lines: Sequence[str]) -> None:
    crontab = "\n".join(lines)
    found = move(crontab, Asked(timezone="UTC"))
    if found.draft is None:
        assert any("its lines only ever set" in reason for reason in found.lost)
        return
    text = written(found)
    assert SAME in text
    assert minutes(text) == sent(crontab, FORTNIGHT, 14)


MONTHLY = [
    "0 22 1 * * U\n0 6 2 * * D",
    "0 1 1,15 * * U\n30 4 1,15 * * D",
    "0 1 1 * 1 U\n0 4 1 * 1 D",
    "0 9 * 12 1-5 U\n0 18 * 12 1-5 D",
    "0 1 28-31 * * U\n0 4 28-31 * * D",
    "0 1 10 * * U\n0 4 10 * * D\n0 12 * * 5 U\n0 18 * * 5 D",
    "0 22 1 * * U\n0 6 2 * * D\n0 7 * * * D",
]


@pytest.mark.parametrize("crontab", MONTHLY)
def test_a_monthly_crontab_is_the_same_at_every_minute_of_a_year(crontab: str) -> None:
    lines = crontab.replace("U", "heroku ps:scale worker=2 -a shop").replace("D", "heroku ps:scale worker=0 -a shop")
    found = move(lines, Asked(timezone="UTC"))
    assert found.lost == ()
    year = 366 * 1440
    wanted = [quantity for quantity, _ in minutes(written(found), length=year)]
    assert wanted == [quantity for quantity, _ in sent(lines, year, 400)]


LEFT_OUT = {
    "0 22 1 * * U\n0 6 1 * * D": "nothing lowers within a day what line 1 raises",
    "0 22 31 * * U\n0 6 1 * * D": "nothing lowers within a day what line 1 raises",
    "0 1 1 * * U\n0 4 1 * * D\n0 2 * * * D": "lines 1, 2 and 3 overlap in a way that no windows do",
    "0 1 10 * * U\n0 4 10 * * D\n0 22 * * 5 U\n0 6 * * 6 D": "overlap in a way that no windows do",
    "0 22 */2 * 1 U\n0 6 */2 * 1 D": "crons do not agree on what its two day fields mean together",
    "0 6 * * * D": "its lines only ever set 0: what sets something else is not here",
    '0 22 * * * [ "$(date +\\%u)" -lt 6 ] && U\n0 6 * * * D': "line 1 is needed to know its quantities",
    "0 22 * * * heroku ps:scale worker=+1 -a shop\n0 6 * * * D\n0 7 * * * U": "line 1 is needed to know its quantities",
    "@reboot U\n0 6 * * * D\n0 7 * * * heroku ps:scale worker=1 -a shop": "line 1 is needed to know its quantities",
    "CRON_TZ=Mars/Base 0 22 * * * U\n0 6 * * * D\n0 7 * * * U": "line 1 is needed to know its quantities",
    "CRON_TZ=Asia/Tokyo 0 22 * * * U\n0 6 * * * D": "its lines are in more than one time zone: Asia/Tokyo, UTC",
}


@pytest.mark.parametrize("crontab", LEFT_OUT)
def test_what_would_be_half_true_is_left_out_with_the_reason(crontab: str) -> None:
    lines = crontab.replace("U", "heroku ps:scale worker=2 -a shop").replace("D", "heroku ps:scale worker=0 -a shop")
    found = move(lines, Asked(timezone="UTC"))
    assert found.draft is None
    assert any(LEFT_OUT[crontab] in reason for reason in found.lost), found.lost


def test_what_goes_up_on_friday_and_comes_down_on_monday_is_kept_and_told() -> None:
    found = move(
        "0 22 * * 1-5 heroku ps:scale worker=1 -a shop\n0 6 * * 1-5 heroku ps:scale worker=0 -a shop",
        Asked(timezone="UTC"),
    )
    assert sum(quantity for quantity, _ in minutes(written(found))) == 2 * 88 * 60
    [told] = found.remarks
    assert "goes up on Friday at 22:00 comes down on Monday at 06:00, 56 h later" in told
    assert told.endswith("write `weekdays 22:00-06:00` instead")


@pytest.mark.parametrize(
    ("up", "down"), [("0 8 * * 1-5", "0 20 * * 1-5"), ("0 22 * * 1-5", "0 6 * * 2-6"), ("0 22 * * *", "0 6 * * *")]
)
def test_lines_that_mean_what_they_say_raise_no_doubt(up: str, down: str) -> None:
    text = f"{up} heroku ps:scale worker=1 -a shop\n{down} heroku ps:scale worker=0 -a shop"
    assert move(text, Asked(timezone="UTC")).remarks == ()


def test_several_types_apps_and_ways_of_writing_are_read_and_tokens_are_not_shown() -> None:
    text = """\
# m h dom mon dow
MAILTO="ops@example.com"
TZ=Europe/Berlin
CRON_TZ=Asia/Tokyo
HEROKU_APP=shop
0 22 * * *  HEROKU_API_KEY=hunter2 /usr/local/bin/heroku ps:scale web=2:Standard-2X worker=1 >/dev/null 2>&1
0 6 * * *   root cd /srv && heroku ps:scale web=5 worker=0 --app=shop
@daily      bash -lc 'heroku scale batch=1 -a other-app'
0 3 * * *   heroku ps:scale batch=0 --app other-app
0 4 * * *   pg_dump hunter2
0 5 * * *   heroku ps:resize worker=standard-2x
"""
    found = move(text, Asked())
    drawn = written(found)
    assert "hunter2" not in " ".join((*found.lost, *found.remarks, drawn))
    assert found.zoneless is None
    assert "timezone: Asia/Tokyo" in drawn
    assert [(app.name, [process.name for process in app.types]) for app in found.draft.apps] == [  # type: ignore[union-attr]
        ("shop", ["web"]),
        ("other-app", ["batch"]),
    ]
    assert found.lost == (
        "line 6: shop/worker is left out: line 11 is needed to know its quantities, and is not carried over",
        "line 10: it scales nothing: keep it where it is",
        "line 11: shop/worker: it sets a size alone",
    )
    assert any("line 3: TZ= reaches only the commands" in remark for remark in found.remarks)
    web = minutes(drawn, "Asia/Tokyo", process="web")
    assert web[:2] == [(2, "standard-2x")] * 2
    assert web[12 * 60] == (5, "standard-2x")


SCHEDULER = """\
heroku ps:scale worker=1 -a shop    Standard-1X   Daily at 10:00 PM UTC
Every day at 6:30 AM UTC  $ heroku ps:scale worker=0 -a shop
heroku ps:scale web=3 -a shop   Hourly at :10
heroku ps:scale web=2 -a shop   Every hour at :40
"""


def test_scheduler_s_lines_are_utc_and_that_is_said() -> None:
    found = move(SCHEDULER, Asked(timezone="Asia/Tokyo"))
    text = written(found)
    assert "timezone: UTC" in text
    assert any("Heroku Scheduler keeps UTC" in remark for remark in found.remarks)
    as_cron = "0 22 * * * heroku ps:scale worker=1 -a\n30 6 * * * heroku ps:scale worker=0 -a"
    assert [quantity for quantity, _ in minutes(text)] == [to for to, _ in sent(as_cron, FORTNIGHT, 2)]


def test_a_crontab_without_a_zone_is_asked_about() -> None:
    assert move("0 6 * * * heroku ps:scale worker=1 -a shop", Asked()).zoneless == 1


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(CONFIG.split() + SCHEDULER.split() + ["\n"])).map(" ".join))
def test_whatever_is_read_it_ends_in_a_file_or_in_reasons(text: str) -> None:
    found = move(text, Asked("shop", timezone="UTC"))
    if found.draft is not None:
        Path("policies.yaml").write_text(written(found))
        load_policies("policies.yaml")
