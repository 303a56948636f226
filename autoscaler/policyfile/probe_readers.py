"""The readers of an app's `probes`."""

from typing import Any

from autoscaler.core.probes import (
    Counted,
    Counter,
    HttpProbe,
    Lists,
    PostgresProbe,
    Probe,
    Queues,
    RedisProbe,
    SortedSets,
    Tool,
)
from autoscaler.policyfile import keys, probe_values, tree
from autoscaler.policyfile.dayphrases import is_name
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.queries import EXAMPLE
from autoscaler.policyfile.spelling import nearest, shown
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.written import Written, WrittenProbe

Found = dict[str, Written[Any]]

PREFIXES: dict[Tool, str] = {"sidekiq": "", "rq": "rq:", "celery": "", "resque": "resque:"}
"""What the keys of each tool begin with, unless its settings say otherwise."""

_FORMS = (*PREFIXES, "lists", "sorted_sets", "key")


def probes(node: Node, path: str, faults: Faults) -> list[WrittenProbe] | None:
    """The probes of an app, each with its name."""
    entries = keys.named(node, path, "probes, each with a name", faults)
    return None if entries is None else [_probe(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def _probe(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenProbe:
    if not is_name(key.text):
        expected = "a name of a-z, 0-9, - and _, beginning with a letter"
        lowered = key.text.lower().replace(" ", "-")
        hint = f"did you mean {lowered}?" if is_name(lowered) else None
        faults.error(key.place, path, f"expected {expected}, read {shown(key.text)}", hint)
    if isinstance(node, tree.Mapping):
        return WrittenProbe(key.place, path, key.text, _of_a_kind(key, node, path, faults))
    faults.hide(node.place)
    faults.error(
        key.place,
        path,
        "expected a mapping with postgres, redis or http",
        "such as {postgres: SHOP_DATABASE_URL, query: ...}",
    )
    return WrittenProbe(key.place, path, key.text, None)


def _of_a_kind(key: Scalar, node: tree.Mapping, path: str, faults: Faults) -> Probe | None:
    kinds = [kind for kind in KINDS if kind in node.entries]
    if len(kinds) != 1:
        _no_kind(key, node, kinds, path, faults)
        return None
    before = len(faults.found)
    found = keys.read(node, path, key.place, KINDS[kinds[0]], faults) or {}
    needed, message, hint = _NEEDED[kinds[0]]
    if not found.keys() & needed and len(found) == len(node.entries):  # else it is there, misspelt
        faults.error(key.place, f"{path}.{needed[0]}" if len(needed) == 1 else path, message, hint)
    _check_forms(found, faults)
    return _made(found) if len(faults.found) == before else None


def _no_kind(key: Scalar, node: tree.Mapping, kinds: list[str], path: str, faults: Faults) -> None:
    for _, value in node.entries.values():
        faults.hide(value.place)  # none of them is looked at
    if kinds:
        faults.error(key.place, path, f"the probe asks {' and '.join(kinds)}", "make a probe of each")
        return
    for written, _ in node.entries.values():
        near = nearest(written.text, KINDS)
        if near:
            here = f"{path}.{written.text}"
            faults.error(written.place, here, f"there is no key {shown(written.text)} here", f"did you mean {near}?")
            return
    faults.error(key.place, path, "the probe names nobody to ask", "give postgres, redis or http")


def _check_forms(found: Found, faults: Faults) -> None:
    """A redis probe counts one thing, and only a tool's keys have a prefix of their own."""
    forms = [form for form in _FORMS if form in found]
    for form in forms[1:]:
        message = f"`{forms[0]}` and `{form}` are both given"
        faults.error(found[form].key, found[form].path, message, "make a probe of each")
    prefix = found.get("prefix")
    if prefix and forms and not found.keys() & PREFIXES.keys():
        message = f"`prefix` is about {', '.join(PREFIXES)}"
        faults.error(prefix.key, prefix.path, message, "write the keys in full, and remove it")


def _made(found: Found) -> Probe | None:
    """The probe of a mapping without faults."""
    value: dict[str, Any] = {name: written.value for name, written in found.items()}
    match value:
        case {"postgres": variable, "query": query}:
            return PostgresProbe(variable, query)
        case {"http": url, "field": field}:
            return HttpProbe(url, field, value.get("token"))
        case {"redis": variable}:
            return RedisProbe(variable, _counted(value))
    return None


def _counted(value: dict[str, Any]) -> Counted:
    match value:
        case {"lists": names}:
            return Lists(names)
        case {"sorted_sets": names}:
            return SortedSets(names)
        case {"key": name}:
            return Counter(name)
    tool = next(tool for tool in PREFIXES if tool in value)
    return Queues(tool, value[tool], value.get("prefix", PREFIXES[tool]))


_NAMES = dict.fromkeys((*PREFIXES, "lists", "sorted_sets"), probe_values.names)
KINDS: dict[str, keys.Keys] = {
    "postgres": keys.Keys({"postgres": probe_values.variable, "query": probe_values.query}),
    "redis": keys.Keys(
        {"redis": probe_values.variable, **_NAMES, "key": probe_values.key, "prefix": probe_values.prefix}
    ),
    "http": keys.Keys({"http": probe_values.address, "token": probe_values.variable, "field": probe_values.field}),
}
"""The keys of a probe of each kind; the first is its kind."""

_NEEDED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "postgres": (("query",), "`query` is missing", f"say {EXAMPLE}"),
    "redis": (_FORMS, "it is not said what to count", f"give one of {', '.join(_FORMS)}"),
    "http": (("field",), "`field` is missing", "say which field of the JSON holds the number"),
}
