"""Every call of the store, each with values that are new to it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from autoscaler.core.events import Event
from autoscaler.core.journal import Alive, Entry, KeptFile, Verified, Written
from autoscaler.core.memory import Started
from autoscaler.core.policies import Target
from autoscaler.core.quantity import Desired
from autoscaler.store import Store
from tests.store.facts import CLOSING, COMMAND, NOON, PIN, RUN, later

WEB = Target("shop", "web")

WRITES: dict[str, Callable[[Store, int], Awaitable[object]]] = {
    "claim": lambda store, n: store.claim(replace(RUN, attempt=n), COMMAND * 50, NOON),
    "record": lambda store, n: store.record(RUN, Started(NOON, f"run.{n}", "id")),
    "close": lambda store, n: store.close(replace(CLOSING, opened=later(seconds=n))),
    "forget": lambda store, _: store.forget(NOON),
    "note": lambda store, n: store.note([Entry(later(seconds=n), Event("tick", {"told": "x" * 999}), "clock.1")]),
    "pin": lambda store, n: store.pin(replace(PIN, type=f"type{n}", reason="x" * 999)),
    "unpin": lambda store, _: store.unpin("shop", "web", NOON),
    "verify": lambda store, n: store.verify([Verified(WEB, Desired(n, None), n, "basic", later(seconds=n))]),
    "write": lambda store, n: store.write([Written(WEB, n, None, later(seconds=n), "x" * 999)]),
    "live": lambda store, n: store.live([Alive(f"app{n}", NOON, NOON, "x" * 999, "clock.1")]),
    "keep": lambda store, n: store.keep(KeptFile("policies.yaml", "x" * (n % 20) * 999, "abc", NOON)),
}
READS: dict[str, Callable[[Store, int], Awaitable[object]]] = {
    "runs": lambda store, _: store.runs(),
    "closings": lambda store, _: store.closings(),
    "entries": lambda store, _: store.entries(),
    "pins": lambda store, _: store.pins(NOON),
    "verified": lambda store, _: store.verified("shop"),
    "written": lambda store, _: store.written("shop", NOON),
    "lives": lambda store, _: store.lives(),
    "kept": lambda store, _: store.kept(),
}
CALLS = {**WRITES, **READS}
GROWING = ("claim", "close", "note", "pin", "write", "live")
"""The calls that need more room each time."""
