"""Which language a terminal is spoken to in, which has to be known before the help is written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from lenet_desktop.terminal.usage import speak_as_argparse
from lenet_desktop.text.language import LANGUAGES, SOURCE, _, set_language, wanted_language


def add_language_option(parser: argparse.ArgumentParser) -> None:
    """Add the language, by default that of the system."""
    parser.add_argument(
        "--language",
        choices=list(LANGUAGES),
        help=_("the language; usually that of the system, or the one that the window was set to"),
    )


def choose_language(arguments: Sequence[str] | None) -> None:
    """Speak the language that the arguments, else the environment, ask for.

    It stays English where the terminal has no letters for another one.
    """
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    early.add_argument("--language")
    try:
        named = early.parse_known_args(arguments)[0].language
    except argparse.ArgumentError:  # which is told when all is read
        named = None
    wanted = named if named in LANGUAGES else wanted_language()
    set_language(wanted if _has_letters_for(wanted) else SOURCE)
    speak_as_argparse()


def _has_letters_for(code: str) -> bool:
    try:
        LANGUAGES[code].encode(getattr(sys.stderr, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
