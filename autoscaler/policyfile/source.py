"""The bytes of a policy file, and their text: nothing that is no ordinary text file is opened or believed."""

import os
import re
import stat
from collections.abc import Callable

from autoscaler.policyfile.tree import Place

LARGEST = 8_000_000
"""Bytes; a policy takes about 600."""

_TO_A_FILE = "standard input and pipes are not read: write it to a file first, and name that"

Refuse = Callable[[Place, str, str | None], None]

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def read(path: str, refuse: Refuse) -> bytes | None:
    """The file's bytes; None where it is no readable file of a sensible size, said to `refuse`."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            hint = None if stat.S_ISDIR(found.st_mode) else _TO_A_FILE  # to read it could take for ever
            refuse((1, 1), f"this is {_kind(found.st_mode)}, not a file", hint)
            return None
        if found.st_size > LARGEST:
            refuse((1, 1), f"the file has {found.st_size:,} bytes; a policy file has at most {LARGEST:,}", None)
            return None
        with open(path, "rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        hint = "name it on the command line or in AUTOSCALER_POLICIES"
        refuse((1, 1), "there is no such file", _TO_A_FILE if path == "-" else hint)
    except (OSError, ValueError) as error:
        refuse((1, 1), f"the file cannot be read: {getattr(error, 'strerror', None) or error}", None)
    return None


def decode(content: bytes, refuse: Refuse) -> str | None:
    """The text of the bytes; None where they are no UTF-8 text, said to `refuse`."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or content[1:2] == b"\0" or content[:1] == b"\0":
        refuse((1, 1), "this is UTF-16 or UTF-32, or no text at all", "save the file as UTF-8")
        return None
    if content[:3] == b"\xef\xbb\xbf":
        refuse((1, 1), "the file begins with a byte-order mark", "save it as UTF-8 without a BOM")
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        refuse(place_of(before), f"the byte 0x{content[error.start]:02x} is no UTF-8", "save the file as UTF-8")
        return None
    found = _UNPRINTABLE.search(text)
    if found:
        refuse(place_of(text[: found.start()]), f"the character U+{ord(found[0]):04X} is not allowed", "remove it")
        return None
    return text


def lines_of(text: str) -> list[str]:
    """The lines as the parser counts them."""
    return _LINE_END.split(text)


def place_of(before: str) -> Place:
    """Where the text after `before` begins."""
    lines = lines_of(before)
    return len(lines), len(lines[-1]) + 1


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a FIFO" if stat.S_ISFIFO(mode) else "a device or a socket"
