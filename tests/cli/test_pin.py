"""`autoscaler pin` and `unpin`: what a person may say, what is remembered, and what the daemon makes of it."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from autoscaler.core.journal import KeptFile
from autoscaler.store import open_store
from tests.cli.running import run
from tests.cli.test_online import Running, formation, online
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

FILE = """\
timezone: Asia/Tokyo
apps:
  example-shop:
    formation:
      web: {quantity: 1, limits: {min: 1, max: 10}}
      worker: {quantity: 0, timezone: Europe/London}
  shop-pr-*:
    formation:
      web: {quantity: 1}
      other: {quantity: 1}
"""
STATE = "autoscaler.sqlite3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a policy file and a store."""
    (tmp_path / "policies.yaml").write_text(FILE)

    async def make() -> None:
        await (await open_store(str(tmp_path / STATE), migrate=True)).aclose()

    asyncio.run(make())
    return tmp_path


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


def rows(folder: Path, columns: str = "app, process_type, quantity, reason") -> list[Any]:
    with closing(sqlite3.connect(folder / STATE)) as connection:
        return connection.execute(
            f"select {columns} from pins where ended is null order by app, process_type"
        ).fetchall()


def pin(folder: Path, *arguments: str, **more: str) -> tuple[int, str]:
    ran = run("pin", *arguments, cwd=folder, **more)
    return ran.status, ran.out + ran.err


def ends(folder: Path) -> list[datetime]:
    return [datetime.fromisoformat(until) for (until,) in rows(folder, "held_until")]


def test_it_says_what_holds_until_when_in_local_time_and_utc(folder: Path) -> None:
    status, said = pin(folder, "example-shop", "web=8", "--until", "2099-01-01T00:00+09:00")
    assert (status, "more than 31 days ahead" in said) == (64, True)
    soon = (datetime.now(UTC) + timedelta(days=2)).replace(hour=6, minute=30, second=0)  # noqa: TID251 a person's clock
    status, said = pin(folder, "example-shop", "web=8", "--until", f"{soon:%Y-%m-%dT%H:%M}", "--reason", "sale")
    before = soon - timedelta(hours=9)
    assert status == 0
    assert said == (
        f"example-shop/web stays at 8 until {soon:%a} {soon.day} {soon:%b %Y} 06:30 JST ({before:%a} 21:30 UTC); "
        "the daemon sees to it within a minute\n"
    )
    assert rows(folder) == [("example-shop", "web", 8, "sale")]
    assert ends(folder) == [before.replace(microsecond=0)]


@pytest.mark.parametrize(("kind", "zone", "offsets"), [("web", "JST", {9}), ("worker", "GMT", {0, 1})])
def test_a_time_of_the_clock_is_the_next_one_in_the_type_s_zone(
    folder: Path, kind: str, zone: str, offsets: set[int]
) -> None:
    status, said = pin(folder, "example-shop", f"{kind}=3", "--until", "18:00")
    assert (status, f"18:00 {zone}" in said or "18:00 BST" in said) == (0, True)
    [end] = ends(folder)
    [(made,)] = rows(folder, "made")
    assert (18 - end.hour) % 24 in offsets
    assert timedelta() < end - datetime.fromisoformat(made) <= timedelta(days=1)


