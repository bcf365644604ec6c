"""How what others wrote, names and errors, is quoted in a sentence."""

import unicodedata

LONGEST_QUOTED = 80

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible, but part of the spelling of Persian or Hindi, and of many pictographs."""


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its kind, without a full stop."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def one_line(text: object) -> str:
    """Return any text, of a path or from a file, fit to stand in a sentence or on a terminal.

    Blanks of any width become blanks. Line breaks, and what steers a terminal or turns the reading
    direction, become question marks in diamonds, as does all else that cannot be printed.
    """
    return "".join(map(_printable, str(text)))


def _printable(letter: str) -> str:
    if unicodedata.category(letter) == "Zs":
        return " "
    is_harmless = letter.isprintable() or letter in _JOINERS
    return letter if is_harmless else "\N{REPLACEMENT CHARACTER}"


def quoted(text: object, limit: int = LONGEST_QUOTED) -> str:
    """Return a name from a file in quotes, on one line and not endless."""
    line = one_line(str(text)[: limit + 1])
    return f"“{line}”" if len(line) <= limit else f"“{line[:limit]}…”"
