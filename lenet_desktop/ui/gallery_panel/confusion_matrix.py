"""How often each class was taken for each other one; a click shows those images."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.predictions import (
    Numbers,
    PredictionSet,
    confusion_counts,
    precisions,
    recalls,
)
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme, with_alpha
from lenet_desktop.ui.wording import percent, tip

_CLASSES = len(CLASS_NAMES)
_PLACES = _CLASSES + 1
"""Cells side by side: the classes, and recall or precision at the edge."""
_RECALL, _PRECISION = "recall %", "precision %"
_COLUMNS_ARE, _ROWS_ARE = "predicted →", "true ↓"
Cell = tuple[int | None, int | None]
"""True class (row) and predicted class (column); None stands for all of them."""


class ConfusionMatrix(QWidget):
    """A heat map: rows are true classes, columns are predicted ones, errors are coloured."""

    cell_chosen = Signal(object)  # Cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusion_matrix")
        self._theme = LIGHT
        self._counts: Numbers | None = None
        self._placeholder = ""
        self._marked: Cell = (None, None)
        self._cursor = (0, 0)
        self._in_percent = False
        self._names_width = 0
        self._measure()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix")

    @property
    def counts(self) -> Numbers | None:
        """How often each true class (row) was predicted as each class (column)."""
        return self._counts

    def show_predictions(self, predictions: PredictionSet | None) -> None:
        """Count anew."""
        self._counts = (
            None
            if predictions is None
            else confusion_counts(predictions.labels, predictions.predicted)
        )
        self._describe_cursor()
        self.update()

    def set_placeholder(self, sentence: str) -> None:
        """Say why there is nothing to count, while there is not."""
        self._placeholder = sentence
        self._describe_cursor()
        self.update()

    def show_percentages(self, in_percent: bool) -> None:
        """Write shares of each row instead of counts."""
        self._in_percent = in_percent
        self.update()

    def mark(self, cell: Cell) -> None:
        """Outline the cell, row or column that the gallery is filtered to."""
        self._marked = cell
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which counts can be read."""
        metrics = self.fontMetrics()
        return QSize(
            self._names_width + _PLACES * metrics.horizontalAdvance("000"),
            self._names_height + _PLACES * (metrics.height() - 2),
        )

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return self.minimumSizeHint() * 1.3

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return what lies at a point: a cell, a row's name, a column's name, or nothing."""
        grid = self._grid()
        column = (point.x() - grid.left()) * _CLASSES // max(1, grid.width())
        row = (point.y() - grid.top()) * _CLASSES // max(1, grid.height())
        inside_column, inside_row = 0 <= column < _CLASSES, 0 <= row < _CLASSES
        if inside_row and inside_column:
            return row, column
        if inside_row and column <= _CLASSES:
            return row, None
        if inside_column and row <= _CLASSES:
            return None, column
        return (None, None) if row == column == _CLASSES else None

    def describe(self, cell: Cell) -> str:
        """Say what a cell, row or column counts."""
        true, predicted = cell
        if self._counts is None:
            return self._placeholder
        if true is not None and predicted is not None:
            count, total = int(self._counts[true, predicted]), int(self._counts[true].sum())
            share = percent(count / total) if total else percent(0)
            verb = "recognised" if true == predicted else f"taken for {CLASS_NAMES[predicted]}"
            return f"{CLASS_NAMES[true]} {verb}: {count:,} of {total:,} ({share})"
        if true is not None:
            total, recall = int(self._counts[true].sum()), recalls(self._counts)[true]
            recognised = "" if recall is None else f", {percent(recall)} recognised (recall)"
            return f"All {total:,} images of {CLASS_NAMES[true]}{recognised}"
        if predicted is not None:
            total = int(self._counts[:, predicted].sum())
            precision = precisions(self._counts)[predicted]
            right = "" if precision is None else f", {percent(precision)} of them right (precision)"
            return f"All {total:,} images predicted as {CLASS_NAMES[predicted]}{right}"
        total, right_ones = int(self._counts.sum()), int(np.trace(self._counts))
        return f"All {total:,} images, {right_ones:,} of them right"

    def changeEvent(self, event: QEvent) -> None:
        """Measure the names anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()

    def event(self, event: QEvent) -> bool:
        """Explain the cell under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            cell = self.cell_at(event.pos())
            if cell is not None:
                QToolTip.showText(event.globalPos(), tip(self.describe(cell)), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell, row or column under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._cursor = (
            self._cursor[0] if cell[0] is None else cell[0],
            self._cursor[1] if cell[1] is None else cell[1],
        )
        self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, choose with Enter or the space bar."""
        steps = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            row, column = self._cursor[0] + steps[key][0], self._cursor[1] + steps[key][1]
            self._cursor = (min(max(row, 0), _CLASSES - 1), min(max(column, 0), _CLASSES - 1))
            self._describe_cursor()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._cursor)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard stands."""
        super().focusInEvent(event)
        self._describe_cursor()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the keyboard's mark away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint names, cells and marks."""
        painter = QPainter(self)
        if self._counts is None:
            painter.setPen(QColor(self._theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self.describe((None, None)))
            return
        self._paint_names(painter)
        self._paint_cells(painter, self._counts)
        self._paint_edges(painter, self._counts)
        self._paint_marks(painter)

    def _choose(self, cell: Cell) -> None:
        if self._counts is not None:
            self.cell_chosen.emit((None, None) if cell == self._marked else cell)

    def _describe_cursor(self) -> None:
        self.setAccessibleDescription(self.describe(self._cursor))

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(self._small_font())
        painter.setPen(QColor(self._theme.muted))
        corner = QRect(0, 0, self._grid().left() - SPACING // 2, self._grid().top() - SPACING // 2)
        bottom_right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(corner, bottom_right, f"{_COLUMNS_ARE}\n{_ROWS_ARE}")
        # The last name of each side is of the edge, which no class name stands at.
        for position in range(_PLACES):
            name, row_name = (*CLASS_NAMES, _RECALL)[position], (*CLASS_NAMES, _PRECISION)[position]
            row = self._cell_rect(position, 0)
            area = QRect(0, row.top(), self._grid().left() - SPACING // 2, row.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, flags, row_name)
            column = self._cell_rect(0, position)
            painter.save()
            painter.translate(column.center().x(), column.top() - SPACING // 2)
            painter.rotate(-90)
            half = column.width() // 2
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(0, -half, self._names_height, 2 * half), flags, name)
            painter.restore()

    def _paint_cells(self, painter: QPainter, counts: Numbers) -> None:
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        painter.setFont(self._small_font())
        for row in range(_CLASSES):
            for column in range(_CLASSES):
                area = self._cell_rect(row, column).adjusted(0, 0, -1, -1)
                share, count = float(shares[row, column]), int(counts[row, column])
                text = f"{100 * share:.0f}" if self._in_percent else f"{count}"
                words = text if count else ""
                paint_matrix_cell(painter, area, self._theme, share, words, right=row == column)

    def _paint_edges(self, painter: QPainter, counts: Numbers) -> None:
        """Write the recall of each row and the precision of each column, in percent."""
        painter.setFont(self._small_font())
        painter.setPen(QColor(self._theme.muted))
        places = [(row, _CLASSES, share) for row, share in enumerate(recalls(counts))]
        places += [(_CLASSES, column, share) for column, share in enumerate(precisions(counts))]
        total = int(counts.sum())
        places.append((_CLASSES, _CLASSES, int(np.trace(counts)) / total if total else None))
        for row, column, share in places:
            if share is not None:
                area = self._cell_rect(row, column)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"{100 * share:.0f}")

    def _paint_marks(self, painter: QPainter) -> None:
        row, column = self._marked
        if (row, column) != (None, None):
            first = self._cell_rect(row or 0, column or 0)
            last = self._cell_rect(
                _CLASSES - 1 if row is None else row, _CLASSES - 1 if column is None else column
            )
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.drawRect(first.united(last).adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.text), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._cell_rect(*self._cursor).adjusted(1, 1, -3, -3))

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        return font

    def _measure(self) -> None:
        metrics = QFontMetrics(self._small_font())
        longest = max(metrics.horizontalAdvance(text) for text in (*CLASS_NAMES, _COLUMNS_ARE))
        self._names_width = longest + SPACING // 2

    @property
    def _names_height(self) -> int:
        return self._names_width + SPACING

    def _grid(self) -> QRect:
        left, top = self._names_width, self._names_height
        cell = min((self.width() - left) // _PLACES, (self.height() - top) // _PLACES * 2)
        height = (self.height() - top) // _PLACES
        return QRect(left, top, max(1, cell) * _CLASSES, max(1, height) * _CLASSES)

    def _cell_rect(self, row: int, column: int) -> QRect:
        grid = self._grid()
        width, height = grid.width() // _CLASSES, grid.height() // _CLASSES
        return QRect(grid.left() + column * width, grid.top() + row * height, width, height)


def paint_matrix_cell(
    painter: QPainter, area: QRect, theme: Theme, share: float, text: str, *, right: bool
) -> None:
    """Paint one cell of a confusion matrix: errors are coloured, what is right is quiet.

    Args:
        painter: with the font of the text.
        area: of the cell.
        theme: whose colours it gets.
        share: of the images of its row, 0-1.
        text: what is written into it.
        right: whether it counts what was recognised.
    """
    painter.fillRect(area, QColor(theme.grid))
    # The root lets rare errors be seen beside frequent ones.
    strength = 0.35 * share if right else min(1.0, (share / 0.5) ** 0.5)
    painter.fillRect(area, with_alpha(theme.muted if right else theme.wrong, strength))
    on_colour = not right and strength > 0.6
    painter.setPen(QColor(theme.window if on_colour else theme.text))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
