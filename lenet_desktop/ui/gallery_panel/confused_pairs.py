"""The errors that are made most often, as a list to click."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.predictions import Numbers, confused_pairs
from lenet_desktop.ui.naming import identify

_PAIR = Qt.ItemDataRole.UserRole


class ConfusedPairs(QListWidget):
    """“Shirt taken for T-shirt/top: 143”, most frequent first."""

    pair_chosen = Signal(object)  # (true class, predicted class)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(
            self,
            "confused_pairs",
            "Most confused classes",
            "What is taken for what, most frequent first. A click or Enter shows those images.",
        )
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)

    def show_counts(self, counts: Numbers | None) -> None:
        """List the errors of a confusion matrix, keeping the selected pair."""
        current = self.currentItem()
        kept = None if current is None else current.data(_PAIR)
        scrolled = self.verticalScrollBar().value()
        self.clear()
        for true, predicted, times in [] if counts is None else confused_pairs(counts):
            words = f"{CLASS_NAMES[true]} taken for {CLASS_NAMES[predicted]}: {times:,}"
            item = QListWidgetItem(words, self)
            item.setData(_PAIR, (true, predicted))
            if (true, predicted) == kept:
                self.setCurrentItem(item)
        self.verticalScrollBar().setValue(scrolled)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        pair = index.data(_PAIR)
        if pair is not None:
            self.pair_chosen.emit(tuple(pair))
