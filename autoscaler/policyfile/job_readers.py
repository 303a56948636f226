"""The readers of an app's `jobs`."""

from typing import cast, get_args

from autoscaler.core.jobs import LONGEST, MOST_RETRIES, DayTime, Overlap
from autoscaler.policyfile import keys, tree, values
from autoscaler.policyfile.dayphrases import is_name
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.phrases import TIME_SHAPE, day_time
from autoscaler.policyfile.spelling import did_you_mean, shown
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.window_readers import parsed
from autoscaler.policyfile.written import Times, WrittenJob

LONGEST_COMMAND = 1000
"""Characters. A run's dyno is known again by its command, which the store keeps."""

_LONGEST_NAME = 100


def jobs(node: Node, path: str, faults: Faults) -> list[WrittenJob] | None:
    """The jobs of an app, each with its name."""
    entries = keys.named(node, path, "jobs, each with a name", faults)
    return None if entries is None else [_job(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def _job(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenJob:
    if not is_name(key.text) or len(key.text) > _LONGEST_NAME:
        expected = f"a name of at most {_LONGEST_NAME} of a-z, 0-9, - and _, beginning with a letter"
        lowered = key.text.lower().replace(" ", "-")
        hint = f"did you mean {lowered}?" if is_name(lowered) and lowered != key.text else None
        faults.error(key.place, path, f"expected {expected}, read {shown(key.text)}", hint)
    found = keys.read(node, path, key.place, JOB, faults)
    for needed, hint in _NEEDED.items():
        if found is not None and needed not in found:
            faults.error(key.place, f"{path}.{needed}", f"`{needed}` is missing", hint)
    got = (found or {}).get
    return WrittenJob(
        key.place, path, key.text, got("when"), got("run"), got("size"), got("time_limit"), got("overlap"),
        got("retries"), got("catch_up"),
    )  # fmt: skip


def _when(node: Node, path: str, faults: Faults) -> Times:
    listed = isinstance(node, tree.Sequence)
    nodes = node.items if isinstance(node, tree.Sequence) else [node]
    if not nodes:
        faults.error(node.place, path, "the list of phrases is empty", f"say {TIME_SHAPE}")
    read = [_phrase(item, f"{path}[{index}]" if listed else path, faults) for index, item in enumerate(nodes)]
    return Times(tuple(read), tuple(item.place for item in nodes))


def _phrase(node: Node, path: str, faults: Faults) -> DayTime | None:
    return parsed(node, path, faults, TIME_SHAPE, lambda text: day_time(text, faults.calendars))


def _run(node: Node, path: str, faults: Faults) -> str | None:
    """A command on one line."""
    expected = "a command on one line, such as python invoice.py"
    written = values.scalar(node, path, faults, expected)
    if written is None:
        return None
    text = written.text.strip()
    if not text or not text.isprintable():
        hint = "put several commands into a script of the app" if text else None
        faults.error(node.place, path, f"expected {expected}, read {values.what(node)}", hint)
        return None
    if len(text) > LONGEST_COMMAND:
        message = f"a command has at most {LONGEST_COMMAND} characters, and this one {len(text)}"
        faults.error(node.place, path, message, "put it into a script of the app")
        return None
    return text


def _time_limit(node: Node, path: str, faults: Faults) -> int | None:
    length = values.length(node, path, faults)
    if length is None or length <= LONGEST:
        return length
    message = f"Heroku lets a one-off dyno run for 24h at most, read {values.what(node)}"
    hint = "say at most 24h; what takes longer is work for a process type with a window"
    faults.error(node.place, path, message, hint)
    return None


def _overlap(node: Node, path: str, faults: Faults) -> Overlap | None:
    legal = get_args(Overlap)
    word = values.word(node, path, faults)
    if word is None or word in legal:
        return cast(Overlap | None, word)
    expected = "skip, queue or allow"
    faults.error(node.place, path, f"expected {expected}, read {shown(word)}", did_you_mean(word, legal))
    return None


def _retries(node: Node, path: str, faults: Faults) -> int | None:
    number = values.number(node, path, faults)
    if number is None or number <= MOST_RETRIES:
        return number
    faults.error(node.place, path, f"expected at most {MOST_RETRIES} retries, read {number}")
    return None


JOB = keys.Keys(
    {
        "when": _when,
        "run": _run,
        "size": values.size,
        "time_limit": _time_limit,
        "overlap": _overlap,
        "retries": _retries,
        "catch_up": values.length,
    }
)

_NEEDED = {
    "when": f"say {TIME_SHAPE}",
    "run": "say which command, such as run: python invoice.py",
}
