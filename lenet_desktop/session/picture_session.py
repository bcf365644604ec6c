"""Answers what a network takes a picture for, the newest picture first, on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.preparation import Pixels, Preparation, Prepared, prepare
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.worker import Worker, describe_failed_work, describing
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Asked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A picture, and who is asked about it.

    Attributes:
        picture: uint8 (H, W) or (H, W, 3), read-only.
        how: how it becomes an image.
        info: of which data set.
        snapshot: the network that is asked, None where there is none.
    """

    picture: Pixels
    how: Preparation
    info: DatasetInfo
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True, eq=False)
class PictureAnswered:
    """What came of a question.

    Attributes:
        prepared: what the network reads.
        probabilities: float32 (classes,); None where no network was asked, or where there is
            nothing on the picture.
    """

    question: Question
    prepared: Prepared
    probabilities: npt.NDArray[np.float32] | None


class PictureAnswerer:
    """Answers the newest question, waits for the next one, until it is told to end. Knows no Qt.

    `ask` and `end` may be called from any thread. It is none of the session's methods, or the
    thread would hold the session, and might be the one that takes it apart.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._next: Question | None = None
        self._must_end = False

    def ask(self, question: Question) -> None:
        """Answer this next."""
        with self._changed:
            self._next = question
            self._changed.notify()

    def end(self) -> None:
        """Answer nothing any more and let `answers` end."""
        with self._changed:
            self._must_end = True
            self._changed.notify()

    def answers(self) -> Generator[PictureAnswered | str, None, None]:
        """Answer until told to end: what comes of each question, or a sentence why nothing does."""
        before: PictureAnswered | None = None
        asked: Asked | None = None
        while (question := self._take()) is not None:
            try:
                if question.snapshot is not None and (
                    asked is None or asked.snapshot is not question.snapshot
                ):
                    from lenet_desktop.analysis.inspection import Asked

                    asked = Asked(question.snapshot)
                before = _answered(question, before, asked)
                yield before
            except Exception as error:  # other questions must be answered, whatever was raised
                log.exception("A picture cannot be answered")
                yield describe_failed_work(_("The picture was not understood"), error)

    def _take(self) -> Question | None:
        with self._changed:
            self._changed.wait_for(lambda: self._next is not None or self._must_end)
            question, self._next = self._next, None
            return None if self._must_end else question


class PictureSession(QObject):
    """Answers one question after the other; of those that came meanwhile only the newest.

    A question under way is answered to its end, so that somebody who draws without a rest sees the
    answers follow.
    """

    answered = Signal(object)  # PictureAnswered
    failed = Signal(str)  # a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answerer = PictureAnswerer()
        self._worker: Worker | None = None
        self._is_shut_down = False

    def ask(self, question: Question) -> None:
        """Answer this next."""
        if self._is_shut_down:
            return
        self._answerer.ask(question)
        if self._worker is None:
            describe = describing(_("The picture was not understood"))
            self._worker = Worker(self._answerer.answers, self, describe)
            self._worker.reported.connect(self._on_reported)
            self._worker.failed.connect(self.failed)
            self._worker.start()

    @Slot()
    def interrupt(self) -> None:
        """Have the thread end after its question under way; nothing can be asked any more."""
        self._is_shut_down = True
        self._answerer.end()

    @Slot()
    def shutdown(self) -> None:
        """Wait until the thread has ended. May be called again and again."""
        self.interrupt()
        if self._worker is not None:
            self._worker.end()
            self._worker.retire()
            self._worker = None

    @Slot(object)
    def _on_reported(self, outcome: PictureAnswered | str) -> None:
        if isinstance(outcome, str):
            self.failed.emit(outcome)
        else:
            self.answered.emit(outcome)


def _answered(
    question: Question, before: PictureAnswered | None, asked: Asked | None
) -> PictureAnswered:
    prepared = _prepared(question, before)
    probabilities = None
    if asked is not None and question.snapshot is not None and not prepared.is_empty:
        probabilities = asked.probabilities(prepared.pixels)
    return PictureAnswered(question, prepared, probabilities)


def _prepared(question: Question, before: PictureAnswered | None) -> Prepared:
    if before is not None:
        earlier = before.question
        is_same = earlier.picture is question.picture and earlier.how == question.how
        if is_same and earlier.info == question.info:
            return before.prepared
    info = question.info
    return prepare(question.picture, info.side, info.channels, question.how)
