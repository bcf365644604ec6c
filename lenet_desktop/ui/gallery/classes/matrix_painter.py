"""Paints a confusion matrix with its totals and shares, on the screen and for a file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, product

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from lenet_desktop.networks.predictions import Numbers, precisions, recalls
from lenet_desktop.ui.gallery.classes.matrix_figures import (
    NEARLY_ALL,
    brief,
    cell_colour,
    draw_upright,
    font_for,
    whole_percent,
)
from lenet_desktop.ui.gallery.classes.matrix_layout import (
    LARGE,
    NAMES,
    SHARES,
    TOTALS,
    Axis,
    Cell,
    MatrixLayout,
)
from lenet_desktop.ui.gallery.classes.matrix_words import FIGURES, overall_figures
from lenet_desktop.ui.kit.theme import SPACING, Theme, caption, steady_figures

OVERVIEW, USUAL = 1, 0
"""Least pixels of a cell where all classes are seen at once, and where nobody has zoomed."""
MOST_IN_SIGHT = 10
"""Classes that are always seen all at once; more are scrolled where there is no room for them."""
_COLUMNS_ARE, _ROWS_ARE = "predicted →", "true ↓"
_COLUMN_EDGES, _ROW_EDGES = ("total", "recall %"), ("total", "precision %")
_USUAL_COUNT, _USUAL_TOTAL, _USUAL_SHARE = "000", "0,000", "00"
_GAP = SPACING // 2
_AIR = 2
"""Pixels on each side of what would run into its neighbour otherwise."""
_FILLED = 0.91
"""How much of the width of a cell its figures may take."""
_SCROLLED_CELL = QSize(18, 18)
"""The least cell where there are so many that some are out of sight: easy to click and to read."""
_HIGHEST_CELL = 96
"""Pixels of a cell where there are but a few, which would be huge otherwise."""
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ABOVE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom


def matrix_font(font: QFont) -> QFont:
    """Return the font of the matrix and of what stands beside it: small, with steady figures."""
    return caption(steady_figures(font))


class MatrixPainter:
    """Paints in one font: names, a heat map, totals, recall, precision and accuracy.

    Args:
        font: of all that is written.
        names: of the classes, in the order of rows and columns. Endless ones are cut.
        figures: how many stand in the corner: the accuracy, and perhaps the balanced one.
        least: pixels that cells are at least wide and high; what does not fit is scrolled.
    """

    def __init__(
        self, font: QFont, names: Sequence[str], figures: int = 1, least: int = USUAL
    ) -> None:
        self._font = font
        self._metrics = metrics = QFontMetrics(font)
        self._names = [brief(name, metrics) for name in names]
        advance = metrics.horizontalAdvance
        self.total_width = advance(_USUAL_TOTAL) + 2 * _AIR
        edges = self.total_width, advance(NEARLY_ALL) + 1
        cell = QSize(advance(_USUAL_COUNT) + 1, metrics.height())
        longest = max(map(advance, self._names))
        self._is_level = longest + 2 * _AIR <= cell.width()
        width = max(longest, *map(advance, (*_ROW_EDGES, _COLUMNS_ARE))) + _GAP
        upright = max(map(advance, _COLUMN_EDGES)) if self._is_level else width
        lines = 2 * figures + 2
        self.figures = figures
        height = max(upright + SPACING, lines * metrics.lineSpacing() + 3 * _GAP)
        self.least_layout = MatrixLayout(
            Axis(width, cell.width(), len(names), *edges),
            Axis(height, cell.height(), len(names), self.total_width, cell.height()),
        )
        """The smallest layout in which the counts of the test images can be read."""
        self._readable = QSize(advance("00"), metrics.ascent())
        usual = cell.expandedTo(_SCROLLED_CELL) if self.has_many else QSize(1, 1)
        self._least_cell = usual if least == USUAL else QSize(least, least)

    @property
    def least_size(self) -> QSize:
        """The least room for a matrix, of which some is out of sight if there are many classes."""
        across, down = (
            replace(axis.folded, classes=min(axis.classes, MOST_IN_SIGHT))
            for axis in (self.least_layout.across, self.least_layout.down)
        )
        return MatrixLayout(across, down).size

    @property
    def has_many(self) -> bool:
        """Whether there are so many classes that not every window has room for all of them."""
        return len(self._names) > MOST_IN_SIGHT

    @property
    def may_scroll(self) -> bool:
        """Whether cells are so large at least that some may be out of sight."""
        return self._least_cell.width() > OVERVIEW

    def width_for(self, figures: str) -> int:
        """Return the width of a matrix of large cells that have room for these figures."""
        across = self.least_layout.across
        cell = max(LARGE, self._metrics.horizontalAdvance(figures) + 1)
        return replace(across, cell=cell).length

    def fit(self, room: QSize) -> MatrixLayout:
        """Return the layout that makes the most of some room; with many classes, a larger one."""
        highest = room.height() if len(self._names) >= MOST_IN_SIGHT else _HIGHEST_CELL
        return MatrixLayout.fit(room, self.least_layout, self._least_cell, highest)

    def paint(
        self,
        painter: QPainter,
        layout: MatrixLayout,
        counts: Numbers,
        theme: Theme,
        *,
        in_percent: bool = False,
        room: QSize | None = None,
    ) -> None:
        """Paint a matrix.

        Args:
            painter: of the widget or picture.
            layout: where everything goes.
            counts: intp (C, C), how often each true class (row) was predicted as each (column).
            theme: whose colours it gets.
            in_percent: whether cells say which share of their row they are.
            room: which is all that is seen of it, where it is scrolled.
        """
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        corner = layout.place(NAMES, NAMES).adjusted(0, 0, -_GAP, -_GAP)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(corner, flags, f"{_COLUMNS_ARE}\n{_ROWS_ARE}")
        _paint_accuracy(painter, layout, counts, theme)
        seen = room or layout.size
        rows, columns = layout.down.in_sight(seen.height()), layout.across.in_sight(seen.width())
        with _clipped(painter, _strip(layout, room, NAMES, 0)):
            self._paint_column_names(painter, layout, columns)
        with _clipped(painter, _strip(layout, room, 0, NAMES)):
            self._paint_row_names(painter, layout, rows)
        with _clipped(painter, _strip(layout, room, 0, 0)):
            self._paint_totals(painter, layout, counts, (rows, columns))
            self._paint_cells(
                painter, layout, counts, theme, (rows, columns), in_percent=in_percent
            )

    def paint_focus(
        self,
        painter: QPainter,
        layout: MatrixLayout,
        cell: Cell,
        theme: Theme,
        room: QSize | None = None,
    ) -> None:
        """Show where the keyboard stands, as a spreadsheet does: by the names of row and column.

        A dashed line lies around the cell, between it and its neighbours; no figure is touched.
        """
        row, column = cell
        painter.setFont(self._font)
        if row is not None:
            place = self._row_name_place(layout, row)
            with _clipped(painter, _strip(layout, room, 0, NAMES)):
                painter.fillRect(self._behind_row_name(place, row), QColor(theme.accent))
                painter.setPen(QColor(theme.on_accent))
                painter.drawText(place.adjusted(0, 0, -_GAP, 0), _RIGHT, self._names[row])
        if column is not None:
            place = self._column_name_place(layout, column)
            with _clipped(painter, _strip(layout, room, NAMES, 0)):
                painter.fillRect(self._behind_column_name(place, column), QColor(theme.accent))
                painter.setPen(QColor(theme.on_accent))
                self._write_column_name(painter, place, column)
        painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
        if row is not None and column is not None:
            with _clipped(painter, _strip(layout, room, 0, 0)):
                painter.drawRect(layout.place(row, column).adjusted(-1, -1, -1, -1))
        elif row is column:
            width = max(map(self._metrics.horizontalAdvance, FIGURES)) + 2 * _GAP
            height = 2 * self.figures * self._metrics.height() + 2 * _GAP
            corner = QRect(layout.across.names - width, 0, width, height)
            painter.drawRect(corner.adjusted(0, 0, -_AIR, -1))

    def _behind_row_name(self, place: QRect, row: int) -> QRect:
        """Return what a name covers that ends at the matrix."""
        length = self._metrics.horizontalAdvance(self._names[row]) + 2 * _AIR
        height = min(self._metrics.height() + 2 * _AIR, place.height() - 1)
        top = place.top() + (place.height() - height) // 2
        return QRect(place.right() + 1 - _AIR - length, top, length, height)

    def _behind_column_name(self, place: QRect, column: int) -> QRect:
        """Return what a name covers that stands on the matrix, level or upright."""
        length = self._metrics.horizontalAdvance(self._names[column]) + 2 * _AIR
        height = self._metrics.height() + 2 * _AIR
        width, height = (length, height) if self._is_level else (height, length)
        width = min(width, place.width() - 1)
        left = place.left() + (place.width() - width) // 2
        return QRect(left, place.bottom() + 1 - _AIR - height, width, height)

    def _row_name_place(self, layout: MatrixLayout, row: int) -> QRect:
        """Return where a name is written, which is higher than cells are where all are seen."""
        place = layout.place(row, NAMES)
        spare = max(0, self._metrics.height() + 1 - place.height())
        return place.adjusted(0, -(spare // 2), 0, spare - spare // 2)

    def _column_name_place(self, layout: MatrixLayout, column: int) -> QRect:
        place = layout.place(NAMES, column)
        spare = max(0, self._metrics.height() + 1 - place.width())
        return place.adjusted(-(spare // 2), 0, spare - spare // 2, 0)

    def _named(self, lines: range, cell: int) -> range:
        """Return those classes, evenly spaced, whose names do not run into each other."""
        step = -(-self._metrics.height() // cell)
        return range(-(-lines.start // step) * step, lines.stop, step)

    def _paint_row_names(self, painter: QPainter, layout: MatrixLayout, rows: range) -> None:
        names = [(row, self._names[row]) for row in self._named(rows, layout.down.cell)]
        edges = zip((TOTALS, SHARES), _ROW_EDGES, strict=True) if layout.down.totals else ()
        for row, name in (*names, *edges):
            place = self._row_name_place(layout, row)
            painter.drawText(place.adjusted(0, 0, -_GAP, 0), _RIGHT, name)

    def _paint_column_names(self, painter: QPainter, layout: MatrixLayout, columns: range) -> None:
        for column in self._named(columns, layout.across.cell):
            self._write_column_name(painter, self._column_name_place(layout, column), column)
        if not layout.across.totals:
            return
        edges = (TOTALS, _USUAL_TOTAL), (SHARES, _USUAL_SHARE)
        for (edge, figures), name in zip(edges, _COLUMN_EDGES, strict=True):
            area = layout.place(NAMES, edge).adjusted(0, 0, 0, -_GAP)
            # Over the figures, which stand at the right.
            area.setLeft(area.right() + 1 - self._metrics.horizontalAdvance(figures))
            draw_upright(painter, area, _LEFT, name)

    def _write_column_name(self, painter: QPainter, place: QRect, column: int) -> None:
        """Write a class's name level if every one fits over its column, or all of them upright."""
        area, name = place.adjusted(0, 0, 0, -_GAP), self._names[column]
        if self._is_level:
            painter.drawText(area, _ABOVE, name)
        else:
            draw_upright(painter, area, _LEFT, name)

    def _paint_totals(
        self,
        painter: QPainter,
        layout: MatrixLayout,
        counts: Numbers,
        in_sight: tuple[range, range],
    ) -> None:
        rows, columns = in_sight
        true, predicted = counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist()
        shares, precise = recalls(counts), precisions(counts)
        for row in rows if layout.across.totals else ():
            painter.drawText(layout.place(row, TOTALS), _RIGHT, f"{true[row]:,}")
            painter.drawText(layout.place(row, SHARES), _RIGHT, whole_percent(shares[row]))
        if not layout.down.totals:
            return
        for column in columns:
            painter.drawText(layout.place(SHARES, column), _CENTRE, whole_percent(precise[column]))
        painter.setFont(font_for(self._font, f"{sum(true):,}", layout.across.totals - 1))
        if layout.across.totals:
            painter.drawText(layout.place(TOTALS, TOTALS), _RIGHT, f"{sum(true):,}")
        room = max(self.total_width, layout.across.cell) - 2 * _AIR
        painter.setFont(font_for(self._font, f"{max(predicted):,}", room))
        for column in columns:
            place, words = layout.place(TOTALS, column), f"{predicted[column]:,}"
            if layout.totals_are_upright:
                draw_upright(painter, place, _CENTRE, words)
            else:
                painter.drawText(place, _CENTRE, words)

    def _paint_cells(
        self,
        painter: QPainter,
        layout: MatrixLayout,
        counts: Numbers,
        theme: Theme,
        in_sight: tuple[range, range],
        *,
        in_percent: bool,
    ) -> None:
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        room = _FILLED * (layout.across.cell - 1)
        cell = QSize(layout.across.cell, layout.down.cell)
        can_be_read = cell.expandedTo(self._readable) == cell
        largest = f"{counts.max():,}"
        separated = self._metrics.horizontalAdvance(largest) <= room
        if in_percent:
            largest = f"{100 * shares.max():.0f}"
        elif not separated:
            largest = str(counts.max())
        usual = font_for(self._font, min(largest, _USUAL_COUNT, key=len), room)
        smaller = font_for(self._font, NEARLY_ALL if in_percent else largest, room)
        for row, column in product(*in_sight):
            count, share = int(counts[row, column]), float(shares[row, column])
            area = layout.place(row, column).adjusted(0, 0, -1, -1)
            painter.fillRect(area, QColor(cell_colour(theme, share, is_right=row == column)))
            if not (count and can_be_read):
                continue
            words = (
                whole_percent(share) if in_percent else f"{count:,}" if separated else str(count)
            )
            is_long = words == NEARLY_ALL or len(words) > len(_USUAL_COUNT)
            painter.setFont(smaller if is_long else usual)
            painter.setPen(QColor(theme.text))
            painter.drawText(area, _CENTRE, words)


