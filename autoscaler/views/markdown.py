"""Markdown as GitHub draws it: names cannot break out of it, and a page never grows too long for a comment."""

import re
from collections.abc import Sequence

MOST = 59_000
"""Characters of a page; GitHub's comments take 65,536."""

_LONGEST = 400
"""Characters of a text that is not ours."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]|^[-+=]")
_APART = "&#8203;"
"""A space without width: it keeps @name and #1 from becoming mentions, whatever is decoded before."""


def plain(text: str) -> str:
    """A text that Markdown and HTML show as it is, in one line: no markup, mention, reference or link of its own."""
    line = " ".join(text.split())
    line = "".join(character for character in line if character.isprintable())
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1] + "…"
    coded = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", line)
    coded = coded.replace("&#35;", f"&#35;{_APART}").replace("@", f"&#64;{_APART}")
    return coded.replace("://", f":{_APART}//").replace("www.", f"www{_APART}.").replace("WWW.", f"WWW{_APART}.")


def row(*cells: str) -> str:
    """A row of a table; the cells are Markdown."""
    return f"| {' | '.join(cells)} |"


def head(*cells: str) -> list[str]:
    """The first two lines of a table."""
    return [row(*cells), "|" + " --- |" * len(cells)]


class Page:
    """Lines of Markdown, of which never more are taken than fit."""

    def __init__(self, room: int = MOST) -> None:
        self.room = room
        self._lines: list[str] = []

    def add(self, lines: Sequence[str]) -> bool:
        """Take all of these lines, or none where they do not fit."""
        size = sum(len(line) + 1 for line in lines)
        if size > self.room:
            return False
        self.room -= size
        self._lines += lines
        return True

    def add_some(self, lines: Sequence[str], most: int) -> int:
        """Take the first of these lines, at most so many characters; how many were left out."""
        left, size = len(lines), 0
        for line in lines:
            size += len(line) + 1
            if size > most or not self.add([line]):
                break
            left -= 1
        return left

    @property
    def text(self) -> str:
        return "\n".join(self._lines).strip()
