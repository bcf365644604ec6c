"""What can be done about a learning rate beside typing it: look for one, give a run another."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import NumberInput
from lenet_desktop.ui.kit.naming import identify


class RateButtons(QWidget):
    """Stands beside the line for the learning rate; while a run goes on, it offers something else.

    Args:
        line: what the rate is typed into; Enter there gives it to the run.
    """

    search_requested = Signal()
    change_requested = Signal(float)

    def __init__(self, line: NumberInput) -> None:
        super().__init__()
        self._line = line
        self._running_rate: float | None = None
        self.find_button = identify(
            QPushButton(_("Find…")),
            "find_rate_button",
            _("Find a learning rate"),
            _("Try learning rates from small to large for a moment, and see which one works."),
        )
        self.apply_button = identify(
            QPushButton(_("Apply")),
            "apply_rate_button",
            _("Apply the learning rate"),
            _("Give the run that goes on this learning rate, from its next step on."),
        )
        in_row(self.find_button, self.apply_button, on=self)
        self.find_button.clicked.connect(self.search_requested)
        self.apply_button.clicked.connect(self._on_applied)
        line.returnPressed.connect(self._on_applied)
        self.follow(None)

    def follow(self, running_rate: float | None) -> None:
        """Offer to give a run another rate than the one that it has; None while there is no run."""
        self._running_rate = running_rate
        self.find_button.setVisible(running_rate is None)
        self.apply_button.setVisible(running_rate is not None)
        self.apply_button.setEnabled(False)

    def allow(self, *, search: bool, change: bool) -> None:
        """Say whether a rate can be looked for, and whether the one that is typed can be used."""
        self.find_button.setEnabled(search)
        is_another = change and self._line.value() != self._running_rate
        self.apply_button.setEnabled(self._running_rate is not None and is_another)

    @Slot()
    def _on_applied(self) -> None:
        if self.apply_button.isEnabled():
            self.follow(self._line.value())
            self.change_requested.emit(self._line.value())
