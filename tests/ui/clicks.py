"""Clicks as a person makes them, counted."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget

from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.window.main_window import MainWindow

NONE = Qt.KeyboardModifier.NoModifier


class Clicks(QObject):
    """Counts what a person does with the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def click(self, target: QWidget, place: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        assert target.isVisible()
        assert target.rect().contains(place)
        self.count += 1
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, keys, place)

    def on_tab(self, tabs: QTabBar, text: str) -> None:
        place = next(at for at in range(tabs.count()) if tabs.tabText(at) == text)
        self.click(tabs, tabs.tabRect(place).center())

    def on_run(self, window: MainWindow, run_id: int, keys: Qt.KeyboardModifier = NONE) -> None:
        table = window.runs.table
        index = window.runs.runs.index_of(run_id, Column.NAME)
        self.click(table.viewport(), table.visualRect(index).center(), keys)

    def on_button(self, button: QWidget) -> None:
        assert button.isEnabled()
        self.click(button, button.rect().center())


@pytest.fixture
def clicks() -> Iterator[Clicks]:
    yield Clicks()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
