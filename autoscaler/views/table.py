"""Columns of text that line up, also where a name is written in wide characters, and none wider than the terminal."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from autoscaler.views.paint import Colour, Paint

Cell = str | tuple[str, Colour]

_WORD = re.compile(r"\([^\s()]+ [^\s()]+\)\S*|\S+")
"""What is not broken: a word, or two in parentheses, such as (line 8)."""

_NARROWEST = 12
"""Columns below which a cell is no longer wrapped: words would be torn."""


def rows(cells: Sequence[Sequence[Cell]], paint: Paint, *, indent: str = "  ") -> list[str]:
    """Each row as one line; columns are as wide as their widest cell and two spaces apart."""
    widths = _widths(cells)
    return [(indent + "  ".join(_cells(row, widths, paint))).rstrip() for row in cells]


def fitted(
    cells: Sequence[Sequence[Cell]], paint: Paint, wrap: int = -1, *, indent: str = "  "
) -> list[list[str]] | None:
    """The same within the terminal, the lines of each row: what is too wide is wrapped in the column `wrap`.

    None where there is no room for that.
    """
    widths = _widths(cells)
    over = len(indent) + sum(widths) + 2 * (len(widths) - 1) - paint.columns if widths else 0
    if over <= 0:
        return [[line] for line in rows(cells, paint, indent=indent)]
    room = widths[wrap] - over
    if room < _NARROWEST:
        return None
    lines = [_lines(row, wrap % len(row), room) for row in cells]
    drawn = iter(rows([line for row in lines for line in row], paint, indent=indent))
    return [[next(drawn) for _ in row] for row in lines]


def wrapped(cells: Sequence[Cell], paint: Paint, *, indent: str = "  ", hang: str = "  ", gap: str = "  ") -> list[str]:
    """Cells one after the other, in as many lines as the terminal needs; all but the first stand `hang` further in."""
    room = paint.columns - len(indent + hang)
    lines: list[list[Cell]] = [[]]
    used = -len(hang)
    for piece, colour, before in _pieces(cells, room, gap):
        if lines[-1] and used + len(before) + width(piece) > room:
            lines.append([])
            used = 0
        before = before if lines[-1] else ""
        lines[-1].append((before + piece, colour) if colour else before + piece)
        used += len(before) + width(piece)
    told = ["".join(_painted(cell, paint) for cell in _joined(line)) for line in lines]
    return [(indent + (hang if number else "") + text).rstrip() for number, text in enumerate(told)]


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def cut(text: str, columns: int, paint: Paint) -> str:
    """A text in at most so many columns; what is left out is shown by dots."""
    if width(text) <= columns:
        return text
    return _torn(text, columns - len(paint.dots))[0] + paint.dots


def plain(cell: Cell) -> str:
    """What a cell says."""
    return cell if isinstance(cell, str) else cell[0]


def _columns(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 1


def _widths(cells: Sequence[Sequence[Cell]]) -> list[int]:
    return [max(width(plain(row[column])) for row in cells) for column in range(len(cells[0]))] if cells else []


def _lines(row: Sequence[Cell], wrap: int, room: int) -> list[list[Cell]]:
    """A row as several, the cell that is wrapped over all of them and the others in the first."""
    cell = row[wrap]
    told: list[Cell] = []
    for piece, colour, gap in _pieces([cell], room, ""):
        text = f"{plain(told[-1])}{gap}{piece}" if told else piece
        if told and width(text) > room:
            told.append(piece)
        else:
            told[-1:] = [text]
        told[-1] = (plain(told[-1]), colour) if colour else told[-1]
    columns = [list(told) if at == wrap else [other] for at, other in enumerate(row)]
    return [list(line) for line in zip_longest(*columns, fillvalue="")]


def _pieces(cells: Sequence[Cell], room: int, gap: str) -> Iterator[tuple[str, Colour | None, str]]:
    """Each word, torn where it is longer than a line, with its colour and what stands before it within a line."""
    for number, cell in enumerate(filter(plain, cells)):
        colour = None if isinstance(cell, str) else cell[1]
        for at, word in enumerate(_WORD.findall(plain(cell))):
            for part, piece in enumerate(_torn(word, room)):
                yield piece, colour, "" if part else " " if at else gap if number else ""


def _joined(line: Sequence[Cell]) -> Iterator[Cell]:
    """Neighbours of one colour as one cell, so that it is painted once."""
    for colour, cells in groupby(line, key=lambda cell: None if isinstance(cell, str) else cell[1]):
        text = "".join(map(plain, cells))
        yield (text, colour) if colour else text


def _torn(word: str, room: int) -> list[str]:
    """A word in pieces of at most so many columns."""
    pieces = [""]
    for character in word:
        if pieces[-1] and width(pieces[-1]) + _columns(character) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _cells(row: Sequence[Cell], widths: Sequence[int], paint: Paint) -> list[str]:
    last = len(row) - 1
    return [
        _painted(cell, paint) + " " * (0 if column == last else widths[column] - width(plain(cell)))
        for column, cell in enumerate(row)
    ]


def _painted(cell: Cell, paint: Paint) -> str:
    return cell if isinstance(cell, str) else paint(cell[0], cell[1])
