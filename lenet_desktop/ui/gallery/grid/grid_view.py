"""A grid of cells of one size, whose layout costs the same for ten cells and for ten thousand.

QListView computes a position for every item at every change, which takes 25 ms for 10,000 items.
Cells of one size need no list of positions: where one lies follows from its row.
"""

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QListView

from lenet_desktop.ui.gallery.grid.cell_painter import CellPainter, CellsInSight
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel, Index
from lenet_desktop.ui.kit.elided_label import paint_placeholder
from lenet_desktop.ui.kit.steady_scroll_bar import SteadyScrollBar

_LINE_IN_SIGHT = 132
"""Pixels that a line of images may take from all else: a line at 3x, with its captions."""
_NOTCH = 120
"""What Qt says that a wheel has turned by a notch, in eighths of a degree."""


class GridView(QListView):
    """A QListView (for its keyboard, selection and screen reader) with a layout of its own."""

    scale_step_requested = Signal(int)  # +1 for larger, -1 for smaller
    inspection_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cells = CellPainter()
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(SteadyScrollBar())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self._placeholder = ""
        self._pointed: int | None = None
        self._turned = 0
        self._typed = ""
        self._clock = QElapsedTimer()
        self._clock.start()

    def fit_cells(self) -> None:
        """Make the cells as large as the font and the scale of the images ask for."""
        self.setGridSize(self.cells.cell_size(self.font()))
        self.updateGeometry()
        self.doItemsLayout()

    def minimumSizeHint(self) -> QSize:
        """Return the height of a line of images, unless these are large."""
        least = super().minimumSizeHint()
        line = min(self._cell_height, _LINE_IN_SIGHT) + 2 * self.frameWidth()
        return QSize(least.width(), max(least.height(), line))

    def set_placeholder(self, sentence: str) -> None:
        """Say why the grid is empty, when it is."""
        self._placeholder = sentence
        self.viewport().update()

    @property
    def placeholder(self) -> str:
        """What the grid says when it is empty."""
        return self._placeholder

    @property
    def columns(self) -> int:
        """How many cells stand side by side."""
        return max(1, self.viewport().width() // self._cell_width)

    def first_visible_row(self) -> int:
        """Return the row of the first cell that is at least partly in sight."""
        return self.verticalScrollBar().value() // self._cell_height * self.columns

    # Geometry, as QAbstractItemView asks for it

    def visualRect(self, index: Index) -> QRect:
        """Return where a cell lies in the viewport."""
        if not index.isValid():
            return QRect()
        line, column = divmod(index.row(), self.columns)
        top = line * self._cell_height - self.verticalScrollBar().value()
        return QRect(self._left(column), top, self._cell_width, self._cell_height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the cell at a point of the viewport."""
        if self.model() is None or not self.viewport().rect().contains(point):
            return QModelIndex()  # Qt asks before there is a model, too
        line = (point.y() + self.verticalScrollBar().value()) // self._cell_height
        column = min(point.x() * self.columns // self.viewport().width(), self.columns - 1)
        index = self.model().index(line * self.columns + column, 0)
        return index if self.visualRect(index).contains(point) else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll as little as it takes to see a cell, or to its hinted place."""
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        if not rect.isValid():
            return
        height = self.viewport().height()
        to_top, to_bottom = bar.value() + rect.top(), bar.value() + rect.bottom() + 1 - height
        match hint:
            case QAbstractItemView.ScrollHint.PositionAtTop:
                bar.setValue(to_top)
            case QAbstractItemView.ScrollHint.PositionAtBottom:
                bar.setValue(to_bottom)
            case QAbstractItemView.ScrollHint.PositionAtCenter:
                bar.setValue((to_top + to_bottom) // 2)
            case _:
                if rect.top() < 0 or rect.height() > height:
                    bar.setValue(to_top)
                elif rect.bottom() >= height:
                    bar.setValue(to_bottom)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Return the cell that a key leads to."""
        count = self.model().rowCount()
        if count == 0:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self.model().index(min(self.first_visible_row(), count - 1), 0)
        act = QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() // self._cell_height) * self.columns
        steps = {
            act.MoveLeft: -1, act.MovePrevious: -1, act.MoveRight: 1, act.MoveNext: 1,
            act.MoveUp: -self.columns, act.MoveDown: self.columns,
            act.MovePageUp: -page, act.MovePageDown: page,
            act.MoveHome: -count, act.MoveEnd: count,
        }  # fmt: skip
        row, step = current.row(), steps[action]
        if action is act.MoveUp and row + step < 0:
            step = 0
        return self.model().index(min(max(row + step, 0), count - 1), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the cell at the rectangle's corner: one image is looked at a time."""
        index = self.indexAt(rect.topLeft())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return what has to be painted anew when a selection changes."""
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    def horizontalOffset(self) -> int:
        """Return 0: the grid never scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:
        """Return how many pixels are scrolled away."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        """Return False: what must not be seen is not in the model."""
        return False

    def doItemsLayout(self) -> None:
        """Adapt the scroll bar, which is all that there is to lay out."""
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        """Fit the scroll bar to the number of lines; its value is kept where possible."""
        count = self.model().rowCount() if self.model() is not None else 0
        lines = -(-count // self.columns)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(max(1, self._cell_height // 2))
        bar.setPageStep(height)
        bar.setRange(0, max(0, lines * self._cell_height - height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cells in sight that were in sight, in however many columns they now stand.

        Where not all have room any more, the selected one has.
        """
        old_width, bar = event.oldSize().width(), self.verticalScrollBar()
        columns, current, first, is_seen = max(1, old_width // self._cell_width), 0, 0, False
        if old_width > 0:
            first = bar.value() // self._cell_height * columns
            current = self.currentIndex().row()
            top = current // columns * self._cell_height - bar.value()
            is_seen = current >= 0 and 0 <= top < event.oldSize().height()
        super().resizeEvent(event)
        self.updateGeometries()
        if old_width > 0 and old_width != event.size().width():
            bar.setValue(first // self.columns * self._cell_height)
        if is_seen:
            self.scrollTo(self.currentIndex())

    def keyboardSearch(self, search: str) -> None:
        """Go to the next image of the class that is typed."""
        model = self.model()
        if not isinstance(model, GalleryModel) or not (search.strip() or self.is_searching):
            return
        self._typed = self._typed + search if self.is_searching else search
        self._clock.restart()
        row = self.currentIndex().row() + (1 if len(self._typed) == 1 else 0)
        found = model.row_of_class(self._typed, max(0, row))
        if found is not None:
            self.setCurrentIndex(model.index(found))

    @property
    def is_searching(self) -> bool:
        """Whether a class is being typed right now."""
        has_expired = self._clock.hasExpired(QApplication.keyboardInputInterval())
        return bool(self._typed) and not has_expired

    def event(self, event: QEvent) -> bool:
        """Claim the space of "ankle boot", which would pause a run, while a class is typed."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() == Qt.Key.Key_Space and self.is_searching:
                event.accept()
                return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the cells to captions in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.fit_cells()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here; of itself, Qt would also choose an image by that."""
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead from an image to what is known of it; never copy a caption, as lists do."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.inspection_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or make the images larger or smaller while Ctrl is held."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._turned += event.angleDelta().y()  # a fine wheel turns less than a notch at a time
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            self.scale_step_requested.emit(notches)
        event.accept()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted, and have painted what comes into sight and what the mouse is at.

        A QListView moves only what it has laid out itself, which is nothing here.
        """
        self.viewport().scroll(dx, dy)
        for row in {self._pointed, self._row_under_mouse()} - {None}:
            if row is not None:
                self.update(self.model().index(row, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells in sight and only those, or the reason why there are none."""
        model = self.model()
        if model is None or not model.rowCount():
            paint_placeholder(self, self._placeholder, self.fontMetrics().height() * 2)
        elif isinstance(model, GalleryModel):
            painter, ratio = QPainter(self.viewport()), self.viewport().devicePixelRatioF()
            cells = self._cells_in_sight(event.rect())
            self.cells.paint(painter, model, cells, self.font(), ratio)

    def _cells_in_sight(self, area: QRect) -> CellsInSight:
        """Return the cells that lie at least partly in an area of the viewport."""
        scrolled = self.verticalScrollBar().value()
        line = (scrolled + area.top()) // self._cell_height
        last_line = (scrolled + area.bottom()) // self._cell_height
        selected = self.selectionModel().selectedIndexes()
        self._pointed = self._row_under_mouse()
        return CellsInSight(
            first_row=line * self.columns,
            lines=last_line - line + 1,
            lefts=[self._left(column) for column in range(self.columns)],
            top=line * self._cell_height - scrolled,
            size=self.gridSize(),
            selected=selected[0].row() if selected else None,
            pointed=self._pointed,
            focused=self.hasFocus(),
        )

    def _row_under_mouse(self) -> int | None:
        index = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos()))
        return index.row() if index.isValid() else None

    def _left(self, column: int) -> int:
        width = self.viewport().width() / self.columns  # what is left over is shared out
        return round(column * width + (width - self._cell_width) / 2)

    @property
    def _cell_width(self) -> int:
        return max(1, self.gridSize().width())

    @property
    def _cell_height(self) -> int:
        return max(1, self.gridSize().height())
