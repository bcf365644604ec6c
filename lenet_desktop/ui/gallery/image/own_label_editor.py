"""One row in which a person gives an own picture another label, or deletes it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.naming import identify, label_for
from lenet_desktop.ui.kit.theme import SPACING


class OwnLabelEditor(QWidget):
    """Shows the label of an own picture; one that is chosen counts at once."""

    label_chosen = Signal(str)  # the name of a class
    deletion_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = identify(
            ChoiceInput({}, least_characters=6),
            "own_label_input",
            _("Label of your picture"),
            _("What is on your picture (F2 leads here). The matrix and the counts follow."),
        )
        self.delete = identify(
            QPushButton(_("Delete")),
            "own_delete_button",
            _("Delete your picture"),
            _("Deletes it from My pictures (Del in the grid); this can be undone."),
        )
        self.delete.setAutoDefault(False)
        caption = label_for(self.label, _("Label"))
        in_row(caption, (self.label, 1), self.delete, spacing=SPACING // 2, on=self)
        self.label.activated.connect(self._on_activated)
        self.delete.clicked.connect(self.deletion_requested)
        self._shown: int | None = None
        self.show_dataset(DEFAULT)
        self.hide()

    def show_dataset(self, info: DatasetInfo) -> None:
        """Offer the classes of a data set."""
        self.label.clear()
        self.label.addItems(list(info.class_names))
        self.show_label(None)

    def show_label(self, label: int | None) -> None:
        """Show the class that a picture is of, by its place, or that there is no picture."""
        self._shown = label
        self.label.setCurrentIndex(-1 if label is None else label)
        for part in (self.label, self.delete):
            part.setEnabled(label is not None)

    def take_back(self) -> None:
        """Show the label again that the picture has, as the one that was chosen is not kept."""
        self.show_label(self._shown)

    @Slot(int)
    def _on_activated(self, label: int) -> None:
        if label != self._shown:
            self.label_chosen.emit(self.label.itemText(label))
