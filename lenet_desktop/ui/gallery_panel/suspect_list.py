"""The images whose label the network contradicts, the most doubtful first."""

from enum import Enum, IntEnum, auto

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.core.datasets import CLASS_NAMES, Split
from lenet_desktop.core.duplicates import Duplicates, EqualImage
from lenet_desktop.core.suspects import METHOD, Suspect, Suspects
from lenet_desktop.ui.naming import identify, muted
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme, steady_figures
from lenet_desktop.ui.wording import WRONG_MARK, tip

Index = QModelIndex | QPersistentModelIndex

NUMBER_ROLE = Qt.ItemDataRole.UserRole
"""int, the number of the test image."""

_UNTRAINED = "Press Start to see which labels the network doubts."
_LEARNING = "The first labels are examined after the first epoch."
_COMPUTING = "Examining the labels…"
_NONE_FOUND = "The network contradicts no label confidently in each of the last epochs."
_NOT_LEARNED = (
    "The network is wrong more often than right so far, so its doubts say nothing yet. "
    "Train more epochs."
)


class Column(IntEnum):
    """The columns, from the left."""

    NUMBER = 0
    LABEL = 1
    PROPOSED = 2
    SCORE = 3
    CONTRADICTED = 4
    EQUAL = 5


_HEADERS = {
    Column.NUMBER: ("Image", "The number of the test image."),
    Column.LABEL: ("Label", "The class that the data set says the image is of."),
    Column.PROPOSED: (
        "Network says",
        "The class that was the most probable on average over the last epochs.",
    ),
    Column.SCORE: (
        "Score",
        "How strongly the network contradicts the label: 1 where it is sure of another class.",
    ),
    Column.CONTRADICTED: (
        "Contradicted",
        "After how many of the epochs looked at the network did not agree with the label.",
    ),
    Column.EQUAL: ("Same image", "Where exactly the same image stands once more in the data."),
}
_RIGHT_ALIGNED = (Column.SCORE, Column.CONTRADICTED)


