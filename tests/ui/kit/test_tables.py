"""Tables whose rows are sorted by a click on a heading."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.tables import set_up_sorted_rows
from tests.painted import changed

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
HEADINGS = {"Learning rate": RIGHT, "Activation": LEFT, "Last": RIGHT}


@pytest.fixture
def table(qtbot: QtBot) -> QTreeView:
    made = QTreeView()
    qtbot.addWidget(made)
    model = QStandardItemModel(made)
    for column, (heading, side) in enumerate(HEADINGS.items()):
        item = QStandardItem(heading)
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        model.setHorizontalHeaderItem(column, item)
    made.setModel(model)
    set_up_sorted_rows(made)
    made.setSortingEnabled(True)
    made.resize(600, 200)
    for column in range(len(HEADINGS)):
        made.resizeColumnToContents(column)
    made.show()
    return made


@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize("heading", HEADINGS)
def test_the_arrow_lies_beside_the_words_of_a_heading(
    table: QTreeView, heading: str, percent: int
) -> None:
    header, column = table.header(), list(HEADINGS).index(heading)
    font = header.font()
    font.setPointSizeF(font.pointSizeF() * percent / 100)
    header.setFont(font)
    for each in range(len(HEADINGS)):
        table.resizeColumnToContents(each)
    pictures = []
    for sorted_by in (column, (column + 1) % len(HEADINGS)):
        table.sortByColumn(sorted_by, Qt.SortOrder.AscendingOrder)
        pictures.append(header.grab().toImage())
    begin, width = header.sectionPosition(column), header.sectionSize(column)
    arrow = [x - begin for x, _y in changed(*pictures) if begin <= x < begin + width]
    words = header.fontMetrics().horizontalAdvance(heading)
    assert arrow
    if HEADINGS[heading] is RIGHT:
        assert max(arrow) < width - words
    else:
        assert min(arrow) > words


def test_a_heading_has_room_for_an_arrow_before_it_has_one(table: QTreeView) -> None:
    widths = []
    for column in range(len(HEADINGS)):
        table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        widths.append([table.header().sectionSizeHint(each) for each in range(len(HEADINGS))])
    assert widths[0] == widths[1] == widths[2]
