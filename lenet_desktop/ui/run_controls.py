"""Start, pause and stop: three actions with their buttons, driven by one state."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.icons import themed_icon
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.theme import Theme


class RunControls(QObject):
    """The actions for the menu and the buttons for the tool bar; both always agree."""

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = RunState.LOADING
        self._entries_are_right = True
        self.start = _action(self, "&Start", "Ctrl+R", "Train a new network with these settings")
        self.pause = _action(self, "&Pause", "Space", "Hold the run between two steps")
        self.stop = _action(self, "St&op", "Esc", "End the run and keep what it has shown")
        self.start_button = _button(self.start, "start_button", parent)
        self.pause_button = _button(self.pause, "pause_button", parent)
        self.stop_button = _button(self.stop, "stop_button", parent)
        self.start.triggered.connect(self.start_requested)
        self.pause.triggered.connect(self._on_pause_triggered)
        self.stop.triggered.connect(self.stop_requested)
        self._refresh()

    def show_state(self, state: RunState) -> None:
        """Offer what the state of the run allows."""
        self._state = state
        self._refresh()

    def allow_start(self, allowed: bool) -> None:
        """Say whether the settings can be used for a run."""
        self._entries_are_right = allowed
        self._refresh()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.start_button.setIcon(themed_icon("start", theme.on_accent, theme.muted))
        for button, name in ((self.pause_button, "pause"), (self.stop_button, "stop")):
            button.setIcon(themed_icon(name, theme.text, theme.border))
        self.start.setIcon(themed_icon("start", theme.text, theme.border))
        self.pause.setIcon(self.pause_button.icon())
        self.stop.setIcon(self.stop_button.icon())

    def _refresh(self) -> None:
        state = self._state
        paused = state is RunState.PAUSED
        self.pause.setText("Re&sume" if paused else "&Pause")
        self.pause_button.setText("Resume" if paused else "Pause")
        for action, button, enabled in (
            (self.start, self.start_button, state.can_start and self._entries_are_right),
            (self.pause, self.pause_button, state.can_pause),
            (self.stop, self.stop_button, state.can_stop),
        ):
            action.setEnabled(enabled)
            button.setEnabled(enabled)

    @Slot()
    def _on_pause_triggered(self) -> None:
        if self._state is RunState.PAUSED:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()


def _action(parent: QObject, text: str, keys: str, explanation: str) -> QAction:
    action = QAction(text, parent)
    action.setShortcut(QKeySequence(keys))
    action.setToolTip(f"{explanation} ({action.shortcut().toString()})")
    return action


def _button(action: QAction, object_name: str, parent: QWidget) -> QPushButton:
    text = action.text().replace("&", "")
    button = identify(QPushButton(text, parent), object_name, text, action.toolTip())
    metrics = button.fontMetrics()
    button.setMinimumWidth(metrics.horizontalAdvance("Resume") + 56)  # never jumps
    button.clicked.connect(action.trigger)
    return button
