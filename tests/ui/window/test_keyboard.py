"""The keys: each does what the help says, or what the focused control does with it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QSpinBox,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.help.help_window import HelpWindow
from lenet_desktop.ui.help.topics import topics
from lenet_desktop.ui.kit.shortcuts import GESTURES, Shortcut
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.painted import changed
from tests.recipes import RELU
from tests.ui.controls import make_all_parts

LIMIT_MS = 30_000
CLICK = Qt.MouseButton.LeftButton
ENDLESS = replace(RELU.config, epochs=900, device="cpu")
SHORT = replace(RELU.config, epochs=1, device="cpu")
OF_A_PART = {
    Shortcut.OPEN_RUN, Shortcut.RENAME_RUN, Shortcut.STAR_RUN, Shortcut.DELETE_RUN,
    Shortcut.UNDO_DELETION, Shortcut.COPY_IMAGE, Shortcut.COPY_LIST, Shortcut.COPY_MATRIX,
    Shortcut.PASTE_PICTURE,
    Shortcut.LABEL_PICTURE, Shortcut.DELETE_PICTURE, Shortcut.UNDO_STROKE, Shortcut.REDO_STROKE,
    Shortcut.CLEAR_DRAWING, Shortcut.COPY_DRAWING,
}  # fmt: skip
OF_THE_WINDOW = [each for each in Shortcut if each not in OF_A_PART]
TYPED = {Shortcut.PAUSE: " ", Shortcut.MISCLASSIFIED: "f", Shortcut.MARK: "m"}


class Witness(QObject):
    """Notes who gets a key, and keeps it from doing anything."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.seen: list[QObject] = []
        self.actions = {
            each: action
            for action in window.findChildren(QAction)
            for each in OF_THE_WINDOW
            if each.sequence in action.shortcuts()
        }
        for action in self.actions.values():
            action.setEnabled(True)
            action.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Shortcut, QEvent.Type.KeyPress)
        if event.type() not in kinds:
            return event.type() is QEvent.Type.KeyRelease
        self.seen.append(watched)
        return True

    def press(self, control: QWidget, shortcut: Shortcut) -> QObject | None:
        """Return the control or the action that gets a key while the control has the keyboard."""
        self.seen.clear()
        control.installEventFilter(self)
        QTest.keySequence(control, shortcut.sequence)
        control.removeEventFilter(self)
        return self.seen[-1] if self.seen else None  # a modifier's own press comes before


