"""Saves what is known of a sweep: its trials, and the plot that is in front."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton

from lenet_desktop.export.tables import Row, csv_text, to_csv_bytes
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.saving import SaveFolder, Saver
from lenet_desktop.ui.training.plot_export import PlotExport


class SweepExport(QToolButton):
    """A button with a menu of what can be saved.

    Args:
        folder: where somebody saved last.
        trials: returns the titles and rows of all trials.
        shown: returns what saves the plot in front.
    """

    saved = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        folder: SaveFolder,
        trials: Callable[[], Sequence[Row]],
        shown: Callable[[], PlotExport],
    ) -> None:
        super().__init__()
        identify(self, "sweep_export_button", _("Export"))
        self.setText(_("Export"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._trials, self._shown = trials, shown
        self._saver = Saver(self, folder)
        self._saver.saved.connect(self.saved)
        self._saver.failed.connect(self.failed)
        menu = QMenu(self)
        self.save_trials = menu.addAction(_("All trials as &CSV…"), self._on_save_trials)
        self.save_trials.setObjectName("sweep_save_trials_action")
        menu.addSeparator()
        menu.addAction(_("This plot as &PNG…"), self._on_save_png)
        menu.addAction(_("This plot as &SVG…"), self._on_save_svg)
        menu.addAction(_("The &figures of this plot as CSV…"), self._on_save_figures)
        self.setMenu(menu)

    @Slot()
    def _on_save_trials(self) -> None:
        rows = self._trials()
        self._saver.ask(
            title=_("Save trials as CSV"),
            suggestion="trials.csv",
            content=lambda: to_csv_bytes(csv_text(rows)),
            done=counted(len(rows) - 1, "{count} trial was saved", "{count} trials were saved"),
        )

    @Slot()
    def _on_save_png(self) -> None:
        self._refreshed.save_png.trigger()

    @Slot()
    def _on_save_svg(self) -> None:
        self._refreshed.save_svg.trigger()

    @Slot()
    def _on_save_figures(self) -> None:
        self._refreshed.save_csv.trigger()

    @property
    def _refreshed(self) -> PlotExport:
        export = self._shown()
        export.refresh()
        return export

    def shutdown(self) -> None:
        """Wait for what is being written. May be called again and again."""
        self._saver.shutdown()