def test_a_length_begins_now_and_several_types_are_pinned_at_once(folder: Path) -> None:
    status, _ = pin(folder, "example-shop", "web=2", "worker=0", "--until", "1h30m")
    assert status == 0
    assert [row[:3] for row in rows(folder)] == [("example-shop", "web", 2), ("example-shop", "worker", 0)]
    for until, made in rows(folder, "held_until, made"):
        length = datetime.fromisoformat(until) - datetime.fromisoformat(made)
        assert abs(length - timedelta(minutes=90)) < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["example-shop", "web=2"], 64, "--until is missing: nothing is pinned without an end; write --until 18:00"),
        (["example-shop", "web=2", "--until", "32d"], 64, "more than 31 days ahead: what is meant for longer belongs"),
        (["example-shop", "web=2", "--until", "2026-01-01"], 64, "'2026-01-01' is not later than now"),
        (
            ["example-shop", "web=2", "--until", "soon"],
            64,
            "'soon' is no time: write it as 18:00, 2h, 2026-11-27T08:00",
        ),
        (["example-shop", "web=2", "--until", "24:30"], 64, "'24:30' is no time"),
        (["example-shop", "web", "--until", "2h"], 64, "'web' is no TYPE=QUANTITY"),
        (["example-shop", "web=+2", "--until", "2h"], 64, "'web=+2' is no TYPE=QUANTITY"),
        (["example-shop", "web=2..4", "--until", "2h"], 64, "'web=2..4' is no TYPE=QUANTITY"),
        (["example-shop", "web=2", "web=3", "--until", "2h"], 64, "web is named twice"),
        (["example-shop", "--until", "2h"], 64, "say what is pinned"),
        (["--until", "2h"], 64, "say what is pinned"),
        (["--all", "example-shop", "web=1", "--until", "2h"], 64, "say what is pinned"),
        (["--all"], 64, "--until is missing"),
        (["exmaple-shop", "web=2", "--until", "2h"], 1, "names no app 'exmaple-shop'; did you mean example-shop?"),
        (
            ["example-shop", "wrker=2", "--until", "2h"],
            1,
            "no process type 'wrker' of example-shop; did you mean worker",
        ),
        (["example-shop", "web=11", "--until", "2h"], 1, "example-shop/web=11 is outside its limits 1..10"),
        (["example-shop", "worker=1", "web=0", "--until", "2h"], 1, "example-shop/web=0 is outside its limits 1..10"),
        (
            ["shop-pr-7", "web=0", "--until", "2h"],
            1,
            "never scaled to 0 without `allow_zero: true` (policies.yaml, line 9)",
        ),
    ],
)
def test_what_must_not_be_is_refused_and_nothing_is_written(
    folder: Path, arguments: list[str], status: int, said: str
) -> None:
    found, told = pin(folder, *arguments)
    assert (found, said in told) == (status, True), told
    assert rows(folder) == []


def test_what_the_daemon_holds_for_want_of_its_calendar_cannot_be_pinned(folder: Path) -> None:
    calendar = 'calendars: {shut: {ics: "https://127.0.0.1:1/shut.ics"}}'
    worker = "{quantity: 1, windows: [{when: shut, quantity: 5}]}"
    (folder / "policies.yaml").write_text(
        f"timezone: UTC\n{calendar}\napps: {{example-shop: {{formation: {{worker: {worker}}}}}}}\n"
    )
    status, said = pin(folder, "example-shop", "worker=3", "--until", "2h")
    assert (status, "example-shop/worker is held by the daemon and cannot be pinned: the calendar shut" in said) == (
        1,
        True,
    ), said
    assert rows(folder) == []


def test_an_app_that_a_glob_covers_can_be_pinned(folder: Path) -> None:
    status, said = pin(folder, "shop-pr-7", "web=3", "--until", "2h")
    assert status == 0
    assert "Note: shop-pr-7 is named by the glob shop-pr-* alone; whether there is such an app was not checked" in said
    assert rows(folder) == [("shop-pr-7", "web", 3, "")]


def test_it_is_never_this_program_itself(folder: Path) -> None:
    own = {"AUTOSCALER_APP": "shop-pr-7", "DYNO": "other.1", "DATABASE_URL": "postgres://u:hush@127.0.0.1:1/x"}
    status, said = pin(folder, "shop-pr-7", "other=2", "--until", "2h", **own)
    assert (status, "itself" in said or "names no" in said, "hush" in said) == (1, True, False)


