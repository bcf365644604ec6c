"""Paints a confusion matrix with its totals and shares, on the screen and for a file."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, product

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from lenet_desktop.networks.predictions import Numbers, precisions, recalls
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import whole
from lenet_desktop.ui.gallery.classes.matrix_figures import (
    NEARLY_ALL,
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
from lenet_desktop.ui.gallery.classes.matrix_names import (
    AIR,
    GAP,
    RIGHT,
    USUAL_TOTAL,
    MatrixNames,
    clipped,
    strip,
)
from lenet_desktop.ui.gallery.classes.matrix_words import FIGURES, overall_figures
from lenet_desktop.ui.kit.theme import SPACING, Theme, caption, steady_figures

OVERVIEW, USUAL = 1, 0
"""Least pixels of a cell where all classes are seen at once, and where nobody has zoomed."""
MOST_IN_SIGHT = 10
"""Classes that are always seen all at once; more are scrolled where there is no room for them."""
_COLUMNS_ARE, _ROWS_ARE = marked("predicted →"), marked("true ↓")
_USUAL_COUNT = "000"
_FILLED = 0.91
"""How much of the width of a cell its figures may take."""
_SCROLLED_CELL = QSize(18, 18)
"""The least cell where there are so many that some are out of sight: easy to click and to read."""
_HIGHEST_CELL = 96
"""Pixels of a cell where there are but a few, which would be huge otherwise."""
_CENTRE = Qt.AlignmentFlag.AlignCenter


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
        advance = metrics.horizontalAdvance
        self.total_width = advance(USUAL_TOTAL) + 2 * AIR
        edges = self.total_width, advance(NEARLY_ALL) + 1
        cell = QSize(advance(_USUAL_COUNT) + 1, metrics.height())
        self._names = MatrixNames(metrics, names, cell.width())
        corner = (_COLUMNS_ARE, _ROWS_ARE, *FIGURES[:figures])
        width = max(self._names.width, *(advance(_(words)) for words in corner)) + GAP
        self.figures = figures
        # Signs of another font may be higher than what the metrics of this one say of a line.
        told = [f"{_(words)}\n0" for words in FIGURES[:figures]]
        lines = metrics.size(0, "\n".join([*told, _(_COLUMNS_ARE), _(_ROWS_ARE)])).height()
        height = max(self._names.height + SPACING, lines + 3 * GAP)
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
        return self.least_layout.across.classes > MOST_IN_SIGHT

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
        highest = (
            room.height() if self.least_layout.across.classes >= MOST_IN_SIGHT else _HIGHEST_CELL
        )
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
        pointed: Cell = (None, None),
    ) -> None:
        """Paint a matrix.

        Args:
            painter: of the widget or picture.
            layout: where everything goes.
            counts: intp (C, C), how often each true class (row) was predicted as each (column).
            theme: whose colours it gets.
            in_percent: whether cells say which share of their row they are.
            room: which is all that is seen of it, where it is scrolled.
            pointed: the row and the column that `paint_focus` will name; those in its way are not.
        """
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        corner = layout.place(NAMES, NAMES).adjusted(0, 0, -GAP, -GAP)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(corner, flags, f"{_(_COLUMNS_ARE)}\n{_(_ROWS_ARE)}")
        _paint_accuracy(painter, layout, counts, theme)
        seen = room or layout.size
        rows, columns = layout.down.in_sight(seen.height()), layout.across.in_sight(seen.width())
        with clipped(painter, strip(layout, room, NAMES, 0)):
            self._names.paint_columns(painter, layout, columns, pointed[1])
        with clipped(painter, strip(layout, room, 0, NAMES)):
            self._names.paint_rows(painter, layout, rows, pointed[0])
        with clipped(painter, strip(layout, room, 0, 0)):
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
            with clipped(painter, strip(layout, room, 0, NAMES)):
                self._names.point_at_row(painter, layout, row, theme)
        if column is not None:
            with clipped(painter, strip(layout, room, NAMES, 0)):
                self._names.point_at_column(painter, layout, column, theme)
        painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
        if row is not None and column is not None:
            with clipped(painter, strip(layout, room, 0, 0)):
                painter.drawRect(layout.place(row, column).adjusted(-1, -1, -1, -1))
        elif row is column:
            width = max(map(self._metrics.horizontalAdvance, map(_, FIGURES))) + 2 * GAP
            height = 2 * self.figures * self._metrics.height() + 2 * GAP
            corner = QRect(layout.across.names - width, 0, width, height)
            painter.drawRect(corner.adjusted(0, 0, -AIR, -1))

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
            painter.drawText(layout.place(row, TOTALS), RIGHT, whole(true[row]))
            painter.drawText(layout.place(row, SHARES), RIGHT, whole_percent(shares[row]))
        if not layout.down.totals:
            return
        for column in columns:
            painter.drawText(layout.place(SHARES, column), _CENTRE, whole_percent(precise[column]))
        painter.setFont(font_for(self._font, whole(sum(true)), layout.across.totals - 1))
        if layout.across.totals:
            painter.drawText(layout.place(TOTALS, TOTALS), RIGHT, whole(sum(true)))
        room = max(self.total_width, layout.across.cell) - 2 * AIR
        painter.setFont(font_for(self._font, whole(max(predicted)), room))
        for column in columns:
            place, words = layout.place(TOTALS, column), whole(predicted[column])
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
        largest = whole(counts.max())
        separated = self._metrics.horizontalAdvance(largest) <= room
        if in_percent:
            largest = f"{100 * shares.max():.0f}"
        elif not separated:
            largest = str(counts.max())
        usual = font_for(self._font, min(largest, _USUAL_COUNT, key=len), room)
        smaller = font_for(self._font, NEARLY_ALL if in_percent else largest, room)
        never = QColor(cell_colour(theme, 0.0, is_right=False))
        for row, column in product(*in_sight):
            count, share = int(counts[row, column]), float(shares[row, column])
            area = layout.place(row, column).adjusted(0, 0, -1, -1)
            if not count:
                painter.fillRect(area, never)
                continue
            painter.fillRect(area, QColor(cell_colour(theme, share, is_right=row == column)))
            if not can_be_read:
                continue
            words = (
                whole_percent(share) if in_percent else whole(count) if separated else str(count)
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
    with clipped(painter, strip(layout, room, 0, 0)):
        painter.drawRect(layout.area(cell).adjusted(-1, -1, 0, 0))


def _paint_accuracy(painter: QPainter, layout: MatrixLayout, counts: Numbers, theme: Theme) -> None:
    """Write it into the corner where the names of rows and of columns meet."""
    lines = chain.from_iterable(overall_figures(counts))
    corner = layout.place(NAMES, NAMES).adjusted(0, GAP, -GAP, 0)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    painter.setPen(QColor(theme.text))
    painter.drawText(corner, flags, "\n".join(lines))
    painter.setPen(QColor(theme.muted))
