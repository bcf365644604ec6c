"""The menu of data sets."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.known.offers import Offer
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import byte_count, tidied

_LONGEST = 40


class DataMenu(QObject):
    """Offers the data sets that are here, and leads to the window for all that is not.

    Attributes:
        open_images: lets a person open images of their own; for other menus, too.
    """

    wanted = Signal()  # the menu is about to be seen: `show_offers` is to be called
    chosen = Signal(object)  # Offer that is here
    page_requested = Signal(object)  # Offer that is not, or None for whichever was seen last

    def __init__(self, menu: QMenu, open_images: QAction) -> None:
        super().__init__(menu)
        self.menu = menu
        menu.setObjectName("data_menu")
        menu.setToolTipsVisible(True)
        self._sets = QActionGroup(self)
        self._sets.triggered.connect(self._on_triggered)
        self.open_images = open_images
        self._all = QAction(_("&Data sets…"), self)
        self._all.triggered.connect(self._on_all_triggered)
        self.menu.aboutToShow.connect(self.wanted)
        self.show_offers((), None)

    def show_offers(self, offers: Sequence[Offer], loaded: DatasetInfo | None) -> None:
        """List data sets, of which one may be loaded."""
        for action in self._sets.actions():
            self._sets.removeAction(action)
            action.deleteLater()
        self.menu.clear()
        for number, offer in enumerate(offers):
            if offer.own is not None and number and offers[number - 1].own is None:
                self.menu.addSeparator()
            self._add(offer, loaded)
        self.menu.addSeparator()
        self.menu.addAction(self.open_images)
        self.menu.addAction(self._all)

    def _add(self, offer: Offer, loaded: DatasetInfo | None) -> None:
        title = tidied(offer.title, _LONGEST).replace("&", "&&")
        if not offer.is_here and offer.original is not None:
            text = _("{title} ({size}, not here yet)…")
            title = text.format(title=title, size=byte_count(offer.original.size))
        action = QAction(title, self, checkable=True)
        action.setToolTip(offer.about)
        action.setData(offer)
        action.setChecked(loaded is not None and offer.is_of(loaded))
        self._sets.addAction(action)
        self.menu.addAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        offer = action.data()
        (self.chosen if offer.is_here else self.page_requested).emit(offer)

    @Slot()
    def _on_all_triggered(self) -> None:
        self.page_requested.emit(None)