def test_without_a_store_it_is_said_who_makes_it_and_none_is_made(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(FILE)
    for command in (["pin", "--all", "--until", "2h"], ["unpin", "--all"]):
        ran = run(*command, cwd=tmp_path)
        assert (ran.status, ran.out) == (1, "")
        assert "pinned: the store autoscaler.sqlite3 has not been made yet: `autoscaler run` makes it" in ran.err
    assert not (tmp_path / STATE).exists()


def test_on_a_dyno_without_a_database_nothing_can_be_remembered(folder: Path) -> None:
    status, said = pin(folder, "example-shop", "web=2", "--until", "2h", DYNO="run.1")
    assert (status, "nothing was pinned: DATABASE_URL is not set" in said) == (1, True)


def test_a_pin_is_ended_early_once(folder: Path) -> None:
    pin(folder, "example-shop", "web=2", "worker=3", "--until", "2h")
    ran = run("unpin", "example-shop", "web", cwd=folder)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "example-shop/web goes by the policy file again; the daemon sees to it within a minute "
        "(still pinned: example-shop/worker)\n"
    )
    again = run("unpin", "example-shop", "web", cwd=folder)
    assert (again.status, again.err) == (
        1, "Error: example-shop/web is not pinned; still pinned: example-shop/worker\n"
    )  # fmt: skip
    assert run("unpin", "example-shop", cwd=folder).status == 64
    assert run("unpin", "--all", cwd=folder).err == "Error: nothing is paused; still pinned: example-shop/worker\n"


def test_history_tells_who_pinned_what_and_why(folder: Path) -> None:
    pin(folder, "example-shop", "web=8", "--until", "2h", "--reason", "sale HRKU-AAbbccdd-1122", USER="kate")
    pin(folder, "--all", "--until", "2h", USER="kate")
    run("unpin", "example-shop", "web", cwd=folder, USER="joe")
    told = json.loads(run("history", "--app", "example-shop", "--format", "json", cwd=folder).out)["events"]
    assert [(one["event"], one.get("quantity"), one["by"].split("@")[0]) for one in told] == [
        ("pinned", 8, "kate"), ("pinned", None, "kate"), ("unpinned", 8, "joe")
    ]  # fmt: skip
    assert told[0]["reason"] == "sale " + "*" * 18
    assert (told[1]["what"], "app" in told[1]) == ("everything", False)


def test_the_daemon_does_what_is_pinned_and_lets_go_of_it(url: str, folder: Path) -> None:
    (folder / "policies.yaml").write_text(FILE.partition("  shop-pr")[0])
    pin(folder, "example-shop", "web=8", "--until", "2h")
    daemon = Running(folder, url)
    try:
        assert "from=1 to=8" in daemon.until("event=scaled")
        assert formation(url)["web"] == 8
    finally:
        assert daemon.end() == 0
    run("unpin", "example-shop", "web", cwd=folder)
    pin(folder, "--all", "--until", "2h")
    assert run("apply", cwd=folder, **online(url)).status == 0
    assert formation(url)["web"] == 8, "everything stays as it is"
    httpx.patch(f"{url}/apps/example-shop/formation/web", headers=HEADERS, json={"quantity": 6})
    run("unpin", "--all", cwd=folder)
    run("apply", cwd=folder, **online(url))
    assert formation(url)["web"] == 1


def keep(folder: Path, text: str) -> None:
    """As a daemon does with a good file."""

    async def main() -> None:
        store = await open_store(str(folder / STATE), migrate=False)
        await store.keep(KeptFile("policies.yaml", text, "digest", datetime.now(UTC)))  # noqa: TID251 a daemon's clock
        await store.aclose()

    asyncio.run(main())


BAD = FILE.replace("quantity: 1, limits", "quantity: one, limits")


def test_a_bad_file_is_no_hindrance_where_the_last_good_one_is_kept(url: str, folder: Path) -> None:
    keep(folder, FILE.partition("  shop-pr")[0])
    (folder / "policies.yaml").write_text(BAD)
    status, said = pin(folder, "--all", "--until", "2h")
    assert (status, "everything stays as it is until" in said) == (0, True)
    assert "policies.yaml cannot be used, as `autoscaler check` tells; this is by the last good one, of 20" in said
    assert " JST " in said
    assert pin(folder, "example-shop", "web=11", "--until", "2h")[0] == 1
    told = run("status", cwd=folder, **online(url))
    assert (told.status, "paused: everything" in told.out) == (0, True)
    status, said = pin(folder, "--all", "--until", "2h", "--policies", "policies.yaml")
    assert (status, "1 error in the policy file" in said) == (1, True)


def test_a_bad_file_is_told_where_no_good_one_is_kept(folder: Path) -> None:
    (folder / "policies.yaml").write_text(BAD)
    status, said = pin(folder, "--all", "--until", "2h")
    assert (status, 'read "one"' in said, rows(folder)) == (1, True, [])
