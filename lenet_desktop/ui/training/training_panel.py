"""Configure a run and watch it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from lenet_desktop.analysis.history import History
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.export.tables import curves_csv
from lenet_desktop.session.run_state import RunState
from lenet_desktop.text.language import _, marked
from lenet_desktop.training.events import EpochDone, Event, RunStarted
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.layout import VerticalScrollArea, follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.training.config_form import ConfigForm
from lenet_desktop.ui.training.network_or_epochs import NetworkOrEpochs
from lenet_desktop.ui.training.plot_export import PlotExport
from lenet_desktop.ui.training.plots import TrainingPlots

_COLUMN = 380
"""Pixels that the left column is wide at first."""
_LEAST_LINES = 45
"""Lines of text in the height of the page; in a lower one, what can be spared makes room."""


class TrainingPanel(QWidget):
    """Left what is asked for, right what comes of it.

    In the left column the form stands above the network that it describes, or above the table of
    epochs; right of both are the two plots, which can be saved, and a strip below them.
    """

    saved = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence
    is_low = Signal(bool)  # whether there is so little height that the strip has to be small

    def __init__(self, folder: SaveFolder, strip: QWidget) -> None:
        super().__init__()
        identify(self, "training_panel", _("Training"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # where no key does any harm
        self._run = ""
        self.form = ConfigForm()
        self.form_card = Card("", self.form)
        self.heading = identify(self.form_card.title, "form_heading")
        self.plots = TrainingPlots()
        titled = ((self.plots.loss, marked("Loss")), (self.plots.accuracy, marked("Accuracy")))
        for plot, title in titled:
            export = PlotExport(
                plot,
                title,
                folder,
                has_content=self._has_curves,
                csv=self._curves_csv,
                what=marked("curves"),
                whose=lambda: self._run,
            )
            export.saved.connect(self.saved)
            export.failed.connect(self.failed)
        self.below = NetworkOrEpochs()
        self.network, self.table = self.below.network, self.below.table
        self._lay_out(strip)
        self.form.changed.connect(self._on_form_changed)
        self._on_form_changed()

    def _lay_out(self, strip: QWidget) -> None:
        column = QWidget()
        in_column(
            self.form_card, (self.below, 1), margins=(SPACING, SPACING, 0, SPACING), on=column
        )
        results = QWidget()
        in_column((self.plots, 1), strip, margins=(0, SPACING, SPACING, SPACING), on=results)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.splitter.setHandleWidth(SPACING)
        self.column, self.results = VerticalScrollArea(column), VerticalScrollArea(results)
        self.splitter.addWidget(self.column)
        self.splitter.addWidget(self.results)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_COLUMN, 3 * _COLUMN])
        in_column(self.splitter, on=self)
        follow_font(self, self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look anew how much height there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Say whether there is little height, and leave out what can be spared then."""
        is_low = self.height() < _LEAST_LINES * self.fontMetrics().lineSpacing()
        self.is_low.emit(is_low)
        self.form.be_brief(is_low)
        self.network.be_brief(is_low)

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
        self.below.show_history(history)

    def name_run(self, run: str) -> None:
        """Take in whose curves are shown, for what is saved of them."""
        self._run = run

    def show_event(self, event: Event, history: History) -> None:
        """Show that a run went on; `history` has taken in the event already."""
        if isinstance(event, RunStarted):
            self.show_run(history)  # now its number of epochs is known
        elif isinstance(event, EpochDone):
            self.below.show_history(history)
        self.plots.note_change()

    def show_state(self, state: RunState) -> None:
        """Lock the form while a run goes on."""
        self.form.lock(state.is_active)
        self.form_card.set_title(_("This run") if state.is_active else _("Next run"))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.plots.show_theme(theme)
        self.network.show_theme(theme)

    def _has_curves(self) -> bool:
        history = self.plots.history()
        return len(history.step_losses) > 0 or len(history.epochs) > 0

    def _curves_csv(self) -> str:
        return curves_csv(self.plots.history(), self._run)

    @Slot()
    def _on_form_changed(self) -> None:
        config = self.form.config
        self.network.show_config(config)
        if config is not None:
            self.plots.plan(config.epochs, holds_out=config.validation_images > 0)
