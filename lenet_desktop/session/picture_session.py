"""Answers what a network takes a picture for, the newest picture first, on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.data.pictures.preparation import Preparation, Prepared, prepare
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.questions import Questions
from lenet_desktop.session.requests import Answering
from lenet_desktop.session.worker import describe_failed_work
from lenet_desktop.text.language import _, marked

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Asked

log = logging.getLogger(__name__)

_FAILURE = marked("The picture was not understood")


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


class PictureSession(Answering):
    """Answers one question after the other; of those that came meanwhile only the newest.

    A question under way is answered to its end, so that somebody who draws without a rest sees the
    answers follow.
    """

    answered = Signal(object)  # PictureAnswered

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_answers, _(_FAILURE), parent)

    def hear(self, answer: PictureAnswered | str) -> None:
        """Pass on what came of a question, or a sentence why nothing did."""
        if isinstance(answer, str):
            self.failed.emit(answer)
        else:
            self.answered.emit(answer)


def _answers(questions: Questions[Question]) -> Generator[PictureAnswered | str, None, None]:
    """Yield what comes of each question, or a sentence why nothing does."""
    before: PictureAnswered | None = None
    asked: Asked | None = None
    while (question := questions.take()) is not None:
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
            yield describe_failed_work(_(_FAILURE), error)


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
