"""The images that a person asked to see, as a Qt model."""

from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from lenet_desktop.analysis.queries import Query, Show, select
from lenet_desktop.data.datasets import CLASS_NAMES, IMAGE_SIDE, ImageSet, Split
from lenet_desktop.data.duplicates import Duplicates, EqualImage
from lenet_desktop.data.marks import Mark
from lenet_desktop.networks.predictions import Numbers, PredictionSet
from lenet_desktop.text.wording import EQUAL_MARK, NEAR_MARK, WRONG_MARK, tip
from lenet_desktop.ui.gallery.grid.epoch_strips import Flags, describe_epochs
from lenet_desktop.ui.gallery.known_predictions import Answers
from lenet_desktop.ui.kit.image_words import describe_equal, describe_image

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a row can be asked for besides Qt's own roles."""

    NUMBER = Qt.ItemDataRole.UserRole
    """int, the number of the image in its part of the data set."""
    IMAGE = Qt.ItemDataRole.UserRole + 1
    """QImage, 28x28 grey."""
    TRUE_LABEL = Qt.ItemDataRole.UserRole + 2
    """str"""
    PREDICTED_LABEL = Qt.ItemDataRole.UserRole + 3
    """str, or None before any prediction."""
    CORRECT = Qt.ItemDataRole.UserRole + 4
    """bool, or None before any prediction."""
    CONFIDENCE = Qt.ItemDataRole.UserRole + 5
    """float 0-1, or None before any prediction."""
    MARK = Qt.ItemDataRole.UserRole + 6
    """Mark, or None where nobody has marked the image."""


