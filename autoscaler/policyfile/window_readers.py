"""The readers of a window: its `when` or `cron`, its `except`, and what it gives."""

from collections.abc import Callable
from typing import TypeVar

from autoscaler.core.days import Days
from autoscaler.core.windows import CronSpan, Phrase
from autoscaler.policyfile import keys, tree, values
from autoscaler.policyfile.crontab import SHAPE as CRON_SHAPE
from autoscaler.policyfile.crontab import Crontab, crontab
from autoscaler.policyfile.dayphrases import PhraseError, days_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.phrases import HOURS, SHAPE, phrase
from autoscaler.policyfile.spelling import lowered
from autoscaler.policyfile.tree import Node, Place, Scalar
from autoscaler.policyfile.written import Excluded, When, Written, WrittenClose, WrittenWindow, value_of

T = TypeVar("T")

SHAPE_FOR = "22:00 for 8h"


def windows(node: Node, path: str, faults: Faults) -> list[WrittenWindow] | None:
    """The windows of a process type, in order."""
    if not isinstance(node, tree.Sequence):
        faults.error(
            node.place, path, f"expected a list of windows, read {values.what(node)}", "begin each with a dash"
        )
        return None
    if not node.items:
        faults.error(node.place, path, "the list of windows is empty", "remove the key")
    return [_window(item, f"{path}[{index}]", faults) for index, item in enumerate(node.items)]


def _window(node: Node, path: str, faults: Faults) -> WrittenWindow:
    place = node.first_key if isinstance(node, tree.Mapping) else node.place
    found = keys.read(node, path, place, WINDOW, faults)
    written = set(node.entries) if isinstance(node, tree.Mapping) else set()
    if found is not None:
        _when_or_cron(written, place, path, faults)
    got = (found or {}).get
    phrases = _phrases_of(got("when"), got("cron"), got("for"))
    return WrittenWindow(
        place, path, got("name"), got("when"), got("cron"), got("for"), got("quantity"), got("size"), got("lead"),
        got("except"), got("unbroken"), got("close"), phrases,
    )  # fmt: skip


def _phrases_of(
    when: Written[When] | None, cron: Written[Crontab] | None, length: Written[int] | None
) -> tuple[Phrase, ...] | None:
    if when is not None:
        read = when.value.phrases if when.value else (None,)
        return None if None in read else tuple(phrase for phrase in read if phrase)
    line, seconds = value_of(cron), value_of(length)
    if line is None or seconds is None:
        return None
    return (Phrase(line.days, CronSpan(line.minutes, line.hours, seconds)),)


def _when_or_cron(written: set[str], place: Place, path: str, faults: Faults) -> None:
    if "when" in written:
        for key in sorted(written & {"cron", "for"}):
            faults.error(
                place, f"{path}.{key}", f"`when` and `{key}` are both given", "keep `when`, or `cron` and `for`"
            )
    elif not written & {"cron", "for"}:
        faults.error(place, f"{path}.when", "`when` is missing", f"say {SHAPE}")
    elif "cron" not in written:
        faults.error(
            place, f"{path}.cron", "`for` needs a `cron`", f"in a `when` it is part of the phrase: {SHAPE_FOR}"
        )
    elif "for" not in written:
        faults.error(place, f"{path}.for", "`cron` needs a `for`", "a crontab line has no end: say for: 8h")


def _when(node: Node, path: str, faults: Faults) -> When | None:
    if not isinstance(node, tree.Sequence):
        return _phrases([node], path, faults)
    if not node.items:
        faults.error(node.place, path, "the list of phrases is empty", f"say {SHAPE}")
    return _phrases(node.items, path, faults, listed=True)


def _phrases(nodes: list[Node], path: str, faults: Faults, *, listed: bool = False) -> When:
    read = [_phrase(node, f"{path}[{index}]" if listed else path, faults) for index, node in enumerate(nodes)]
    return When(tuple(read), tuple(nodes))


def _phrase(node: Node, path: str, faults: Faults) -> Phrase | None:
    return parsed(node, path, faults, SHAPE, lambda text: phrase(text, faults.calendars))


def _except(node: Node, path: str, faults: Faults) -> Excluded:
    nodes = node.items if isinstance(node, tree.Sequence) else [node]
    if not nodes:
        faults.error(node.place, path, "the list of days is empty", "remove the key")
    listed = isinstance(node, tree.Sequence)
    return tuple(
        parsed(item, f"{path}[{index}]" if listed else path, faults, "days or a calendar", _excluded(faults))
        for index, item in enumerate(nodes)
    )


def _excluded(faults: Faults) -> Callable[[str], Days]:
    def read(text: str) -> Days:
        clock = HOURS.search(text)
        if clock:
            raise PhraseError(clock.start(), "`except` takes days, without hours", "those days start no opening")
        return days_of(lowered(text), faults.calendars)

    return read


def _close(node: Node, path: str, faults: Faults) -> WrittenClose | None:
    found = keys.read(node, path, node.place, CLOSE, faults)
    if found is None:
        return None
    for key, hint in (("when", "say when: idle"), ("probe", "name one of the app's probes"), ("latest", "such as 2h")):
        if key not in found:
            faults.error(
                node.first_key if isinstance(node, tree.Mapping) else node.place,
                f"{path}.{key}",
                f"`{key}` is missing",
                hint,
            )
    return WrittenClose(found.get("probe"), found.get("latest"), found.get("early"))


def _idle(node: Node, path: str, faults: Faults) -> str | None:
    written = values.scalar(node, path, faults, "idle")
    if written is not None and written.text.strip().lower() != "idle":
        faults.error(
            node.place, path, f"expected idle, read {values.what(node)}", "an opening closes when its probe is idle"
        )
    return "idle"


def _cron(node: Node, path: str, faults: Faults) -> Crontab | None:
    return parsed(node, path, faults, CRON_SHAPE, crontab)


def parsed(node: Node, path: str, faults: Faults, shape: str, parse: Callable[[str], T]) -> T | None:
    """What `parse` makes of a text, its PhraseError told at the very character."""
    written = values.scalar(node, path, faults, shape)
    if written is None:
        return None
    try:
        return parse(written.text)
    except PhraseError as error:
        faults.error(inside(written, error.at, faults), path, error.message, error.hint)
        return None


def inside(written: Scalar, at: int, faults: Faults) -> Place:
    """The place of a character of a text, where the text stands on one line as it is."""
    line, column = written.place
    start = column - 1 + (0 if written.plain else 1)
    source = faults.line(line)
    if source[start : start + len(written.text)] != written.text:
        return written.place
    return line, start + 1 + min(at, max(len(written.text) - 1, 0))


CLOSE = keys.Keys({"when": _idle, "probe": values.word, "latest": values.length, "early": values.length})
WINDOW = keys.Keys(
    {
        "name": values.name,
        "when": _when,
        "except": _except,
        "cron": _cron,
        "for": values.length,
        "quantity": values.quantity,
        "size": values.size,
        "lead": values.length,
        "unbroken": values.flag,
        "close": _close,
    },
)
