"""What the desktop's session management asks of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QSessionManager

if TYPE_CHECKING:
    from lenet_desktop.ui.main_window import MainWindow


class LogOut(QObject):
    """Keeps everything while the desktop waits before a log-out, a restart or a shut-down.

    The window stays, because somebody may call it off yet; if nobody does, it is closed next, or
    the application is told that it is about to quit.
    """

    def __init__(self, application: QGuiApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        application.commitDataRequest.connect(self._on_commit_data_requested)
        application.saveStateRequest.connect(self._on_save_state_requested)

    @Slot(QSessionManager)
    def _on_commit_data_requested(self, manager: QSessionManager) -> None:
        self._window.session.shutdown()
        self._on_save_state_requested(manager)

    @Slot(QSessionManager)
    def _on_save_state_requested(self, manager: QSessionManager) -> None:
        self._window.remember()
        # The next log-in is to start no program that nobody asked for.
        manager.setRestartHint(QSessionManager.RestartHint.RestartNever)
