"""What must hold in every trial, judged by what the sandbox saw and by the daemon's log."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.torture.faked import at
from tests.torture.processes import TOKEN
from tests.torture.trial import Seen
from tests.torture.wanted import TYPES, given, wanted

HITCH = timedelta(seconds=6)
"""What a busy machine may add, in the trial's time: 0.3 s of its own."""

BEAT = timedelta(seconds=60)
PUNCTUAL = timedelta(seconds=10)
DEADLINE = timedelta(seconds=15)
SILENCE = timedelta(minutes=15)
ALARM = timedelta(minutes=5)

_CONTROL = Path(__file__).parents[2] / "autoscaler" / "control"


@dataclass(frozen=True)
class Verdict:
    """What did not hold, and what was measured, in seconds of the trial's time."""

    broken: tuple[str, ...]
    skipped: tuple[str, ...]
    healed: float
    late: float
    longest: float
    reads: int


def judge(seen: Seen) -> Verdict:
    """Every invariant."""
    alarm, skipped = _alarm(seen)
    broken = [
        *_values(seen), *_by_knowledge(seen), *_converged(seen), *_others(seen), *_waited(seen), *_deadline(seen),
        *_one_line(seen), *_farewell(seen), *_secret(seen), *alarm, *_elsewhere(seen),
    ]  # fmt: skip
    longest = max((_length(seen, row).total_seconds() for row in seen.requests), default=0.0)
    return Verdict(tuple(broken), tuple(skipped), _healed(seen), _late(seen), longest, _reads(seen))


def _writes(seen: Seen) -> Iterator[tuple[datetime, str, str, int]]:
    for row in seen.requests:
        if row["method"] == "PATCH" and row["body"]:
            for update in row["body"]["updates"]:
                yield at(row["at"]), _app(row["path"]), update["type"], update["quantity"]


def _app(path: str) -> str:
    return path.split("/")[2] if path.startswith("/apps/") else ""


def _values(seen: Seen) -> Iterator[str]:
    """No value that the file does not give for an instant within the last tick."""
    for when, app, kind, quantity in _writes(seen):
        if quantity not in given(app, kind, when - HITCH, when + timedelta(seconds=1)):
            yield f"{when:%T} {app}/{kind}={quantity}, which the file does not give then"


def _by_knowledge(seen: Seen) -> Iterator[str]:
    """Nothing is written after a read that told nothing: the last read of the app before each write was a good one."""
    last: dict[str, bool] = {}
    for row in seen.requests:
        app = _app(row["path"])
        if row["method"] == "GET" and row["path"].endswith("/formation"):
            last[app] = not (row["fault"] and seen.scenario.unread)
        elif row["method"] == "PATCH" and not last.get(app, False):
            yield f"{at(row['at']):%T} {app} was changed after a read that told nothing"


def _touched(seen: Seen) -> set[str]:
    return {"shop", "blog"} if seen.scenario.everywhere else {"shop"}


