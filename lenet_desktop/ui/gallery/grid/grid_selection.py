"""Keeps one image of each source chosen, and the grid in line with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView

from lenet_desktop.data.datasets import Split
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel, Role
from lenet_desktop.ui.gallery.grid.grid_view import GridView


class GridSelection(QObject):
    """Which image is looked at, and to where the grid is scrolled.

    A refresh moves nothing: the image stays chosen, even if it is not among those shown any more.
    A new question leads to the first of its images if the one chosen is not among them, as soon as
    there are any.
    """

    changed = Signal()  # by a click or a key in the grid

    def __init__(self, view: GridView, model: GalleryModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._numbers: dict[Split, int] = {}
        self._is_asked_anew = self._is_following = False
        self._scrolled_to = 0
        view.selectionModel().currentChanged.connect(self._on_current_changed)

    @property
    def number(self) -> int | None:
        """The number of the image that is looked at, None when there is none."""
        return self._numbers.get(self._model.split)

    @property
    def left_out(self) -> int | None:
        """The number of the image that is looked at, if it is not among those shown."""
        number = self.number
        is_shown = number is None or self._model.row_of(number) is not None
        return None if is_shown or not self._model.rowCount() else number

    def start(self, split: Split) -> None:
        """Choose the first image of a part; call it before its images are shown."""
        self._numbers[split] = 0

    def choose(self, number: int) -> None:
        """Choose an image, whether or not it is among those shown."""
        self._numbers[self._model.split] = number
        self._is_asked_anew = False
        self._select()

    def note_place(self) -> None:
        """Remember to where the grid is scrolled; call it before the model changes."""
        if self._model.rowCount():  # an empty grid, between two runs, has no place to come back to
            self._scrolled_to = self._view.verticalScrollBar().value()

    def refresh(self) -> None:
        """Keep image and place after the same question was answered anew."""
        if self._is_asked_anew and self._model.rowCount():
            self.ask_anew()
            return
        self._select()
        self._view.doItemsLayout()
        self._view.verticalScrollBar().setValue(self._scrolled_to)

    def ask_anew(self) -> None:
        """Go to an image that another question asks for; call it after the model has changed."""
        numbers = self._model.numbers
        self._is_asked_anew = not len(numbers)
        if len(numbers) and (self.number is None or self._model.row_of(self.number) is None):
            self._numbers[self._model.split] = int(numbers[0])
        self._scrolled_to = 0
        self._select()
        self._view.doItemsLayout()  # or the bar would still have the range of the rows before
        self.scroll_there()

    def scroll_there(self) -> None:
        """Bring the image that is looked at into sight, or the first ones."""
        row = None if self.number is None else self._model.row_of(self.number)
        if row is None:
            self._view.scrollToTop()
        else:
            self._view.scrollTo(self._model.index(row))

    @contextmanager
    def kept_in_sight(self) -> Iterator[None]:
        """Keep the image looked at in sight while cells change their size, or the first one seen.

        The one looked at stays in sight only if it was.
        """
        row = None if self.number is None else self._model.row_of(self.number)
        first, position = self._view.first_visible_row(), QAbstractItemView.ScrollHint.PositionAtTop
        if row is not None and self._is_in_sight(row):
            first, position = row, QAbstractItemView.ScrollHint.EnsureVisible
        yield
        self._view.doItemsLayout()
        if first < self._model.rowCount():
            self._view.scrollTo(self._model.index(first), position)

    def _is_in_sight(self, row: int) -> bool:
        place = self._view.visualRect(self._model.index(row))
        return self._view.viewport().rect().intersects(place)

    def _select(self) -> None:
        row = None if self.number is None else self._model.row_of(self.number)
        selection = self._view.selectionModel()
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
            self._numbers[self._model.split] = current.data(Role.NUMBER)
            self._is_asked_anew = False
            self.changed.emit()
