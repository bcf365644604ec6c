"""A part that is made when somebody first sees it is what it would have been from the start."""

from PySide6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.late_part import LatePart
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme


class Told(QLabel):
    """Says which theme it was told."""

    def show_theme(self, theme: Theme) -> None:
        self.setText(theme.name)


def test_it_is_made_once_when_it_is_first_shown(qtbot: QtBot) -> None:
    made: list[Told] = []
    place = LatePart(Told)
    place.once_made(made.append)
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    pages.addWidget(QLabel("first"))
    pages.addWidget(place)
    pages.show()
    assert made == []
    pages.setCurrentIndex(1)
    assert made == [place.part]
    assert place.part.isVisible()
    pages.setCurrentIndex(0)
    pages.setCurrentIndex(1)
    assert made == [place.part]


def test_it_is_made_when_it_is_asked_for_and_whoever_comes_later_has_it_at_once(
    qtbot: QtBot,
) -> None:
    place, made = LatePart(Told), list[Told]()
    qtbot.addWidget(place)
    part = place.part
    assert place.isAncestorOf(part)
    place.once_made(made.append)
    assert made == [part]


def test_it_has_the_theme_that_was_told_before_and_after_it_was_made(qtbot: QtBot) -> None:
    place = LatePart(Told)
    qtbot.addWidget(place)
    place.show_theme(DARK)
    assert place.part.text() == DARK.name
    place.show_theme(LIGHT)
    assert place.part.text() == LIGHT.name