def paint_mark(
    painter: QPainter, layout: MatrixLayout, cell: Cell, theme: Theme, room: QSize | None = None
) -> None:
    """Outline a cell, row or column, without touching a figure in it."""
    painter.setPen(QPen(QColor(theme.text), 2))
    with _clipped(painter, _strip(layout, room, 0, 0)):
        painter.drawRect(layout.area(cell).adjusted(-1, -1, 0, 0))


def _strip(layout: MatrixLayout, room: QSize | None, row: int, column: int) -> QRect | None:
    """Return where names, or all else, are seen in a matrix that is scrolled."""
    if room is None:
        return None
    left, top = layout.across.names, layout.down.names
    return QRect(
        QPoint(left - _AIR if column == 0 else 0, top - _AIR if row == 0 else 0),
        QPoint(
            (room.width() if column == 0 else left) - 1, (room.height() if row == 0 else top) - 1
        ),
    )


@contextmanager
def _clipped(painter: QPainter, area: QRect | None) -> Iterator[None]:
    if area is None:
        yield
        return
    painter.save()
    painter.setClipRect(area)
    yield
    painter.restore()


def _paint_accuracy(painter: QPainter, layout: MatrixLayout, counts: Numbers, theme: Theme) -> None:
    """Write it into the corner where the names of rows and of columns meet."""
    lines = chain.from_iterable(overall_figures(counts))
    corner = layout.place(NAMES, NAMES).adjusted(0, _GAP, -_GAP, 0)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    painter.setPen(QColor(theme.text))
    painter.drawText(corner, flags, "\n".join(lines))
    painter.setPen(QColor(theme.muted))
