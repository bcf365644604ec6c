"""What the window calls things in another language, for texts that stand in files of their own."""

import re
from functools import cache

from babel.messages.pofile import read_po

from lenet_desktop.assets import resources
from lenet_desktop.text.language import DOMAIN

_QUOTED = re.compile("[“„]([^“”]+)[“”]")
_MARKS = re.compile(r"\(&\w\)|&|…")
Words = dict[str, set[str]]


def plain(word: str) -> str:
    """Return a word of the window without marks for the keyboard, in small letters."""
    return _MARKS.sub("", word).casefold()


@cache
def words_of_the_window(code: str) -> Words:
    """Return what a language says for each English text; more where it depends on the place."""
    words: Words = {}
    with (resources() / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    for message in catalogue:
        said = {plain(form) for form in _forms(message.string)} - {""}
        for english in filter(None, _forms(message.id)):
            words.setdefault(plain(english), set()).update(said)
    return words


def strangers(text: str, english: str, words: Words) -> list[str]:
    """Return what is quoted in a text, and is no word of the window that its original names."""
    named = {said for word, called in words.items() if word in plain(english) for said in called}
    return [quoted for quoted in _QUOTED.findall(text) if plain(quoted) not in named]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (text or "",)
