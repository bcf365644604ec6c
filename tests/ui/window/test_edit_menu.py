"""The menu Edit acts on what has the keyboard, and offers what that can do."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QMenu,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.window.edit_menu import EditMenu

Key = QKeySequence.StandardKey


class Drawing(QWidget):
    """Undoes by an action of what it lies in, and copies by a key that it claims."""

    def __init__(self) -> None:
        super().__init__(focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.copies = 0

    def event(self, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.matches(Key.Copy):
            self.copies += event.type() == QKeyEvent.Type.KeyPress
            event.accept()
            return True
        return super().event(event)  # type: ignore[arg-type]  # it is of Qt's own kind


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QMainWindow]:
    window, page = QMainWindow(), QWidget()
    window.setCentralWidget(page)
    column = QVBoxLayout(page)
    for part in (QLineEdit(), QSpinBox(), QListWidget(), Drawing()):
        column.addWidget(part)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    yield window
    shiboken6.delete(window)


@pytest.fixture
def menu(window: QMainWindow) -> QMenu:
    return window.menuBar().addMenu("&Edit")


@pytest.fixture
def edit(menu: QMenu, window: QMainWindow) -> EditMenu:
    return EditMenu(menu, window)


def focus(window: QMainWindow, kind: type[QWidget]) -> None:
    part = window.findChild(kind)
    assert isinstance(part, QWidget)
    part.setFocus()


def offered(menu: QMenu, edit: EditMenu) -> set[Key]:
    menu.aboutToShow.emit()
    return {key for key, action in edit.actions.items() if action.isEnabled()}


def test_without_the_keyboard_anywhere_it_offers_nothing(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&Edit")
    edit = EditMenu(menu, window)
    window.show()
    assert offered(menu, edit) == set()


def test_in_a_field_it_edits_the_text(window: QMainWindow, menu: QMenu, edit: EditMenu) -> None:
    QApplication.clipboard().clear()
    focus(window, QLineEdit)
    assert offered(menu, edit) == set()
    line = window.findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, "0.9")
    assert offered(menu, edit) == {Key.Undo}
    line.selectAll()
    assert offered(menu, edit) == {Key.Undo, Key.Cut, Key.Copy}
    edit.actions[Key.Cut].trigger()
    assert (line.text(), QApplication.clipboard().text()) == ("", "0.9")
    assert Key.Paste in offered(menu, edit)
    edit.actions[Key.Paste].trigger()
    edit.actions[Key.Undo].trigger()
    assert line.text() == ""
    assert Key.Redo in offered(menu, edit)
    line.setReadOnly(True)
    assert not offered(menu, edit) & {Key.Cut, Key.Paste}


def test_in_a_box_of_numbers_it_edits_the_number(
    window: QMainWindow, menu: QMenu, edit: EditMenu
) -> None:
    focus(window, QSpinBox)
    box = window.findChild(QSpinBox)
    assert box is not None
    box.selectAll()
    edit.actions[Key.Copy].trigger()
    assert QApplication.clipboard().text() == "0"


def test_elsewhere_it_does_what_the_part_does_at_these_keys(
    window: QMainWindow, menu: QMenu, edit: EditMenu
) -> None:
    undone: list[bool] = []
    undo = QAction("Undo the stroke", window)
    undo.setShortcut(Key.Undo)
    undo.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    undo.triggered.connect(lambda: undone.append(True))
    page = window.centralWidget()
    assert page is not None
    page.addAction(undo)
    focus(window, Drawing)
    assert offered(menu, edit) == {Key.Undo, Key.Copy}
    edit.actions[Key.Undo].trigger()
    edit.actions[Key.Copy].trigger()
    drawing = window.findChild(Drawing)
    assert drawing is not None
    assert (len(undone), drawing.copies) == (1, 1)
    undo.setEnabled(False)
    assert offered(menu, edit) == {Key.Copy}


def test_its_keys_are_left_to_the_control(
    window: QMainWindow, menu: QMenu, edit: EditMenu, qtbot: QtBot
) -> None:
    focus(window, QListWidget)
    view = window.findChild(QListWidget)
    assert view is not None
    view.addItem("Shirt")
    view.setCurrentRow(0)
    assert Key.Copy in offered(menu, edit)
    with qtbot.assertNotEmitted(edit.actions[Key.Copy].triggered):
        QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Shirt"
