"""Tables in a terminal, where a sign may take two cells, as those of Chinese do."""

import re
import unicodedata
from collections.abc import Iterable


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(map(_cells, text))


def cut(text: str, room: int) -> str:
    """Return as much of a text from its beginning as fits into so many cells."""
    taken = 0
    for place, sign in enumerate(text):
        taken += _cells(sign)
        if taken > room:
            return text[:place]
    return text


def row(line: str, texts: Iterable[str]) -> str:
    """Return a row of a table.

    Args:
        line: its columns with their cells, as `str.format` has them: "{:>4}  {:24} {}".
        texts: one for each column.
    """
    return line.format(*map(_Cell, texts)).rstrip()


class _Cell(str):
    """A text that fills a column by what it takes on the screen, not by how many signs it has."""

    __slots__ = ()

    def __format__(self, wanted: str) -> str:
        right, width = re.findall(r"^(>?)(\d*)$", wanted)[0]
        blanks = " " * (int(width or 0) - cells(self))
        return blanks + str(self) if right else str(self) + blanks


def _cells(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
