"""The single values of a policy file, read from what is written.

Every reader takes a node, its path and the collector of faults; it answers None, and has said why, where the value
is not one that it can read.
"""

import re
from collections.abc import Callable
from typing import TypeVar, cast, get_args

from autoscaler.core.policies import OnManualChange
from autoscaler.core.quantity import Quantity, Range
from autoscaler.core.sizes import SIZES
from autoscaler.core.zones import DAY, HOUR, MINUTE, Zone
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import did_you_mean, digits, nearest, shown
from autoscaler.policyfile.tree import Mapping, Node, Scalar, Sequence
from autoscaler.policyfile.written import Texts
from autoscaler.policyfile.zones import zone, zone_names

T = TypeVar("T")
Reader = Callable[[Node, str, Faults], T | None]

LARGEST_QUANTITY = 9999
_LONGEST_NAME = 100
_DIGITS = re.compile(r"[0-9]+")
_RANGE = re.compile(r"([0-9]+)\s*\.\.\s*([0-9]+)")
_LENGTH = re.compile(r"(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

LENGTH_SHAPE = "a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d"


def what(node: Node) -> str:
    """What was read, in words."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar() if node.empty:
            return "nothing"
        case Scalar(plain=False):
            return f"the text {shown(node.text)}"
    return shown(node.text)


def scalar(node: Node, path: str, faults: Faults, expected: str) -> Scalar | None:
    """The node if it is a text with something in it."""
    if isinstance(node, Scalar) and not node.empty:
        return node
    faults.error(node.place, path, f"expected {expected}, read {what(node)}")
    return None


def quantity(node: Node, path: str, faults: Faults) -> Quantity | None:
    """A whole number in digits, or a range of two."""
    expected = "a whole number such as 2, or a range such as 2..10"
    written = scalar(node, path, faults, expected)
    if written is None:
        return None
    if written.plain and _DIGITS.fullmatch(written.text):
        return _within(digits(written.text), written, path, faults)
    ranged = _RANGE.fullmatch(written.text.strip())
    if ranged:
        return _range(written, digits(ranged[1]), digits(ranged[2]), path, faults)
    faults.error(node.place, path, f"expected {expected}, read {what(node)}", _digits_hint(written))
    return None


def number(node: Node, path: str, faults: Faults) -> int | None:
    """A whole number in digits."""
    written = scalar(node, path, faults, "a whole number such as 2")
    if written is None:
        return None
    if written.plain and _DIGITS.fullmatch(written.text):
        return _within(digits(written.text), written, path, faults)
    faults.error(node.place, path, f"expected a whole number such as 2, read {what(node)}", _digits_hint(written))
    return None


def _within(value: int, written: Scalar, path: str, faults: Faults) -> int | None:
    if value <= LARGEST_QUANTITY:
        return value
    faults.error(written.place, path, f"expected at most {LARGEST_QUANTITY}, read {shown(written.text)}")
    return None


def _range(written: Scalar, low: int, high: int, path: str, faults: Faults) -> Range | None:
    if low > high:
        message = f"the range {low}..{high} runs backwards"
        faults.error(written.place, path, message, f"did you mean {high}..{low}?")
        return None
    return Range(low, high) if _within(high, written, path, faults) is not None else None


def _digits_hint(written: Scalar) -> str | None:
    text = written.text.strip().lower()
    if not written.plain and _DIGITS.fullmatch(text):
        return f"write {text} without quotes"
    if text in _NUMBERS:
        return f"did you mean {_NUMBERS.index(text)}?"
    if text.startswith("-") and text.count("-") == 1 and text[1:].isdigit():
        return "a quantity is 0 or more"
    apart = re.fullmatch(r"([0-9]+)\s*(?:-|to|\.\.\.|…)\s*([0-9]+)", text)
    if apart:
        return f"did you mean {apart[1]}..{apart[2]}?"
    return "write it in digits only" if any(character.isdigit() for character in text) else None


def size(node: Node, path: str, faults: Faults) -> str | None:
    """One of Heroku's dyno sizes, in lower case."""
    written = scalar(node, path, faults, "a dyno size such as standard-1x")
    if written is None:
        return None
    name = written.text.strip().lower()
    if name in SIZES:
        return name
    renamed = {"hobby": "basic", "free": "eco", "1x": "standard-1x", "2x": "standard-2x", "px": "performance-l"}
    near = renamed.get(name) or nearest(name.replace(" ", "-").replace("_", "-"), SIZES)
    hint = f"did you mean {near}?" if near else f"sizes are {', '.join(list(SIZES)[:7])} ..."
    faults.error(node.place, path, f"there is no dyno size {shown(written.text)}", hint)
    return None


def seconds(text: str) -> int | None:
    """A length such as 1h30m in seconds; None where it is none, or not from 1m to 31d."""
    found = _LENGTH.fullmatch(text.lower())
    if not found:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    total = days * DAY + hours * HOUR + minutes * MINUTE
    return total if MINUTE <= total <= 31 * DAY else None


def length(node: Node, path: str, faults: Faults) -> int | None:
    """A length of time in seconds."""
    written = scalar(node, path, faults, LENGTH_SHAPE)
    if written is None:
        return None
    total = seconds(written.text.strip())
    if total is None:
        minutes = f"{written.text.strip()}m"
        hint = f"did you mean {minutes}?" if seconds(minutes) else None
        faults.error(node.place, path, f"expected {LENGTH_SHAPE}, read {what(node)}", hint)
    return total


def settling(node: Node, path: str, faults: Faults) -> int | None:
    """A length of time in seconds that may be none at all: 0m."""
    if isinstance(node, Scalar) and node.text.strip().lower() == "0m":
        return 0
    return length(node, path, faults)


def at_once(node: Node, path: str, faults: Faults) -> int | None:
    """A whole number from 1."""
    found = number(node, path, faults)
    if found == 0:
        faults.error(node.place, path, "0 process types lowered at once are none, ever", "say 1 or more")
    return found


def on_manual_change(node: Node, path: str, faults: Faults) -> OnManualChange | None:
    """What becomes of a person's change."""
    legal = get_args(OnManualChange)
    said = word(node, path, faults)
    if said is None or said in legal:
        return cast(OnManualChange | None, said)
    message = f"expected {', '.join(legal[:-1])} or {legal[-1]}, read {shown(said)}"
    faults.error(node.place, path, message, did_you_mean(said, legal))
    return None


def flag(node: Node, path: str, faults: Faults) -> bool | None:
    """true or false."""
    if isinstance(node, Scalar) and node.plain and node.text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return node.text.lower() == "true"
    word = node.text.lower() if isinstance(node, Scalar) else ""
    hint = {"yes": "did you mean true?", "on": "did you mean true?", "no": "did you mean false?"}.get(word)
    faults.error(node.place, path, f"expected true or false, read {what(node)}", hint)
    return None


def name(node: Node, path: str, faults: Faults) -> str | None:
    """One line of text."""
    written = scalar(node, path, faults, "a name")
    if written is None:
        return None
    text = written.text.strip()
    if text and len(text) <= _LONGEST_NAME and text.isprintable():
        return text
    faults.error(node.place, path, f"expected a name of 1 to {_LONGEST_NAME} letters on one line, read {what(node)}")
    return None


def timezone(node: Node, path: str, faults: Faults) -> Zone | None:
    """An IANA time zone."""
    written = scalar(node, path, faults, "a time zone such as Asia/Tokyo")
    if written is None:
        return None
    found = zone(written.text)
    if found is None:
        usual = {"JST": "Asia/Tokyo", "PST": "America/Los_Angeles", "IST": "Asia/Kolkata", "BST": "Europe/London"}
        near = usual.get(written.text.upper())
        hint = f"did you mean {near}?" if near else did_you_mean(written.text, zone_names(), "such as Asia/Tokyo")
        faults.error(node.place, path, f"there is no time zone {shown(written.text)}", hint)
    return found


def word(node: Node, path: str, faults: Faults) -> str | None:
    """A text, whatever it says."""
    written = scalar(node, path, faults, "a text")
    return None if written is None else written.text.strip()


def texts(node: Node, path: str, faults: Faults) -> Texts | None:
    """One text, or a list of them."""
    nodes = node.items if isinstance(node, Sequence) else [node]
    if not nodes:
        faults.error(node.place, path, "the list is empty", "remove the key")
    found = [(item, word(item, path, faults)) for item in nodes]
    return tuple((text, item.place) for item, text in found if text is not None)
