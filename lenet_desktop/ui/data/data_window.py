"""The window of data sets: a list of them, and a page about the one that is chosen."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.known.offers import Offer
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import tidied, tip
from lenet_desktop.ui.data.data_page import DataPage, PageState
from lenet_desktop.ui.data.folder_page import FolderPage
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.folder_drop import FolderDrop
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.opening import ask_for_folder
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading

_LONGEST = 40
_OFFER = Qt.ItemDataRole.UserRole


class DataWindow(QDialog):
    """Stays open while one works; shows what others do, and says what a person wants.

    Attributes:
        page: of the data set that is chosen.
        folder: on which a person opens images of their own.
    """

    chosen = Signal(object)  # Offer whose page is seen now
    take_in_requested = Signal(object)  # Path of a folder with original files
    folder_chosen = Signal(object)  # Path of a folder with images of one's own

    def __init__(self, cache: Path, save_folder: SaveFolder, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("data_window")
        self.setWindowTitle(_("Data sets"))
        self.setModal(False)
        self._save_folder = save_folder
        self.list = identify(
            QListWidget(), "data_list", _("Data sets"), _("Choose one to read about it.")
        )
        self.open_images = identify(
            QPushButton(_("Open i&mages…")),
            "open_images_button",
            explanation=_("Learn from a folder of your own pictures."),
        )
        self.page = DataPage(cache)
        self.folder = FolderPage()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.page)
        self._pages.addWidget(self.folder)
        self._lay_out()
        # Not the current item, which a list has as soon as the keyboard comes to it.
        self.list.itemSelectionChanged.connect(self._on_selection_changed)
        self.open_images.clicked.connect(self.show_folder_page)
        self.page.take_in_requested.connect(self.take_in_requested)
        self.page.files_wanted.connect(self._on_files_wanted)
        self.folder.folder_wanted.connect(self._on_folder_wanted)
        FolderDrop(self).dropped.connect(self.open_folder)

    def _lay_out(self) -> None:
        left = QWidget()
        in_column((self.list, 1), self.open_images, margins=(SPACING, SPACING, 0, SPACING), on=left)
        splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        splitter.addWidget(left)
        splitter.addWidget(self._pages)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([240, 560])
        in_row(splitter, on=self)
        self.resize(1100, 680)
        ScreenFit(self)

    @property
    def offer(self) -> Offer | None:
        """The data set that is chosen, None where a folder of one's own is looked at."""
        item = self.list.currentItem()
        is_seen = self._pages.currentWidget() is self.page
        return item.data(_OFFER) if item is not None and is_seen else None

    def show_offers(self, offers: Sequence[Offer], loaded: DatasetInfo) -> None:
        """List data sets, of which one may be loaded; the one that was chosen stays so."""
        key = None if self.offer is None else self.offer.key
        self.list.blockSignals(True)
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem(tidied(offer.title, _LONGEST))
            item.setData(_OFFER, offer)
            item.setToolTip(tip(offer.about))
            item.setSizeHint(QSize(0, self.fontMetrics().height() + SPACING))
            state = "{title}" if offer.is_here else _("{title}, not here yet")
            if offer.is_of(loaded):
                item.setFont(heading(self.list.font()))
                state = _("{title}, in use")
            told = state.format(title=item.text())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
            if not offer.is_here:
                item.setForeground(self.palette().placeholderText())
            self.list.addItem(item)
        self.list.blockSignals(False)
        if key is not None:
            self.choose(key)

    def choose(self, key: str) -> None:
        """Show the page of a data set, if it is listed."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_OFFER).key == key:
                self.list.setCurrentItem(item)
                self._show(item)

    def show_state(self, state: PageState) -> None:
        """Show what can be done with the data set that is chosen."""
        if self.offer is not None:
            self.page.show_offer(self.offer, state)

    def tell(self, sentence: str, *, is_error: bool) -> None:
        """Say something on the page that is seen."""
        if self._pages.currentWidget() is self.folder:
            self.folder.show_outcome(sentence)
        else:
            self.page.show_outcome(sentence, is_error=is_error)

    @Slot()
    def show_folder_page(self) -> None:
        """Show the page for images of one's own."""
        self.list.setCurrentRow(-1)
        self._pages.setCurrentWidget(self.folder)
        self.folder.choose_button.setFocus()

    @Slot(object)
    def open_folder(self, root: Path) -> None:
        """Show the page for images of one's own, and have a folder looked at there."""
        self.show_folder_page()
        self.folder_chosen.emit(root)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.folder.show_theme(theme)

    def _show(self, item: QListWidgetItem) -> None:
        self._pages.setCurrentWidget(self.page)
        self.page.show_outcome("")
        self.chosen.emit(item.data(_OFFER))

    @Slot()
    def _on_selection_changed(self) -> None:
        for item in self.list.selectedItems():
            self._show(item)

    @Slot()
    def _on_files_wanted(self) -> None:
        ask_for_folder(
            self,
            self._save_folder.path,
            self.take_in_requested.emit,
            title=_("Folder with the original files"),
            object_name="add_files_dialog",
        )

    @Slot()
    def _on_folder_wanted(self) -> None:
        ask_for_folder(
            self,
            self._save_folder.path,
            self.folder_chosen.emit,
            title=_("Folder with your images"),
            object_name="open_images_dialog",
        )
