"""Two percentages between which the network's confidence must lie."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from lenet_desktop.ui.kit.inputs import WholeNumberInput
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING

_EXPLANATION = "Only images whose predicted class has a probability in this range."


class ConfidenceRange(QWidget):
    """The least and the greatest confidence; neither can pass the other."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "confidence_range", "Confidence", _EXPLANATION)
        self.least = self._bound("least_confidence_input", "The least confidence", 0)
        self.most = self._bound("most_confidence_input", "The greatest confidence", 100)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        for part in (self.least, QLabel("to"), self.most):
            layout.addWidget(part)
        self._told = self.range
        self.least.edited.connect(self._on_edited)
        self.most.edited.connect(self._on_edited)

    @property
    def range(self) -> tuple[float, float]:
        """The bounds as probabilities, 0-1."""
        return self.least.value() / 100, self.most.value() / 100

    def set_range(self, bounds: tuple[float, float]) -> None:
        """Set both bounds, probabilities 0-1 that are whole percentages."""
        least, most = (round(bound * 100) for bound in bounds)
        self.least.setRange(0, most)
        self.most.setRange(least, 100)
        self.least.setValue(least)
        self.most.setValue(most)

    def restore(self) -> None:
        """Show the bounds again where what is typed cannot be used."""
        self.least.restore()
        self.most.restore()

    @staticmethod
    def _bound(object_name: str, name: str, value: int) -> WholeNumberInput:
        box = WholeNumberInput(0, 100, name, suffix=" %")
        box.setSingleStep(5)
        box.setValue(value)
        return identify(box, object_name, name, _EXPLANATION)

    @Slot()
    def _on_edited(self) -> None:
        self.least.setMaximum(self.most.value())
        self.most.setMinimum(self.least.value())
        if self.range != self._told:
            self._told = self.range
            self.changed.emit()
