"""The readers of `notify`: who is told of what."""

from collections.abc import Iterator

from autoscaler.core.notices import TOPICS, Topic, Way
from autoscaler.policyfile import keys, tree, values
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import did_you_mean, nearest, shown
from autoscaler.policyfile.tree import Node
from autoscaler.policyfile.variables import variable_of
from autoscaler.policyfile.written import WrittenNotice, value_of

USUAL: frozenset[Topic] = frozenset(TOPICS) - {"scaled"}
"""What is told where `on` says nothing: what a person may want to do something about."""

_EXAMPLE = "such as {slack: OPS_SLACK_URL}"


def notices(node: Node, path: str, faults: Faults) -> list[WrittenNotice] | None:
    """The receivers, each named once."""
    if not isinstance(node, tree.Sequence):
        faults.hide(node.place)
        message = f"expected a list of receivers, read {_kind(node)}"
        faults.error(node.place, path, message, f"begin each with a dash, {_EXAMPLE}")
        return None
    if not node.items:
        faults.error(node.place, path, "the list of receivers is empty", "remove the key")
    read = [_notice(item, f"{path}[{index}]", faults) for index, item in enumerate(node.items)]
    found = [notice for notice in read if notice is not None]
    _check_twice(found, faults)
    return found


def _notice(node: Node, path: str, faults: Faults) -> WrittenNotice | None:
    ways = [way for way in NOTICES if isinstance(node, tree.Mapping) and way in node.entries]
    if len(ways) != 1 or not isinstance(node, tree.Mapping):
        _no_way(node, ways, path, faults)
        return None
    found = keys.read(node, path, node.first_key, NOTICES[ways[0]], faults) or {}
    url, secret, topics = (value_of(found.get(key)) for key in (ways[0], "secret", "on"))
    if topics is None:
        topics = frozenset() if ways[0] == "heartbeat" else USUAL
    return None if url is None else WrittenNotice(node.first_key, path, ways[0], url, secret, topics)


def _no_way(node: Node, ways: list[Way], path: str, faults: Faults) -> None:
    """Neither of these is looked at: what stands there may be an address."""
    expected = f"expected one of {', '.join(NOTICES)} with the name of a variable"
    if not isinstance(node, tree.Mapping):
        faults.hide(node.place)
        faults.error(node.place, path, f"{expected}, read {_kind(node)}", _EXAMPLE)
        return
    for _, value in node.entries.values():
        faults.hide(value.place)
    if ways:
        faults.error(node.first_key, path, f"the receiver is {' and '.join(ways)}", "make an item of each")
        return
    for written, _ in node.entries.values():
        near = nearest(written.text, NOTICES)
        if near:
            here = f"{path}.{written.text}"
            faults.error(written.place, here, f"there is no key {shown(written.text)} here", f"did you mean {near}?")
            return
    faults.error(node.first_key, path, "the receiver has no address", f"give one of {', '.join(NOTICES)}, {_EXAMPLE}")


def _topics(node: Node, path: str, faults: Faults) -> frozenset[Topic]:
    return frozenset(_known(node, path, faults))


def _known(node: Node, path: str, faults: Faults) -> Iterator[Topic]:
    for text, place in values.texts(node, path, faults) or ():
        topic = next((topic for topic in TOPICS if topic == text), None)
        if topic is not None:
            yield topic
        else:
            hint = did_you_mean(text, TOPICS, f"the topics are {', '.join(TOPICS)}")
            faults.error(place, path, f"there is no topic {shown(text)}", hint)


def _check_twice(found: list[WrittenNotice], faults: Faults) -> None:
    seen: dict[tuple[Way, str], WrittenNotice] = {}
    for notice in found:
        first = seen.setdefault((notice.way, notice.url), notice)
        if first is not notice:
            message = f"{notice.url} is named on line {first.place[0]}, too: it would be told everything twice"
            faults.error(notice.place, notice.path, message, "put the topics of both into one `on`")


def _kind(node: Node) -> str:
    """What stands there, unquoted: it may be an address."""
    return "a text" if isinstance(node, tree.Scalar) and not node.empty else values.what(node)


_URL = variable_of("the receiver", "OPS_SLACK_URL")
NOTICES: dict[Way, keys.Keys] = {
    "slack": keys.Keys({"slack": _URL, "on": _topics}),
    "webhook": keys.Keys({"webhook": _URL, "secret": variable_of("the secret", "OPS_HOOK_SECRET"), "on": _topics}),
    "heartbeat": keys.Keys({"heartbeat": _URL}),
}
"""The keys of a receiver of each way."""
