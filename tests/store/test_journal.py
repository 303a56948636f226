"""What both stores remember of formations, through the one door that the program knows."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from autoscaler.core.events import Event
from autoscaler.core.journal import EVERYTHING, Alive, Entry, Journal, KeptFile, Pin, Verified, Written
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired, Range
from autoscaler.store import Store
from tests.servers import PostgresServer
from tests.store.conftest import Opening
from tests.store.facts import NIGHT, NOON, PIN, later

WEB, WORKER = Target("shop", "web"), Target("shop", "worker")
SCALED = Event(
    "scaled",
    {"app": "shop", "type": "web", "from": 5, "to": 2, "window": None, "late": "0.21s"},
    "info",
    {"before": {"quantity": 5, "size": "standard-1x"}, "line": 13, "edges": [1, 2.5, True]},
)
ENTRY = Entry(NOON, SCALED, "clock.1")
TOKENS = ("HRKU-AAbbccdd-1122", "01234567-89ab-cdef-0123-456789abcdef", "hush-hush")


async def test_a_store_is_a_journal(store: Store) -> None:
    journal: Journal = store
    assert await journal.entries() == ()
    assert await journal.kept() is None
    assert await journal.lives() == ()


async def test_an_event_comes_back_with_all_that_was_told(store: Store, opening: Opening) -> None:
    plain = Entry(later(seconds=1), Event("started"), "clock.2")
    await store.note([ENTRY, plain])
    assert await (await opening(migrate=False)).entries() == (ENTRY, plain)


async def test_a_journal_is_read_in_the_order_in_which_things_happened(store: Store) -> None:
    names = [f"event-{number}" for number in range(20)]
    at_once = [Entry(NOON, Event(name), "clock.1") for name in names]
    await store.note([Entry(later(hours=1), Event("last"), "clock.1")])
    await store.note(at_once)
    assert [entry.event.name for entry in await store.entries()] == [*names, "last"]


async def test_what_is_told_twice_is_one_entry(store: Store, opening: Opening) -> None:
    await store.note([ENTRY, ENTRY])
    await (await opening()).note([replace(ENTRY, at=NOON.astimezone(timezone(timedelta(hours=9))))])
    assert await store.entries() == (ENTRY,)


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, at=later(seconds=1)),
        replace(ENTRY, daemon="clock.2"),
        replace(ENTRY, event=replace(SCALED, name="held")),
        replace(ENTRY, event=replace(SCALED, level="error")),
        replace(ENTRY, event=replace(SCALED, fields={**SCALED.fields, "to": 3})),
        replace(ENTRY, event=replace(SCALED, details={})),
    ],
)
async def test_what_differs_in_anything_is_another_entry(store: Store, other: Entry) -> None:
    await store.note([ENTRY])
    await store.note([other])
    assert {str(entry) for entry in await store.entries()} == {str(ENTRY), str(other)}


async def test_entries_are_asked_for_by_app_name_and_time(store: Store) -> None:
    of_all = Entry(later(hours=1), Event("degraded", {"error": "no token"}, "error"), "clock.1")
    of_blog = Entry(later(hours=2), Event("held", {"app": "blog", "type": "web"}), "clock.1")
    await store.note([ENTRY, of_all, of_blog])
    assert await store.entries(app="shop") == (ENTRY, of_all)
    assert await store.entries(app="blog", since=of_all.at) == (of_all, of_blog)
    assert await store.entries(since=later(hours=1, seconds=1)) == (of_blog,)
    assert await store.entries(name="scaled") == (ENTRY,)
    assert await store.entries("blog", ENTRY.at, "held") == (of_blog,)
    assert await store.entries("shop", name="held") == ()


async def test_more_events_than_one_statement_holds_are_noted_too(store: Store) -> None:
    await store.note([Entry(later(seconds=number), SCALED, "clock.1") for number in range(1201)])
    assert len(await store.entries()) == 1201


async def test_no_secret_gets_into_the_journal_and_a_request_id_does(address: str, store: Store) -> None:
    told = f"asked https://me:{TOKENS[2]}@host/{TOKENS[2]}?token={TOKENS[2]} with {TOKENS[0]} and {TOKENS[1]}"
    details: dict[str, object] = {"deep": {"inside": [told, {"more": told}]}, "error": ValueError(told)}
    event = Event("degraded", {"app": "shop", "error": told, "request_id": TOKENS[1]}, "error", details)
    await store.note([Entry(NOON, event, "clock.1")])
    await store.pin(replace(PIN, reason=told))
    await store.live([Alive("shop", NOON, None, told, "clock.1")])
    [entry] = await store.entries()
    assert entry.event.fields["request_id"] == TOKENS[1]
    read = str([dict(entry.event.fields, request_id=""), entry.event.details, await store.pins(NOON)])
    for token in TOKENS:
        assert token not in read + str(await store.lives())
        if Path(address).exists() and token != TOKENS[1]:
            assert token.encode() not in Path(address).read_bytes() + Path(f"{address}-wal").read_bytes()


async def test_texts_of_others_are_taken_whatever_they_are_and_bounded(store: Store) -> None:
    strange = "a\0b \ud800 ' \" :app %s %(app)s 日本 " + "x" * 100_000
    await store.note([Entry(NOON, Event("failed", {"app": "shop", "error": strange, "at": NOON}), "clock.1")])
    [entry] = await store.entries()
    assert str(entry.event.fields["error"]).startswith("ab ? ' \" :app %s %(app)s 日本 xxx")
    assert len(str(entry.event.fields["error"])) <= 1000
    assert entry.event.fields["at"] == str(NOON)


async def test_a_pin_holds_from_when_it_is_made_until_its_end(store: Store, opening: Opening) -> None:
    pause = Pin(EVERYTHING, EVERYTHING, None, NOON, later(hours=1))
    await store.pin(PIN)
    await store.pin(pause)
    other = await opening(migrate=False)
    assert await other.pins(NOON) == (pause, PIN)
    assert await other.pins(later(hours=1)) == (PIN,)
    assert await other.pins(PIN.until - timedelta(microseconds=1)) == (PIN,)
    assert await other.pins(PIN.until) == ()


async def test_a_pin_takes_the_place_of_the_one_before(store: Store, opening: Opening) -> None:
    await store.pin(PIN)
    shorter = replace(PIN, quantity=0, made=later(minutes=1), until=later(hours=1), reason="", by="")
    await (await opening()).pin(shorter)
    assert await store.pins(later(minutes=1)) == (shorter,)
    assert await store.pins(later(hours=2)) == ()


async def test_a_pin_is_ended_early_and_by_one_only(store: Store, opening: Opening) -> None:
    worker = replace(PIN, type="worker")
    await store.pin(PIN)
    await store.pin(worker)
    assert await store.unpin("shop", "web", later(hours=1)) == (PIN,)
    assert await store.unpin("shop", "web", later(hours=1)) == (PIN,), "whose answer was lost may ask again"
    assert await (await opening()).unpin("shop", "web", later(hours=2)) == ()
    assert await store.unpin("shop", "worker", worker.until) == (), "it has ended by itself"
    assert await store.pins(later(hours=1)) == (worker,)
    again = replace(PIN, made=later(hours=3))
    await store.pin(again)
    assert await store.pins(later(hours=3)) == (again, worker)


async def test_the_pause_and_the_pins_are_ended_apart(store: Store) -> None:
    pause = Pin(EVERYTHING, EVERYTHING, None, NOON, later(hours=1))
    await store.pin(pause)
    await store.pin(PIN)
    assert await store.unpin(EVERYTHING, EVERYTHING, NOON) == (pause,)
    assert await store.pins(NOON) == (PIN,)


async def test_the_last_that_was_verified_of_each_process_type_is_remembered(store: Store, opening: Opening) -> None:
    web = Verified(WEB, Desired(5, "standard-1x"), 5, "standard-1x", NOON)
    worker = Verified(WORKER, Desired(Range(2, 10), None), 4, "standard-2x", NOON)
    blog = replace(web, target=Target("blog", "web"))
    newer = replace(web, quantity=6, desired=Desired(6, None), at=later(minutes=1))
    await store.verify([web, worker, blog])
    assert await store.verified("shop") == (web, worker)
    await store.verify([newer, replace(web, quantity=7, at=later(seconds=1))])
    await (await opening()).verify([web])
    assert await store.verified("shop") == (newer, worker)
    assert await store.verified("none") == ()


async def test_what_was_asked_for_comes_by_time_and_daemon(store: Store, opening: Opening) -> None:
    first = Written(WEB, 5, None, NOON, "clock.1")
    second = replace(first, quantity=None, size="standard-2x", at=later(seconds=1))
    of_other = replace(second, daemon="clock.2")
    await store.write([second, first])
    await store.write([second, replace(first, target=Target("blog", "web"))])
    await (await opening()).write([of_other])
    assert await store.written("shop", NOON) == (first, second, of_other)
    assert await store.written("shop", second.at) == (second, of_other)


async def test_how_the_apps_do_is_told_by_whoever_told_last(store: Store, opening: Opening) -> None:
    shop, blog = Alive("shop", NOON, NOON, "", "clock.1"), Alive("blog", None, None, "no token", "clock.1")
    await store.live([shop, blog])
    assert await store.lives() == (blog, shop)
    worse = Alive("shop", later(minutes=1), NOON, "Heroku does not answer", "clock.2")
    await (await opening()).live([worse])
    assert await store.lives() == (blog, worse)
    restarted = Alive("shop", None, None, "not read yet", "clock.3")
    await store.live([restarted])
    assert await store.lives() == (blog, replace(restarted, read=worse.read, converged=NOON))


async def test_many_apps_are_told_at_once(store: Store) -> None:
    many = [Alive(f"app-{number:04}", NOON, NOON, "", "clock.1") for number in range(1100)]
    await store.live(many)
    await store.verify([Verified(Target(one.app, "web"), Desired(1, None), 1, "basic", NOON) for one in many])
    assert await store.lives() == tuple(many)


async def test_the_last_good_file_takes_the_place_of_the_one_before(store: Store, opening: Opening) -> None:
    file = KeptFile("policies.yaml", "apps: {日本: 1}\n" * 20_000, "abc", NOON)
    assert await store.keep(file)
    assert await (await opening(migrate=False)).kept() == file
    other = KeptFile("other.yaml", "apps: {}\n", "def", later(seconds=1))
    assert await store.keep(other)
    assert await store.kept() == other


@pytest.mark.parametrize(
    "secret", ["# HRKU-AAbbccdd-1122", "ics: https://me:hush-hush@host/a.ics", "run: x --token=hush"]
)
async def test_a_file_with_a_secret_in_it_is_not_kept_nor_is_one_before_it(store: Store, secret: str) -> None:
    assert await store.keep(KeptFile("policies.yaml", "apps: {}\n", "abc", NOON))
    assert not await store.keep(KeptFile("policies.yaml", f"apps: {{}}\n{secret}\n", "def", NOON))
    assert await store.kept() is None


async def test_what_is_old_is_forgotten_and_what_holds_is_not(store: Store) -> None:
    before = NIGHT - timedelta(days=90)
    old, new = before - timedelta(microseconds=1), before
    verified = Verified(WEB, Desired(5, None), 5, "standard-1x", old)
    written = Written(WEB, 5, None, old, "clock.1")
    await store.note([replace(ENTRY, at=old), replace(ENTRY, at=new)])
    await store.write([written, replace(written, at=new)])
    await store.pin(replace(PIN, made=old, until=later(hours=1)))
    await store.pin(replace(PIN, type="ended", made=old, until=new - timedelta(hours=1)))
    await store.pin(replace(PIN, type="unpinned", made=old, until=later(hours=1)))
    await store.unpin("shop", "unpinned", old)
    await store.verify([verified, replace(verified, target=Target("gone", "web"))])
    await store.live([Alive("shop", new, None, "", "clock.1"), Alive("gone", old, old, "", "clock.1")])
    await store.forget(before)
    await store.forget(before)
    assert [entry.at for entry in await store.entries()] == [new]
    assert [one.at for one in await store.written("shop", old)] == [new]
    assert [pin.type for pin in await store.pins(old)] == ["web"]
    assert (await store.verified("shop"), await store.verified("gone")) == ((verified,), ())
    assert [alive.app for alive in await store.lives()] == ["shop"]


async def test_what_is_forgotten_leaves_no_row(address: str, store: Store, request: pytest.FixtureRequest) -> None:
    await store.pin(replace(PIN, until=later(hours=1)))
    await store.forget(later(days=1))
    if Path(address).exists():
        connection = sqlite3.connect(address)
        rows: list[object] = list(connection.execute("select app from pins"))
        connection.close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        rows = list(server.execute("select app from autoscaler.pins"))
    assert rows == []


async def test_two_daemons_that_tell_at_once_lose_nothing_and_wait_for_nobody(opening: Opening) -> None:
    stores = [await opening() for _ in range(3)]
    targets = [Target("shop", f"type{number}") for number in range(20)]

    async def tell(store: Store, name: str, order: int) -> None:
        for minute in range(10):
            at = later(minutes=minute)
            seen = [Verified(target, Desired(minute, None), minute, "basic", at) for target in targets[::order]]
            await store.note([Entry(at, Event("tick", {"number": minute}), name)])
            await store.verify(seen)
            await store.live([Alive(target.type, at, at, "", name) for target in targets[::order]])
            await store.write([Written(target, minute, None, at, name) for target in targets[::order]])

    orders = [("clock.1", 1), ("clock.2", -1), ("clock.3", 1)]
    await asyncio.gather(*(tell(store, *order) for store, order in zip(stores, orders, strict=True)))
    assert len(await stores[0].entries()) == 30
    assert len(await stores[0].written("shop", NOON)) == 600
    assert {one.quantity for one in await stores[0].verified("shop")} == {9}


async def test_instants_come_back_in_utc_whatever_zone_they_went_in(store: Store) -> None:
    there = NIGHT.astimezone(timezone(timedelta(hours=-3)))
    await store.pin(replace(PIN, made=there, until=there + timedelta(hours=1)))
    await store.live([Alive("shop", there, there, "", "clock.1", there)])
    [pin], [alive] = await store.pins(there), await store.lives()
    found: list[datetime | None] = [pin.made, pin.until, alive.read, alive.converged, alive.untroubled]
    assert [at.tzinfo if at else None for at in found] == [UTC] * 5
