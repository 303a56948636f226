"""What the output is written to: a terminal with colours, or a pipe without."""

import os
import sys

from autoscaler.views.paint import Paint


def paint() -> Paint:
    """Colours on a terminal unless NO_COLOR is set (no-color.org); ASCII where the output cannot take more."""
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return Paint(colours=colours, unicode=unicode)
