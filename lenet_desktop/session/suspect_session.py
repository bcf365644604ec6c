"""Looks for suspect labels on a thread of its own, for the newest predictions only."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QThread, Signal, Slot

from lenet_desktop.networks.predictions import Floats, Labels
from lenet_desktop.text.wording import first_line

log = logging.getLogger(__name__)

_REPAIR = "python -m pip install --force-reinstall cleanlab"


class SuspectThread(QThread):
    """Looks for suspects once; the first of all imports cleanlab, which takes seconds."""

    found = Signal(object)  # Suspects
    failed = Signal(str)  # a sentence for the person

    def __init__(
        self, labels: Labels, probabilities_by_epoch: Sequence[Floats], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._labels = labels
        self._probabilities_by_epoch = tuple(probabilities_by_epoch)

    def run(self) -> None:
        """Look for suspects; Qt calls this on the new thread."""
        try:
            from lenet_desktop.analysis.suspects import find_suspects

            suspects = find_suspects(self._labels, self._probabilities_by_epoch)
        except BaseException as error:  # a thread must end with a word, whatever was raised
            log.exception("Looking for suspect labels failed")
            self.failed.emit(describe_failure(error))
        else:
            self.found.emit(suspects)


class SuspectSession(QObject):
    """Looks for suspects, one request at a time; of those that wait only the newest is served.

    Nothing here ever waits for the thread except `shutdown`: a request that was given up ends
    unheard.
    """

    found = Signal(object)  # Suspects
    failed = Signal(str)  # a sentence for the person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: SuspectThread | None = None
        self._next: SuspectThread | None = None
        self._is_wanted = False
        self._is_shut_down = False

    @property
    def is_busy(self) -> bool:
        """Whether an answer that somebody waits for is still to come."""
        return self._is_wanted or self._next is not None

    def find(self, labels: Labels, probabilities_by_epoch: Sequence[Floats]) -> None:
        """Look for suspects; what was asked for before and is not answered yet is given up.

        Args:
            labels: uint8 (N,), the given classes.
            probabilities_by_epoch: float32 (N, 10) for each finished epoch, the newest last; none
                of them may be changed afterwards.
        """
        if self._is_shut_down:
            return
        self.cancel()
        self._next = SuspectThread(labels, probabilities_by_epoch, self)
        self._next.found.connect(self._on_found)
        self._next.failed.connect(self._on_failed)
        self._next.finished.connect(self._on_finished)
        self._start_next()

    @Slot()
    def cancel(self) -> None:
        """Give up whatever was asked for; no answer to it will come."""
        self._is_wanted = False
        if self._next is not None:
            self._next.deleteLater()
            self._next = None

    @Slot()
    def interrupt(self) -> None:
        """Give up for good, without waiting for the thread."""
        self._is_shut_down = True
        self.cancel()

    @Slot()
    def shutdown(self) -> None:
        """Give up for good and wait for the thread; an import under way is waited for."""
        self.interrupt()
        if self._thread is not None:
            self._thread.wait()
            self._thread.deleteLater()
            self._thread = None

    def _start_next(self) -> None:
        if self._thread is None and self._next is not None:
            self._thread, self._next = self._next, None
            self._is_wanted = True
            self._thread.start()

    @Slot(object)
    def _on_found(self, suspects: object) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.found.emit(suspects)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.failed.emit(sentence)

    @Slot()
    def _on_finished(self) -> None:
        if self._thread is not None:
            self._thread.wait()  # it has said that it is done, and ends in this moment
            self._thread.deleteLater()
            self._thread = None
        self._start_next()


def describe_failure(error: BaseException) -> str:
    """Say what went wrong, in a sentence, and what to do next."""
    reason = first_line(error)
    if isinstance(error, ImportError):
        return f"cleanlab cannot be loaded ({reason}). Repair it with “{_REPAIR}”."
    return f"The labels could not be examined: {reason}. The next epoch is tried again."
