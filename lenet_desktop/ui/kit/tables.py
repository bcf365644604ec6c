"""Tables that are read: figures in line, no grid, and nothing to be edited."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyleOptionHeader,
    QStyleOptionHeaderV2,
    QTableView,
    QTreeView,
    QWidget,
)

from lenet_desktop.ui.kit.theme import steady_figures


def set_up_table(table: QTableView) -> None:
    """Have a table read as a list of facts; Tab leads on from it, and not from cell to cell."""
    table.setFont(steady_figures(table.font()))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setHighlightSections(False)


def set_up_rows(table: QTableView) -> None:
    """Have a table read so, whose rows are selected as a whole and have no heads."""
    set_up_table(table)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setWordWrap(False)
    table.verticalHeader().hide()


def set_up_sorted_rows(table: QTreeView) -> SortedHeader:
    """Have a table read so, whose rows are sorted by a click on one of the returned headings.

    A tree view moves by rows: Home and End lead to the first and last.
    """
    table.setFont(steady_figures(table.font()))
    headings = SortedHeader(table)
    table.setHeader(headings)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.setAlternatingRowColors(True)
    table.setUniformRowHeights(True)
    table.setAllColumnsShowFocus(True)
    table.setRootIsDecorated(False)
    return headings


class SortedHeader(QHeaderView):
    """Headings with an arrow where rows are sorted, at the end to which the words do not stand.

    Fusion's own lies on the last letter of a heading that is written to the right, and Qt keeps
    twice the room for it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setStretchLastSection(False)
        self.setHighlightSections(False)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:
        """Describe a heading to the style; one to the right is a mirror of one to the left."""
        super().initStyleOptionForIndex(option, section)
        if option.textAlignment & Qt.AlignmentFlag.AlignRight:
            option.direction = Qt.LayoutDirection.RightToLeft

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Return the room that a heading needs beside an arrow, whether it has one or not."""
        option = QStyleOptionHeaderV2()
        self.initStyleOption(option)
        self.initStyleOptionForIndex(option, section)
        option.sortIndicator = QStyleOptionHeader.SortIndicator.None_
        contents, style = QStyle.ContentsType.CT_HeaderSection, self.style()
        words = style.sizeFromContents(contents, option, QSize(), self)
        option.sortIndicator = QStyleOptionHeader.SortIndicator.SortDown
        option.direction, option.rect = Qt.LayoutDirection.LeftToRight, QRect(QPoint(0, 0), words)
        arrow = style.subElementRect(QStyle.SubElement.SE_HeaderArrow, option, self)
        return words + QSize(words.width() - arrow.left(), 0)
