"""What a line's shell command scales: `heroku ps:scale web=2 worker=1:standard-2x -a shop`.

Nothing is run. Of a command only app names, process types, quantities and sizes are ever shown: the rest may hold a
token.
"""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autoscaler.core.sizes import SIZES
from autoscaler.policyfile.moving.week import Setting

_SCALE = {"ps:scale", "dyno:scale", "scale"}
_RESIZE = {"ps:resize", "ps:type", "dyno:resize", "resize"}
_SETTING = re.compile(r"([-\w]{1,128})=([0-9]{1,4})(?::([A-Za-z0-9.-]+))?", re.ASCII)
_RELATIVE = re.compile(r"([-\w]*\w)=?[+-]=?[0-9]+", re.ASCII)
_TYPE = re.compile(r"([-\w]{1,128})[=+-]", re.ASCII)
_OPERATORS = {";", "&&", "||", "|", "&", "(", ")"}
_OLD_SIZES = {"hobby": "basic", "1x": "standard-1x", "2x": "standard-2x", "px": "performance-l"}
_CONDITIONS = {"if", "[", "[[", "test", "case", "while", "until", "for", "sleep"}
_APP = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]", re.ASCII)


@dataclass(slots=True)
class Scaling:
    """What a command scales; `troubles` are what could not be read of it, by the process type concerned or None."""

    app: str | None = None
    settings: dict[str, Setting] = field(default_factory=dict)
    troubles: list[tuple[str | None, str]] = field(default_factory=list)


def scalings(command: str) -> list[Scaling]:
    """Each `ps:scale` of a shell command in order; none where it has none."""
    try:
        words = _words(command)
    except ValueError:  # a quotation that does not end
        found = Scaling(troubles=[(None, "its quotation marks do not match")])
        return [found] if "ps:scale" in command else []
    return list(_scalings(words, _condition(command, words)))


def scales(command: str) -> bool:
    """Whether a command is about the formation at all."""
    return re.search(r"\bheroku\b.*\b(?:ps:|dyno:)?(?:scale|resize|type)\b", command) is not None


def _words(command: str) -> list[str]:
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words = list(lexer)
    inner = _shell(words)
    return _words(inner) if inner is not None else words


def _shell(words: Sequence[str]) -> str | None:
    """The command of `bash -lc "..."`."""
    for at, word in enumerate(words[:-2]):
        if word.rpartition("/")[2] in {"sh", "bash", "zsh"} and re.fullmatch(r"-[a-z]*c", words[at + 1]):
            return words[at + 2]
    return None


def _condition(command: str, words: Sequence[str]) -> str | None:
    if any(word in _CONDITIONS for word in words) or "||" in words:
        return "its command has a condition, or waits"
    if "`" in command or "$(" in command:
        return "its command has a substitution"
    return None


def _scalings(words: Sequence[str], condition: str | None) -> Iterator[Scaling]:
    for segment in _segments(words):
        at = next((at for at, word in enumerate(segment) if word.rpartition("/")[2] == "heroku"), None)
        if at is None or at + 1 >= len(segment):
            continue
        verb, arguments = segment[at + 1], segment[at + 2 :]
        if verb in _RESIZE or verb in _SCALE:
            found = _read(arguments, segment[:at])
            if verb in _RESIZE:
                found.troubles = [(_type(word), "it sets a size alone") for word in arguments if "=" in word]
            if condition is not None:
                found.troubles += [(name, condition) for name in found.settings] or [(None, condition)]
            yield found


def _segments(words: Sequence[str]) -> Iterator[list[str]]:
    segment: list[str] = []
    for word in [*words, ";"]:
        if word in _OPERATORS:
            yield segment
            segment = []
        else:
            segment.append(word)


def _read(arguments: Sequence[str], before: Sequence[str]) -> Scaling:
    found = Scaling(_named({word.partition("=")[0]: word.partition("=")[2] for word in before}.get("HEROKU_APP")))
    rest = iter(arguments)
    for word in rest:
        if word in {"-a", "--app"}:
            found.app = _named(next(rest, None))
        elif word in {"-r", "--remote"}:
            next(rest, None)
            found.troubles.append((None, "its app is the one of a git remote: write -a APP"))
        elif word.startswith("--app=") or (word.startswith("-a") and len(word) > 2):
            found.app = _named(word.removeprefix("--app=").removeprefix("-a").removeprefix("="))
        elif word.startswith(">") or word.endswith((">", ">&", ">>")):
            break  # where its output goes
        elif not word.startswith("-"):
            _setting(word, found)
    return found


def _setting(word: str, found: Scaling) -> None:
    written = _SETTING.fullmatch(word)
    if written is None:
        relative = _RELATIVE.fullmatch(word)
        reason = "it adds to what is there, and a window has no such quantity" if relative else "it is no quantity"
        if "=" in word or relative:
            found.troubles.append((_type(word), reason))
        return
    name, quantity, size = written[1], int(written[2]), (written[3] or "").lower()
    known = _OLD_SIZES.get(size, size)
    if known and known not in SIZES:
        found.troubles.append((name, f"there is no dyno size {known!r}"))
    found.settings[name] = Setting(quantity, known or None)


def _type(word: str) -> str | None:
    found = _TYPE.match(word)
    return found[1].rstrip("-") if found else None


def _named(app: str | None) -> str | None:
    """An app's name; None where it is none."""
    return app if app is not None and _APP.fullmatch(app) else None
