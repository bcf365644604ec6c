"""The images whose label the network contradicts, the most doubtful first."""

from enum import Enum, auto

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QHeaderView,
    QLabel,
    QTableView,
    QWidget,
)

from lenet_desktop.analysis.suspects import LEARNED_FROM, METHOD, Suspects
from lenet_desktop.data.duplicates import Duplicates
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import sentences, tip, whole
from lenet_desktop.ui.gallery.classes.suspect_model import ICON_SIDE, Column, SuspectModel
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE, Index
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.elided_label import paint_placeholder
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.tables import set_up_rows
from lenet_desktop.ui.kit.theme import SPACING, Theme, steady_figures

_UNTRAINED = marked("Press Start to see which labels the network doubts.")
_LEARNING = marked("The first labels are examined after the first epoch.")
_COMPUTING = marked("Examining the labels…")
_SUMMARY = marked("Labels doubted by confident learning (cleanlab)")
_SUMMARY_OF_LEARNED = marked("Learned labels doubted by confident learning (cleanlab)")
_NONE_FOUND = marked("The network contradicts no label confidently in each of the last epochs.")
_NOT_LEARNED = marked(
    "The network is wrong more often than right so far, so its doubts say nothing yet. "
    "Train more epochs."
)


class SuspectTable(QTableView):
    """A table of rows that are chosen by a click or a key, and that says why it is empty."""

    row_chosen = Signal(QModelIndex)  # by the person, not by `set_current`

    def __init__(self) -> None:
        super().__init__()
        self._placeholder = ""
        self._is_following = False
        set_up_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setDefaultSectionSize(ICON_SIDE + SPACING // 2)
        self.setIconSize(QSize(ICON_SIDE, ICON_SIDE))

    @property
    def placeholder(self) -> str:
        """What the table says when it is empty."""
        return self._placeholder

    def set_placeholder(self, sentence: str) -> None:
        """Say why the table is empty, when it is."""
        self._placeholder = sentence
        self.setAccessibleDescription(sentence)
        self.viewport().update()

    def set_current(self, row: int | None) -> None:
        """Highlight a row, or none; that is not choosing it."""
        self._is_following = True
        if row is None:
            self.selectionModel().clear()
        elif row != self.currentIndex().row():
            flag = QItemSelectionModel.SelectionFlag
            index = self.model().index(row, 0)
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
        self._is_following = False

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Choose the row that the keyboard has moved to."""
        super().currentChanged(current, previous)
        moved = current.isValid() and current.row() != previous.row()
        if moved and not self._is_following:
            self.row_chosen.emit(self.model().index(current.row(), 0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here; of itself, Qt would also choose an image by that."""
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row that is pressed, though it may be the current one already."""
        index = self.indexAt(event.position().toPoint())
        is_current = index.isValid() and index.row() == self.currentIndex().row()
        super().mousePressEvent(event)
        if is_current:
            self.row_chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current row with Enter, though it may have been chosen before."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_chosen.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the reason why there are none."""
        super().paintEvent(event)
        if self.model() is not None and self.model().rowCount():
            return
        paint_placeholder(self, self._placeholder, self.fontMetrics().height())


class _State(Enum):
    UNTRAINED = auto()
    LEARNING = auto()
    WAITING = auto()
    COMPUTING = auto()
    FOUND = auto()
    FAILED = auto()


_EMPTY = (_State.UNTRAINED, _State.LEARNING, _State.WAITING)
"""There is nothing to look for suspects in; those that are found now come too late."""


class SuspectList(QWidget):
    """Explains what a suspect is and lists them; knows nothing of how they are found."""

    image_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        identify(self, "suspect_labels", _("Suspect labels"))
        self._suspects: Suspects | None = None
        self._looked_at: int | None = None
        self._split = Split.TEST
        self._state = _State.UNTRAINED
        self._problem = ""
        self._build()
        in_column(self.explanation, (self.table, 1), self.count, on=self)
        self.table.row_chosen.connect(self._on_row_chosen)
        self._show_state()

    @property
    def split(self) -> Split:
        """The part of the data in which suspects are looked for."""
        return self._split

    @property
    def is_waiting(self) -> bool:
        """Whether there is nothing yet to look for suspects in."""
        return self._state in _EMPTY

    def show_untrained(self, *, running: bool = False) -> None:
        """Say that there are no predictions to look at, and when there will be."""
        self._enter(_State.LEARNING if running else _State.UNTRAINED)

    def show_waiting(self, sentence: str) -> None:
        """Say what has to come first."""
        self._problem = sentence
        self._enter(_State.WAITING)

    def show_computing(self, split: Split, images: ImageSet | None = None) -> None:
        """Say that suspects are looked for; those found before stay until there are newer ones.

        Args:
            split: the part of the data in which they are looked for.
            images: its images, to show the suspects.
        """
        if split is not self._split:
            self._split = split
            self._forget()
        self.model.set_images(images)
        self._enter(_State.COMPUTING)

    def show_suspects(self, suspects: Suspects) -> None:
        """List suspects that were looked for, keeping the highlighted image and the place."""
        if self._state in _EMPTY:
            return
        bar = self.table.verticalScrollBar()
        scrolled_to = bar.value()
        self._suspects = suspects
        self.model.set_suspects(suspects, self._split)
        self._highlight()
        self._enter(_State.FOUND)
        self.table.doItemsLayout()  # or the bar would still have the range of the rows before
        bar.setValue(scrolled_to)

    def show_chosen(self, number: int | None) -> None:
        """Highlight the image that is looked at, if it is among the suspects."""
        self._looked_at = number
        self._highlight()

    def _highlight(self) -> None:
        number = self._looked_at
        self.table.set_current(None if number is None else self.model.row_of(number))

    def show_failure(self, sentence: str) -> None:
        """Say why there are no suspects; those found before stay."""
        if self._state in _EMPTY:
            return
        self._problem = sentence
        self._enter(_State.FAILED)

    def show_duplicates(self, duplicates: Duplicates | None) -> None:
        """Say which of the images stand once more in the data."""
        self.model.set_duplicates(duplicates)
        self._show_state()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.model.show_theme(theme)

    def _build(self) -> None:
        self.explanation = muted(
            identify(QLabel(_(_SUMMARY), wordWrap=True), "suspect_method", "", _(METHOD))
        )
        self.model = SuspectModel(self)
        self.table = identify(SuspectTable(), "suspect_table", _("Suspect labels, the worst first"))
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (Column.NUMBER, Column.SCORE, Column.CONTRADICTED):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.count = identify(QLabel(wordWrap=True), "suspect_count")
        self.count.setFont(steady_figures(self.count.font()))

    def _enter(self, state: _State) -> None:
        self._state = state
        if state in _EMPTY:
            self._forget()
        self._show_state()

    def _forget(self) -> None:
        self._suspects = None
        self.model.set_suspects(None)

    def _show_state(self) -> None:
        sentence, is_learned = self._sentence(), self._split is Split.TRAIN
        self.explanation.setText(_(_SUMMARY_OF_LEARNED) if is_learned else _(_SUMMARY))
        method = [_(METHOD), _(LEARNED_FROM)] if is_learned else [_(METHOD)]
        self.explanation.setToolTip(tip(sentences(method)))
        self.table.set_placeholder(sentence)
        if self.model.rowCount():  # or a screen reader would say that there is none
            self.table.setAccessibleDescription(self._count())
        self.table.setColumnHidden(Column.DUPLICATES, not self.model.has_duplicates)
        self.table.setColumnHidden(Column.CONTRADICTED, self.model.all_contradicted is not None)
        self.count.setText(self._count())

    def _sentence(self) -> str:
        match self._state:
            case _State.UNTRAINED:
                return _(_UNTRAINED)
            case _State.LEARNING:
                return _(_LEARNING)
            case _State.COMPUTING:
                return _(_COMPUTING)
            case _State.WAITING | _State.FAILED:
                return self._problem
            case _State.FOUND:
                learned = self._suspects is not None and self._suspects.has_learned
                return _(_NONE_FOUND) if learned else _(_NOT_LEARNED)

    def _count(self) -> str:
        """Say how many there are, and below a list that is older than it should be, why."""
        if self._suspects is None or not len(self._suspects):
            return ""
        text, epochs = _("{count} of {total} images"), self.model.all_contradicted
        if epochs is not None:
            text = _("{count} of {total} images, each contradicted in {epochs}")
        count = text.format(
            count=whole(len(self._suspects)), total=whole(self._suspects.images), epochs=epochs
        )
        if self._state in {_State.COMPUTING, _State.FAILED}:
            return _("{first}. {then}").format(first=count, then=self._sentence())
        return count

    @Slot(QModelIndex)
    def _on_row_chosen(self, index: QModelIndex) -> None:
        number = index.data(NUMBER_ROLE)
        if isinstance(number, int):
            self._looked_at = number
            self.image_chosen.emit(number)
