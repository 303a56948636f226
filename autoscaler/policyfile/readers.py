"""The readers of a policy file: each key by itself, so that one fault hides no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autoscaler.core.windows import Phrase
from autoscaler.policyfile import tree, values
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.phrases import SHAPE, PhraseError, phrase
from autoscaler.policyfile.spelling import nearest, shown
from autoscaler.policyfile.tree import Node, Place, Scalar
from autoscaler.policyfile.written import (
    When,
    Written,
    WrittenApp,
    WrittenFile,
    WrittenLimits,
    WrittenType,
    WrittenWindow,
)

_LATER_EVERYWHERE = {"on_manual_change", "settle", "at_once", "notify", "business_calendar"}


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys that a mapping may have; `later` are known to the language and not to this version."""

    readers: Mapping[str, Callable[[Node, str, Faults], Any]]
    later: frozenset[str] = frozenset()


def written_file(root: Node | None, faults: Faults) -> WrittenFile | None:
    """The whole file; None where it holds nothing to read."""
    if root is None or (isinstance(root, Scalar) and root.empty):
        if not faults.fatal:
            faults.error((1, 1), "", "the file is empty", "it needs at least `timezone` and `apps`")
        return None
    found = _read(root, "", (1, 1), _FILE, faults)
    if found is None:
        return None
    if "apps" not in found and isinstance(root, tree.Mapping):
        faults.error(root.first_key, "apps", "`apps` is missing", "name the apps and their formations")
    apps = found.get("apps")
    return WrittenFile(found.get("timezone"), (apps.value or []) if apps else [])


def _read(node: Node, path: str, parent: Place, keys: _Keys, faults: Faults) -> dict[str, Written[Any]] | None:
    """Each known key of a mapping, read; whatever else is in it is a fault."""
    if not isinstance(node, tree.Mapping):
        expected = f"a mapping with keys such as {', '.join(list(keys.readers)[:3])}"
        place = parent if isinstance(node, Scalar) and node.empty else node.place
        faults.error(place, path, f"expected {expected}, read {values.what(node)}")
        return None
    found: dict[str, Written[Any]] = {}
    for name, (key, value) in node.entries.items():
        here = f"{path}.{name}" if path else name
        reader = keys.readers.get(name)
        if reader is None:
            _unknown(key, here, keys, faults)
        elif isinstance(value, Scalar) and value.empty:
            faults.error(key.place, here, f"`{name}` has no value", "give it one, or remove the key")
            found[name] = Written(None, value.place, here, key.place)
        else:
            found[name] = Written(reader(value, here, faults), value.place, here, key.place)
    return found


def _unknown(key: Scalar, path: str, keys: _Keys, faults: Faults) -> None:
    if key.text in keys.later:
        faults.error(key.place, path, f"`{key.text}` is not supported yet", "remove it: it would have no effect")
        return
    near = nearest(key.text, keys.readers)
    belongs = next((level for level, other in _LEVELS.items() if key.text in other.readers), None)
    hint = f"the keys here are {', '.join(keys.readers)}"
    if near:
        hint = f"did you mean {near}?"
    elif belongs:
        hint = f"`{key.text}` belongs to {belongs}; {hint}"
    faults.error(key.place, path, f"there is no key {shown(key.text)} here", hint)


