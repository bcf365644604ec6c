"""A card lies framed on the ground of the window, with a title where it has one."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.layout import VerticalScrollArea
from lenet_desktop.ui.kit.theme import ThemeController, ThemeMode


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_it_has_a_ground_and_a_frame_of_its_own(qtbot: QtBot, mode: ThemeMode) -> None:
    window, scrolled = QWidget(), QLabel("scrolled")
    qtbot.addWidget(window)
    themes = ThemeController(window)
    card = Card("Settings", VerticalScrollArea(scrolled))
    QVBoxLayout(window).addWidget(card)
    themes.set_mode(mode)
    window.resize(300, 200)
    window.show()
    picture = window.grab().toImage()
    theme = themes.theme

    def colour(place: QPoint) -> QColor:
        return picture.pixelColor(place)

    middle = card.geometry().center()
    assert colour(QPoint(2, middle.y())) == QColor(theme.window)
    assert colour(QPoint(card.x(), middle.y())) == QColor(theme.border)
    assert colour(QPoint(card.x() + 4, middle.y())) == QColor(theme.surface)
    corner = scrolled.mapTo(window, QPoint(scrolled.width() - 2, scrolled.height() - 2))
    assert colour(corner) == QColor(theme.surface)
    themes.set_mode(ThemeMode.SYSTEM)


def test_without_a_name_there_is_no_room_for_one(qtbot: QtBot) -> None:
    card = Card("", QLabel("content"))
    qtbot.addWidget(card)
    nameless = card.sizeHint().height()
    card.set_title("Next run")
    assert card.sizeHint().height() > nameless
    assert card.title.font().bold()
