"""Two percentages between which the network's confidence must lie."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from lenet_desktop.ui.inputs import guard_from_wheel
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.theme import SPACING

_EXPLANATION = "Only images whose predicted class has a probability in this range."


class ConfidenceRange(QWidget):
    """The least and the greatest confidence; neither can pass the other."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "confidence_range", "Confidence", _EXPLANATION)
        self.least = self._bound("least_confidence_input", "Least confidence", 0)
        self.most = self._bound("most_confidence_input", "Greatest confidence", 100)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        for part in (self.least, QLabel("to"), self.most):
            layout.addWidget(part)
        self.least.valueChanged.connect(self._on_least_changed)
        self.most.valueChanged.connect(self._on_most_changed)

    @property
    def range(self) -> tuple[float, float]:
        """The bounds as probabilities, 0-1."""
        return self.least.value() / 100, self.most.value() / 100

    def set_range(self, bounds: tuple[float, float]) -> None:
        """Set both bounds, probabilities 0-1 that are whole percentages."""
        for box in (self.least, self.most):
            box.blockSignals(True)
        self.least.setValue(round(bounds[0] * 100))
        self.most.setValue(round(bounds[1] * 100))
        for box in (self.least, self.most):
            box.blockSignals(False)

    def finish_typing(self) -> None:
        """Take over figures that somebody has typed, as if the keyboard had gone elsewhere."""
        self.least.interpretText()
        self.most.interpretText()

    @staticmethod
    def _bound(object_name: str, name: str, value: int) -> QSpinBox:
        box = QSpinBox(minimum=0, maximum=100, singleStep=5, suffix=" %")
        box.setKeyboardTracking(False)  # "50" is not 5 first
        box.setValue(value)
        guard_from_wheel(box)
        return identify(box, object_name, name, _EXPLANATION)

    @Slot(int)
    def _on_least_changed(self, value: int) -> None:
        if value > self.most.value():
            self.most.blockSignals(True)
            self.most.setValue(value)
            self.most.blockSignals(False)
        self.changed.emit()

    @Slot(int)
    def _on_most_changed(self, value: int) -> None:
        if value < self.least.value():
            self.least.blockSignals(True)
            self.least.setValue(value)
            self.least.blockSignals(False)
        self.changed.emit()
