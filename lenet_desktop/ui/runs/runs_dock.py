"""The dock of the runs, hidden until somebody wants to see it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.shortcuts import Shortcut

USUAL_LINES = 13


class RunsDock(QDockWidget):
    """Holds the list of runs and the table that compares those selected in it.

    It is at the foot of the window unless a person moves it.

    Attributes:
        toggle: shows and hides it, for a menu and a button.
    """

    def __init__(self, runs: QWidget, comparison: QWidget, window: QMainWindow) -> None:
        super().__init__("Runs", window)
        identify(self, "runs_view", "Runs")
        self.tabs = identify(QTabWidget(documentMode=True), "runs_tabs", "Runs")
        self.tabs.addTab(runs, "All runs")
        self.tabs.addTab(comparison, "Comparison")
        self.setWidget(self.tabs)
        self._window = window
        self._is_new = True
        self.toggle: QAction = self.toggleViewAction()
        self.toggle.setText("&Runs")
        self.toggle.setShortcut(Shortcut.RUNS.sequence)
        self.toggle.setToolTip(tip("Every run that was trained, to compare, open and continue"))
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Take a modest height at first, so that curves and images stay in sight."""
        super().showEvent(event)
        if self._is_new and not self.isFloating():
            lines = self.fontMetrics().height() * USUAL_LINES
            self._window.resizeDocks([self], [lines], Qt.Orientation.Vertical)
        self._is_new = False

    def show_compared(self, count: int) -> None:
        """Say how many runs the comparison has."""
        self.tabs.setTabText(1, f"Comparison of {count:,} runs" if count > 1 else "Comparison")
