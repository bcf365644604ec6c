"""What sessions have in common that work on one request at a time, the latest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_thread import AnyStream, TrainingThread, describe_failed_work


class OneShotSession(QObject):
    """Works on one request on a thread of its own; another request gives up the one before.

    Nothing is heard any more of a request that was given up. Whoever inherits from it calls
    `begin` and overrides `hear`.

    Args:
        failure: the beginning of the sentence about a request that failed, as in "The images
            could not be judged".
    """

    failed = Signal(str)  # a sentence for the person

    def __init__(self, failure: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = partial(describe_failed_work, failure)
        self.resources: TrainingResources | None = None
        self._thread: TrainingThread | None = None
        self._is_shut_down = False

    @property
    def is_busy(self) -> bool:
        """Whether a request is being worked on."""
        return self._thread is not None

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Allow requests, and work on these data and devices from now on."""
        self.resources = resources

    def begin(self, make_stream: Callable[[], AnyStream]) -> None:
        """Work on a request; `hear` gets what its stream yields, on this thread."""
        self.cancel()
        if self._is_shut_down:
            return
        self._thread = TrainingThread(make_stream, self, self._describe)
        self._thread.event_received.connect(self._on_reported)
        self._thread.failed.connect(self._on_failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    def hear(self, report: object) -> None:
        """Take in what the work for the latest request has brought."""
        raise NotImplementedError

    @Slot()
    def cancel(self) -> None:
        """Give up the request, if there is one, and wait for its step under way."""
        if self._thread is not None:
            self._thread.interrupt()
            self._end_thread(self._thread)

    @Slot()
    def interrupt(self) -> None:
        """Give up for good after the step under way, without waiting; nothing is begun any more."""
        self._is_shut_down = True
        if self._thread is not None:
            self._thread.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """Give up for good and wait for the step under way. May be called again and again."""
        self.interrupt()
        self.cancel()

    def _end_thread(self, thread: TrainingThread) -> None:
        self._thread = None
        thread.wait()
        thread.deleteLater()

    @Slot(object)
    def _on_reported(self, report: object) -> None:
        if self.sender() is self._thread:
            self.hear(report)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._thread:
            self.failed.emit(sentence)

    @Slot()
    def _on_finished(self) -> None:
        if self._thread is not None and self.sender() is self._thread:
            self._end_thread(self._thread)
