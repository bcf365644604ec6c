"""The images that a person asked to see, as a Qt model."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from lenet_desktop.data.duplicates import Duplicate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import DUPLICATE_MARK, NEAR_MARK, WRONG_MARK, joined, tip
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.epoch_strips import Flags, describe_epochs
from lenet_desktop.ui.gallery.image_words import describe_duplicates, describe_image

Index = QModelIndex | QPersistentModelIndex
NUMBER_ROLE = Qt.ItemDataRole.UserRole
"""int, the number of the image in its part of the data set."""
_SAID = (
    Change.SOURCE | Change.PREDICTIONS | Change.EPOCH
    | Change.RIVAL | Change.MARKS | Change.DUPLICATES
)  # fmt: skip
"""What cells show, besides which images they are of."""


class GalleryModel(QAbstractListModel):
    """One row for each image that the query selects, in its order."""

    def __init__(self, state: GalleryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._take_in()
        state.changed.connect(self._on_changed)

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        """Show other rows; where they stay the same, the view keeps everything as it is."""
        if change & Change.ROWS:
            self.beginResetModel()
            self._take_in()
            self.endResetModel()
        elif change & _SAID:
            self._take_in()
            if len(self._numbers):
                self.dataChanged.emit(self.index(0), self.index(len(self._numbers) - 1))

    def _take_in(self) -> None:
        """Keep what is shown at hand for the many cells of a frame."""
        state = self._state
        self._images, self._split, self._numbers = state.source.images, state.split, state.numbers
        self._known, self._predictions = state.known, state.predictions
        self._names = state.info.class_names

    def pixels(self, rows: range) -> npt.NDArray[np.uint8]:
        """Return the images in some rows, uint8 (K, channels, side, side)."""
        if self._images is None:
            return np.empty((0, *self._state.info.shape), np.uint8)
        found: npt.NDArray[np.uint8] = self._images.images[self._numbers[rows]]
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
        return len(self._known.epochs)

    def were_right(self, rows: range, count: int) -> Flags:
        """Return whether rows were right in up to `count` epochs, bool (E, K), oldest first.

        The last one is the epoch that is looked at. E is 0 where there is but one epoch to tell of,
        and where the images were not judged after every epoch.
        """
        numbers = self._numbers[rows.start : rows.stop]
        if self._predictions is None or not self._tells_course:
            return np.empty((0, len(numbers)), np.bool_)
        return self._known.history.were_right(numbers, self._predictions.epoch, count)

    @property
    def _tells_course(self) -> bool:
        return self.known_epochs > 1 and self._known.tell_course

    def captions(self, row: int) -> list[tuple[str, bool]]:
        """Return the lines under an image, and for each whether it names a wrong prediction.

        Where another run that is compared with says another class, these are the two classes.
        """
        index = self.index(row)
        number = int(self._numbers[row])
        if self._images is None:
            return []
        label = self._names[self._images.labels[number]]
        text = str(index.data())
        if self._known.rival is not None and self._predictions is not None:
            both = (self._predictions, self._known.rival)
            if both[0].predicted[number] != both[1].predicted[number]:
                return [
                    (f"{letter} {self._prediction(each, number)}", not each.correct[number])
                    for letter, each in zip("AB", both, strict=True)
                ]
        if self._predictions is None or self._predictions.correct[number]:
            return [(text, False)]
        return [(text, True), (label, False)]

    def is_marked(self, row: int) -> bool:
        """Whether somebody has marked the image in a row."""
        return self._state.mark_of(int(self._numbers[row])) is not None

    def duplicate_mark(self, row: int) -> str:
        """Return what marks an image that stands elsewhere in the data, too; mostly nothing."""
        return duplicate_mark(self._state.duplicates_of(int(self._numbers[row])))

    def row_of_class(self, prefix: str, after: int) -> int | None:
        """Return the next row, from one on and around, whose caption begins with `prefix`.

        The caption is the predicted class, and the true one before any prediction.
        """
        if self._images is None or not len(self._numbers):
            return None
        wanted = [
            position
            for position, name in enumerate(self._names)
            if name.lower().startswith(prefix.lower())
        ]
        classes = self._images.labels if self._predictions is None else self._predictions.predicted
        rows = np.flatnonzero(np.isin(classes[self._numbers], wanted))
        if not len(rows):
            return None
        return int(rows[np.searchsorted(rows, after) % len(rows)])

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
            case Qt.ItemDataRole.DisplayRole:
                said = self._predictions
                return self._names[label] if said is None else self._prediction(said, number)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._describe(number, label)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self._describe(number, label))
        return number if role == NUMBER_ROLE else None

    def _describe(self, number: int, label: int) -> str:
        parts = [describe_image(number, label, self._names, self._predictions, self._split)]
        if self._predictions is not None and self._tells_course:
            history = self._known.history
            right = history.were_right(np.array([number]), self._predictions.epoch)[:, 0].tolist()
            parts.append(describe_epochs(history.epochs[: len(right)], right))
        if self._known.rival is not None and self._predictions is not None:
            other = self._names[self._known.rival.predicted[number]]
            parts.append(_("the other run says {predicted}").format(predicted=other))
        mark = self._state.mark_of(number)
        if mark is not None:
            parts.append(_("marked: {mark}").format(mark=mark.kind.words))
        return joined([*parts, *describe_duplicates(self._state.duplicates_of(number))])

    def _prediction(self, predictions: PredictionSet, number: int) -> str:
        name = self._names[predictions.predicted[number]]
        return name if predictions.correct[number] else f"{WRONG_MARK} {name}"


def duplicate_mark(duplicates: Sequence[Duplicate]) -> str:
    """Return the mark of an image that stands elsewhere in the data, too; "" where it does not."""
    if not duplicates:
        return ""
    return NEAR_MARK if all(each.is_near for each in duplicates) else DUPLICATE_MARK
