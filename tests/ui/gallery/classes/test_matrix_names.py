"""What is written beside a confusion matrix never lies on anything else that is."""

from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.gallery.classes.matrix_layout import MatrixLayout
from lenet_desktop.ui.gallery.classes.matrix_painter import OVERVIEW, MatrixPainter, matrix_font
from lenet_desktop.ui.kit.theme import LIGHT
from tests.made_images import NAMES, made_images, made_predictions


class Written(QPainter):
    """Takes down where words are written that stand level.

    Attributes:
        words: each text with the room that it takes.
    """

    def __init__(self, size: QSize) -> None:
        self._image = QImage(size, QImage.Format.Format_RGB32)  # which has to outlive it
        super().__init__(self._image)
        self.words: list[tuple[str, QRect]] = []

    def drawText(self, *about: Any) -> None:  # type: ignore[override]
        """Write, and take it down."""
        area, flags, text = about
        self.words.append((text, self.boundingRect(area, flags, text)))
        super().drawText(area, flags, text)

    def beside(self, layout: MatrixLayout) -> list[tuple[str, QRect]]:
        """Return what is written outside the cells."""
        corner = QPoint(layout.across.names, layout.down.names)
        cells = QRect(corner, QSize(layout.across.length, layout.down.length))
        return [(text, area) for text, area in self.words if not cells.contains(area.center())]


def lying_on_each_other(words: list[tuple[str, QRect]]) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, area), (other, others) in combinations(words, 2)
        if area.intersects(others) and one != other
    ]


@pytest.mark.parametrize("line", [0, 1, 4, 5, 31, 60, 61])
def test_the_name_at_the_keyboard_lies_on_no_other_in_the_overview(qtbot: QtBot, line: int) -> None:
    counts = made_predictions(made_images(62)).confusion
    painter = MatrixPainter(matrix_font(QGuiApplication.font()), NAMES, least=OVERVIEW)
    room = QSize(500, 420)
    layout = painter.fit(room)
    assert layout.size.height() <= room.height(), "all classes are in sight"
    written = Written(room)
    painter.paint(written, layout, counts, LIGHT, pointed=(line, line))
    painter.paint_focus(written, layout, (line, line), LIGHT)
    written.end()
    beside = written.beside(layout)
    assert len([text for text, _area in beside if text == NAMES[line]]) >= 2
    assert len(beside) > 20, "others are named, too"
    assert lying_on_each_other(beside) == []


def test_the_figures_in_the_corner_lie_on_no_name_of_an_axis(
    qtbot: QtBot, spoken_language: str
) -> None:
    counts = made_predictions(made_images(10, count=35)).confusion
    for font in (matrix_font(QGuiApplication.font()), QGuiApplication.font()):
        painter = MatrixPainter(font, NAMES[:10], figures=2)
        layout = painter.fit(QSize(300, 260))
        written = Written(layout.size)
        painter.paint(written, layout, counts, LIGHT)
        written.end()
        corner = [(text, area) for text, area in written.beside(layout) if "\n" in text]
        assert len(corner) == 2
        assert lying_on_each_other(corner) == []
