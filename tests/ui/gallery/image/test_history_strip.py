"""The strip of epochs: the keyboard goes along it, and what it comes to is spoken."""

from html import unescape

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, Slot
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.gallery.image.history_strip import HistoryStrip

COAT, SHIRT = 4, 6
GUESSES = [(1, SHIRT), (2, COAT), (3, SHIRT), (5, COAT)]  # epoch 4 was not kept


class Shown(HistoryStrip):
    """A strip in a gallery that shows the epoch that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []
        self.epoch_chosen.connect(self._on_epoch_chosen)

    @Slot(int)
    def _on_epoch_chosen(self, epoch: int) -> None:
        self.chosen.append(epoch)
        self.show_history(GUESSES, COAT, epoch)


@pytest.fixture
def strip(qtbot: QtBot) -> Shown:
    shown = Shown()
    qtbot.addWidget(shown)
    shown.resize(200, 16)
    shown.show_history(GUESSES, COAT, 3)
    shown.show()
    shown.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    return shown


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (Qt.Key.Key_Left, "Epoch 2: Coat, correct"),
        (Qt.Key.Key_Right, "Epoch 5: Coat, correct"),
        (Qt.Key.Key_Home, "Epoch 1: Shirt, wrong"),
        (Qt.Key.Key_End, "Epoch 5: Coat, correct"),
    ],
)
def test_keys_lead_to_epochs_whose_answer_is_spoken(
    strip: Shown, spoken: list[str], key: Qt.Key, sentence: str
) -> None:
    QTest.keyClick(strip, key)
    assert spoken == [sentence]
    assert strip.accessibleDescription() == sentence


def test_there_is_nothing_beyond_the_ends(strip: Shown, spoken: list[str]) -> None:
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_X):
        QTest.keyClick(strip, key)
    assert strip.chosen == [1]
    for key in (Qt.Key.Key_End, Qt.Key.Key_End, Qt.Key.Key_Right):
        QTest.keyClick(strip, key)
    assert strip.chosen == [1, 5]
    assert len(spoken) == 2


def test_the_description_tells_of_the_epoch_looked_at(strip: Shown) -> None:
    assert strip.accessibleName() == "Right in 2 of 4 epochs"
    assert strip.accessibleDescription() == "Epoch 3: Shirt, wrong"
    strip.show_history(GUESSES, COAT, 4)
    assert strip.accessibleDescription().startswith("One cell for each epoch")
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.accessibleDescription() == "Epoch 3: Shirt, wrong"
    strip.show_history(GUESSES, COAT, None)
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert strip.accessibleDescription() == "Epoch 1: Shirt, wrong"


def test_the_mouse_is_told_the_same(strip: Shown) -> None:
    place = QPoint(2 * 24 + 5, 5)
    QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, place, strip.mapToGlobal(place)))
    assert "Epoch 3: Shirt (✗ wrong)" in unescape(QToolTip.text())
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert strip.chosen == [1]
