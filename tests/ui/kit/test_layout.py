"""Parts are stacked where they do not fit side by side, and come back as they were."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.layout import PageArea, StackingSplitter, follow_font


def part(width: int) -> QWidget:
    made = QWidget()
    made.setMinimumSize(width, 50)
    return made


@pytest.fixture
def left() -> QWidget:
    return part(200)


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 500)
    return made


@pytest.fixture
def splitter(room: QWidget, left: QWidget) -> StackingSplitter:
    made = StackingSplitter(left, part(300))
    made.setParent(room)
    made.setHandleWidth(8)
    made.resize(600, 400)
    room.show()
    return made


def test_the_parts_are_stacked_exactly_where_they_do_not_fit(splitter: StackingSplitter) -> None:
    assert splitter.minimumSizeHint().width() == 300
    for width, orientation in (
        (508, Qt.Orientation.Horizontal),
        (507, Qt.Orientation.Vertical),
        (300, Qt.Orientation.Vertical),
        (508, Qt.Orientation.Horizontal),
    ):
        splitter.resize(width, 400)
        assert splitter.orientation() is orientation, width


def test_each_way_to_stand_keeps_its_sizes(splitter: StackingSplitter) -> None:
    splitter.setSizes([250, 342])
    beside = splitter.sizes()
    splitter.resize(400, 400)
    above = splitter.sizes()
    assert above == pytest.approx([196, 196], abs=1)
    splitter.setSizes([100, 292])
    splitter.resize(600, 400)
    assert splitter.sizes() == beside
    splitter.resize(400, 400)
    assert splitter.sizes() == [100, 292]


def test_sizes_are_kept_while_it_has_a_size_that_nobody_sees(
    room: QWidget, splitter: StackingSplitter
) -> None:
    splitter.setSizes([250, 342])
    beside = splitter.sizes()
    room.hide()
    splitter.resize(400, 400)
    assert splitter.orientation() is Qt.Orientation.Horizontal
    splitter.resize(600, 400)
    room.show()
    assert splitter.sizes() == beside
    room.hide()
    splitter.resize(400, 400)
    room.show()
    assert splitter.orientation() is Qt.Orientation.Vertical


def test_a_part_that_grows_wider_goes_below(splitter: StackingSplitter, left: QWidget) -> None:
    left.setMinimumWidth(400)
    QApplication.processEvents()
    assert splitter.orientation() is Qt.Orientation.Vertical


def test_sizes_of_another_width_are_not_taken_for_those_of_this_one(
    splitter: StackingSplitter,
) -> None:
    splitter.setSizes([250, 342])
    state = splitter.saveState()
    splitter.resize(400, 400)
    splitter.restoreState(state)
    splitter.resize(400, 401)
    assert splitter.orientation() is Qt.Orientation.Vertical
    assert splitter.sizes() == pytest.approx([196, 196], abs=1)


def test_a_page_is_scrolled_only_where_a_window_is_smaller_than_it_can_be(qtbot: QtBot) -> None:
    page, content = QWidget(), part(1_500)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(content)
    area = PageArea(page)
    qtbot.addWidget(area)
    assert area.minimumSizeHint().width() < 1_000
    assert area.minimumSizeHint().height() == 50
    area.resize(1_600, 400)
    area.show()
    assert page.size() == area.size()
    area.resize(900, 400)
    assert page.width() == 1_500
    assert area.horizontalScrollBar().maximum() == 600
    content.setMinimumSize(200, 100)
    qtbot.waitUntil(lambda: area.minimumSizeHint().height() == 100)
    qtbot.waitUntil(lambda: page.width() == 900)


def test_what_depends_on_letters_follows_them(qtbot: QtBot) -> None:
    label, fits = QLabel("words"), list[int]()
    qtbot.addWidget(label)
    follow_font(label, lambda: fits.append(label.fontMetrics().height()))
    assert len(fits) == 1
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    qtbot.waitUntil(lambda: len(fits) == 2)
    assert fits[1] > fits[0]
