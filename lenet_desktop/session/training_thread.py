"""A thread that turns a stream of events into signals."""

import logging
from collections.abc import Callable, Generator
from threading import Event as Flag

from PySide6.QtCore import QObject, QThread, Signal

from lenet_desktop.core.config import ConfigError
from lenet_desktop.core.datasets import DataError
from lenet_desktop.core.devices import DeviceError
from lenet_desktop.core.errors import CheckpointError, first_line
from lenet_desktop.core.events import Event
from lenet_desktop.core.extras import MissingExtraError
from lenet_desktop.runs.store import StoreError

log = logging.getLogger(__name__)

EventStream = Generator[Event, None, None]
AnyStream = Generator[object, None, None]

_WITH_A_SENTENCE = (
    CheckpointError, ConfigError, DataError, DeviceError, MissingExtraError, StoreError,
)  # fmt: skip


class TrainingThread(QThread):
    """Asks a stream for its events until it ends, is interrupted or fails.

    The stream is made, advanced and closed on this thread alone. `hold` and `release` may be
    called from any thread.
    """

    event_received = Signal(object)  # what the stream yields
    failed = Signal(str)  # a sentence for the person

    def __init__(self, make_stream: Callable[[], AnyStream], parent: QObject) -> None:
        super().__init__(parent)
        self._make_stream = make_stream
        self._may_go_on = Flag()
        self._may_go_on.set()

    def hold(self) -> None:
        """Stop asking for events, until `release` or `interrupt`."""
        self._may_go_on.clear()

    def release(self) -> None:
        """Go on asking for events."""
        self._may_go_on.set()

    def interrupt(self) -> None:
        """Close the stream as soon as it has yielded its next event."""
        self.requestInterruption()
        self._may_go_on.set()

    def run(self) -> None:
        """Drain the stream; Qt calls this on the new thread."""
        try:
            stream = self._make_stream()
            try:
                for event in stream:
                    self.event_received.emit(event)
                    self._may_go_on.wait()
                    if self.isInterruptionRequested():
                        return
            finally:
                stream.close()
        except BaseException as error:  # a thread must end with a word, whatever was raised
            # What has a sentence is no fault of the program, and needs no traceback.
            level = logging.INFO if isinstance(error, _WITH_A_SENTENCE) else logging.ERROR
            log.log(level, "The run failed", exc_info=True)
            self.failed.emit(describe_failure(error))


def describe_failure(error: BaseException) -> str:
    """Say what went wrong, in a sentence, and what to do next."""
    if isinstance(error, _WITH_A_SENTENCE):
        return str(error)
    reason = first_line(error)
    if isinstance(error, MemoryError) or "out of memory" in reason.lower():
        return (
            "The device has too little memory for this batch size. "
            "Lower the batch size or choose another device, and start again."
        )
    return f"Something went wrong: {reason}. What was learned up to the last epoch is kept."
