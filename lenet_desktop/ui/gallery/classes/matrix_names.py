"""The names of rows and columns of a confusion matrix, which stay while the rest is scrolled."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.gallery.classes.matrix_figures import brief, draw_upright
from lenet_desktop.ui.gallery.classes.matrix_layout import NAMES, SHARES, TOTALS, MatrixLayout
from lenet_desktop.ui.kit.theme import SPACING, Theme

GAP = SPACING // 2
AIR = 2
"""Pixels on each side of what would run into its neighbour otherwise."""
USUAL_TOTAL, _USUAL_SHARE = "0,000", "00"
_TOTAL = marked("total")
_COLUMN_EDGES, _ROW_EDGES = (_TOTAL, marked("recall %")), (_TOTAL, marked("precision %"))
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ABOVE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom


class MatrixNames:
    """Writes with whatever font the painter has.

    Args:
        metrics: of that font.
        names: of the classes, in their order. Endless ones are cut.
        cell: the least width of a cell, over which names stand level if all of them fit.

    Attributes:
        width: what names beside the rows take.
        height: what names over the columns take, as far as they are upright.
    """

    def __init__(self, metrics: QFontMetrics, names: Sequence[str], cell: int) -> None:
        self._metrics = metrics
        self._names = [brief(name, metrics) for name in names]
        advance = metrics.horizontalAdvance
        longest = max(map(advance, self._names))
        self._is_level = longest + 2 * AIR <= cell
        self.width = max(longest, *map(advance, map(_, _ROW_EDGES)))
        self.height = (
            max(0 if self._is_level else longest, *map(advance, map(_, _COLUMN_EDGES))) + GAP
        )

    def paint_rows(
        self, painter: QPainter, layout: MatrixLayout, rows: range, pointed: int | None = None
    ) -> None:
        """Write the names of rows, of small ones some, and those of totals and shares.

        Args:
            painter: with whose font.
            layout: where.
            rows: those in sight.
            pointed: the one of which `point_at_row` writes the name, where it needs the room.
        """
        named = self._named(rows, layout.down.cell, pointed)
        names = [(row, self._names[row]) for row in named]
        edges = zip((TOTALS, SHARES), map(_, _ROW_EDGES), strict=True) if layout.down.totals else ()
        for row, name in (*names, *edges):
            place = self._row_name_place(layout, row)
            painter.drawText(place.adjusted(0, 0, -GAP, 0), RIGHT, name)

    def paint_columns(
        self, painter: QPainter, layout: MatrixLayout, columns: range, pointed: int | None = None
    ) -> None:
        """Write the names of columns, of narrow ones some, as `paint_rows` writes those of rows."""
        for column in self._named(columns, layout.across.cell, pointed):
            self._write_column_name(painter, self._column_name_place(layout, column), column)
        if not layout.across.totals:
            return
        edges = (TOTALS, USUAL_TOTAL), (SHARES, _USUAL_SHARE)
        for (edge, figures), name in zip(edges, map(_, _COLUMN_EDGES), strict=True):
            area = layout.place(NAMES, edge).adjusted(0, 0, 0, -GAP)
            # Over the figures, which stand at the right.
            area.setLeft(area.right() + 1 - self._metrics.horizontalAdvance(figures))
            draw_upright(painter, area, _LEFT, name)

    def point_at_row(self, painter: QPainter, layout: MatrixLayout, row: int, theme: Theme) -> None:
        """Write the name of a row as that at which the keyboard stands."""
        place = self._row_name_place(layout, row)
        painter.fillRect(self._behind_row_name(place, row), QColor(theme.accent))
        painter.setPen(QColor(theme.on_accent))
        painter.drawText(place.adjusted(0, 0, -GAP, 0), RIGHT, self._names[row])

    def point_at_column(
        self, painter: QPainter, layout: MatrixLayout, column: int, theme: Theme
    ) -> None:
        """Write the name of a column as that at which the keyboard stands."""
        place = self._column_name_place(layout, column)
        painter.fillRect(self._behind_column_name(place, column), QColor(theme.accent))
        painter.setPen(QColor(theme.on_accent))
        self._write_column_name(painter, place, column)

    def _behind_row_name(self, place: QRect, row: int) -> QRect:
        """Return what a name covers that ends at the matrix."""
        length = self._metrics.horizontalAdvance(self._names[row]) + 2 * AIR
        height = min(self._metrics.height() + 2 * AIR, place.height())
        top = place.top() + (place.height() - height) // 2
        return QRect(place.right() + 1 - AIR - length, top, length, height)

    def _behind_column_name(self, place: QRect, column: int) -> QRect:
        """Return what a name covers that stands on the matrix, level or upright."""
        length = self._metrics.horizontalAdvance(self._names[column]) + 2 * AIR
        height = self._metrics.height() + 2 * AIR
        width, height = (length, height) if self._is_level else (height, length)
        width = min(width, place.width() - 1)
        left = place.left() + (place.width() - width) // 2
        return QRect(left, place.bottom() + 1 - AIR - height, width, height)

    def _row_name_place(self, layout: MatrixLayout, row: int) -> QRect:
        """Return where a name is written, which is higher than cells are where all are seen."""
        place = layout.place(row, NAMES)
        spare = max(0, self._metrics.height() + 1 - place.height())
        return place.adjusted(0, -(spare // 2), 0, spare - spare // 2)

    def _column_name_place(self, layout: MatrixLayout, column: int) -> QRect:
        place = layout.place(NAMES, column)
        spare = max(0, self._metrics.height() + 1 - place.width())
        return place.adjusted(-(spare // 2), 0, spare - spare // 2, 0)

    def _named(self, lines: range, cell: int, pointed: int | None) -> list[int]:
        """Return those classes, evenly spaced, whose names do not run into each other."""
        step = -(-self._metrics.height() // cell)
        named = range(-(-lines.start // step) * step, lines.stop, step)
        return [line for line in named if pointed is None or not 0 < abs(line - pointed) < step]

    def _write_column_name(self, painter: QPainter, place: QRect, column: int) -> None:
        """Write a class's name level if every one fits over its column, or all of them upright."""
        area, name = place.adjusted(0, 0, 0, -GAP), self._names[column]
        if self._is_level:
            painter.drawText(area, _ABOVE, name)
        else:
            draw_upright(painter, area, _LEFT, name)


def strip(layout: MatrixLayout, room: QSize | None, row: int, column: int) -> QRect | None:
    """Return where names, or all else, are seen in a matrix that is scrolled."""
    if room is None:
        return None
    left, top = layout.across.names, layout.down.names
    return QRect(
        QPoint(left - AIR if column == 0 else 0, top - AIR if row == 0 else 0),
        QPoint(
            (room.width() if column == 0 else left) - 1, (room.height() if row == 0 else top) - 1
        ),
    )


@contextmanager
def clipped(painter: QPainter, area: QRect | None) -> Iterator[None]:
    """Paint only within an area, if there is one."""
    if area is None:
        yield
        return
    painter.save()
    painter.setClipRect(area)
    yield
    painter.restore()
