"""The one way in which work goes on behind the window: a thread that drains a stream."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Generator
from functools import partial
from threading import Condition
from threading import Event as Flag

from PySide6.QtCore import QObject, QThread, Signal

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, first_line, why_not
from lenet_desktop.training.events import Event

log = logging.getLogger(__name__)

EventStream = Generator[Event, None, None]
AnyStream = Generator[object, None, None]


class UnfinishedWork:
    """Counts what the process must not be ended in the middle of. Any thread may use it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count = 0

    def begin(self) -> contextlib.ExitStack:
        """Begin a piece of work, which ends when what is returned is closed."""
        self._add(1)
        ending = contextlib.ExitStack()
        ending.callback(self._add, -1)
        return ending

    def wait(self, limit_s: float) -> bool:
        """Wait until there is none, at most so many seconds; return whether there is none."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, limit_s)

    def _add(self, count: int) -> None:
        with self._changed:
            self._count += count
            self._changed.notify_all()


unfinished_work = UnfinishedWork()
"""That of this process, which is ended as a whole."""


class Worker(QThread):
    """Drains a stream until it ends, is interrupted or fails.

    The stream is made, advanced and closed on this thread alone. `hold` and `release` may be
    called from any thread.

    Args:
        make_stream: makes the stream.
        parent: whoever waits for the thread.
        describe: says what it means to a person that the stream failed.
        must_end: whether the process has to wait for the stream's end when it is closed, because
            a person would miss what the stream writes.
    """

    reported = Signal(object)  # what the stream yields
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
        """Ask the stream for nothing, until `release` or `interrupt`."""
        self._may_go_on.clear()

    def release(self) -> None:
        """Go on asking the stream."""
        self._may_go_on.set()

    def interrupt(self) -> None:
        """Close the stream as soon as it has yielded its next event."""
        self.requestInterruption()
        self._may_go_on.set()

    def end(self) -> None:
        """Close the stream after its step under way, and wait for that."""
        self.interrupt()
        self.wait()

    def retire(self) -> None:
        """Wait for the thread, let go of the stream, and be deleted.

        What makes the stream may be the last that refers to the owner, which must not be deleted by
        the deletion of its own worker.
        """
        self.wait()
        self._make_stream = _nothing
        self.deleteLater()

    def run(self) -> None:
        """Drain the stream; Qt calls this on the new thread."""
        with self._ending:
            self._drain()

    def _drain(self) -> None:
        try:
            stream = self._make_stream()
            try:
                for report in stream:
                    self.reported.emit(report)
                    self._may_go_on.wait()
                    if self.isInterruptionRequested():
                        return
            finally:
                stream.close()
        except BaseException as error:  # a thread must end with a word, whatever was raised
            # What has a sentence needs no traceback.
            level = logging.INFO if isinstance(error, ToldError) else logging.ERROR
            log.log(level, "Work behind the window failed", exc_info=True)
            self.failed.emit(self._describe(error))


def _nothing() -> AnyStream:
    yield from ()


def describe_failed_run(error: BaseException) -> str:
    """Say why a run ended, in a sentence, and what to do next."""
    if isinstance(error, ToldError):
        return str(error)
    if _is_memory_short(error):
        return _(
            "The device has too little memory for this run. Close other programs "
            "that use it, or start a run with a smaller batch size."
        )
    reason = first_line(error)
    return _(
        "Something went wrong: {reason}. What was learned up to the last epoch is kept."
    ).format(reason=reason)


def describe_failed_work(what: str, error: BaseException) -> str:
    """Say why something else than a run could not be done, and what to do next.

    Args:
        what: the beginning of the sentence, as in "The list could not be copied".
        error: why.
    """
    if isinstance(error, ToldError):
        return str(error)
    if _is_memory_short(error):
        return _(
            "{what}, because there is too little memory. Close other programs and try again."
        ).format(what=what)
    if isinstance(error, OSError):
        reason = why_not(error)
        if not error.filename:
            return _("{what} ({reason}).").format(what=what, reason=reason)
        text = _("{what} ({file}: {reason}).")
        return text.format(what=what, file=error.filename, reason=reason)
    text = _("{what} ({reason}). Try again; if it happens again, please report it.")
    return text.format(what=what, reason=first_line(error))


def describing(what: str) -> Callable[[BaseException], str]:
    """Return what says why `what` could not be done, as `describe_failed_work` does."""
    return partial(describe_failed_work, what)


def _is_memory_short(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or "out of memory" in first_line(error).lower()
