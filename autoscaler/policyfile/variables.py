"""The names of environment variables, which the file has in place of secrets.

Whoever writes a URL or a token where a name is expected has put a secret into the file: neither it nor the rest of its
line is shown.
"""

import re

from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.values import Reader

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
_REFERENCE = re.compile(r"\$(?:([A-Z_][A-Z0-9_]*)|\{([A-Z_][A-Z0-9_]*)\})")
_OURS = {
    "DATABASE_URL": "is where this program keeps its own records",
    "HEROKU_API_KEY": "is this program's own token, which goes to Heroku alone",
}


def variable_of(whose: str, example: str) -> Reader[str]:
    """The reader of the name of an environment variable that is not one of ours; `whose` is what it is for."""

    def variable(node: Node, path: str, faults: Faults) -> str | None:
        text = node.text.strip() if isinstance(node, Scalar) else ""
        if not _VARIABLE.fullmatch(text):
            faults.hide(node.place)
            faults.error(node.place, path, *_no_name(text))
            return None
        ours = _OURS.get(text) or ("is a setting of this program" if text.startswith("AUTOSCALER_") else None)
        if ours:
            faults.error(node.place, path, f"{text} {ours}", f"give {whose} a variable of its own, such as {example}")
        return text

    return variable


def _no_name(text: str) -> tuple[str, str]:
    """What is wrong with a text that is no variable's name, and a hint; it may be a secret and is not quoted."""
    expected = "expected the name of an environment variable"
    reference = _REFERENCE.fullmatch(text)
    if reference:
        return f"{expected}, read a reference to one", f"did you mean {reference[1] or reference[2]}?"
    read = "a URL, which is a secret" if "://" in text else "something else, which may be a secret"
    return (
        f"{expected}, read {read}",
        "put it into a variable of the autoscaler's app, and write the variable's name: A-Z, 0-9 and _",
    )