def _apps(node: Node, path: str, faults: Faults) -> list[WrittenApp] | None:
    entries = _named(node, path, "apps, each with a formation", faults)
    return None if entries is None else [_app(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def _app(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenApp:
    _app_name(key, path, faults)
    found = _read(node, path, key.place, _APP, faults)
    if found is not None and "formation" not in found:
        faults.error(key.place, f"{path}.formation", "`formation` is missing", "name the app's process types in it")
    formation = found.get("formation") if found else None
    return WrittenApp(
        key.place,
        path,
        key.text,
        found.get("timezone") if found else None,
        (formation.value or []) if formation else [],
    )


def _app_name(key: Scalar, path: str, faults: Faults) -> None:
    name = key.text
    if set(name) & set("*?[]"):
        faults.error(key.place, path, f"the glob {shown(name)} is not supported yet", "name the app in full")
    elif not (3 <= len(name) <= 30 and _is_app_name(name)):
        expected = "3 to 30 of a-z, 0-9 and -, beginning with a letter and ending with a letter or digit"
        lowered = name.lower().replace("_", "-")
        hint = f"did you mean {lowered}?" if lowered != name and _is_app_name(lowered) else None
        faults.error(key.place, path, f"expected an app's name ({expected}), read {shown(name)}", hint)


def _is_app_name(name: str) -> bool:
    """Heroku's rule: ^[a-z][a-z0-9-]{1,28}[a-z0-9]$ (Platform API schema, app name)."""
    legal = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    return bool(name) and set(name) <= legal and name[0].isalpha() and name[-1] != "-"


def _types(node: Node, path: str, faults: Faults) -> list[WrittenType] | None:
    entries = _named(node, path, "process types such as web or worker", faults)
    return None if entries is None else [_type(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def _type(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenType:
    name = key.text
    # Heroku's rule: ^[-\w]{1,128}$ (Platform API schema, formation type), in ASCII.
    if not (name.isascii() and len(name) <= 128 and name.replace("-", "_").replace("_", "a").isalnum()):
        faults.error(
            key.place, path, f"expected a process type (1 to 128 letters, digits, - and _), read {shown(name)}"
        )
    found = _read(node, path, key.place, _TYPE, faults)
    if found is not None and "quantity" not in found:
        faults.error(key.place, f"{path}.quantity", "`quantity` is missing", "it holds outside every window")
    got = (found or {}).get
    return WrittenType(
        key.place, path, name, got("timezone"), got("quantity"), got("size"), got("limits"), got("allow_zero"),
        got("windows"),
    )  # fmt: skip


def _windows(node: Node, path: str, faults: Faults) -> list[WrittenWindow] | None:
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
    found = _read(node, path, place, _WINDOW, faults)
    written = set(node.entries) if isinstance(node, tree.Mapping) else set()
    deferred = bool(written & _WINDOW.later)
    if found is not None and "when" not in found and not written & {"cron", "for"}:
        faults.error(place, f"{path}.when", "`when` is missing", f"say {SHAPE}")
    got = (found or {}).get
    return WrittenWindow(
        place, path, got("name"), got("when"), got("quantity"), got("size"), got("lead"), deferred or found is None
    )


def _limits(node: Node, path: str, faults: Faults) -> WrittenLimits | None:
    found = _read(node, path, node.place, _LIMITS, faults)
    if found is None:
        return None
    if not found and isinstance(node, tree.Mapping) and not node.entries:
        faults.error(node.place, path, "the limits are empty", "give min, max or both")
    return WrittenLimits(found.get("min"), found.get("max"))


def _when(node: Node, path: str, faults: Faults) -> When | None:
    if not isinstance(node, tree.Sequence):
        return _phrases([node], path, faults)
    if not node.items:
        faults.error(node.place, path, "the list of phrases is empty", f"say {SHAPE}")
    return _phrases(node.items, path, faults, listed=True)


def _phrases(nodes: list[Node], path: str, faults: Faults, *, listed: bool = False) -> When:
    read: list[Phrase | None] = []
    for index, node in enumerate(nodes):
        read.append(_phrase(node, f"{path}[{index}]" if listed else path, faults))
    text = ", ".join(" ".join(node.text.split()) for node in nodes if isinstance(node, Scalar))
    return When(tuple(read), text, tuple(node.place for node in nodes))


def _phrase(node: Node, path: str, faults: Faults) -> Phrase | None:
    written = values.scalar(node, path, faults, SHAPE)
    if written is None:
        return None
    try:
        return phrase(written.text)
    except PhraseError as error:
        faults.error(_inside(written, error.at, faults), path, error.message, error.hint)
        return None


def _inside(written: Scalar, at: int, faults: Faults) -> Place:
    """The place of a character of a text, where the text stands on one line as it is."""
    line, column = written.place
    start = column - 1 + (0 if written.plain else 1)
    source = faults.lines[line - 1] if line <= len(faults.lines) else ""
    if source[start : start + len(written.text)] != written.text:
        return written.place
    return line, start + 1 + min(at, max(len(written.text) - 1, 0))


def _named(node: Node, path: str, expected: str, faults: Faults) -> list[tuple[Scalar, Node]] | None:
    if isinstance(node, tree.Mapping) and node.entries:
        return list(node.entries.values())
    read = "an empty mapping" if isinstance(node, tree.Mapping) else values.what(node)
    faults.error(node.place, path, f"expected {expected}, read {read}")
    return None


_FILE = _Keys({"timezone": values.timezone, "apps": _apps}, frozenset({"calendars", *_LATER_EVERYWHERE}))
_APP = _Keys({"timezone": values.timezone, "formation": _types}, frozenset({"probes", "jobs", *_LATER_EVERYWHERE}))
_TYPE = _Keys(
    {
        "quantity": values.quantity,
        "size": values.size,
        "limits": _limits,
        "allow_zero": values.flag,
        "timezone": values.timezone,
        "windows": _windows,
    },
    frozenset(_LATER_EVERYWHERE),
)
_WINDOW = _Keys(
    {
        "name": values.name,
        "when": _when,
        "quantity": values.quantity,
        "size": values.size,
        "lead": values.lead,
    },
    frozenset({"except", "cron", "for", "unbroken", "close"}),
)
_LIMITS = _Keys({"min": values.number, "max": values.number})
_LEVELS = {"the top of the file": _FILE, "an app": _APP, "a process type": _TYPE, "a window": _WINDOW}
