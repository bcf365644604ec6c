"""The pages of help: how the window is used, and what each of its words means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from PySide6.QtCore import QCollator, QLocale
from PySide6.QtWidgets import QWidget

from lenet_desktop import assets
from lenet_desktop.settings.config import SETTINGS
from lenet_desktop.text.language import SOURCE, _, language, pgettext
from lenet_desktop.text.wording import WIDE, unwrapped
from lenet_desktop.ui.kit.shortcuts import shortcut_rows

_TAG = re.compile("<[^>]*>")
_WITHOUT_BLANKS = re.compile(f"[{WIDE}]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of help.

    Attributes:
        title: what it is found by.
        text: as simple HTML, without the title.
        parts: object names of what it is about, which open it with Shift+F1.
    """

    title: str
    text: str
    parts: tuple[str, ...] = ()


def topics() -> Sequence[Topic]:
    """Return all pages: how to begin, the keys, the words by the alphabet, settings, sources."""
    return _topics(language())


def find_topics(text: str) -> list[Topic]:
    """Return the pages that have all of the words somewhere; those that are called so come first.

    Args:
        text: words, or beginnings of words, in any order; without any all pages are returned.
            Chinese words may follow each other without a blank, as they are written.
    """
    wanted = text.casefold().split()
    found = [each for each in topics() if all(_has(_read(each), word) for word in wanted)]
    return sorted(found, key=lambda each: _rank(each.title.casefold(), wanted))


def topic_about(widget: QWidget | None) -> Topic:
    """Return the page about a part of the window, or about what it lies in, or the first one."""
    while widget is not None:
        name = widget.objectName()
        for topic in topics():
            if name and name in topic.parts:
                return topic
        widget = widget.parentWidget()
    return topics()[0]


def _read(topic: Topic) -> str:
    """Return what a person reads on a page, in small letters."""
    return _TAG.sub("", f"{topic.title} {topic.text}").casefold()


def _has(page: str, word: str) -> bool:
    """Whether a page has a word, or what several words are that no blank divides.

    What is written in wide signs is found where it can be cut into pieces of two signs or more
    that the page has.
    """
    if not _WITHOUT_BLANKS.fullmatch(word):
        return word in page
    ends = {0}
    for start in range(len(word) - 1):
        for end in range(start + 2, len(word) + 1 if start in ends else 0):
            if word[start:end] not in page:
                break
            ends.add(end)
    return len(word) in ends or word in page


def _rank(title: str, wanted: list[str]) -> int:
    if title.startswith(" ".join(wanted)):
        return 0
    return 1 if all(_has(title, word) for word in wanted) else 2


@cache
def _topics(code: str) -> Sequence[Topic]:
    """Return all pages in a language, which is the one that is spoken."""
    first, *words, last = _written(code)
    order = QCollator(QLocale(code))
    words.sort(key=lambda topic: order.sortKey(topic.title))
    return (first, _keys(), *words, *_settings(words), last)


def file_of(code: str) -> Path:
    """Return the file of help in a language; English, where there is none in it."""
    folder = assets.resources() / "help"
    file = folder / f"{code}.xml"
    return file if file.is_file() else folder / f"{SOURCE}.xml"


def _written(code: str) -> Iterator[Topic]:
    """Yield the pages that are written in a file of help."""
    for element in ET.parse(file_of(code)).getroot():  # noqa: S314  it comes with the program
        inner = (element.text or "") + "".join(
            ET.tostring(child, encoding="unicode", method="html") for child in element
        )
        parts = tuple(element.get("parts", "").split())
        yield Topic(element.get("title", ""), unwrapped(inner), parts)


def _keys() -> Topic:
    rows = "\n".join(
        f"<tr><td><b>{escape(keys)}</b></td><td>{escape(does)}</td></tr>"
        for keys, does in shortcut_rows()
    )
    return Topic(pgettext("of the keyboard", "Keys"), f'<table cellspacing="6">{rows}</table>')


def _settings(words: Sequence[Topic]) -> Iterator[Topic]:
    """Yield a page for each setting of a run, in the words of their table."""
    spoken_for = {part for topic in words for part in topic.parts}
    for each in SETTINGS:
        part = f"{each.name}_input"
        parts = () if part in spoken_for else (part,)
        yield Topic(
            _("Setting: {noun}").format(noun=each.noun), f"<p>{escape(each.help)}</p>", parts
        )
