"""One row in which a person keeps a picture among those of their own, under the name of a class."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING


class KeepRow(QWidget):
    """Follows what the network says until somebody says otherwise."""

    keep_requested = Signal(str)  # the name of a class

    def __init__(self) -> None:
        super().__init__()
        self._is_chosen = self._is_there = False
        self.keep = identify(
            QPushButton(_("&Keep in My pictures as")),
            "keep_picture_button",
            _("Keep in My pictures"),
            _("Keeps the picture with its label. My pictures are a third source in the gallery."),
        )
        self.keep.setAutoDefault(False)
        self.label = identify(
            ChoiceInput({}, least_characters=4),
            "keep_label_input",
            _("Label of the picture"),
            _("What it really is; at first what the network takes it for."),
        )
        in_row(self.keep, (self.label, 1), spacing=SPACING // 2, on=self)
        self.keep.clicked.connect(self._on_clicked)
        self.label.activated.connect(self._on_activated)
        self.show_dataset(DEFAULT)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Offer the classes of a data set."""
        self.label.clear()
        self.label.addItems(list(info.class_names))
        self.follow()

    def follow(self) -> None:
        """Label another picture, as the network does."""
        self._is_chosen = False
        self.show_predicted(None)

    def show_predicted(self, predicted: int | None) -> None:
        """Take in what the network says, None where it says nothing."""
        if not self._is_chosen:
            self.label.setCurrentIndex(-1 if predicted is None else predicted)
        self._allow()

    def show_picture(self, *, is_there: bool) -> None:
        """Offer to keep the picture, if there is anything on it."""
        self._is_there = is_there
        self._allow()

    def _allow(self) -> None:
        self.label.setEnabled(self._is_there)
        self.keep.setEnabled(self._is_there and self.label.currentIndex() >= 0)

    @Slot()
    def _on_activated(self) -> None:
        self._is_chosen = True
        self._allow()

    @Slot()
    def _on_clicked(self) -> None:
        self.keep_requested.emit(self.label.currentText())
