"""All that a terminal prints goes through here: on one line, in letters that it has, at once."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, one_line, why_not

PROGRAM = "lenet-desktop"

_READER_GONE = {errno.EPIPE} | ({errno.EINVAL} if sys.platform == "win32" else set())


class OutputError(ToldError, RuntimeError):
    """Nothing can be printed any more; the message is a sentence for the person."""


class ReaderGoneError(OutputError):
    """Whoever read what is printed has seen enough, as `head` has after ten lines."""


def tell(line: str) -> None:
    """Print a line of what was asked for.

    Raises:
        OutputError: it cannot be printed.
    """
    write(one_line(line) + "\n", sys.stdout)


def say(sentence: str) -> None:
    """Print a sentence for the person, away from what a program may read."""
    with contextlib.suppress(OutputError):  # there is no other way to say it
        write(f"{PROGRAM}: {one_line(sentence)}\n", sys.stderr)


def write(text: str, stream: TextIO) -> None:
    """Print a text in which everything may stay that the stream has letters for.

    Raises:
        OutputError: it cannot be printed.
    """
    try:
        stream.write(fitted(text, stream))
        stream.flush()
    except OSError as error:
        raise _meaning(error) from error


def write_json(values: Mapping[str, Any], default: Callable[[object], Any] | None = None) -> None:
    """Print a line of JSON; `default` makes plain values of those that JSON does not know.

    Raises:
        OutputError: it cannot be printed.
    """
    write(json.dumps(values, default=default) + "\n", sys.stdout)


def send(file: Path) -> None:
    """Pass the bytes of a file on to whoever reads standard output.

    Raises:
        OutputError: nobody does, or they cannot be written.
    """
    with file.open("rb") as source:
        try:
            shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.flush()
        except OSError as error:
            raise _meaning(error) from error


def _meaning(error: OSError) -> OutputError:
    if error.errno in _READER_GONE:
        return ReaderGoneError(_("Nobody reads what is printed."))
    return OutputError(
        _("What there is to print cannot be written: {reason}.").format(reason=why_not(error))
    )


def fitted(text: str, stream: TextIO | None = None) -> str:
    """Return a text in letters that a stream has, standard output by default.

    Others give way to what looks like them, or to a question mark.
    """
    encoding = (stream or sys.stdout).encoding or "utf-8"  # None in memory
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_nearest(letter, encoding) for letter in text)
    return text


def _nearest(letter: str, encoding: str) -> str:
    apart = unicodedata.normalize("NFKD", letter)  # an accent goes, its letter stays
    for candidate in (letter, _look_alike(letter), apart):
        found = candidate.encode(encoding, "ignore").decode(encoding)
        if found:
            return found
    return "?"


def _look_alike(letter: str) -> str:
    match unicodedata.category(letter):
        case "Pi" | "Pf":  # quotation marks, and the apostrophe
            return '"' if "DOUBLE" in unicodedata.name(letter) else "'"
        case "Pd":
            return "-"
    return ""


class CleanFormatter(logging.Formatter):
    """Writes what is logged, line for line, as everything else is printed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        return "\n".join(map(one_line, super().format(record).split("\n")))


def open_closed_streams() -> None:
    """Let input and output lead nowhere that were closed before the program began.

    Otherwise the next file that is opened takes their number, and the messages of some library.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))
