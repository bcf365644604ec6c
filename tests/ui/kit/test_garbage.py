"""Widgets that nobody refers to are taken apart on the window's thread."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit import garbage
from lenet_desktop.ui.kit.garbage import GarbageCollector


class Knot:
    """Refers to itself, so that only a collection finds it."""

    def __init__(self) -> None:
        self.itself = self
        self.died_on: list[int] = []


@pytest.fixture
def collected() -> Iterator[None]:
    """Have garbage collected as it usually is, and afterwards as the tests have it."""
    gc.enable()
    yield
    gc.disable()


def test_garbage_is_collected_on_the_thread_of_the_window_alone(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, collected: None
) -> None:
    monkeypatch.setattr(garbage, "_INTERVAL_MS", 1)
    owner = QObject(QApplication.instance())
    GarbageCollector(owner)
    died_on: list[int] = []
    knot = Knot()
    weakref.finalize(knot, lambda: died_on.append(threading.get_ident()))
    del knot

    def make_garbage() -> None:
        for _ in range(50 * gc.get_threshold()[0]):
            Knot()

    elsewhere = threading.Thread(target=make_garbage)
    elsewhere.start()
    elsewhere.join()
    qtbot.waitUntil(lambda: bool(died_on))

    assert died_on == [threading.get_ident()]
    owner.deleteLater()
