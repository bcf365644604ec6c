"""How often each class was taken for each other one; a click shows those images."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lenet_desktop.data.datasets import CLASS_NAMES
from lenet_desktop.networks.predictions import (
    Numbers,
    PredictionSet,
    precisions,
    recalls,
)
from lenet_desktop.text.wording import percent, tip
from lenet_desktop.ui.gallery.classes.matrix_layout import (
    CLASSES,
    NAMES,
    SHARES,
    Cell,
    MatrixLayout,
)
from lenet_desktop.ui.gallery.classes.matrix_painter import MatrixPainter, matrix_font, paint_mark
from lenet_desktop.ui.kit.spoken_parts import PartedWidget
from lenet_desktop.ui.kit.theme import LIGHT, Theme

__all__ = ["Cell", "ConfusionMatrix"]

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConfusionMatrix(PartedWidget):
    """A heat map: rows are true classes, columns are predicted ones, errors are coloured."""

    cell_chosen = Signal(object)  # Cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusion_matrix")
        self._theme = LIGHT
        self._counts: Numbers | None = None
        self._placeholder = ""
        self._marked: Cell = (None, None)
        self._cursor: Cell = (0, 0)
        self._in_percent = False
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
        self._counts = None if predictions is None else predictions.confusion
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

    @property
    def in_percent(self) -> bool:
        """Whether shares of each row are written instead of counts."""
        return self._in_percent

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
        layout = self._painter.least_layout
        corner = layout.place(SHARES, SHARES).bottomRight()
        return QSize(corner.x() + 1, corner.y() + 1)

    @property
    def full_size_width(self) -> int:
        """The least width in which counts are hardly written smaller than the rest."""
        largest = 0 if self._counts is None else int(self._counts.max())
        return max(self.minimumSizeHint().width(), self._painter.width_for(str(largest)))

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return self.minimumSizeHint() * 1.3

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return what lies at a point: a cell, a row, a column, all of it, or nothing."""
        return self._layout.at(point)

    def describe(self, cell: Cell) -> str:
        """Say what a cell, row or column counts."""
        true, predicted = cell
        if self._counts is None:
            return self._placeholder
        if true is not None and predicted is not None:
            count, total = int(self._counts[true, predicted]), int(self._counts[true].sum())
            share = percent(count / total) if total else percent(0)
            verb = "recognised" if true == predicted else f"taken for {CLASS_NAMES[predicted]}"
            return f"{CLASS_NAMES[true]} {verb}: {count:,} of {total:,} images ({share})"
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
        accuracy = f" (accuracy {percent(right_ones / total)})" if total else ""
        return f"All {total:,} images, {right_ones:,} of them right{accuracy}"

    def part_count(self) -> int:
        """Return how many cells there are with the names of rows and columns, row by row."""
        return 0 if self._counts is None else (CLASSES + 1) ** 2

    def part_sentence(self, position: int) -> str:
        """Say what a cell, row or column counts."""
        return self.describe(_cell_of(position))

    def part_place(self, position: int) -> QRect:
        """Return where a cell or a name lies."""
        row, column = (NAMES if place is None else place for place in _cell_of(position))
        return self._layout.place(row, column)

    def part_at(self, point: QPoint) -> int | None:
        """Return which cell or name lies at a point; a total stands for its row or column."""
        cell = self.cell_at(point)
        return None if cell is None or self._counts is None else _position_of(cell)

    def current_part(self) -> int | None:
        """Return the cell or name at which the keyboard stands."""
        return None if self._counts is None else _position_of(self._cursor)

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
        self._go_to(cell)
        self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, Home and End, also on to the names; choose with Enter or space."""
        key = Qt.Key(event.key())
        goal = self._goal(key, whole=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        if goal is not None:
            self._go_to(goal)
        elif key in _ENTER:
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
        self._painter.paint(
            painter, self._layout, self._counts, self._theme, in_percent=self._in_percent
        )
        self._paint_marks(painter)

    def _choose(self, cell: Cell) -> None:
        if self._counts is not None:
            self.cell_chosen.emit((None, None) if cell == self._marked else cell)

    def _goal(self, key: Qt.Key, *, whole: bool) -> Cell | None:
        """Return where a key leads: to the ends of the row, or of the whole matrix with Ctrl."""
        row, column = (NAMES if place is None else place for place in self._cursor)
        first, last = (0, CLASSES - 1)
        goals = {
            Qt.Key.Key_Up: (row - 1, column), Qt.Key.Key_Down: (row + 1, column),
            Qt.Key.Key_Left: (row, column - 1), Qt.Key.Key_Right: (row, column + 1),
            Qt.Key.Key_Home: (first if whole else row, first),
            Qt.Key.Key_End: (last if whole else row, last),
        }  # fmt: skip
        if key not in goals:
            return None
        row, column = (min(place, last) for place in goals[key])
        return None if row < first else row, None if column < first else column

    def _go_to(self, cell: Cell) -> None:
        self._cursor = cell
        self._describe_cursor()
        self.update()

    def _describe_cursor(self) -> None:
        self.speak_of_current_part(self._placeholder)

    def _paint_marks(self, painter: QPainter) -> None:
        layout = self._layout
        if self.hasFocus():
            self._painter.paint_focus(painter, layout, self._cursor, self._theme)
        if self._marked != (None, None):
            paint_mark(painter, layout, self._marked, self._theme)

    def _measure(self) -> None:
        self._painter = MatrixPainter(matrix_font(self.font()))

    @property
    def _layout(self) -> MatrixLayout:
        return self._painter.fit(self.size())


def _cell_of(position: int) -> Cell:
    """Return the cell at a place in reading order, in which names come before cells."""
    row, column = (place - 1 for place in divmod(position, CLASSES + 1))
    return None if row == NAMES else row, None if column == NAMES else column


def _position_of(cell: Cell) -> int:
    """Return the place of a cell in reading order."""
    row, column = (NAMES if place is None else place for place in cell)
    return (row + 1) * (CLASSES + 1) + column + 1
