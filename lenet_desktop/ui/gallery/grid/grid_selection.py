"""Keeps the grid in line with the image that is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, Slot
from PySide6.QtWidgets import QAbstractItemView

from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE, GalleryModel
from lenet_desktop.ui.gallery.grid.grid_view import GridView


class GridSelection(QObject):
    """Highlights the image that is looked at, and says to where the grid is scrolled.

    A refresh moves nothing, and another order is shown from its beginning. Make it after the model,
    which has to hear of a change first.
    """

    def __init__(self, view: GridView, model: GalleryModel, state: GalleryState) -> None:
        super().__init__(view)
        self._view, self._model, self._state = view, model, state
        self._is_following = False
        self._scrolled_to = 0
        self._sort = state.query.sort
        self._begins = False  # whether the first images of an order are awaited
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        view.selectionModel().currentChanged.connect(self._on_current_changed)
        state.changed.connect(self._on_changed)

    @Slot()
    def _on_about_to_reset(self) -> None:
        if self._model.rowCount():  # an empty grid, between two runs, has no place to come back to
            self._scrolled_to = self._view.verticalScrollBar().value()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change & (Change.ROWS | Change.CHOSEN | Change.PLACE):
            self._select()
        if change & Change.ROWS:
            self._view.doItemsLayout()  # or the bar would still have the range of the rows before
        if self._state.query.sort is not self._sort:
            self._sort, self._begins = self._state.query.sort, True
        elif change & Change.CHOSEN:
            self._begins = False
        if change & Change.PLACE:
            self._scroll_there()
        elif change & Change.ROWS:
            self._view.verticalScrollBar().setValue(self._scrolled_to)

    def _scroll_there(self) -> None:
        """Bring the image that is looked at into sight, or the first ones."""
        row = self._row
        if self._begins and self._model.rowCount():
            self._begins = False
            self._view.scrollToTop()
        elif row is not None:
            self._view.scrollTo(self._model.index(row))
        elif not self._model.rowCount():
            self._scrolled_to = 0

    @contextmanager
    def kept_in_sight(self) -> Iterator[None]:
        """Keep the image looked at in sight while cells change their size, or the first one seen.

        The one looked at stays in sight only if it was.
        """
        row = self._row
        first, position = self._view.first_visible_row(), QAbstractItemView.ScrollHint.PositionAtTop
        if row is not None and self._is_in_sight(row):
            first, position = row, QAbstractItemView.ScrollHint.EnsureVisible
        yield
        self._view.doItemsLayout()
        if first < self._model.rowCount():
            self._view.scrollTo(self._model.index(first), position)

    @property
    def _row(self) -> int | None:
        number = self._state.chosen
        return None if number is None else self._state.row_of(number)

    def _is_in_sight(self, row: int) -> bool:
        place = self._view.visualRect(self._model.index(row))
        return self._view.viewport().rect().intersects(place)

    def _select(self) -> None:
        row, selection = self._row, self._view.selectionModel()
        if row is not None and selection.isRowSelected(row):
            return  # by a click
        self._is_following = True
        if row is None:
            selection.blockSignals(True)
            selection.clear()
            selection.blockSignals(False)
        else:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            selection.setCurrentIndex(self._model.index(row), flag)
        self._is_following = False
        self._view.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._is_following:
            self._state.choose(current.data(NUMBER_ROLE))
