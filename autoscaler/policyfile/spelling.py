"""Words as people write them: the nearest legal spelling of one that is none, and how they are read and quoted."""

from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def nearest(word: str, legal: Iterable[str], closeness: float = 0.6) -> str | None:
    """The legal word most like `word`, None where none is like it."""
    from difflib import get_close_matches  # only a fault needs it

    by_lower = {candidate.lower(): candidate for candidate in legal}
    found = get_close_matches(word.lower()[:64], by_lower, 1, closeness)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, legal: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint: the nearest legal spelling, else `otherwise`."""
    near = nearest(word, legal)
    return f"did you mean {near}?" if near else otherwise


def lowered(text: str) -> str:
    """A text with A-Z in lower case. Letters of other alphabets stay: some would become a-z, some grow longer."""
    return text.translate(_LOWER)


def digits(text: str) -> int:
    """The number that digits are; of a number that is longer than anything legal, its beginning."""
    return int(text.lstrip("0")[:9] or "0")


def shown(text: str) -> str:
    """A text as an error quotes it: short, on one line."""
    told = text if len(text) <= 60 else text[:57] + "..."
    return f'"{printable(told)}"'


def printable(text: str) -> str:
    """A text that a terminal only shows: on one line, what could move its cursor or its colours replaced."""
    return "".join(character if character.isprintable() else "?" for character in text)
