"""YAML as it looks: a tree of texts with the place of every key and value.

The C parser's events are read straight into nodes. Scalars stay texts, so `22:00`, `no` and `010` are what was
written; what is a number is decided by whoever expects one. What YAML allows and a policy file does not (tags,
merge keys, duplicate keys, aliases that explode, a second document) is refused here, with its place.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

Place = tuple[int, int]
"""Line and column, from 1, in code points."""

Report = Callable[[Place, str, str | None], None]
"""Takes a place, what is wrong there, and a hint."""

DEEPEST = 64
MOST_NODES = 500_000
"""Nodes of the tree with every alias written out: enough for 10,000 policies, small enough for a small dyno."""

_TOO_DEEP = f"nested more than {DEEPEST} levels deep"
_HINT = "check the indentation, colons and quotes here"
_HINTS = {
    "mapping values are not allowed": "is this line indented as its neighbours, and a value with a colon in quotes?",
    "expected ',' or": "a bracket or brace is not closed, or a comma is missing",
    "cannot start any token": "put a value that begins with this character in quotes",
    "unexpected end of stream": "a quote is not closed",
}

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True, eq=False)
class Scalar:
    """A text. `plain` is false where it was quoted or a block."""

    place: Place
    text: str
    plain: bool

    @property
    def empty(self) -> bool:
        """Whether nothing is written: YAML's null."""
        return self.plain and self.text in _NULLS


@dataclass(slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    place: Place
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys and their values, in the order in which they are written."""

    place: Place
    entries: "dict[str, tuple[Scalar, Node]]" = field(default_factory=dict)

    @property
    def first_key(self) -> Place:
        """The place of the first key: where a fault of the whole mapping is shown."""
        return next((key.place for key, _ in self.entries.values()), self.place)


Node = Scalar | Sequence | Mapping


def parse(text: str, report: Report) -> Node | None:
    """The tree of a document; None where it is empty or its syntax is broken. Faults go to `report`."""
    try:
        return _Builder(report).build(text)
    except _Refused as refused:
        report(*refused.fault)
        return None
    except yaml.MarkedYAMLError as error:
        report(*_syntax(error, text))
        return None


_NO_KEYS: dict[str, tuple[str, str | None]] = {
    "<<": ("merge keys are not allowed", "write the keys out"),
    **dict.fromkeys(_NULLS, ("a key is missing before the colon", None)),
}


class _Refused(Exception):
    """A fault after which there is no point in reading on."""

    def __init__(self, place: Place, message: str, hint: str | None = None) -> None:
        self.fault = (place, message, hint)


class _Builder:
    """Nodes from events. It descends with the file, which is never deeper than DEEPEST."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._anchors: dict[str, Node | None] = {}
        self._nodes = 0
        self._depth = 0
        self._next: Callable[[], Any] = lambda: None

    def build(self, text: str) -> Node | None:
        parser = yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
        self._next = parser.get_event
        root = None
        try:
            while type(event := self._next()) is not yaml.StreamEndEvent:
                if type(event) is yaml.DocumentStartEvent:
                    if root is not None:
                        raise _Refused(_place(event), "a second document begins here", "keep everything in one")
                    root = self._node(self._next())
        finally:
            parser.dispose()
        return root

    def _node(self, event: Any) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _Refused(_place(event), f"more than {MOST_NODES:,} values (aliases written out)")
        kind = type(event)
        if kind is yaml.ScalarEvent:
            mark = event.start_mark
            scalar = Scalar((mark.line + 1, mark.column + 1), event.value, not event.style)
            if event.anchor is not None or event.tag is not None:
                self._name(event, scalar)
            return scalar
        if kind is yaml.AliasEvent:
            return self._meant(event)
        return self._collection(event, kind is yaml.MappingStartEvent)

    def _collection(self, event: Any, is_mapping: bool) -> Node:
        self._name(event, None)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Refused(_place(event), _TOO_DEEP)
        node = self._mapping(_place(event)) if is_mapping else self._sequence(_place(event))
        self._depth -= 1
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _sequence(self, place: Place) -> Sequence:
        sequence = Sequence(place)
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            sequence.items.append(self._node(event))
        return sequence

    def _mapping(self, place: Place) -> Mapping:
        mapping = Mapping(place)
        entries = mapping.entries
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key, value = self._node(event), self._node(self._next())
            if type(key) is Scalar and key.text not in entries and not (key.plain and key.text in _NO_KEYS):
                entries[key.text] = (key, value)
            else:
                self._bad_key(mapping, key)
        return mapping

    def _bad_key(self, mapping: Mapping, key: Node) -> None:
        if not isinstance(key, Scalar):
            self._report(key.place, "a key must be a plain word, not a list or a mapping", None)
        elif key.text in mapping.entries:
            first = mapping.entries[key.text][0].place[0]
            message = f"the key {key.text} is on line {first} and again on line {key.place[0]}"
            self._report(key.place, message, "keep one of the two")
        else:
            self._report(key.place, *_NO_KEYS[key.text])

    def _name(self, event: Any, node: Node | None) -> None:
        """Note what an anchor stands for; None while that is being read."""
        if event.tag is not None:
            self._report(_place(event), f"the tag {event.tag} is not allowed", "write the plain value")
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _meant(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise _Refused(_place(event), f"the alias *{event.anchor} names nothing above it", "define it with & first")
        node = self._anchors[event.anchor]
        if node is None:
            raise _Refused(_place(event), f"the alias *{event.anchor} contains itself")
        self._nodes += _size(node) - 1
        return node


def _size(node: Node) -> int:
    """How many nodes it is with every alias in it written out, as far as that matters."""
    count, waiting = 0, [node]
    while waiting and count <= MOST_NODES:
        here = waiting.pop()
        count += 1
        if isinstance(here, Sequence):
            waiting += here.items
        elif isinstance(here, Mapping):
            waiting += [part for entry in here.entries.values() for part in entry]
    return count


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax(error: yaml.MarkedYAMLError, text: str) -> tuple[Place, str, str | None]:
    """The parser's complaint in our words where we know better."""
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if line > len(lines):  # the parser stands behind the end of the file
        line, column = len(lines), len(lines[-1]) + 1
    indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    if "\t" in indent:
        return (line, indent.index("\t") + 1), "a tab indents this line", "indent with spaces: YAML allows no tabs"
    problem = error.problem or "it cannot be read"
    if "nesting depth" in problem:  # libyaml has a limit of its own, and looks ahead
        return (line, column), _TOO_DEEP, None
    context = f" {error.context}" if error.context else ""
    hint = next((hint for part, hint in _HINTS.items() if part in problem), _HINT)
    return (line, column), f"this is no YAML: {problem}{context}", hint
