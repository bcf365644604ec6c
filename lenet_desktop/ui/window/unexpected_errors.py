"""Errors that nothing else has caught: a sentence in the window, all of it in the log."""

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, one_line, sentences
from lenet_desktop.ui.help.about import versions
from lenet_desktop.ui.kit.message_bar import MessageAction, MessageBar, MessageKind

log = logging.getLogger(__name__)


class UnexpectedErrors(QObject):
    """Takes errors from any thread to the message bar and the log; the program goes on.

    One that comes again from the same place, as one while painting would, is told once and logged
    in a line each time.

    Args:
        bar: where it is told.
        log_file: where the log is written, None where that cannot be.
        parent: the window.
    """

    _caught = Signal(str, str)  # a sentence, and all there is to say

    def __init__(self, bar: MessageBar, log_file: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        self._log_file = log_file
        self._known: set[str] = set()
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take all errors from now on."""
        sys.excepthook = self.take
        threading.excepthook = lambda failed: self.take(
            failed.exc_type, failed.exc_value, failed.exc_traceback
        )
        sys.unraisablehook = lambda failed: self.take(
            failed.exc_type, failed.exc_value, failed.exc_traceback
        )

    def take(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log an error and tell the person; any thread may call this."""
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        said = kind.__name__ if error is None else f"{kind.__name__}: {first_line(error)}"
        frames = traceback.extract_tb(trace)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        if f"{kind.__name__} {place}" in self._known:
            log.error("Once more: %s at %s", said, place)
            return
        self._known.add(f"{kind.__name__} {place}")
        log.critical("Unexpected error", exc_info=(kind, error, trace) if error else None)
        where = _("The terminal shows more.")
        if self._log_file:
            where = _("The log is {file}.").format(file=self._log_file)
        sentence = _(
            "Something unexpected went wrong ({error}). You can go on; if it happens again, "
            "please report it."
        ).format(error=one_line(said))
        details = "".join(traceback.format_exception(kind, error, trace))
        self._caught.emit(sentences([sentence, where]), f"{versions()}\n\n{details}")

    @Slot(str, str)
    def _on_caught(self, sentence: str, details: str) -> None:
        copy = MessageAction(
            _("Copy details"), lambda: QGuiApplication.clipboard().setText(details)
        )
        self._bar.add_message(sentence, MessageKind.ERROR, copy)
