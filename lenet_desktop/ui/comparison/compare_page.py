"""The page on which runs are listed and compared."""

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import quoted
from lenet_desktop.ui.comparison.compared_pair import ComparedPair
from lenet_desktop.ui.comparison.compared_plots import ComparedPlots
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.pair_matrices import PairMatrices
from lenet_desktop.ui.comparison.verdict_card import VerdictCard
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.layout import StackingSplitter
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.runs.runs_panel import RunsPanel

_CURVES_ABOVE_LINES = 44
"""Lines of text, as which there is room below the verdict, from which the curves stand above the
tabs."""
_MANY_CLASSES_LINES = 24
"""Lines more that it takes beside matrices of many classes."""
_CURVES_SHARE, _TABS_SHARE = 2, 3
"""Of what the verdict leaves, where both are seen."""
_BRIEF_LINES = 48
"""Lines of text, as which a page is high, below which the verdict is told in few lines."""


class ComparePage(LeavablePage):
    """The list of runs; the verdict on two of them, their curves, settings and matrices."""

    images_requested = Signal(object)  # Show
    cell_requested = Signal(str, object)  # A or B, and a Cell of its matrix
    epoch_requested = Signal(int)

    def __init__(self, runs: RunsPanel, comparison: ComparisonPanel, folder: SaveFolder) -> None:
        super().__init__()
        identify(self, "runs_view", _("Runs"))
        self._runs = runs
        self.verdict = VerdictCard()
        self.plots = ComparedPlots(folder)
        self.matrices = PairMatrices(folder)
        self.results = _Results(self.verdict, self.plots, comparison, self.matrices)
        self.splitter = StackingSplitter(Card("", runs), self.results)
        self.splitter.setHandleWidth(SPACING)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setSizes([420, 980])
        in_column(self.splitter, margins=SPACING, on=self)
        self.verdict.images_requested.connect(self.images_requested)
        self.verdict.epoch_requested.connect(self.epoch_requested)
        self.matrices.cell_chosen.connect(self.cell_requested)
        self.show_pair(None)

    def show_pair(
        self,
        pair: ComparedPair | None,
        *,
        can_compare: bool = False,
        obstacle: str = "",
        file: str = "",
    ) -> None:
        """Show what is known of two runs, or how to compare two.

        Args:
            pair: the two, None where none are compared.
            can_compare: whether two are selected.
            obstacle: why these cannot be compared, a sentence; nothing where they can.
            file: what is open in place of a run, to be compared with a single one; empty for a run.
        """
        is_new = pair is not self.verdict.pair
        self.verdict.show_pair(pair, obstacle or _how(file, can_compare=can_compare))
        self.matrices.show_pair(pair)
        self.results.make_room()
        if is_new and pair is not None and pair.a.is_file:
            self.results.tabs.setCurrentWidget(self.matrices)  # no settings of a file are known

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for part in (self.verdict, self.plots, self.matrices):
            part.show_theme(theme)

    def focus(self) -> None:
        """Give the keyboard to the list, or to what brings a first run into it."""
        runs = self._runs
        way_in = runs.bar.button(runs.commands.import_run)
        (runs.table if runs.model.records else way_in).setFocus()


def _how(file: str, *, can_compare: bool) -> str:
    """Say how two are compared: two runs, or one and a network from a file."""
    if not file and can_compare:
        return _("Press Compare to see which of A and B is better.")
    if not file:
        return _("Select two runs, the second one with Ctrl held down, and press Compare.")
    text = (
        _("Press Compare to see whether {file} or B is better.")
        if can_compare
        else _("Select a run and press Compare to see whether it or {file} is better.")
    )
    return text.format(file=quoted(file))


class _Results(QWidget):
    """What comes of a comparison; the curves are a tab of it where the window is low."""

    def __init__(
        self,
        verdict: VerdictCard,
        plots: ComparedPlots,
        table: ComparisonPanel,
        matrices: PairMatrices,
    ) -> None:
        super().__init__()
        self._verdict, self._plots, self._matrices = verdict, plots, matrices
        self.tabs = identify(QTabWidget(documentMode=True), "compare_tabs", _("Comparison"))
        self.tabs.addTab(plots, _("Curves"))
        self.tabs.addTab(table, _("What differs"))
        self.tabs.addTab(matrices, _("Matrices"))
        self.tabs.setCornerWidget(matrices.tools)
        self.tabs.currentChanged.connect(self._offer_tools)
        self._column = in_column(verdict, (self.tabs, _TABS_SHARE), on=self)
        verdict.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look anew how much room the verdict leaves."""
        if watched is self._verdict and event.type() is QEvent.Type.Resize:
            self.make_room()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the curves always where there is room for them."""
        super().resizeEvent(event)
        self.make_room()

    @property
    def _are_above(self) -> bool:
        return self.tabs.indexOf(self._plots) < 0

    @Slot()
    def _offer_tools(self) -> None:
        """Offer what changes the matrices where they are seen and that is of use."""
        are_seen = self.tabs.currentWidget() is self._matrices
        self._matrices.tools.setVisible(are_seen and self._matrices.have_many)

    def make_room(self) -> None:
        """Place the curves where they leave room for what is shown below them."""
        self._offer_tools()
        line = self.fontMetrics().height()
        is_brief = self.height() < _BRIEF_LINES * line
        self._verdict.be_brief(is_brief)
        lines = _CURVES_ABOVE_LINES + (_MANY_CLASSES_LINES if self._matrices.have_many else 0)
        fits = not is_brief and self.height() - self._verdict.height() >= lines * line
        if fits == self._are_above:
            return
        if fits:
            self.tabs.removeTab(self.tabs.indexOf(self._plots))
            self._column.insertWidget(1, self._plots, _CURVES_SHARE)
            self._plots.show()
        else:
            was_first = self.tabs.currentIndex() == 0
            self.tabs.insertTab(0, self._plots, _("Curves"))
            if was_first:  # what somebody has chosen stays
                self.tabs.setCurrentIndex(0)
