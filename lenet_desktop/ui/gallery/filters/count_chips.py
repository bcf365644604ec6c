"""Counts of images, each of which is a click away."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from lenet_desktop.analysis.queries import Show
from lenet_desktop.ui.gallery.filters.filter_chips import SHOW_NAMES
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures


class CountChips(QWidget):
    """One chip for each outcome; a click asks for its images, a second one for them no more.

    Args:
        explanations: a sentence for each outcome, in the order of the chips.
    """

    show_requested = Signal(object)  # Show, or None when the chip chosen is clicked again

    def __init__(self, explanations: Mapping[Show, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        self.buttons: dict[Show, QToolButton] = {}
        for show, explanation in explanations.items():
            button = identify(
                QToolButton(),
                f"{str(show).replace(' ', '_')}_button",
                SHOW_NAMES[show],
                explanation,
            )
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setFont(steady_figures(button.font()))
            button.clicked.connect(self._on_clicked)
            layout.addWidget(button)
            self.buttons[show] = button

    def set_chip(self, show: Show, text: str, spoken: str, *, is_known: bool = True) -> None:
        """Write a count on its chip, or that there is none, and what a screen reader says."""
        button = self.buttons[show]
        button.setEnabled(is_known)
        button.setText(text)
        button.setAccessibleName(spoken)

    def choose(self, shown: Show | None) -> None:
        """Press the chip whose images are shown, if there is one and it has a count."""
        for show, button in self.buttons.items():
            button.setChecked(show is shown and button.isEnabled())

    @Slot()
    def _on_clicked(self) -> None:
        for show, button in self.buttons.items():
            if button is self.sender():
                self.show_requested.emit(show if button.isChecked() else None)
