"""A draft as the text of a policies.yaml, with its notes as comments."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from autoscaler.core.drafts import Draft, DraftApp, DraftType, DraftWindow

SCHEMA_LINE = "# yaml-language-server: $schema=./policies.schema.json"
"""By it an editor finds what `autoscaler schema` prints."""

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
"""What some reader of YAML takes for something else than a text."""


def policies_yaml(draft: Draft) -> str:
    """The whole file."""
    lines = [SCHEMA_LINE, *_comments(draft.notes), f"timezone: {draft.timezone}", "", "apps:"]
    for app in draft.apps:
        lines += _indented(_app(app), 2)
    return "\n".join(lines) + "\n"


def _app(app: DraftApp) -> Iterator[str]:
    yield f"{_name(app.name)}:"
    yield from _indented(_comments(app.notes), 2)
    yield "  formation:"
    for process in app.types:
        yield from _indented(_type(process), 4)


def _type(process: DraftType) -> Iterator[str]:
    yield f"{_name(process.name)}:"
    yield from _indented(_comments(process.notes), 2)
    if process.timezone is not None:
        yield f"  timezone: {process.timezone}"
    yield f"  quantity: {process.quantity}"
    if process.name == "web" and process.may_be_zero:
        yield "  allow_zero: true             # without it web is never scaled to 0"
    if process.size is not None:
        yield f"  size: {process.size}"
    yield from _indented(_windows(process.windows), 2)
    yield from _indented((f"# {line}" for line in _windows(process.examples)), 2)


def _windows(windows: Sequence[DraftWindow]) -> Iterator[str]:
    if not windows:
        return
    yield "windows:"
    for window in windows:
        first, *rest = _window(window)
        yield f"  - {first}"
        yield from _indented(rest, 4)


def _window(window: DraftWindow) -> Iterator[str]:
    if window.name is not None:
        yield f"name: {_text(window.name)}"
    if window.cron is not None:
        yield f"cron: {_text(window.cron[0])}"
        yield f"for: {window.cron[1]}"
    elif len(window.when) == 1:
        yield f"when: {window.when[0]}"
    else:
        yield "when:"
        yield from (f"  - {phrase}" for phrase in window.when)
    if window.quantity is not None:
        yield f"quantity: {window.quantity}"
    if window.size is not None:
        yield f"size: {window.size}"


def _comments(notes: Iterable[str]) -> Iterator[str]:
    """Each note on lines of its own, the later ones of a note a little to the right."""
    for note in notes:
        told = "".join(character if character.isprintable() else "?" for character in note)
        first, *rest = wrap(told, _WIDTH, break_on_hyphens=False) or [""]
        yield f"# {first}".rstrip()
        yield from (f"#   {line}" for line in rest)


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _name(text: str) -> str:
    """The name of an app or a process type, in quotes where it could be read as something else than a text."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else json.dumps(text)


def _text(text: str) -> str:
    """A text of a window's: bare where it is words."""
    bare = re.fullmatch(r"[A-Za-z][A-Za-z0-9_ -]*", text, re.ASCII) and text.lower() not in _WORDS
    return text.strip() if bare else json.dumps(text, ensure_ascii=False)
