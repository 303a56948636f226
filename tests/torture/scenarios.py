"""What the sandbox does to the daemon, as data."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

SHOP = "/apps/shop/"
ALL = "/apps/"
READS = {"method": "GET", "path": SHOP}
WRITES = {"method": "PATCH", "path": SHOP}


@dataclass(frozen=True)
class Scenario:
    """A fault and what it touches.

    `faults` are as the sandbox takes them; `{date}` and `{epoch}` in a header stand for `waits` from the start of the
    fault. `seconds` is how long it lasts, `after` for how long its effects go on, and `waits` what its Retry-After
    asks for. With `unread` no read of a touched app tells anything while it lasts; with `alarm` what is wanted cannot
    be brought about for so long that the daemon must say so. `gate` is what the way to the sandbox does instead;
    `off` is how wrong the daemon's clock is all the time. `known` is a defect that is not mended yet.
    """

    name: str
    faults: tuple[dict[str, Any], ...] = ()
    everywhere: bool = False
    unread: bool = False
    seconds: float = 270
    after: float = 0
    waits: float = 0
    alarm: bool = False
    gate: Literal["", "refused", "reset", "silent", "plain", "untrusted"] = ""
    off: timedelta = timedelta(0)
    quick: bool = False
    known: str = ""


def _json(status: int, name: str, message: str = "", **more: str) -> dict[str, Any]:
    return {"status": status, "body": json.dumps({"id": name, "message": message or name, **more})}


_HTML = "<!DOCTYPE html><html><title>Application Error</title><body><h1>503</h1></body></html>"
_ROW = {"type": "web", "quantity": 0, "size": "standard-1X", "dyno_size": {"name": "Standard-1X"}}


def _rows(**change: Any) -> str:
    row = {**_ROW, **change}
    return json.dumps([{key: value for key, value in row.items() if value is not ...}])


def _reads(name: str, *, quick: bool = False, **answer: Any) -> Scenario:
    return Scenario(f"reads of one app: {name}", ({**READS, **answer},), unread=True, quick=quick)


def _writes(name: str, *, quick: bool = False, after: float = 0, **answer: Any) -> Scenario:
    return Scenario(f"changes of one app: {name}", ({**WRITES, **answer},), quick=quick, after=after)


def _limit(name: str, value: str | None, waits: float, *, quick: bool = False) -> Scenario:
    headers = {} if value is None else {"Retry-After": value}
    fault = {"path": ALL, **_json(429, "rate_limit"), "headers": {"Ratelimit-Remaining": "0", **headers}}
    return Scenario(
        f"429, Retry-After {name}",
        (fault,),
        everywhere=True,
        unread=True,
        waits=waits,
        after=80,  # RateLimit-Remaining: 0 asks for it: so long does it take until 100 are there again
        quick=quick,
    )


ERRORS = (
    _reads("500 JSON", **_json(500, "internal_server_error")),
    _reads("502 HTML", status=502, body=_HTML, headers={"Content-Type": "text/html"}),
    _reads("503 HTML", quick=True, status=503, body=_HTML, headers={"Content-Type": "text/html"}),
    _writes("500 JSON", **_json(500, "internal_server_error")),
    _writes("503 HTML", status=503, body=_HTML),
    Scenario(
        "reads of one app: 503, Retry-After 100",
        ({**READS, "status": 503, "headers": {"Retry-After": "100"}},),
        unread=True,
        waits=100,
    ),
    Scenario(
        "all: 500 JSON for 9 minutes",
        ({"path": ALL, **_json(500, "internal_server_error")},),
        everywhere=True,
        unread=True,
        seconds=540,
        alarm=True,
    ),
    Scenario(
        "all: 401",
        ({"path": ALL, **_json(401, "unauthorized")},),
        everywhere=True,
        unread=True,
        quick=True,
    ),
    Scenario("all: 404", ({"path": ALL, **_json(404, "not_found")},), everywhere=True, unread=True),
    _reads("401", **_json(401, "unauthorized")),
    _reads("402", **_json(402, "delinquent", "Your account is delinquent.")),
    _reads("403", **_json(403, "forbidden")),
    _reads("404", quick=True, **_json(404, "not_found", "Couldn't find that app.", resource="app")),
    _reads("406", **_json(406, "not_acceptable")),
    _reads("410", **_json(410, "gone")),
    _writes("403", **_json(403, "forbidden")),
    _writes("409", **_json(409, "conflict")),
    _writes("412", **_json(412, "precondition_failed")),
    _writes("422 bad input", **_json(422, "invalid_params", "No such size.")),
    _writes("422 over a limit", **_json(422, "cannot_update_above_limit", "Cannot update to more than 100 dynos.")),
    _writes("422 sizes that may not mix", **_json(422, "invalid_params", "Cannot use the following dyno types.")),
    _writes(
        "422 preboot under way",
        **_json(
            422,
            "invalid_params",
            "Cannot change formation for a preboot app until release phase and preboot complete.",
        ),
    ),
)
LIMITS = (
    _limit("left out", None, 0),
    _limit("seconds", "100", 100, quick=True),
    _limit("a date", "{date}", 150),
    _limit("since 1970", "{epoch}", 150),
    _limit("a day, of which 15 minutes are waited", "86400", 900),
    _limit("a fraction", "90.5", 90),
    _limit("zero", "0", 0),
    _limit("negative", "-5", 0),
    _limit("words", "soon", 0),
    _limit("a date that has passed", "Wed, 21 Oct 2015 07:28:00 GMT", 0),
)
CONNECTIONS = (
    Scenario("all: connection refused", everywhere=True, unread=True, gate="refused", quick=True),
    Scenario("all: connection reset when made", everywhere=True, unread=True, gate="reset"),
    Scenario("all: connection made, no answer", everywhere=True, unread=True, gate="silent"),
    Scenario("all: TLS, the certificate is not trusted", everywhere=True, unread=True, gate="untrusted"),
    Scenario("all: TLS, the port speaks plainly", everywhere=True, unread=True, gate="plain"),
    _reads("ends before the answer", drop="before"),
    _reads("reset before the answer", drop="before", reset=True),
    _reads("ends within the body", drop="within"),
    _reads("reset within the body", drop="within", reset=True),
    _reads("no answer", quick=True, hang="before"),
    _reads("headers that trickle", trickle="headers"),
    _reads("a body that trickles", trickle="body"),
    _reads("answers after 20 s", delay=20),
    _writes("ends before it is done", drop="before"),
    _writes("reset before it is done", drop="before", reset=True),
    _writes("ends after it was done", quick=True, drop="after"),
    _writes("reset after it was done", drop="after", reset=True),
    _writes("reset within the body", drop="within", reset=True),
    _writes("no answer, not done", hang="before"),
    _writes("no answer, done", hang="after"),
    _writes("headers that trickle", trickle="headers"),
    _writes("a body that trickles", trickle="body"),
    Scenario("reads of one app: answers after 5 s", ({**READS, "delay": 5},)),
    _writes("done and answered after 5 s", delay=5, after=5),
    _writes("done after 20 s, when nobody waits any more", delay=20, after=20),
)
BODIES = (
    _reads("empty", status=200),
    _reads("HTML with 200", status=200, body=_HTML),
    _reads("cut off", status=200, body=_rows()[:-9]),
    _reads("an object", status=200, body="{}"),
    _reads("null", status=200, body="null"),
    _reads("an empty list", quick=True, status=200, body="[]"),
    _reads("another process type alone", status=200, body=_rows(type="mailer")),
    _reads("a process type twice", status=200, body=json.dumps([_ROW, _ROW])),
    _reads("quantity null", quick=True, status=200, body=_rows(quantity=None)),
    _reads("quantity left out", status=200, body=_rows(quantity=...)),
    _reads("quantity in a string", status=200, body=_rows(quantity="0")),
    _reads("quantity 0.0", status=200, body=_rows(quantity=0.0)),
    _reads("quantity false", status=200, body=_rows(quantity=False)),
    _reads("quantity -1", status=200, body=_rows(quantity=-1)),
    _reads("quantity of 400 digits", status=200, body=_rows(quantity=1).replace("1", "9" * 400, 1)),
    _reads("brackets 100,000 deep", status=200, body="[" * 100_000),
    _reads("not UTF-8", status=200, body="[{\udcff}]".encode("utf-8", "replace").decode()),
    _reads("a bomb, packed", flood="bomb"),
    _reads("a body without an end", flood="endless"),
    _reads("304", status=304),
    _reads("206 that does not say where it goes on", status=206, body="[]"),
    _reads("pages without an end", status=206, body="[]", headers={"Next-Range": "id a.."}),
    _reads("redirect", status=302, headers={"Location": "/elsewhere"}),
    _writes("redirect 307", status=307, headers={"Location": "/elsewhere"}),
)
EFFECTS = (
    _writes("200, not done", quick=True, ignore=True),
    _writes("200, done 30 s later", late=30, after=30),
    _writes("200, done 90 s later", late=90, after=90),
    Scenario("reads of one app: as it was when it began", ({**READS, "stale": True},)),
    Scenario(
        "reads of all apps: as they were",
        ({"method": "GET", "path": ALL, "stale": True},),
        everywhere=True,
    ),
)
SCENARIOS = (*ERRORS, *LIMITS, *CONNECTIONS, *BODIES, *EFFECTS)
"""Every one of them is tried by `make torture`, those that are `quick` by `make test`."""
