"""Errors that several rooms know, and how somebody else's are quoted in a sentence."""

LONGEST_QUOTED = 80


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its kind, without a full stop."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def one_line(text: object) -> str:
    """Return any text, of a path or from a file, fit to stand in a sentence: without line breaks.

    What cannot be printed becomes a question mark in a diamond.
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))


def quoted(text: object, limit: int = LONGEST_QUOTED) -> str:
    """Return a name from a file in quotes, on one line and not endless."""
    line = one_line(str(text)[: limit + 1])
    return f"“{line}”" if len(line) <= limit else f"“{line[:limit]}…”"


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message is a sentence for the person."""
