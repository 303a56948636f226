"""HTML and SVG through which nothing that was read can speak: a text is escaped unless it was made here."""

import unicodedata
from collections.abc import Iterable
from html import escape

_JOINERS = frozenset("\u200c\u200d")
"""Format characters that scripts and emoji need; the others could turn a line of text around."""

_ALONE = frozenset({"meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(said: str) -> Markup:
    """A text as HTML shows it. Control characters, and those that reorder a line, become U+FFFD."""
    if isinstance(said, Markup):
        return said
    if not said.isascii() or not said.isprintable():
        said = "".join(character if _shows(character) else "\ufffd" for character in said)
    return Markup(escape(said))


def element(name: str, /, *inside: str, **attributes: str | int | None) -> Markup:
    """`<name ...>inside</name>`. An attribute that is None is left out; `class_` is class, `aria_label` aria-label."""
    told = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _ALONE:
        return Markup(f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{''.join(map(text, inside))}</{name}>")


def row(cells: Iterable[str]) -> Markup:
    """A row of a table's body. The end tags that HTML lets one leave out are a quarter of a large page."""
    return Markup(f"<tr>{cells_of(cells)}")


def cells_of(cells: Iterable[str]) -> Markup:
    """Cells of such a row, for rows that share some."""
    return Markup("".join([f"<td>{text(cell)}" for cell in cells]))


def joined(parts: Iterable[str]) -> Markup:
    """One after the other."""
    return Markup("".join(map(text, parts)))


def _shows(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in _JOINERS
