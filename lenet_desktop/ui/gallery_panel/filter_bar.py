"""Which images to show, in which order, and how many they are."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.queries import Query, Show, Sort
from lenet_desktop.ui.inputs import choose, combo, mark_wrong
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.theme import SPACING, steady_figures

_SHOW_NAMES = {
    Show.ALL: "All",
    Show.MISCLASSIFIED: "Misclassified",
    Show.CORRECT: "Correct",
}
_SORT_NAMES = {
    Sort.NUMBER: "Image number",
    Sort.MOST_CONFIDENT: "Most confident first",
    Sort.LEAST_CONFIDENT: "Least confident first",
    Sort.HIGHEST_LOSS: "Highest loss first",
    Sort.LOWEST_LOSS: "Lowest loss first",
}
_ANY = -1


class FilterBar(QWidget):
    """Lets a person put together a query."""

    query_changed = Signal(object)  # Query
    number_entered = Signal(int)
    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._loading = False
        self._build()
        self._lay_out()
        self._connect()

    @property
    def query(self) -> Query:
        """What is asked for."""
        true_class, predicted = self.true_class.currentData(), self.predicted.currentData()
        return Query(
            show=Show(self.show_input.currentData()),
            true_class=None if true_class == _ANY else true_class,
            predicted_class=None if predicted == _ANY else predicted,
            sort=Sort(self.sort.currentData()),
        )

    def set_query(self, query: Query) -> None:
        """Ask for something else, all at once."""
        if query == self.query:
            return
        self._loading = True
        choose(self.show_input, query.show)
        choose(self.true_class, _ANY if query.true_class is None else query.true_class)
        choose(self.predicted, _ANY if query.predicted_class is None else query.predicted_class)
        choose(self.sort, query.sort)
        self._loading = False
        self.query_changed.emit(self.query)

    def show_count(self, shown: int, total: int) -> None:
        """Say how many images there are and how many of them are shown."""
        self._total = total
        self.count.setText(f"{shown:,} of {total:,}")

    def enter_number(self) -> None:
        """Let a person type the number of an image."""
        self.number.setFocus()
        self.number.selectAll()

    def _build(self) -> None:
        classes = {_ANY: "Any", **dict(enumerate(CLASS_NAMES))}
        self.show_input = identify(
            combo(_SHOW_NAMES, least_characters=7),
            "gallery_show_input",
            "Show images by outcome",
            "All images, or those the network gets wrong or right.",
        )
        self.true_class = identify(
            combo(classes, least_characters=7),
            "gallery_true_input",
            "True class",
            "Only images that really are of this class.",
        )
        self.predicted = identify(
            combo(classes, least_characters=7),
            "gallery_predicted_input",
            "Predicted class",
            "Only images that the network takes for this class.",
        )
        self.sort = identify(
            combo(_SORT_NAMES, least_characters=7),
            "gallery_sort_input",
            "Order of the images",
            "Confidence is the probability of the predicted class; the loss is high where the "
            "true class was thought improbable.",
        )
        self.number = identify(
            QLineEdit(placeholderText="number", maxLength=9),
            "gallery_number_input",
            "Number of an image to look at",
            "Type the number of an image and press Enter (Ctrl+F leads here).",
        )
        self.number.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * 9)
        self.count = identify(QLabel("0 of 0"), "gallery_count")
        self.count.setFont(steady_figures(self.count.font()))

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        row = (
            ("Sho&w", self.show_input),
            ("Tr&ue", self.true_class),
            ("&Predicted", self.predicted),
        )
        for position, (text, box) in enumerate(row):
            layout.addWidget(_label(text, box), 0, 2 * position)
            layout.addWidget(box, 0, 2 * position + 1)
            layout.setColumnStretch(2 * position + 1, 1)
        layout.addWidget(_label("&Sort", self.sort), 1, 0)
        layout.addWidget(self.sort, 1, 1, 1, 2)  # its texts are the longest
        last = QHBoxLayout()
        last.setSpacing(SPACING)
        last.addWidget(_label("&Image", self.number))
        last.addWidget(self.number)
        last.addStretch(1)
        last.addWidget(self.count)
        layout.addLayout(last, 1, 3, 1, 3)

    def _connect(self) -> None:
        for box in (self.show_input, self.true_class, self.predicted, self.sort):
            box.currentIndexChanged.connect(self._on_index_changed)
        self.number.returnPressed.connect(self._on_number_entered)
        self.number.textChanged.connect(self._on_number_edited)

    @Slot()
    def _on_index_changed(self) -> None:
        if not self._loading:
            self.query_changed.emit(self.query)

    @Slot()
    def _on_number_edited(self) -> None:
        mark_wrong(self.number, False)

    @Slot()
    def _on_number_entered(self) -> None:
        text = self.number.text().strip().replace(",", "")
        if text.isdecimal() and int(text) < self._total:
            self.problem_solved.emit()
            self.number_entered.emit(int(text))
            return
        mark_wrong(self.number, True)
        self.problem_found.emit(
            f"There is no test image “{self.number.text()}”. "
            f"Enter a whole number from 0 to {max(0, self._total - 1):,}."
        )


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    label.setToolTip(buddy.toolTip())
    return label
