"""Colours of a terminal, or none."""

from typing import Literal

Colour = Literal["bold", "dim", "red", "green", "yellow", "blue", "magenta", "cyan"]

_CODES: dict[Colour, int] = {
    "bold": 1,
    "dim": 2,
    "red": 31,
    "green": 32,
    "yellow": 33,
    "blue": 34,
    "magenta": 35,
    "cyan": 36,
}


NARROWEST = 40
"""Columns below which nothing is drawn: the terminal may break the lines."""


class Paint:
    """Wraps texts in ANSI codes where `colours`; draws in ASCII where not `unicode`, and in at most `columns`."""

    def __init__(self, *, colours: bool = False, unicode: bool = True, columns: int = 80) -> None:
        self._colours = colours
        self.unicode = unicode
        self.columns = max(columns, NARROWEST)
        self.arrow = "→" if unicode else "->"
        self.dash = "—" if unicode else "-"
        self.line = "─" if unicode else "-"
        self.to = "–" if unicode else "-"  # noqa: RUF001 a dash between two dates
        self.dots = "…" if unicode else "..."

    def __call__(self, text: str, *colours: Colour) -> str:
        if not self._colours or not text or not colours:
            return text
        codes = ";".join(str(_CODES[colour]) for colour in colours)
        return f"\x1b[{codes}m{text}\x1b[0m"
