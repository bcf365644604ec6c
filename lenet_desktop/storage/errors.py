"""Files that cannot be used."""

from lenet_desktop.text.wording import ToldError


class CheckpointError(ToldError, RuntimeError):
    """A checkpoint cannot be used; the message is a sentence for the person."""


class UnreadableError(CheckpointError):
    """The system does not let a file be read, which says nothing about what is in it."""
