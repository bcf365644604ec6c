"""Where the parts of a confusion matrix lie: names, cells, totals and shares."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

from lenet_desktop.data.datasets import CLASS_NAMES

CLASSES = len(CLASS_NAMES)
NAMES, TOTALS, SHARES = -1, CLASSES, CLASSES + 1
"""Rows and columns beside those of the classes, which are 0-9: the names come before them."""
LINES = CLASSES + 2
"""Rows below the names, and columns beside them."""
Cell = tuple[int | None, int | None]
"""True class (row) and predicted class (column); None stands for all of them."""


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """Places in a matrix, in pixels.

    Attributes:
        names: the width of the names of the rows and the height of those of the columns.
        cell: the size of a cell of the classes.
        edges: the widths of the columns with totals and with shares.
        totals_height: the height of the row with totals.
    """

    names: QSize
    cell: QSize
    edges: tuple[int, int]
    totals_height: int

    @property
    def totals_are_upright(self) -> bool:
        """Whether the totals of the columns are turned, because the columns are too narrow."""
        return self.totals_height > self.cell.height()

    @classmethod
    def fit(
        cls, room: QSize, names: QSize, edges: tuple[int, int], total_width: int
    ) -> "MatrixLayout":
        """Return the layout with the largest cells, at most three times as wide as high."""
        width = max(1, (room.width() - names.width() - sum(edges)) // CLASSES)
        down = room.height() - names.height()
        if width < total_width:
            height = max(1, (down - total_width) // (LINES - 1))
            return cls(names, QSize(width, height), edges, max(total_width, height))
        height = max(1, down // LINES)
        return cls(names, QSize(min(width, 3 * height), height), edges, height)

    def place(self, row: int, column: int) -> QRect:
        """Return where a row and a column meet, either of which may be `NAMES` and so on."""
        left, width = self._across(column)
        top, height = self._down(row)
        return QRect(left, top, width, height)

    def area(self, cell: Cell) -> QRect:
        """Return all cells of the classes that a cell, row or column stands for."""
        row, column = cell
        first = self.place(row or 0, column or 0)
        last = self.place(
            CLASSES - 1 if row is None else row, CLASSES - 1 if column is None else column
        )
        return first.united(last)

    def at(self, point: QPoint) -> Cell | None:
        """Return what lies at a point: a cell, a row, a column, all of it, or nothing."""
        for row in range(NAMES, LINES):
            for column in range(NAMES, LINES):
                if self.place(row, column).contains(point):
                    return _class_or_all(row), _class_or_all(column)
        return None

    def _across(self, column: int) -> tuple[int, int]:
        left, width = self.names.width(), self.cell.width()
        if column == NAMES:
            return 0, left
        if column < CLASSES:
            return left + column * width, width
        totals, shares = self.edges
        left += CLASSES * width
        return (left, totals) if column == TOTALS else (left + totals, shares)

    def _down(self, row: int) -> tuple[int, int]:
        top, height = self.names.height(), self.cell.height()
        if row == NAMES:
            return 0, top
        if row == TOTALS:
            return top + row * height, self.totals_height
        return top + row * height + (self.totals_height - height) * (row > TOTALS), height


def _class_or_all(position: int) -> int | None:
    return position if 0 <= position < CLASSES else None
