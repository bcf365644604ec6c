"""A thread that turns a stream of events into signals."""

import contextlib
import logging
from collections.abc import Callable, Generator
from threading import Event as Flag

from PySide6.QtCore import QObject, QThread, Signal

from lenet_desktop.data.datasets import DataError
from lenet_desktop.export.optional_packages import MissingExtraError
from lenet_desktop.runs.store import StoreError
from lenet_desktop.session.unfinished_work import unfinished_work
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.wording import first_line
from lenet_desktop.training.devices import DeviceError
from lenet_desktop.training.events import Event

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

    Args:
        make_stream: makes the stream.
        parent: whoever waits for the thread.
        describe: says what it means to a person that the stream failed.
        must_end: whether the process has to wait for the stream's end when it is closed, because
            a person would miss what the stream writes.
    """

    event_received = Signal(object)  # what the stream yields
    failed = Signal(str)  # a sentence for the person

    def __init__(
        self,
        make_stream: Callable[[], AnyStream],
        parent: QObject,
        describe: Callable[[BaseException], str],
        *,
        must_end: bool = False,
    ) -> None:
        super().__init__(parent)
        self._make_stream = make_stream
        self._describe = describe
        self._ending = unfinished_work.begin() if must_end else contextlib.ExitStack()
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
        with self._ending:
            self._drain()

    def _drain(self) -> None:
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
            log.log(level, "Work behind the window failed", exc_info=True)
            self.failed.emit(self._describe(error))


def describe_failed_run(error: BaseException) -> str:
    """Say why a run ended, in a sentence, and what to do next."""
    if isinstance(error, _WITH_A_SENTENCE):
        return str(error)
    if _is_memory_short(error):
        return (
            "The device has too little memory for this run. Close other programs that use it, or "
            "start a run with a smaller batch size."
        )
    reason = first_line(error)
    return f"Something went wrong: {reason}. What was learned up to the last epoch is kept."


def describe_failed_work(what: str, error: BaseException) -> str:
    """Say why something else than a run could not be done, and what to do next.

    Args:
        what: the beginning of the sentence, as in "The list could not be copied".
        error: why.
    """
    if isinstance(error, _WITH_A_SENTENCE):
        return str(error)
    if _is_memory_short(error):
        return f"{what}, because there is too little memory. Close other programs and try again."
    if isinstance(error, OSError):
        file = f"{error.filename}: " if error.filename else ""
        return f"{what} ({file}{error.strerror or first_line(error)})."
    return f"{what} ({first_line(error)}). Try again; if it happens again, please report it."


def _is_memory_short(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or "out of memory" in first_line(error).lower()
