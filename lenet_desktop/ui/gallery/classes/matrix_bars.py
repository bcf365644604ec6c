"""The scroll bars of a confusion matrix of so many classes that not all are in sight."""

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from lenet_desktop.ui.gallery.classes.matrix_layout import Cell, MatrixLayout
from lenet_desktop.ui.gallery.classes.matrix_painter import MatrixPainter


class MatrixBars(QObject):
    """A bar to the right of a matrix and one below, each beside what it scrolls: no names."""

    moved = Signal()

    def __init__(self, matrix: QWidget) -> None:
        super().__init__(matrix)
        self._matrix = matrix
        self._right = QScrollBar(Qt.Orientation.Horizontal, matrix)
        self._down = QScrollBar(Qt.Orientation.Vertical, matrix)
        for bar in (self._right, self._down):
            bar.valueChanged.connect(self.moved)

    @property
    def are_shown(self) -> bool:
        """Whether there is a bar at all."""
        return not (self._right.isHidden() and self._down.isHidden())

    @property
    def room(self) -> QRect:
        """What the bars leave for the matrix."""
        across = 0 if self._right.isHidden() else self._right.sizeHint().height()
        down = 0 if self._down.isHidden() else self._down.sizeHint().width()
        return self._matrix.rect().adjusted(0, 0, -down, -across)

    def fit(self, painter: MatrixPainter | None) -> None:
        """Show a bar for each direction in which there is no room for all classes.

        Args:
            painter: knows what they take; without one there is nothing to scroll, and the place
                stays for when there is something to see again.
        """
        wide, high = self._right.sizeHint().height(), self._down.sizeHint().width()
        for bar in (self._right, self._down):
            bar.hide()
        if painter is None:
            return
        for bar in (self._right, self._down, self._right):  # one takes room that the other needs
            needed, room = painter.fit(self.room.size()).size, self.room
            is_across = bar is self._right
            is_cut = needed.width() > room.width() if is_across else needed.height() > room.height()
            if is_cut and painter.may_scroll:
                bar.show()
        room, layout = self.room, painter.fit(self.room.size())
        left, top = layout.across.names, layout.down.names
        self._right.setGeometry(left, room.height(), room.width() - left, wide)
        self._down.setGeometry(room.width(), top, high, room.height() - top)
        for bar, axis, length in (
            (self._right, layout.across, room.width()),
            (self._down, layout.down, room.height()),
        ):
            bar.setSingleStep(axis.cell)
            bar.setPageStep(max(axis.cell, length - axis.names))
            bar.setRange(0, max(0, axis.length + 1 - length) if self.are_shown else 0)

    def scrolled(self, painter: MatrixPainter) -> MatrixLayout:
        """Return where everything lies now."""
        return painter.fit(self.room.size()).scrolled(self._right.value(), self._down.value())

    def reveal(self, place: Cell, layout: MatrixLayout) -> None:
        """Scroll to a row, a column or both, no further than it takes."""
        row, column = place
        if column is not None:
            self._right.setValue(layout.across.showing(column, self.room.width()))
        if row is not None:
            self._down.setValue(layout.down.showing(row, self.room.height()))

    def hold(self, place: Cell, point: QPoint, layout: MatrixLayout) -> None:
        """Scroll so that the middle of a cell comes to lie at a point, as far as that goes."""
        middle = layout.scrolled(0, 0).place(place[0] or 0, place[1] or 0).center()
        self._right.setValue(middle.x() - point.x())
        self._down.setValue(middle.y() - point.y())

    def scroll_as(self, other: "MatrixBars") -> None:
        """Scroll as far as other bars are, if that goes."""
        self._right.setValue(other._right.value())
        self._down.setValue(other._down.value())

    def scroll_back(self) -> None:
        """Show the beginning."""
        self._right.setValue(0)
        self._down.setValue(0)

    def turn(self, event: QWheelEvent) -> None:
        """Scroll up and down, or to the sides with Alt or a wheel that turns so."""
        turned = event.angleDelta()
        bar = self._right if abs(turned.x()) > abs(turned.y()) else self._down
        QApplication.sendEvent(bar, event)
