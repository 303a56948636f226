"""Fetching feeds from a real server on loopback: what is taken, what is refused, and what is never said."""

import gzip
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from autoscaler.core.calendars import Unavailable
from autoscaler.outside.feeds import LARGEST, FeedError, fetch

BODY = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
SECRET = "?key=hush-hush-hush"
over = Event()


class Handler(BaseHTTPRequestHandler):
    """Answers as the path's first part says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        what = self.path.partition("?")[0].strip("/").replace("-", "_")
        with suppress(OSError):  # who asked may have gone
            getattr(self, what)()

    def good(self) -> None:
        self._say(200, BODY)

    def html(self) -> None:
        self._say(200, b"<!DOCTYPE html>", "text/html")

    def asked(self) -> None:
        self._say(200, str(self.headers).encode())

    def full(self) -> None:
        self._say(200, b"x" * LARGEST)

    def announced(self) -> None:
        self._head(200, {"Content-Length": str(LARGEST + 1)})

    def endless(self) -> None:
        self._head(200, {"Connection": "close"})
        while not over.is_set():
            self.wfile.write(b"x" * 65536)

    def silent(self) -> None:
        over.wait(5)

    def slow(self) -> None:
        self._head(200, {"Connection": "close"})
        self._drip()

    def slow_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        self._drip()

    def broken_off(self) -> None:
        self._head(200, {"Content-Length": "1000"})
        self.wfile.write(BODY)

    def no_http(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    def missing(self) -> None:
        self._say(404, b"no")

    def strange(self) -> None:
        self._say(299, b"no")

    def nothing(self) -> None:
        self._head(204, {})

    def packed(self) -> None:
        self._say(200, gzip.compress(BODY), **{"Content-Encoding": "gzip"})

    def identity(self) -> None:
        self._say(200, BODY, **{"Content-Encoding": "identity"})

    def elsewhere(self) -> None:
        self._say(302, b"", Location=f"https://user:pass@calendar.example.com/other-secret{SECRET}")

    def beside(self) -> None:
        self._say(301, b"", Location="/other-secret")

    def nowhere(self) -> None:
        self._say(308, b"", Location="http://x:y")

    def _say(self, status: int, body: bytes, kind: str = "text/calendar", **headers: str) -> None:
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _drip(self) -> None:
        """A byte at a time, more often than any limit for a single read."""
        while not over.wait(0.02):
            self.wfile.write(b"x")
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        serving.daemon_threads = True
        thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        over.set()
        serving.shutdown()
        thread.join()


def told(url: str, seconds: float = 5.0) -> str:
    """What is said about a feed that cannot be had; never its path or what follows."""
    with pytest.raises(FeedError) as caught:
        fetch(url, seconds)
    said = str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not any(secret in said for secret in ("hush", "pass", "secret"))
    assert said.isprintable()
    return said


def test_a_feed_s_bytes_are_taken_as_they_are(server: str) -> None:
    assert fetch(f"{server}/good{SECRET}") == BODY
    assert fetch(f"{server}/identity".replace("127.0.0.1", "localhost")) == BODY
    assert fetch(f"{server}/html") == b"<!DOCTYPE html>"  # whoever reads it says what it is
    assert len(fetch(f"{server}/full")) == LARGEST


def test_plain_bytes_are_asked_for_under_our_name(server: str) -> None:
    asked = fetch(f"{server}/asked").decode()
    assert "Accept-Encoding: identity\r\n" in asked.replace("\n", "\r\n").replace("\r\r", "\r")
    assert "User-Agent: dyno-autoscaler/" in asked


REFUSED = {
    "announced": "the answer has more than 2,000,000 bytes",
    "endless": "the answer has more than 2,000,000 bytes",
    "broken-off": "the answer broke off or is no HTTP",
    "no-http": "the answer broke off or is no HTTP",
    "missing": "the answer is 404 Not Found, not 200 OK",
    "strange": "the answer is 299, not 200 OK",
    "nothing": "the answer is 204 No Content, not 200 OK",
    "packed": "the answer is packed, though a plain one was asked for",
    "elsewhere": "it redirects to https://calendar.example.com; write the final address",
    "beside": "it redirects to another path there; write the final address",
    "nowhere": "the answer broke off or is no HTTP",
}


@pytest.mark.parametrize(("path", "why"), REFUSED.items())
def test_what_is_no_feed_is_refused(server: str, path: str, why: str) -> None:
    assert told(f"{server}/{path}{SECRET}") == f"http://127.0.0.1: {why}"


@pytest.mark.parametrize("path", ["silent", "slow", "slow-head"])
def test_a_feed_has_one_deadline_in_all(server: str, path: str) -> None:
    began = time.monotonic()
    assert told(f"{server}/{path}{SECRET}", 0.3) == "http://127.0.0.1: no answer within 0.3 seconds"
    assert 0.25 < time.monotonic() - began < 2


def test_who_does_not_listen_is_not_reached(server: str) -> None:
    port = int(server.rpartition(":")[2])
    assert told(f"https://user:pass@127.0.0.1:{port}/secret") == "https://127.0.0.1: it is not reached"  # no TLS there
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
        port = closed.server_address[1]
    assert told(f"http://127.0.0.1:{port}/secret") == "http://127.0.0.1: it is not reached"


ADDRESSES = {
    "http://calendar.example.com/secret": "http://calendar.example.com: a feed's address begins with https://",
    "webcal://calendar.example.com/secret": "webcal://calendar.example.com: a feed's address begins with https://",
    "http://localhost.example.com/secret": "http://localhost.example.com: a feed's address begins with https://",
    "http://127.0.0.1@example.com/secret": "http://example.com: a feed's address begins with https://",
    "ftp://127.0.0.1/secret": "ftp://127.0.0.1: a feed's address begins with https://",
    "file:///etc/secret": "the address of the feed names no host; write https://, a host and a path",
    "/etc/secret": "the address of the feed names no host; write https://, a host and a path",
    "": "the address of the feed names no host; write https://, a host and a path",
    "https://[::1/secret": "the address of the feed is no address that can be read",
    "https://example.com:secret/": "the address of the feed is no address that can be read",
    "https://exa\nmple.com/secret": "the address of the feed is no address that can be read",
    "https://example.com/" + "secret" * 20_000: "the address of the feed is no address that can be read",
}


@pytest.mark.parametrize(("url", "why"), ADDRESSES.items(), ids=range(len(ADDRESSES)))
def test_only_https_goes_out(url: str, why: str) -> None:
    assert told(url) == why


def test_a_feed_that_cannot_be_had_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        fetch("")


def test_no_address_is_logged(server: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    fetch(f"{server}/good{SECRET}")
    told(f"{server}/elsewhere{SECRET}")
    assert "hush" not in caplog.text
    assert "secret" not in caplog.text


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(f"{server}/good") == BODY
