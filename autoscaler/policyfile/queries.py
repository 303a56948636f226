"""What the text of a probe's query tells: that it is one statement, and that it only reads.

PostgreSQL is the judge, and its read-only transaction the guard: this finds at `check` what would fail at night.
"""

import re

from autoscaler.policyfile.dayphrases import PhraseError

_SILENT = re.compile(
    r"\be'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(?P<tag>[a-z_]*)\$.*?\$(?P=tag)\$",
    re.I | re.S,
)
"""Strings, quoted names and comments."""

_DOES = (
    (re.compile(r"\binsert\s+into\b", re.I), "insert"),
    (re.compile(r"\bmerge\s+into\b", re.I), "merge"),
    (re.compile(r"\bdelete\s+from\b", re.I), "delete"),
    (re.compile(r"\bfor\s+(?:no\s+key\s+)?update\b|\bfor\s+(?:key\s+)?share\b", re.I), "lock rows"),
    (re.compile(r"\bupdate\s+(?:only\s+)?[^\s()]+\s.*?\bset\b", re.I | re.S), "update"),
    (re.compile(r"\binto\b", re.I), "make a table"),
)

EXAMPLE = "select count(*) from jobs where finished_at is null"

LONGEST = 5000
"""Characters: a longer one belongs into a view."""


def check(query: str) -> None:
    """That the query is one that reads, as far as its text tells. Raises PhraseError."""
    if len(query) > LONGEST:
        raise PhraseError(0, f"the query has more than {LONGEST:,} characters", "make a view of it, and count that")
    said = _SILENT.sub(lambda found: _blank(found[0]), query)
    first = re.search(r"[^\s(]+", said)
    if first is None:
        raise PhraseError(0, "the query is empty", f"say {EXAMPLE}")
    if not re.match(r"(?:select|with)\b", first[0], re.I):
        message = "expected a query that begins with select or with"
        raise PhraseError(first.start(), message, f"a probe reads one number: {EXAMPLE}")
    end = re.search(r";\s*\S", said)
    if end:
        raise PhraseError(end.start(), "a second statement follows the semicolon", "keep one that gives one number")
    for pattern, what in _DOES:
        found = pattern.search(said)
        if found:
            raise PhraseError(
                found.start(), f"the query would {what}, and a probe only reads", "leave a select that reads"
            )


def _blank(text: str) -> str:
    """As long as the text, and a word of its own that says nothing."""
    return " " * len(text) if text[:2] in {"--", "/*"} else "_" * len(text)
