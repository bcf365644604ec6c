"""How many clicks it takes to come to what people look for, counted with a real mouse."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.ui.gallery.pictures import matrix_picture
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import KeptRun

KEPT_RUNS = (KeptRun(title="ReLU for once"),)
COAT, SHIRT = 4, 6
CLASSES = 10


@dataclass
class Mouse:
    """A mouse that counts what is done with it."""

    clicked: list[str] = field(default_factory=list)

    def click(self, part: QWidget, place: QPoint | None = None) -> None:
        assert part.isVisible()
        assert part.isEnabled()
        self.clicked.append(part.objectName())
        QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=place or part.rect().center())


@pytest.fixture
def trained(window: MainWindow, store: RunStore) -> MainWindow:
    """Return the window as it is after a run: at the page that is for training."""
    window.resize(1440, 900)
    window.session.open(read_run(store, 1))
    assert window.workspaces.current is Workspace.TRAIN
    return window


def explore(window: MainWindow, mouse: Mouse) -> None:
    tabs = window.workspaces.tabs
    mouse.click(tabs, tabs.tabRect(list(Workspace).index(Workspace.EXPLORE)).center())


def test_the_matrix_is_on_its_way_into_a_report_after_two_clicks(trained: MainWindow) -> None:
    mouse = Mouse()
    explore(trained, mouse)
    button = trained.findChild(QToolButton, "copy_matrix_button")
    assert isinstance(button, QToolButton)
    mouse.click(button)
    assert len(mouse.clicked) == 2
    content = trained.gallery.content()
    assert content.predictions is not None
    assert content.run.startswith("ReLU for once: ")
    expected = matrix_picture(
        content.predictions.confusion,
        content.predictions.info.class_names,
        content.theme,
        title="Confusion matrix of test images after epoch 2",
        run=trained.header.caption,
    )
    copied = QGuiApplication.clipboard().image()
    assert copied.convertToFormat(expected.format()) == expected


def test_who_explores_already_copies_with_a_click_or_a_key(
    qtbot: QtBot, trained: MainWindow
) -> None:
    trained.activateWindow()
    qtbot.waitUntil(trained.isActiveWindow)
    trained.workspaces.show(Workspace.EXPLORE)
    matrix = trained.gallery.matrix
    matrix.setFocus()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(matrix, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert not QGuiApplication.clipboard().image().isNull()


def test_shirts_that_were_taken_for_coats_are_a_click_away(trained: MainWindow) -> None:
    trained.workspaces.show(Workspace.EXPLORE)
    mouse, matrix = Mouse(), trained.gallery.matrix
    part = (SHIRT + 1) * (CLASSES + 1) + COAT + 1
    mouse.click(matrix, matrix.part_place(part).center())
    assert len(mouse.clicked) == 1
    assert trained.gallery.filters.query == Query(true_class=SHIRT, predicted_class=COAT)