def _wrong(seen: Seen, app: str, kind: str, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the formation was not as the file wants it, from `since` to the end, in steps of a second."""
    scaled = [
        (at(row["at"]), int(row["detail"].split(" to ")[1].split(":")[0]))
        for row in seen.happenings
        if (row["kind"], row["app"], row["subject"]) == ("scaled", app, kind)
    ]
    initial = 1 if kind == "web" else 0
    began: datetime | None = None
    when = since
    while when <= seen.stopped:
        had = next((quantity for moment, quantity in reversed(scaled) if moment <= when), initial)
        wrong = had != wanted(app, kind, when)
        if wrong and began is None:
            began = when
        if not wrong and began is not None:
            yield began, when
            began = None
        when += timedelta(seconds=1)
    if began is not None:
        yield began, seen.stopped


def _healed(seen: Seen) -> float:
    """Seconds from the end of the fault until all that it touched was as wanted."""
    ends = [
        span[1]
        for app, kind in ((a, k) for a, k in TYPES if a in _touched(seen))
        for span in _wrong(seen, app, kind, seen.ended)
        if span[0] <= seen.ended + timedelta(seconds=seen.scenario.after + 1)
    ]
    return max(((end - seen.ended).total_seconds() for end in ends), default=0.0)


def _converged(seen: Seen) -> Iterator[str]:
    """One beat after the fault, or the wait that was asked for, all is as wanted, and punctual from there on."""
    grace = max(BEAT, timedelta(seconds=seen.scenario.waits)) + timedelta(seconds=seen.scenario.after) + HITCH
    for app, kind in TYPES:
        if app in _touched(seen):
            for began, end in _wrong(seen, app, kind, seen.ended + grace):
                if end - began > PUNCTUAL:
                    yield f"{app}/{kind} was not as wanted from {began:%T} to {end:%T}; the fault ended {seen.ended:%T}"


def _others(seen: Seen) -> Iterator[str]:
    """What the fault does not touch is never late."""
    for app, kind in TYPES:
        if app not in _touched(seen):
            for began, end in _wrong(seen, app, kind, seen.started + PUNCTUAL):
                if end - began > PUNCTUAL:
                    yield f"{app}/{kind} was late, from {began:%T} to {end:%T}"


def _late(seen: Seen) -> float:
    """The longest delay of what the fault does not touch."""
    rest = [(app, kind) for app, kind in TYPES if app not in _touched(seen)]
    spans = [span for one in rest for span in _wrong(seen, *one, seen.started + PUNCTUAL)]
    return max(((end - began).total_seconds() for began, end in spans), default=0.0)


def _waited(seen: Seen) -> Iterator[str]:
    """After a Retry-After nothing is asked before its time; requests that were on the way do not count."""
    if not seen.scenario.waits:
        return
    asked: dict[str, datetime] = {}
    for row in seen.requests:
        when, scope = at(row["at"]), "" if seen.scenario.everywhere else _app(row["path"])
        if scope in asked and asked[scope] + HITCH < when < seen.began + timedelta(seconds=seen.scenario.waits) - HITCH:
            yield f"{when:%T} {row['method']} {row['path']}, although {asked[scope]:%T} was answered with a Retry-After"
        if row["fault"]:
            asked.setdefault(scope, when)


def _length(seen: Seen, row: dict[str, str]) -> timedelta:
    return (at(row["ended"]) if row["ended"] else seen.stopped) - at(row["at"])


def _deadline(seen: Seen) -> Iterator[str]:
    for row in seen.requests:
        if _length(seen, row) > DEADLINE + HITCH:
            yield f"{at(row['at']):%T} {row['method']} {row['path']} took {_length(seen, row).total_seconds():.1f} s"


def _one_line(seen: Seen) -> Iterator[str]:
    """A cause that lasts is said once in 15 minutes. It lasts until its app or process type has recovered from it."""
    said: dict[tuple[str, ...], list[datetime]] = defaultdict(list)
    for line in seen.lines:
        pairs = line.pairs
        subject = pairs.get("app", ""), pairs.get("type", "")
        # On so fast a clock a store that takes 0.2 s of the machine's time is one that does not answer in time.
        if not seen.began <= line.at <= seen.ended or "store" in pairs:
            continue
        if pairs.get("at") != "info":
            words = pairs.get("error") or pairs.get("reason") or ""
            said[pairs.get("event", ""), *subject, words].append(line.at)
        elif pairs.get("event") == "recovered" and subject[0]:
            said = defaultdict(list, {cause: at for cause, at in said.items() if cause[1:3] != subject})
    for cause, times in said.items():
        if any(later - sooner < SILENCE for sooner, later in pairwise(times)):
            yield f"said {len(times)} times: {' '.join(cause)}"


def _farewell(seen: Seen) -> Iterator[str]:
    """SIGTERM ends it with 0 within 5 s, no write begins after it, and nothing stands on stderr."""
    if seen.status != 0 or seen.took > 5:
        yield f"SIGTERM: exit {seen.status} after {seen.took:.1f} s"
    for when, app, kind, _ in _writes(seen):
        if when > seen.stopped + HITCH:
            yield f"{when:%T} {app}/{kind} was written after SIGTERM"
    if seen.errors:
        yield f"stderr: {''.join(seen.errors)[-500:]}"
    if not any(line.pairs.get("event") == "stopped" for line in seen.lines):
        yield "no line says that it stopped"


def _secret(seen: Seen) -> Iterator[str]:
    if any(TOKEN in text for text in (*(line.text for line in seen.lines), *seen.errors)):
        yield "the token stands in the log"


def _alarm(seen: Seen) -> tuple[list[str], list[str]]:
    """What is not as wanted for 5 minutes is said, once, and not sooner."""
    lines = [line for line in seen.lines if line.pairs.get("event") == "unconverged"]
    if not any('"unconverged"' in path.read_text() for path in _CONTROL.glob("*.py")):
        return [], ["event=unconverged is not there yet"] if seen.scenario.alarm else []
    if not seen.scenario.alarm:
        return [], []
    shop = [line.at for line in lines if line.pairs.get("app") == "shop"]
    if not shop:
        return ["nothing says that shop has not converged for 5 minutes"], []
    if min(shop) < seen.began + ALARM - HITCH or min(shop) > seen.began + ALARM + 3 * BEAT:
        return [f"event=unconverged came at {min(shop):%T}, the fault at {seen.began:%T}"], []
    return [], []


def _elsewhere(seen: Seen) -> Iterator[str]:
    """No redirect is followed, and nothing is asked but what belongs to the apps of the file."""
    for row in seen.requests:
        if not re.fullmatch(
            r"/apps/(shop|blog)/(formation|dynos)|/apps/[-0-9a-f]{36}/formation/web/monitors", row["path"]
        ):
            yield f"{row['method']} {row['path']}"


def _reads(seen: Seen) -> int:
    """Reads an hour while the fault lasted, of both apps."""
    reads = [
        row
        for row in seen.requests
        if row["method"] == "GET"
        and _app(row["path"]) in {"shop", "blog"}
        and seen.began <= at(row["at"]) <= seen.ended
    ]
    return round(len(reads) * 3600 / (seen.ended - seen.began).total_seconds())
