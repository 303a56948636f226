"""Columns of text that line up, also where a name is written in wide characters."""

import unicodedata
from collections.abc import Sequence

from autoscaler.views.paint import Colour, Paint

Cell = str | tuple[str, Colour]


def rows(cells: Sequence[Sequence[Cell]], paint: Paint, *, indent: str = "  ") -> list[str]:
    """Each row as one line; columns are as wide as their widest cell and two spaces apart."""
    widths = [max(width(_text(row[column])) for row in cells) for column in range(len(cells[0]))] if cells else []
    return [(indent + "  ".join(_cells(row, widths, paint))).rstrip() for row in cells]


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _cells(row: Sequence[Cell], widths: Sequence[int], paint: Paint) -> list[str]:
    last = len(row) - 1
    return [
        _painted(cell, paint) + " " * (0 if column == last else widths[column] - width(_text(cell)))
        for column, cell in enumerate(row)
    ]


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _painted(cell: Cell, paint: Paint) -> str:
    return cell if isinstance(cell, str) else paint(cell[0], cell[1])
