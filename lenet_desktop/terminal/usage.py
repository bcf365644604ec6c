"""How commands end, and what is wrong with how they were called."""

from __future__ import annotations

import argparse
from typing import NoReturn

from lenet_desktop.core.config import parse_number

EXIT_SUCCESS, EXIT_FAILURE, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130


class UsageError(ValueError):
    """The arguments do not go together; the message is a sentence."""


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong with an argument in one sentence, without repeating all of the usage."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and end the program with status 2."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        self.exit(EXIT_USAGE, f"{self.prog}: {sentence}. See {self.prog} --help.\n")


def whole(text: str) -> int:
    """Read an argument that is a whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from error


def number(text: str) -> float:
    """Read an argument that is a number, as a person types it."""
    try:
        return parse_number(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
