"""Configure a run and watch it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from lenet_desktop.analysis.history import History
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.export.tables import curves_csv
from lenet_desktop.session.run_state import RunState
from lenet_desktop.training.events import EpochDone, Event, RunStarted
from lenet_desktop.ui.kit.layout import VerticalScrollArea
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading
from lenet_desktop.ui.training.config_form import ConfigForm
from lenet_desktop.ui.training.epoch_table import EpochTable
from lenet_desktop.ui.training.plot_export import PlotExport
from lenet_desktop.ui.training.plots import TrainingPlots


class TrainingPanel(QWidget):
    """The form, the two plots, which can be saved, and the table of epochs."""

    saved = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence

    def __init__(self, folder: SaveFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "training_panel", "Training")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # where no key does any harm
        self.form = ConfigForm()
        self.heading = identify(QLabel(), "form_heading")
        self.heading.setFont(heading(self.heading.font()))
        self.plots = TrainingPlots()
        for plot, title in ((self.plots.loss, "Loss"), (self.plots.accuracy, "Accuracy")):
            export = PlotExport(
                plot,
                title,
                folder,
                has_content=self._has_curves,
                csv=self._curves_csv,
                what="curves",
            )
            export.saved.connect(self.saved)
            export.failed.connect(self.failed)
        self.table = EpochTable()
        self.splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.splitter.addWidget(self.plots)
        self.splitter.addWidget(self.table)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([420, 130])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACING, SPACING, SPACING // 2, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.heading)
        layout.addWidget(self.form)
        layout.addWidget(self.splitter, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(VerticalScrollArea(content))
        self.form.changed.connect(self._on_form_changed)
        self._on_form_changed()

    def show_data(self, info: DatasetInfo) -> None:
        """Take in what is learned from."""
        self.form.show_data(info)
        self.plots.show_data(info)

    def show_run(self, history: History, *, is_the_same: bool = False) -> None:
        """Show a run from its beginning; what was shown of the one before goes.

        Args:
            history: the run.
            is_the_same: whether it was shown before, so that the plots stay zoomed.
        """
        self.plots.show_history(history, keeps_view=is_the_same)
        self.table.show_history(history)

    def show_event(self, event: Event, history: History) -> None:
        """Show that a run went on; `history` has taken in the event already."""
        if isinstance(event, RunStarted):
            self.show_run(history)  # now its number of epochs is known
        elif isinstance(event, EpochDone):
            self.table.show_history(history)
        self.plots.note_change()

    def show_state(self, state: RunState) -> None:
        """Lock the form while a run goes on."""
        self.form.lock(state.is_active)
        self.heading.setText("This run" if state.is_active else "Next run")

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.plots.show_theme(theme)

    def _has_curves(self) -> bool:
        history = self.plots.history()
        return len(history.step_losses) > 0 or len(history.epochs) > 0

    def _curves_csv(self) -> str:
        return curves_csv(self.plots.history())

    @Slot()
    def _on_form_changed(self) -> None:
        if self.form.config is not None:
            self.plots.plan(self.form.config.epochs)
