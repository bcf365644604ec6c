"""Where the parts of a confusion matrix lie: names, cells, totals and shares."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, QSize

NAMES, TOTALS, SHARES = -1, -2, -3
"""The rows and columns beside those of the classes, which are counted from 0."""
LARGE = 32
"""Pixels of a cell that is read at a glance; totals and shares stand only beside such."""
Cell = tuple[int | None, int | None]
"""True class (row) and predicted class (column); None stands for all of them."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a matrix, in pixels: names, then the classes, their totals and shares.

    Attributes:
        names: the room for names, which stay where they are when all else is scrolled.
        cell: the length of a cell of the classes.
        classes: how many there are.
        totals: the room for the totals.
        shares: the room for the shares.
        scrolled: how far the rest is scrolled.
    """

    names: int
    cell: int
    classes: int
    totals: int
    shares: int
    scrolled: int = 0

    @property
    def folded(self) -> "Axis":
        """The same without totals and shares."""
        return replace(self, totals=0, shares=0)

    @property
    def length(self) -> int:
        """What all of it takes."""
        return self.names + self.classes * self.cell + self.totals + self.shares

    def cell_in(self, room: int) -> int:
        """Return the length of cells that fill some room with the rest; negative without any."""
        return (room - self.names - self.totals - self.shares) // self.classes

    def span(self, line: int) -> tuple[int, int]:
        """Return where a class, or `NAMES` and so on, begins, and how long it is."""
        if line == NAMES:
            return 0, self.names
        begin = self.names - self.scrolled
        if line >= 0:
            return begin + line * self.cell, self.cell
        begin += self.classes * self.cell
        return (begin, self.totals) if line == TOTALS else (begin + self.totals, self.shares)

    def at(self, place: int) -> int | None:
        """Return which class, or which of `NAMES` and so on, lies at a place, if any."""
        if place < self.names:
            return NAMES if place >= 0 else None
        place += self.scrolled - self.names
        if place < self.classes * self.cell:
            return place // self.cell
        place -= self.classes * self.cell
        return (
            TOTALS if place < self.totals else SHARES if place < self.totals + self.shares else None
        )

    def in_sight(self, room: int) -> range:
        """Return the classes that lie at least partly in some room."""
        end = (self.scrolled + room - self.names) // self.cell + 1
        return range(self.scrolled // self.cell, max(0, min(self.classes, end)))

    def showing(self, line: int, room: int) -> int:
        """Return to where to scroll, as little as it takes, to see a class in some room."""
        begin, length = self.span(line)
        before, beyond = self.names - begin, begin + length - room
        return self.scrolled - max(0, before) + max(0, min(beyond, -before))


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """Places in a matrix, in pixels."""

    across: Axis
    down: Axis

    @property
    def size(self) -> QSize:
        """What all of it takes."""
        return QSize(self.across.length, self.down.length)

    @property
    def totals_are_upright(self) -> bool:
        """Whether the totals of the columns are turned, because the columns are too narrow."""
        return self.down.totals != self.down.shares  # level ones are as high as shares

    @property
    def least_side(self) -> int:
        """The shorter side of a cell."""
        return min(self.across.cell, self.down.cell)

    @property
    def has_edges(self) -> bool:
        """Whether totals and shares stand beside the cells and below them."""
        return bool(self.across.totals and self.down.totals)

    @classmethod
    def fit(
        cls, room: QSize, smallest: "MatrixLayout", least: QSize, highest: int
    ) -> "MatrixLayout":
        """Return the layout with the largest cells, up to three times as wide as high.

        Totals and shares are left out where they would take room that cells need to be `LARGE`, or
        larger for large figures. Where cells are scrolled they take none, as they come behind the
        last one.

        Args:
            room: for all of it; where cells of the least size find none, some is out of it.
            smallest: a layout with the same classes, names and edges, and totals upright.
            least: the least size of a cell.
            highest: the greatest height of a cell.
        """
        across, down = smallest.across, smallest.down
        if _folds(across, across.cell_in(room.width()), room.width(), least.width()):
            across = across.folded
        width = max(least.width(), across.cell_in(room.width()))
        is_upright, edge = width < down.totals, max(LARGE, down.cell)
        if not is_upright:
            down = replace(down, totals=edge)
        height = replace(down, shares=edge).cell_in(room.height())
        if height < edge:  # then shares, and totals that are level, are as low as cells
            high = down.totals if is_upright else 0
            lines = replace(down.folded, classes=down.classes + (1 if is_upright else 2))
            height = lines.cell_in(room.height() - high)
        folds = _folds(down, height, room.height(), least.height())
        if folds:
            height = down.folded.cell_in(room.height())
        height = min(height, max(5 * width // 4, LARGE))
        height = max(least.height(), height)
        if not is_upright:
            height = min(height, highest)
            width = min(width, max(least.width(), 3 * height))
        edge = min(edge, height)
        down = replace(down, cell=height, totals=down.totals if is_upright else edge, shares=edge)
        return cls(replace(across, cell=width), down.folded if folds else down)

    def scrolled(self, right: int, down: int) -> "MatrixLayout":
        """Return the same with all but the names moved to the left and up."""
        return MatrixLayout(replace(self.across, scrolled=right), replace(self.down, scrolled=down))

    def place(self, row: int, column: int) -> QRect:
        """Return where a row and a column meet, either of which may be `NAMES` and so on."""
        (left, width), (top, height) = self.across.span(column), self.down.span(row)
        return QRect(left, top, width, height)

    def area(self, cell: Cell) -> QRect:
        """Return all cells of the classes that a cell, row or column stands for."""
        row, column = cell
        last = self.across.classes - 1
        end = self.place(last if row is None else row, last if column is None else column)
        return self.place(row or 0, column or 0).united(end)

    def at(self, point: QPoint) -> Cell | None:
        """Return what lies at a point: a cell, a row, a column, all of it, or nothing."""
        row, column = self.down.at(point.y()), self.across.at(point.x())
        if row is None or column is None:
            return None
        return row if row >= 0 else None, column if column >= 0 else None


def _folds(axis: Axis, cell: int, room: int, least: int) -> bool:
    """Return whether totals and shares take room that cells need, which are so long with them."""
    return cell < max(LARGE, axis.cell) and max(1, axis.folded.cell_in(room)) >= least
