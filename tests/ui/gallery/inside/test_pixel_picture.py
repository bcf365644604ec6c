"""Pixels of the enlarged image tell their values to the mouse and to the keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.gallery.inside.pixel_picture import EnlargedImage, Pixel

VALUES = (np.arange(28 * 28).reshape(28, 28) % 251).astype(np.uint8)


@pytest.fixture
def picture(qtbot: QtBot) -> EnlargedImage:
    shown = EnlargedImage()
    qtbot.addWidget(shown)
    shown.resize(6 * 28 + 9, 7 * 28)
    shown.show_image(QImage(VALUES.tobytes(), 28, 28, 28, QImage.Format.Format_Grayscale8).copy())
    shown.show()
    shown.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    return shown


def point_of(picture: EnlargedImage, pixel: Pixel) -> QPoint:
    middle = picture.scale // 2
    return QPoint(pixel.column, pixel.row) * picture.scale + QPoint(middle, middle)


def words_of(pixel: Pixel) -> str:
    return f"Row {pixel.row}, column {pixel.column}: {VALUES[pixel]} of 255"


@pytest.mark.parametrize(
    ("start", "key", "goal"),
    [
        ((5, 9), Qt.Key.Key_Left, (5, 8)),
        ((5, 9), Qt.Key.Key_Right, (5, 10)),
        ((5, 9), Qt.Key.Key_Up, (4, 9)),
        ((5, 9), Qt.Key.Key_Down, (6, 9)),
        ((5, 9), Qt.Key.Key_Home, (5, 0)),
        ((5, 9), Qt.Key.Key_End, (5, 27)),
        ((0, 0), Qt.Key.Key_Up, (0, 0)),
        ((0, 0), Qt.Key.Key_Left, (0, 0)),
        ((27, 27), Qt.Key.Key_Down, (27, 27)),
        ((27, 27), Qt.Key.Key_Right, (27, 27)),
        ((5, 9), Qt.Key.Key_X, (5, 9)),
    ],
)
def test_keys_lead_from_pixel_to_pixel(
    picture: EnlargedImage, start: tuple[int, int], key: Qt.Key, goal: tuple[int, int]
) -> None:
    picture.go_to(Pixel(*start))
    QTest.keyClick(picture, key)
    assert picture.accessibleDescription() == words_of(Pixel(*goal))


def test_the_keyboard_s_pixel_is_framed_and_its_value_is_on_the_picture(
    picture: EnlargedImage,
) -> None:
    ground = picture.palette().color(QPalette.ColorRole.ToolTipBase)
    for row, free_edge, band_edge in ((3, 1, -2), (24, -2, 1)):
        picture.go_to(Pixel(row, 20))
        shown = picture.grab().toImage()
        corner = QPoint(20, row) * picture.scale
        assert shown.pixelColor(corner - QPoint(1, 1)) == QColor("white")
        assert shown.pixelColor(corner - QPoint(2, 2)) == QColor("black")
        assert shown.pixelColor(point_of(picture, Pixel(row, 20))).value() == VALUES[row, 20]
        side = picture.area.height()
        assert shown.pixelColor(1, band_edge % side) == ground
        assert shown.pixelColor(1, free_edge % side) != ground
    picture.go_to(Pixel(0, 0))
    assert picture.grab().toImage().pixelColor(0, 0) == QColor("white"), "framed at the edge, too"
    picture.clearFocus()
    assert picture.grab().toImage().pixelColor(1, 1).value() == VALUES[0, 0]


def test_a_click_puts_the_keyboard_there(picture: EnlargedImage) -> None:
    place = Pixel(21, 2)
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=point_of(picture, place))
    assert picture.accessibleDescription() == words_of(place)
    beside = picture.area.bottomRight() + QPoint(4, 0)
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=beside)
    assert picture.accessibleDescription() == words_of(place)


def test_the_mouse_is_told_of_the_pixel_under_it(picture: EnlargedImage) -> None:
    place = point_of(picture, Pixel(11, 17))
    help_event = QHelpEvent(QEvent.Type.ToolTip, place, picture.mapToGlobal(place))
    QApplication.sendEvent(picture, help_event)
    assert words_of(Pixel(11, 17)) in QToolTip.text()
    assert picture.pixel_at(picture.area.bottomRight() + QPoint(1, 0)) is None


def test_another_image_keeps_the_place_and_tells_its_value(picture: EnlargedImage) -> None:
    picture.go_to(Pixel(2, 3))
    white = QImage(28, 28, QImage.Format.Format_Grayscale8)
    white.fill(QColor("white"))
    picture.show_image(white)
    assert picture.accessibleDescription() == "Row 2, column 3: 255 of 255"


def test_without_an_image_there_is_nothing_to_tell(picture: EnlargedImage) -> None:
    picture.show_image(None)
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert picture.accessibleDescription() == ""
    assert picture.pixel_at(QPoint(3, 3)) is None
    assert not picture.grab().isNull()
