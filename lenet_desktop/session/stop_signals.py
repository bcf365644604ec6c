"""Tells an event loop that the program was asked from outside to end."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from lenet_desktop import stopping


class StopSignals(QObject):
    """Makes events of Ctrl+C, a log-out and the like, from when it is made until the process ends.

    Python handles a signal between two of its own instructions: in the middle of any slot, or not
    for long, while Qt waits for something to happen. An event has its turn, and wakes Qt.
    """

    received = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._heard, self._told = socket.socketpair()
        self._heard.setblocking(False)
        self._told.setblocking(False)
        notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._on_activated)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for number in stopping.SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _do_nothing)

    @Slot()
    def _on_activated(self) -> None:
        if any(number in stopping.SIGNALS for number in self._heard.recv(64)):
            self.received.emit()


def _do_nothing(_number: int, _frame: object) -> None:
    """Leave a signal to the event that it becomes."""
