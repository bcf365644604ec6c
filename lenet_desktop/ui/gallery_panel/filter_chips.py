"""What is filtered by, one chip each; a click takes it away."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.queries import ANY_CONFIDENCE, Query, Show
from lenet_desktop.ui.naming import identify, muted
from lenet_desktop.ui.theme import SPACING
from lenet_desktop.ui.wording import percent, tip

SHOW_NAMES = {
    Show.ALL: "All",
    Show.MISCLASSIFIED: "Misclassified",
    Show.CORRECT: "Correct",
    Show.CHANGED: "Changed since epoch",
    Show.FIXED: "Fixed since epoch",
    Show.BROKEN: "Broken since epoch",
    Show.FORGOTTEN: "Forgotten",
    Show.NEVER_RIGHT: "Never learned",
    Show.BOTH_RIGHT: "Both right",
    Show.ONLY_THIS: "Only A right",
    Show.ONLY_OTHER: "Only B right",
    Show.BOTH_WRONG: "Both wrong",
}


def chips_of(query: Query) -> list[tuple[str, Query]]:
    """Return, for everything that a query filters by, its words and the query without it."""
    chips = []
    if query.show is not Show.ALL:
        name = SHOW_NAMES[query.show]
        words = f"{name} {query.since_epoch}" if query.show.compares_epochs else name
        chips.append((words, replace(query, show=Show.ALL)))
    if query.true_class is not None:
        words = f"True: {CLASS_NAMES[query.true_class]}"
        chips.append((words, replace(query, true_class=None)))
    if query.predicted_class is not None:
        words = f"Predicted: {CLASS_NAMES[query.predicted_class]}"
        chips.append((words, replace(query, predicted_class=None)))
    if query.confidence != ANY_CONFIDENCE:
        least, most = (percent(bound, 0) for bound in query.confidence)
        chips.append((f"Confidence {least} to {most}", replace(query, confidence=ANY_CONFIDENCE)))
    if query.digits:
        chips.append((f"Number has {query.digits}", replace(query, digits="")))
    return chips


class FilterChips(QWidget):
    """Shows a query as chips; hidden while nothing is filtered."""

    query_changed = Signal(object)  # Query

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filter_chips")
        self._query = Query()
        self.buttons: list[QToolButton] = []
        self._rests: list[Query] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACING // 2)
        self._layout.addWidget(muted(QLabel("Filtered by")))
        self.clear_button = identify(
            QToolButton(autoRaise=True),
            "clear_filters_button",
            "Clear all filters",
            "Show all images again, in the same order.",
        )
        self.clear_button.setText("Clear all")
        self._layout.addWidget(self.clear_button)
        self._layout.addStretch(1)
        self.clear_button.clicked.connect(self._on_cleared)
        self.hide()

    def show_query(self, query: Query) -> None:
        """Show what a query filters by."""
        if query == self._query:
            return
        self._query = query
        for button in self.buttons:
            self._layout.removeWidget(button)
            button.deleteLater()
        self.buttons, self._rests = [], []
        for position, (words, rest) in enumerate(chips_of(query)):
            button = QToolButton()
            button.setText(f"{words} ✕")
            button.setProperty("role", "chip")
            button.setAccessibleName(f"Take away the filter {words}")
            button.setToolTip(tip(f"Take away the filter “{words}”."))
            button.clicked.connect(self._on_chip_clicked)
            self._layout.insertWidget(1 + position, button)
            self.buttons.append(button)
            self._rests.append(rest)
        self.clear_button.setVisible(len(self.buttons) > 1)
        self.setVisible(bool(self.buttons))

    @Slot()
    def _on_chip_clicked(self) -> None:
        button = self.sender()
        if button in self.buttons:
            self.query_changed.emit(self._rests[self.buttons.index(button)])

    @Slot()
    def _on_cleared(self) -> None:
        self.query_changed.emit(Query(sort=self._query.sort, since_epoch=self._query.since_epoch))
