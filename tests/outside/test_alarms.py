# ruff: noqa: E501  the tables are read by their columns
"""Alarms to real servers on loopback: what is sent and when, and that nothing hangs, repeats itself or shows a secret."""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from autoscaler.clock import StillClock
from autoscaler.core.events import Event
from autoscaler.core.notices import TOPICS, Notice, topic_of
from autoscaler.outside import alarms as room
from autoscaler.outside.alarms import Alarms
from autoscaler.outside.alarms.receiver import GATHER, MOST, TRIES
from autoscaler.outside.alarms.sending import Sender, Undelivered, wrong_with
from autoscaler.outside.alarms.slack import slack
from autoscaler.outside.alarms.told import Batch, Told
from autoscaler.outside.alarms.webhook import signed
from tests.outside.probing import listening
from tests.outside.servers import free_port

NOW = datetime(2026, 11, 24, 18, 0, 5, tzinfo=UTC)
ALL = frozenset(TOPICS)
PATH = "/services/T0/B0/s3cret?key=hush-hush"
KEY = "hunter2hunter2"
SECRETS = ("s3cret", "hush-hush", "127.0.0.1", KEY)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LATE = 5.0
"""Seconds in which a test that hangs fails."""

HELD = Event(
    "held", {"app": "shop", "type": "web", "wanted": "2", "live": "4:eco", "reason": "no <answer> & so on"}, "warning"
)
SCALED = Event(
    "scaled",
    {"app": "shop", "type": "worker", "from": 0, "to": 1, "window": "nightly batch", "request_id": "r-1"},
    details={"until": "2026-11-24T21:00:00Z", "before": "0:eco"},
)
SLACK = Notice("slack", "OPS_SLACK_URL", 3, ALL)
HOOK = Notice("webhook", "OPS_HOOK_URL", 4, ALL, "OPS_HOOK_SECRET")
BEAT = Notice("heartbeat", "HEALTHCHECKS_URL", 5)


