"""The pages of help: how the window is used, and what each of its words means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from xml.etree import ElementTree as ET

from PySide6.QtWidgets import QWidget

from lenet_desktop import assets
from lenet_desktop.settings.config import SETTINGS
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.ui.kit.shortcuts import shortcut_rows


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


@cache
def topics() -> Sequence[Topic]:
    """Return all pages: how to begin, the keys, the words by the alphabet, settings, sources."""
    first, *words, last = _written()
    words.sort(key=lambda topic: topic.title)
    return (first, _keys(), *words, *_settings(words), last)


def find_topics(text: str) -> list[Topic]:
    """Return the pages that have all of the words somewhere; those that are called so come first.

    Args:
        text: words, or beginnings of words, in any order; without any all pages are returned.
    """
    wanted = text.casefold().split()
    found = [
        each
        for each in topics()
        if all(word in f"{each.title} {each.text}".casefold() for word in wanted)
    ]
    return sorted(found, key=lambda each: _rank(each.title.casefold(), " ".join(wanted)))


def topic_about(widget: QWidget | None) -> Topic:
    """Return the page about a part of the window, or about what it lies in, or the first one."""
    while widget is not None:
        name = widget.objectName()
        for topic in topics():
            if name and name in topic.parts:
                return topic
        widget = widget.parentWidget()
    return topics()[0]


def _rank(title: str, wanted: str) -> int:
    if title.startswith(wanted):
        return 0
    return 1 if wanted in title else 2


def _written() -> Iterator[Topic]:
    """Yield the pages that are written in the file of help."""
    file = assets.resources() / "help" / "en.xml"
    for element in ET.parse(file).getroot():  # noqa: S314  it comes with the program
        inner = (element.text or "") + "".join(
            ET.tostring(child, encoding="unicode", method="html") for child in element
        )
        parts = tuple(element.get("parts", "").split())
        yield Topic(element.get("title", ""), inner, parts)


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
