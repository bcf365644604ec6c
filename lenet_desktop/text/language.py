"""The language in which a person is spoken to. English is the source, and the fallback.

Whatever a person reads goes through `_`, `ngettext` or `pgettext` where it is shown, as a whole
sentence with named placeholders. A constant is only `marked` where it stands, as modules are
imported before the language is known, and goes through `_` where it is shown. What is written into
a file, or read by a program, never passes here.
"""

import functools
import gettext
import locale
import os
import re
from collections.abc import Mapping

from lenet_desktop.assets import resources

DOMAIN = "lenet_desktop"
"""What the files of all catalogues are called."""
VARIABLE = "LENET_DESKTOP_LANGUAGE"
"""The environment variable that names the language; it goes before those of the system."""
SOURCE = "en"
LANGUAGES = {SOURCE: "English", "zh": "简体中文", "de": "Deutsch"}
"""Those that are complete, each as its speakers call it."""

_OF_SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_OTHER_SCRIPT = {"hant", "tw", "hk", "mo"}
"""Where Chinese is not written in the simplified signs."""

_BEFORE_UNIT = re.compile(r"(?<=[\d}]) (?=(?:%|[kMG]B|ms|s|h)(?![^\W_]))")
"""The blank between a figure, or the place of one, and its unit."""

_spoken = SOURCE
_catalogue = gettext.NullTranslations()


def set_language(code: str) -> None:
    """Speak one of `LANGUAGES` from now on, in processes that are begun later, too.

    Raises:
        ValueError: there is no such language.
    """
    global _spoken, _catalogue  # one person sits before the program
    if code not in LANGUAGES:
        raise ValueError(f"There is no language {code}.")
    _spoken, _catalogue = code, _read(code)
    os.environ[VARIABLE] = code


def inherit_language() -> None:
    """Speak what the process speaks that began this one."""
    set_language(_known(os.environ.get(VARIABLE, "")) or SOURCE)


def language() -> str:
    """Return the code of the language that is spoken."""
    return _spoken


def wanted_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the first of `LANGUAGES` that the environment or the system asks for."""
    named = [
        code for name in (VARIABLE, *_OF_SYSTEM) for code in environment.get(name, "").split(":")
    ]
    if not any(named):  # on Windows, and from the desktop of a Mac
        named = [locale.getlocale()[0] or ""]
    first = next(filter(None, named), SOURCE)
    asked = named if environment.get("LANGUAGE") else [first]
    return next((found for code in asked if (found := _known(code))), SOURCE)


def _(message: str) -> str:
    """Return a text in the language that is spoken."""
    return _glued(_catalogue.gettext(message)) if message else ""  # "" is the head of a catalogue


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a text that goes with a count."""
    return _glued(_catalogue.ngettext(one, many, count))


def pgettext(context: str, message: str) -> str:
    """Return a text that means different things in different places, by what it means here."""
    return _glued(_catalogue.pgettext(context, message))


def marked(message: str) -> str:
    """Return a text as it is, marked to be translated where it is shown."""
    return message


@functools.cache
def _glued(text: str) -> str:
    """Keep a figure and its unit on one line."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


@functools.cache
def _read(code: str) -> gettext.NullTranslations:
    folder = resources() / "locale"
    return gettext.translation(DOMAIN, folder, [code], fallback=code == SOURCE)


def _known(code: str) -> str | None:
    """Return which of `LANGUAGES` is meant by a name as `zh_CN.UTF-8`, `zh-Hans` or `C`."""
    language, *parts = code.lower().partition(".")[0].partition("@")[0].replace("-", "_").split("_")
    if language in {"c", "posix"}:
        return SOURCE
    language = {"chinese (simplified)": "zh", "chinese": "zh"}.get(language, language)
    return language if language in LANGUAGES and not _OTHER_SCRIPT & set(parts) else None
