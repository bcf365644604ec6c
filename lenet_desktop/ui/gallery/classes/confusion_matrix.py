"""How often each class was taken for each other one; a click shows those images."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.predictions import Numbers, PredictionSet, most_confused_first
from lenet_desktop.text.language import _
from lenet_desktop.ui.gallery.classes.matrix_bars import MatrixBars
from lenet_desktop.ui.gallery.classes.matrix_keys import ENTER, ZOOM_STEPS, goal_of
from lenet_desktop.ui.gallery.classes.matrix_layout import NAMES, Cell, MatrixLayout
from lenet_desktop.ui.gallery.classes.matrix_painter import USUAL, paint_mark
from lenet_desktop.ui.gallery.classes.matrix_scale import MatrixScale
from lenet_desktop.ui.gallery.classes.matrix_words import describe_cell, overall_figures
from lenet_desktop.ui.kit.elided_label import paint_focus
from lenet_desktop.ui.kit.spoken_parts import PartedWidget
from lenet_desktop.ui.kit.theme import LIGHT, Theme

__all__ = ["Cell", "ConfusionMatrix"]

_NOTCH = 120
"""What Qt says that a wheel has turned by a notch, in eighths of a degree."""


class ConfusionMatrix(PartedWidget):
    """A heat map: rows are true classes, columns are predicted ones, errors are coloured.

    Where there is no room for all classes they are scrolled, and their names stay in sight. Where
    there is much room, all is written as large as the rest of the window.
    """

    cell_chosen = Signal(object)  # Cell
    zoomed = Signal()  # or another room: other steps may be left
    scrolled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("confusion_matrix")
        self._theme = LIGHT
        self._names = DEFAULT.class_names
        self._order = list(range(len(self._names)))  # the classes, as they stand in the matrix
        self._is_ordered = False
        self._ordering: Numbers | None = None  # by what the classes are ordered, if by others
        self._counts: Numbers | None = None
        self._placeholder = ""
        self._marked: Cell = (None, None)
        self._cursor: Cell = (0, 0)
        self._in_percent = False
        self._turned = 0
        self._bars = MatrixBars(self)
        self._bars.moved.connect(self.update)
        self._bars.moved.connect(self.scrolled)
        self._scale = MatrixScale(self.font(), self._names)
        self._fit_bars()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Confusion matrix"))

    @property
    def counts(self) -> Numbers | None:
        """How often each true class (row) was predicted as each class (column)."""
        return self._counts

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set, of whose images nothing is predicted yet."""
        self._names, self._counts, self._ordering = info.class_names, None, None
        self._cursor, self._marked = (0, 0), (None, None)
        self._put_in_order(USUAL)

    @property
    def has_many(self) -> bool:
        """Whether there are more classes than every window has room for."""
        return self._scale.small.has_many

    @property
    def is_zoomed(self) -> bool:
        """Whether cells have another size than the room gives them."""
        return self._scale.zoom != USUAL

    def can_zoom(self, steps: int) -> bool:
        """Return whether cells can be larger, or smaller by a negative number of steps."""
        return self._counts is not None and self._zoomed(steps) != self._scale.zoom

    def zoom(self, steps: int, held: QPoint | None = None) -> None:
        """Make cells larger, or smaller by a negative number of steps, if that can be.

        Args:
            steps: how often.
            held: where the cell that is there stays, as far as it can; else what is looked at.
        """
        if not self.can_zoom(steps):
            return
        before = self._layout
        place = self._looked_at(before) if held is None else before.at(held)
        self._measure(self._zoomed(steps))
        if place is not None:
            at = before.place(place[0] or 0, place[1] or 0).center()
            self._bars.hold(place, held or at, self._layout)
        if place is not None and held is None:
            self._bars.reveal(place, self._layout)
        self.update()

    def show_same_as(self, other: "ConfusionMatrix") -> None:
        """Zoom and scroll to where another matrix of the same classes is."""
        if self._scale.zoom != other._scale.zoom:
            self._measure(other._scale.zoom)
        self._bars.scroll_as(other._bars)
        self.update()

    def _looked_at(self, layout: MatrixLayout) -> Cell:
        """Return where what is outlined meets what else is seen: the worst, or the middle."""
        room = self._bars.room
        names = QPoint(layout.across.names, layout.down.names)
        row, column = self._place_of(self._marked)
        at = layout.at(QRect(names, room.bottomRight()).center()) or (0, 0)
        rows, columns = layout.down.in_sight(room.height()), layout.across.in_sight(room.width())
        if self._is_ordered and 0 in rows and 0 in columns:
            at = 0, 0
        return row if row in rows else at[0], column if column in columns else at[1]

    def _zoomed(self, steps: int) -> int:
        return self._scale.zoomed(steps, self.size())

    def show_predictions(self, predictions: PredictionSet | None) -> None:
        """Count anew; the classes stay where they are unless nothing was counted before."""
        is_first = self._counts is None
        self._counts = None if predictions is None else predictions.confusion
        if is_first and self._is_ordered:
            self._put_in_order()
        elif self._scale.figures != self._figures:
            self._measure()
        elif is_first is not (self._counts is None):
            self._fit_bars()
        self._describe_cursor()
        self.update()

    def show_most_confused_first(self, ordered: bool, counts: Numbers | None = None) -> None:
        """Put classes side by side that are taken for each other, or all in their usual order.

        Args:
            ordered: whether they are put so.
            counts: another matrix of the same classes, by whose errors they are; its own for None.
        """
        self._is_ordered, self._ordering = ordered, counts
        self._put_in_order()
        self._bars.scroll_back()

    def _put_in_order(self, zoom: int | None = None) -> None:
        counts = self._counts if self._ordering is None else self._ordering
        is_ordered = self._is_ordered and self._counts is not None and self.has_many
        usual = list(range(len(self._names)))
        self._order = most_confused_first(counts) if is_ordered and counts is not None else usual
        self._measure(zoom)
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
        if cell != self._marked:
            self._marked = cell
            self._reveal(cell)
            self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which counts can be read, of many classes at least some."""
        return self._scale.small.least_size

    @property
    def full_size_width(self) -> int:
        """The least width in which counts are hardly written smaller than the rest."""
        largest = 0 if self._counts is None else int(self._counts.max())
        return max(self.minimumSizeHint().width(), self._scale.small.width_for(str(largest)))

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return self.minimumSizeHint() * 1.3

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return what lies at a point: a cell, a row, a column, all of it, or nothing."""
        if not self._bars.room.contains(point):
            return None
        found = self._layout.at(point)
        return None if found is None else self._classes_at(found)

    def describe(self, cell: Cell) -> str:
        """Say what a cell, row or column counts."""
        if self._counts is None:
            return self._placeholder
        return describe_cell(self._counts, self._names, cell)

    def part_count(self) -> int:
        """Return how many cells there are with the names of rows and columns, row by row."""
        return 0 if self._counts is None else (len(self._names) + 1) ** 2

    def part_sentence(self, position: int) -> str:
        """Say what a cell, row or column counts."""
        return self.describe(self._classes_at(self._place_of_part(position)))

    def part_tip(self, position: int) -> str:
        """Say the same of what the mouse is at."""
        return self.part_sentence(position)

    def part_place(self, position: int) -> QRect:
        """Return where a cell or a name lies."""
        row, column = (NAMES if at is None else at for at in self._place_of_part(position))
        return self._layout.place(row, column)

    def part_at(self, point: QPoint) -> int | None:
        """Return which cell or name lies at a point; a total stands for its row or column."""
        cell = self.cell_at(point)
        return None if cell is None or self._counts is None else self._part_of(cell)

    def current_part(self) -> int | None:
        """Return the cell or name at which the keyboard stands."""
        return None if self._counts is None else self._part_of(self._cursor)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the names anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()

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
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        goal = goal_of(key, self._place_of(self._cursor), len(self._names), whole=has_control)
        if goal is not None:
            self._go_to(self._classes_at(goal))
        elif key in ENTER:
            self._choose(self._cursor)
        elif key in ZOOM_STEPS and not has_control:
            self.zoom(ZOOM_STEPS[key])
            self._reveal(self._cursor)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint names, cells and marks."""
        painter = QPainter(self)
        if self._counts is None:
            if self.hasFocus():
                paint_focus(painter, self.rect(), self.palette())
            painter.setPen(QColor(self._theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self.describe((None, None)))
            return
        layout, theme = self._layout, self._theme
        counts = self._counts[np.ix_(self._order, self._order)]
        room = self._bars.room.size() if self.is_scrolled else None
        self._painter.paint(
            painter,
            layout,
            counts,
            theme,
            in_percent=self._in_percent,
            room=room,
            pointed=self._place_of(self._cursor) if self.hasFocus() else (None, None),
        )
        if self.hasFocus():
            self._painter.paint_focus(painter, layout, self._place_of(self._cursor), theme, room)
        if self._marked != (None, None):
            paint_mark(painter, layout, self._place_of(self._marked), theme, room)

    def _choose(self, cell: Cell) -> None:
        if self._counts is not None:
            self.cell_chosen.emit((None, None) if cell == self._marked else cell)

    def _go_to(self, cell: Cell) -> None:
        self._cursor = cell
        self._reveal(cell)
        self._describe_cursor()
        self.update()

    def _describe_cursor(self) -> None:
        self.speak_of_current_part(self._placeholder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll what does not fit."""
        super().resizeEvent(event)
        self._fit_bars()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll up and down, or to the sides with Alt or a wheel that turns so; zoom with Ctrl."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turned += event.angleDelta().y()  # a fine wheel turns less than a notch at a time
            notches = int(self._turned / _NOTCH)
            self._turned -= notches * _NOTCH
            self.zoom(notches, event.position().toPoint())
        elif not self.is_scrolled:
            event.ignore()
        else:
            self._bars.turn(event)

    @property
    def is_scrolled(self) -> bool:
        """Whether not all of the matrix is in sight."""
        return self._bars.are_shown

    def _measure(self, zoom: int | None = None) -> None:
        """Measure names anew, and keep what a person zoomed to if it is not given."""
        names = [self._names[number] for number in self._order]
        least = self._scale.zoom if zoom is None else zoom
        self._scale = MatrixScale(self.font(), names, self._figures, least)
        self.updateGeometry()
        self._fit_bars()

    def _fit_bars(self) -> None:
        self._painter = self._scale.painter_in(self.size())
        self._bars.fit(None if self._counts is None else self._painter)
        self.zoomed.emit()

    @property
    def _figures(self) -> int:
        """How many figures stand in the corner, one where there are none yet."""
        return 1 if self._counts is None else max(1, len(overall_figures(self._counts)))

    @property
    def _layout(self) -> MatrixLayout:
        return self._bars.scrolled(self._painter)

    def _reveal(self, cell: Cell) -> None:
        """Scroll to a row, a column or both, no further than it takes."""
        self._bars.reveal(self._place_of(cell), self._layout)

    def _place_of(self, cell: Cell) -> Cell:
        """Return where in the matrix two classes meet."""
        row, column = (None if number is None else self._order.index(number) for number in cell)
        return row, column

    def _classes_at(self, place: Cell) -> Cell:
        row, column = (None if at is None else self._order[at] for at in place)
        return row, column

    def _place_of_part(self, position: int) -> Cell:
        """Return the place of a part in reading order, in which names come before cells."""
        row, column = (at - 1 for at in divmod(position, len(self._names) + 1))
        return None if row == NAMES else row, None if column == NAMES else column

    def _part_of(self, cell: Cell) -> int:
        row, column = (0 if at is None else at + 1 for at in self._place_of(cell))
        return row * (len(self._names) + 1) + column
