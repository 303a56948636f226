"""An event in the words of a message: whom it is about, what happened, why and until when."""

from dataclasses import dataclass

from autoscaler.core.masking import mask_addresses
from autoscaler.outside.alarms.told import Told

LONGEST = 300
"""Characters of each part."""

_PLAIN = {
    "degraded": "in trouble",
    "interrupted": "interrupted",
    "missed": "missed a start",
    "lost": "a run is lost from sight",
    "overrun": "still at work past the end of its window",
    "unconverged": "not as wanted",
    "pinned": "pinned",
    "unpinned": "no longer pinned",
    "budget": "few requests are left for this hour",
    "recovered": "well again",
}


@dataclass(frozen=True, slots=True)
class Words:
    """`subject` is a process type, an app, a job, or empty for the whole account; the others may be empty, too."""

    subject: str
    what: str
    why: str
    until: str


def words(told: Told) -> Words:
    """Nothing in it looks like a secret or breaks a line."""
    return Words(*(_plain(part) for part in (_subject(told), _what(told), _why(told), _until(told))))


def _subject(told: Told) -> str:
    app, kind, job = told.text("app"), told.text("type"), told.text("job")
    if job:
        return f"{app} job {job}"
    return f"{app}/{kind}" if kind else app


def _what(told: Told) -> str:
    name = told.event.name
    match name:
        case "scaled":
            return _change(told) or "scaled"
        case "held":
            live, wanted = told.text("live"), told.text("wanted")
            return "held" + f" at {live}" * bool(live) + f", wanted {wanted}" * bool(wanted)
        case "failed":
            change = _change(told)
            return "failed" + f" to go {change}" * bool(change)
        case "manual":
            by = told.text("by")
            return "changed" + f" by {by}" * bool(by) + f" to {told.text('live')}" * bool(told.text("live"))
    return _PLAIN.get(name, name.replace("_", " "))


def _change(told: Told) -> str:
    """From -> to, of quantity and size."""
    pairs = [(told.text("from"), told.text("to")), (told.text("from_size"), told.text("to_size"))]
    return ", ".join(f"{before} → {after}" for before, after in pairs if after)


def _why(told: Told) -> str:
    if told.topic == "scaled":
        window = told.text("window")
        return told.text("reason") or (f"window {window}" if window else "no window open")
    said = [told.text(name) for name in ("reason", "error", "cause", "note")]
    if told.topic == "recovered" and told.text("after"):
        said.append(f"after {told.text('after')}; it was: {told.text('was')}")
    lasted = told.text("for")
    return "; ".join(part for part in [*said, f"for {lasted} now" * bool(lasted)] if part)


def _until(told: Told) -> str:
    return told.text("until")


def _plain(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in mask_addresses(text))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
