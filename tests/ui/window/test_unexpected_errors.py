"""A fault of the program is told in the window, from whichever thread, and the program goes on."""

import logging
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.message_bar import MessageBar, MessageKind
from lenet_desktop.ui.window.unexpected_errors import UnexpectedErrors

LOG = Path("log") / "lenet-desktop.log"


class Room(QWidget):
    """Paints itself, as long as nothing is wrong."""

    is_broken = False
    failures = 0

    def has_failed_since(self, failures: int) -> bool:
        """Return whether there are more failures than that."""
        return self.failures > failures

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fail if that is wanted."""
        if self.is_broken:
            self.failures += 1
            raise ValueError("no such colour")


@pytest.fixture
def room(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Return a widget over which errors are told, while they are taken from everybody."""
    room = Room()
    qtbot.addWidget(room)
    bar = MessageBar()
    bar.lie_over(room)
    errors = UnexpectedErrors(bar, LOG, room)
    with monkeypatch.context() as patched:
        for module, name in ((sys, "excepthook"), (sys, "unraisablehook")):
            patched.setattr(module, name, getattr(module, name))
        patched.setattr("threading.excepthook", None)
        errors.install()
        room.show()
        qtbot.waitExposed(room)
        yield room


def bar_of(room: QWidget) -> MessageBar:
    bar = room.findChild(MessageBar, "message_bar")
    assert isinstance(bar, MessageBar)
    return bar


def press(room: QWidget, name: str) -> None:
    QApplication.processEvents()
    button = room.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_error_in_a_slot_is_told_with_its_details(qtbot: QtBot, room: Room) -> None:
    def fail() -> None:
        raise KeyError("shirt\nsleeve")

    button = QPushButton(room)
    button.clicked.connect(fail)
    button.click()
    bar = bar_of(room)
    qtbot.waitUntil(bar.isVisible)
    assert bar.kind is MessageKind.ERROR
    assert "KeyError" in bar.text
    assert str(LOG) in bar.text
    assert "\n" not in bar.text
    press(room, "message_action_button")
    copied = QGuiApplication.clipboard().text()
    assert "Traceback" in copied
    assert "in fail" in copied
    assert "PySide6" in copied
    assert bar.isVisible(), "until it is dismissed"


def test_an_error_of_another_thread_is_told(qtbot: QtBot, room: Room) -> None:
    def fail() -> None:
        raise OSError("gone")

    thread = Thread(target=fail)
    thread.start()
    thread.join()
    bar = bar_of(room)
    qtbot.waitUntil(bar.isVisible)
    assert "OSError: gone" in bar.text


def test_an_error_that_comes_again_and_again_is_told_once(
    qtbot: QtBot, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    bar = bar_of(room)
    room.is_broken = True
    room.update()
    qtbot.waitUntil(bar.isVisible)
    assert "no such colour" in bar.text
    room.is_broken = False
    press(room, "dismiss_button")
    room.is_broken = True
    for _ in range(3):
        room.update()
        qtbot.waitUntil(partial(room.has_failed_since, room.failures))
    room.is_broken = False
    QApplication.processEvents()
    assert not bar.isVisible()
    traces = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(traces) == 1
    assert len(caplog.records) >= 4


def test_ending_the_program_is_no_error(room: Room) -> None:
    for kind in (KeyboardInterrupt, SystemExit):
        sys.excepthook(kind, kind(), None)
    QApplication.processEvents()
    assert not bar_of(room).isVisible()
