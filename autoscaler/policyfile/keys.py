"""The keys of a mapping: each one that is known is read by itself, so that one fault hides no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autoscaler.policyfile import tree, values
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import nearest, shown
from autoscaler.policyfile.tree import Node, Place, Scalar
from autoscaler.policyfile.written import Written


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that a mapping may have."""

    readers: Mapping[str, Callable[[Node, str, Faults], Any]]


LEVELS: dict[str, Keys] = {}
"""The keys of every level of a file, by what people call it: a misplaced key is told where it belongs."""


def read(node: Node, path: str, parent: Place, keys: Keys, faults: Faults) -> dict[str, Written[Any]] | None:
    """Each known key of a mapping, read; whatever else is in it is a fault."""
    if not isinstance(node, tree.Mapping):
        expected = f"a mapping with keys such as {', '.join(list(keys.readers)[:3])}"
        place = parent if isinstance(node, Scalar) and node.empty else node.place
        faults.error(place, path, f"expected {expected}, read {values.what(node)}")
        return None
    found: dict[str, Written[Any]] = {}
    readers, inside = keys.readers, f"{path}." if path else ""
    for name, (key, value) in node.entries.items():
        here = inside + name
        reader = readers.get(name)
        if reader is None:
            _unknown(key, here, keys, faults)
        elif isinstance(value, Scalar) and value.empty:
            faults.error(key.place, here, f"`{name}` has no value", "give it one, or remove the key")
            found[name] = Written(None, value.place, here, key.place)
        else:
            found[name] = Written(reader(value, here, faults), value.place, here, key.place)
    return found


def _unknown(key: Scalar, path: str, keys: Keys, faults: Faults) -> None:
    near = nearest(key.text, keys.readers)
    belongs = next((level for level, other in LEVELS.items() if key.text in other.readers), None)
    hint = f"the keys here are {', '.join(keys.readers)}"
    if near:
        hint = f"did you mean {near}?"
    elif belongs:
        hint = f"`{key.text}` belongs to {belongs}; {hint}"
    faults.error(key.place, path, f"there is no key {shown(key.text)} here", hint)


def named(node: Node, path: str, expected: str, faults: Faults) -> list[tuple[Scalar, Node]] | None:
    if isinstance(node, tree.Mapping) and node.entries:
        return list(node.entries.values())
    read = "an empty mapping" if isinstance(node, tree.Mapping) else values.what(node)
    faults.error(node.place, path, f"expected {expected}, read {read}")
    return None
