"""Probes of an HTTP server on loopback: what counts, what is refused, and that nothing hangs or shows a secret."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from autoscaler.core.probes import Answer, Busy, Failed, HttpProbe, Idle
from autoscaler.outside.probes import SECONDS
from autoscaler.outside.probes.http import LARGEST
from tests.outside.probing import asked, listening, silent
from tests.outside.servers import free_port

HERE = "http://127.0.0.1"
JOBS = json.dumps({"jobs": {"unfinished": 3, "late": 0, "busy": True, "idle": False, "text": "3", "": 1}, "n": 4.0})


def answer(body: str | bytes, status: str = "200 OK", *headers: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers])
    return head.encode() + b"\r\n\r\n" + content


@asynccontextmanager
async def answering(*parts: bytes, then: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """The port of a server that answers with `parts`, and with `then` again and again; what it was asked."""
    requests: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.writelines(parts)
        while then:  # more often than any limit for a single read
            writer.write(then)
            await writer.drain()
            await asyncio.wait([asyncio.ensure_future(reader.read(1))], timeout=0.01)

    async with listening(handle) as port:
        yield port, requests


async def said(port: int, field: str, token: str | None = None, seconds: float = SECONDS) -> Answer:
    probe = HttpProbe(f"{HERE}:{port}/secret-path?key=s3cret", tuple(field.split(".")), token)
    return await asked(probe, {"SHOP_API_TOKEN": "hunter2"}, seconds)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("jobs.unfinished", Busy(3)),
        ("jobs.late", Idle()),
        ("jobs.busy", Busy(1)),
        ("jobs.idle", Idle()),
        ("n", Busy(4)),
        ("jobs.text", Failed(f"{HERE}: the field jobs.text gave a text, not a number")),
        ("jobs", Failed(f"{HERE}: the field jobs gave an object, not a number")),
        ("jobs.unfinishd", Failed(f"{HERE}: the answer has no field jobs.unfinishd")),
        ("job.unfinished", Failed(f"{HERE}: the answer has no field job")),
        ("n.unfinished", Failed(f"{HERE}: the answer has no field n.unfinished")),
    ],
)
async def test_a_field_is_so_many_unfinished_things(field: str, found: Answer) -> None:
    async with answering(answer(JOBS)) as (port, _):
        assert await said(port, field) == found


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("[1]", "the answer has no field n"),
        ('{"n": null}', "the field n gave null, not a number"),
        ('{"n": [1]}', "the field n gave a list, not a number"),
        ('{"n": -1}', "the field n gave -1; the number of unfinished things is 0 or more"),
        ('{"n": 0.5}', "the field n gave 0.5, not a whole number"),
        ('{"n": NaN}', "the field n gave nan, not a whole number"),
        ('{"n": Infinity}', "the field n gave inf, not a whole number"),
        ('{"n": 1' + "0" * 3000 + "}", "the field n gave 1" + "0" * 29 + ", not a whole number"),
        ('{"n": 1' + "0" * 9000 + "}", "the answer is no JSON"),
        ("[" * 100_000, "the answer is no JSON"),
        ("<!DOCTYPE html><p>s3cret", "the answer is no JSON"),
        (b"\xff\xfe\x00", "the answer is no JSON"),
        ("", "the answer is no JSON"),
    ],
    ids=range(13),
)
async def test_what_is_no_number_is_no_answer(body: str | bytes, why: str) -> None:
    async with answering(answer(body)) as (port, _):
        assert await said(port, "n") == Failed(f"{HERE}: {why}")


REDIRECTS = "it redirects, and no redirect is followed: the token is for this address; write the final one"
PACKED = "the answer is packed, though a plain one was asked for"


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (answer('{"n": 0}', "302 Found", "Location: /s3cret"), REDIRECTS),
        (answer('{"n": 0}', "308 Permanent Redirect", "Location: https://s3cret.example.com/"), REDIRECTS),
        (answer('{"n": 0}', "500 Internal Server Error"), "the answer is 500, not 200 OK"),
        (answer('{"n": 0}', "404 Not Found"), "the answer is 404, not 200 OK"),
        (answer('{"n": 0}', "299 s3cret"), "the answer is 299, not 200 OK"),
        (answer('{"n": 0}', "401 Unauthorized"), "the answer is 401: the token is missing or refused"),
        (answer('{"n": 0}', "403 Forbidden"), "the answer is 403: the token is missing or refused"),
        (answer('{"n": 0}', "200 OK", "Content-Encoding: gzip"), PACKED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "the answer broke off or is no HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "the answer broke off or is no HTTP"),
        (b"", "the answer broke off or is no HTTP"),
    ],
)
async def test_what_is_no_answer_is_refused(sent: bytes, why: str) -> None:
    async with answering(sent) as (port, requests):
        assert await said(port, "n", "SHOP_API_TOKEN") == Failed(f"{HERE}: {why}")
        assert len(requests) == 1  # one try, and no redirect


async def test_a_huge_answer_is_cut_off() -> None:
    large = f"{HERE}: the answer has more than 1,000,000 bytes"
    full = '{"n": 2, "more": "' + "x" * (LARGEST - 20) + '"}'
    assert len(full) == LARGEST
    async with answering(answer(full)) as (port, _):
        assert await said(port, "n") == Busy(2)
    async with answering(answer(full + " ")) as (port, _):
        assert await said(port, "n") == Failed(large)
    async with answering(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", then=b"x" * 65536) as (port, _):
        assert await said(port, "n") == Failed(large)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"])
async def test_an_answer_has_one_deadline_in_all(head: bytes) -> None:
    async with answering(head, then=b"x") as (port, _):
        assert await said(port, "n", seconds=0.3) == Failed(f"{HERE}: no answer within 0.3 seconds")


async def test_who_says_nothing_is_left_and_who_does_not_listen_is_not_reached() -> None:
    async with silent() as port:
        assert await said(port, "n", seconds=0.3) == Failed(f"{HERE}: no answer within 0.3 seconds")
    assert await said(free_port(), "n") == Failed(f"{HERE}: it is not reached")


async def test_a_token_goes_out_as_bearer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    async with answering(answer('{"n": 0}')) as (port, requests):
        assert await said(port, "n", "SHOP_API_TOKEN") == Idle()
        assert await said(port, "n") == Idle()
        with_token, without = requests
    assert b"\r\nAuthorization: Bearer hunter2\r\n" in with_token
    assert b"\r\nUser-Agent: dyno-autoscaler/" in with_token
    assert b"authorization" not in without.lower()
    assert not [secret for secret in ("hunter2", "secret-path", "s3cret") if secret in caplog.text]


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (None, "the variable SHOP_API_TOKEN is not set; set it on the app that the autoscaler runs in"),
        ("hunter2\r\nX-Other: s3cret", "the token has characters that no header may have"),
        ("hunter2 s3cret", "the token has characters that no header may have"),
        ("hunter2ü", "the token has characters that no header may have"),
    ],
)
async def test_a_token_that_cannot_be_sent_is_not_sent(token: str | None, why: str) -> None:
    async with answering(answer('{"n": 0}')) as (port, requests):
        environment = {} if token is None else {"SHOP_API_TOKEN": token}
        probe = HttpProbe(f"{HERE}:{port}/", ("n",), "SHOP_API_TOKEN")
        assert await asked(probe, environment) == Failed(f"{HERE}: {why}")
        assert requests == []


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://example.com/s3cret", "http://example.com"),
        ("http://127.0.0.1@example.com/s3cret", "http://example.com"),
        ("http://localhost.example.com/s3cret", "http://localhost.example.com"),
        ("ftp://127.0.0.1/s3cret", "ftp://127.0.0.1"),
        ("https://[::1/s3cret", "an address that cannot be read"),
    ],
)
async def test_only_https_goes_out(url: str, place: str) -> None:
    assert await asked(HttpProbe(url, ("n",)), {}) == Failed(f"{place}: the address of a probe begins with https://")


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with answering(answer('{"n": 0}')) as (port, _):
        assert await said(port, "n") == Idle()
