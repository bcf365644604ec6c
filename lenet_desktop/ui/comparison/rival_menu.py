"""The runs with which a network from a file can be compared, as a menu."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import joined, tidied, tip
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.runs.run_groups import is_group
from lenet_desktop.ui.runs.run_table_model import RunTableModel
from lenet_desktop.ui.runs.run_texts import accuracy_text

_MOST = 12
"""Runs that are offered, the newest first; all of them are in the list of the page Compare."""
_LONGEST_NAME = 40


class RivalMenu(QMenu):
    """Offers the runs that were judged on the test images of the window."""

    chosen = Signal(int)
    list_wanted = Signal()

    def __init__(self, runs: RunTableModel, gallery: GalleryState, parent: QWidget) -> None:
        super().__init__(parent)
        identify(self, "rival_menu", _("Runs to compare with"))
        self.setToolTipsVisible(True)
        self._runs, self._gallery = runs, gallery
        self.aboutToShow.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Offer what there is by now."""
        self.clear()
        records = [record for record in self._runs.records if self._fits(record)]
        for record in records[:_MOST]:
            words = joined(
                [tidied(record.name, _LONGEST_NAME), accuracy_text(record.last_accuracy)]
            )
            action = self.addAction(words.replace("&", "&&"))
            action.setToolTip(tip(recipe_text(record.config)))
            action.triggered.connect(partial(self._on_chosen, record.id))
        if not records:
            self.addAction(_("No run of these data is kept yet")).setEnabled(False)
        self.addSeparator()
        self.addAction(_("Choose from the list of runs…")).triggered.connect(self.list_wanted)

    def _fits(self, record: RunRecord) -> bool:
        is_of_these = record.config.data.fingerprint == self._gallery.info.fingerprint
        has_answers = record.epochs_done > 0 and record.is_judged
        return is_of_these and has_answers and not is_group(record)

    @Slot(int)
    def _on_chosen(self, run_id: int, _checked: bool = False) -> None:
        self.chosen.emit(run_id)
