"""The single values of a probe.

A probe names environment variables. Whoever writes a URL or a token where a name is expected has put a secret into the
file: neither it nor the rest of its line is shown.
"""

import re
from urllib.parse import urlsplit

from autoscaler.policyfile import tree, values
from autoscaler.policyfile.dayphrases import PhraseError
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.queries import EXAMPLE, check
from autoscaler.policyfile.spelling import shown
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.window_readers import inside

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
_REFERENCE = re.compile(r"\$(?:([A-Z_][A-Z0-9_]*)|\{([A-Z_][A-Z0-9_]*)\})")
_OURS = {
    "DATABASE_URL": "is where this program keeps its own records",
    "HEROKU_API_KEY": "is this program's own token, which goes to Heroku alone",
}
_HERE = frozenset({"localhost", "127.0.0.1"})
_LONGEST = 200


def variable(node: Node, path: str, faults: Faults) -> str | None:
    """The name of an environment variable that is not one of ours."""
    text = node.text.strip() if isinstance(node, Scalar) else ""
    if not _VARIABLE.fullmatch(text):
        faults.hide(node.place)
        reference = _REFERENCE.fullmatch(text)
        url = "://" in text
        read = "a URL, which is a secret" if url else "something else, which may be a secret"
        hint = "put it into a variable of the autoscaler's app, and write the variable's name: A-Z, 0-9 and _"
        if reference:
            read, hint = "a reference to one", f"did you mean {reference[1] or reference[2]}?"
        faults.error(node.place, path, f"expected the name of an environment variable, read {read}", hint)
        return None
    ours = _OURS.get(text) or ("is a setting of this program" if text.startswith("AUTOSCALER_") else None)
    if ours:
        faults.error(
            node.place, path, f"{text} {ours}", "give the probe a variable of its own, such as SHOP_DATABASE_URL"
        )
    return text


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
