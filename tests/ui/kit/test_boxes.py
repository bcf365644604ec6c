import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.theme import SPACING

SIDE = 20


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 300)
    return page


def block() -> QPushButton:
    part = QPushButton()
    part.setMinimumSize(SIDE, SIDE)
    part.setMaximumHeight(SIDE)
    return part


def places(page: QWidget, *parts: QWidget) -> list[QPoint]:
    page.show()
    return [part.mapTo(page, QPoint()) for part in parts]


def test_parts_stand_below_each_other_and_side_by_side(page: QWidget) -> None:
    above, left, right = block(), block(), block()
    in_column(above, in_row(left, (right, 1)), None, on=page)

    assert places(page, above, left) == [QPoint(0, 0), QPoint(0, SIDE + SPACING)]
    assert right.geometry().left() == left.geometry().right() + 1 + SPACING
    assert right.width() > left.width()  # which has no share of what is left
    assert right.geometry().right() == page.width() - 1


def test_margins_gaps_and_room_that_stays_free(page: QWidget) -> None:
    first, second = block(), block()
    in_column(first, 30, (second, 0, Qt.AlignmentFlag.AlignRight), None, margins=(1, 2, 3, 4),
              spacing=0, on=page)  # fmt: skip

    assert places(page, first)[0] == QPoint(1, 2)
    assert second.geometry().top() == first.geometry().bottom() + 1 + 30
    assert second.geometry().right() == page.width() - 1 - 3


def test_what_room_stays_free_has_a_share_as_others_do(page: QWidget) -> None:
    first, second = block(), block()
    in_row((first, 1), None, (second, 2), spacing=0, margins=0, on=page)
    places(page, first)

    assert first.width() == pytest.approx(page.width() / 4, abs=2)
    assert second.width() == pytest.approx(page.width() / 2, abs=2)
