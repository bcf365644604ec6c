"""Start, pause, stop and continue: actions with their buttons, driven by one state."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from lenet_desktop.session.run_state import RunState
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.actions import make_action, with_keys
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify, without_mnemonic
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.kit.theme import TARGET, Theme

_GO_ON = marked("Go on with the last run exactly where it stands, to its planned end")
_MORE = marked("Train the finished network for as many more epochs as the form says")
_WAIT = marked("Go on with the run that was stopped early, and wait for as many epochs again")
_ROOM = 40
"""Pixels beside the words of a button, for its icon and its margins."""


class RunControls(QObject):
    """The actions for the menu and the buttons for the tool bar; both always agree."""

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    continue_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = RunState.LOADING
        self._entries_are_right = True
        self._can_continue = False
        self._is_early = False
        self._waits = self._is_hopeless = self._is_narrow = False
        self.start = _action(
            self, _("&Start"), Shortcut.START, _("Train a new network with these settings")
        )
        self.pause = _action(self, _("&Pause"), Shortcut.PAUSE, _("Hold the run between two steps"))
        self.stop = _action(
            self, _("St&op"), Shortcut.STOP, _("End the run and keep what it has shown")
        )
        self.go_on = _action(self, _("&Continue"), Shortcut.CONTINUE, _(_GO_ON))
        self.start_button = _button(self.start, "start_button", parent)
        self.pause_button = _button(self.pause, "pause_button", parent)
        self.stop_button = _button(self.stop, "stop_button", parent)
        self.continue_button = _button(self.go_on, "continue_button", parent)
        self._buttons = {
            self.go_on: self.continue_button,
            self.start: self.start_button,
            self.pause: self.pause_button,
            self.stop: self.stop_button,
        }
        self.start.triggered.connect(self.start_requested)
        self.pause.triggered.connect(self._on_pause_triggered)
        self.stop.triggered.connect(self.stop_requested)
        self.go_on.triggered.connect(self.continue_requested)
        follow_font(self.start_button, self._refresh)

    def show_state(
        self, state: RunState, *, can_continue: bool = False, is_early: bool = False
    ) -> None:
        """Offer what the state of the run allows, and going on if the last run left enough.

        Args:
            state: where the run stands.
            can_continue: whether the last run left enough to go on with it.
            is_early: whether it was stopped before its planned end, because it did not improve.
        """
        self._state = state
        self._can_continue = can_continue
        self._is_early = is_early
        self._refresh()

    def show_waiting(self, waits: bool) -> None:
        """Show whether a run begins as soon as all that it takes is loaded."""
        self._waits = waits
        self._refresh()

    def give_up(self) -> None:
        """Offer no run while all that it takes is not loaded, because it cannot be."""
        self._is_hopeless = True
        self._refresh()

    def allow_start(self, allowed: bool) -> None:
        """Say whether the settings can be used for a run."""
        self._entries_are_right = allowed
        self._refresh()

    def save_room(self, saves: bool) -> None:
        """Show only the icons of the buttons beside Start, or their words again."""
        if saves != self._is_narrow:
            self._is_narrow = saves
            self._refresh()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for action, button in self._buttons.items():
            name = button.objectName().removesuffix("_button")
            action.setIcon(themed_icon(name, theme.text, theme.outline, theme.on_accent))
            button.setIcon(themed_icon(name, theme.text, theme.outline))
        self.start_button.setIcon(themed_icon("start", theme.on_accent, theme.muted))

    def _refresh(self) -> None:
        state = self._state
        paused = state is RunState.PAUSED
        self.pause.setText(pgettext("paused run", "Re&sume") if paused else _("&Pause"))
        finished = state is RunState.FINISHED and not self._is_early
        self.go_on.setText(_("More epo&chs") if finished else _("&Continue"))
        words_of = {
            self.pause_button: pgettext("paused run", "Resume") if paused else _("Pause"),
            self.stop_button: _("Stop"),
            self.continue_button: _("More epochs") if finished else _("Continue"),
        }
        for button, text in words_of.items():
            button.setText("" if self._is_narrow else text)
            button.setAccessibleName(text)
            button.setMinimumWidth(TARGET if self._is_narrow else _width_of(button))
        self.start_button.setMinimumWidth(_width_of(self.start_button))
        words = _WAIT if self._is_early else _MORE if finished else _GO_ON
        explanation = with_keys(_(words), self.go_on)
        self.go_on.setToolTip(explanation)
        self.continue_button.setToolTip(tip(explanation))
        can_continue = self._can_continue and (self._entries_are_right or not finished)
        offers = {
            self.go_on: can_continue,
            self.start: self._can_start and self._entries_are_right,
            self.pause: state.can_pause,
            self.stop: state.can_stop or self._waits,
        }
        # Those that take over come first, so that the keyboard can go to them.
        for action in sorted(offers, key=lambda action: not offers[action]):
            action.setEnabled(offers[action])
            self._buttons[action].setEnabled(offers[action])

    @property
    def _can_start(self) -> bool:
        """Whether a run can be asked for; while all is being loaded it begins after that."""
        if self._state is RunState.LOADING:
            return not (self._waits or self._is_hopeless)
        return self._state.can_start

    @Slot()
    def _on_pause_triggered(self) -> None:
        if self._state is RunState.PAUSED:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()


def _action(parent: QObject, text: str, shortcut: Shortcut, explanation: str) -> QAction:
    action = make_action(parent, text, shortcut)
    action.setToolTip(with_keys(explanation, action))
    return action


def _button(action: QAction, object_name: str, parent: QWidget) -> QPushButton:
    text = without_mnemonic(action.text())
    button = identify(QPushButton(text, parent), object_name, text, action.toolTip())
    button.clicked.connect(action.trigger)
    return button


def _width_of(button: QPushButton) -> int:
    """Return the pixels that the longest of its words take, so that it never jumps."""
    more = button.objectName() == "continue_button"
    widest = _("More epochs") if more else pgettext("paused run", "Resume")
    room = button.fontMetrics().horizontalAdvance(widest) + _ROOM
    return max(room, button.sizeHint().width())
