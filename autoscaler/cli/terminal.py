"""What the output is written to: a terminal with colours, or a pipe without."""

import os
import sys

from autoscaler.views.paint import Paint

_COLUMNS = 80
"""Where nobody says how wide the output is."""


def paint() -> Paint:
    """Colours on a terminal unless NO_COLOR is set (no-color.org); ASCII where the output cannot take more."""
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return Paint(colours=colours, unicode=unicode, columns=columns())


def columns() -> int:
    """COLUMNS where it is set; else the terminal's width, and 80 where the output is piped."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted):
        return int(wanted)
    if not sys.stdout.isatty():
        return _COLUMNS
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS
