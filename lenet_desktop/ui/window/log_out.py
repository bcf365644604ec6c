"""What the desktop's session management asks of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QSessionManager

from lenet_desktop.session.worker import unfinished_work

if TYPE_CHECKING:
    from lenet_desktop.ui.window.main_window import MainWindow

PATIENCE_S = 4.0
"""Seconds for which files that are being written are waited for; Windows kills after five."""


class LogOut(QObject):
    """Keeps everything while the desktop waits before a log-out, a restart or a shut-down.

    The window stays, because somebody may call it off yet; if nobody does, it is closed next, or
    the application is told that it is about to quit.
    """

    def __init__(self, application: QGuiApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._application = application
        self._window = window
        application.commitDataRequest.connect(self._on_commit_data_requested)
        application.saveStateRequest.connect(self._on_save_state_requested)

    @Slot()
    def _on_commit_data_requested(self) -> None:
        self._window.session.shutdown()
        unfinished_work.wait(PATIENCE_S)
        self._on_save_state_requested()

    @Slot()
    def _on_save_state_requested(self) -> None:
        self._window.remember()
        # The next log-in is to start no program that nobody asked for. The manager is not taken
        # from the signal, whose emission in Python ends the process if a slot takes it.
        manager = self._application.findChild(QSessionManager)
        if manager is not None:
            manager.setRestartHint(QSessionManager.RestartHint.RestartNever)