class SuspectModel(QAbstractTableModel):
    """One row for each suspect, in their order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._suspects: Suspects | None = None
        self._duplicates: Duplicates | None = None
        self._theme = LIGHT

    @property
    def has_equal_images(self) -> bool:
        """Whether any image in the list stands once more in the data."""
        return any(self._equals(suspect) for suspect in self._ranked)

    def set_suspects(self, suspects: Suspects | None) -> None:
        """List other suspects, or none."""
        self.beginResetModel()
        self._suspects = suspects
        self.endResetModel()

    def set_duplicates(self, duplicates: Duplicates | None) -> None:
        """Say of every image which others equal it."""
        self._duplicates = duplicates
        self._repaint()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._repaint()

    def row_of(self, number: int) -> int | None:
        """Return the row in which an image stands, None if it is no suspect."""
        rows = (row for row, suspect in enumerate(self._ranked) if suspect.number == number)
        return next(rows, None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many suspects there are."""
        return 0 if parent.isValid() else len(self._ranked)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return what a column is called, and what it means."""
        if orientation is not Qt.Orientation.Horizontal or section not in list(Column):
            return None
        title, explanation = _HEADERS[Column(section)]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.ToolTipRole:
                return tip(explanation)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(Column(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is known of the suspect in a row."""
        if not index.isValid() or self._suspects is None:
            return None
        suspect, column = self._ranked[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(suspect, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._describe(suspect)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self._describe(suspect))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole if column is Column.PROPOSED:
                return QColor(self._theme.wrong)
        return suspect.number if role == NUMBER_ROLE else None

    @property
    def _ranked(self) -> tuple[Suspect, ...]:
        return () if self._suspects is None else self._suspects.ranked

    @property
    def _epochs(self) -> int:
        return 0 if self._suspects is None else self._suspects.epochs

    def _text(self, suspect: Suspect, column: Column) -> str:
        match column:
            case Column.NUMBER:
                return str(suspect.number)
            case Column.LABEL:
                return CLASS_NAMES[suspect.label]
            case Column.PROPOSED:
                return f"{WRONG_MARK} {CLASS_NAMES[suspect.proposed]}"
            case Column.SCORE:
                return f"{suspect.score:.3f}"
            case Column.CONTRADICTED:
                return f"{suspect.contradicted} of {self._epochs} {_epochs_word(self._epochs)}"
            case Column.EQUAL:
                return _badge(self._equals(suspect))

    def _describe(self, suspect: Suspect) -> str:
        """Say all of it in one sentence, as a screen reader speaks it."""
        sentence = (
            f"Test image {suspect.number}: label {CLASS_NAMES[suspect.label]}, "
            f"network says {CLASS_NAMES[suspect.proposed]}, score {suspect.score:.3f}, "
            f"contradicted in {suspect.contradicted} of {self._epochs} "
            f"{_epochs_word(self._epochs)}"
        )
        equals = self._equals(suspect)
        return f"{sentence}, same image as {_badge(equals)}" if equals else sentence

    def _equals(self, suspect: Suspect) -> tuple[EqualImage, ...]:
        return () if self._duplicates is None else self._duplicates.of_test(suspect.number)

    def _repaint(self) -> None:
        if self._ranked:
            last = self.index(len(self._ranked) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


class SuspectTable(QTableView):
    """A table of rows that are chosen by a click or by Enter, and that says why it is empty."""

    row_chosen = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._placeholder = ""
        self.setFont(steady_figures(self.font()))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.horizontalHeader().setHighlightSections(False)
        self.clicked.connect(self.row_chosen)

    @property
    def placeholder(self) -> str:
        """What the table says when it is empty."""
        return self._placeholder

    def set_placeholder(self, sentence: str) -> None:
        """Say why the table is empty, when it is."""
        self._placeholder = sentence
        self.setAccessibleDescription(sentence)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current row with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_chosen.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the reason why there are none."""
        super().paintEvent(event)
        if self.model() is not None and self.model().rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().placeholderText().color())
        margin = self.fontMetrics().height()
        area = self.viewport().rect().adjusted(margin, margin, -margin, -margin)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, flags, self._placeholder)


class _State(Enum):
    UNTRAINED = auto()
    LEARNING = auto()
    COMPUTING = auto()
    FOUND = auto()
    FAILED = auto()


class SuspectList(QWidget):
    """Explains what a suspect is and lists them; knows nothing of how they are found."""

    image_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "suspect_labels", "Suspect labels")
        self._suspects: Suspects | None = None
        self._state = _State.UNTRAINED
        self._problem = ""
        self._build()
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def chosen(self) -> int | None:
        """The number of the image in the current row, None when there is no current row."""
        number = self.table.currentIndex().data(NUMBER_ROLE)
        return number if isinstance(number, int) else None

    def show_untrained(self, *, running: bool = False) -> None:
        """Say that there are no predictions to look at, and when there will be."""
        self._enter(_State.LEARNING if running else _State.UNTRAINED)

    def show_computing(self) -> None:
        """Say that suspects are looked for; those found before stay until there are newer ones."""
        self._enter(_State.COMPUTING)

    def show_suspects(self, suspects: Suspects) -> None:
        """List suspects, keeping the current row and the scroll position."""
        number, bar = self.chosen, self.table.verticalScrollBar()
        scrolled_to = bar.value()
        self._suspects = suspects
        self.model.set_suspects(suspects)
        row = None if number is None else self.model.row_of(number)
        if row is not None:
            flag = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(
                self.model.index(row, 0), flag.ClearAndSelect | flag.Rows
            )
        self._enter(_State.FOUND)
        self.table.doItemsLayout()  # or the bar would still have the range of the rows before
        bar.setValue(scrolled_to)

    def show_failure(self, sentence: str) -> None:
        """Say why there are no suspects; those found before stay."""
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
        self.explanation = muted(identify(QLabel(METHOD, wordWrap=True), "suspect_method"))
        self.model = SuspectModel(self)
        self.table = identify(SuspectTable(), "suspect_table", "Suspect labels, the worst first")
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (Column.NUMBER, Column.SCORE, Column.CONTRADICTED):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.count = identify(QLabel(), "suspect_count")
        self.count.setFont(steady_figures(self.count.font()))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.explanation)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.count)

    def _connect(self) -> None:
        self.table.row_chosen.connect(self._on_row_chosen)

    def _enter(self, state: _State) -> None:
        self._state = state
        if state in {_State.UNTRAINED, _State.LEARNING}:
            self._suspects = None
            self.model.set_suspects(None)
        self._show_state()

    def _show_state(self) -> None:
        sentence = self._sentence()
        self.table.set_placeholder(sentence)
        self.table.setColumnHidden(Column.EQUAL, not self.model.has_equal_images)
        self.count.setText(self._count())

    def _sentence(self) -> str:
        match self._state:
            case _State.UNTRAINED:
                return _UNTRAINED
            case _State.LEARNING:
                return _LEARNING
            case _State.COMPUTING:
                return _COMPUTING
            case _State.FAILED:
                return self._problem
            case _State.FOUND:
                learned = self._suspects is not None and self._suspects.has_learned
                return _NONE_FOUND if learned else _NOT_LEARNED

    def _count(self) -> str:
        """Say how many there are, and below a list that is older than it should be, why."""
        if self._suspects is None or not len(self._suspects):
            return ""
        count = f"{len(self._suspects):,} of {self._suspects.images:,} images"
        if self._state in {_State.COMPUTING, _State.FAILED}:
            return f"{count}. {self._sentence()}"
        return count

    @Slot(QModelIndex)
    def _on_row_chosen(self, index: QModelIndex) -> None:
        number = index.data(NUMBER_ROLE)
        if isinstance(number, int):
            self.image_chosen.emit(number)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT_ALIGNED else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _epochs_word(epochs: int) -> str:
    return "epoch" if epochs == 1 else "epochs"


def _badge(equals: tuple[EqualImage, ...]) -> str:
    """Name the images that equal one, `train 3763, other label` for example."""
    return "; ".join(
        f"{'test' if image.split is Split.TEST else 'train'} {image.number}"
        + (", other label" if image.label_differs else "")
        for image in equals
    )
