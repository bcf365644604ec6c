"""The page on which runs are listed and compared."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout

from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.runs.runs_panel import RunsPanel


class ComparePage(LeavablePage):
    """The list of runs, and what those that are selected in it have in common and apart."""

    def __init__(self, runs: RunsPanel, comparison: ComparisonPanel) -> None:
        super().__init__()
        identify(self, "runs_view", "Runs")
        self._runs = runs
        self.splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.splitter.addWidget(runs)
        self.splitter.addWidget(comparison)
        self.splitter.setSizes([360, 240])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def focus(self) -> None:
        """Give the keyboard to the list, or to what brings a first run into it."""
        runs = self._runs
        way_in = runs.bar.button(runs.commands.import_run)
        (runs.table if runs.model.records else way_in).setFocus()