@pytest.fixture
def open_window(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Return the window with all that can be folded away in sight."""
    window.resize(1900, 1400)
    window.workspaces.show(Workspace.EXPLORE)
    window.training.form.show_more(True)
    window.gallery.filters.more_button.setChecked(True)
    window.gallery.filters.set_query(Query(show=Show.CHANGED))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def running(qtbot: QtBot, window: MainWindow) -> Iterator[MainWindow]:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.workspaces.show(Workspace.EXPLORE)
    window.training.form.set_config(ENDLESS)
    QTest.mouseClick(window.controls.start_button, CLICK)
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING, timeout=LIMIT_MS)
    yield window
    window.session.stop()
    qtbot.waitUntil(lambda: not window.session.state.is_active, timeout=LIMIT_MS)


def controls_of(window: MainWindow) -> list[QWidget]:
    """Return every control that the keyboard can come to."""
    return [
        control
        for control in window.findChildren(QWidget)
        if control.isVisible()
        and control.isEnabled()
        and control.window() is window
        and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and control.focusProxy() is None
        and not isinstance(control.parent(), QSpinBox)  # its line is a part of it
    ]


def keeps(window: MainWindow, control: QWidget, shortcut: Shortcut) -> bool:
    """Say whether a control plainly does something itself with a key of the window."""
    if shortcut is Shortcut.STOP:
        fields = (QLineEdit, QSpinBox, QComboBox, QAbstractItemView)
        is_left = isinstance(control, fields) and control is not window.gallery.view
        claiming = (window.gallery.details, window.compare)
        return is_left or any(part.isAncestorOf(control) for part in claiming)
    if shortcut not in TYPED:
        return False
    if shortcut is Shortcut.PAUSE and isinstance(control, QAbstractButton | ConfusionMatrix):
        return True
    return isinstance(control, QLineEdit | QSpinBox | QComboBox)


def test_every_key_is_the_windows_or_that_of_the_control_that_has_the_keyboard(
    open_window: MainWindow,
) -> None:
    wrong, seen = [], set[QWidget]()
    for workspace in (Workspace.TRAIN, Workspace.EXPLORE, Workspace.COMPARE):
        open_window.workspaces.show(workspace)
        witness = Witness(open_window)
        assert set(witness.actions) == set(OF_THE_WINDOW)
        for control in controls_of(open_window):
            if control in seen:
                continue
            seen.add(control)
            control.setFocus()
            assert QApplication.focusWidget() is control
            for shortcut in OF_THE_WINDOW:
                kept = keeps(open_window, control, shortcut)
                expected = control if kept else witness.actions[shortcut]
                if witness.press(control, shortcut) is not expected:
                    where = control.objectName() or type(control).__name__
                    wrong.append(f"{shortcut.keys} in {where}")
    assert len(seen) > 40
    assert wrong == []


def test_every_command_with_keys_is_in_the_help(window: MainWindow, qtbot: QtBot) -> None:
    make_all_parts(window)
    keys = {
        action.shortcut().toString()
        for action in window.findChildren(QAction)
        if not action.shortcut().isEmpty()
    }
    pages = window.workspaces.actions.values()
    keys |= {each.toString() for action in pages for each in action.shortcuts()}
    assert keys == {each.sequence.toString() for each in Shortcut}
    help_window = HelpWindow(window)
    help_window.show_topic(next(topic for topic in topics() if topic.title == "Keys"))
    page = help_window.findChild(QTextBrowser)
    assert page is not None
    text = page.toPlainText()
    native = QKeySequence.SequenceFormat.NativeText
    for written, does in [(each.sequence.toString(native), each.does) for each in Shortcut]:
        assert written in text
        assert does in text
    assert all(keys in text and does in text for keys, does in GESTURES)


def test_the_space_bar_pauses_after_start_was_clicked(qtbot: QtBot, running: MainWindow) -> None:
    assert QApplication.focusWidget() is running.controls.pause_button
    for state in (RunState.PAUSED, RunState.RUNNING):
        QTest.keyClick(running.controls.pause_button, Qt.Key.Key_Space)
        assert running.session.state is state
        assert QApplication.focusWidget() is running.controls.pause_button


def test_after_a_run_the_keyboard_is_where_no_key_starts_another(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.training.form.set_config(SHORT)
    for button in (window.controls.start_button, window.controls.continue_button):
        QTest.mouseClick(button, CLICK)
        assert QApplication.focusWidget() is window.controls.pause_button
        qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
        assert QApplication.focusWidget() is window.training


def test_esc_leads_back_to_the_grid_and_only_from_there_stops(
    qtbot: QtBot, running: MainWindow
) -> None:
    gallery = running.gallery
    for control in (
        gallery.filters.sort, gallery.inspector.picture, gallery.matrix,
        gallery.filters.number,
    ):  # fmt: skip
        qtbot.waitUntil(control.isVisible, timeout=LIMIT_MS)
        control.setFocus()
        assert QApplication.focusWidget() is control
        QTest.keyClick(control, Qt.Key.Key_Escape)
        assert running.session.state is RunState.RUNNING
        assert QApplication.focusWidget() is gallery.view
    QTest.keyClick(gallery.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: running.session.state is RunState.STOPPED, timeout=LIMIT_MS)


def test_esc_closes_what_has_popped_up_and_stops_nothing(qtbot: QtBot, running: MainWindow) -> None:
    menus = [action.menu() for action in running.menuBar().actions()]
    assert len(menus) > 3
    for menu in menus:
        assert isinstance(menu, QMenu)
        menu.popup(running.rect().center())
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        assert not menu.isVisible()
    box = running.gallery.filters.sort
    box.setFocus()
    box.showPopup()
    QTest.keyClick(box.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not box.view().isVisible())
    assert running.session.state is RunState.RUNNING


def test_the_keyboard_does_not_wander_from_what_goes_out_of_sight(
    open_window: MainWindow, qtbot: QtBot
) -> None:
    grid = open_window.gallery.view
    open_window.show_notice("Something to dismiss.")
    dismiss = open_window.message_bar.findChild(QAbstractButton)
    assert dismiss is not None
    dismiss.setFocus()
    QTest.keyClick(dismiss, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is grid
    (chip,) = open_window.gallery.chips.buttons
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is grid


@pytest.mark.parametrize("shortcut", [Shortcut.COMPARE, Shortcut.SWEEPS])
def test_a_page_without_any_run_shows_which_button_has_the_keyboard(
    qtbot: QtBot, window: MainWindow, shortcut: Shortcut
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.mouseClick(window.training, CLICK)
    QTest.keySequence(window, shortcut.sequence)
    button = window.focusWidget()
    assert isinstance(button, QAbstractButton)
    assert button.isVisible()
    with_focus = button.grab().toImage()
    window.setFocus()
    assert changed(with_focus, button.grab().toImage())


def test_a_control_that_was_switched_off_while_one_was_elsewhere_is_not_returned_to(
    open_window: MainWindow, qtbot: QtBot
) -> None:
    elsewhere = QWidget()
    qtbot.addWidget(elsewhere)
    button = open_window.gallery.filters.more_button
    button.setFocus()
    elsewhere.show()
    elsewhere.activateWindow()
    qtbot.waitUntil(elsewhere.isActiveWindow)
    button.setEnabled(False)
    open_window.activateWindow()
    qtbot.waitUntil(open_window.isActiveWindow)
    assert QApplication.focusWidget() is open_window.gallery.view
