"""The single values of a probe."""

from urllib.parse import urlsplit

from autoscaler.policyfile import tree, values
from autoscaler.policyfile.dayphrases import PhraseError
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.queries import EXAMPLE, check
from autoscaler.policyfile.spelling import shown
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.variables import variable_of
from autoscaler.policyfile.window_readers import inside

_HERE = frozenset({"localhost", "127.0.0.1"})
_LONGEST = 200

variable = variable_of("the probe", "SHOP_DATABASE_URL")


def query(node: Node, path: str, faults: Faults) -> str | None:
    written = values.scalar(node, path, faults, f"a query such as {EXAMPLE}")
    if written is None:
        return None
    try:
        check(written.text)
    except PhraseError as error:
        faults.error(inside(written, error.at, faults), path, error.message, error.hint)
    return written.text.strip().rstrip(";")


def address(node: Node, path: str, faults: Faults) -> str | None:
    text = node.text.strip() if isinstance(node, Scalar) else ""
    wrong = _wrong_with(text)
    if wrong:
        faults.hide(node.place)
        faults.error(node.place, path, *wrong)
    return text


def _wrong_with(url: str) -> tuple[str, str | None] | None:
    """What is wrong with the address of a probe, and a hint; it may be a secret and is not quoted."""
    try:
        address = urlsplit(url)
        port, host = address.port, address.hostname
    except ValueError:
        return "the address cannot be read", "write https://, a host and a path"
    if address.scheme not in {"http", "https"} or not host or port == 0 or not url.isprintable() or " " in url:
        return "expected an address that begins with https://", "write https://, a host and a path"
    if address.scheme == "http" and host not in _HERE:
        return "the address begins with http://, and a token would go out in the clear", "write https://"
    if "@" in address.netloc:
        return (
            "a user or a password is written in the address",
            "put the secret into a variable, and say token: ITS_NAME",
        )
    return None


def field(node: Node, path: str, faults: Faults) -> tuple[str, ...] | None:
    written = values.scalar(node, path, faults, "the way to a field, such as jobs.unfinished")
    if written is None:
        return None
    parts = tuple(written.text.strip().split("."))
    if not all(parts) or not written.text.isprintable() or len(written.text) > _LONGEST:
        message = f"expected the way to a field, such as jobs.unfinished, read {values.what(node)}"
        faults.error(node.place, path, message, "write the names with a dot between them")
    return parts


def names(node: Node, path: str, faults: Faults) -> tuple[str, ...] | None:
    """One name or a list of them, each once."""
    texts = values.texts(node, path, faults)
    if texts is None:
        return None
    seen: set[str] = set()
    for text, place in texts:
        if text in seen:
            faults.error(place, path, f"{shown(text)} is named twice, and would count twice", "name it once")
        seen.add(text)
        _check_key(text, place, path, faults)
    return tuple(text for text, _ in texts)


def key(node: Node, path: str, faults: Faults) -> str | None:
    text = values.word(node, path, faults)
    if text is not None:
        _check_key(text, node.place, path, faults)
    return text


def _check_key(text: str, place: tree.Place, path: str, faults: Faults) -> None:
    if not text or len(text) > _LONGEST or not text.isprintable():
        faults.error(place, path, f"expected a name of 1 to {_LONGEST} letters on one line, read {shown(text)}")


def prefix(node: Node, path: str, faults: Faults) -> str | None:
    """What a tool's keys begin with; it may be nothing, in quotes."""
    text = values.word(node, path, faults)
    if text:
        _check_key(text, node.place, path, faults)
    return text
