"""How commands end, and what is wrong with how they were called."""

from __future__ import annotations

import argparse
import math
import re
import sys
from typing import TYPE_CHECKING, NoReturn

from lenet_desktop.terminal.output import OutputError, ReaderGoneError, say, write
from lenet_desktop.text.language import _, marked, ngettext
from lenet_desktop.text.wording import one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXIT_SUCCESS, EXIT_FAILURE, EXIT_USAGE = 0, 1, 2
EXIT_READER_GONE = 141
"""As if SIGPIPE, which Python has switched off, had ended the program: 128 and its number."""

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


_OF_ARGPARSE = (
    marked("usage: "), marked("positional arguments"), marked("options"),
    marked("show this help message and exit"),
    marked("the following arguments are required: %s"),
    marked("one of the arguments %s is required"),
    marked("unrecognized arguments: %s"),
    marked("argument %(argument_name)s: %(message)s"),
    marked("ambiguous option: %(option)s could match %(matches)s"),
    marked("expected one argument"), marked("expected at most one argument"),
    marked("expected at least one argument"),
    marked("invalid %(type)s value: %(value)r"),
    marked("invalid choice: %(value)r (choose from %(choices)s)"),
    marked("unknown parser %(parser_name)r (choices: %(choices)s)"),
    marked("not allowed with argument %s"), marked("ignored explicit argument %r"),
)  # fmt: skip
"""What argparse says by itself, which it looks up by `_` as every module does."""


def speak_as_argparse() -> None:
    """Have argparse look its own words up in the catalogue of the language that is spoken."""
    vars(argparse).update(_=_, ngettext=ngettext)


class UsageError(ValueError):
    """The arguments do not go together; the message is a sentence."""


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong with an argument in one sentence, without repeating all of the usage."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and end the program with status 2."""
        sentence = one_line(message[:1].upper() + message[1:].rstrip("."))
        text = _("{program}: {sentence}. See {program} --help.")
        self.exit(EXIT_USAGE, text.format(program=self.prog, sentence=sentence) + "\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        try:
            write(message, sys.stdout if file == sys.stdout else sys.stderr)
        except ReaderGoneError:
            sys.exit(EXIT_READER_GONE)
        except OutputError as error:
            say(str(error))
            sys.exit(EXIT_FAILURE)


def whole(text: str) -> int:
    """Read an argument that is a whole number: nothing but digits, and perhaps a sign.

    Python's own `int` would take `1_0`, blanks and the digits of every script.
    """
    if not _WHOLE.fullmatch(text):
        raise argparse.ArgumentTypeError(_("“{text}” is not a whole number").format(text=text))
    return int(text)


def run_number(place: str | None) -> int | None:
    """Return the number of a run in the list, None if the text means a file."""
    return int(place) if place is not None and re.fullmatch("[0-9]+", place) else None


def number(text: str) -> float:
    """Read an argument that is a number, with a decimal point if any: `0.9`, `.5`, `1e-3`."""
    if not _NUMBER.fullmatch(text):
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a number. Write it like 0.9 or 1e-3").format(text=text)
        )
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(_("“{text}” is too large a number").format(text=text))
    return value