class GalleryModel(QAbstractListModel):
    """One row for each image that the query selects, in its order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: ImageSet | None = None
        self._split = Split.TEST
        self._answers = Answers()
        self._predictions: PredictionSet | None = None
        self._query = Query()
        self._numbers: Numbers = np.empty(0, dtype=np.intp)
        self._marks: Mapping[tuple[Split, int], Mark] = {}
        self._duplicates: Duplicates | None = None

    @property
    def images(self) -> ImageSet | None:
        """All images, whatever is selected; None while they are loading."""
        return self._images

    @property
    def predictions(self) -> PredictionSet | None:
        """The answers for all images, None before there are any."""
        return self._predictions

    @property
    def query(self) -> Query:
        """What is asked for."""
        return self._query

    @property
    def numbers(self) -> Numbers:
        """The numbers of the images shown, in their order."""
        return self._numbers

    @property
    def split(self) -> Split:
        """Which part of the data set the images are."""
        return self._split

    def set_images(self, images: ImageSet, split: Split = Split.TEST) -> None:
        """Browse other images; nothing is known of them until there are predictions."""
        self._images, self._split = images, split
        self._answers, self._predictions = Answers(), None
        self._select()

    def ask(self, query: Query, answers: Answers) -> None:
        """Select the images that a query asks for, in its order; none before all is known.

        Raises:
            ValueError: the answers are for another number of images.
        """
        predictions = answers.predictions
        if predictions is not None and len(predictions) != len(self._images or ()):
            raise ValueError("The predictions are not of these images.")
        self._query, self._answers, self._predictions = query, answers, predictions
        self._select()

    def count(self, query: Query) -> int | None:
        """Return how many images another query asks for, None before all is known."""
        return len(self._numbers_of(query)) if self._answers.can_answer(query) else None

    def pixels(self, rows: range) -> npt.NDArray[np.uint8]:
        """Return the images in some rows, uint8 (K, 28, 28)."""
        if self._images is None:
            return np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
        found: npt.NDArray[np.uint8] = self._images.images[self._numbers[rows], 0]
        return found

    def are_correct(self, rows: range) -> npt.NDArray[np.bool_] | None:
        """Return which rows were predicted right, bool (K,); None before any prediction."""
        if self._predictions is None:
            return None
        right: npt.NDArray[np.bool_] = self._predictions.correct[self._numbers[rows]]
        return right

    @property
    def known_epochs(self) -> int:
        """How many epochs the run has, whether or not these images were judged after each."""
        return len(self._answers.epochs)

    def were_right(self, rows: range, count: int) -> Flags:
        """Return whether rows were right in up to `count` epochs, bool (E, K), oldest first.

        The last one is the epoch that is looked at. E is 0 where there is but one epoch to tell of,
        and where the images were not judged after every epoch.
        """
        numbers = self._numbers[rows.start : rows.stop]
        if self._predictions is None or not self._tells_course:
            return np.empty((0, len(numbers)), np.bool_)
        return self._answers.history.were_right(numbers, self._predictions.epoch, count)

    @property
    def _tells_course(self) -> bool:
        return self.known_epochs > 1 and self._answers.tell_course

    def captions(self, row: int) -> list[tuple[str, bool]]:
        """Return the lines under an image, and for each whether it names a wrong prediction.

        Where another run is compared with and has another answer, these are the two answers.
        """
        index = self.index(row)
        number = int(self._numbers[row])
        if self._images is None:
            return []
        label = CLASS_NAMES[self._images.labels[number]]
        text = str(index.data())
        if self._answers.rival is not None and self._predictions is not None:
            answers = (self._predictions, self._answers.rival)
            if answers[0].predicted[number] != answers[1].predicted[number]:
                return [
                    (f"{letter} {_answer(each, number)}", not each.correct[number])
                    for letter, each in zip("AB", answers, strict=True)
                ]
        if self._predictions is None or self._predictions.correct[number]:
            return [(text, False)]
        return [(text, True), (label, False)]

    def is_marked(self, row: int) -> bool:
        """Whether somebody has marked the image in a row."""
        return bool(self._marks) and (self._split, int(self._numbers[row])) in self._marks

    @property
    def marked(self) -> Numbers:
        """The numbers of the images that somebody has marked, whether or not they are shown."""
        total = 0 if self._images is None else len(self._images)
        own = (number for split, number in self._marks if split is self._split)
        return np.array([number for number in own if number < total], np.intp)

    def set_marks(self, marks: Mapping[tuple[Split, int], Mark]) -> None:
        """Show what a person noted on images of any part."""
        self._marks = marks
        if self._query.show is Show.MARKED:
            self._select()
        elif len(self._numbers):
            self.dataChanged.emit(self.index(0), self.index(len(self._numbers) - 1))

    def twin_mark(self, row: int) -> str:
        """Return what marks an image that stands elsewhere in the data, too; mostly nothing."""
        twins = self._twins(int(self._numbers[row]))
        if not twins:
            return ""
        return NEAR_MARK if all(twin.is_near for twin in twins) else EQUAL_MARK

    def set_duplicates(self, duplicates: Duplicates) -> None:
        """Say which images stand elsewhere in the data, too."""
        self._duplicates = duplicates
        if len(self._numbers):
            self.dataChanged.emit(self.index(0), self.index(len(self._numbers) - 1))

    def row_of_class(self, prefix: str, after: int) -> int | None:
        """Return the next row, from one on and around, whose caption begins with `prefix`.

        The caption is the predicted class, and the true one before any prediction.
        """
        if self._images is None or not len(self._numbers):
            return None
        wanted = [
            position
            for position, name in enumerate(CLASS_NAMES)
            if name.lower().startswith(prefix.lower())
        ]
        classes = self._images.labels if self._predictions is None else self._predictions.predicted
        rows = np.flatnonzero(np.isin(classes[self._numbers], wanted))
        if not len(rows):
            return None
        return int(rows[np.searchsorted(rows, after) % len(rows)])

    def row_of(self, number: int) -> int | None:
        """Return the row in which an image stands, None if it is not among those selected."""
        rows = np.flatnonzero(self._numbers == number)
        return int(rows[0]) if len(rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many images are selected."""
        return 0 if parent.isValid() else len(self._numbers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is known of the image in a row."""
        if self._images is None or not index.isValid():
            return None
        number = int(self._numbers[index.row()])
        label = int(self._images.labels[number])
        match role:
            case Role.NUMBER:
                return number
            case Role.IMAGE:
                return image_of(self._images, number)
            case Role.TRUE_LABEL:
                return CLASS_NAMES[label]
            case Role.MARK:
                return self._marks.get((self._split, number))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._describe(number, label)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self._describe(number, label))
        return self._prediction_data(number, label, role)

    def _describe(self, number: int, label: int) -> str:
        words = describe_image(number, label, self._predictions, self._split)
        if self._predictions is not None and self._tells_course:
            history = self._answers.history
            right = history.were_right(np.array([number]), self._predictions.epoch)[:, 0].tolist()
            words += f", {describe_epochs(history.epochs[: len(right)], right)}"
        if self._answers.rival is not None and self._predictions is not None:
            words += f", the other run says {CLASS_NAMES[self._answers.rival.predicted[number]]}"
        mark = self._marks.get((self._split, number))
        if mark is not None:
            words += f", marked: {mark.kind}"
        return ", ".join([words, *describe_equal(self._twins(number))])

    def _twins(self, number: int) -> Sequence[EqualImage]:
        return () if self._duplicates is None else self._duplicates.of(self._split, number)

    def _prediction_data(self, number: int, label: int, role: int) -> object:
        predictions = self._predictions
        if predictions is None:
            return CLASS_NAMES[label] if role == Qt.ItemDataRole.DisplayRole else None
        predicted = CLASS_NAMES[predictions.predicted[number]]
        correct = bool(predictions.correct[number])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _answer(predictions, number)
            case Role.PREDICTED_LABEL:
                return predicted
            case Role.CORRECT:
                return correct
            case Role.CONFIDENCE:
                return float(predictions.confidence[number])
        return None

    def _select(self) -> None:
        """Find the rows anew; where they stay the same, the view keeps everything as it is."""
        if self._images is None:
            return
        is_known = self._answers.can_answer(self._query)
        numbers = self._numbers_of(self._query) if is_known else np.empty(0, np.intp)
        if len(numbers) and np.array_equal(numbers, self._numbers):
            self.dataChanged.emit(self.index(0), self.index(len(numbers) - 1))
            return
        self.beginResetModel()
        self._numbers = numbers
        self.endResetModel()

    def _numbers_of(self, query: Query) -> Numbers:
        if self._images is None:
            return np.empty(0, np.intp)
        return select(
            self._images.labels,
            self._predictions,
            query,
            self._answers.history,
            self._answers.rival,
            marked=self.marked if query.show is Show.MARKED else None,
        )


def _answer(predictions: PredictionSet, number: int) -> str:
    name = CLASS_NAMES[predictions.predicted[number]]
    return name if predictions.correct[number] else f"{WRONG_MARK} {name}"


def image_of(images: ImageSet, number: int) -> QImage:
    """Return one image as a QImage of its own, 28x28 grey."""
    pixels = images.images[number].tobytes()
    side = IMAGE_SIDE
    return QImage(pixels, side, side, side, QImage.Format.Format_Grayscale8).copy()
