"""The table of runs: chosen, sorted and worked with by mouse and keyboard."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAction,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTreeView

from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.tables import set_up_sorted_rows
from lenet_desktop.ui.kit.theme import SPACING
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_delegates import FOLD_SIDE, NameDelegate, RowDelegate, StarDelegate
from lenet_desktop.ui.runs.run_filter import RunFilter

_ICON_SIDE = 16
_WIDEST = {
    Column.STATUS: marked("stopped early"),
    Column.BEST: "100.00 %",
    Column.LAST: "100.00 %",
    Column.DURATION: "00:00:00",
    Column.EPOCHS: marked("{done} of {planned}"),
    Column.WHEN: marked("{day} {month} {year} {clock}"),
}
_FILLED = {
    "done": "1,000", "planned": "1,000",
    "day": "30", "month": "Mmm", "year": "0000", "clock": "00:00",
}  # fmt: skip
_NAME_CHARACTERS, _NAME_SHARE = 46, 0.6
"""How wide names are at most, and which share of what they have together with the recipes."""
_FEW_WORDS, _WORDS = 26, 42
"""Characters that name and recipe have together beside the first of these, and beside more."""
_SPARED = (Column.LAST, Column.BEST, Column.STATUS, Column.EPOCHS, Column.WHEN, Column.DURATION)
"""What is shown beside name and recipe, as far as there is room, in this order."""


class RunTable(QTreeView):
    """Rows of runs, those of a sweep under that."""

    row_opened = Signal()
    star_clicked = Signal(int)

    def __init__(self, runs: RunFilter) -> None:
        super().__init__()
        identify(self, "runs_table", _("Runs"))
        self._runs = runs
        self._keys: list[QAction] = []
        self._star_pressed: int | None = None
        self._widths: dict[Column, int] = {}
        self._names = NameDelegate(self)
        self._names.is_unfolded = lambda index: runs.is_unfolded(runs.id_at(index.row()))
        self.setModel(runs)
        self.headings = set_up_sorted_rows(self)
        self._set_up()
        self._set_up_columns()

    @property
    def selected_ids(self) -> list[int]:
        """The selected runs, from the top."""
        selection = self.selectionModel().selection()  # its ranges: asking row by row is slow
        ranges = [selection.at(place) for place in range(selection.count())]
        rows = {row for found in ranges for row in range(found.top(), found.bottom() + 1)}
        return [self._runs.id_at(row) for row in sorted(rows)]

    def use_keys(self, actions: Sequence[QAction]) -> None:
        """Let actions be called by their keys while the table has the keyboard.

        The table claims these keys before the window's shortcuts see them, so that a key that
        means something else in the window is not ambiguous.
        """
        self._keys = list(actions)

    def select(self, ids: Sequence[int]) -> None:
        """Select runs, and none besides; the first of them becomes the current one."""
        flag = QItemSelectionModel.SelectionFlag
        indexes = [index for index in map(self._runs.index_of, ids) if index.isValid()]
        self.clearSelection()
        for index in indexes:
            self.selectionModel().select(index, flag.Select | flag.Rows)
        if indexes:
            self.selectionModel().setCurrentIndex(indexes[0], flag.NoUpdate)

    def leave_room_for_colours(self, leaves: bool) -> None:
        """Move all names aside, or back."""
        self._names.leaves_room_for_colour = leaves
        self.viewport().update()

    def edit_name(self, run_id: int) -> None:
        """Begin to edit a name in its cell."""
        index = self._runs.index_of(run_id)
        if index.isValid():
            self.setFocus()
            self.scrollTo(index)
            self.edit(index)

    def rowsAboutToBeRemoved(
        self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int
    ) -> None:
        """Close the editor of a row that goes; Qt would try to commit it when the row is gone."""
        row = self.currentIndex().row()
        editor = self.indexWidget(self.currentIndex())
        if editor is not None and first <= row <= last:
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        super().rowsAboutToBeRemoved(parent, first, last)

    @contextmanager
    def kept_in_place(self) -> Iterator[None]:
        """Keep the rows in sight where they are while others come and go above them."""
        first = self.indexAt(QPoint(0, 0))
        bar, top = self.verticalScrollBar(), self.visualRect(first).top()
        anchor = self._runs.id_at(first.row()) if first.isValid() and bar.value() > 0 else None
        yield
        if anchor is None:
            return
        self.executeDelayedItemsLayout()
        index = self._runs.index_of(anchor)
        if index.isValid():
            bar.setValue(bar.value() + self.visualRect(index).top() - top)

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the table before the window's shortcuts see them."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            opens = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if opens or self._called_by(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key stands for, or move."""
        if self.state() is QAbstractItemView.State.EditingState and not self.hasFocus():
            # The line in which a name is edited has no use for this key.
            super().keyPressEvent(event)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.row_opened.emit()
            return
        action = self._called_by(event)
        if action is None and self._fold_by_key(event.key()):
            return
        if action is None:
            super().keyPressEvent(event)
        elif action.isEnabled():
            action.trigger()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a star or a fold without selecting the row, or select."""
        folding = self._fold_at(event)
        if folding is not None:
            self.fold(folding, folded=self._runs.is_unfolded(folding))
            return
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() is Qt.MouseButton.LeftButton
        self._star_pressed = self._star_at(event) if left and plain else None
        if self._star_pressed is None:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select what the mouse is dragged over, unless it set out from a star."""
        if self._star_pressed is None:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Give or take a star where it was pressed."""
        pressed, self._star_pressed = self._star_pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif self._star_at(event) == pressed:
            self.star_clicked.emit(pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a run; a second click on a star takes back the first."""
        if self._star_at(event) is not None or self._fold_at(event) is not None:
            self.mousePressEvent(event)
            return
        super().mouseDoubleClickEvent(event)
        left = event.button() is Qt.MouseButton.LeftButton
        if left and self.indexAt(event.position().toPoint()).isValid():
            self.row_opened.emit()

    def fold(self, number: int, *, folded: bool) -> None:
        """Fold the runs of a sweep away, given the number of its row, or bring them into sight."""
        with self.kept_in_place():
            self._runs.fold(number, folded=folded)
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        self.setAccessibleDescription(
            _("The runs of the sweep are folded.")
            if folded
            else _("The runs of the sweep are unfolded.")
        )
        QAccessible.updateAccessibility(event)

    def _fold_at(self, event: QMouseEvent) -> int | None:
        """Return the row of a sweep whose arrow is under the mouse, None if there is none."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or index.column() != Column.NAME:
            return None
        number = self._runs.id_at(index.row())
        within = event.position().x() - self.visualRect(index).left()
        return number if number < 0 and within <= FOLD_SIDE + SPACING // 2 else None

    def _fold_by_key(self, key: int) -> bool:
        """Fold with the left arrow, unfold with the right one; return whether that was done."""
        index = self.currentIndex()
        if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or not index.isValid():
            return False
        number = self._runs.owner_at(index.row()) if key == Qt.Key.Key_Left else None
        number = number or self._runs.id_at(index.row())
        if number >= 0:
            return False
        self.setCurrentIndex(self._runs.index_of(number))
        self.fold(number, folded=key == Qt.Key.Key_Left)
        return True

    def _star_at(self, event: QMouseEvent) -> int | None:
        """Return the run whose star is under the mouse, None if there is none."""
        index = self.indexAt(event.position().toPoint())
        is_star = index.isValid() and index.column() == Column.STAR
        return self._runs.id_at(index.row()) if is_star else None

    def _called_by(self, event: QKeyEvent) -> QAction | None:
        """Return the action that a key stands for, None if it stands for none."""
        pressed = QKeySequence(event.keyCombination())
        return next((action for action in self._keys if pressed in action.shortcuts()), None)

    def _set_up(self) -> None:
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setIconSize(QSize(_ICON_SIDE, _ICON_SIDE))
        self.setItemDelegate(RowDelegate(self))
        self.setItemDelegateForColumn(Column.STAR, StarDelegate(self))
        self.setItemDelegateForColumn(Column.NAME, self._names)

    def _fit_columns(self) -> None:
        metrics = self.fontMetrics()
        for column, widest in _WIDEST.items():
            icon = _ICON_SIDE + SPACING if column is Column.STATUS else 0
            cell = metrics.horizontalAdvance(_(widest).format(**_FILLED)) + icon + 2 * SPACING
            self._widths[column] = max(cell, self.headings.sectionSizeFromContents(column).width())
            self.setColumnWidth(column, self._widths[column])
        self._share_room()

    def _share_room(self) -> None:
        """Show what there is room for; names and recipes are never left out."""
        wide = self.fontMetrics().averageCharWidth()
        room = self.viewport().width() - self.columnWidth(Column.STAR)
        for place, column in enumerate(_SPARED):
            width = self.header().sectionSize(column) or self._widths[column]
            least = wide * (_WORDS if place else _FEW_WORDS)
            fits = room - width >= least and not any(map(self.isColumnHidden, _SPARED[:place]))
            self.setColumnHidden(column, not fits)
            room -= width if fits else 0
        self.setColumnWidth(Column.NAME, min(wide * _NAME_CHARACTERS, round(room * _NAME_SHARE)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more columns where there is more room."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share_room()

    def _set_up_columns(self) -> None:
        """Give each column the room of its widest text, and what is left to the recipe."""
        header = self.header()
        header.setMinimumSectionSize(_ICON_SIDE + 2 * SPACING)
        self.setColumnWidth(Column.STAR, _ICON_SIDE + 2 * SPACING)
        follow_font(self, self._fit_columns)
        header.setSectionResizeMode(Column.STAR, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.RECIPE, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(Column.WHEN, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
