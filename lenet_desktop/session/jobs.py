"""Short work that would hold up the window, each piece on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.core.errors import first_line
from lenet_desktop.runs.store import StoreError
from lenet_desktop.session.training_thread import TrainingThread


class Job(QObject):
    """One piece of work; says once what came of it, on the thread that asked for it."""

    done = Signal(object)  # what the work returned
    failed = Signal(str)  # a sentence for the person

    def __init__(self, work: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._thread = TrainingThread(lambda: _stream(work), self)
        self._thread.event_received.connect(self.done)
        self._thread.failed.connect(self.failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the work is done."""
        self._thread.interrupt()
        self._thread.wait()

    @Slot()
    def _on_finished(self) -> None:
        self._thread.wait()
        self.deleteLater()


class JobRunner(QObject):
    """Starts jobs, and waits for those under way before the program ends."""

    def start(self, work: Callable[[], object]) -> Job:
        """Start a piece of work; its signals are to be connected before the event loop goes on."""
        return Job(work, self)

    def shutdown(self) -> None:
        """Wait for every job. May be called again and again."""
        for job in self.findChildren(Job):
            job.wait()


def _stream(work: Callable[[], object]) -> Generator[object, None, None]:
    try:
        yield work()
    except OSError as error:
        reason = error.strerror or first_line(error)
        raise StoreError(f"{error.filename or 'A file'} cannot be used ({reason}).") from error
