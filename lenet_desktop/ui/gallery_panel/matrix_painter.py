"""Paints a confusion matrix with its totals and shares, on the screen and for a file."""

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.predictions import Numbers, precisions, recalls
from lenet_desktop.ui.gallery_panel.matrix_layout import (
    CLASSES,
    LINES,
    NAMES,
    SHARES,
    TOTALS,
    MatrixLayout,
)
from lenet_desktop.ui.theme import SPACING, Theme, steady_figures, with_alpha
from lenet_desktop.ui.wording import percent

_COLUMNS_ARE, _ROWS_ARE = "predicted →", "true ↓"
_COLUMN_NAMES = (*CLASS_NAMES, "total", "recall %")
_ROW_NAMES = (*CLASS_NAMES, "total", "precision %")
_USUAL_COUNT, _COLUMN_TOTAL, _ROW_TOTAL, _LARGEST_SHARE = "000", "0000", "0,000", "100"
_GAP = SPACING // 2
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
        self.total_width = metrics.horizontalAdvance(_COLUMN_TOTAL) + 2
        self.edges = (
            metrics.horizontalAdvance(_ROW_TOTAL) + 2,
            metrics.horizontalAdvance(_LARGEST_SHARE) + 2,
        )

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

    def _paint_names(self, painter: QPainter, layout: MatrixLayout) -> None:
        corner = layout.place(NAMES, NAMES).adjusted(0, 0, -_GAP, -_GAP)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(corner, flags, f"{_COLUMNS_ARE}\n{_ROWS_ARE}")
        for position in range(LINES):
            row = layout.place(position, NAMES).adjusted(0, 0, -_GAP, 0)
            painter.drawText(row, _RIGHT, _ROW_NAMES[position])
            column = layout.place(NAMES, position).adjusted(0, 0, 0, -_GAP)
            _draw_upright(painter, column, _LEFT, _COLUMN_NAMES[position])

    def _paint_totals(self, painter: QPainter, layout: MatrixLayout, counts: Numbers) -> None:
        rows, columns = counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist()
        for row, (total, recall) in enumerate(zip(rows, recalls(counts), strict=True)):
            painter.drawText(layout.place(row, TOTALS), _RIGHT, f"{total:,}")
            painter.drawText(layout.place(row, SHARES), _RIGHT, _whole(recall))
        all_images = layout.place(TOTALS, TOTALS).united(layout.place(TOTALS, SHARES))
        painter.drawText(all_images, _CENTRE, f"{sum(rows):,}")
        for column, precision in enumerate(precisions(counts)):
            painter.drawText(layout.place(SHARES, column), _CENTRE, _whole(precision))
        room = max(self.total_width - 2, layout.cell.width() - 1)
        painter.setFont(self._font_for(str(max(columns)), room))
        for column, total in enumerate(columns):
            place = layout.place(TOTALS, column)
            if layout.totals_are_upright:
                _draw_upright(painter, place, _CENTRE, str(total))
            else:
                painter.drawText(place, _CENTRE, str(total))

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
        numbers = (100 * shares).round().astype(np.intp) if in_percent else counts
        painter.setFont(self._font_for(str(numbers.max()), layout.cell.width() - 1))
        for (row, column), count in np.ndenumerate(counts):
            area = layout.place(row, column).adjusted(0, 0, -1, -1)
            words = str(numbers[row, column]) if count else ""
            share = float(shares[row, column])
            _paint_cell(painter, area, theme, share, words, is_right=row == column)

    def _font_for(self, figures: str, room: int) -> QFont:
        """Return the font, smaller where figures would not fit into their room otherwise."""
        wanted = self._metrics.horizontalAdvance(figures)
        if wanted <= room or room < 1:
            return self._font
        font = QFont(self._font)
        if font.pixelSize() > 0:
            font.setPixelSize(max(1, font.pixelSize() * room // wanted))
        else:
            font.setPointSizeF(font.pointSizeF() * room / wanted)
        return font


def _whole(share: float | None) -> str:
    """Write a share, 0-1, in whole percent; nothing where there is none."""
    return "" if share is None else f"{100 * share:.0f}"


def _paint_accuracy(painter: QPainter, layout: MatrixLayout, counts: Numbers, theme: Theme) -> None:
    """Write it into the corner where the names of rows and of columns meet."""
    total = int(counts.sum())
    if total:
        corner = layout.place(NAMES, NAMES).adjusted(0, _GAP, -_GAP, 0)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.setPen(QColor(theme.text))
        painter.drawText(corner, flags, f"accuracy\n{percent(int(np.trace(counts)) / total)}")
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
    """Paint a cell with its share of the images of its row, 0-1: what is right is quiet."""
    painter.fillRect(area, QColor(theme.grid))
    # The root lets rare errors be seen beside frequent ones.
    strength = 0.35 * share if is_right else min(1.0, (share / 0.5) ** 0.5)
    painter.fillRect(area, with_alpha(theme.muted if is_right else theme.wrong, strength))
    on_colour = not is_right and strength > 0.6
    painter.setPen(QColor(theme.window if on_colour else theme.text))
    painter.drawText(area, _CENTRE, text)
