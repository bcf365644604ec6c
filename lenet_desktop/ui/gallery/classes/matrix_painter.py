"""Paints a confusion matrix with its totals and shares, on the screen and for a file."""

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen

from lenet_desktop.data.datasets import CLASS_NAMES
from lenet_desktop.networks.predictions import Numbers, precisions, recalls
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.gallery.classes.matrix_layout import (
    CLASSES,
    LINES,
    NAMES,
    SHARES,
    TOTALS,
    Cell,
    MatrixLayout,
)
from lenet_desktop.ui.kit.theme import SPACING, Theme, between, steady_figures

_ACCURACY = "accuracy"
_COLUMNS_ARE, _ROWS_ARE = "predicted →", "true ↓"
_COLUMN_NAMES = (*CLASS_NAMES, "total", "recall %")
_ROW_NAMES = (*CLASS_NAMES, "total", "precision %")
_USUAL_COUNT, _USUAL_TOTAL, _USUAL_SHARE = "000", "0,000", "00"
_HARDLY_ANY, _NEARLY_ALL = "<1", ">99"
_GAP = SPACING // 2
_AIR = 2
"""Pixels on each side of what would run into its neighbour otherwise."""
_FILLED = 0.91
"""How much of the width of a cell its figures may take."""
_LEAST_SIZE = 5
"""Points, or pixels of a font in pixels; nobody can read smaller figures."""
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def matrix_font(font: QFont) -> QFont:
    """Return the font of the matrix and of what stands beside it: smaller, with steady figures."""
    small = steady_figures(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    return small


class MatrixPainter:
    """Paints in one font: names, a heat map, totals, recall, precision and accuracy."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = metrics = QFontMetrics(font)
        names = (*_COLUMN_NAMES, *_ROW_NAMES, _COLUMNS_ARE)
        width = max(metrics.horizontalAdvance(name) for name in names) + _GAP
        self.names = QSize(width, max(width + SPACING, 5 * metrics.height() + 2 * _GAP))
        self.total_width = metrics.horizontalAdvance(_USUAL_TOTAL) + 2 * _AIR
        self.edges = (self.total_width, metrics.horizontalAdvance(_NEARLY_ALL) + 1)

    @property
    def least_layout(self) -> MatrixLayout:
        """The smallest layout in which the counts of the test images can be read."""
        width = self._metrics.horizontalAdvance(_USUAL_COUNT) + 1
        cell = QSize(width, self._metrics.height())
        return MatrixLayout(self.names, cell, self.edges, self.total_width)

    def width_for(self, figures: str) -> int:
        """Return the width of a matrix whose cells have room for these figures."""
        cells = CLASSES * (self._metrics.horizontalAdvance(figures) + 1)
        return self.names.width() + cells + sum(self.edges)

    def fit(self, room: QSize) -> MatrixLayout:
        """Return the layout that makes the most of some room."""
        return MatrixLayout.fit(room, self.names, self.edges, self.total_width)

    def paint(
        self,
        painter: QPainter,
        layout: MatrixLayout,
        counts: Numbers,
        theme: Theme,
        *,
        in_percent: bool = False,
    ) -> None:
        """Paint a matrix.

        Args:
            painter: of the widget or picture.
            layout: where everything goes.
            counts: intp (10, 10), how often each true class (row) was predicted as each (column).
            theme: whose colours it gets.
            in_percent: whether cells say which share of their row they are.
        """
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        self._paint_names(painter, layout)
        _paint_accuracy(painter, layout, counts, theme)
        self._paint_totals(painter, layout, counts)
        self._paint_cells(painter, layout, counts, theme, in_percent=in_percent)

    def paint_focus(
        self, painter: QPainter, layout: MatrixLayout, cell: Cell, theme: Theme
    ) -> None:
        """Show where the keyboard stands, as a spreadsheet does: by the names of row and column.

        A dashed line lies around the cell, between it and its neighbours; no figure is touched.
        """
        row, column = cell
        painter.setFont(self._font)
        if row is not None:
            place = layout.place(row, NAMES)
            area = self._behind(place, CLASS_NAMES[row], upright=False)
            painter.fillRect(area, QColor(theme.accent))
            painter.setPen(QColor(theme.on_accent))
            painter.drawText(place.adjusted(0, 0, -_GAP, 0), _RIGHT, CLASS_NAMES[row])
        if column is not None:
            place = layout.place(NAMES, column)
            area = self._behind(place, CLASS_NAMES[column], upright=True)
            painter.fillRect(area, QColor(theme.accent))
            painter.setPen(QColor(theme.on_accent))
            _draw_upright(painter, place.adjusted(0, 0, 0, -_GAP), _LEFT, CLASS_NAMES[column])
        painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
        if row is not None and column is not None:
            painter.drawRect(layout.place(row, column).adjusted(-1, -1, -1, -1))
        elif row is column:
            width = self._metrics.horizontalAdvance(_ACCURACY) + 2 * _GAP
            height = 2 * self._metrics.height() + 2 * _GAP
            corner = QRect(layout.names.width() - width, 0, width, height)
            painter.drawRect(corner.adjusted(0, 0, -_AIR, -1))

    def _behind(self, place: QRect, name: str, *, upright: bool) -> QRect:
        """Return what a name covers that ends, or upright begins, at the matrix."""
        length = self._metrics.horizontalAdvance(name) + 2 * _AIR
        height = self._metrics.height() + 2 * _AIR
        if upright:
            width = min(height, place.width() - 1)
            left = place.left() + (place.width() - width) // 2
            return QRect(left, place.bottom() + 1 - _AIR - length, width, length)
        height = min(height, place.height() - 1)
        top = place.top() + (place.height() - height) // 2
        return QRect(place.right() + 1 - _AIR - length, top, length, height)

    def _paint_names(self, painter: QPainter, layout: MatrixLayout) -> None:
        corner = layout.place(NAMES, NAMES).adjusted(0, 0, -_GAP, -_GAP)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(corner, flags, f"{_COLUMNS_ARE}\n{_ROWS_ARE}")
        for position in range(LINES):
            row = layout.place(position, NAMES).adjusted(0, 0, -_GAP, 0)
            painter.drawText(row, _RIGHT, _ROW_NAMES[position])
            column = layout.place(NAMES, position).adjusted(0, 0, 0, -_GAP)
            if position in (TOTALS, SHARES):  # over the figures, which stand at the right
                figures = _USUAL_TOTAL if position == TOTALS else _USUAL_SHARE
                column.setLeft(column.right() + 1 - self._metrics.horizontalAdvance(figures))
            _draw_upright(painter, column, _LEFT, _COLUMN_NAMES[position])

    def _paint_totals(self, painter: QPainter, layout: MatrixLayout, counts: Numbers) -> None:
        rows, columns = counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist()
        for row, (total, recall) in enumerate(zip(rows, recalls(counts), strict=True)):
            painter.drawText(layout.place(row, TOTALS), _RIGHT, f"{total:,}")
            painter.drawText(layout.place(row, SHARES), _RIGHT, _whole(recall))
        for column, precision in enumerate(precisions(counts)):
            painter.drawText(layout.place(SHARES, column), _CENTRE, _whole(precision))
        painter.setFont(self._font_for(f"{sum(rows):,}", layout.edges[0] - 1))
        painter.drawText(layout.place(TOTALS, TOTALS), _RIGHT, f"{sum(rows):,}")
        room = max(self.total_width, layout.cell.width()) - 2 * _AIR
        painter.setFont(self._font_for(f"{max(columns):,}", room))
        for column, total in enumerate(columns):
            place = layout.place(TOTALS, column)
            if layout.totals_are_upright:
                _draw_upright(painter, place, _CENTRE, f"{total:,}")
            else:
                painter.drawText(place, _CENTRE, f"{total:,}")

    def _paint_cells(
        self,
        painter: QPainter,
        layout: MatrixLayout,
        counts: Numbers,
        theme: Theme,
        *,
        in_percent: bool,
    ) -> None:
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        room = _FILLED * (layout.cell.width() - 1)
        largest = f"{counts.max():,}"
        separated = self._metrics.horizontalAdvance(largest) <= room
        if in_percent:
            largest = f"{100 * shares.max():.0f}"
        elif not separated:
            largest = str(counts.max())
        usual = self._font_for(min(largest, _USUAL_COUNT, key=len), room)
        smaller = self._font_for(_NEARLY_ALL if in_percent else largest, room)
        for (row, column), count in np.ndenumerate(counts):
            area = layout.place(row, column).adjusted(0, 0, -1, -1)
            share = float(shares[row, column])
            words = _whole(share) if in_percent else f"{count:,}" if separated else str(count)
            is_long = words == _NEARLY_ALL or len(words) > len(_USUAL_COUNT)
            painter.setFont(smaller if is_long else usual)
            is_right = row == column
            _paint_cell(painter, area, theme, share, words if count else "", is_right=is_right)

    def _font_for(self, figures: str, room: float) -> QFont:
        """Return the font, smaller where figures would not fit into their room otherwise."""
        font = QFont(self._font)
        in_pixels = font.pixelSize() > 0
        size = float(font.pixelSize()) if in_pixels else font.pointSizeF()
        # Hinted figures do not shrink in proportion, so their width is measured at each size.
        while size > _LEAST_SIZE and QFontMetricsF(font).horizontalAdvance(figures) > room:
            size -= 1 if in_pixels else 0.25
            if in_pixels:
                font.setPixelSize(round(size))
            else:
                font.setPointSizeF(size)
        return font


def _whole(share: float | None) -> str:
    """Write a share, 0-1, in whole percent; nothing where there is none.

    What is not quite none and not quite all does not read as if it were.
    """
    if share is None:
        return ""
    words = f"{100 * share:.0f}"
    if words == "0" and share > 0:
        return _HARDLY_ANY
    return _NEARLY_ALL if words == "100" and share < 1 else words


def paint_mark(painter: QPainter, layout: MatrixLayout, cell: Cell, theme: Theme) -> None:
    """Outline a cell, row or column, without touching a figure in it."""
    painter.setPen(QPen(QColor(theme.text), 2))
    painter.drawRect(layout.area(cell).adjusted(-1, -1, 0, 0))


def _paint_accuracy(painter: QPainter, layout: MatrixLayout, counts: Numbers, theme: Theme) -> None:
    """Write it into the corner where the names of rows and of columns meet."""
    total = int(counts.sum())
    if total:
        corner = layout.place(NAMES, NAMES).adjusted(0, _GAP, -_GAP, 0)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.setPen(QColor(theme.text))
        painter.drawText(corner, flags, f"{_ACCURACY}\n{percent(int(np.trace(counts)) / total)}")
        painter.setPen(QColor(theme.muted))


def _draw_upright(painter: QPainter, area: QRect, flags: Qt.AlignmentFlag, text: str) -> None:
    """Write a text from the bottom of an area to its top."""
    painter.save()
    painter.translate(area.left(), area.top() + area.height())
    painter.rotate(-90)
    painter.drawText(QRect(0, 0, area.height(), area.width()), flags, text)
    painter.restore()


def _paint_cell(
    painter: QPainter, area: QRect, theme: Theme, share: float, text: str, *, is_right: bool
) -> None:
    """Paint a cell with its share of the images of its row, 0-1."""
    painter.fillRect(area, QColor(cell_colour(theme, share, is_right=is_right)))
    painter.setPen(QColor(theme.text))
    painter.drawText(area, _CENTRE, text)


def cell_colour(theme: Theme, share: float, *, is_right: bool) -> str:
    """Return the colour of a cell by its share of the images of its row, 0-1: right is quiet."""
    if is_right:
        return between(theme.grid, theme.muted, 0.35 * share)
    # The root lets rare errors be seen beside frequent ones.
    return between(theme.grid, theme.heat, min(1.0, (share / 0.5) ** 0.5))
