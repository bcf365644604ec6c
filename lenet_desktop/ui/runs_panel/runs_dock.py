"""The dock of the list of runs, hidden until somebody wants to see it."""

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.wording import tip


class RunsDock(QDockWidget):
    """Holds the list of runs, at the foot of the window unless a person moves it.

    Attributes:
        toggle: shows and hides it, for a menu and a button.
    """

    def __init__(self, content: QWidget, window: QMainWindow) -> None:
        super().__init__("Runs", window)
        identify(self, "runs_view", "Runs")
        self.setWidget(content)
        self.toggle: QAction = self.toggleViewAction()
        self.toggle.setText("&Runs")
        self.toggle.setShortcut(QKeySequence("Ctrl+L"))
        self.toggle.setToolTip(tip("Every run that was trained, to compare, open and continue"))
        self.hide()
