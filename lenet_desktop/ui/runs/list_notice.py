"""What stands in place of the table when there is no row to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lenet_desktop.text.wording import quoted_title
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING

_EMPTY = "Runs are kept here as soon as you press Start."


class ListNotice(QWidget):
    """One sentence, and the way out where a search found nothing."""

    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = muted(
            identify(
                QLabel(_EMPTY, textFormat=Qt.TextFormat.PlainText, wordWrap=True), "runs_notice"
            )
        )
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = identify(
            QPushButton("Clear search"),
            "runs_clear_search_button",
            "Clear search",
            "Show all runs again.",
        )
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.clear_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACING)
        layout.addStretch(1)
        layout.addWidget(self.label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.show_empty()

    def show_empty(self) -> None:
        """Say when there will be runs."""
        self.label.setText(_EMPTY)
        self.button.hide()

    def show_no_match(self, search: str) -> None:
        """Say that no run is found by a search."""
        self.label.setText(f"No run matches {quoted_title(search)}.")
        self.button.show()
