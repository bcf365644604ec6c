"""What has nothing to show yet shows all the same that it has the keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.gallery.classes.confused_pairs import ConfusedPairs
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix


@pytest.mark.parametrize("made", [ConfusionMatrix, ConfusedPairs])
def test_the_keyboard_is_seen_in_a_view_that_is_empty(
    qtbot: QtBot, made: Callable[[], QWidget]
) -> None:
    window, view, other = QWidget(), made(), QPushButton("Elsewhere")
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    for part in (view, other):
        layout.addWidget(part)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    other.setFocus()
    without = view.grab().toImage()
    view.setFocus()
    assert view.hasFocus()
    assert view.grab().toImage() != without
