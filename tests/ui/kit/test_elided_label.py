"""A label without room for its words says so, and says all of them when it is pointed at."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.elided_label import ElidedLabel, WholeLabel

WORDS = "Fashion-MNIST: 60,000 training and 10,000 test images"


def picture(label: QLabel) -> QImage:
    return label.grab().toImage()


@pytest.fixture
def label(qtbot: QtBot) -> ElidedLabel:
    made = ElidedLabel(WORDS)
    qtbot.addWidget(made)
    return made


def test_with_room_it_looks_like_any_label(qtbot: QtBot, label: ElidedLabel) -> None:
    usual = QLabel(WORDS)
    qtbot.addWidget(usual)
    for each in (label, usual):
        each.resize(usual.sizeHint())
    assert picture(label) == picture(usual)


def test_without_room_it_ends_in_an_ellipsis(label: ElidedLabel) -> None:
    assert label.minimumSizeHint().width() == 0
    label.resize(120, label.sizeHint().height())
    cut = picture(label)
    label.setText("Fashion-MNIST: 60,000 trousers")
    assert label.text().startswith(WORDS[:18])
    assert picture(label) == cut, "what is cut off is not seen"
    label.setText("Fashion-MNIST: 6")
    assert picture(label) != cut


def test_pointed_at_it_says_what_is_cut_off(label: ElidedLabel) -> None:
    label.setToolTip("What is learned from.")
    label.show()
    where = label.mapToGlobal(QPoint(2, 2))
    for width, expected in ((label.sizeHint().width(), "What is learned from."), (120, WORDS)):
        label.resize(width, 20)
        QToolTip.hideText()
        QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), where))
        assert expected in QToolTip.text()


def test_a_whole_label_insists_on_room_for_all_of_its_lines(qtbot: QtBot) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    whole, greedy = WholeLabel(WORDS), QWidget()
    greedy.setMinimumHeight(10_000)
    column = QVBoxLayout(room)
    column.addWidget(whole)
    column.addWidget(greedy)
    room.resize(200, 10_200)
    room.show()
    line = whole.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: whole.height() >= 2 * line)
    whole.setText(" ".join([WORDS] * 3))
    qtbot.waitUntil(lambda: whole.height() >= 5 * line)
    whole.setText("Few")
    qtbot.waitUntil(lambda: whole.minimumHeight() <= 2 * line)
