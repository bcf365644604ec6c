"""Errors that several rooms know, and how somebody else's are quoted in a sentence."""


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its kind, without a full stop."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message is a sentence for the person."""
