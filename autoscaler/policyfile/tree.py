"""YAML as it looks: a tree of texts with the place of every key and value.

The C parser's events are read straight into nodes. Scalars stay texts, so `22:00`, `no` and `010` are what was
written; what is a number is decided by whoever expects one. What YAML allows and a policy file does not (tags,
merge keys, duplicate keys, aliases that explode, a second document) is refused here, with its place.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import yaml

Place = tuple[int, int]
"""Line and column, from 1, in code points."""

Report = Callable[[Place, str, str | None], None]
"""Takes a place, what is wrong there, and a hint."""

DEEPEST = 64
MOST_NODES = 500_000
"""Nodes of the tree with every alias written out: enough for 10,000 policies, small enough for a small dyno."""

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
    weight: int = 1

    @property
    def empty(self) -> bool:
        """Whether nothing is written: YAML's null."""
        return self.plain and self.text in _NULLS


@dataclass(slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    place: Place
    items: "list[Node]" = field(default_factory=list)
    weight: int = 1


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys and their values, in the order in which they are written."""

    place: Place
    entries: "dict[str, tuple[Scalar, Node]]" = field(default_factory=dict)
    weight: int = 1

    @property
    def first_key(self) -> Place:
        """The place of the first key: where a fault of the whole mapping is shown."""
        return next((key.place for key, _ in self.entries.values()), self.place)


Node = Scalar | Sequence | Mapping


def parse(text: str, report: Report) -> Node | None:
    """The tree of a document; None where it is empty or its syntax is broken. Faults go to `report`."""
    was_enabled = gc.isenabled()
    gc.disable()  # everything built here stays: looking for garbage would take longer than parsing
    try:
        return _Builder(report).build(text)
    except _Refused as refused:
        report(*refused.fault)
        return None
    except yaml.MarkedYAMLError as error:
        report(*_syntax(error, text))
        return None
    finally:
        if was_enabled:
            gc.enable()


class _Refused(Exception):
    """A fault after which there is no point in reading on."""

    def __init__(self, place: Place, message: str, hint: str | None = None) -> None:
        self.fault = (place, message, hint)


@dataclass(slots=True)
class _Frame:
    """A collection that is being read; `key` waits for its value."""

    node: Mapping | Sequence
    anchor: str | None
    key: Node | None = None


class _Builder:
    """Nodes from events, without recursion: the depth is the file's, not the interpreter's."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._open: list[_Frame] = []
        self._anchors: dict[str, Node | None] = {}
        self._root: Node | None = None

    def build(self, text: str) -> Node | None:
        documents = 0
        for event in _events(text):
            match event:
                case yaml.ScalarEvent():
                    self._begin(event)
                    self._place_node(Scalar(_place(event), event.value, not event.style), event.anchor)
                case yaml.MappingStartEvent():
                    self._enter(Mapping(_place(event)), event)
                case yaml.SequenceStartEvent():
                    self._enter(Sequence(_place(event)), event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    frame = self._open.pop()
                    self._place_node(frame.node, frame.anchor)
                case yaml.AliasEvent():
                    self._place_node(self._meant(event), None)
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise _Refused(_place(event), "a second document begins here", "keep everything in one")
        return self._root

    def _begin(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._report(_place(event), f"the tag {tag} is not allowed", "write the plain value")
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _enter(self, node: Mapping | Sequence, event: yaml.NodeEvent) -> None:
        self._begin(event)
        if len(self._open) >= DEEPEST:
            raise _Refused(node.place, f"nested more than {DEEPEST} levels deep")
        self._open.append(_Frame(node, event.anchor))

    def _meant(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            raise _Refused(_place(event), f"the alias *{event.anchor} names nothing above it", "define it with & first")
        node = self._anchors[event.anchor]
        if node is None:
            raise _Refused(_place(event), f"the alias *{event.anchor} contains itself")
        return node

    def _place_node(self, node: Node, anchor: str | None) -> None:
        """Put a finished node where it belongs: into the list, under the key that waits, or as the next key."""
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        frame = self._open[-1]
        frame.node.weight += node.weight
        if frame.node.weight > MOST_NODES:
            raise _Refused(node.place, f"more than {MOST_NODES:,} values (aliases written out)")
        if isinstance(frame.node, Sequence):
            frame.node.items.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            key, frame.key = frame.key, None
            self._add_entry(frame.node, key, node)

    def _add_entry(self, mapping: Mapping, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            self._report(key.place, "a key must be a plain word, not a list or a mapping", None)
        elif key.plain and key.text == "<<":
            self._report(key.place, "merge keys are not allowed", "write the keys out")
        elif key.empty:
            self._report(key.place, "a key is missing before the colon", None)
        elif key.text in mapping.entries:
            first = mapping.entries[key.text][0].place[0]
            message = f"the key {key.text} is on line {first} and again on line {key.place[0]}"
            self._report(key.place, message, "keep one of the two")
        else:
            mapping.entries[key.text] = (key, value)


def _events(text: str) -> Iterator[yaml.Event]:
    parser = yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
    try:
        while parser.check_event():
            yield parser.get_event()  # type: ignore[misc]  # after check_event there is one
    finally:
        parser.dispose()


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
    context = f" {error.context}" if error.context else ""
    hint = next((hint for part, hint in _HINTS.items() if part in problem), _HINT)
    return (line, column), f"this is no YAML: {problem}{context}", hint
