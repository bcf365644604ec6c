"""Tabs, keys and menu lead to each page of the window, and what happens to the right one."""

from dataclasses import replace
from itertools import product

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, KeptRun

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
LIMIT_MS = 30_000
KEPT_RUNS = (KeptRun(BRIEF), KeptRun(replace(BRIEF, seed=1)))


def page_of(window: MainWindow, workspace: Workspace) -> QWidget:
    return {
        Workspace.TRAIN: window.training,
        Workspace.EXPLORE: window.gallery,
        Workspace.COMPARE: window.compare,
        Workspace.SWEEPS: window.sweeps,
        Workspace.TRY: window.picture,
    }[workspace]


def shown(window: MainWindow) -> Workspace:
    """Return the page in sight, of which tabs and menu say the same."""
    current = window.workspaces.current
    assert page_of(window, current).isVisible()
    assert [each for each, action in window.workspaces.actions.items() if action.isChecked()] == [
        current
    ]
    tabs = window.workspaces.tabs
    assert tabs.tabText(tabs.currentIndex()) == window.workspaces.actions[current].iconText()
    return current


def test_a_click_on_a_tab_shows_its_page(window: MainWindow) -> None:
    tabs = window.workspaces.tabs
    assert shown(window) is Workspace.TRAIN
    for place, workspace in reversed(list(enumerate(Workspace))):
        QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(place).center())
        assert shown(window) is workspace


def test_keys_lead_to_each_page_from_each(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for workspace, key in reversed(list(zip(2 * [*Workspace], "1234512LET", strict=True))):
        control = QApplication.focusWidget()
        assert control is not None
        QTest.keyClick(control, Qt.Key(ord(key)), CTRL)
        assert shown(window) is workspace


def test_at_the_start_the_keyboard_is_where_a_run_is_started(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert QApplication.focusWidget() is window.controls.start_button


def test_in_the_tabs_the_arrow_keys_go_on_from_page_to_page(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    tabs = window.workspaces.tabs
    without = tabs.grab().toImage()
    tabs.setFocus()
    assert tabs.grab().toImage() != without, "it is seen where the keyboard is"
    for workspace in list(Workspace)[1:]:
        QTest.keyClick(tabs, Qt.Key.Key_Right)
        assert shown(window) is workspace
        assert tabs.hasFocus()


def test_esc_leads_back_to_where_somebody_came_from(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panels = (Workspace.TRAIN, Workspace.EXPLORE)
    others = (Workspace.COMPARE, Workspace.SWEEPS, Workspace.TRY)
    for other, panel in product(others, panels):
        window.workspaces.show(panel)
        window.workspaces.show(other)
        control = QApplication.focusWidget()
        assert control is not None
        QTest.keyClick(control, Qt.Key.Key_Escape)
        assert shown(window) is panel, f"from {other.name}"


def test_commands_lead_to_where_they_are_seen(window: MainWindow) -> None:
    for command, place in (
        (window.menus.misclassified_toggled, Workspace.EXPLORE),
        (window.menus.view_reset_requested, Workspace.TRAIN),
        (window.menus.jump_requested, Workspace.EXPLORE),
    ):
        window.workspaces.show(Workspace.TRY)
        command.emit()
        assert shown(window) is place


def test_only_the_run_that_was_chosen_leads_to_its_curves(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.training.form.set_config(BRIEF)
    QTest.mouseClick(window.controls.start_button, LEFT)
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING, timeout=LIMIT_MS)
    window.workspaces.show(Workspace.COMPARE)
    window.runs.opened.emit(1)
    assert "Stop it before" in window.message_bar.text
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    window.workspaces.show(Workspace.TRY)
    window.session.open(read_run(store, 2))  # as one that is followed
    assert shown(window) is Workspace.TRY
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.runs.opened.emit(1)
    assert shown(window) is Workspace.TRAIN
