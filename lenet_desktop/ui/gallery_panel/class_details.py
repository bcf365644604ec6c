"""What is known of the classes: which are taken for each other, and which labels to doubt."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QTabWidget, QWidget

from lenet_desktop.core.datasets import Split
from lenet_desktop.ui.gallery_panel.confused_pairs import ConfusedPairs
from lenet_desktop.ui.gallery_panel.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.gallery_panel.gallery_state import GalleryState
from lenet_desktop.ui.gallery_panel.suspect_list import SuspectList
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.theme import SPACING, Theme
from lenet_desktop.ui.wording import tip

_DOUBTED_EPOCHS = 10
_PAIR_CHARACTERS = 30
_EXPLANATIONS = (
    "The confusion matrix: how often each class was taken for each class.",
    "The pairs of classes that were taken for each other most often.",
    "Suspect labels: images whose given class the network doubts.",
)
"""What is on each page, in their order."""


class MatrixPage(QWidget):
    """The matrix, with the most confused pairs beside it where there is room for both."""

    def __init__(self) -> None:
        super().__init__()
        self.matrix = ConfusionMatrix()
        self.pairs = ConfusedPairs()
        self.pairs.setObjectName("confused_pairs_beside")
        self.pairs.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.matrix, 3)
        layout.addWidget(self.pairs, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the pairs as soon as they fit beside the matrix."""
        room = self.width() - self.matrix.minimumSizeHint().width() - SPACING
        self.pairs.setVisible(room >= self.fontMetrics().averageCharWidth() * _PAIR_CHARACTERS)
        super().resizeEvent(event)


class ClassDetails(QTabWidget):
    """The confusion matrix, the most confused pairs and the suspect labels."""

    cell_chosen = Signal(object)  # Cell
    suspects_requested = Signal(object, object)  # labels, probabilities of each epoch

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, documentMode=True, usesScrollButtons=False)
        self.setObjectName("class_tabs")
        self.setElideMode(Qt.TextElideMode.ElideRight)  # for large fonts in a narrow window
        self._matrix_page = MatrixPage()
        self.matrix = self._matrix_page.matrix
        self.pairs = ConfusedPairs()
        self.suspects = SuspectList()
        self.percent = identify(
            QCheckBox("Percent"),
            "matrix_percent_input",
            "Percentages instead of counts",
            "Shows which share of each true class was taken for each class.",
        )
        self.addTab(self._matrix_page, "Matrix")
        self.addTab(self.pairs, "Confused")
        self.addTab(self.suspects, "Suspects")
        for position, explanation in enumerate(_EXPLANATIONS):
            self.setTabToolTip(position, tip(explanation))
        self.setCornerWidget(self.percent)
        self.matrix.cell_chosen.connect(self.cell_chosen)
        self.pairs.pair_chosen.connect(self.cell_chosen)
        self._matrix_page.pairs.pair_chosen.connect(self.cell_chosen)
        self.percent.toggled.connect(self.matrix.show_percentages)
        self.currentChanged.connect(self._on_page_changed)

    def show_state(self, state: GalleryState, *, running: bool) -> None:
        """Count the predictions that are looked at, and doubt the labels of the test images."""
        self.matrix.show_predictions(state.predictions)
        for pairs in (self.pairs, self._matrix_page.pairs):
            pairs.show_counts(self.matrix.counts)
        if state.epoch is None or state.split is not Split.TEST:
            self.suspects.show_untrained(running=running)
        elif self.currentWidget() is self.suspects:
            recent = state.source.history.recent(state.epoch, _DOUBTED_EPOCHS)
            probabilities = [each.probabilities for each in recent]
            self.suspects.show_computing()
            self.suspects_requested.emit(recent[-1].labels, probabilities)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.matrix.show_theme(theme)
        self.suspects.show_theme(theme)

    @Slot()
    def _on_page_changed(self) -> None:
        self.percent.setVisible(self.currentWidget() is self._matrix_page)