@dataclass(frozen=True)
class Asked:
    """A request as a server sees it; header names in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Outside:
    """A server that answers in turn, the last answer again and again, and alarms that send to it."""

    port: int
    asked: "asyncio.Queue[Asked]"
    clock: StillClock = field(default_factory=lambda: StillClock(NOW))
    said: list[Event] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def alarms(self, *notices: Notice, **environ: str) -> Alarms:
        url = f"http://127.0.0.1:{self.port}{PATH}"
        names = {notice.url: url for notice in notices} | {"OPS_HOOK_SECRET": KEY}
        found = Alarms({**names, **environ}, self.clock, self.said.append, self.pause)
        found.take_up(notices)
        return found

    async def pause(self, closing: asyncio.Event, seconds: float) -> None:  # noqa: ARG002
        """Time that has passed as soon as others had their turn."""
        self.pauses.append(seconds)
        await asyncio.sleep(0)  # noqa: TID251 it does not wait

    async def request(self) -> Asked:
        return await asyncio.wait_for(self.asked.get(), LATE)

    def later(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))


@asynccontextmanager
async def outside(*answers: bytes, then: bytes = b"") -> AsyncIterator[Outside]:
    """`then` follows an answer for as long as somebody listens; no answer at all is a server that says nothing."""
    asked: asyncio.Queue[Asked] = asyncio.Queue()
    waiting = list(answers)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            raw = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in head[1:] if line}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            asked.put_nowait(Asked(head[0], raw, body))
            if not waiting:
                await reader.read()  # until who asks hangs up
                return
            writer.write(waiting.pop(0) if len(waiting) > 1 else waiting[0])
            while then:
                writer.write(then)
                await writer.drain()

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            await handle(reader, writer)

    async with listening(handled) as port:
        yield Outside(port, asked)


def quiet(found: Outside) -> None:
    """Nothing of a secret was said."""
    shown = repr(found.said)
    assert not [secret for secret in SECRETS if secret in shown], shown


# Which event is which topic


@pytest.mark.parametrize(
    ("event", "topic"),
    [
        (SCALED, "scaled"),
        (HELD, "held"),
        (replace(HELD, level="info"), None),  # it waits: that passes by itself
        (Event("failed"), "failed"),
        (Event("degraded", {}, "error"), "failed"),
        (Event("degraded", {}, "warning"), None),
        (Event("missed"), "failed"),
        (Event("lost"), "failed"),
        (Event("interrupted"), "failed"),
        (Event("overrun"), "overrun"),
        (Event("unconverged"), "unconverged"),
        (Event("manual"), "manual"),
        (Event("pinned"), "manual"),
        (Event("budget"), "budget"),
        (Event("tick"), None),
        (Event("recovered"), None),
        (Event("degraded", {"receiver": "OPS_SLACK_URL"}, "error"), None),
    ],
)
def test_an_event_is_told_under_its_topic(event: Event, topic: str | None) -> None:
    assert topic_of(event) == topic


# Slack


async def test_slack_gets_blocks_and_a_text() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(SLACK)
        alarms.tell(NOW, SCALED)
        asked = await found.request()
        await alarms.aclose()
    assert asked.line == f"POST {PATH} HTTP/1.1"
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {
        "text": "shop/worker: 0 → 1",
        "blocks": [
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": ":arrow_up_down: *shop/worker* 0 → 1\nwindow nightly batch\nuntil 2026-11-24T21:00:00Z",
                },
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "mrkdwn",
                        "text": "<!date^1795543205^{date_short_pretty} {time_secs}|2026-11-24 18:00:05 UTC>",
                    }
                ],
            },
        ],
    }
    assert found.said == []


def sections(body: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in body["blocks"] if block["type"] == "section"]


def message(*events: Event, missing: int = 0) -> dict[str, Any]:
    told = [Told(NOW, topic_of(event) or "recovered", event) for event in events]
    body: dict[str, Any] = json.loads(slack(Batch(told, missing)))
    return body


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (HELD, ":double_vertical_bar: *shop/web* held at 4:eco, wanted 2\nno &lt;answer&gt; &amp; so on"),
        (
            Event("failed", {"app": "shop", "type": "web", "from": 1, "to": 2, "error": "403: no"}),
            ":x: *shop/web* failed to go 1 → 2\n403: no",
        ),
        (
            Event("degraded", {"error": "the token was refused", "for": "15m"}, "error"),
            ":x: *autoscaler* in trouble\nthe token was refused; for 15m now",
        ),
        (Event("missed", {"app": "a-1", "job": "sweep"}), ":x: *a-1 job sweep* missed a start"),
        (
            Event("recovered", {"app": "shop", "type": "web", "after": "20m", "was": "403: no"}),
            ":white_check_mark: *shop/web* well again\nafter 20m; it was: 403: no",
        ),
        (
            Event("manual", {"app": "shop", "type": "web", "live": "7:eco", "by": "a person"}),
            ":bust_in_silhouette: *shop/web* changed by a person to 7:eco",
        ),
        (
            Event("overrun", {"app": "s", "type": "a_b", "reason": "*1* left\n`x`"}),
            ":hourglass: *s/a_\u200bb* still at work past the end of its window\n*\u200b1*\u200b left `\u200bx`\u200b",
        ),
        (
            Event(
                "held", {"app": "s", "type": "w", "reason": "https://u:hunter2@a.example/s3cret HRKU-abc"}, "warning"
            ),
            ":double_vertical_bar: *s/w* held\nhttps://*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b"
            "@a.example/*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b *\u200b*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b*\u200b",
        ),
    ],
)
def test_a_section_says_who_what_and_why(event: Event, said: str) -> None:
    assert sections(message(event)) == [said]


def apps(count: int, **more: object) -> list[Event]:
    return [
        Event("held", {"app": f"app-{n}", "type": "web", "reason": "no answer", **more}, "warning")
        for n in range(count)
    ]


def test_what_forty_apps_have_in_common_is_said_once() -> None:
    body = message(*apps(40))
    assert sections(body) == [
        ":double_vertical_bar: *app-0/web, app-1/web, app-2/web, app-3/web, app-4/web, app-5/web, app-6/web, "
        "app-7/web and 32 more* held\nno answer"
    ]
    assert body["text"].endswith("app-7/web and 32 more: held")


def test_a_message_never_grows_beyond_what_slack_takes() -> None:
    body = message(*(replace(one, fields={**one.fields, "reason": f"{n}<" * 5000}) for n, one in enumerate(apps(40))))
    assert len(sections(body)) == 10
    assert all(len(section) < 3000 for section in sections(body))
    assert body["blocks"][-1]["elements"][0]["text"].startswith("and 30 more · ")
    assert message(SCALED, missing=5)["text"] == "shop/worker: 0 → 1 (and 5 more)"


async def test_many_events_are_one_message() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(SLACK)
        for event in apps(40):
            alarms.tell(NOW, event)
        first = await found.request()
        await alarms.aclose()
    assert len(sections(first.json)) == 1
    assert found.asked.empty()
    assert found.pauses == [GATHER]


# The webhook


async def test_a_webhook_gets_signed_json() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(HOOK)
        alarms.tell(NOW, SCALED)
        alarms.tell(NOW, HELD)
        asked = await found.request()
        await alarms.aclose()
    body = asked.json
    assert re.fullmatch("[0-9a-f]{32}", body.pop("id"))
    assert body == {
        "version": 1,
        "missing": 0,
        "events": [
            {
                "at": "2026-11-24T18:00:05Z", "topic": "scaled", "event": "scaled", "level": "info", "app": "shop",
                "type": "worker", "fields": {"from": 0, "to": 1, "window": "nightly batch", "request_id": "r-1"},
                "details": {"until": "2026-11-24T21:00:00Z", "before": "0:eco"},
            },
            {
                "at": "2026-11-24T18:00:05Z", "topic": "held", "event": "held", "level": "warning", "app": "shop",
                "type": "web", "fields": {"wanted": "2", "live": "4:eco", "reason": "no <answer> & so on"},
                "details": {},
            },
        ],
    }  # fmt: skip
    timestamp = asked.headers["autoscaler-timestamp"]
    assert timestamp == str(int(NOW.timestamp()))
    signature = hmac.new(KEY.encode(), f"{timestamp}.".encode() + asked.body, sha256).hexdigest()
    assert asked.headers["autoscaler-signature"] == f"v1={signature}"


def test_the_documented_check_tells_ours_from_others() -> None:
    page = (Path(__file__).parents[2] / "docs" / "alarms.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    body, now = b'{"version": 1}', NOW.timestamp()
    good = signed(body, KEY, NOW)

    def ours(body: bytes, headers: dict[str, str], now: float) -> bool:
        return bool(names["is_ours"](body, headers, KEY, now))

    assert ours(body, good, now)
    assert ours(body, good, now + 299)
    assert not ours(body, good, now + 301)
    assert not ours(body + b" ", good, now)
    assert not ours(body, {**good, "Autoscaler-Timestamp": str(int(now) + 1)}, now)
    assert not ours(body, {**good, "Autoscaler-Signature": "v1="}, now)
    assert not ours(body, {}, now)


async def test_without_a_secret_in_the_file_nothing_is_signed() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(replace(HOOK, secret=None))
        alarms.tell(NOW, HELD)
        asked = await found.request()
        await alarms.aclose()
    assert "autoscaler-signature" not in asked.headers


# Who is told of what


async def told(found: Outside, alarms: Alarms, *events: Event) -> list[tuple[str, str]]:
    """Topic and app of all that is sent for these events."""
    for event in events:
        alarms.tell(found.clock.now(), event)
    await alarms.aclose()
    bodies = [found.asked.get_nowait().json for _ in range(found.asked.qsize())]
    return [(event["topic"], event["app"]) for body in bodies for event in body["events"]]


OTHER = Event("held", {"app": "other", "type": "web", "reason": "x"}, "warning")
ACCOUNT = Event("degraded", {"error": "the token was refused"}, "error")


@pytest.mark.parametrize(
    ("notices", "sent"),
    [
        ([HOOK], [("held", "shop"), ("scaled", "shop"), ("held", "other"), ("failed", None)]),
        ([replace(HOOK, topics=frozenset({"held"}))], [("held", "shop"), ("held", "other")]),
        ([replace(HOOK, app="shop")], [("held", "shop"), ("scaled", "shop"), ("failed", None)]),
        (
            [replace(HOOK, topics=frozenset({"scaled"})), replace(HOOK, app="other"), replace(HOOK, app="other")],
            [("scaled", "shop"), ("held", "other"), ("failed", None)],
        ),
        ([BEAT], []),
        ([], []),
    ],
)
async def test_a_receiver_is_told_its_topics_and_apps_once(notices: list[Notice], sent: list[tuple[str, str]]) -> None:
    async with outside(OK) as found:
        assert await told(found, found.alarms(*notices), HELD, SCALED, OTHER, ACCOUNT) == sent


async def test_a_trouble_is_told_once_and_again_after_an_hour() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(HOOK)
        for minutes in range(0, 121, 15):
            again = replace(HELD, fields={**HELD.fields, "for": f"{minutes}m", "request_id": str(minutes)})
            alarms.tell(found.clock.now(), again)
            found.later(15 * 60)
        alarms.tell(found.clock.now(), replace(HELD, fields={**HELD.fields, "reason": "another"}))
        assert await told(found, alarms) == [("held", "shop")] * 4


async def test_changes_are_never_taken_for_repetitions() -> None:
    async with outside(OK) as found:
        assert len(await told(found, found.alarms(HOOK), SCALED, SCALED)) == 2


async def test_the_end_of_a_trouble_is_told_to_those_who_knew_of_it() -> None:
    well = Event("recovered", {"app": "shop", "type": "web", "after": "20m", "was": "no answer"})
    account = Event("recovered", {"after": "20m", "was": "the token was refused"})
    file = Event("recovered", {"after": "20m", "was": "a bad file"})
    async with outside(OK) as found:
        scaled_only = replace(HOOK, topics=frozenset({"scaled"}))
        assert await told(found, found.alarms(scaled_only), HELD, well) == []
    async with outside(OK) as found:
        sent = await told(found, found.alarms(HOOK), well, HELD, well, well, HELD, ACCOUNT, file, account)
        assert sent == [
            ("held", "shop"),
            ("recovered", "shop"),
            ("held", "shop"),
            ("failed", None),
            ("recovered", None),
        ]


async def test_a_new_file_is_taken_up_and_nothing_that_was_told_is_lost() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(HOOK)
        alarms.tell(NOW, HELD)
        alarms.take_up([])
        assert await told(found, alarms, OTHER) == [("held", "shop")]


async def test_more_than_can_wait_is_counted() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(HOOK)
        for event in apps(MOST + 7):
            alarms.tell(NOW, event)
        bodies = [(await found.request()).json for _ in range(MOST // 100)]
        await alarms.aclose()
    assert sum(len(body["events"]) for body in bodies) == MOST
    assert sum(body["missing"] for body in bodies) == 7


# Receivers in trouble


def status(code: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {code}", "Content-Length: 0", *headers, "", ""]).encode()


async def test_what_was_not_taken_is_sent_again() -> None:
    async with outside(status("500 No"), status("429 Slowly", "Retry-After: 30"), OK) as found:
        alarms = found.alarms(HOOK)
        alarms.tell(NOW, HELD)
        first, second, third = [await found.request() for _ in range(3)]
        await alarms.aclose()
    assert first.body == second.body == third.body
    assert found.pauses == [GATHER, TRIES[0], 30]
    assert found.said == []


@pytest.mark.parametrize(
    ("answers", "why", "tries"),
    [
        ([status("500 No")], "the answer is 500", 1 + len(TRIES)),
        ([status("404 Gone")], "the answer is 404", 1),
        ([status("302 Found", "Location: /s3cret-too")], "it redirects, and no redirect is followed; write the final address", 1),
        ([b"SSH-2.0-OpenSSH s3cret\r\n\r\n"], "the answer broke off or is no HTTP", 1 + len(TRIES)),
    ],
)  # fmt: skip
async def test_a_receiver_that_takes_nothing_is_said_once(answers: list[bytes], why: str, tries: int) -> None:
    async with outside(*answers) as found:
        alarms = found.alarms(SLACK)
        for event in (HELD, OTHER):
            alarms.tell(NOW, event)
            for _ in range(tries):
                await found.request()
            await asyncio.gather(*(one for one in asyncio.all_tasks() if one.get_coro().__name__ == "_work"))  # type: ignore[union-attr]
        await alarms.aclose()
    about = {"receiver": "OPS_SLACK_URL", "error": why, "note": "nobody is told there; scaling goes on"}
    assert found.said == [Event("degraded", about, "error")]
    assert found.asked.empty()
    quiet(found)


async def test_a_receiver_that_is_well_again_is_said() -> None:
    async with outside(status("404 Gone"), OK) as found:
        alarms = found.alarms(SLACK)
        alarms.tell(NOW, HELD)
        await found.request()
        alarms.tell(NOW, OTHER)
        await found.request()
        await alarms.aclose()
    assert [event.name for event in found.said] == ["degraded", "recovered"]


async def test_a_port_at_which_nobody_listens_is_said() -> None:
    port = free_port()
    async with outside(OK) as found:
        alarms = found.alarms(SLACK, OPS_SLACK_URL=f"http://127.0.0.1:{port}{PATH}")
        alarms.tell(NOW, HELD)
        await alarms.aclose()
    assert [event.fields["error"] for event in found.said] == ["it is not reached"]
    quiet(found)


@pytest.mark.parametrize(("answers", "then"), [([], b""), ([b"HTTP/1.1 200 OK\r\nX-Slow: "], b"x" * 10)])
async def test_a_request_ends_within_its_deadline(answers: list[bytes], then: bytes) -> None:
    async with outside(*answers, then=then) as found:
        sender = Sender(seconds=1)
        with pytest.raises(Undelivered) as caught:
            await asyncio.wait_for(sender.post(f"http://127.0.0.1:{found.port}{PATH}", b"{}", {}), LATE)
        await sender.aclose()
    assert str(caught.value) in {"no answer within 1 seconds", "the answer broke off or is no HTTP"}


async def test_an_endless_body_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with outside(head, then=b"a\r\nxxxxxxxxxx\r\n") as found:
        alarms = found.alarms(SLACK)
        alarms.tell(NOW, HELD)
        await found.request()
        await asyncio.wait_for(alarms.aclose(), LATE)
    assert found.said == []


async def test_telling_waits_for_nobody_and_closing_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FAREWELL", 0.2)
    async with outside() as found:  # it never answers
        alarms = found.alarms(SLACK)
        alarms.tell(NOW, HELD)
        assert found.asked.empty()  # nothing was sent within the call
        await found.request()
        await asyncio.wait_for(alarms.aclose(), LATE)


@pytest.mark.parametrize(
    ("notice", "environ", "why"),
    [
        (SLACK, {"OPS_SLACK_URL": " "}, "the variable OPS_SLACK_URL is not set; set it on the app that the autoscaler runs in"),
        (BEAT, {"HEALTHCHECKS_URL": ""}, "the variable HEALTHCHECKS_URL is not set; set it on the app that the autoscaler runs in"),
        (HOOK, {"OPS_HOOK_SECRET": ""}, "the variable OPS_HOOK_SECRET is not set, and nothing is sent unsigned"),
        (SLACK, {"OPS_SLACK_URL": "http://a.example/s3cret"}, "the variable OPS_SLACK_URL holds an address that does not begin with https://"),
        (SLACK, {"OPS_SLACK_URL": "s3cret"}, "the variable OPS_SLACK_URL holds no address; it begins with https://"),
        (SLACK, {"OPS_SLACK_URL": "https://[s3cret"}, "the variable OPS_SLACK_URL holds an address that cannot be read"),
    ],
)  # fmt: skip
async def test_what_is_not_set_up_is_said_once(notice: Notice, environ: dict[str, str], why: str) -> None:
    async with outside(OK) as found:
        alarms = found.alarms(notice, **environ)
        alarms.take_up([notice])
        alarms.tell(NOW, HELD)
        alarms.converged(NOW, {"shop": True})
        await alarms.aclose()
    assert [event.fields["error"] for event in found.said] == [why]
    assert found.asked.empty()
    quiet(found)


@pytest.mark.parametrize(
    "url", ["https://a.example:99999/", "https:///x", "ftp://a.example", "https://a b", "https://ä.example"]
)
def test_an_address_that_is_none_is_told_without_it(url: str) -> None:
    found = wrong_with(url)
    assert found is not None
    assert "example" not in found


# Heartbeats


async def beats(found: Outside, alarms: Alarms, *seen: Mapping[str, bool], every: float = 60) -> int:
    for apps in seen:
        alarms.converged(found.clock.now(), apps)
        found.later(every)
    await alarms.aclose()
    lines = [found.asked.get_nowait().line for _ in range(found.asked.qsize())]
    assert set(lines) <= {f"GET {PATH} HTTP/1.1"}
    return len(lines)


@pytest.mark.parametrize(
    ("named", "seen", "sent"),
    [
        ([None], [{"a": True, "b": True}], 1),
        ([None], [{"a": True, "b": False}], 0),
        ([None], [{}], 0),
        ([None], [{"a": True}, {"a": False}, {"a": True}], 2),
        (["a"], [{"a": True, "b": False}], 1),
        (["b"], [{"a": True, "b": False}], 0),
        (["b"], [{"a": True}], 0),
        (["a", "b"], [{"a": True, "b": False}], 0),
        (["a", None], [{"a": True, "b": False}], 0),
        (["shop-*"], [{"a": False}], 1),
    ],
)
async def test_a_heartbeat_is_sent_when_all_of_its_apps_are_as_wanted(
    named: list[str | None], seen: list[dict[str, bool]], sent: int
) -> None:
    async with outside(OK) as found:
        assert await beats(found, found.alarms(*(replace(BEAT, app=app) for app in named)), *seen) == sent


async def test_a_heartbeat_is_sent_once_a_minute_at_most_whatever_the_file() -> None:
    async with outside(OK) as found:
        alarms = found.alarms(BEAT)
        alarms.converged(NOW, {"a": True})
        alarms.take_up([BEAT])
        assert await beats(found, alarms, *[{"a": True}] * 10, every=10) == 2


async def test_a_heartbeat_that_is_not_taken_is_said_and_not_repeated_before_its_time() -> None:
    async with outside(status("500 No")) as found:
        assert await beats(found, found.alarms(BEAT), {"a": True}) == 1
    assert [(event.name, event.fields["error"]) for event in found.said] == [("degraded", "the answer is 500")]
    quiet(found)


# Secrets


async def test_no_secret_is_logged_or_represented(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with outside(OK) as found:
        alarms = found.alarms(SLACK, HOOK, BEAT)
        alarms.tell(NOW, HELD)
        alarms.converged(NOW, {"shop": True})
        shown = repr([vars(alarms), alarms, list(vars(alarms).values())])
        await alarms.aclose()
        assert found.asked.qsize() == 3
    logged = "".join(record.getMessage() for record in caplog.records if record.name != "asyncio")
    for secret in ("s3cret", "hush-hush"):
        assert secret not in logged
        assert secret not in shown.replace(repr(alarms._environ), "")


async def test_an_event_that_cannot_be_told_harms_nobody() -> None:
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError

    async with outside(OK) as found:
        alarms = found.alarms(SLACK)
        alarms.tell(NOW, Event("held", {"app": "shop", "reason": Odd()}, "warning"))
        await alarms.aclose()
