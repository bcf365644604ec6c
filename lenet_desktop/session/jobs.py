"""Short work that would hold up the window, each piece on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.session.training_thread import TrainingThread, describe_failed_work


class Job(QObject):
    """One piece of work; says once what came of it, on the thread that asked for it."""

    done = Signal(object)  # what the work returned
    failed = Signal(str)  # a sentence for the person

    def __init__(
        self, work: Callable[[], object], parent: QObject, failure: str, *, must_end: bool
    ) -> None:
        super().__init__(parent)
        describe = partial(describe_failed_work, failure)
        self._thread = TrainingThread(lambda: _stream(work), self, describe, must_end=must_end)
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
    """Starts jobs, and waits for those under way before the program ends.

    Args:
        parent: whoever calls `shutdown`.
        writes: whether the jobs write something that a person asked for, which is finished even
            when the window is closed meanwhile; other jobs may be cut short then.
    """

    def __init__(self, parent: QObject, *, writes: bool = False) -> None:
        super().__init__(parent)
        self._writes = writes

    def start(self, work: Callable[[], object], failure: str = "It could not be done") -> Job:
        """Start a piece of work; its signals are to be connected before the event loop goes on.

        Args:
            work: what to do.
            failure: the beginning of the sentence if that fails, as in "The run cannot be opened".
        """
        return Job(work, self, failure, must_end=self._writes)

    def shutdown(self) -> None:
        """Wait for every job. May be called again and again."""
        for job in self.findChildren(Job):
            job.wait()


def _stream(work: Callable[[], object]) -> Generator[object, None, None]:
    yield work()
