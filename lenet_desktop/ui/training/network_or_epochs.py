"""What stands below the form: the network before a run, then the table of its epochs."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QToolButton

from lenet_desktop.analysis.history import History
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.naming import identify, without_mnemonic
from lenet_desktop.ui.training.epoch_table import EpochTable
from lenet_desktop.ui.training.network.network_picture import NetworkPicture


class NetworkOrEpochs(Card):
    """Shows one of two; the other is a click away.

    The first epoch of a run brings the table into sight, and a run without epochs the network;
    in between, whatever a person has chosen stays.
    """

    def __init__(self) -> None:
        self.network = NetworkPicture()
        self.table = EpochTable()
        super().__init__("", self.network, self.table)
        self.network_button = _choice(
            "show_network_button",
            _("Net&work"),
            _("Show the layers of the network that the form describes."),
        )
        self.epochs_button = _choice(
            "show_epochs_button", _("Ep&ochs"), _("Show the figures of every finished epoch.")
        )
        self._group = QButtonGroup(self)
        self.head.takeAt(0)
        for place, button in enumerate((self.network_button, self.epochs_button)):
            self._group.addButton(button)
            self.head.insertWidget(place, button)
        self._had_epochs = False
        self.epochs_button.toggled.connect(self._on_toggled)
        self.network_button.setChecked(True)
        self._on_toggled()

    def show_history(self, history: History) -> None:
        """Show the epochs of a history."""
        self.table.show_history(history)
        has_epochs = bool(history.epochs)
        if has_epochs is not self._had_epochs:
            self._had_epochs = has_epochs
            (self.epochs_button if has_epochs else self.network_button).setChecked(True)

    @Slot()
    def _on_toggled(self) -> None:
        shows_epochs = self.epochs_button.isChecked()
        self.network.setVisible(not shows_epochs)
        self.table.setVisible(shows_epochs)


def _choice(object_name: str, text: str, explanation: str) -> QToolButton:
    button = identify(QToolButton(), object_name, without_mnemonic(text), explanation)
    button.setText(text)
    button.setCheckable(True)
    button.setProperty("role", "choice")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
